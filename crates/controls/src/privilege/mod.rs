//! Least privilege.

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[];
