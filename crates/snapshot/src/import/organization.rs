//! Puts the organization together.

use std::collections::{BTreeMap, BTreeSet};

use super::argument;
use super::documents::Documents;
use super::error::{Fault, ImportError};
use super::gathered::{Gathered, WHOLE};
use super::organizations::{Described, well_known};
use super::origin::Origin;
use super::recognise::OrganizationContent;
use super::tree::Tree;
use crate::{
    Call, ControlPolicy, Gap, Known, Listing, MemberAccount, Membership, Organization, PolicyKind,
    Reason, Root,
};

/// The parts of the organization, sorted by call.
#[derive(Default)]
pub(super) struct Parts {
    described: Option<Described>,
    /// Whether AWS said that there is no organization.
    is_none: bool,
    refusal: Option<Gap>,
    accounts: Gathered<MemberAccount>,
    roots: Gathered<Root>,
    tree: Tree,
    policies: Gathered<ControlPolicy>,
    /// The kinds of policy that were listed: a call lists one.
    listed: BTreeSet<&'static str>,
    described_policies: BTreeMap<String, ControlPolicy>,
    /// For each policy: its targets, and whether the list came to its end.
    targets: BTreeMap<String, (Vec<String>, bool)>,
    /// For each target: the policies on it, and the kinds that were listed to their end.
    policies_of: BTreeMap<String, (Vec<String>, BTreeSet<&'static str>)>,
    /// Refused calls about one policy, and the path or the resource that may tell which.
    policy_refusals: Vec<(Gap, String)>,
}

const KINDS: [PolicyKind; 2] = [PolicyKind::ServiceControl, PolicyKind::ResourceControl];

fn name(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::ServiceControl => "SERVICE_CONTROL_POLICY",
        PolicyKind::ResourceControl => "RESOURCE_CONTROL_POLICY",
    }
}

impl Parts {
    /// Adds a part that came from `origin`.
    pub(super) fn add(
        &mut self,
        origin: &Origin,
        more: bool,
        content: OrganizationContent,
    ) -> Result<(), ImportError> {
        use OrganizationContent as Content;
        match content {
            Content::Described(described) => match &self.described {
                Some(first) if first.id != described.id => {
                    let (first, second) = (first.id.as_str().into(), described.id.into());
                    let fault = Fault::SecondOrganization { first, second };
                    return Err(ImportError::new(&origin.path, fault).in_field("/Organization/Id"));
                }
                _ => self.described = Some(described),
            },
            Content::None => self.is_none = true,
            Content::Accounts(accounts) => self.accounts.page(WHOLE, more, accounts),
            Content::AccountsOf(parent, children) => {
                self.tree.pairs(children.into_iter().map(|child| (child, parent.clone())));
            }
            Content::Chains(pairs) => self.tree.pairs(pairs),
            Content::Children(parent, children) => self.tree.children(parent, more, children),
            Content::Roots(roots) => self.roots.page(WHOLE, more, roots),
            Content::Parents(child, parents) => self.tree.parent(child, parents),
            Content::Policies(policies) => {
                let kinds: BTreeSet<&'static str> =
                    policies.iter().map(|policy| name(policy.kind)).collect();
                self.listed.extend(&kinds);
                let asked = origin.argument(argument::policy_type);
                let list = kinds.first().copied().or(asked).unwrap_or(WHOLE);
                self.policies.page(list, more, policies);
            }
            Content::PoliciesOf(target, policies) => {
                let (ids, kinds) = self.policies_of.entry(target).or_default();
                for policy in policies {
                    if !more {
                        kinds.insert(name(policy.kind));
                    }
                    ids.push(policy.id.clone());
                    self.described_policies.entry(policy.id.clone()).or_insert(policy);
                }
            }
            Content::Policy(policy) => {
                self.described_policies.insert(policy.id.clone(), policy);
            }
            Content::Targets(policy, targets) => {
                let (known, ended) = self.targets.entry(policy).or_default();
                known.extend(targets);
                *ended |= !more;
            }
            Content::Refused(call, reason, resource) => {
                self.refuse(origin, call, reason, resource);
            }
        }
        Ok(())
    }

    fn refuse(&mut self, origin: &Origin, call: Call, reason: Reason, resource: Option<String>) {
        let gap = Gap::because(call, reason);
        match call {
            Call::DescribeOrganization => self.refusal = Some(gap),
            Call::ListAccounts => self.accounts.refuse(WHOLE, gap),
            Call::ListRoots => self.roots.refuse(WHOLE, gap),
            Call::ListParents => self.tree.refuse(match origin.argument(argument::child_id) {
                Some(child) => gap.about(child),
                None => gap,
            }),
            Call::ListChildren => self.tree.refuse(match origin.argument(argument::parent_id) {
                Some(parent) => gap.about(parent),
                None => gap,
            }),
            Call::ListPolicies => match origin.argument(argument::policy_type) {
                Some(kind) => self.policies.refuse(kind, gap.about(kind)),
                None => self.policies.refuse(WHOLE, gap),
            },
            Call::DescribePolicy | Call::ListTargetsForPolicy => {
                let about = resource.unwrap_or_else(|| origin.about().to_owned());
                self.policy_refusals.push((gap, about));
            }
            _ => {}
        }
    }

    /// The organization, or why nobody knows of one.
    pub(super) fn assemble(mut self, documents: &mut Documents) -> Known<Membership> {
        let Some(described) = self.described.take() else {
            return match self.refusal {
                _ if self.is_none => Known::Value(Membership::None),
                Some(gap) => Known::Gap(gap),
                None => Known::Gap(Gap::not_collected(Call::DescribeOrganization)),
            };
        };
        let accounts = std::mem::take(&mut self.accounts)
            .listing(Call::ListAccounts, |account| account.id.clone());
        let roots =
            std::mem::take(&mut self.roots).listing(Call::ListRoots, |root| root.id.clone());
        let parents = std::mem::take(&mut self.tree).listing(&accounts, &roots);
        let policies = self.policies(&accounts, &roots, &parents, documents);
        Known::Value(Membership::Member(Box::new(Organization {
            id: described.id,
            management_account: described.management_account,
            features: described.features,
            roots,
            accounts,
            parents,
            policies,
        })))
    }

    fn policies(
        self,
        accounts: &Listing<MemberAccount>,
        roots: &Listing<Root>,
        parents: &Listing<(String, String)>,
        documents: &mut Documents,
    ) -> Listing<ControlPolicy> {
        let call = Call::ListPolicies;
        let is_read = self.policies.is_read();
        let mut listing = self.policies.listing(call, |policy| policy.id.clone());
        for (id, policy) in self.described_policies {
            match listing.items.iter_mut().find(|listed| listed.id == id) {
                Some(listed) if matches!(policy.document, Known::Value(_)) => {
                    listed.document = policy.document;
                }
                Some(_) => {}
                None => listing.items.push(policy),
            }
        }
        for kind in KINDS {
            // Where a root was read and the type is off, no policy of the kind is in force.
            let is_off = roots.gaps.is_empty()
                && roots
                    .iter()
                    .all(|root| !root.enabled_policy_types.iter().any(|t| t == name(kind)));
            let is_noted = listing.gaps.iter().any(|gap| gap.about.as_deref() == Some(name(kind)));
            if is_read && !self.listed.contains(name(kind)) && !is_off && !is_noted {
                listing.gaps.push(Gap::not_collected(call).about(name(kind)));
            }
        }
        let everywhere: BTreeSet<&str> = roots
            .iter()
            .map(|root| root.id.as_str())
            .chain(accounts.iter().map(|account| account.id.as_str()))
            .chain(parents.iter().flat_map(|(child, parent)| [child.as_str(), parent.as_str()]))
            .collect();
        let is_whole = roots.gaps.is_empty() && accounts.gaps.is_empty() && parents.gaps.is_empty();
        for policy in &mut listing.items {
            let kind = name(policy.kind);
            let on_all = is_whole
                && everywhere.iter().all(|target| {
                    self.policies_of.get(*target).is_some_and(|(_, kinds)| kinds.contains(kind))
                });
            if let Some((targets, ended)) = self.targets.get(&policy.id) {
                let mut targets = targets.clone();
                targets.sort();
                targets.dedup();
                policy.targets = if *ended {
                    Known::Value(targets)
                } else {
                    Known::Gap(Gap::truncated(Call::ListTargetsForPolicy).about(&policy.id))
                };
            } else if on_all {
                let on = self.policies_of.iter().filter(|(_, (ids, _))| ids.contains(&policy.id));
                policy.targets = Known::Value(on.map(|(target, _)| target.clone()).collect());
            }
            if let (Known::Gap(_), Some(text)) = (&policy.document, well_known(policy))
                && let Ok(document) = documents.intern(text)
            {
                policy.document = Known::Value(document);
            }
            note_refusals(policy, &self.policy_refusals);
        }
        listing
    }
}

/// A call about one policy was refused. Where it is unknown which one, it may be any.
fn note_refusals(policy: &mut ControlPolicy, refusals: &[(Gap, String)]) {
    for (gap, about) in refusals {
        let is_meant = match argument::policy_id(about) {
            Some(id) => id == policy.id,
            None => true,
        };
        if !is_meant {
            continue;
        }
        let call = gap.call;
        let gap = gap.clone().about(&policy.id);
        if call == Call::DescribePolicy && matches!(policy.document, Known::Gap(_)) {
            policy.document = Known::Gap(gap);
        } else if call == Call::ListTargetsForPolicy && matches!(policy.targets, Known::Gap(_)) {
            policy.targets = Known::Gap(gap);
        }
    }
}
