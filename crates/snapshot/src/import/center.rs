//! Puts Identity Center together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use keyward_policy::Document;

use super::argument;
use super::gathered::{Gathered, WHOLE};
use super::origin::Origin;
use super::recognise::CenterContent;
use crate::{
    AccountId, Assignment, AttachedPolicy, Call, CenterInstance, DirectoryGroup, DirectoryUser,
    Gap, GroupMembership, IdentityCenter, Known, Listing, PermissionSet, Reason,
};

/// The parts of Identity Center, sorted by call.
#[derive(Default)]
pub(super) struct Parts {
    instances: Gathered<CenterInstance>,
    /// ARNs that `list-permission-sets` names; `None` where it was not asked.
    named_sets: Option<BTreeSet<String>>,
    sets: Vec<PermissionSet>,
    /// Keys are the last parts of the sets' ARNs; also whether the list came to its end.
    managed: BTreeMap<String, (Vec<AttachedPolicy>, bool)>,
    inline: BTreeMap<String, Option<Arc<Document>>>,
    assignments: Vec<Assignment>,
    /// Where answers about assignments came from, and whether another page follows.
    assignment_files: Vec<(Origin, bool)>,
    users: Gathered<DirectoryUser>,
    groups: Gathered<DirectoryGroup>,
    memberships: Vec<GroupMembership>,
    membership_files: Vec<(Origin, bool)>,
    /// For each group that an answer names, whether the list came to its end.
    member_lists: BTreeMap<String, bool>,
    refused: Vec<(Origin, Gap)>,
}

impl Parts {
    /// Adds a part that came from `origin`.
    pub(super) fn add(&mut self, origin: &Origin, more: bool, content: CenterContent) {
        match content {
            CenterContent::Instances(items) => self.instances.page(WHOLE, more, items),
            CenterContent::PermissionSets(arns) => {
                self.named_sets.get_or_insert_default().extend(arns);
            }
            CenterContent::PermissionSet(set) => self.sets.push(set),
            CenterContent::Managed(set, items) => {
                let (known, ended) = self.managed.entry(set).or_default();
                known.extend(items);
                *ended |= !more;
            }
            CenterContent::Inline(set, policy) => drop(self.inline.insert(set, policy)),
            CenterContent::Assignments(items) => {
                self.assignments.extend(items);
                self.assignment_files.push((origin.clone(), more));
            }
            CenterContent::Users(items) => self.users.page(WHOLE, more, items),
            CenterContent::Groups(items) => self.groups.page(WHOLE, more, items),
            CenterContent::Memberships(items) => {
                for item in &items {
                    *self.member_lists.entry(item.group.clone()).or_default() |= !more;
                }
                self.memberships.extend(items);
                self.membership_files.push((origin.clone(), more));
            }
            CenterContent::Refused(call, reason) => self.refuse(origin, call, reason),
        }
    }

    fn refuse(&mut self, origin: &Origin, call: Call, reason: Reason) {
        let gap = Gap::because(call, reason);
        match call {
            Call::ListInstances => self.instances.refuse(WHOLE, gap),
            Call::ListDirectoryUsers => self.users.refuse(WHOLE, gap),
            Call::ListDirectoryGroups => self.groups.refuse(WHOLE, gap),
            _ => self.refused.push((origin.clone(), gap)),
        }
    }

    /// Identity Center; `accounts` are those of the organization, if they are known.
    pub(super) fn assemble(mut self, accounts: Option<&[AccountId]>) -> IdentityCenter {
        let groups = std::mem::take(&mut self.groups)
            .listing(Call::ListDirectoryGroups, |group| group.id.clone());
        let sets = self.permission_sets();
        IdentityCenter {
            assignments: self.assignments(&sets, accounts),
            memberships: self.memberships(&groups),
            instances: self.instances.listing(Call::ListInstances, |item| item.arn.clone()),
            permission_sets: sets,
            users: self.users.listing(Call::ListDirectoryUsers, |user| user.id.clone()),
            groups,
        }
    }

    /// The refusals of a call.
    fn refusals(&self, call: Call) -> impl Iterator<Item = &(Origin, Gap)> {
        self.refused.iter().filter(move |(_, gap)| gap.call == call)
    }

    fn permission_sets(&mut self) -> Listing<PermissionSet> {
        let call = Call::DescribePermissionSet;
        let mut sets = std::mem::take(&mut self.sets);
        let mut seen = BTreeSet::new();
        sets.retain(|set| seen.insert(set.arn.clone()));
        for set in &mut sets {
            self.fill(set);
        }
        let assigned = self.assignments.iter().map(|assignment| assignment.permission_set.clone());
        let named = self.named_sets.iter().flatten().cloned();
        let unread =
            assigned.chain(named).filter(|arn| !seen.contains(arn)).collect::<BTreeSet<_>>();
        let mut gaps: Vec<Gap> =
            unread.iter().map(|arn| Gap::not_collected(call).about(arn)).collect();
        let refused = self.refusals(call).next().map(|(_, gap)| gap.clone());
        if let Some(refusal) = refused {
            gaps =
                gaps.into_iter().map(|gap| Gap { about: gap.about, ..refusal.clone() }).collect();
            if gaps.is_empty() && sets.is_empty() {
                gaps.push(refusal);
            }
        } else if self.named_sets.is_none() {
            // Only the list of all sets tells that every one was described.
            gaps.push(Gap::not_collected(call));
        }
        Listing { items: sets, gaps }
    }

    fn fill(&self, set: &mut PermissionSet) {
        let id = set.arn.rsplit('/').next().unwrap_or_default().to_owned();
        let refusal = |call: Call| {
            let mut refusals = self.refusals(call);
            let meant = refusals.find(|(origin, _)| {
                origin.argument(argument::permission_set_id).is_none_or(|found| found == id)
            });
            meant.map(|(_, gap)| gap.clone())
        };
        let call = Call::ListManagedPoliciesInPermissionSet;
        match self.managed.get(&id) {
            Some((items, true)) => set.managed = Known::Value(items.clone()),
            Some((_, false)) => set.managed = Known::Gap(Gap::truncated(call).about(&set.arn)),
            None => {
                if let Some(gap) = refusal(call) {
                    set.managed = Known::Gap(gap.about(&set.arn));
                }
            }
        }
        match self.inline.get(&id) {
            Some(policy) => set.inline = Known::Value(policy.clone()),
            None => {
                if let Some(gap) = refusal(Call::GetInlinePolicyForPermissionSet) {
                    set.inline = Known::Gap(gap.about(&set.arn));
                }
            }
        }
    }

    /// A call asks about one permission set in one account. What is not covered is a gap about the
    /// permission set.
    fn assignments(
        &self,
        sets: &Listing<PermissionSet>,
        accounts: Option<&[AccountId]>,
    ) -> Listing<Assignment> {
        let call = Call::ListAccountAssignments;
        let mut items: Vec<Assignment> = Vec::new();
        let mut seen = BTreeSet::new();
        for item in &self.assignments {
            let key = (&item.account, &item.permission_set, &item.principal_id);
            if seen.insert(key) {
                items.push(item.clone());
            }
        }
        let mut gaps: Vec<Gap> = self.refusals(call).map(|(_, gap)| gap.clone()).collect();
        gaps.sort();
        gaps.dedup();
        let is_ended = self.assignment_files.iter().any(|(_, more)| !more);
        match accounts {
            _ if self.assignment_files.is_empty() => {
                if gaps.is_empty() {
                    gaps.push(Gap::not_collected(call));
                }
            }
            _ if !is_ended => gaps.push(Gap::truncated(call)),
            Some(accounts) if sets.gaps.is_empty() => {
                let covered: BTreeSet<(&str, &str)> = self.covered(&items);
                let is_covered = |set: &PermissionSet| {
                    let id = set.arn.rsplit('/').next().unwrap_or_default();
                    accounts.iter().all(|account| covered.contains(&(account.as_str(), id)))
                };
                let open = sets.iter().filter(|set| !is_covered(set));
                gaps.extend(open.map(|set| Gap::not_collected(call).about(&set.arn)));
            }
            _ => gaps.push(Gap::not_collected(call)),
        }
        Listing { items, gaps }
    }

    /// Pairs of account and permission set about which there is an answer.
    fn covered<'a>(&'a self, items: &'a [Assignment]) -> BTreeSet<(&'a str, &'a str)> {
        let by_items = items.iter().map(|item| {
            let id = item.permission_set.rsplit('/').next().unwrap_or_default();
            (item.account.as_str(), id)
        });
        let by_paths =
            self.assignment_files.iter().filter(|(_, more)| !more).flat_map(|(origin, _)| {
                let set = origin.argument(argument::permission_set_id);
                set.into_iter().flat_map(move |set| origin.account_ids().map(move |id| (id, set)))
            });
        by_items.chain(by_paths).collect()
    }

    fn memberships(&self, groups: &Listing<DirectoryGroup>) -> Listing<GroupMembership> {
        let call = Call::ListGroupMemberships;
        let mut seen = BTreeSet::new();
        let items = self.memberships.iter().filter(|item| seen.insert((&item.group, &item.user)));
        let items: Vec<GroupMembership> = items.cloned().collect();
        let mut gaps: Vec<Gap> = self.refusals(call).map(|(_, gap)| gap.clone()).collect();
        gaps.sort();
        gaps.dedup();
        if self.membership_files.is_empty() {
            if gaps.is_empty() {
                gaps.push(Gap::not_collected(call));
            }
            return Listing { items, gaps };
        }
        let broken = self.member_lists.iter().filter(|(_, ended)| !**ended);
        gaps.extend(broken.map(|(group, _)| Gap::truncated(call).about(group)));
        if groups.gaps.is_empty() {
            let names = |group: &str| {
                let mut files = self.membership_files.iter();
                files.any(|(origin, _)| origin.names(group))
            };
            let is_open = |id: &str| !self.member_lists.contains_key(id) && !names(id);
            let open = groups.iter().filter(|group| is_open(&group.id));
            gaps.extend(open.map(|group| Gap::not_collected(call).about(&group.id)));
        } else {
            gaps.push(Gap::not_collected(call));
        }
        Listing { items, gaps }
    }
}
