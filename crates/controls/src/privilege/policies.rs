//! The policies that people write into an account and that give somebody something.

use std::collections::BTreeMap;

use keyward_access::{Answer as Access, Origin, Permissions};
use keyward_policy::{Context, Document};
use keyward_snapshot::{Account, ControlPolicy, Gap, InlinePolicy};

use super::principals::{abridged, listed};
use crate::{Answer, Subject, View};

/// The actions that write or attach policies.
pub(super) const WRITING_ACTIONS: &[&str] = &[
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreatePolicyVersion",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
];

/// A customer-managed policy that is attached to somebody, or an inline policy.
#[derive(Clone, Debug)]
pub(super) struct Written<'a> {
    /// The managed policy, or the user, group or role into which the policy is written.
    pub(super) subject: Subject,
    /// What a title calls it: ``Policy `x` `` or ``Inline policy `x` of role `y` ``.
    pub(super) label: String,
    pub(super) document: &'a Document,
    origin: Origin<'a>,
    /// Who holds it: ``role `y` ``.
    holders: Vec<String>,
}

impl Written<'_> {
    pub(super) fn weak(&self, claim: &str) -> Answer {
        self.held(Answer::weak(self.subject.clone(), format!("{} {claim}", self.label)))
    }

    pub(super) fn sound(&self, claim: &str) -> Answer {
        self.held(Answer::sound(self.subject.clone(), format!("{} {claim}", self.label)))
    }

    pub(super) fn undecided(&self, claim: &str, keys: &[String]) -> Answer {
        let title = format!("{}: whether it {claim} depends on {}", self.label, listed(keys));
        self.held(Answer::undecided(self.subject.clone(), title))
    }

    pub(super) fn cannot_tell(&self, gap: &Gap) -> Answer {
        Answer::cannot_tell(self.subject.clone(), gap)
    }

    fn held(&self, answer: Answer) -> Answer {
        match self.holders.as_slice() {
            // The lists of users, groups and roles may have broken off before the holders came.
            [] => answer.evidence("held by", "nobody who was read"),
            holders => answer.evidence("held by", abridged(holders)),
        }
    }
}

/// One answer for each customer-managed policy that is attached and for each inline policy, and one
/// `cannot-tell` about the account for each gap. The policies of service-linked roles and of
/// Identity Center's roles are left out: they are not written here.
pub(super) fn each_written<'a>(
    view: &View<'a>,
    answer: impl Fn(&Written<'a>) -> Option<Answer>,
) -> Vec<Answer> {
    let account = view.account;
    let holders = holders(account);
    let inline = |holder: &str, arn: &str, policies: &'a [InlinePolicy]| {
        policies.iter().filter_map(|it| answer(&written_into(holder, arn, it))).collect::<Vec<_>>()
    };
    let mut answers = Vec::new();
    for policy in &account.policies {
        if !policy.is_aws_managed() && policy.attachments > 0 {
            answers.extend(answer(&Written {
                subject: Subject::new(&policy.arn),
                label: format!("Policy `{}`", policy.name),
                document: &policy.document,
                origin: Origin::Managed { arn: &policy.arn },
                holders: holders.get(policy.arn.as_str()).cloned().unwrap_or_default(),
            }));
        }
    }
    for user in &account.users {
        answers.extend(inline(&format!("user `{}`", user.name), &user.arn, &user.inline));
    }
    for group in &account.groups {
        answers.extend(inline(&format!("group `{}`", group.name), &group.arn, &group.inline));
    }
    for role in &account.roles {
        if !role.is_service_linked() && !role.is_of_identity_center() {
            answers.extend(inline(&format!("role `{}`", role.name), &role.arn, &role.inline));
        }
    }
    answers.extend(gaps(account).into_iter().map(|gap| {
        // A policy that is attached and not in the list is missed by its ARN.
        let subject = gap.about.as_ref().map_or_else(|| view.subject(), Subject::new);
        Answer::cannot_tell(subject, gap)
    }));
    answers
}

fn written_into<'a>(holder: &str, arn: &str, policy: &'a InlinePolicy) -> Written<'a> {
    Written {
        subject: Subject::new(arn).part(format!("inline policy {}", policy.name)),
        label: format!("Inline policy `{}` of {holder}", policy.name),
        document: &policy.document,
        origin: Origin::Inline { name: &policy.name },
        holders: vec![holder.to_owned()],
    }
}

/// Who holds each managed policy, by its ARN.
fn holders(account: &Account) -> BTreeMap<&str, Vec<String>> {
    let mut holders: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let users = account.users.iter().map(|it| (&it.attached, format!("user `{}`", it.name)));
    let groups = account.groups.iter().map(|it| (&it.attached, format!("group `{}`", it.name)));
    let roles = account.roles.iter().map(|it| (&it.attached, format!("role `{}`", it.name)));
    for (attached, holder) in users.chain(groups).chain(roles) {
        for policy in attached {
            holders.entry(policy.arn.as_str()).or_default().push(holder.clone());
        }
    }
    holders
}

/// The gaps of the four lists, each once, without the policies that AWS writes.
fn gaps(account: &Account) -> Vec<&Gap> {
    let of_users = account.users.gaps.iter();
    let mut gaps: Vec<&Gap> = of_users
        .chain(&account.groups.gaps)
        .chain(&account.roles.gaps)
        .chain(&account.policies.gaps)
        .filter(|gap| !gap.about.as_ref().is_some_and(|arn| arn.contains(":iam::aws:policy/")))
        .collect();
    gaps.sort();
    gaps.dedup();
    gaps
}

/// What a policy gives, taken alone: to somebody nobody knows, who holds this policy and no other.
#[derive(Clone, Debug)]
pub(super) struct Alone<'a> {
    arn: String,
    permissions: Permissions<'a>,
    context: &'a Context,
}

impl<'a> Alone<'a> {
    /// A holder in the account of `view`, whose requests carry `context`.
    pub(super) fn new(view: &View<'a>, policy: &Written<'a>, context: &'a Context) -> Self {
        let account = &view.account.id;
        let arn = format!("arn:{}:iam::{account}:user/keyward-nonexistent", view.partition());
        let permissions = Permissions::of_document(policy.document, policy.origin);
        Self { arn, permissions, context }
    }

    /// Whether the policy allows everything.
    pub(super) fn administrator(&self) -> Access {
        self.permissions.administrator(&self.arn)
    }

    /// Whether the policy allows `action` on `resource`.
    pub(super) fn may(&self, action: &str, resource: &str) -> Access {
        // Where nothing is about the action, the context does not matter and need not be copied.
        let context =
            if self.permissions.could(action) { self.context.clone() } else { Context::open() };
        self.permissions.may(&self.arn, action, resource, context)
    }

    /// The same under service control policies: what [`keyward_access::control_policies`] answers.
    pub(super) fn may_under(
        &self,
        scps: &Result<Vec<Vec<&'a ControlPolicy>>, Gap>,
        action: &str,
        resource: &str,
    ) -> Access {
        let mut permissions = self.permissions.clone();
        match scps {
            Ok(levels) => {
                let unread = levels.iter().flatten().filter_map(|scp| scp.document.value().err());
                permissions.unread_scps.extend(unread.cloned());
                permissions.scps.clone_from(levels);
            }
            Err(gap) => permissions.unread_scps.push(gap.clone()),
        }
        let permissions = permissions.overlooking_unread_scps();
        permissions.may(&self.arn, action, resource, self.context.clone())
    }
}
