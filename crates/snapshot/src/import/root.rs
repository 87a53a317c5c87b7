//! What a root session answers about the root user of an account. Its answers do not say whose they
//! are: files lie in a folder of a name of their own, and live calls are about the root user's ARN.

use serde::Deserialize;

use super::error::ImportError;
use super::item::Item;
use crate::{Call, Gap, Known, Reason, RootUser};

/// What one call answered.
pub(super) enum Answer {
    /// Serial numbers.
    MfaDevices(Vec<String>),
    /// How many.
    AccessKeys(u32),
    Password(bool),
    /// How many are active.
    Certificates(u32),
}

/// A number that AWS's quotas keep small.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The answers about one root user.
#[derive(Default)]
pub(super) struct Parts {
    mfa_devices: Option<Known<Vec<String>>>,
    access_keys: Option<Known<u32>>,
    password: Option<Known<bool>>,
    certificates: Option<Known<u32>>,
    /// Why there is no session.
    refused: Option<Gap>,
}

/// How many of `Certificates` are active.
pub(super) fn active_certificates(item: &Item<'_>) -> Result<u32, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        status: String,
    }
    let raw: Vec<Raw> = item.parse()?;
    Ok(count(raw.iter().filter(|certificate| certificate.status == "Active").count()))
}

impl Parts {
    /// Adds an answer; `more` says that another page follows, which no root user has devices,
    /// keys or certificates for.
    pub(super) fn answer(&mut self, more: bool, answer: Answer) {
        fn known<T>(call: Call, more: bool, value: T) -> Known<T> {
            if more { Known::Gap(Gap::truncated(call)) } else { Known::Value(value) }
        }
        match answer {
            Answer::MfaDevices(serials) => {
                self.mfa_devices = Some(known(Call::ListMfaDevices, more, serials));
            }
            Answer::AccessKeys(count) => {
                self.access_keys = Some(known(Call::ListAccessKeys, more, count));
            }
            Answer::Password(is_there) => self.password = Some(Known::Value(is_there)),
            Answer::Certificates(count) => {
                self.certificates = Some(known(Call::ListSigningCertificates, more, count));
            }
        }
    }

    /// Whether a call is one of those that a root session makes, or the one that opens it.
    pub(super) fn takes(call: Call, is_root_session: bool) -> bool {
        match call {
            Call::AssumeRoot => true,
            Call::ListMfaDevices
            | Call::ListAccessKeys
            | Call::GetLoginProfile
            | Call::ListSigningCertificates => is_root_session,
            _ => false,
        }
    }

    /// A call of a root session, or the one that opens it, has no answer.
    pub(super) fn refuse(&mut self, gap: Gap) {
        fn put<T>(slot: &mut Option<Known<T>>, gap: Gap) {
            if slot.is_none() {
                *slot = Some(Known::Gap(gap));
            }
        }
        match gap.call {
            Call::ListMfaDevices => put(&mut self.mfa_devices, gap),
            Call::ListAccessKeys => put(&mut self.access_keys, gap),
            Call::GetLoginProfile if gap.reason == Reason::Refused("NoSuchEntity".to_owned()) => {
                self.password = Some(Known::Value(false));
            }
            Call::GetLoginProfile => put(&mut self.password, gap),
            Call::ListSigningCertificates => put(&mut self.certificates, gap),
            _ => self.refused = Some(gap),
        }
    }

    /// The root user, or why nobody asked in a root session.
    pub(super) fn assemble(self) -> Known<RootUser> {
        let Self { mfa_devices, access_keys, password, certificates, refused } = self;
        let is_read = mfa_devices.is_some()
            || access_keys.is_some()
            || password.is_some()
            || certificates.is_some();
        if !is_read {
            return Known::Gap(refused.unwrap_or_else(|| Gap::not_collected(Call::AssumeRoot)));
        }
        let unread = RootUser::default();
        Known::Value(RootUser {
            mfa_devices: mfa_devices.unwrap_or(unread.mfa_devices),
            access_keys: access_keys.unwrap_or(unread.access_keys),
            has_password: password.unwrap_or(unread.has_password),
            active_certificates: certificates.unwrap_or(unread.active_certificates),
        })
    }
}
