use keyward_snapshot::{Call, Secret};

use super::listed::{self, days};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "secrets-unused",
    docs: crate::docs! {
        /// # Secret that nobody reads
        ///
        /// A secret was not read for 90 days, or never.
        ///
        /// ## Why it matters
        ///
        /// A secret without readers protects nothing, and what it opens usually still opens.
        /// Nobody would notice that it leaked, and nobody rotates it.
        ///
        /// ## What is checked
        ///
        /// `LastAccessedDate`, against the setting `secret_unused_days` (90). AWS gives the day and
        /// not the hour, and counts reads in the secret's own region only: each replica has its
        /// own date. A secret that was never read counts from its creation, so that a young one is
        /// sound; without that date the answer is cannot-tell.
        ///
        /// Left out are secrets that wait for their deletion, and secrets that an AWS service keeps
        /// (`OwningService`): the service deletes them with what they belong to, and a master
        /// password that nobody reads is as it should be.
        ///
        /// ## Fix
        ///
        /// 1. Find out what the value opens, and close that: delete the database user, revoke the
        ///    token at the vendor.
        /// 2. `aws secretsmanager delete-secret --secret-id … --recovery-window-in-days 30`.
        ///
        /// ## Fix safety
        ///
        /// A secret that waits for its deletion can't be read, so a reader that comes by once a
        /// year fails loudly, and `restore-secret` brings it back within the window. After the
        /// window it is gone for good.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"SecretList": [{
        ///   "ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:legacy/ftp-a1B2c3",
        ///   "Name": "legacy/ftp",
        ///   "CreatedDate": "2023-02-01T09:00:00+00:00",
        ///   "LastAccessedDate": "2026-01-30T00:00:00+00:00"
        /// }]}
        /// ```
        ///
        /// ## Weak: never read
        ///
        /// ```json
        /// {"SecretList": [{
        ///   "ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:trial/api-a1B2c3",
        ///   "Name": "trial/api",
        ///   "CreatedDate": "2026-02-01T09:00:00+00:00"
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
        ///   "LastAccessedDate": "2026-11-23T00:00:00+00:00"
        /// }]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html>
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html>
    },
    severity: Severity::Medium,
    needs: &[Call::ListSecrets],
    refines: &[],
    watch: &["secretsmanager:CreateSecret", "secretsmanager:RestoreSecret"],
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.secrets, |secret| {
        (!secret.deleted && secret.owning_service.is_none()).then(|| answer(view, secret))
    })
}

fn answer(view: &View<'_>, secret: &Secret) -> Answer {
    let name = &secret.name;
    let limit = view.settings.secret_unused_days;
    let (what, time, title) = match (secret.last_accessed, secret.created) {
        (Some(read), _) => {
            let ago = days(view.days_since(read));
            ("LastAccessedDate", read, format!("`{name}` was last read {ago} ago"))
        }
        (None, Some(created)) => {
            let age = days(view.days_since(created));
            ("CreatedDate", created, format!("`{name}` was never read in its {age}"))
        }
        (None, None) => {
            let title = format!("`{name}` was never read, and AWS gives no date of its creation");
            return Answer::undecided(listed::subject(secret), title);
        }
    };
    let answer = if view.days_since(time) > i64::from(limit) {
        Answer::weak(listed::subject(secret), title)
    } else {
        Answer::sound(listed::subject(secret), title)
    };
    answer.evidence(what, time).evidence("days allowed", limit)
}
