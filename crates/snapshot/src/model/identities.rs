//! Users, groups, roles, policies and identity providers of IAM.

use std::sync::Arc;

use jiff::Timestamp;
use keyward_policy::Document;
use serde::{Deserialize, Serialize};

/// A policy written into a user, a group or a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlinePolicy {
    /// Its name.
    pub name: String,
    /// What it says.
    pub document: Arc<Document>,
}

/// A managed policy as something refers to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedPolicy {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
}

/// An IAM user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The user's name.
    pub name: String,
    /// The user's ARN.
    pub arn: String,
    /// The unique id (`AIDA…`).
    pub id: String,
    /// When the user was created.
    pub created: Option<Timestamp>,
    /// The names of the groups that the user is in.
    pub groups: Vec<String>,
    /// Inline policies.
    pub inline: Vec<InlinePolicy>,
    /// Managed policies attached to the user itself.
    pub attached: Vec<AttachedPolicy>,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
    /// Tags, key and value.
    pub tags: Vec<(String, String)>,
}

/// An IAM group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The group's name.
    pub name: String,
    /// The group's ARN.
    pub arn: String,
    /// Inline policies.
    pub inline: Vec<InlinePolicy>,
    /// Managed policies.
    pub attached: Vec<AttachedPolicy>,
}

/// An IAM role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// The role's name.
    pub name: String,
    /// The role's path, such as `/aws-service-role/…/`.
    pub path: String,
    /// The role's ARN.
    pub arn: String,
    /// The unique id (`AROA…`).
    pub id: String,
    /// When the role was created.
    pub created: Option<Timestamp>,
    /// Who may assume it.
    pub trust: Arc<Document>,
    /// Inline policies.
    pub inline: Vec<InlinePolicy>,
    /// Managed policies.
    pub attached: Vec<AttachedPolicy>,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
    /// ARNs of the instance profiles that hold the role.
    pub instance_profiles: Vec<String>,
    /// When the role was last used.
    pub last_used: RoleLastUsed,
    /// The longest session, in seconds, where the input tells.
    pub max_session_seconds: Option<u32>,
    /// Tags, key and value.
    pub tags: Vec<(String, String)>,
}

impl Role {
    /// Whether AWS made the role for one of its services and keeps it.
    pub fn is_service_linked(&self) -> bool {
        self.path.starts_with("/aws-service-role/")
    }

    /// Whether Identity Center made the role for a permission set and keeps it.
    pub fn is_of_identity_center(&self) -> bool {
        self.path.starts_with("/aws-reserved/sso.amazonaws.com/")
    }
}

/// When a role was last used. AWS reports the last 400 days.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html>.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleLastUsed {
    /// At this time, in this region.
    At(Timestamp, Option<String>),
    /// Not within AWS's tracking period.
    NotTracked,
    /// The input does not carry the entry.
    NotReported,
}

/// A managed policy in its default version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// Its ARN; AWS-managed ones stand in the account `aws`.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// How many users, groups and roles it is attached to.
    pub attachments: u32,
    /// For how many principals it is the permissions boundary.
    pub boundary_uses: u32,
    /// What the default version says.
    pub document: Arc<Document>,
}

impl ManagedPolicy {
    /// Whether AWS keeps the policy.
    pub fn is_aws_managed(&self) -> bool {
        self.arn.contains(":iam::aws:policy/")
    }
}

/// A SAML identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlProvider {
    /// Its ARN.
    pub arn: String,
    /// When its metadata stops being valid.
    pub valid_until: Option<Timestamp>,
}

/// An OpenID Connect identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcProvider {
    /// Its ARN, which ends in the issuer's host and path.
    pub arn: String,
}
