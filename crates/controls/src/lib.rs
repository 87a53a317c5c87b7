//! The catalogue of weaknesses: one file a control, grouped in folders by subject.
//!
//! Invariants:
//! - No I/O and no clock: a control's answer depends on the snapshot and the settings alone.
//! - A control answers `sound` only from what was read. Where something that it [`needs`] is a gap,
//!   it answers `cannot-tell` and names the gap; a test over the whole catalogue holds it to that.
//! - Every answer names its evidence.
//! - Nothing is registered behind the reader's back: each subject's `mod.rs` lists its controls.
//!
//! [`needs`]: Control::needs

#![deny(clippy::disallowed_methods)]

mod answer;
mod catalogue;
mod control;
mod control_policies;
mod events;
mod finding;
mod settings;
mod view;

mod instances;
mod keys;
mod logging;
mod monitoring;
mod organization;
mod privilege;
mod roles;
mod root;
mod secrets;
mod sso;
mod users;

pub use answer::{Answer, Evidence, Severity, State, Subject};
pub use catalogue::{SUBJECTS, SubjectFolder, all, by_id};
pub use control::{Control, Find, Guardrail};
pub use finding::{Finding, about_account, about_organization};
pub use settings::{Setting, Settings};
pub use view::{Overview, View};

/// Joins doc-comment lines into one text, in which each line keeps its leading space.
macro_rules! docs {
    ($(#[doc = $line:literal])+) => { concat!($($line, "\n"),+) };
}
pub(crate) use docs;
