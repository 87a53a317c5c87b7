//! The list of all controls, by subject.

use crate::{Control, root};

/// A folder of controls.
#[derive(Clone, Copy, Debug)]
pub struct SubjectFolder {
    /// The folder's name, with which its controls' ids begin.
    pub name: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// Its controls, in display order.
    pub controls: &'static [&'static Control],
}

/// The subjects, in display order.
pub static SUBJECTS: &[SubjectFolder] =
    &[SubjectFolder { name: "root", title: "Root users", controls: root::CONTROLS }];

/// All controls, in display order.
pub fn all() -> impl Iterator<Item = &'static Control> {
    SUBJECTS.iter().flat_map(|subject| subject.controls.iter().copied())
}

/// The control with this id.
pub fn by_id(id: &str) -> Option<&'static Control> {
    all().find(|control| control.id == id)
}
