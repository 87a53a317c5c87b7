//! Somebody who belongs to nobody that the snapshot knows.

use std::collections::BTreeSet;

use keyward_policy::{Caller, Context, Fact, Policy};
use keyward_snapshot::{AccountId, Head, Known, Membership, Role};

use super::trust::{Choice, Visitor, filled, keys_of, values_of};
use crate::View;

/// What no organization has for an id: 10 characters that nobody was given.
const OTHER_ORGANIZATION: &str = "o-0000outsider";

/// What stands for the organization of a role where nobody knows it.
const UNKNOWN_ORGANIZATION: &str = "o-00000unknown";

/// An address of the range that stands for the internet in documentation (RFC 5737).
const SOMEWHERE: &str = "192.0.2.1";

/// An account that is nowhere in the estate, in the settings or in the trust policy.
pub(super) fn outside_account(view: &View<'_>, role: &Role) -> String {
    let settings = view.settings;
    let listed = settings.trusted_accounts.iter().chain(&settings.vendor_accounts);
    let known: Vec<&str> = listed.chain(&view.head.accounts).map(AccountId::as_str).collect();
    let of_organization = |id: &str| view.is_in_organization(&id.into());
    (0..10_000_u64)
        .map(|step| format!("{:012}", 999_999_999_999 - step))
        .find(|id| {
            !known.contains(&id.as_str()) && !of_organization(id) && !role.trust.text().contains(id)
        })
        .unwrap_or_default()
}

/// Everybody of `account` who is worth trying: a role and a user with any name, and those whose
/// names the policy's patterns for `aws:PrincipalArn` and `aws:username` ask for. The root user
/// can't assume roles.
pub(super) fn principals(role: &Role, account: &str) -> Vec<String> {
    let policy = role.trust.policy();
    let iam = format!("arn:{}:iam::{account}", partition(&role.arn));
    let mut names = vec!["role/anything".to_owned(), "user/anything".to_owned()];
    for pattern in values_of(policy, "aws:PrincipalArn") {
        let resource = filled(pattern.rsplit(':').next().unwrap_or(pattern));
        if resource.starts_with("role/") || resource.starts_with("user/") {
            names.push(resource);
        } else if let Some(name) = resource.rsplit('/').next().filter(|name| !name.is_empty()) {
            names.push(format!("role/{name}"));
            names.push(format!("user/{name}"));
        }
    }
    names.extend(values_of(policy, "aws:username").map(|name| format!("user/{}", filled(name))));
    names.sort();
    names.dedup();
    names.into_iter().map(|name| format!("{iam}:{name}")).collect()
}

/// The principals of `account` as visitors from outside the organization: once in no organization
/// at all, once in another one.
pub(super) fn visitors(view: &View<'_>, role: &Role, account: &str) -> Vec<Visitor> {
    let mut visitors = Vec::new();
    for (context, says) in without_our_organization(&of_request(view, role)) {
        for arn in principals(role, account) {
            visitors.push(Visitor {
                caller: Caller::Arn(arn),
                context: context.clone(),
                says: says.clone(),
            });
        }
        // A pattern may ask for names in a way that no trial above meets; then the name stays open.
        if !all_pinned(role.trust.policy(), "aws:PrincipalArn") {
            let arn = format!("arn:{}:iam::{account}:role/anything", partition(&role.arn));
            let context = context.clone().with_fact("aws:PrincipalArn", Fact::Unknown);
            visitors.push(Visitor { caller: Caller::Arn(arn), context, says });
        }
    }
    visitors
}

/// The same context twice, with words for it: for somebody in no organization, and for somebody
/// in another one.
pub(super) fn without_our_organization(context: &Context) -> [(Context, String); 2] {
    let path = format!("{OTHER_ORGANIZATION}/r-0000/");
    let alone = context.clone().without("aws:PrincipalOrgID").without("aws:PrincipalOrgPaths");
    let elsewhere = context
        .clone()
        .with("aws:PrincipalOrgID", OTHER_ORGANIZATION)
        .with("aws:PrincipalOrgPaths", &path);
    [(alone, "no organization".to_owned()), (elsewhere, "another organization".to_owned())]
}

/// What is certain of a direct request for a role, whoever makes it.
pub(super) fn of_request(view: &View<'_>, role: &Role) -> Context {
    let mut context = Context::open()
        .with("aws:ViaAWSService", "false")
        .without("aws:CalledVia")
        .without("aws:CalledViaFirst")
        .without("aws:CalledViaLast")
        .with("aws:CurrentTime", &view.head.taken_at.to_string())
        .with("aws:EpochTime", &view.head.taken_at.as_second().to_string());
    if let Some(account) = role.arn.split(':').nth(4) {
        context = context.with("aws:ResourceAccount", account);
    }
    match &view.head.organization {
        Known::Value(Membership::Member(organization)) => {
            context = context.with("aws:ResourceOrgID", &organization.id);
        }
        Known::Value(Membership::None) => context = context.without("aws:ResourceOrgID"),
        // Whatever the id is, it is not an outsider's. A policy that compares it with a literal
        // has to wait until the organization is known.
        Known::Gap(_) if !keys_of(role.trust.policy()).contains("aws:resourceorgid") => {
            context = context.with("aws:ResourceOrgID", UNKNOWN_ORGANIZATION);
        }
        Known::Gap(_) => {}
    }
    role.tags.iter().fold(context, |context, (key, value)| {
        context
            .with(&format!("aws:ResourceTag/{key}"), value)
            .with(&format!("iam:ResourceTag/{key}"), value)
    })
}

/// The organization's id, if there is one and it is known.
pub(super) fn organization_id(head: &Head) -> Option<&str> {
    match &head.organization {
        Known::Value(Membership::Member(organization)) => Some(&organization.id),
        Known::Value(Membership::None) | Known::Gap(_) => None,
    }
}

/// The keys of the policy that a caller from anywhere chooses: tags of its own principals and
/// sessions, names, what the client sends, and the use of a second factor.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
pub(super) fn free_choices(policy: &Policy) -> Vec<Choice> {
    choices(policy, |key| {
        matches!(
            key,
            "sts:rolesessionname"
                | "sts:sourceidentity"
                | "sts:transitivetagkeys"
                | "aws:sourceidentity"
                | "aws:tagkeys"
                | "aws:useragent"
                | "aws:referer"
                | "aws:securetransport"
                | "aws:requestedregion"
                | "aws:multifactorauthpresent"
                | "aws:multifactorauthage"
        ) || key.starts_with("aws:principaltag/")
            || key.starts_with("aws:requesttag/")
    })
}

/// The external id: a shared name, which a caller may have learned.
pub(super) fn external_id(policy: &Policy) -> Vec<Choice> {
    choices(policy, |key| key == "sts:externalid")
}

/// The external id of a caller who has learned none.
pub(super) fn made_up_external_id(policy: &Policy) -> Vec<Choice> {
    let mut choices = external_id(policy);
    for choice in &mut choices {
        let made_up = Fact::Known(vec!["external-id-of-somebody-else".to_owned()]);
        choice.values = vec![Fact::Absent, made_up];
    }
    choices
}

/// Keys that tell from which network a request comes, with the networks that the policy asks for.
pub(super) fn network(policy: &Policy) -> Vec<Choice> {
    choices(policy, is_of_network)
}

/// The same keys, for a request from somewhere on the internet.
pub(super) fn anywhere(policy: &Policy) -> Vec<Choice> {
    let mut choices = network(policy);
    for choice in &mut choices {
        choice.values = if choice.key == "aws:sourceip" {
            vec![Fact::Known(vec![SOMEWHERE.to_owned()])]
        } else {
            vec![Fact::Absent]
        };
    }
    choices
}

fn is_of_network(key: &str) -> bool {
    matches!(
        key,
        "aws:sourceip"
            | "aws:vpcsourceip"
            | "aws:sourcevpc"
            | "aws:sourcevpcarn"
            | "aws:sourcevpce"
            | "aws:vpceaccount"
            | "aws:vpceorgid"
            | "aws:vpceorgpaths"
    )
}

fn choices(policy: &Policy, is_chosen: impl Fn(&str) -> bool) -> Vec<Choice> {
    keys_of(policy)
        .into_iter()
        .filter(|key| is_chosen(key))
        .map(|key| Choice { values: values(policy, &key), key })
        .collect()
}

/// Values worth trying for a key: what the policy itself asks for, something else, and nothing.
pub(super) fn values(policy: &Policy, key: &str) -> Vec<Fact> {
    let asked = values_of(policy, key).map(|value| {
        let address = value.split_once('/').filter(|_| key.ends_with("sourceip"));
        filled(address.map_or(value, |(address, _)| address))
    });
    let others = ["true", "false", "1", "anything"].map(str::to_owned);
    let mut values: Vec<String> = if key.ends_with("sourceip") {
        asked.chain([SOMEWHERE.to_owned()]).collect()
    } else {
        asked.chain(others).collect()
    };
    let mut seen = BTreeSet::new();
    values.retain(|value| seen.insert(value.clone()));
    let known = values.into_iter().map(|value| Fact::Known(vec![value]));
    known.chain([Fact::Absent]).collect()
}

/// Whether all values that the policy has for `key` are ARNs of one account each, which no
/// outsider's ARN can match.
pub(super) fn all_pinned(policy: &Policy, key: &str) -> bool {
    values_of(policy, key).all(|value| {
        let account = value.split(':').nth(4);
        account.is_some_and(|account| match account {
            "" => !value.contains(['*', '?']),
            _ => !account.contains(['*', '?', '$']),
        })
    })
}

/// The partition in an ARN.
pub(super) fn partition(arn: &str) -> &str {
    arn.split(':').nth(1).unwrap_or("aws")
}
