//! What a user sees: the real binary, its output, its exit codes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "tests")]
#![allow(clippy::indexing_slicing, reason = "tests")]

mod audit;
mod bad_input;
mod config;
mod controls;
mod demo;
mod documentation;
mod documented;
mod explain;
mod habits;
mod import;
mod live;
mod policy_eval;
mod policy_files;
mod support;
