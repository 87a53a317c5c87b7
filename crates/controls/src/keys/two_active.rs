use keyward_snapshot::{Call, CredentialRow};

use super::slots::{active, days};
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "keys-two-active",
    docs: crate::docs! {
        /// # Two active access keys
        ///
        /// An IAM user has two active access keys, and no rotation is under way.
        ///
        /// ## Why it matters
        ///
        /// The second slot is there to replace the first key without an outage. A user who keeps
        /// both filled has twice as much to leak, and no slot left for the day on which a key has
        /// to be replaced in a hurry. Often the second key is the one of another program, or of a
        /// rotation that nobody finished.
        ///
        /// ## What is checked
        ///
        /// The credential report says which of a user's two keys are active, and when each was
        /// made. Two active keys are weak, unless the newer one was made less than 7 days ago
        /// (setting `key_rotation_days`): then a rotation is taken to be under way. Where the
        /// report has no date for one of two active keys, the answer is cannot-tell. Users with
        /// one active key are sound, and users without any get no answer.
        ///
        /// ## Fix
        ///
        /// Find out from the evidence which key is still used and by what. Give its users the key
        /// that is to stay, then `aws iam update-access-key --user-name ci --access-key-id AKIA…
        /// --status Inactive`, and `aws iam delete-access-key --user-name ci --access-key-id
        /// AKIA…` some quiet days later. Two programs
        /// that share a user need a user, or better a role, each.
        ///
        /// ## Fix safety
        ///
        /// Deactivating a key stops what still signs with it, and is undone by `--status Active` in
        /// seconds. A deleted key does not come back.
        ///
        /// ## Weak
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// ci,arn:aws:iam::111122223333:user/ci,2026-01-10T09:00:00+00:00,false,N/A,N/A,N/A,false,true,2026-09-08T00:00:00+00:00,2026-11-23T08:00:00+00:00,us-east-1,s3,true,2026-10-01T00:00:00+00:00,2026-11-22T08:00:00+00:00,us-east-1,ecr,false,N/A,false,N/A
        /// ```
        ///
        /// ## Sound
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// ci,arn:aws:iam::111122223333:user/ci,2026-01-10T09:00:00+00:00,false,N/A,N/A,N/A,false,true,2026-09-08T00:00:00+00:00,2026-11-23T08:00:00+00:00,us-east-1,s3,false,2026-06-01T00:00:00+00:00,2026-09-08T08:00:00+00:00,us-east-1,ecr,false,N/A,false,N/A
        /// ```
        ///
        /// ## Sound: a rotation is under way
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// ci,arn:aws:iam::111122223333:user/ci,2026-01-10T09:00:00+00:00,false,N/A,N/A,N/A,false,true,2026-09-08T00:00:00+00:00,2026-11-23T08:00:00+00:00,us-east-1,s3,true,2026-11-22T00:00:00+00:00,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html>
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
    match view.account.credential_report.value() {
        Ok(report) => report.users().filter_map(|row| answer(view, row)).collect(),
        Err(gap) => vec![Answer::cannot_tell(view.subject(), gap)],
    }
}

fn answer(view: &View<'_>, row: &CredentialRow) -> Option<Answer> {
    let keys = active(view, row);
    let subject = || Subject::new(row.arn.as_str());
    let user = &row.user;
    let answer = match keys.as_slice() {
        [] => return None,
        [_] => Answer::sound(subject(), format!("`{user}` has one active access key")),
        [first, second, ..] => match first.slot.last_rotated.zip(second.slot.last_rotated) {
            None => {
                let title = format!("`{user}` has two active access keys, one without a date");
                Answer::undecided(subject(), title)
            }
            Some((first, second)) => {
                let age = view.days_since(first.max(second));
                let title =
                    format!("`{user}` has two active access keys, the newer one {} old", days(age));
                if age < i64::from(view.settings.key_rotation_days) {
                    Answer::sound(subject(), title)
                } else {
                    Answer::weak(subject(), title)
                }
            }
        },
    };
    Some(keys.iter().fold(answer, |answer, key| key.summed_up(answer)))
}
