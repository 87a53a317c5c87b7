//! The policies that decide what a user or a role may do.

use std::fmt;

use keyward_policy::Document;
use keyward_snapshot::{Account, ControlPolicy, Gap, Head, Role, User};

use crate::Identities;

/// The identity-side policies of a user or role, and what is missing of them.
#[derive(Clone, Debug)]
pub struct Permissions<'a> {
    /// What grants: inline and managed policies, a user's own and those of its groups.
    pub identity: Vec<Held<'a>>,
    /// What the permissions boundary says, if there is one and it was read.
    pub boundary: Option<&'a Document>,
    /// Service control policies, a list a level from the root down to the account; no level where
    /// none applies, and where they were not read (then there is a gap).
    pub scps: Vec<Vec<&'a ControlPolicy>>,
    /// Policies that take part and were not read, service control policies apart.
    pub gaps: Vec<Gap>,
    /// Service control policies that may be over the principal and were not read.
    pub unread_scps: Vec<Gap>,
    pub(crate) overlooks_unread_scps: bool,
    /// Whether some of the gaps are identity policies: only those could grant what nothing else
    /// does.
    pub(crate) identity_incomplete: bool,
    pub(crate) boundary_arn: Option<&'a str>,
    /// All tags of the principal; `None` where a session may bring more.
    pub(crate) tags: Option<&'a [(String, String)]>,
    /// `None` where the question is about a document and not about anybody who holds it.
    pub(crate) head: Option<&'a Head>,
}

impl<'a> Permissions<'a> {
    /// What somebody could do who held this policy and nothing else, under no limit.
    pub fn of_document(document: &'a Document, origin: Origin<'a>) -> Self {
        let mut permissions = Self::none();
        permissions.identity.push(Held { document, origin });
        permissions
    }

    /// The same permissions, with service control policies that were not read thought of as
    /// denying nothing, and evidence that says so.
    ///
    /// For questions whose yes is the weakness. What a policy grants is worth telling although a
    /// guardrail may hold it back; where the yes is what makes a resource sound, it has to wait
    /// for the guardrails.
    #[must_use]
    pub fn overlooking_unread_scps(mut self) -> Self {
        self.overlooks_unread_scps = true;
        self
    }

    /// Nothing held, nothing missing.
    pub(crate) fn none() -> Self {
        Self {
            identity: Vec::new(),
            boundary: None,
            scps: Vec::new(),
            gaps: Vec::new(),
            unread_scps: Vec::new(),
            overlooks_unread_scps: false,
            identity_incomplete: false,
            boundary_arn: None,
            tags: None,
            head: None,
        }
    }

    /// Takes note of an identity policy that was not read.
    pub(crate) fn miss_identity(&mut self, gap: Gap) {
        self.gaps.push(gap);
        self.identity_incomplete = true;
    }
}

/// A policy and how the principal came by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held<'a> {
    /// What it says.
    pub document: &'a Document,
    /// How the principal came by it.
    pub origin: Origin<'a>,
}

/// How a principal came by a policy. Its [`fmt::Display`] form is made for evidence:
/// ``inline policy `x` of group `g` ``.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin<'a> {
    /// It is written into the principal.
    Inline {
        /// The policy's name.
        name: &'a str,
    },
    /// It is attached to the principal.
    Managed {
        /// The policy's ARN.
        arn: &'a str,
    },
    /// It is written into a group that the user is in.
    GroupInline {
        /// The group's name.
        group: &'a str,
        /// The policy's name.
        name: &'a str,
    },
    /// It is attached to a group that the user is in.
    GroupManaged {
        /// The group's name.
        group: &'a str,
        /// The policy's ARN.
        arn: &'a str,
    },
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inline { name } => write!(f, "inline policy `{name}`"),
            Self::Managed { arn } => write!(f, "managed policy `{arn}`"),
            Self::GroupInline { group, name } => {
                write!(f, "inline policy `{name}` of group `{group}`")
            }
            Self::GroupManaged { group, arn } => {
                write!(f, "managed policy `{arn}` of group `{group}`")
            }
        }
    }
}

/// The permissions of one user. For many users of an account, make [`Identities`] once.
pub fn of_user<'a>(head: &'a Head, account: &'a Account, user: &'a User) -> Permissions<'a> {
    Identities::new(head, account).user(user)
}

/// The permissions of one role. For many roles of an account, make [`Identities`] once.
pub fn of_role<'a>(head: &'a Head, account: &'a Account, role: &'a Role) -> Permissions<'a> {
    Identities::new(head, account).role(role)
}
