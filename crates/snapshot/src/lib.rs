//! The estate at one moment: typed data, and the gaps, which say what could not be read.
//!
//! Invariants:
//! - No I/O and no clock: readers and writers come from the caller, and so does the time.
//! - What was not read is a [`Gap`]. No field has a default that could pass for an answer of AWS's.
//! - Secret values never enter: environments are scanned on the way in, and the place and the kind
//!   of what was found are kept, never the value.
//! - Accounts are streamed: a snapshot file is written and read one account at a time.

#![deny(clippy::disallowed_methods)]

mod call;
pub mod file;
mod gap;
pub mod import;
mod model;
pub mod scan;

pub use call::{Call, Reach};
pub use gap::{Gap, Known, Listing, Reason};
pub use model::*;
