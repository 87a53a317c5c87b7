//! What the chores make: pages and files that are generated from the code, and held to it by tests.

pub mod action_catalogue;
pub mod control_pages;
pub mod demo;
pub mod settings_table;
pub mod single_calls;
