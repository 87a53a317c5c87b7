//! The root user of a member account, as a root session sees it.

use serde::{Deserialize, Serialize};

use super::Account;
use crate::{Call, Gap, Known};

/// What the management account learns of a member's root user in a session that it opens with
/// [`Call::AssumeRoot`] and the policy `IAMAuditRootUserCredentials`. There is none for the
/// management account's own root user.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html>.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootUser {
    /// The serial numbers of its MFA devices; of virtual devices and passkeys, their ARNs.
    pub mfa_devices: Known<Vec<String>>,
    /// How many access keys it has, inactive ones included.
    pub access_keys: Known<u32>,
    /// Whether it can sign in with a password.
    pub has_password: Known<bool>,
    /// How many of its X.509 signing certificates are active.
    pub active_certificates: Known<u32>,
}

impl Default for RootUser {
    /// Nothing was read.
    fn default() -> Self {
        fn unread<T>(call: Call) -> Known<T> {
            Known::Gap(Gap::not_collected(call))
        }
        Self {
            mfa_devices: unread(Call::ListMfaDevices),
            access_keys: unread(Call::ListAccessKeys),
            has_password: unread(Call::GetLoginProfile),
            active_certificates: unread(Call::ListSigningCertificates),
        }
    }
}

impl Account {
    /// Whether the root user has a password, where the account summary says, or else a root
    /// session.
    pub fn root_has_password(&self) -> Option<bool> {
        let summary = self.summary.value().ok().and_then(|summary| summary.root_password);
        let session = || self.root.value().ok()?.has_password.value().ok().copied();
        summary.or_else(session)
    }
}
