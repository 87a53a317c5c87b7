//! Credentials of IAM users, and those of the root user that a root session tells of. The same calls
//! answer about both.

use std::mem::take;

use super::super::error::ImportError;
use super::super::{argument, root};
use super::{AccountContent, Sorting, item_of};
use crate::Call;

impl Sorting<'_> {
    pub(super) fn credentials(&mut self) -> Result<(), ImportError> {
        let is_root_session = self.origin.is_root_session();
        if self.has("AccessKeyMetadata") {
            let call = Call::ListAccessKeys;
            let keys = take(&mut self.answer.lists.access_keys);
            if is_root_session {
                self.put_root(call, root::Answer::AccessKeys(root::count(keys.len())));
            } else if keys.iter().any(|key| key.user.is_empty()) {
                return Err(argument::unknown(self.path, call));
            } else {
                self.put_account(call, AccountContent::AccessKeys(keys));
            }
        }
        if self.has("MFADevices") {
            let call = Call::ListMfaDevices;
            let devices = take(&mut self.answer.lists.mfa_devices);
            if is_root_session {
                let serials = devices.into_iter().map(|device| device.serial_number).collect();
                self.put_root(call, root::Answer::MfaDevices(serials));
            } else if devices.iter().any(|device| device.user.is_empty()) {
                return Err(argument::unknown(self.path, call));
            } else {
                self.put_account(call, AccountContent::MfaDevices(devices));
            }
        }
        if is_root_session {
            if self.hold("LoginProfile").is_some() {
                self.put_root(Call::GetLoginProfile, root::Answer::Password(true));
            }
            if let Some(held) = self.hold("Certificates") {
                let item = item_of(self.path, "Certificates", &held);
                let count = root::active_certificates(&item)?;
                self.put_root(Call::ListSigningCertificates, root::Answer::Certificates(count));
            }
        }
        Ok(())
    }

    fn put_root(&mut self, call: Call, answer: root::Answer) {
        self.put_account(call, AccountContent::Root(answer));
    }
}
