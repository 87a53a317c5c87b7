use keyward_snapshot::{Call, CredentialRow, KeySlot, LastUse};

use super::rows;
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "users-for-services",
    docs: crate::docs! {
        /// # IAM user for software
        ///
        /// An IAM user without a password has an access key that is in use: software signs in with
        /// it, where a role would do.
        ///
        /// ## Why it matters
        ///
        /// The key is a secret that somebody had to copy to where the software runs, into a file,
        /// an environment, a build system. It works from anywhere until somebody replaces it by
        /// hand. A role gives the same software credentials that AWS replaces every few hours, and
        /// that nobody has to store.
        ///
        /// ## What is checked
        ///
        /// IAM users in the credential report that have no console password and an active access
        /// key that signed a request less than `user_unused_days` days (90) before the snapshot.
        /// Nobody signs in to the console as such a user, so what uses the key is software, or a
        /// person at a command line. The evidence names the service and the region of the last
        /// request.
        ///
        /// The report does not tell where the request came from. Whether the software runs inside
        /// AWS is therefore not known, and the finding does not claim it. Inside AWS an instance
        /// profile, a task role, a function's role or Pod Identity replaces the key; outside, IAM
        /// Roles Anywhere or a web identity (OIDC) does for most.
        ///
        /// Users with a password are taken for people, and are sound here. So are users without an
        /// active key, and users whose active keys were not used for that long, or never
        /// (`keys-unused`). Cannot-tell, if there is no report, or if it does not say whether the
        /// user has a password or when an active key was used.
        ///
        /// ## Fix
        ///
        /// Find the software: `aws cloudtrail lookup-events --lookup-attributes
        /// AttributeKey=AccessKeyId,AttributeValue=AKIA…` shows address, user agent and calls. Then
        /// make a role with the permissions that the calls need, let the software's instance,
        /// task, function or pipeline use it, and take the key out of its configuration: SDKs
        /// find a role's credentials only after those in files and environment. When the key is
        /// quiet, deactivate it, and delete the user some weeks later.
        ///
        /// ## Fix safety
        ///
        /// The role and the key work side by side, so the change can be made host by host.
        /// Deactivating the key stops what was overlooked; activating it again undoes that at once.
        /// Deleting the user is irreversible.
        ///
        /// ## Weak
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// backup,arn:aws:iam::111122223333:user/backup,2023-05-02T08:00:00+00:00,false,N/A,N/A,N/A,false,true,2026-09-20T08:00:00+00:00,2026-11-23T08:00:00+00:00,eu-west-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## Sound
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// reports,arn:aws:iam::111122223333:user/reports,2023-05-02T08:00:00+00:00,true,2026-11-20T08:00:00+00:00,2025-09-01T08:00:00+00:00,N/A,true,true,2026-09-20T08:00:00+00:00,2026-11-20T08:00:00+00:00,us-east-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// backup,arn:aws:iam::111122223333:user/backup,2023-05-02T08:00:00+00:00,false,N/A,N/A,N/A,false,false,2026-09-20T08:00:00+00:00,2026-11-23T08:00:00+00:00,eu-west-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>
        /// - <https://docs.aws.amazon.com/rolesanywhere/latest/userguide/introduction.html>
    },
    severity: Severity::High,
    needs: &[Call::GetCredentialReport],
    refines: &[],
    watch: &[
        "iam:CreateUser",
        "iam:CreateAccessKey",
        "iam:UpdateAccessKey",
        "iam:DeleteLoginProfile",
    ],
    preventable: &["iam:CreateUser", "iam:CreateAccessKey"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    rows::each(view, |row| answer(view, row))
}

fn answer(view: &View<'_>, row: &CredentialRow) -> Answer {
    let (subject, user) = (rows::subject(row), &row.user);
    if rows::active_keys(row).next().is_none() {
        return Answer::sound(subject, format!("`{user}` has no active access key"))
            .evidence("active access keys", 0);
    }
    match row.password_enabled {
        Some(false) => {}
        Some(true) => {
            return Answer::sound(
                subject,
                format!("`{user}` has a console password, as people do"),
            )
            .evidence("password_enabled", true);
        }
        None => {
            let title =
                format!("The credential report does not say whether `{user}` has a password");
            return Answer::undecided(subject, title);
        }
    }
    let limit = i64::from(view.settings.user_unused_days);
    let latest = rows::active_keys(row)
        .filter_map(|(_, key)| Some((rows::time(key.last_used)?, key)))
        .max_by_key(|(time, _)| *time);
    let recent = latest.filter(|(time, _)| view.days_since(*time) < limit);
    let unrecorded = rows::active_keys(row).any(|(_, key)| key.last_used == LastUse::Unrecorded);
    let answer = match recent {
        Some((time, key)) => {
            let since = rows::days(view.days_since(time));
            let service = service_of(key);
            let title = format!(
                "`{user}` has no password, and its access key was used{service} {since} ago"
            );
            Answer::weak(subject, title)
                .evidence("where the software runs", "not known from the credential report")
        }
        None if unrecorded => {
            let title = format!(
                "The credential report does not say when an access key of `{user}` was last used"
            );
            Answer::undecided(subject, title)
        }
        None => {
            let title = format!("No access key of `{user}` was used within {limit} days");
            Answer::sound(subject, title)
        }
    };
    let answer = answer.evidence("password_enabled", false);
    rows::active_keys(row).fold(answer, |answer, (number, key)| {
        answer.evidence(&format!("access key {number} last used"), last_used(key))
    })
}

fn service_of(key: &KeySlot) -> String {
    key.last_used_service.as_ref().map_or_else(String::new, |service| format!(" for `{service}`"))
}

fn last_used(key: &KeySlot) -> String {
    let region =
        key.last_used_region.as_ref().map_or_else(String::new, |region| format!(" in {region}"));
    format!("{}{}{region}", rows::in_words(key.last_used), service_of(key))
}
