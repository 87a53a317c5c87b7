use keyward_snapshot::{Call, Gap, KeySlot, LastUse};

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
        /// deleted centrally. Where the summary does not say whether there is a password, answers
        /// that were collected in a root session may; otherwise one is assumed, because every root
        /// user starts with one.
        ///
        /// Without the summary, a root user without MFA in the credential report is weak if it has
        /// an access key, has signed in with a password, or belongs to an account that is not known
        /// to be a member of an organization: a member's root user may have no credentials at
        /// all. Otherwise the answer is cannot-tell, for the report may be up to four hours old.
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
    refines: &[Call::GetCredentialReport, Call::AssumeRoot, Call::GetLoginProfile],
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
    let summary = match view.account.summary.value() {
        Ok(summary) => summary,
        Err(gap) => return by_report(view).ok_or(gap),
    };
    if summary.root_mfa {
        return Ok(Answer::sound(view.root(), "Root user has an MFA device")
            .evidence("AccountMFAEnabled", 1));
    }
    let password = view.account.root_has_password();
    if password == Some(false) && !summary.root_access_keys {
        return Ok(Answer::sound(view.root(), "Root user has no credentials to protect")
            .evidence("AccountPasswordPresent", 0)
            .evidence("AccountAccessKeysPresent", 0));
    }
    let credentials = match (password, summary.root_access_keys) {
        (Some(true), true) => "a password and an access key",
        (Some(true), false) => "a password",
        (_, true) => "an access key, and maybe a password",
        (_, false) => "maybe a password: the summary does not say",
    };
    Ok(Answer::weak(view.root(), "Root user has no MFA device")
        .evidence("AccountMFAEnabled", 0)
        .evidence("credentials", credentials))
}

/// What the credential report alone proves.
fn by_report(view: &View<'_>) -> Option<Answer> {
    let report = view.account.credential_report.value().ok()?;
    let row = report.root().filter(|row| !row.mfa_active)?;
    let key = row.keys.iter().any(KeySlot::exists);
    let password = row.password_enabled == Some(true)
        || matches!(row.password_last_used, LastUse::At(_)) && row.password_enabled.is_none();
    let credentials = match (password, key) {
        (true, true) => "a password and an access key",
        (true, false) => "a password",
        (false, true) => "an access key, and maybe a password",
        (false, false) if row.password_enabled.is_none() && !may_lack_credentials(view) => {
            "maybe a password: the credential report does not say"
        }
        (false, false) => return None,
    };
    let answer = Answer::weak(view.root(), "Root user has no MFA device")
        .evidence("mfa_active", false)
        .evidence("credentials", credentials);
    Some(
        report
            .generated_at
            .iter()
            .fold(answer, |answer, time| answer.evidence("report made", time)),
    )
}

/// Whether the account is known to be a member of an organization, whose root users may have been
/// made without credentials.
fn may_lack_credentials(view: &View<'_>) -> bool {
    view.organization().is_some() && !view.is_management_account()
}
