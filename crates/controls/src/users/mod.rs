//! IAM users.

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[];
