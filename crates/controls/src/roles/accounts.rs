//! Which other accounts a role trusts, and what they are to the organization.

use std::collections::BTreeSet;

use keyward_policy::{Caller, Context, Fact, Policy, PrincipalPattern};
use keyward_snapshot::{AccountId, Gap, Membership, Organization, Role};

use super::outsiders::{of_request, organization_id, principals, without_our_organization};
use super::trust::{Outcome, Visitor, assume, trusted, values_of};
use crate::View;

/// What another account is to the account of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// It is in the same organization.
    Organization,
    /// The settings name it as one's own.
    Trusted,
    /// The settings name it as a vendor's.
    Vendor,
    /// Nobody knows it.
    Unknown,
}

impl Standing {
    /// The standing in words, after "is".
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Organization => "in the organization",
            Self::Trusted => "in `trusted_accounts`",
            Self::Vendor => "in `vendor_accounts`",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the account belongs to somebody else.
    pub(super) fn is_outside(self) -> bool {
        matches!(self, Self::Vendor | Self::Unknown)
    }
}

/// What is known of the organization's accounts: its list, or the certainty that there is none.
///
/// The gap, if neither is known: then the standing of no account is.
pub(super) fn organization<'a>(view: &View<'a>) -> Result<Option<&'a Organization>, &'a Gap> {
    match view.head.organization.value()? {
        Membership::None => Ok(None),
        Membership::Member(organization) => {
            organization.accounts.whole()?;
            Ok(Some(organization))
        }
    }
}

/// What `account` is to the account of the view, once [`organization`] is known.
pub(super) fn standing(view: &View<'_>, account: &AccountId) -> Standing {
    if view.is_in_organization(account) {
        Standing::Organization
    } else if view.settings.trusted_accounts.contains(account) {
        Standing::Trusted
    } else if view.settings.vendor_accounts.contains(account) {
        Standing::Vendor
    } else {
        Standing::Unknown
    }
}

/// The other accounts that the trust policy names in a principal, or in a condition on the caller's
/// account or ARN.
pub(super) fn named(view: &View<'_>, role: &Role) -> BTreeSet<AccountId> {
    let policy = role.trust.policy();
    let principals = trusted(policy).filter_map(|pattern| match pattern {
        PrincipalPattern::Account(account) => Some(&**account),
        PrincipalPattern::Arn(arn) => arn.split(':').nth(4),
        _ => None,
    });
    let arns = values_of(policy, "aws:PrincipalArn").filter_map(|arn| arn.split(':').nth(4));
    let accounts = principals.chain(values_of(policy, "aws:PrincipalAccount")).chain(arns);
    accounts
        .filter(|account| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()))
        .filter(|account| *account != view.account.id.as_str())
        .map(AccountId::from)
        .collect()
}

/// The organizations that the trust policy names in a condition on the caller, apart from the
/// view's own.
pub(super) fn named_organizations(view: &View<'_>, role: &Role) -> BTreeSet<String> {
    let policy = role.trust.policy();
    let paths = values_of(policy, "aws:PrincipalOrgPaths")
        .map(|path| path.split_once('/').map_or(path, |(id, _)| id));
    values_of(policy, "aws:PrincipalOrgID")
        .chain(paths)
        .filter(|id| id.starts_with("o-") && !id.contains(['*', '?', '$']))
        .filter(|id| Some(*id) != organization_id(view.head))
        .map(str::to_owned)
        .collect()
}

/// The principals of `account` as visitors: those whom the policy names, and any other.
pub(super) fn of_account(view: &View<'_>, role: &Role, account: &AccountId) -> Vec<Visitor> {
    let named = trusted(role.trust.policy()).filter_map(|pattern| match pattern {
        PrincipalPattern::Arn(arn) if arn.split(':').nth(4) == Some(account.as_str()) => {
            Some(arn.to_string())
        }
        _ => None,
    });
    let mut arns: Vec<String> = principals(role, account.as_str());
    arns.extend(values_of(role.trust.policy(), "aws:PrincipalArn").map(str::to_owned));
    arns.retain(|arn| arn.split(':').nth(4) == Some(account.as_str()) && !arn.contains(['*', '?']));
    arns.extend(named);
    let contexts = contexts(view, role, account);
    arns.iter()
        .flat_map(|arn| {
            contexts.iter().map(|context| Visitor {
                caller: Caller::Arn(arn.clone()),
                context: context.clone(),
                says: String::new(),
            })
        })
        .collect()
}

/// What is certain of requests from `account`: an account of our organization is in it, any other
/// is in none, in some other, or in one that the policy names.
fn contexts(view: &View<'_>, role: &Role, account: &AccountId) -> Vec<Context> {
    let context = of_request(view, role);
    if let (true, Some(id)) = (view.is_in_organization(account), organization_id(view.head)) {
        return vec![context.with("aws:PrincipalOrgID", id)];
    }
    let others = named_organizations(view, role);
    let in_other = others.iter().map(|id| in_organization(&context, role.trust.policy(), id));
    without_our_organization(&context)
        .into_iter()
        .map(|(context, _)| context)
        .chain(in_other)
        .collect()
}

/// The same context, for somebody in the organization `id`, at the place there that the policy
/// asks for.
pub(super) fn in_organization(context: &Context, policy: &Policy, id: &str) -> Context {
    let paths: Vec<String> = values_of(policy, "aws:PrincipalOrgPaths")
        .filter(|path| path.starts_with(id))
        .map(super::trust::filled)
        .collect();
    let context = context.clone().with("aws:PrincipalOrgID", id);
    if paths.is_empty() {
        context
    } else {
        context.with_fact("aws:PrincipalOrgPaths", Fact::Known(paths))
    }
}

/// The accounts among those that the policy names whose principals may assume the role, at least
/// under conditions.
pub(super) fn admitted(view: &View<'_>, role: &Role) -> BTreeSet<AccountId> {
    let may_enter = |account: &AccountId| {
        let visitors = of_account(view, role, account);
        !matches!(assume(role, "sts:AssumeRole", &visitors, &[]), Outcome::Denied)
    };
    let mut accounts = named(view, role);
    accounts.retain(may_enter);
    accounts
}
