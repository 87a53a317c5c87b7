//! Secrets.
//!
//! `listed` is shared by the controls over the list of secrets.

mod in_function_environments;
mod listed;
mod older_than_90_days;
mod rotation_overdue;
mod shared_outside;
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
    &use_without_alarm::CONTROL,
];
