//! The emulator of AWS, held to what its tests rely on.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod emulator;
