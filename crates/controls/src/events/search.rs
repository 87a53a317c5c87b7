//! What came out when an event was followed.

use std::collections::BTreeSet;

use keyward_snapshot::{AccountId, Gap};

/// Where one way leads.
#[derive(Clone, Debug)]
pub(super) enum Reach {
    /// Somebody, or something that takes the event: who.
    Told(String),
    /// Nobody, for this reason.
    Broken(String),
    /// What would tell was not read.
    Unread(Gap),
    /// Nobody can tell, for this reason.
    Open(String),
}

/// What was found on the ways of one event.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// The whole of a way that works.
    pub(super) told: Option<String>,
    /// A way that works and holds in all regions.
    pub(super) is_told_in_all_regions: bool,
    /// A way that works and holds for all accounts of the organization.
    pub(super) is_told_for_all: bool,
    pub(super) gap: Option<Gap>,
    pub(super) open: Option<String>,
    /// Where ways break off.
    pub(super) broken: BTreeSet<String>,
    /// The account to whose log group the organization's trail hands the event.
    pub(super) elsewhere: Option<AccountId>,
}

impl Search {
    /// Notes where the way `way` leads.
    pub(super) fn note(&mut self, way: &str, reach: Reach) {
        match reach {
            Reach::Told(who) => drop(self.told.get_or_insert(format!("{way}, {who}"))),
            Reach::Broken(why) => drop(self.broken.insert(format!("{way}: {why}"))),
            Reach::Unread(gap) => drop(self.gap.get_or_insert(gap)),
            Reach::Open(why) => drop(self.open.get_or_insert(format!("{way}: {why}"))),
        }
    }

    /// Adds what was found on some of the ways.
    pub(super) fn add(&mut self, found: Self) {
        self.told = self.told.take().or(found.told);
        self.is_told_in_all_regions |= found.is_told_in_all_regions;
        self.is_told_for_all |= found.is_told_for_all;
        self.gap = self.gap.take().or(found.gap);
        self.open = self.open.take().or(found.open);
        self.broken.extend(found.broken);
        self.elsewhere = self.elsewhere.take().or(found.elsewhere);
    }

    pub(super) fn unread(&mut self, gap: &Gap) {
        self.gap.get_or_insert(gap.clone());
    }
}
