//! IAM users.
//!
//! `rows` is shared by the controls that read the credential report.

mod creation_not_denied;
mod for_services;
mod mfa_not_enforced;
mod rows;
mod unused;
mod weak_password_policy;
mod with_direct_policies;
mod with_unused_password;
mod without_mfa;

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[
    &without_mfa::CONTROL,
    &mfa_not_enforced::CONTROL,
    &with_unused_password::CONTROL,
    &unused::CONTROL,
    &for_services::CONTROL,
    &with_direct_policies::CONTROL,
    &weak_password_policy::CONTROL,
    &creation_not_denied::CONTROL,
];
