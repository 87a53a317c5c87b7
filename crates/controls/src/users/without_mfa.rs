use keyward_access::{Answer as Permitted, Identities};
use keyward_snapshot::{Call, CredentialRow};

use super::rows;
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "users-without-mfa",
    docs: crate::docs! {
        /// # IAM user with a password and no MFA
        ///
        /// An IAM user can sign in to the console with a password alone: no MFA device is
        /// registered for it.
        ///
        /// ## Why it matters
        ///
        /// Passwords leak: in phishing, in reuse on other sites, in a browser's store on a stolen
        /// laptop. An IAM user's sign-in page is open to the whole internet, so a leaked password
        /// is all that an attacker needs. A device makes the password useless on its own.
        ///
        /// ## What is checked
        ///
        /// Each IAM user in the credential report that has a console password must have an MFA
        /// device. Users without a password are sound here; whether their access keys work without
        /// MFA is the question of `users-mfa-not-enforced`. Cannot-tell, if there is no credential
        /// report, or if it does not say whether a user without a device has a password.
        ///
        /// The severity is critical where the user is an administrator by what its policies say:
        /// its own, those of its groups, its boundary, and the service control policies as far as
        /// they were read. Where one of the user's policies was not read, it stays high and the
        /// evidence says so.
        ///
        /// ## Fix
        ///
        /// Give people access through IAM Identity Center and delete their IAM users. Until then,
        /// let the user register a device, preferably a passkey: *Security credentials*, *Assign
        /// MFA device*. An administrator can do it for the user:
        ///
        /// ```sh
        /// aws iam create-virtual-mfa-device --virtual-mfa-device-name deploy-phone --outfile qr.png --bootstrap-method QRCodePNG
        /// aws iam enable-mfa-device --user-name deploy --serial-number arn:aws:iam::111122223333:mfa/deploy-phone --authentication-code1 123456 --authentication-code2 789012
        /// ```
        ///
        /// A password that nobody uses: `aws iam delete-login-profile --user-name deploy`.
        ///
        /// ## Fix safety
        ///
        /// Registering a device disrupts nothing but the next sign-in, which asks for a code.
        /// Deleting a password is irreversible for the password itself: a new one can be set, the
        /// old one not restored.
        ///
        /// ## Weak
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// deploy,arn:aws:iam::111122223333:user/deploy,2024-05-02T08:00:00+00:00,true,2026-11-20T08:00:00+00:00,2026-09-01T08:00:00+00:00,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## Sound
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// deploy,arn:aws:iam::111122223333:user/deploy,2024-05-02T08:00:00+00:00,true,2026-11-20T08:00:00+00:00,2026-09-01T08:00:00+00:00,N/A,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ci,arn:aws:iam::111122223333:user/ci,2024-05-02T08:00:00+00:00,false,N/A,N/A,N/A,false,true,2026-10-01T08:00:00+00:00,2026-11-20T08:00:00+00:00,us-east-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>
    },
    severity: Severity::High,
    needs: &[Call::GetCredentialReport],
    refines: &[
        Call::GetAccountAuthorizationDetails,
        Call::DescribeOrganization,
        Call::ListRoots,
        Call::ListChildren,
        Call::ListPolicies,
        Call::DescribePolicy,
        Call::ListTargetsForPolicy,
    ],
    watch: &["iam:CreateLoginProfile", "iam:DeactivateMFADevice"],
    preventable: &["iam:CreateLoginProfile"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    let identities = Identities::new(view.head, view.account);
    rows::each(view, |row| answer(view, &identities, row))
}

fn answer(view: &View<'_>, identities: &Identities<'_>, row: &CredentialRow) -> Answer {
    let (subject, user) = (rows::subject(row), &row.user);
    match (row.password_enabled, row.mfa_active) {
        (Some(false), _) => Answer::sound(subject, format!("`{user}` has no console password"))
            .evidence("password_enabled", false),
        (_, true) => Answer::sound(subject, format!("`{user}` has an MFA device"))
            .evidence("mfa_active", true),
        (Some(true), false) => {
            let title = format!("`{user}` has a console password and no MFA device");
            let answer = Answer::weak(subject, title)
                .evidence("password_enabled", true)
                .evidence("password last used", rows::in_words(row.password_last_used))
                .evidence("mfa_active", false);
            weighed(answer, view, identities, row)
        }
        (None, false) => {
            let title =
                format!("The credential report does not say whether `{user}` has a password");
            Answer::undecided(subject, title)
        }
    }
}

/// Raises the severity for an administrator.
fn weighed(
    answer: Answer,
    view: &View<'_>,
    identities: &Identities<'_>,
    row: &CredentialRow,
) -> Answer {
    let Some(user) = view.account.users.iter().find(|user| user.arn == row.arn) else {
        return answer.evidence("administrator", "not known: the user's policies were not read");
    };
    let permissions = identities.user(user).overlooking_unread_scps();
    match permissions.administrator(&user.arn) {
        Permitted::Yes(because) => {
            let answer = answer.severity(Severity::Critical, "the user is an administrator");
            because.iter().fold(answer, |answer, it| answer.evidence("administrator by", it))
        }
        Permitted::No(_) | Permitted::Depends(_) => answer,
        Permitted::CannotTell(gap) => {
            let unread = format!("not known without `{}`", gap.call.command());
            answer.evidence("administrator", unread)
        }
    }
}
