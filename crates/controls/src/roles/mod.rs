//! Roles: who may become what.
//!
//! `trust` is shared by the controls that ask whether somebody may assume a role.
//! `outsiders` is shared by them too: somebody who belongs to nobody that the snapshot knows.
//! `accounts` is shared by the controls about other accounts: which ones a role trusts.
//! `issuers` is shared as a table: OpenID Connect issuers that run other people's code.
//! `services` is shared as a table: services that say on whose behalf they assume a role.

mod accounts;
mod issuers;
mod outsiders;
mod services;
mod trust;
mod trusting_any_repository;
mod trusting_everyone;
mod trusting_services_without_source;
mod trusting_unknown_accounts;
mod trusting_vendors_without_external_id;
mod unused;

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[
    &trusting_everyone::CONTROL,
    &trusting_unknown_accounts::CONTROL,
    &trusting_vendors_without_external_id::CONTROL,
    &trusting_services_without_source::CONTROL,
    &trusting_any_repository::CONTROL,
    &unused::CONTROL,
];
