use keyward_snapshot::{Call, CredentialRow, LastUse};

use super::rows;
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "users-unused",
    docs: crate::docs! {
        /// # Unused IAM user
        ///
        /// Neither the password nor an access key of an IAM user has been used for a long time.
        ///
        /// ## Why it matters
        ///
        /// The user's permissions are still there, and so are its credentials, in the hands of
        /// whoever kept a copy. Nobody looks after them, and nobody would notice their use.
        ///
        /// ## What is checked
        ///
        /// The latest of all uses that the credential report knows of: the password's, and those of
        /// both access keys, active or not. `user_unused_days` days (90) or more before the
        /// snapshot is weak. A user that was never used at all is weak once it is that old, also
        /// one that has neither password nor keys. AWS records uses of passwords since October
        /// 2014 and of keys since April 2015.
        ///
        /// Users that `break_glass` names are sound: they are kept for emergencies. Cannot-tell, if
        /// there is no report, if it does not say when a credential was last used and no other was
        /// used recently, or if it does not say how old a user is that was never used.
        ///
        /// The report does not know of service-specific credentials (CodeCommit, Keyspaces, Bedrock
        /// API keys), SSH keys for CodeCommit and signing certificates. A user that has only those
        /// may be in use although this control calls it unused.
        ///
        /// ## Fix
        ///
        /// Check the user for those other credentials: `aws iam
        /// list-service-specific-credentials`, `list-ssh-public-keys` and
        /// `list-signing-certificates`, each with `--user-name reports`. Then take its access away
        /// and wait:
        ///
        /// ```sh
        /// aws iam list-access-keys --user-name reports
        /// aws iam update-access-key --user-name reports --access-key-id AKIAIOSFODNN7EXAMPLE --status Inactive
        /// aws iam delete-login-profile --user-name reports
        /// ```
        ///
        /// If nobody asks for a month, delete the user: in the console, IAM, *Users*, *Delete*,
        /// which takes its keys, devices, policies and groups off it first. At the command line
        /// that is yours to do before `aws iam delete-user`.
        ///
        /// ## Fix safety
        ///
        /// Deactivated keys can be activated again: nothing is lost but the password, and a new one
        /// can be set. Deleting the user is irreversible: keys, devices and the unique id, which
        /// other policies may name, are gone for good.
        ///
        /// ## Weak
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// reports,arn:aws:iam::111122223333:user/reports,2023-05-02T08:00:00+00:00,true,2026-06-01T08:00:00+00:00,2025-09-01T08:00:00+00:00,N/A,true,true,2023-05-02T08:00:00+00:00,2026-03-01T08:00:00+00:00,us-east-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## Sound
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// reports,arn:aws:iam::111122223333:user/reports,2023-05-02T08:00:00+00:00,true,2026-06-01T08:00:00+00:00,2025-09-01T08:00:00+00:00,N/A,true,true,2023-05-02T08:00:00+00:00,2026-11-20T08:00:00+00:00,us-east-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_remove.html>
    },
    severity: Severity::Medium,
    needs: &[Call::GetCredentialReport],
    refines: &[],
    watch: &["iam:CreateUser", "iam:CreateLoginProfile", "iam:CreateAccessKey"],
    preventable: &["iam:CreateUser", "iam:CreateLoginProfile", "iam:CreateAccessKey"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    rows::each(view, |row| answer(view, row))
}

fn answer(view: &View<'_>, row: &CredentialRow) -> Answer {
    let (subject, user) = (rows::subject(row), &row.user);
    if let Some(pattern) = view.settings.break_glass_pattern(&row.arn) {
        return Answer::sound(subject, format!("`{user}` is kept for emergencies"))
            .evidence("break_glass", pattern);
    }
    let limit = i64::from(view.settings.user_unused_days);
    let found = uses(row);
    let latest = found.iter().filter_map(|(_, last)| rows::time(*last)).max();
    let recent = latest.filter(|time| view.days_since(*time) < limit);
    let unrecorded = found.iter().find(|(_, last)| *last == LastUse::Unrecorded);
    let answer = match (recent, unrecorded, latest) {
        (Some(time), _, _) => {
            let since = rows::days(view.days_since(time));
            Answer::sound(subject, format!("`{user}` was used {since} ago"))
        }
        (None, Some((what, _)), _) => {
            let title =
                format!("The credential report does not say when {what} of `{user}` was last used");
            Answer::undecided(subject, title)
        }
        (None, None, Some(time)) => {
            let since = rows::days(view.days_since(time));
            let title = format!("Neither password nor key of `{user}` was used for {since}");
            Answer::weak(subject, title)
        }
        (None, None, None) => never_used(view, row, limit),
    };
    let answer = found.iter().fold(answer, |answer, (what, last)| {
        answer.evidence(&format!("{what} last used"), rows::in_words(*last))
    });
    answer.evidence("unused after days", limit)
}

/// A user's age stands in for the time since its last use.
fn never_used(view: &View<'_>, row: &CredentialRow, limit: i64) -> Answer {
    let (subject, user) = (rows::subject(row), &row.user);
    let Some(created) = row.created else {
        let title = format!("`{user}` was never used, and nobody knows how old it is");
        return Answer::undecided(subject, title);
    };
    let age = view.days_since(created);
    let answer = if age < limit {
        Answer::sound(subject, format!("`{user}` is new: {} old", rows::days(age)))
    } else {
        Answer::weak(subject, unused_title(row, age))
    };
    answer.evidence("created", created)
}

fn unused_title(row: &CredentialRow, age: i64) -> String {
    let (user, age) = (&row.user, rows::days(age));
    if row.password_enabled == Some(false) && rows::keys(row).next().is_none() {
        format!("`{user}` is {age} old and has neither password nor key")
    } else {
        format!("`{user}` is {age} old and was never used")
    }
}

fn uses(row: &CredentialRow) -> [(&'static str, LastUse); 3] {
    let [first, second] = &row.keys;
    [
        ("password", row.password_last_used),
        ("access key 1", first.last_used),
        ("access key 2", second.last_used),
    ]
}
