//! IAM Identity Center and its identity store.

use std::sync::Arc;

use keyward_policy::Document;
use serde::{Deserialize, Serialize};

use super::{AccountId, AttachedPolicy};
use crate::{Call, Gap, Known, Listing};

/// IAM Identity Center, as its administrator's account sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are named after the calls that answer them")]
pub struct IdentityCenter {
    /// Empty and complete where Identity Center is not enabled.
    pub instances: Listing<CenterInstance>,
    pub permission_sets: Listing<PermissionSet>,
    pub assignments: Listing<Assignment>,
    pub users: Listing<DirectoryUser>,
    pub groups: Listing<DirectoryGroup>,
    pub memberships: Listing<GroupMembership>,
}

impl Default for IdentityCenter {
    /// Nothing was read.
    fn default() -> Self {
        fn unread<T>(call: Call) -> Listing<T> {
            Listing::missing(Gap::not_collected(call))
        }
        Self {
            instances: unread(Call::ListInstances),
            permission_sets: unread(Call::ListPermissionSets),
            assignments: unread(Call::ListAccountAssignments),
            users: unread(Call::ListDirectoryUsers),
            groups: unread(Call::ListDirectoryGroups),
            memberships: unread(Call::ListGroupMemberships),
        }
    }
}

/// An instance of Identity Center.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CenterInstance {
    /// Its ARN.
    pub arn: String,
    /// The account that owns it.
    pub owner: Option<AccountId>,
    /// Its directory.
    pub identity_store: Option<String>,
    /// Whether it works, such as `ACTIVE`.
    pub status: Option<String>,
}

/// A permission set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionSet {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// How long a session lasts, in seconds.
    pub session_seconds: u32,
    /// AWS-managed policies in it.
    pub managed: Known<Vec<AttachedPolicy>>,
    /// Its inline policy; `None` where AWS says that it has none.
    pub inline: Known<Option<Arc<Document>>>,
}

/// Who may use which permission set in which account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Where.
    pub account: AccountId,
    /// The permission set's ARN.
    pub permission_set: String,
    /// Whether a user or a group.
    pub principal_kind: PrincipalKind,
    /// The user's or group's id in the identity store.
    pub principal_id: String,
}

/// The two kinds of principal that an assignment can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PrincipalKind {
    /// One person.
    #[serde(rename = "USER")]
    User,
    /// A group.
    #[serde(rename = "GROUP")]
    Group,
}

/// A person in the identity store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryUser {
    /// The id in the identity store.
    pub id: String,
    /// The name to sign in with.
    pub name: String,
    /// Ids that an identity provider gave; empty for somebody who was entered by hand.
    pub external_ids: Vec<String>,
}

/// A group in the identity store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryGroup {
    /// The id in the identity store.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Ids that an identity provider gave; empty for a group that was entered by hand.
    pub external_ids: Vec<String>,
}

/// That a person is in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupMembership {
    /// The group's id.
    pub group: String,
    /// The person's id.
    pub user: String,
}
