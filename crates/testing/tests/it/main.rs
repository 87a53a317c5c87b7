//! The emulator of AWS, held to what the tests of others rely on.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod behaviour;
mod calls;
mod faults;
mod seeds;
