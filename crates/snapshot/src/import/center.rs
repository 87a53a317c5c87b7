//! Puts Identity Center together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use keyward_policy::Document;

use super::argument;
use super::gathered::{Gathered, WHOLE, or_lead};
use super::origin::Origin;
use super::recognise::CenterContent;
use crate::{
    AccountId, Assignment, AttachedPolicy, Call, CenterInstance, DirectoryGroup, DirectoryUser,
    Gap, GroupMembership, IdentityCenter, Known, Listing, PermissionSet, Reason,
};

/// An account's id, and the last part of a permission set's ARN.
type Pair = (String, String);

/// The parts of Identity Center, sorted by call.
#[derive(Default)]
pub(super) struct Parts {
    instances: Gathered<CenterInstance>,
    /// ARNs that `list-permission-sets` names.
    named_sets: Gathered<String>,
    sets: Vec<PermissionSet>,
    /// Keys are the last parts of the sets' ARNs; also whether the list came to its end.
    managed: BTreeMap<String, (Vec<AttachedPolicy>, bool)>,
    inline: BTreeMap<String, Option<Arc<Document>>>,
    /// The accounts that a set is provisioned in, and whether the list came to its end.
    provisioned: BTreeMap<String, (BTreeSet<String>, bool)>,
    assignments: Vec<Assignment>,
    /// The pairs of account and permission set about which there is an answer, and whether it came
    /// to its end.
    pairs: BTreeMap<Pair, bool>,
    is_assignment_read: bool,
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
            CenterContent::PermissionSets(arns) => self.named_sets.page(WHOLE, more, arns),
            CenterContent::PermissionSet(set) => self.sets.push(set),
            CenterContent::Managed(set, items) => {
                let (known, ended) = self.managed.entry(set).or_default();
                known.extend(items);
                *ended |= !more;
            }
            CenterContent::Inline(set, policy) => drop(self.inline.insert(set, policy)),
            CenterContent::Provisioned(set, accounts) => {
                let (known, ended) = self.provisioned.entry(set).or_default();
                known.extend(accounts);
                *ended |= !more;
            }
            CenterContent::Assignments(items) => {
                let mut pairs: BTreeSet<Pair> = items.iter().map(pair_of).collect();
                if pairs.is_empty() {
                    pairs.extend(pair_asked(origin));
                }
                for pair in pairs {
                    *self.pairs.entry(pair).or_default() |= !more;
                }
                self.is_assignment_read = true;
                self.assignments.extend(items);
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
            Call::ListPermissionSets => self.named_sets.refuse(WHOLE, gap),
            Call::ListDirectoryUsers => self.users.refuse(WHOLE, gap),
            Call::ListDirectoryGroups => self.groups.refuse(WHOLE, gap),
            _ => self.refused.push((origin.clone(), gap)),
        }
    }

    /// Identity Center; `accounts` are those of the organization, if they are known.
    pub(super) fn assemble(mut self, accounts: Option<&[AccountId]>) -> IdentityCenter {
        use std::mem::take;
        let instances =
            take(&mut self.instances).listing(Call::ListInstances, |item| item.arn.clone());
        let named = take(&mut self.named_sets).listing(Call::ListPermissionSets, String::clone);
        let named = led(named, &instances.gaps);
        let groups =
            take(&mut self.groups).listing(Call::ListDirectoryGroups, |group| group.id.clone());
        let users = take(&mut self.users).listing(Call::ListDirectoryUsers, |user| user.id.clone());
        let groups = led(groups, &instances.gaps);
        let sets = self.permission_sets(named);
        IdentityCenter {
            assignments: self.assignments(&sets, accounts),
            memberships: self.memberships(&groups),
            permission_sets: sets,
            users: led(users, &instances.gaps),
            groups,
            instances,
        }
    }

    /// Why there is no answer to `call` about the thing that `is_meant` knows: what AWS said
    /// instead, or that nobody asked.
    fn gap(&self, call: Call, is_meant: impl Fn(&Origin) -> bool) -> Gap {
        let mut refusals = self.refusals(call);
        let refusal = refusals.find(|(origin, _)| is_meant(origin));
        refusal.map_or_else(|| Gap::not_collected(call), |(_, gap)| gap.clone())
    }

    /// The refusals of a call.
    fn refusals(&self, call: Call) -> impl Iterator<Item = &(Origin, Gap)> {
        self.refused.iter().filter(move |(_, gap)| gap.call == call)
    }

    fn permission_sets(&mut self, named: Listing<String>) -> Listing<PermissionSet> {
        let call = Call::DescribePermissionSet;
        let mut sets = std::mem::take(&mut self.sets);
        let mut seen = BTreeSet::new();
        sets.retain(|set| seen.insert(set.arn.clone()));
        for set in &mut sets {
            self.fill(set);
        }
        let assigned = self.assignments.iter().map(|assignment| &assignment.permission_set);
        let all: BTreeSet<&String> = assigned.chain(&named.items).collect();
        let unread = all.into_iter().filter(|arn| !seen.contains(*arn));
        let gap = |arn: &String| self.gap(call, |origin| is_about_set(origin, arn)).about(arn);
        let mut gaps: Vec<Gap> = unread.map(gap).collect();
        if let Some((_, refusal)) = self.refusals(call).next()
            && gaps.is_empty()
            && sets.is_empty()
        {
            gaps.push(refusal.clone());
        } else {
            // Only the list of all sets tells that every one was described.
            gaps.extend(named.gaps);
        }
        Listing { items: sets, gaps }
    }

    fn fill(&self, set: &mut PermissionSet) {
        let id = set.arn.rsplit('/').next().unwrap_or_default().to_owned();
        let gap = |call| self.gap(call, |origin| is_about_set(origin, &set.arn)).about(&set.arn);
        let managed = gap(Call::ListManagedPoliciesInPermissionSet);
        let inline = gap(Call::GetInlinePolicyForPermissionSet);
        set.managed = match self.managed.get(&id) {
            Some((items, true)) => Known::Value(items.clone()),
            Some((_, false)) => Known::Gap(truncated(managed)),
            None => Known::Gap(managed),
        };
        set.inline = match self.inline.get(&id) {
            Some(policy) => Known::Value(policy.clone()),
            None => Known::Gap(inline),
        };
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
        let mut gaps = BTreeSet::new();
        if sets.gaps.is_empty() {
            for set in sets {
                gaps.extend(self.unassigned(&set.arn, accounts));
            }
        } else {
            // Nobody knows about which permission sets to ask.
            gaps.extend(self.refusals(call).map(|(_, gap)| gap.clone()));
            if !self.pairs.is_empty() && self.pairs.values().all(|ended| !ended) {
                gaps.insert(Gap::truncated(call));
            } else if self.is_assignment_read || gaps.is_empty() {
                gaps.insert(or_lead(call, &sets.gaps));
            }
        }
        Listing { items, gaps: gaps.into_iter().collect() }
    }

    /// What is missing of the assignments of a permission set: in the accounts that it is
    /// provisioned in, or where those are unknown, in all accounts.
    fn unassigned(&self, set: &str, accounts: Option<&[AccountId]>) -> Option<Gap> {
        let call = Call::ListAccountAssignments;
        let id = last_part(set);
        let leading = Call::ListAccountsForProvisionedPermissionSet;
        let lead = match self.provisioned.get(id) {
            Some((accounts, true)) => {
                let mut accounts = accounts.iter().map(String::as_str);
                return accounts.find_map(|account| self.unanswered(account, set));
            }
            Some((_, false)) => Gap::truncated(leading),
            None => self.gap(leading, |origin| is_about_set(origin, set)),
        };
        let gap = match accounts {
            Some(accounts) => {
                accounts.iter().find_map(|account| self.unanswered(account.as_str(), set))?
            }
            None => Gap::not_collected(call),
        };
        let gap = if gap.reason == Reason::NotCollected { or_lead(call, [&lead]) } else { gap };
        Some(gap.about(set))
    }

    fn unanswered(&self, account: &str, set: &str) -> Option<Gap> {
        let pair = (account.to_owned(), last_part(set).to_owned());
        let gap = self.gap(Call::ListAccountAssignments, |origin| {
            is_about_set(origin, set)
                && origin.argument(argument::account_of).is_none_or(|it| it == account)
        });
        match self.pairs.get(&pair) {
            Some(true) => None,
            Some(false) => Some(truncated(gap).about(set)),
            None => Some(gap.about(set)),
        }
    }

    /// A call asks about one group.
    fn memberships(&self, groups: &Listing<DirectoryGroup>) -> Listing<GroupMembership> {
        let call = Call::ListGroupMemberships;
        let mut seen = BTreeSet::new();
        let items = self.memberships.iter().filter(|item| seen.insert((&item.group, &item.user)));
        let items: Vec<GroupMembership> = items.cloned().collect();
        let mut gaps = BTreeSet::new();
        let is_read = !self.membership_files.is_empty();
        if !groups.gaps.is_empty() {
            // Nobody knows about which groups to ask.
            gaps.extend(self.refusals(call).map(|(_, gap)| gap.clone()));
            let broken = self.member_lists.iter().filter(|(_, ended)| !**ended);
            gaps.extend(broken.map(|(group, _)| Gap::truncated(call).about(group)));
            if is_read || gaps.is_empty() {
                gaps.insert(or_lead(call, &groups.gaps));
            }
        }
        for group in groups.items.iter().filter(|_| groups.gaps.is_empty()) {
            gaps.extend(self.without_members(&group.id));
        }
        Listing { items, gaps: gaps.into_iter().collect() }
    }

    fn without_members(&self, group: &str) -> Option<Gap> {
        let mut files = self.membership_files.iter();
        let is_named = files.any(|(origin, more)| !more && origin.names(group));
        let ended = self.member_lists.get(group).copied();
        if is_named || ended == Some(true) {
            return None;
        }
        let others: BTreeSet<&str> = self.member_lists.keys().map(String::as_str).collect();
        let gap = self.gap(Call::ListGroupMemberships, |origin| {
            origin.names(group) || !others.iter().any(|other| origin.names(other))
        });
        Some(if ended.is_some() { truncated(gap) } else { gap }.about(group))
    }
}

fn pair_of(assignment: &Assignment) -> Pair {
    (assignment.account.0.clone(), last_part(&assignment.permission_set).to_owned())
}

/// What an answer is about that names no account itself.
fn pair_asked(origin: &Origin) -> Option<Pair> {
    let set = origin.argument(argument::permission_set_id)?;
    Some((origin.argument(argument::account_of)?.to_owned(), set.to_owned()))
}

fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

/// Whether the permission set was asked about, as far as anybody knows.
fn is_about_set(origin: &Origin, arn: &str) -> bool {
    origin.argument(argument::permission_set_id).is_none_or(|found| found == last_part(arn))
}

/// A list of which a page is there broke off, unless the gap says what came in its place.
fn truncated(gap: Gap) -> Gap {
    match gap.reason {
        Reason::NotCollected => Gap { reason: Reason::Truncated, ..gap },
        _ => gap,
    }
}

/// Nobody asks for a list if the call that leads to it has no answer.
fn led<T>(mut list: Listing<T>, leads: &[Gap]) -> Listing<T> {
    for gap in &mut list.gaps {
        if gap.reason == Reason::NotCollected {
            *gap = or_lead(gap.call, leads);
        }
    }
    list
}
