//! Secrets.
//!
//! `listed` is shared by the controls over the list of secrets.
//! `sightings` is shared by the controls over places where credentials stand in plain sight.

mod in_build_projects;
mod in_function_environments;
mod in_plain_parameters;
mod in_task_definitions;
mod in_user_data;
mod listed;
mod older_than_90_days;
mod rotation_overdue;
mod shared_outside;
mod sightings;
mod unused;
mod use_without_alarm;
mod without_rotation;

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[
    &without_rotation::CONTROL,
    &rotation_overdue::CONTROL,
    &older_than_90_days::CONTROL,
    &unused::CONTROL,
    &shared_outside::CONTROL,
    &in_function_environments::CONTROL,
    &in_task_definitions::CONTROL,
    &in_user_data::CONTROL,
    &in_plain_parameters::CONTROL,
    &in_build_projects::CONTROL,
    &use_without_alarm::CONTROL,
];
