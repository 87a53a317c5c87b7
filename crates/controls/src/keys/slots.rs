//! The access keys of IAM users, as the credential report tells of them.

use keyward_snapshot::{AccessKey, CredentialRow, KeySlot, LastUse};

use crate::{Answer, Subject, View};

/// One access key that can sign requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct ActiveKey<'a> {
    /// Whose key it is.
    pub(super) row: &'a CredentialRow,
    /// Which of the user's two slots it fills: 1 or 2.
    pub(super) number: usize,
    /// What the report says of it.
    pub(super) slot: &'a KeySlot,
    /// Its id, where the list of access keys was read and leaves no doubt.
    id: Option<&'a str>,
}

/// One answer for each active key of an IAM user, or the gap where there is no credential report.
pub(super) fn each_active<'a>(
    view: &View<'a>,
    mut answer: impl FnMut(&ActiveKey<'a>) -> Answer,
) -> Vec<Answer> {
    match view.account.credential_report.value() {
        Ok(report) => {
            report.users().flat_map(|row| active(view, row)).map(|key| answer(&key)).collect()
        }
        Err(gap) => vec![Answer::cannot_tell(view.subject(), gap)],
    }
}

/// The active keys of one user.
pub(super) fn active<'a>(view: &View<'a>, row: &'a CredentialRow) -> Vec<ActiveKey<'a>> {
    let id = |slot| id(view.account.access_keys.iter(), row, slot);
    (1..)
        .zip(&row.keys)
        .filter(|(_, slot)| slot.active)
        .map(|(number, slot)| ActiveKey { row, number, slot, id: id(slot) })
        .collect()
}

/// The credential report has no ids. A key of the same user that was made at the very time at
/// which the report says that the slot was last filled is the one, unless there are two of them.
fn id<'a>(
    keys: impl Iterator<Item = &'a AccessKey>,
    row: &CredentialRow,
    slot: &KeySlot,
) -> Option<&'a str> {
    let made = slot.last_rotated?;
    let mut same = keys.filter(|key| key.user == row.user && key.created == Some(made));
    let first = same.next()?;
    same.next().is_none().then_some(first.id.as_str())
}

impl ActiveKey<'_> {
    /// The key as part of its user.
    pub(super) fn subject(&self) -> Subject {
        Subject::new(self.row.arn.as_str()).part(format!("access key {}", self.number))
    }

    /// The key at the beginning of a title.
    pub(super) fn name(&self) -> String {
        format!("Access key {} of `{}`", self.number, self.row.user)
    }

    /// Adds what is known of the key to an answer about it.
    pub(super) fn described(&self, answer: Answer) -> Answer {
        let answer = match self.id {
            Some(id) => answer.evidence("access key id", id),
            None => answer,
        };
        answer.evidence("made", self.made()).evidence("last used", last_use(self.slot))
    }

    /// Adds the key as one line to an answer about its user.
    pub(super) fn summed_up(&self, answer: Answer) -> Answer {
        let id = self.id.map_or(String::new(), |id| format!("{id}, "));
        let what = format!("access key {}", self.number);
        let line = format!("{id}made {}, last used {}", self.made(), last_use(self.slot));
        answer.evidence(&what, line)
    }

    fn made(&self) -> String {
        self.slot.last_rotated.map_or_else(|| "unknown".to_owned(), |time| time.to_string())
    }
}

/// The last use of a key, with where and for what.
fn last_use(slot: &KeySlot) -> String {
    match slot.last_used {
        LastUse::At(time) => {
            let service = slot.last_used_service.as_deref();
            let region = slot.last_used_region.as_deref();
            let service = service.map_or(String::new(), |service| format!(" for {service}"));
            let region = region.map_or(String::new(), |region| format!(" in {region}"));
            format!("{time}{service}{region}")
        }
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
