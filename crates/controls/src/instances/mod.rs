//! How people reach machines.
//!
//! `addresses` is shared by the controls about open ports: how much of the Internet ranges cover.
//! `ports` is shared by the controls about open ports: what security groups let in.
//! `machines` is shared by the controls about instances: what answers call them.

mod addresses;
pub(crate) mod machines;
mod metadata_v1;
mod not_managed;
mod ports;
mod rdp_allowed;
mod rdp_open;
mod session_access_unrestricted;
mod sessions_not_logged;
mod ssh_allowed;
mod ssh_open;
mod without_session_permissions;

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[
    &ssh_open::CONTROL,
    &rdp_open::CONTROL,
    &ssh_allowed::CONTROL,
    &rdp_allowed::CONTROL,
    &not_managed::CONTROL,
    &without_session_permissions::CONTROL,
    &sessions_not_logged::CONTROL,
    &session_access_unrestricted::CONTROL,
    &metadata_v1::CONTROL,
];
