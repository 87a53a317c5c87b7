//! The laws of the whole catalogue.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "tests")]

mod examples;
mod layout;
mod logging;
mod secrets;
