//! Test support: estates from the example blocks of documentation, the ways to take inputs away,
//! and AWS's APIs from memory.
//!
//! Only tests use this crate, so it may panic: a test that can't be set up has failed.

#![allow(clippy::missing_panics_doc, reason = "every function here panics when a test is wrong")]

pub mod emulator;
mod example;
mod removal;

pub use example::{Example, Kind, TAKEN_AT, examples, taken_at};
pub use removal::take_away;
