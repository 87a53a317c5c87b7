//! Least privilege.
//!
//! `principals` is shared by the controls that ask what a user or a role may do.
//! `policies` is shared by the controls that ask what a policy gives, whoever holds it.
//! `regions` is shared by the controls whose answer differs from region to region.

mod administrator_compute;
mod administrator_policy;
mod administrator_role;
mod administrator_user;
mod allow_with_not_action;
mod assume_any_role;
mod granted_unused;
mod pass_any_role;
mod policies;
pub(crate) mod principals;
pub(crate) mod regions;
mod whole_services;

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[
    &administrator_user::CONTROL,
    &administrator_role::CONTROL,
    &administrator_compute::CONTROL,
    &administrator_policy::CONTROL,
    &pass_any_role::CONTROL,
    &assume_any_role::CONTROL,
    &whole_services::CONTROL,
    &allow_with_not_action::CONTROL,
    &granted_unused::CONTROL,
];
