//! Roles: who may become what.

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[];
