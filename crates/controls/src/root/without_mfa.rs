use keyward_snapshot::{Call, Gap};

use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "root-without-mfa",
    docs: crate::docs! {
        /// # Root user without MFA
        ///
        /// The root user can sign in, with a password or an access key, and no MFA device is
        /// registered for it.
        ///
        /// ## Why it matters
        ///
        /// No IAM policy limits the root user of an account. Whoever learns its password, or takes
        /// over the mailbox that can reset it, owns everything in the account: data, backups,
        /// keys, and the account itself. A second factor is what stands between a leaked password
        /// and that outcome.
        ///
        /// ## What is checked
        ///
        /// The account summary says whether any MFA device is registered, and whether there is a
        /// password or an access key to protect. A root user that has neither is sound: it can't
        /// sign in at all, which is how member accounts look once their root credentials were
        /// deleted centrally. Where the summary does not say whether there is a password, one is
        /// assumed, because every root user starts with one. Without the summary the answer is
        /// cannot-tell.
        ///
        /// ## Fix
        ///
        /// Management account or standalone account: sign in as the root user, open *Security
        /// credentials*, choose *Assign MFA device*, and register at least two devices, passkeys or
        /// hardware keys if you can. Keep them in different places.
        ///
        /// Member account of an organization: delete the root user's credentials instead. A root
        /// user without credentials needs no MFA. In the management account's console: IAM, *Root
        /// access management*, the account, *Take privileged action*. Or at its command line, where
        /// the first two calls switch central management on:
        ///
        /// ```sh
        /// aws organizations enable-aws-service-access --service-principal iam.amazonaws.com
        /// aws iam enable-organizations-root-credentials-management
        /// aws sts assume-root --region us-east-1 --target-principal 444455556666 --task-policy-arn arn=arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials
        /// ```
        ///
        /// With the credentials that the last call prints, `aws iam delete-login-profile` deletes
        /// the password, and `aws iam delete-access-key --access-key-id AKIA…` a key.
        ///
        /// ## Fix safety
        ///
        /// Registering a device disrupts nothing. Deleting a password is irreversible: the old one
        /// is gone, and whoever needs the root user again recovers it through its mailbox.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"SummaryMap": {"AccountMFAEnabled": 0, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"SummaryMap": {"AccountMFAEnabled": 1, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html>
    },
    severity: Severity::Critical,
    needs: &[Call::GetAccountSummary],
    refines: &[],
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
    if summary.root_mfa {
        return Ok(Answer::sound(view.root(), "Root user has an MFA device")
            .evidence("AccountMFAEnabled", 1));
    }
    if summary.root_password == Some(false) && !summary.root_access_keys {
        return Ok(Answer::sound(view.root(), "Root user has no credentials to protect")
            .evidence("AccountPasswordPresent", 0)
            .evidence("AccountAccessKeysPresent", 0));
    }
    let credentials = match (summary.root_password, summary.root_access_keys) {
        (Some(true), true) => "a password and an access key",
        (Some(true), false) => "a password",
        (_, true) => "an access key, and maybe a password",
        (_, false) => "maybe a password: the summary does not say",
    };
    Ok(Answer::weak(view.root(), "Root user has no MFA device")
        .evidence("AccountMFAEnabled", 0)
        .evidence("credentials", credentials))
}
