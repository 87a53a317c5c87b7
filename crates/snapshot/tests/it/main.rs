//! The crate through its public interface.

mod file;
mod import;
mod scan;
