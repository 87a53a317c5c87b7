use keyward_snapshot::{Call, LastUse};

use super::slots::{ActiveKey, days, each_active};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "keys-unused",
    docs: crate::docs! {
        /// # Unused access key
        ///
        /// An IAM user's access key is active, and nothing has used it for 45 days, or nothing at
        /// all since it was made.
        ///
        /// ## Why it matters
        ///
        /// A key that nobody needs is pure risk: nobody would miss it, and nobody watches it. Its
        /// copies are the ones that turn up in old repositories and on discarded disks. A key that
        /// was never used was made by mistake, or made for later by somebody who wants a way back
        /// in.
        ///
        /// ## What is checked
        ///
        /// The credential report says when each active key last signed a request. Weak is a key
        /// that was last used 45 or more days ago (setting `key_unused_days`), and one that was
        /// never used and was made 7 or more days ago (setting `key_never_used_days`). Inactive
        /// keys get no answer, and neither do the root user's, which `root-with-access-key` is
        /// about.
        ///
        /// AWS updates the time of the last use with some hours' delay, and has recorded it only
        /// since April 2015. Where the report gives no date at all for a key, the answer is
        /// cannot-tell. The key's id is part of the evidence where the list of access keys leaves
        /// no doubt.
        ///
        /// ## Fix
        ///
        /// `aws iam update-access-key --user-name ci --access-key-id AKIA… --status Inactive`, and
        /// after some quiet weeks `aws iam delete-access-key --user-name ci --access-key-id AKIA…`.
        /// Where the evidence lacks the key's id, `aws iam list-access-keys --user-name ci` shows
        /// it. If the user has no other use, delete the user.
        ///
        /// ## Fix safety
        ///
        /// Deactivating is undone by `--status Active` in seconds. What it can break is the job
        /// that runs once a quarter: look at the service and the region of the last use, which are
        /// in the evidence, and ask their owner. A deleted key does not come back.
        ///
        /// ## Weak
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// reports,arn:aws:iam::111122223333:user/reports,2026-01-10T09:00:00+00:00,false,N/A,N/A,N/A,false,true,2026-09-01T00:00:00+00:00,2026-09-20T08:00:00+00:00,eu-west-1,athena,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## Weak: never used
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// reports,arn:aws:iam::111122223333:user/reports,2026-01-10T09:00:00+00:00,false,N/A,N/A,N/A,false,true,2026-11-10T00:00:00+00:00,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## Sound
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// reports,arn:aws:iam::111122223333:user/reports,2026-01-10T09:00:00+00:00,false,N/A,N/A,N/A,false,true,2026-09-01T00:00:00+00:00,2026-11-20T08:00:00+00:00,eu-west-1,athena,true,2026-11-21T00:00:00+00:00,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html>
    },
    severity: Severity::Medium,
    needs: &[Call::GetCredentialReport],
    refines: &[Call::ListAccessKeys],
    watch: &["iam:CreateAccessKey", "iam:UpdateAccessKey"],
    // `iam:UpdateAccessKey` is also how a leaked key is deactivated, so nobody should deny it.
    preventable: &["iam:CreateAccessKey"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    each_active(view, |key| key.described(answer(view, key)))
}

fn answer(view: &View<'_>, key: &ActiveKey<'_>) -> Answer {
    let name = key.name();
    match (key.slot.last_used, key.slot.last_rotated) {
        (LastUse::At(time), _) => {
            let idle = view.days_since(time);
            let title = format!("{name} was last used {} ago", days(idle));
            if idle >= i64::from(view.settings.key_unused_days) {
                Answer::weak(key.subject(), title)
            } else {
                Answer::sound(key.subject(), title)
            }
        }
        (LastUse::Never, Some(made)) => {
            let age = view.days_since(made);
            let title = format!("{name} was never used since it was made {} ago", days(age));
            if age >= i64::from(view.settings.key_never_used_days) {
                Answer::weak(key.subject(), title)
            } else {
                Answer::sound(key.subject(), title)
            }
        }
        (LastUse::Never, None) | (LastUse::Unrecorded, _) => {
            let title = format!("{name} has no date of use in the credential report");
            Answer::undecided(key.subject(), title)
        }
    }
}
