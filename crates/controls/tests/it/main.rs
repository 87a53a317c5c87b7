//! The laws of the whole catalogue.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod examples;
mod instances;
mod layout;
mod logging;
mod privilege;
mod secrets;
