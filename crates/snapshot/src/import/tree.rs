//! The tree of an organization, from calls that ask a parent for its children and from calls that
//! ask a child for its parent.

use std::collections::{BTreeMap, BTreeSet};

use super::gathered::or_lead;
use crate::{Call, Gap, Listing, MemberAccount, Root};

/// How many lists of children there are of one parent: accounts, and units.
const LISTS_OF_CHILDREN: usize = 2;

/// What is known of the tree.
#[derive(Default)]
pub(super) struct Tree {
    /// Child and parent.
    parents: BTreeMap<String, String>,
    /// For each parent that was asked for its children, how many lists came to their end.
    asked: BTreeMap<String, usize>,
    /// Whether a child was asked for its parent.
    is_by_child: bool,
    refusals: Vec<Gap>,
}

impl Tree {
    /// Pairs of child and parent.
    pub(super) fn pairs(&mut self, pairs: impl IntoIterator<Item = (String, String)>) {
        self.parents.extend(pairs);
    }

    /// What `list-parents` says of `child`.
    pub(super) fn parent(&mut self, child: String, parents: Vec<String>) {
        self.is_by_child = true;
        self.pairs(parents.into_iter().next().map(|parent| (child, parent)));
    }

    /// One page of what `list-children` says of `parent`.
    pub(super) fn children(&mut self, parent: String, more: bool, children: Vec<String>) {
        self.pairs(children.into_iter().map(|child| (child, parent.clone())));
        *self.asked.entry(parent).or_default() += usize::from(!more);
    }

    /// One of the two calls has no answer.
    pub(super) fn refuse(&mut self, gap: Gap) {
        self.refusals.push(gap);
    }

    /// Pairs of child and parent; complete once every account, and every unit above one, has a
    /// parent.
    pub(super) fn listing(
        self,
        accounts: &Listing<MemberAccount>,
        roots: &Listing<Root>,
    ) -> Listing<(String, String)> {
        let mut gaps = if self.parents.is_empty() {
            self.unread(&roots.gaps)
        } else if !accounts.gaps.is_empty() {
            // Without the accounts nobody knows whose parents are missing.
            self.unread(&accounts.gaps)
        } else {
            self.gaps(accounts, roots)
        };
        gaps.sort();
        gaps.dedup();
        Listing { items: self.parents.into_iter().collect(), gaps }
    }

    fn unread(&self, lead: &[Gap]) -> Vec<Gap> {
        let is_open =
            |gap: &&Gap| gap.about.as_ref().is_none_or(|child| !self.parents.contains_key(child));
        let refusals: Vec<Gap> = self.refusals.iter().filter(is_open).cloned().collect();
        if refusals.is_empty() { vec![or_lead(self.call(), lead)] } else { refusals }
    }

    /// The call that is missed where nobody can say about what.
    fn call(&self) -> Call {
        let is_by_parent = !self.asked.is_empty() || !self.is_by_child;
        if is_by_parent { Call::ListChildren } else { Call::ListParents }
    }

    fn gaps(&self, accounts: &Listing<MemberAccount>, roots: &Listing<Root>) -> Vec<Gap> {
        let is_root = |id: &str| id.starts_with("r-") || roots.iter().any(|root| root.id == id);
        let units = self.parents.values().map(String::as_str).filter(|id| !is_root(id));
        let children = accounts.iter().map(|account| account.id.as_str()).chain(units);
        let missing: BTreeSet<&str> =
            children.filter(|child| !self.parents.contains_key(*child)).collect();
        if missing.is_empty() {
            return Vec::new();
        }
        let about = |thing: &str| {
            let mut refusals = self.refusals.iter();
            refusals.find(|gap| gap.about.as_deref() == Some(thing)).cloned()
        };
        let everywhere = self.refusals.iter().filter(|gap| gap.about.is_none()).cloned();
        let mut gaps: Vec<Gap> = everywhere.collect();
        if self.call() == Call::ListParents {
            let gap = |child: &str| Gap::not_collected(Call::ListParents).about(child);
            gaps.extend(
                missing.into_iter().map(|child| about(child).unwrap_or_else(|| gap(child))),
            );
            return gaps;
        }
        gaps.extend(missing.into_iter().filter_map(about));
        if !self.asked.is_empty() || self.refusals.iter().any(|it| it.call == Call::ListChildren) {
            let gap = |parent: &str| Gap::not_collected(Call::ListChildren).about(parent);
            let open = self.open_parents(roots);
            gaps.extend(
                open.into_iter().map(|parent| about(parent).unwrap_or_else(|| gap(parent))),
            );
        }
        if gaps.is_empty() {
            gaps.push(Gap::not_collected(Call::ListChildren));
        }
        gaps
    }

    /// The roots and units of which not all children were listed.
    fn open_parents<'a>(&'a self, roots: &'a Listing<Root>) -> BTreeSet<&'a str> {
        let units = self.parents.iter().flat_map(|(child, parent)| [child, parent]);
        let units = units.map(String::as_str).filter(|id| !id.bytes().all(|b| b.is_ascii_digit()));
        let all = roots.iter().map(|root| root.id.as_str()).chain(units);
        let is_open = |id: &&str| self.asked.get(*id).is_none_or(|&it| it < LISTS_OF_CHILDREN);
        all.filter(is_open).collect()
    }
}
