use jiff::Timestamp;
use keyward_snapshot::{Call, Secret};

use super::listed::{self, days};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "secrets-older-than-90-days",
    docs: crate::docs! {
        /// # Secret with an old value
        ///
        /// The value of a secret is the same as 90 days ago.
        ///
        /// ## Why it matters
        ///
        /// Everybody and everything that could read the secret since the value was set may still
        /// have it: people who left, backups, logs, machines that are gone. The age of the value
        /// is how long that list had time to grow.
        ///
        /// ## What is checked
        ///
        /// The age of the value in whole days, against the setting `secret_age_days_max` (90). It
        /// counts from `LastRotatedDate`, else from `LastChangedDate`, else from `CreatedDate`.
        ///
        /// `LastRotatedDate` moves with rotations only: a value put in by hand since then does not
        /// count. `LastChangedDate` moves with every change of the secret, its description and tags
        /// too: a secret that is judged by it may be older than the evidence says, also where it is
        /// called sound. Where AWS gives none of the three dates, the answer is cannot-tell.
        /// Secrets that wait for their deletion are left out.
        ///
        /// ## Fix
        ///
        /// With rotation on: `aws secretsmanager rotate-secret --secret-id …`. Without: make a new
        /// value where the secret is used, store it with `aws secretsmanager put-secret-value`,
        /// have the readers read it, and take the old value out of use there. Then turn on rotation
        /// (`secrets-without-rotation`), or this comes back in 90 days.
        ///
        /// ## Fix safety
        ///
        /// Disruptive for readers that keep a copy: they fail until they read again. The former
        /// value stays readable as `AWSPREVIOUS`, and `update-secret-version-stage` makes it
        /// current again as long as the system behind it still takes it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"SecretList": [{
        ///   "ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/mail-relay-a1B2c3",
        ///   "Name": "prod/mail-relay",
        ///   "CreatedDate": "2024-03-01T09:00:00+00:00",
        ///   "LastChangedDate": "2025-10-08T09:00:00+00:00"
        /// }]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"SecretList": [{
        ///   "ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/mail-relay-a1B2c3",
        ///   "Name": "prod/mail-relay",
        ///   "CreatedDate": "2024-03-01T09:00:00+00:00",
        ///   "LastRotatedDate": "2026-11-02T01:20:00+00:00"
        /// }]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html>
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html>
    },
    severity: Severity::High,
    needs: &[Call::ListSecrets],
    refines: &[],
    watch: &["secretsmanager:CancelRotateSecret"],
    preventable: &["secretsmanager:CancelRotateSecret"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    listed::each(view, |secret| answer(view, secret))
}

fn answer(view: &View<'_>, secret: &Secret) -> Answer {
    let name = &secret.name;
    let subject = listed::subject(secret);
    let Some((what, time)) = value_set(secret) else {
        let title = format!("AWS gives no date for the value of `{name}`");
        return Answer::undecided(subject, title);
    };
    let age = view.days_since(time);
    let title = format!("The value of `{name}` is {} old", days(age));
    let answer = if age > i64::from(view.settings.secret_age_days_max) {
        Answer::weak(subject, title)
    } else {
        Answer::sound(subject, title)
    };
    let answer =
        answer.evidence(what, time).evidence("days allowed", view.settings.secret_age_days_max);
    if what == LAST_CHANGED {
        answer.evidence("accuracy", "moves with any change of the secret: the value may be older")
    } else {
        answer
    }
}

const LAST_CHANGED: &str = "LastChangedDate";

/// The best date for the value that AWS gives, and its name.
fn value_set(secret: &Secret) -> Option<(&'static str, Timestamp)> {
    let rotated = secret.last_rotated.map(|time| ("LastRotatedDate", time));
    let changed = secret.last_changed.map(|time| (LAST_CHANGED, time));
    rotated.or(changed).or(secret.created.map(|time| ("CreatedDate", time)))
}
