//! IAM Identity Center.
//!
//! `center` is shared by all of them: the instance, and what stands in the directory.
//! `administrators` is shared by the controls that treat administrators' permission sets apart.

mod administrator_assigned_widely;
mod administrators;
mod assigned_to_people;
mod center;
mod long_sessions;
mod not_enabled;
mod orphaned_assignments;
mod without_identity_provider;

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[
    &not_enabled::CONTROL,
    &without_identity_provider::CONTROL,
    &administrator_assigned_widely::CONTROL,
    &long_sessions::CONTROL,
    &assigned_to_people::CONTROL,
    &orphaned_assignments::CONTROL,
];
