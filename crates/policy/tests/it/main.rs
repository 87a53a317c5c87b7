//! The policy engine through its public interface: a module a subject, a test a rule.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

mod actions;
mod catalogue;
mod conditions;
mod control_policies;
mod decisions;
mod document;
mod format;
mod laws;
mod lint;
mod principals;
mod resource_policies;
mod resources;
mod scenario;
mod values;
mod variables;
