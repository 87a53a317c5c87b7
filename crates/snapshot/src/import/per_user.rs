//! Calls that ask about one IAM user at a time: whether all users were asked.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::Hash;

use super::origin::Origin;
use crate::{AccessKey, Account, Call, CredentialRow, Gap, Known, Listing, MfaDevice};

/// Something that belongs to a user.
pub(super) trait OfUser {
    /// Whose it is.
    fn user(&self) -> &str;
    /// Whether the credential report says that the user has something of the kind.
    fn exists_for(row: &CredentialRow) -> bool;
}

impl OfUser for AccessKey {
    fn user(&self) -> &str {
        &self.user
    }

    fn exists_for(row: &CredentialRow) -> bool {
        row.keys.iter().any(crate::KeySlot::exists)
    }
}

impl OfUser for MfaDevice {
    fn user(&self) -> &str {
        &self.user
    }

    fn exists_for(row: &CredentialRow) -> bool {
        row.mfa_active
    }
}

/// The answers of one such call.
pub(super) struct Answers<T> {
    items: Vec<T>,
    /// For each user that an answer names, whether the list came to its end.
    ended: BTreeMap<String, bool>,
    /// Where empty answers came from, since only that may tell whose they are.
    empty: Vec<Origin>,
    refused: Vec<(Origin, Gap)>,
}

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self { items: Vec::new(), ended: BTreeMap::new(), empty: Vec::new(), refused: Vec::new() }
    }
}

/// The users of an account, as far as they are known.
pub(super) struct Users<'a> {
    /// Their names; `None` where nobody knows whether these are all.
    names: Option<BTreeSet<&'a str>>,
    rows: BTreeMap<&'a str, &'a CredentialRow>,
}

impl<'a> Users<'a> {
    /// From the list of users and from the credential report.
    pub(super) fn of(account: &'a Account) -> Self {
        let report = match &account.credential_report {
            Known::Value(report) => Some(report),
            Known::Gap(_) => None,
        };
        let rows: BTreeMap<&str, &CredentialRow> =
            report.iter().flat_map(|r| r.users()).map(|row| (row.user.as_str(), row)).collect();
        let listed = account.users.whole().ok();
        let names = (report.is_some() || listed.is_some()).then(|| {
            let listed = listed.unwrap_or_default().iter().map(|user| user.name.as_str());
            rows.keys().copied().chain(listed).collect()
        });
        Self { names, rows }
    }
}

impl<T: OfUser> Answers<T> {
    /// One answer, which is about one user.
    pub(super) fn answer(&mut self, origin: &Origin, more: bool, items: Vec<T>) {
        match items.first() {
            None if more => {}
            None => self.empty.push(origin.clone()),
            Some(first) => {
                let ended = self.ended.entry(first.user().to_owned()).or_default();
                *ended |= !more;
            }
        }
        // Several answers that somebody put into one list are as good.
        let users: BTreeSet<&str> = items.iter().skip(1).map(OfUser::user).collect();
        for user in users {
            self.ended.entry(user.to_owned()).or_insert(!more);
        }
        self.items.extend(items);
    }

    /// AWS refused an answer.
    pub(super) fn refuse(&mut self, origin: &Origin, gap: Gap) {
        self.refused.push((origin.clone(), gap));
    }

    /// All items, and a gap for each user who was not asked about.
    pub(super) fn listing<K: Hash + Eq>(
        mut self,
        call: Call,
        users: &Users<'_>,
        key: impl Fn(&T) -> K,
    ) -> Listing<T> {
        let mut seen = HashSet::new();
        self.items.retain(|item| seen.insert(key(item)));
        let mut gaps = BTreeSet::new();
        for user in self.ended.keys().filter(|user| self.is_broken(user)) {
            let refusal = self.refused.iter().find(|(origin, _)| origin.names(user));
            let gap = refusal.map_or_else(|| Gap::truncated(call), |(_, gap)| gap.clone());
            gaps.insert(gap.about(user));
        }
        let is_read = !self.ended.is_empty() || !self.empty.is_empty();
        match &users.names {
            Some(names) if is_read || !self.refused.is_empty() => {
                let unread = names.iter().filter(|name| !self.covers(name, users));
                gaps.extend(unread.map(|name| self.gap(call, name)));
            }
            _ if !is_read && !self.refused.is_empty() => {
                gaps.extend(self.refused.iter().map(|(_, gap)| gap.clone()));
            }
            // Nobody knows which users there are, so nobody knows whether these are all.
            _ => drop(gaps.insert(Gap::not_collected(call))),
        }
        Listing { items: self.items, gaps: gaps.into_iter().collect() }
    }

    /// Whether pages of the user's list were read, and not the last one.
    fn is_broken(&self, user: &str) -> bool {
        self.ended.get(user) == Some(&false) && !self.empty.iter().any(|it| it.names(user))
    }

    fn covers(&self, user: &str, users: &Users<'_>) -> bool {
        self.ended.contains_key(user)
            || self.empty.iter().any(|origin| origin.names(user))
            || users.rows.get(user).is_some_and(|row| !T::exists_for(row))
    }

    /// Why there is no answer about the user.
    fn gap(&self, call: Call, user: &str) -> Gap {
        let about = self.refused.iter().find(|(origin, _)| origin.names(user));
        let any = about.or_else(|| self.refused.first());
        any.map_or_else(|| Gap::not_collected(call), |(_, gap)| gap.clone()).about(user)
    }
}
