//! Which control policies of the organization are over an account.

use std::iter;

use keyward_snapshot::{
    AccountId, Call, ControlPolicy, FeatureSet, Gap, Head, Membership, Organization, PolicyKind,
};

/// The control policies of `kind` over `account`: one list a level, from the root over the
/// organizational units down to the account itself. A level may be empty, and then nothing passes.
///
/// No level at all means that no such policy applies: there is no organization, it is the
/// management account, or the policy type is not enabled. A gap is returned where the list of
/// policies, what they are attached to, or the account's place in the tree was not read; documents
/// may still be missing from the policies that are returned.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>.
pub fn control_policies<'a>(
    head: &'a Head,
    account: &AccountId,
    kind: PolicyKind,
) -> Result<Vec<Vec<&'a ControlPolicy>>, Gap> {
    let organization = match head.organization.value().map_err(Clone::clone)? {
        Membership::None => return Ok(Vec::new()),
        Membership::Member(organization) => organization,
    };
    if *account == organization.management_account || organization.features != FeatureSet::All {
        return Ok(Vec::new());
    }
    let path = path(organization, account)?;
    let Some(root) = organization.roots.iter().find(|root| Some(&root.id.as_str()) == path.first())
    else {
        return Err(Gap::not_collected(Call::ListRoots));
    };
    if !root.enabled_policy_types.iter().any(|enabled| enabled == name(kind)) {
        return Ok(Vec::new());
    }
    if let Some(gap) = organization.policies.gaps.iter().find(|gap| concerns(gap, kind)) {
        return Err(gap.clone());
    }
    let mut levels = vec![Vec::new(); path.len()];
    for policy in organization.policies.iter().filter(|policy| policy.kind == kind) {
        let targets = policy.targets.value().map_err(Clone::clone)?;
        for (level, node) in iter::zip(&mut levels, &path) {
            if targets.iter().any(|target| target == node) {
                level.push(policy);
            }
        }
    }
    Ok(levels)
}

/// The ids from the root down to the account.
fn path<'a>(organization: &'a Organization, account: &'a AccountId) -> Result<Vec<&'a str>, Gap> {
    organization.roots.whole().map_err(Clone::clone)?;
    let parents = &organization.parents;
    let unread = |child: &str| {
        let own = parents.gaps.iter().find(|gap| gap.about.as_deref() == Some(child));
        match own.or(parents.gaps.first()) {
            Some(gap) if gap.call == Call::ListParents => gap.clone().about(child),
            Some(gap) => gap.clone(),
            None => Gap::not_collected(Call::ListChildren),
        }
    };

    let mut path = vec![account.as_str()];
    let mut child = account.as_str();
    // A tree has no path longer than its edges; what is longer goes in a circle.
    for _ in &parents.items {
        let edge = parents.iter().find(|(id, _)| id == child);
        let (_, parent) = edge.ok_or_else(|| unread(child))?;
        path.push(parent);
        if organization.roots.iter().any(|root| root.id == *parent) {
            path.reverse();
            return Ok(path);
        }
        child = parent;
    }
    Err(unread(child))
}

/// AWS's name for the kind.
fn name(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::ServiceControl => "SERVICE_CONTROL_POLICY",
        PolicyKind::ResourceControl => "RESOURCE_CONTROL_POLICY",
    }
}

/// Policies are listed kind by kind: a gap that names the one kind leaves the other whole.
fn concerns(gap: &Gap, kind: PolicyKind) -> bool {
    let other = match kind {
        PolicyKind::ServiceControl => PolicyKind::ResourceControl,
        PolicyKind::ResourceControl => PolicyKind::ServiceControl,
    };
    gap.about.as_deref() != Some(name(other))
}
