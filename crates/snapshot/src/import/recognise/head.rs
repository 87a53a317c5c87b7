//! What ends in the head of the snapshot: the organization, and Identity Center.

use std::sync::Arc;

use keyward_policy::Document;
use serde_json::value::RawValue;

use super::super::documents::Documents;
use super::super::error::ImportError;
use super::super::item::Item;
use super::super::{argument, iam, identity_center, organizations, place};
use super::{AccountContent, CenterContent, Content, OrganizationContent, Sorting, item_of};
use crate::{AccountId, Call};

/// The parts of [`Sorting`] that end in the head of the snapshot.
impl Sorting<'_> {
    fn put_organization(&mut self, call: Option<Call>, content: OrganizationContent) {
        self.put(call, Content::Organization(content));
    }

    pub(super) fn organization(&mut self, documents: &mut Documents) -> Result<(), ImportError> {
        use std::mem::take;
        let chains = take(&mut self.answer.lists.parents_of);
        if !chains.is_empty() {
            self.put_organization(None, OrganizationContent::Chains(chains));
        }
        if let Some(held) = self.hold("Organization")
            && held.raw.get().starts_with('{')
        {
            let described =
                organizations::organization(&item_of(self.path, "Organization", &held))?;
            let content = OrganizationContent::Described(described);
            self.put_organization(Some(Call::DescribeOrganization), content);
        }
        let parent = self.origin.argument(argument::parent_id).map(str::to_owned);
        if self.has("Accounts") {
            let accounts = take(&mut self.answer.lists.accounts);
            match parent.clone() {
                Some(parent) => {
                    let children = accounts.into_iter().map(|account| account.id.0).collect();
                    let content = OrganizationContent::AccountsOf(parent, children);
                    self.put_organization(None, content);
                }
                // An organization has its management account at least.
                None if accounts.is_empty() && !self.origin.is_live(Call::ListAccounts) => {}
                None => self.put_organization(
                    Some(Call::ListAccounts),
                    OrganizationContent::Accounts(accounts),
                ),
            }
        }
        if self.has("OrganizationalUnits") {
            let units = take(&mut self.answer.lists.units);
            if let Some(parent) = parent.clone() {
                self.put_organization(None, OrganizationContent::AccountsOf(parent, units));
            }
        }
        if self.has("Roots") && !self.answer.lists.roots.is_empty() {
            let roots = take(&mut self.answer.lists.roots);
            self.put_organization(Some(Call::ListRoots), OrganizationContent::Roots(roots));
        }
        if self.has("Parents") && !self.answer.lists.parents.is_empty() {
            let parents = take(&mut self.answer.lists.parents);
            let child = self
                .origin
                .argument(argument::child_id)
                .ok_or_else(|| argument::unknown(self.path, Call::ListParents))?;
            let content = OrganizationContent::Parents(child.to_owned(), parents);
            self.put_organization(Some(Call::ListParents), content);
        }
        if self.has("Children") {
            let children = take(&mut self.answer.lists.children);
            match parent {
                Some(parent) => {
                    let content = OrganizationContent::Children(parent, children);
                    self.put_organization(Some(Call::ListChildren), content);
                }
                None if children.is_empty() => {}
                None => return Err(argument::unknown(self.path, Call::ListChildren)),
            }
        }
        self.control_policies(documents)
    }

    fn control_policies(&mut self, documents: &mut Documents) -> Result<(), ImportError> {
        use std::mem::take;
        if let Some(held) = self.hold("Policy") {
            let item = item_of(self.path, "Policy", &held);
            if let Some(policy) = organizations::policy(&item, documents)? {
                let content = OrganizationContent::Policy(policy);
                self.put_organization(Some(Call::DescribePolicy), content);
            } else if let Some(policy) = iam::policy_alone(&item)? {
                self.account = place::account_of_arn(&policy.arn).map(AccountId::from);
                self.put_account(Call::GetPolicy, AccountContent::PolicyAlone(policy));
            }
        }
        let policies = take(&mut self.answer.lists.control_policies);
        let is_of_type = self.origin.argument(argument::policy_type).is_some();
        if self.has("Policies") && (is_of_type || !policies.is_empty()) {
            match self.origin.argument(argument::target_id) {
                Some(target) => {
                    let content = OrganizationContent::PoliciesOf(target.to_owned(), policies);
                    self.put_organization(None, content);
                }
                None => self.put_organization(
                    Some(Call::ListPolicies),
                    OrganizationContent::Policies(policies),
                ),
            }
        }
        let rule_targets = take(&mut self.answer.lists.rule_targets);
        if self.has("Targets")
            && (!rule_targets.is_empty() || self.origin.names_call(Call::ListTargetsByRule))
        {
            let content = AccountContent::RuleTargets(rule_targets);
            self.put_account(Call::ListTargetsByRule, content);
        } else if self.has("Targets") {
            let targets = take(&mut self.answer.lists.targets);
            match self.origin.argument(argument::policy_id) {
                Some(policy) => {
                    let content = OrganizationContent::Targets(policy.to_owned(), targets);
                    self.put_organization(Some(Call::ListTargetsForPolicy), content);
                }
                None if targets.is_empty() => {}
                None => return Err(argument::unknown(self.path, Call::ListTargetsForPolicy)),
            }
        }
        Ok(())
    }

    fn put_center(&mut self, call: Option<Call>, content: CenterContent) {
        self.put(call, Content::Center(content));
    }

    pub(super) fn identity_center(&mut self, documents: &mut Documents) -> Result<(), ImportError> {
        use std::mem::take;
        if self.has("Instances") {
            let items = take(&mut self.answer.lists.center_instances);
            self.put_center(Some(Call::ListInstances), CenterContent::Instances(items));
        }
        if self.has("PermissionSets") {
            let items = take(&mut self.answer.lists.permission_sets);
            let content = CenterContent::PermissionSets(items);
            self.put_center(Some(Call::ListPermissionSets), content);
        }
        if let Some(held) = self.hold("PermissionSet") {
            let set = identity_center::permission_set(&item_of(self.path, "PermissionSet", &held))?;
            let content = CenterContent::PermissionSet(set);
            self.put_center(Some(Call::DescribePermissionSet), content);
        }
        let set = self.origin.argument(argument::permission_set_id).map(str::to_owned);
        if self.has("AttachedManagedPolicies") {
            let call = Call::ListManagedPoliciesInPermissionSet;
            let items = take(&mut self.answer.lists.managed_of_set);
            let set = set.clone().ok_or_else(|| argument::unknown(self.path, call))?;
            self.put_center(Some(call), CenterContent::Managed(set, items));
        }
        if self.has("AccountIds") && !self.has("AccountSharingInfoList") {
            let call = Call::ListAccountsForProvisionedPermissionSet;
            let items = take(&mut self.answer.lists.account_ids);
            match set.clone() {
                Some(set) => self.put_center(Some(call), CenterContent::Provisioned(set, items)),
                None if items.is_empty() => {}
                None => return Err(argument::unknown(self.path, call)),
            }
        }
        if let Some(held) = self.hold("InlinePolicy") {
            let call = Call::GetInlinePolicyForPermissionSet;
            let set = set.ok_or_else(|| argument::unknown(self.path, call))?;
            let policy =
                inline(&item_of(self.path, "InlinePolicy", &held), &held.raw, &set, documents)?;
            self.put_center(Some(call), CenterContent::Inline(set, policy));
        }
        if self.has("AccountAssignments") {
            let items = take(&mut self.answer.lists.assignments);
            self.put_center(Some(Call::ListAccountAssignments), CenterContent::Assignments(items));
        }
        let is_told = |call, items: usize| items > 0 || self.origin.is_live(call);
        let users = is_told(Call::ListDirectoryUsers, self.answer.lists.directory_users.len());
        let groups = is_told(Call::ListDirectoryGroups, self.answer.lists.directory_groups.len());
        if self.has("Users") && users {
            let items = take(&mut self.answer.lists.directory_users);
            self.put_center(Some(Call::ListDirectoryUsers), CenterContent::Users(items));
        }
        if self.has("Groups") && groups {
            let items = take(&mut self.answer.lists.directory_groups);
            self.put_center(Some(Call::ListDirectoryGroups), CenterContent::Groups(items));
        }
        if self.has("GroupMemberships") {
            let items = take(&mut self.answer.lists.memberships);
            self.put_center(Some(Call::ListGroupMemberships), CenterContent::Memberships(items));
        }
        Ok(())
    }
}

/// AWS answers with an empty string where a permission set has no inline policy.
fn inline(
    item: &Item<'_>,
    raw: &RawValue,
    set: &str,
    documents: &mut Documents,
) -> Result<Option<Arc<Document>>, ImportError> {
    if raw.get() == "\"\"" {
        return Ok(None);
    }
    item.policy(documents, raw, &format!("`{set}`")).map(Some)
}
