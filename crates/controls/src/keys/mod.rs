//! Access keys.
//!
//! `slots` is shared by the controls about single keys: the rows of the credential report.

mod of_administrators;
mod older_than_90_days;
mod slots;
mod two_active;
mod unused;

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[
    &older_than_90_days::CONTROL,
    &unused::CONTROL,
    &two_active::CONTROL,
    &of_administrators::CONTROL,
];
