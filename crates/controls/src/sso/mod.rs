//! IAM Identity Center.

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[];
