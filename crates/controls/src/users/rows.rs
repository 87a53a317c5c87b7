//! The credential report's rows of IAM users, and what they tell.

use jiff::Timestamp;
use keyward_snapshot::{CredentialRow, KeySlot, LastUse};

use crate::{Answer, Subject, View};

/// One answer for each IAM user in the credential report, or the gap where there is no report.
pub(super) fn each(
    view: &View<'_>,
    mut answer: impl FnMut(&CredentialRow) -> Answer,
) -> Vec<Answer> {
    match view.account.credential_report.value() {
        Ok(report) => report.users().map(&mut answer).collect(),
        Err(gap) => vec![Answer::cannot_tell(view.subject(), gap)],
    }
}

/// The user that a row is about.
pub(super) fn subject(row: &CredentialRow) -> Subject {
    Subject::new(row.arn.as_str())
}

/// The access keys that the user has, active or not, with the numbers of their slots.
pub(super) fn keys(row: &CredentialRow) -> impl Iterator<Item = (usize, &KeySlot)> {
    (1..).zip(&row.keys).filter(|(_, key)| key.exists())
}

/// The access keys that can sign requests.
pub(super) fn active_keys(row: &CredentialRow) -> impl Iterator<Item = (usize, &KeySlot)> {
    keys(row).filter(|(_, key)| key.active)
}

/// The time of a use.
pub(super) fn time(last: LastUse) -> Option<Timestamp> {
    match last {
        LastUse::At(time) => Some(time),
        LastUse::Never | LastUse::Unrecorded => None,
    }
}

/// A use as evidence.
pub(super) fn in_words(last: LastUse) -> String {
    match last {
        LastUse::At(time) => time.to_string(),
        LastUse::Never => "never".to_owned(),
        LastUse::Unrecorded => "not recorded".to_owned(),
    }
}

/// A number of days as a length of time.
pub(super) fn days(count: i64) -> String {
    match count {
        ..=0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        _ => format!("{count} days"),
    }
}
