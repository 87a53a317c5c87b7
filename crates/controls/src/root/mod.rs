//! The root users.

mod keys_not_blocked;
mod use_without_alarm;
mod used_recently;
mod with_access_key;
mod with_one_mfa_device;
mod without_mfa;

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[
    &without_mfa::CONTROL,
    &with_access_key::CONTROL,
    &with_one_mfa_device::CONTROL,
    &used_recently::CONTROL,
    &keys_not_blocked::CONTROL,
    &use_without_alarm::CONTROL,
];
