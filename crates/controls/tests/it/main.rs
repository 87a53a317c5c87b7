//! The laws of the whole catalogue, and what the examples of its controls do not show.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "tests")]

mod estate;
mod examples;
mod layout;
mod root;
mod users;
mod users_mfa;
