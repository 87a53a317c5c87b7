use keyward_snapshot::Call;

use super::slots::{ActiveKey, days, each_active};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "keys-older-than-90-days",
    docs: crate::docs! {
        /// # Access key older than 90 days
        ///
        /// An IAM user's access key is active and was made more than 90 days ago.
        ///
        /// ## Why it matters
        ///
        /// An access key works until somebody ends it. It is copied into files, pipelines and
        /// laptops, and each copy outlives the reason for it: the former colleague's backup, the
        /// old build server. Replacing the key ends all copies at once, known and unknown. A key
        /// that is replaced often also has an owner who knows where it is used, which is what
        /// counts on the day it leaks.
        ///
        /// ## What is checked
        ///
        /// The credential report says for each of a user's two key slots whether the key is active
        /// and when it was made. An active key is weak if that was more than 90 days ago (setting
        /// `key_age_days_max`). Inactive keys get no answer, since they sign nothing. The root
        /// user's keys are the business of `root-with-access-key`.
        ///
        /// The key's id is part of the evidence where the list of access keys was read and exactly
        /// one key of the user was made at the time that the report gives. Where the report gives
        /// no time for an active key, the answer is cannot-tell.
        ///
        /// ## Fix
        ///
        /// Better than a new key is none: a role for software on AWS, OIDC for pipelines, Identity
        /// Center for people. Where a key has to be, replace it:
        ///
        /// 1. `aws iam create-access-key --user-name ci`, and give the new key to the software.
        /// 2. Wait until `aws iam get-access-key-last-used --access-key-id AKIA…` no longer moves for
        ///    the old one.
        /// 3. `aws iam update-access-key --user-name ci --access-key-id AKIA… --status Inactive`.
        /// 4. After some quiet days, `aws iam delete-access-key --user-name ci --access-key-id
        ///    AKIA…`.
        ///
        /// ## Fix safety
        ///
        /// Making a second key disrupts nothing. Deactivating the old one stops every copy that
        /// was forgotten, and is undone by `--status Active` in seconds, which is why it comes
        /// before deletion. A deleted key is gone for good: AWS does not give the secret back.
        ///
        /// ## Weak
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// ci,arn:aws:iam::111122223333:user/ci,2025-01-10T09:00:00+00:00,false,N/A,N/A,N/A,false,true,2025-10-08T00:00:00+00:00,2026-11-23T08:00:00+00:00,us-east-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ```json
        /// {"AccessKeyMetadata": [
        ///   {"UserName": "ci", "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "Status": "Active", "CreateDate": "2025-10-08T00:00:00+00:00"}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// ci,arn:aws:iam::111122223333:user/ci,2025-01-10T09:00:00+00:00,false,N/A,N/A,N/A,false,true,2026-10-08T00:00:00+00:00,2026-11-23T08:00:00+00:00,us-east-1,s3,false,2025-10-08T00:00:00+00:00,2026-10-08T00:00:00+00:00,us-east-1,s3,false,N/A,false,N/A
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html>
    },
    severity: Severity::High,
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
    let Some(made) = key.slot.last_rotated else {
        let title = format!("{} has no date in the credential report", key.name());
        return Answer::undecided(key.subject(), title);
    };
    let age = view.days_since(made);
    let title = format!("{} is {} old", key.name(), days(age));
    if age > i64::from(view.settings.key_age_days_max) {
        Answer::weak(key.subject(), title)
    } else {
        Answer::sound(key.subject(), title)
    }
}
