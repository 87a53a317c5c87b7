use keyward_snapshot::{Call, CredentialRow, LastUse};

use super::rows;
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "users-with-unused-password",
    docs: crate::docs! {
        /// # Unused console password
        ///
        /// An IAM user has a console password that nobody has used for a long time, or ever.
        ///
        /// ## Why it matters
        ///
        /// A password that nobody uses is one that nobody would miss, and whose misuse nobody would
        /// notice. It often belongs to somebody who changed jobs, or to a user whose keys are all
        /// that is needed.
        ///
        /// ## What is checked
        ///
        /// The credential report's `password_last_used` of each IAM user that has a password.
        /// `password_unused_days` days (45) or more before the snapshot is weak, and so is a
        /// password that was never used. One that was never used and was set less than that many
        /// days ago is of low severity: its owner may not have come to it yet. AWS records uses
        /// since October 2014.
        ///
        /// Users without a password are sound, and so are those that `break_glass` names: they are
        /// kept for emergencies. Cannot-tell, if there is no report, or if it does not say whether
        /// a user has a password or when it was used.
        ///
        /// ## Fix
        ///
        /// `aws iam delete-login-profile --user-name NAME`, or in the console: the user's *Security
        /// credentials*, *Manage console access*, *Disable*. The user's access keys go on working.
        ///
        /// ## Fix safety
        ///
        /// The password itself can't be restored, but nobody has used it; a new one can be set in a
        /// minute with `create-login-profile`. Ask first where the user may be an emergency access
        /// that the settings do not name.
        ///
        /// ## Weak
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// reports,arn:aws:iam::111122223333:user/reports,2024-05-02T08:00:00+00:00,true,2026-08-01T08:00:00+00:00,2025-09-01T08:00:00+00:00,N/A,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## Weak: never used
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// reports,arn:aws:iam::111122223333:user/reports,2024-05-02T08:00:00+00:00,true,no_information,2024-05-02T08:00:00+00:00,N/A,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## Sound
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// reports,arn:aws:iam::111122223333:user/reports,2024-05-02T08:00:00+00:00,true,2026-11-20T08:00:00+00:00,2025-09-01T08:00:00+00:00,N/A,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>
    },
    severity: Severity::Medium,
    needs: &[Call::GetCredentialReport],
    refines: &[],
    watch: &["iam:CreateLoginProfile"],
    preventable: &["iam:CreateLoginProfile"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    rows::each(view, |row| answer(view, row))
}

fn answer(view: &View<'_>, row: &CredentialRow) -> Answer {
    let (subject, user) = (rows::subject(row), &row.user);
    match row.password_enabled {
        Some(true) => {}
        Some(false) => {
            return Answer::sound(subject, format!("`{user}` has no console password"))
                .evidence("password_enabled", false);
        }
        None => {
            let title =
                format!("The credential report does not say whether `{user}` has a password");
            return Answer::undecided(subject, title);
        }
    }
    if let Some(pattern) = view.settings.break_glass_pattern(&row.arn) {
        return Answer::sound(subject, format!("`{user}` is kept for emergencies"))
            .evidence("break_glass", pattern);
    }
    let limit = view.settings.password_unused_days;
    let answer = match row.password_last_used {
        LastUse::At(time) => {
            let days = view.days_since(time);
            let since = rows::days(days);
            if days >= i64::from(limit) {
                let title = format!("Password of `{user}` was not used for {since}");
                Answer::weak(subject, title)
            } else {
                Answer::sound(subject, format!("Password of `{user}` was used {since} ago"))
            }
        }
        LastUse::Never => never_used(view, row),
        LastUse::Unrecorded => {
            let title =
                format!("The credential report does not say when `{user}` last used its password");
            return Answer::undecided(subject, title);
        }
    };
    answer
        .evidence("password last used", rows::in_words(row.password_last_used))
        .evidence("unused after days", limit)
}

fn never_used(view: &View<'_>, row: &CredentialRow) -> Answer {
    let (subject, user) = (rows::subject(row), &row.user);
    let Some(set) = row.password_last_changed.or(row.created) else {
        return Answer::weak(subject, format!("Password of `{user}` was never used"));
    };
    let days = view.days_since(set);
    let title =
        format!("Password of `{user}` was never used since it was set {} ago", rows::days(days));
    let answer = Answer::weak(subject, title).evidence("password set", set);
    if days < i64::from(view.settings.password_unused_days) {
        answer.severity(Severity::Low, "the password is new, and may not have been needed yet")
    } else {
        answer
    }
}
