//! Effective permissions, through the crate's public interface.

mod administrator;
mod control_policies;
mod estate;
mod may;
mod workloads;
