use keyward_snapshot::{Call, Gap, PasswordPolicy};

use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "users-weak-password-policy",
    docs: crate::docs! {
        /// # Weak password policy
        ///
        /// The account has no password policy for IAM users, or one that allows short passwords or
        /// the return to former ones.
        ///
        /// ## Why it matters
        ///
        /// Short passwords are guessed, and a password that comes back after each change was never
        /// changed. Without a policy of the account's own, AWS asks for 8 characters and remembers
        /// no former password.
        ///
        /// ## What is checked
        ///
        /// Whether there is a policy, whether its minimum length is at least `password_length_min`
        /// (14), and whether it refuses at least the last `password_reuse_min` passwords (24, the
        /// most that AWS remembers). Expiry and kinds of characters are not asked for: length does
        /// more than either.
        ///
        /// The answer does not depend on whether any IAM user has a password today, because the
        /// next one that gets a password is bound by the policy of that day. Where the credential
        /// report shows no user with a password, the severity is low. If the policy was not read,
        /// the answer is cannot-tell; that AWS knows of none is an answer, and weak.
        ///
        /// ## Fix
        ///
        /// ```sh
        /// aws iam update-account-password-policy --minimum-password-length 14 --password-reuse-prevention 24 --allow-users-to-change-password
        /// ```
        ///
        /// The call replaces the whole policy: name every other requirement that is to stay, such
        /// as `--require-symbols`. In the console: IAM, *Account settings*, *Password policy*.
        ///
        /// ## Fix safety
        ///
        /// Present passwords go on working; the policy counts when one is next changed. Only an
        /// expiry, which this fix does not set, would force changes. The former values put back
        /// undo it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"PasswordPolicy": {"MinimumPasswordLength": 8, "RequireSymbols": true, "RequireNumbers": true,
        ///   "RequireUppercaseCharacters": true, "RequireLowercaseCharacters": true, "AllowUsersToChangePassword": true, "ExpirePasswords": false}}
        /// ```
        ///
        /// ## Weak: no policy at all
        ///
        /// ```text
        /// An error occurred (NoSuchEntity) when calling the GetAccountPasswordPolicy operation: The Password Policy with domain name 111122223333 cannot be found.
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"PasswordPolicy": {"MinimumPasswordLength": 14, "RequireSymbols": false, "RequireNumbers": false,
        ///   "RequireUppercaseCharacters": false, "RequireLowercaseCharacters": false, "AllowUsersToChangePassword": true, "ExpirePasswords": false, "PasswordReusePrevention": 24}}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html>
    },
    severity: Severity::Medium,
    needs: &[Call::GetAccountPasswordPolicy],
    refines: &[Call::GetCredentialReport],
    watch: &["iam:UpdateAccountPasswordPolicy", "iam:DeleteAccountPasswordPolicy"],
    preventable: &["iam:UpdateAccountPasswordPolicy", "iam:DeleteAccountPasswordPolicy"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    vec![Answer::settle(view.subject(), answer(view))]
}

fn answer<'a>(view: &View<'a>) -> Result<Answer, &'a Gap> {
    let policy = view.account.password_policy.value()?;
    let answer = match policy {
        None => weighed(Answer::weak(view.subject(), "The account has no password policy"), view)
            .evidence("password policy", "none, so AWS asks for 8 characters"),
        Some(policy) => held_against_settings(view, policy),
    };
    Ok(answer
        .evidence("length wanted", view.settings.password_length_min)
        .evidence("former passwords refused wanted", view.settings.password_reuse_min))
}

fn held_against_settings(view: &View<'_>, policy: &PasswordPolicy) -> Answer {
    let (length, reuse) = (policy.minimum_length, policy.reuse_prevention);
    let short = length < view.settings.password_length_min;
    let reused = reuse < view.settings.password_reuse_min;
    let remembered = match reuse {
        0 => "remembers no former password".to_owned(),
        _ => format!("remembers {reuse} former passwords"),
    };
    let title = match (short, reused) {
        (false, false) => format!("Password policy asks for {length} characters, and {remembered}"),
        (true, false) => format!("Password policy asks for {length} characters only"),
        (false, true) => format!("Password policy {remembered}"),
        (true, true) => {
            format!("Password policy asks for {length} characters only, and {remembered}")
        }
    };
    let answer = if short || reused {
        weighed(Answer::weak(view.subject(), title), view)
    } else {
        Answer::sound(view.subject(), title)
    };
    answer.evidence("MinimumPasswordLength", length).evidence("PasswordReusePrevention", reuse)
}

/// Lowers the severity where nobody has a password that the policy would be about.
fn weighed(answer: Answer, view: &View<'_>) -> Answer {
    match view.account.credential_report.value() {
        Ok(report) if report.users().all(|row| row.password_enabled == Some(false)) => {
            answer.severity(Severity::Low, "no IAM user has a password at the moment")
        }
        _ => answer,
    }
}
