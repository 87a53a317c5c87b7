use jiff::Timestamp;
use keyward_snapshot::{Call, RotationRules, Secret};

use super::listed::{self, days};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "secrets-rotation-overdue",
    docs: crate::docs! {
        /// # Secret whose rotation is overdue
        ///
        /// Rotation is on, and the secret was not rotated when it should have been.
        ///
        /// ## Why it matters
        ///
        /// A rotation that fails does so without a word: the schedule stays, the console shows
        /// that rotation is on, and the value grows old. The usual causes (the function lost a
        /// permission, the database moved, a half-done rotation blocks the next one) also mean that
        /// the secret can't be replaced in a hurry after a leak.
        ///
        /// ## What is checked
        ///
        /// Secrets with rotation on. One of these makes the answer weak:
        ///
        /// - `NextRotationDate` lies before the time of the snapshot. Secrets Manager leaves it in
        ///   the past when a rotation failed.
        /// - The last rotation is longer ago than the rules allow: `rate(n days)` or
        ///   `rate(n hours)` of the schedule, else `AutomaticallyAfterDays`. One day is added,
        ///   because the window of a rotation may last until the end of its day.
        /// - There was never a rotation, and the secret was created longer ago than that.
        ///
        /// A `cron(…)` schedule is judged by `NextRotationDate` alone. A value that somebody put in
        /// by hand does not count as a rotation here: AWS shows no date for it. Without any date to
        /// judge by, the answer is cannot-tell.
        ///
        /// ## Fix
        ///
        /// 1. `aws secretsmanager describe-secret --secret-id …`: is a version labelled
        ///    `AWSPENDING` that is not also `AWSCURRENT`? Then the last rotation broke off there.
        /// 2. Read the log group of the rotation function, `/aws/lambda/<function>`, and mend what
        ///    it names: network path, permission, password of the superuser.
        /// 3. `aws secretsmanager rotate-secret --secret-id …`, and check that `LastRotatedDate`
        ///    moved.
        ///
        /// ## Fix safety
        ///
        /// A rotation changes the value. Readers that keep a copy of the old one fail until they
        /// read again. If the database already has the pending password, finish that rotation
        /// instead of starting over; otherwise nobody can sign in with the current value.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"SecretList": [{
        ///   "ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/orders-db-a1B2c3",
        ///   "Name": "prod/orders-db",
        ///   "RotationEnabled": true,
        ///   "RotationLambdaARN": "arn:aws:lambda:eu-west-1:111122223333:function:rotate-postgres",
        ///   "RotationRules": {"AutomaticallyAfterDays": 30},
        ///   "CreatedDate": "2024-03-01T09:00:00+00:00",
        ///   "LastRotatedDate": "2026-08-20T00:14:00+00:00",
        ///   "NextRotationDate": "2026-09-19T23:59:59+00:00"
        /// }]}
        /// ```
        ///
        /// ## Weak: it never ran
        ///
        /// ```json
        /// {"SecretList": [{
        ///   "ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/orders-db-a1B2c3",
        ///   "Name": "prod/orders-db",
        ///   "RotationEnabled": true,
        ///   "RotationRules": {"AutomaticallyAfterDays": 30, "ScheduleExpression": "rate(30 days)"},
        ///   "CreatedDate": "2026-06-01T09:00:00+00:00"
        /// }]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"SecretList": [{
        ///   "ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/orders-db-a1B2c3",
        ///   "Name": "prod/orders-db",
        ///   "RotationEnabled": true,
        ///   "RotationLambdaARN": "arn:aws:lambda:eu-west-1:111122223333:function:rotate-postgres",
        ///   "RotationRules": {"AutomaticallyAfterDays": 30},
        ///   "CreatedDate": "2024-03-01T09:00:00+00:00",
        ///   "LastRotatedDate": "2026-11-10T00:14:00+00:00",
        ///   "NextRotationDate": "2026-12-10T23:59:59+00:00"
        /// }]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html>
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html>
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html>
    },
    severity: Severity::High,
    needs: &[Call::ListSecrets],
    refines: &[],
    // Time brings the weakness; these are the calls that make a rotation fail.
    watch: &[
        "lambda:DeleteFunction",
        "lambda:RemovePermission",
        "secretsmanager:PutResourcePolicy",
        "secretsmanager:UpdateSecretVersionStage",
    ],
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

/// How long a rotation's window may stay open after the day on which it is due began.
const WINDOW_HOURS: i64 = 24;

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.secrets, |secret| {
        (secret.rotation_enabled && !secret.deleted).then(|| answer(view, secret))
    })
}

fn answer(view: &View<'_>, secret: &Secret) -> Answer {
    let name = &secret.name;
    let subject = listed::subject(secret);
    let allowed = secret.rotation_rules.as_ref().and_then(interval_hours);
    let since = secret.last_rotated.or(secret.created);
    let late = allowed.zip(since).map(|(hours, since)| {
        view.head.taken_at.duration_since(since).as_hours() > hours + WINDOW_HOURS
    });
    let missed = secret.next_rotation.filter(|due| *due < view.head.taken_at);

    let answer = match (missed, late) {
        (Some(due), _) => {
            let late = days(view.days_since(due));
            Answer::weak(subject, format!("Rotation of `{name}` has been due for {late}"))
        }
        (None, Some(true)) => Answer::weak(subject, late_title(view, secret)),
        (None, Some(false)) => Answer::sound(subject, format!("`{name}` is rotated on time")),
        // A `cron` schedule, or no date to reckon from.
        (None, None) if secret.next_rotation.is_some() => {
            Answer::sound(subject, format!("The next rotation of `{name}` is not due yet"))
        }
        (None, None) => {
            let title = format!("Neither dates nor rules say when `{name}` has to be rotated");
            Answer::undecided(subject, title)
        }
    };
    with_evidence(answer, secret)
}

fn late_title(view: &View<'_>, secret: &Secret) -> String {
    let name = &secret.name;
    match secret.last_rotated {
        Some(time) => {
            let ago = days(view.days_since(time));
            format!("`{name}` was last rotated {ago} ago, longer than its rules allow")
        }
        None => format!("Rotation of `{name}` is on and never ran"),
    }
}

fn with_evidence(answer: Answer, secret: &Secret) -> Answer {
    let date = |time: Option<Timestamp>| time.map_or("never".to_owned(), |time| time.to_string());
    let answer = answer.evidence("rules", in_words(secret.rotation_rules.as_ref()));
    let answer = answer.evidence("LastRotatedDate", date(secret.last_rotated));
    let known = [("NextRotationDate", secret.next_rotation), ("CreatedDate", secret.created)];
    known.into_iter().fold(answer, |answer, (what, time)| match time {
        Some(time) => answer.evidence(what, time),
        None => answer,
    })
}

fn in_words(rules: Option<&RotationRules>) -> String {
    match rules {
        Some(RotationRules { schedule: Some(schedule), .. }) => schedule.clone(),
        Some(RotationRules { automatically_after_days: Some(number), .. }) => {
            format!("every {}", days(i64::from(*number)))
        }
        _ => "none".to_owned(),
    }
}

/// The interval of the rules in hours; none for a `cron` schedule.
fn interval_hours(rules: &RotationRules) -> Option<i64> {
    match &rules.schedule {
        Some(schedule) => rate_hours(schedule),
        None => rules.automatically_after_days.map(|days| i64::from(days) * 24),
    }
}

/// The hours of `rate(12 hours)`, `rate(10 days)`.
fn rate_hours(schedule: &str) -> Option<i64> {
    let inside = schedule.trim().strip_prefix("rate(")?.strip_suffix(')')?;
    let (number, unit) = inside.trim().split_once(' ')?;
    let number = i64::from(number.parse::<u32>().ok()?);
    match unit.trim() {
        "hour" | "hours" => Some(number),
        "day" | "days" => Some(number * 24),
        _ => None,
    }
}
