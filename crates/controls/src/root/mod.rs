//! The root users.

mod without_mfa;

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[&without_mfa::CONTROL];
