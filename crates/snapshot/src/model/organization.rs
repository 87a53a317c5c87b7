//! AWS Organizations.

use std::sync::Arc;

use keyward_policy::Document;
use serde::{Deserialize, Serialize};

use super::AccountId;
use crate::{Known, Listing};

/// Whether the accounts belong to an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Membership {
    /// AWS says that there is no organization.
    None,
    /// The organization.
    Member(Box<Organization>),
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Its id, such as `o-exampleorgid`.
    pub id: String,
    /// The management account.
    pub management_account: AccountId,
    /// Whether all features are on.
    pub features: FeatureSet,
    /// The root of the tree of organizational units (AWS allows one).
    pub roots: Listing<Root>,
    /// The accounts.
    pub accounts: Listing<MemberAccount>,
    /// Whose child each account and organizational unit is: child's id, parent's id.
    pub parents: Listing<(String, String)>,
    /// Control policies of the organization.
    pub policies: Listing<ControlPolicy>,
}

/// What an organization is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeatureSet {
    /// Everything, control policies included.
    #[serde(rename = "ALL")]
    All,
    /// One bill, and nothing else.
    #[serde(rename = "CONSOLIDATED_BILLING")]
    ConsolidatedBilling,
}

/// The root of an organization's tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// Its id, such as `r-examplerootid111`.
    pub id: String,
    /// The policy types that are enabled, such as `SERVICE_CONTROL_POLICY`.
    pub enabled_policy_types: Vec<String>,
}

/// An account as the organization lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberAccount {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// The address of its root user.
    pub email: String,
    /// Whether it is in use; suspended and closed accounts are not.
    pub active: bool,
}

/// The kinds of control policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PolicyKind {
    /// A service control policy.
    #[serde(rename = "SERVICE_CONTROL_POLICY")]
    ServiceControl,
    /// A resource control policy.
    #[serde(rename = "RESOURCE_CONTROL_POLICY")]
    ResourceControl,
}

/// A control policy of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlPolicy {
    /// Its id, such as `p-examplepolicyid111` or `p-FullAWSAccess`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What kind it is.
    pub kind: PolicyKind,
    /// What it says.
    pub document: Known<Arc<Document>>,
    /// Ids of the roots, units and accounts that it is attached to.
    pub targets: Known<Vec<String>>,
}
