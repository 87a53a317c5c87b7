//! The laws of the whole catalogue, and what the examples of its controls do not show.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod alarms;
mod demo;
mod estate;
mod examples;
mod instances;
mod keys;
mod layout;
mod logging;
mod monitoring;
mod privilege;
mod roles;
mod root;
mod secrets;
mod sso;
mod users;
mod users_mfa;
