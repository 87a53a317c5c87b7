//! Who can do what in a snapshot: the effective permissions of a principal.
//!
//! Invariants:
//! - No I/O and no clock: an answer depends on the snapshot and the question alone.
//! - A policy that was not read is never taken for one that is not there. Where it could change the
//!   answer, the answer is [`Answer::CannotTell`] and names the gap.
//! - Only the caller's side is looked at: identity policies, permissions boundary and service
//!   control policies. What a resource's own policy adds or takes away is the resource's question.
//! - Nobody is an administrator by the name of a policy; what counts is what the policies say.

#![deny(clippy::disallowed_methods)]

mod administrator;
mod answer;
mod identities;
mod organization;
mod permissions;
mod workloads;

pub use answer::Answer;
pub use identities::{ALLOW_EVERYTHING, Identities};
pub use organization::control_policies;
pub use permissions::{Held, Origin, Permissions, of_role, of_user};
pub use workloads::{function_role, instance_role};
