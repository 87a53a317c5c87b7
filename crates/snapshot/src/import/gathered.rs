//! One list of AWS's, put together from its pages and from several regions.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::Hash;

use crate::{Call, Gap, Known, Listing, Reason};

/// Items, the lists that they came from, and what was refused.
pub(super) struct Gathered<T> {
    items: Vec<T>,
    /// For each list (a region's, say), whether one of its pages was the last.
    lists: BTreeMap<String, bool>,
    /// Refused calls, with the list that they would have answered.
    refusals: Vec<(String, Gap)>,
}

impl<T> Default for Gathered<T> {
    fn default() -> Self {
        Self { items: Vec::new(), lists: BTreeMap::new(), refusals: Vec::new() }
    }
}

impl<T> Gathered<T> {
    /// One page of the list `list`; `more` says that another one follows.
    pub(super) fn page(&mut self, list: &str, more: bool, items: impl IntoIterator<Item = T>) {
        self.items.extend(items);
        match self.lists.get_mut(list) {
            Some(ended) => *ended |= !more,
            None => drop(self.lists.insert(list.to_owned(), !more)),
        }
    }

    /// AWS refused the list `list`.
    pub(super) fn refuse(&mut self, list: &str, gap: Gap) {
        self.refusals.push((list.to_owned(), gap));
    }

    /// Whether a page was read.
    pub(super) fn is_read(&self) -> bool {
        !self.lists.is_empty()
    }

    /// What was read, each item once.
    pub(super) fn items(&self) -> &[T] {
        &self.items
    }

    /// All items, and the gaps of the lists that broke off, were refused, or were never read.
    pub(super) fn listing<K: Hash + Eq>(self, call: Call, key: impl Fn(&T) -> K) -> Listing<T> {
        let mut items = self.items;
        let mut seen = HashSet::new();
        items.retain(|item| seen.insert(key(item)));
        let is_ended = |list: &String| self.lists.get(list).copied().unwrap_or_default();
        let (refused, refusals): (BTreeSet<&String>, Vec<Gap>) = self
            .refusals
            .iter()
            .filter(|(list, _)| !is_ended(list))
            .map(|(list, gap)| (list, gap.clone()))
            .unzip();
        let mut gaps = refusals;
        for list in self.lists.keys().filter(|list| !is_ended(list) && !refused.contains(list)) {
            let gap = Gap::truncated(call);
            gaps.push(match (region_of_list(list), thing_of_list(list)) {
                (Some(region), _) => gap.in_region(region),
                (None, Some(thing)) => gap.about(thing),
                (None, None) => gap,
            });
        }
        gaps.sort();
        gaps.dedup();
        if self.lists.is_empty() && gaps.is_empty() {
            gaps.push(Gap::not_collected(call));
        }
        Listing { items, gaps }
    }

    /// The same, where every region has a list of its own: in a region of `regions` of which there
    /// is neither a list nor a refusal nobody asked.
    pub(super) fn regional<K: Hash + Eq>(
        self,
        call: Call,
        regions: &Regions,
        key: impl Fn(&T) -> K,
    ) -> Listing<T> {
        let unasked = self.unasked(call, &regions.known);
        let is_read = self.is_read();
        let mut listing = self.listing(call, key);
        listing.gaps.extend(unasked);
        listing.gaps.extend(regions.refusal.iter().filter(|_| is_read).cloned());
        listing
    }

    /// The same, where the call is asked about one thing, or some, at a time: what nobody asked
    /// about is a gap. `wanted` are the things, with their regions.
    pub(super) fn about<K: Hash + Eq>(
        self,
        call: Call,
        wanted: &BTreeMap<String, Option<String>>,
        key: impl Fn(&T) -> K,
        subject: impl Fn(&T) -> Option<&str>,
    ) -> Listing<T> {
        let subjects = self.items.iter().filter_map(subject);
        let lists = self.lists.keys().filter_map(|list| thing_of_list(list));
        let answered: BTreeSet<&str> = subjects.chain(lists).collect();
        let refusal_of = |thing: &str, region: Option<&str>| {
            let is_meant = |list: &str| match thing_of_list(list) {
                Some(about) => about == thing,
                None => region_of_list(list).is_none_or(|it| Some(it) == region),
            };
            self.refusals.iter().find(|(list, _)| is_meant(list)).map(|(_, gap)| gap.clone())
        };
        let gap_of = |(thing, region): (&String, &Option<String>)| {
            let refusal = refusal_of(thing, region.as_deref());
            let gap = refusal.unwrap_or_else(|| Gap::not_collected(call)).about(thing);
            region.as_deref().map_or(gap.clone(), |region| gap.in_region(region))
        };
        let open = wanted.iter().filter(|(thing, _)| !answered.contains(thing.as_str()));
        let mut gaps: Vec<Gap> = open.map(gap_of).collect();
        let is_broken = |(list, ended): (&String, &bool)| !ended && thing_of_list(list).is_some();
        let whole = self.lists.iter().filter(|(list, _)| thing_of_list(list).is_none());
        let (mut lists, mut refusals) = (BTreeMap::new(), Vec::new());
        // What is left to say of is where a list broke off.
        lists.extend(whole.map(|(list, ended)| (list.clone(), *ended)));
        for entry in self.lists.iter().filter(|entry| is_broken((entry.0, entry.1))) {
            lists.insert(entry.0.clone(), false);
            refusals.extend(self.refusals.iter().filter(|(list, _)| list == entry.0).cloned());
        }
        if lists.is_empty() {
            // Where nothing was wanted, nothing is missing.
            lists.insert(WHOLE.to_owned(), true);
        }
        let rest = Self { items: self.items, lists, refusals }.listing(call, key);
        gaps.extend(rest.gaps);
        gaps.sort();
        gaps.dedup();
        Listing { items: rest.items, gaps }
    }

    /// None as long as nothing was asked at all. A list from a region that nobody knows may be one
    /// that is missed.
    fn unasked(&self, call: Call, known: &BTreeSet<String>) -> Vec<Gap> {
        let refused = self.refusals.iter().map(|(list, _)| list.as_str());
        let lists: BTreeSet<&str> = self.lists.keys().map(String::as_str).chain(refused).collect();
        let asked: BTreeSet<&str> = lists.iter().copied().filter_map(region_of_list).collect();
        let somewhere = lists.len() - asked.len();
        let missed = known.iter().filter(|it| !asked.contains(it.as_str()));
        if lists.is_empty() || missed.clone().count() <= somewhere {
            Vec::new()
        } else if somewhere == 0 {
            missed.map(|it| Gap::not_collected(call).in_region(it)).collect()
        } else {
            vec![Gap::not_collected(call)]
        }
    }
}

/// In which regions lists have to be there.
pub(super) struct Regions {
    known: BTreeSet<String>,
    /// Why nobody knows whether there are others, where AWS did not say which are on.
    refusal: Option<Gap>,
}

impl Regions {
    /// The regions that are on, if AWS was asked.
    pub(super) fn enabled(enabled: Option<&Known<Vec<String>>>) -> Self {
        match enabled {
            Some(Known::Value(regions)) => {
                Self { known: regions.iter().cloned().collect(), refusal: None }
            }
            Some(Known::Gap(gap)) => Self { known: BTreeSet::new(), refusal: Some(gap.clone()) },
            None => Self { known: BTreeSet::new(), refusal: None },
        }
    }

    /// These, and the one in which global services of the partition have their events.
    pub(super) fn and_global(&self) -> Self {
        let global = match self.known.first() {
            Some(region) if region.starts_with("cn-") => "cn-north-1",
            Some(region) if region.starts_with("us-gov-") => "us-gov-west-1",
            _ => "us-east-1",
        };
        self.and(&BTreeSet::from([global.to_owned()]))
    }

    /// These, and `more`.
    pub(super) fn and(&self, more: &BTreeSet<String>) -> Self {
        Self { known: &self.known | more, refusal: self.refusal.clone() }
    }
}

/// Why nobody made the call: because one of `leads`, the gaps of calls that lead to it, is not for
/// want of asking, or for no reason.
pub(super) fn or_lead<'g>(call: Call, leads: impl IntoIterator<Item = &'g Gap>) -> Gap {
    let mut refused = leads.into_iter().filter(|gap| gap.reason != Reason::NotCollected);
    refused.next().map_or_else(|| Gap::not_collected(call), Gap::clone)
}

/// The name of the only list of an account or an organization.
pub(super) const WHOLE: &str = "";

/// The name of a region's list. Where the region is unknown, the folder tells lists apart.
pub(super) fn list_of_region(region: Option<&str>, folder: &str) -> String {
    region.map_or_else(|| format!("in {folder}"), |region| format!("region {region}"))
}

fn thing_of_list(list: &str) -> Option<&str> {
    list.strip_prefix("about ")
}

fn region_of_list(list: &str) -> Option<&str> {
    list.strip_prefix("region ")
}
