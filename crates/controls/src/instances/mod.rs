//! How people reach machines.

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[];
