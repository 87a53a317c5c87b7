//! AWS Config, Security Hub, GuardDuty and IAM Access Analyzer: what watches an account, by region.
//!
//! Where such a service is off in a region, its list has no item from there.

use serde::{Deserialize, Serialize};

use crate::Known;

/// A configuration recorder of AWS Config, as `describe-configuration-recorders` returns it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationRecorder {
    /// Its name, `default` unless somebody chose another.
    pub name: String,
    /// The region.
    pub region: String,
    /// Which types of resources it records while it is on.
    pub records: RecordedTypes,
    /// The service that made it for its own use, such as `config-conforms.amazonaws.com`. None for
    /// the recorder that is the account's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
}

/// Which types of resources a configuration recorder records. The IAM types are users, groups,
/// roles and customer-managed policies.
/// <https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedTypes {
    /// All that AWS Config supports, but the IAM types.
    AllButIam,
    /// All that AWS Config supports.
    All,
    /// These.
    Only(Vec<String>),
    /// All but these.
    AllExcept(Vec<String>),
}

/// Whether a configuration recorder records, as `describe-configuration-recorder-status` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecorderStatus {
    /// The recorder's name.
    pub name: String,
    /// The region.
    pub region: String,
    /// Whether it records.
    pub recording: bool,
    /// The service that made the recorder for its own use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
}

/// A rule of AWS Config.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigRule {
    /// Its name. Security Hub CSPM begins those of its own with `securityhub-`.
    pub name: String,
    /// The region.
    pub region: String,
    /// Who wrote it: `AWS` for a managed rule, `CUSTOM_LAMBDA` or `CUSTOM_POLICY`.
    pub owner: String,
    /// For a managed rule, which one it is, such as `ROOT_ACCOUNT_MFA_ENABLED`; for a function, its
    /// ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Whether it is there to stay: not while it is being deleted.
    pub active: bool,
    /// Whether it looks at one resource only, or at those with a tag.
    pub narrowed: bool,
    /// The service that made it, such as `securityhub.amazonaws.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
}

/// Security Hub, or Security Hub CSPM, where it is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityHub {
    /// The hub's ARN.
    pub arn: String,
    /// The region.
    pub region: String,
}

/// A detector of GuardDuty: at most one in a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detector {
    /// Its id.
    pub id: String,
    /// The region.
    pub region: String,
    /// Its settings, from `get-detector`.
    pub state: Known<DetectorState>,
}

/// The settings of a GuardDuty detector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetectorState {
    /// Whether it is on; a detector that is off is suspended.
    pub enabled: bool,
    /// Data sources and protection plans, and whether each is on. Empty where AWS did not list
    /// them.
    pub features: Vec<(String, bool)>,
}

/// An analyzer of IAM Access Analyzer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analyzer {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The region.
    pub region: String,
    /// What it looks for, and whether in one account or the organization: `ACCOUNT` and
    /// `ORGANIZATION` (access from outside), `ACCOUNT_UNUSED_ACCESS`, `ORGANIZATION_UNUSED_ACCESS`,
    /// `ACCOUNT_INTERNAL_ACCESS` or `ORGANIZATION_INTERNAL_ACCESS`.
    pub kind: String,
    /// `ACTIVE`, `CREATING`, `DISABLED` or `FAILED`.
    pub status: String,
    /// The accounts that it leaves out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_accounts: Vec<String>,
}
