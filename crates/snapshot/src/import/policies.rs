//! Managed policies that the account's authorization details leave out: those that a filter leaves
//! out, and policies of AWS that are permissions boundaries and attached to nothing.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use keyward_policy::Document;

use super::iam::PolicyAlone;
use super::origin::Origin;
use crate::{Account, Call, Gap, ManagedPolicy};

/// The answers of calls that ask about one policy.
#[derive(Default)]
pub(super) struct Policies {
    described: Vec<PolicyAlone>,
    versions: Vec<Version>,
    refused: Vec<(Origin, Gap)>,
}

/// What `get-policy-version` says, and of which policy.
pub(super) struct Version {
    pub(super) policy: String,
    pub(super) id: Option<String>,
    pub(super) is_default: bool,
    pub(super) document: Arc<Document>,
}

impl Policies {
    /// What `get-policy` says.
    pub(super) fn policy(&mut self, policy: PolicyAlone) {
        self.described.push(policy);
    }

    /// What `get-policy-version` says.
    pub(super) fn version(&mut self, version: Version) {
        self.versions.push(version);
    }

    /// One of the two calls has no answer.
    pub(super) fn refuse(&mut self, origin: &Origin, gap: Gap) {
        self.refused.push((origin.clone(), gap));
    }

    /// Adds the policies to those of the account, and notes those that are still missing. A
    /// boundary that nobody asked about is no gap of the list: it leaves open what the principals
    /// may do that it bounds.
    pub(super) fn complete(&self, account: &mut Account) {
        let bounding: BTreeSet<String> =
            account.unlisted_boundaries().into_iter().map(str::to_owned).collect();
        let attached =
            if account.policies.gaps.is_empty() { attached(account) } else { HashSet::new() };
        let listed: HashSet<&str> = account.policies.iter().map(|it| it.arn.as_str()).collect();
        let unlisted: BTreeSet<String> =
            attached.into_iter().filter(|arn| !listed.contains(arn)).map(str::to_owned).collect();
        for arn in &bounding | &unlisted {
            let asked = self.gap(&arn);
            if let Some(policy) = self.find(&arn) {
                account.policies.items.push(policy);
            } else if unlisted.contains(&arn) {
                let call = Call::GetAccountAuthorizationDetails;
                account
                    .policies
                    .gaps
                    .push(asked.unwrap_or_else(|| Gap::not_collected(call).about(&arn)));
            } else {
                account.policies.gaps.extend(asked);
            }
        }
    }

    fn find(&self, arn: &str) -> Option<ManagedPolicy> {
        let described = self.described.iter().find(|policy| policy.arn == arn);
        let default = described.and_then(|policy| policy.default_version.as_deref());
        let is_default =
            |it: &Version| it.is_default || (it.id.is_some() && it.id.as_deref() == default);
        let mut versions = self.versions.iter().filter(|it| is_meant(&it.policy, arn));
        let version = versions.find(|it| is_default(it))?;
        Some(ManagedPolicy {
            arn: arn.to_owned(),
            name: last_part(arn).to_owned(),
            attachments: described.map_or(0, |policy| policy.attachments),
            boundary_uses: described.map_or(0, |policy| policy.boundary_uses),
            document: version.document.clone(),
        })
    }

    /// Why AWS did not answer about a policy, if it was asked.
    fn gap(&self, arn: &str) -> Option<Gap> {
        let is_about = |(origin, gap): &&(Origin, Gap)| {
            origin.argument_of(gap.call).is_none_or(|asked| is_meant(asked, arn))
        };
        self.refused.iter().find(is_about).map(|(_, gap)| gap.clone().about(arn))
    }
}

fn attached(account: &Account) -> HashSet<&str> {
    let users = account.users.iter().flat_map(|user| &user.attached);
    let groups = account.groups.iter().flat_map(|group| &group.attached);
    let roles = account.roles.iter().flat_map(|role| &role.attached);
    users.chain(groups).chain(roles).map(|policy| policy.arn.as_str()).collect()
}

/// Whether the argument of a call is the policy: its ARN, or in the name of a file its name.
fn is_meant(argument: &str, arn: &str) -> bool {
    argument == arn || argument == last_part(arn)
}

fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}
