//! Effective permissions, through the crate's public interface.
