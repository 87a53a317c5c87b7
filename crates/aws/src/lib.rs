//! The one crate that talks to AWS: sessions, and what `keyward collect` reads.
//!
//! Invariants:
//! - Nothing here changes a customer's resource. The calls only read, with the exception of those
//!   that ask AWS for a report and of sessions.
//! - Every answer goes through [`keyward_snapshot::import`] in the form in which AWS's CLI prints it,
//!   so that a live audit and an audit of files can't disagree.
//! - What could not be read is told to the importer, with the code that AWS answered.
//! - Every request, first ones and retries, passes a budget for its account and service.
//! - Values that may be secret stay in memory between the SDK and the importer; nothing logs them.

mod ask;
mod budget;
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the paths of the SDK's types hide what a closure shows"
)]
mod collect;
mod error;
mod json;
mod options;
mod progress;
mod session;

pub use collect::{Collector, connect};
pub use error::AwsError;
pub use options::{Accounts, Limits, Options, Rate};
pub use progress::{Cancel, Progress, Requests};
