//! Which services a user or a role used, and when last, as IAM records it.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Account, Role, RoleLastUsed, User};

/// What IAM reports of one user or role. It lists the services that identity policies granted when
/// the report was made; boundaries, control policies and resources' own policies do not count.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html>.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastAccessed {
    /// The ARN of the user or role.
    pub principal: String,
    /// When the report was made.
    pub reported: Timestamp,
    /// The services.
    pub services: Vec<ServiceUse>,
}

/// One service that is granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceUse {
    /// The prefix of its actions, such as `s3`.
    pub service: String,
    /// When the principal last tried to use it; `None` where it did not within AWS's tracking
    /// period of 400 days.
    pub last: Option<Timestamp>,
}

impl Account {
    /// The ARNs of the users and roles of whose use of services AWS has something to say that can
    /// matter. Those are left out:
    /// - who has no policy, and so no service;
    /// - service-linked roles, whose policies AWS writes;
    /// - roles of Identity Center: their policies stand in a permission set, which other accounts
    ///   and people share;
    /// - roles that nobody used within AWS's tracking period: what is unused is the role.
    ///
    /// Whoever collects asks about these, so that no answer is missed about the others.
    pub fn last_accessed_subjects(&self) -> BTreeSet<&str> {
        let groups: HashMap<&str, bool> = self
            .groups
            .iter()
            .map(|it| (it.name.as_str(), !it.inline.is_empty() || !it.attached.is_empty()))
            .collect();
        let has_policy = |user: &&User| {
            let grants = |group: &String| groups.get(group.as_str()).copied().unwrap_or(true);
            !user.inline.is_empty() || !user.attached.is_empty() || user.groups.iter().any(grants)
        };
        let matters = |role: &&Role| {
            let has_policy = !role.inline.is_empty() || !role.attached.is_empty();
            let is_own = !role.is_service_linked() && !role.is_of_identity_center();
            has_policy && is_own && role.last_used != RoleLastUsed::NotTracked
        };
        let users = self.users.iter().filter(has_policy).map(|user| user.arn.as_str());
        let roles = self.roles.iter().filter(matters).map(|role| role.arn.as_str());
        users.chain(roles).collect()
    }
}
