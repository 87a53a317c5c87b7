//! Who watches.

mod changes_without_alarm;

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[&changes_without_alarm::CONTROL];
