//! Credentials: the credential report, the account summary, keys, devices, the password policy.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The credential report: one row for the root user and one for each IAM user.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialReport {
    /// When AWS made the report, where the input tells; AWS may hand out one of up to 4 hours ago.
    pub generated_at: Option<Timestamp>,
    /// The rows, the root user's first.
    pub rows: Vec<CredentialRow>,
}

impl CredentialReport {
    /// The name that the report gives the root user.
    pub const ROOT: &'static str = "<root_account>";

    /// The root user's row.
    pub fn root(&self) -> Option<&CredentialRow> {
        self.rows.iter().find(|row| row.user == Self::ROOT)
    }

    /// The rows of IAM users.
    pub fn users(&self) -> impl Iterator<Item = &CredentialRow> {
        self.rows.iter().filter(|row| row.user != Self::ROOT)
    }
}

/// One row of the credential report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialRow {
    /// The user's name, or [`CredentialReport::ROOT`].
    pub user: String,
    /// The user's ARN.
    pub arn: String,
    /// When the user was created.
    pub created: Option<Timestamp>,
    /// Whether the user has a console password; `None` where the report does not say
    /// (`not_supported`, as for most root users).
    pub password_enabled: Option<bool>,
    /// When the password was last used.
    pub password_last_used: LastUse,
    /// When the password was set.
    pub password_last_changed: Option<Timestamp>,
    /// Whether an MFA device is registered.
    pub mfa_active: bool,
    /// The two slots for access keys.
    pub keys: [KeySlot; 2],
    /// The two slots for X.509 signing certificates.
    pub certificates: [CertificateSlot; 2],
}

/// When a credential was last used, as far as AWS tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastUse {
    /// At this time.
    At(Timestamp),
    /// Never since AWS began to record it (`no_information`, `N/A`).
    Never,
    /// The report does not say (`not_supported`).
    Unrecorded,
}

/// One of a user's two access key slots. Its id is not part of the credential report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySlot {
    /// Whether there is a key and it is active.
    pub active: bool,
    /// When the key was made or last rotated; `None` where the slot is empty.
    pub last_rotated: Option<Timestamp>,
    /// When it last signed a request.
    pub last_used: LastUse,
    /// The region of that request.
    pub last_used_region: Option<String>,
    /// The service of that request, such as `s3`.
    pub last_used_service: Option<String>,
}

impl KeySlot {
    /// Whether the slot holds a key, active or not.
    pub fn exists(&self) -> bool {
        self.active || self.last_rotated.is_some()
    }
}

/// One of a user's two slots for X.509 signing certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateSlot {
    /// Whether there is a certificate and it is active.
    pub active: bool,
    /// When it was last rotated.
    pub last_rotated: Option<Timestamp>,
}

/// What the account summary tells of the root user. The summary's other numbers are not kept.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html>.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSummary {
    /// Whether the root user has any MFA device (`AccountMFAEnabled`: 0 or 1).
    pub root_mfa: bool,
    /// Whether the root user has any access key, active or not (`AccountAccessKeysPresent`).
    pub root_access_keys: bool,
    /// Whether the root user has a signing certificate, where the answer carries the entry.
    pub root_certificates: Option<bool>,
    /// Whether the root user has a password; `None` in older answers, which lack the entry.
    pub root_password: Option<bool>,
}

/// The password policy for IAM users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the fields are AWS's")]
#[expect(missing_docs, reason = "the fields are AWS's")]
pub struct PasswordPolicy {
    pub minimum_length: u32,
    pub require_symbols: bool,
    pub require_numbers: bool,
    pub require_uppercase: bool,
    pub require_lowercase: bool,
    /// After how many days a password expires, if ever.
    pub max_age_days: Option<u32>,
    /// How many former passwords can't be used again; 0 if none is remembered.
    pub reuse_prevention: u32,
}

/// An access key as `ListAccessKeys` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// The key's id; it is not secret.
    pub id: String,
    /// Whose key it is.
    pub user: String,
    /// Whether it is active.
    pub active: bool,
    /// When it was made.
    pub created: Option<Timestamp>,
}

/// An MFA device of an IAM user, or of the root user in a root session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MfaDevice {
    /// Whose device it is.
    pub user: String,
    /// A virtual device's or passkey's ARN, or a hardware token's serial number.
    pub serial_number: String,
}

/// A virtual MFA device; it may be unassigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VirtualMfaDevice {
    /// The device's ARN.
    pub serial_number: String,
    /// The ARN of the user that it is assigned to; the root user's ends in `:root`.
    pub user_arn: Option<String>,
}
