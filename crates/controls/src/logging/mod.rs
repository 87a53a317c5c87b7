//! CloudTrail.
//!
//! `trails` is shared by the controls about single trails.

mod no_organization_trail;
mod not_all_regions;
mod stopped;
mod trails;
mod without_validation;

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[
    &no_organization_trail::CONTROL,
    &not_all_regions::CONTROL,
    &stopped::CONTROL,
    &without_validation::CONTROL,
];
