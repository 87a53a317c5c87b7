use jiff::Timestamp;
use keyward_snapshot::{Call, CredentialReport, CredentialRow, Gap, LastUse};

use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "root-used-recently",
    docs: crate::docs! {
        /// # Root user in recent use
        ///
        /// Somebody signed in as the root user, or used one of its access keys, a short while ago.
        ///
        /// ## Why it matters
        ///
        /// Few tasks need the root user, and none of them comes every month. Whoever uses it for
        /// daily work has no limits, leaves no name in CloudTrail, and shows its credentials to one
        /// more browser each time. A use that nobody can explain is a break-in until proven
        /// otherwise.
        ///
        /// ## What is checked
        ///
        /// The root user's row in the credential report: when its password and its access keys were
        /// last used. A use less than `root_used_days` days (30) before the snapshot is weak. AWS
        /// writes `no_information` for a credential that was never used since it began to record
        /// uses in October 2014 (access keys: April 2015). Where the report does not say when a
        /// credential was last used, and no other was used recently, the answer is cannot-tell.
        ///
        /// The report may be up to four hours old, and a use may be missing from it that long.
        /// Root sessions that the management account opens in member accounts (`sts:AssumeRoot`)
        /// use neither password nor key, and do not count.
        ///
        /// ## Fix
        ///
        /// Find out who it was and what for: in CloudTrail, look for events whose
        /// `userIdentity.type` is `Root` around the time in the evidence. If nobody owns up to it,
        /// treat the account as compromised: change the root password, delete its keys, and check
        /// what the events changed.
        ///
        /// Then move the task away from the root user. AWS keeps a list of the tasks that need it;
        /// for all others a role does. In member accounts, delete the root user's credentials
        /// (`root-without-mfa` says how) and do what is left in root sessions from the management
        /// account.
        ///
        /// ## Fix safety
        ///
        /// Nothing is changed in AWS by asking who it was. The finding closes on its own once the
        /// last use lies back far enough.
        ///
        /// ## Weak
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// <root_account>,arn:aws:iam::111122223333:root,2021-03-01T08:00:00+00:00,not_supported,2026-11-20T09:30:00+00:00,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## Sound
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// <root_account>,arn:aws:iam::111122223333:root,2021-03-01T08:00:00+00:00,not_supported,2026-02-01T09:30:00+00:00,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html>
    },
    severity: Severity::High,
    needs: &[Call::GetCredentialReport],
    refines: &[],
    // Signing in is an event of CloudTrail's that no IAM action stands for.
    watch: &["signin:ConsoleLogin", "iam:CreateAccessKey"],
    preventable: &["iam:CreateAccessKey"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    vec![Answer::settle(view.root(), answer(view))]
}

fn answer<'a>(view: &View<'a>) -> Result<Answer, &'a Gap> {
    let report = view.account.credential_report.value()?;
    let Some(row) = report.root() else {
        let title = "The credential report has no row for the root user";
        return Ok(Answer::undecided(view.root(), title));
    };
    let uses = uses(row);
    let days = view.settings.root_used_days;
    let latest = uses.iter().filter_map(|(what, use_)| Some((time(*use_)?, *what))).max();
    let recent = latest.filter(|(time, _)| view.days_since(*time) < i64::from(days));
    let unrecorded = uses.iter().find(|(_, use_)| *use_ == LastUse::Unrecorded);

    let answer = match (recent, unrecorded, latest) {
        (Some((time, what)), _, _) => {
            let title = format!("Root user's {what} was used {}", ago(view.days_since(time)));
            Answer::weak(view.root(), title)
        }
        (None, Some((what, _)), _) => {
            let title = format!(
                "The credential report does not say when the root user's {what} was last used"
            );
            Answer::undecided(view.root(), title)
        }
        (None, None, Some((time, _))) => {
            let title = format!("Root user was last used {}", ago(view.days_since(time)));
            Answer::sound(view.root(), title)
        }
        (None, None, None) => Answer::sound(view.root(), "Root user was never used"),
    };
    let answer = uses.iter().fold(answer, |answer, (what, use_)| {
        answer.evidence(&format!("{what} last used"), in_words(*use_))
    });
    Ok(evidence_of_age(answer, report).evidence("recent means days", days))
}

/// The credentials and their last uses; a slot without a key still tells of the key it held.
fn uses(row: &CredentialRow) -> [(&'static str, LastUse); 3] {
    let [first, second] = &row.keys;
    [
        ("password", row.password_last_used),
        ("access key 1", first.last_used),
        ("access key 2", second.last_used),
    ]
}

fn time(last: LastUse) -> Option<Timestamp> {
    match last {
        LastUse::At(time) => Some(time),
        LastUse::Never | LastUse::Unrecorded => None,
    }
}

fn in_words(last: LastUse) -> String {
    match last {
        LastUse::At(time) => time.to_string(),
        LastUse::Never => "never".to_owned(),
        LastUse::Unrecorded => "not recorded".to_owned(),
    }
}

fn ago(days: i64) -> String {
    match days {
        ..=0 => "less than a day ago".to_owned(),
        1 => "1 day ago".to_owned(),
        _ => format!("{days} days ago"),
    }
}

fn evidence_of_age(answer: Answer, report: &CredentialReport) -> Answer {
    match report.generated_at {
        Some(time) => answer.evidence("report made", time),
        None => answer,
    }
}
