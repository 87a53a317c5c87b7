use keyward_snapshot::{Call, Gap, Known, Reason};

use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "root-with-one-mfa-device",
    docs: crate::docs! {
        /// # Root user with a single MFA device
        ///
        /// The root user has fewer MFA devices than it should, so that losing one locks everybody
        /// out.
        ///
        /// ## Why it matters
        ///
        /// When the only device is lost, broken or left the company with its holder, nobody signs
        /// in as the root user until AWS has verified the owner by mailbox and telephone. That
        /// takes hours or days, and the root user is what one needs on the worst of them. AWS
        /// allows 8 devices, so that two people in two places can each hold one.
        ///
        /// ## What is checked
        ///
        /// The account summary says whether the root user has any MFA device, and whether it has a
        /// password or an access key at all. The list of virtual devices says which of them are the
        /// root user's. All devices of a member account's root user are listed in a root session
        /// that the management account opens (`sts assume-root`), whose answers can be imported;
        /// `keyward collect` opens none. The setting `root_mfa_devices_min` says how many there
        /// should be (2).
        ///
        /// - No device, and something to sign in with: weak.
        /// - Enough virtual devices, or a root user without any credentials: sound. If the setting
        ///   asks for one device, the summary alone is enough.
        /// - A device, but fewer virtual ones than there should be: a root session decides. Without
        ///   one the answer is cannot-tell: hardware tokens and passkeys of the root user appear in
        ///   no list that an account's administrator can read, and the summary says only 0 or 1. A
        ///   person who signs in as the root user sees them under *Security credentials*. Of the
        ///   management account there is no root session.
        /// - The summary or the list of virtual devices was not read: cannot-tell, unless the
        ///   summary alone makes it weak.
        ///
        /// Where neither the summary nor a root session says whether there is a password, one is
        /// assumed, because every root user starts with one.
        ///
        /// ## Fix
        ///
        /// Sign in as the root user, open *Security credentials*, and choose *Assign MFA device*
        /// until there are two. Prefer passkeys or hardware keys, give each a name that says who
        /// holds it, and keep them in different places. In a member account of an organization,
        /// deleting the root user's credentials centrally is better still: a root user that can't
        /// sign in needs no device.
        ///
        /// ## Fix safety
        ///
        /// A further device disrupts nothing: each device works on its own, and can be removed
        /// again. Deleting the credentials of a member account's root user is irreversible; whoever
        /// needs that user again recovers it through its mailbox.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"SummaryMap": {"AccountMFAEnabled": 0, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}}
        /// ```
        ///
        /// ```json
        /// {"VirtualMFADevices": []}
        /// ```
        ///
        /// ## Weak: one passkey, as a root session shows
        ///
        /// ```json
        /// {"SummaryMap": {"AccountMFAEnabled": 1, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}}
        /// ```
        ///
        /// ```json
        /// {"VirtualMFADevices": []}
        /// ```
        ///
        /// ```json root-session/list-mfa-devices.json
        /// {"MFADevices": [
        ///   {"SerialNumber": "arn:aws:iam::111122223333:u2f/root-account/office-safe-AB12CD34EF56GH78IJ90KLMNOP", "EnableDate": "2025-03-03T09:00:00Z"}
        /// ]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"SummaryMap": {"AccountMFAEnabled": 1, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}}
        /// ```
        ///
        /// ```json
        /// {"VirtualMFADevices": [
        ///   {"SerialNumber": "arn:aws:iam::111122223333:mfa/root-office-safe", "User": {"Arn": "arn:aws:iam::111122223333:root"}},
        ///   {"SerialNumber": "arn:aws:iam::111122223333:mfa/root-second-site", "User": {"Arn": "arn:aws:iam::111122223333:root"}}
        /// ]}
        /// ```
        ///
        /// ## Sound: no credentials to protect
        ///
        /// ```json
        /// {"SummaryMap": {"AccountMFAEnabled": 0, "AccountPasswordPresent": 0, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}}
        /// ```
        ///
        /// ```json
        /// {"VirtualMFADevices": []}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html>
    },
    severity: Severity::Medium,
    needs: &[Call::GetAccountSummary, Call::ListVirtualMfaDevices],
    refines: &[Call::AssumeRoot, Call::ListMfaDevices, Call::GetLoginProfile],
    // A root user without credentials gets some again in a root session, or makes itself a key.
    watch: &["iam:DeactivateMFADevice", "iam:CreateLoginProfile", "iam:CreateAccessKey"],
    preventable: &["iam:DeactivateMFADevice", "iam:CreateAccessKey"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    vec![Answer::settle(view.root(), answer(view))]
}

fn answer<'a>(view: &View<'a>) -> Result<Answer, &'a Gap> {
    let summary = view.account.summary.value()?;
    let wanted = view.settings.root_mfa_devices_min;
    let credentials = view.account.root_has_password() != Some(false) || summary.root_access_keys;
    if !summary.root_mfa && credentials && wanted > 0 {
        return Ok(Answer::weak(view.root(), "Root user has no MFA device at all")
            .evidence("AccountMFAEnabled", 0)
            .evidence("devices wanted", wanted));
    }

    let devices = view.account.virtual_mfa_devices.whole()?;
    let of_root = |arn: &str| arn == view.root().resource || arn.ends_with(":root");
    let devices: Vec<&str> = devices
        .iter()
        .filter(|device| device.user_arn.as_deref().is_some_and(of_root))
        .map(|device| device.serial_number.as_str())
        .collect();
    if !credentials {
        return Ok(Answer::sound(view.root(), "Root user has no credentials to protect")
            .evidence("AccountPasswordPresent", 0)
            .evidence("AccountAccessKeysPresent", 0));
    }
    // The summary counts what the list does not show, and a root session lists all.
    let known = devices.len().max(usize::from(summary.root_mfa));
    let is_enough = |count: usize| usize::try_from(wanted).is_ok_and(|wanted| count >= wanted);
    let answer = if is_enough(known) {
        let title = format!("Root user has {}", counted(known, "MFA device"));
        Answer::sound(view.root(), title)
    } else if let Some(serials) = in_root_session(view)? {
        let title = format!("Root user has {}", counted(serials.len(), "MFA device"));
        let answer = if is_enough(serials.len()) {
            Answer::sound(view.root(), title)
        } else {
            Answer::weak(view.root(), title)
        };
        serials.iter().fold(answer, |answer, serial| answer.evidence("device", serial))
    } else {
        let title = format!(
            "Root user has MFA and {}, but hardware tokens and passkeys are in no list",
            counted(devices.len(), "virtual device")
        );
        Answer::undecided(view.root(), title)
    };
    let answer = answer
        .evidence("AccountMFAEnabled", u8::from(summary.root_mfa))
        .evidence("virtual devices", devices.len())
        .evidence("devices wanted", wanted);
    Ok(devices.iter().fold(answer, |answer, serial| answer.evidence("virtual device", serial)))
}

/// All devices, if a root session was opened; a gap if it was refused, or told nothing of them.
fn in_root_session<'a>(view: &View<'a>) -> Result<Option<&'a [String]>, &'a Gap> {
    match &view.account.root {
        Known::Gap(gap) if gap.reason == Reason::NotCollected => Ok(None),
        Known::Gap(gap) => Err(gap),
        Known::Value(root) => match root.mfa_devices.value() {
            // Only a password or a key was asked about.
            Err(gap) if gap.reason == Reason::NotCollected => Ok(None),
            devices => devices.map(|devices| Some(devices.as_slice())),
        },
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
