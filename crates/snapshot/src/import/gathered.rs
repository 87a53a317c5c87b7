//! One list of AWS's, put together from its pages and from several regions.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::Hash;

use crate::{Call, Gap, Listing};

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
        let refusals = self.refusals.into_iter().filter(|(list, _)| !self.lists.contains_key(list));
        let mut gaps: Vec<Gap> = refusals.map(|(_, gap)| gap).collect();
        for (list, _) in self.lists.iter().filter(|(_, ended)| !**ended) {
            let gap = Gap::truncated(call);
            gaps.push(match region_of_list(list) {
                Some(region) => gap.in_region(region),
                None => gap,
            });
        }
        gaps.sort();
        gaps.dedup();
        if self.lists.is_empty() && gaps.is_empty() {
            gaps.push(Gap::not_collected(call));
        }
        Listing { items, gaps }
    }

    /// The same, where every region has a list of its own: in a region of `known` of which there is
    /// neither a list nor a refusal nobody asked.
    pub(super) fn regional<K: Hash + Eq>(
        self,
        call: Call,
        known: &BTreeSet<String>,
        key: impl Fn(&T) -> K,
    ) -> Listing<T> {
        let unasked = self.unasked(known);
        let mut listing = self.listing(call, key);
        listing.gaps.extend(unasked.iter().map(|it| Gap::not_collected(call).in_region(it)));
        listing
    }

    /// None as long as nothing was read at all, or a list is from a region that nobody knows: it
    /// may be the one that is missed.
    fn unasked(&self, known: &BTreeSet<String>) -> Vec<String> {
        let refused = self.refusals.iter().map(|(list, _)| list);
        let asked: Option<BTreeSet<&str>> =
            self.lists.keys().chain(refused).map(|list| region_of_list(list)).collect();
        match asked {
            Some(asked) if !asked.is_empty() => {
                known.iter().filter(|it| !asked.contains(it.as_str())).cloned().collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The name of the only list of an account or an organization.
pub(super) const WHOLE: &str = "";

/// The name of a region's list. Where the region is unknown, the folder tells lists apart.
pub(super) fn list_of_region(region: Option<&str>, folder: &str) -> String {
    region.map_or_else(|| format!("in {folder}"), |region| format!("region {region}"))
}

fn region_of_list(list: &str) -> Option<&str> {
    list.strip_prefix("region ")
}
