//! The organization.

mod control_policies_off;
mod missing;
mod not_all_features;

use crate::Control;

pub(crate) static CONTROLS: &[&Control] =
    &[&missing::CONTROL, &not_all_features::CONTROL, &control_policies_off::CONTROL];
