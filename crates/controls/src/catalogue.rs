//! The list of all controls, by subject.

use crate::Control;
use crate::{
    instances, keys, logging, monitoring, organization, privilege, roles, root, secrets, sso, users,
};

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
pub static SUBJECTS: &[SubjectFolder] = &[
    SubjectFolder { name: "root", title: "Root users", controls: root::CONTROLS },
    SubjectFolder { name: "users", title: "IAM users", controls: users::CONTROLS },
    SubjectFolder { name: "keys", title: "Access keys", controls: keys::CONTROLS },
    SubjectFolder { name: "roles", title: "Roles: who may become what", controls: roles::CONTROLS },
    SubjectFolder { name: "privilege", title: "Least privilege", controls: privilege::CONTROLS },
    SubjectFolder { name: "sso", title: "IAM Identity Center", controls: sso::CONTROLS },
    SubjectFolder {
        name: "instances",
        title: "How people reach machines",
        controls: instances::CONTROLS,
    },
    SubjectFolder { name: "secrets", title: "Secrets", controls: secrets::CONTROLS },
    SubjectFolder { name: "logging", title: "CloudTrail", controls: logging::CONTROLS },
    SubjectFolder {
        name: "monitoring",
        title: "What watches the accounts",
        controls: monitoring::CONTROLS,
    },
    SubjectFolder {
        name: "organization",
        title: "The organization",
        controls: organization::CONTROLS,
    },
];

/// All controls, in display order.
pub fn all() -> impl Iterator<Item = &'static Control> {
    SUBJECTS.iter().flat_map(|subject| subject.controls.iter().copied())
}

/// The control with this id.
pub fn by_id(id: &str) -> Option<&'static Control> {
    all().find(|control| control.id == id)
}
