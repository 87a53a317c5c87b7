//! The policies that people write into an account and that give somebody something.

use std::collections::BTreeMap;
use std::sync::Arc;

use keyward_access::{Answer as Access, Permissions, of_user};
use keyward_policy::{Context, Document};
use keyward_snapshot::{Account, Gap, Head, InlinePolicy, Known, Membership, User};

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
    pub(super) document: &'a Arc<Document>,
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
    answers.extend(gaps(account).into_iter().map(|gap| Answer::cannot_tell(view.subject(), gap)));
    answers
}

fn written_into<'a>(holder: &str, arn: &str, policy: &'a InlinePolicy) -> Written<'a> {
    Written {
        subject: Subject::new(arn).part(format!("inline policy {}", policy.name)),
        label: format!("Inline policy `{}` of {holder}", policy.name),
        document: &policy.document,
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

/// The gaps of the four lists, each once.
fn gaps(account: &Account) -> Vec<&Gap> {
    let of_users = account.users.gaps.iter();
    let mut gaps: Vec<&Gap> = of_users
        .chain(&account.groups.gaps)
        .chain(&account.roles.gaps)
        .chain(&account.policies.gaps)
        .collect();
    gaps.sort();
    gaps.dedup();
    gaps
}

/// What a policy gives, taken alone: somebody nobody knows, who holds this policy and no other.
#[derive(Clone, Debug)]
pub(super) struct Alone {
    head: Head,
    account: Account,
    holder: User,
}

impl Alone {
    /// A holder in the account of `view`, without service control policies over it.
    pub(super) fn new(view: &View<'_>, document: &Arc<Document>) -> Self {
        let mut head = Head::new(view.head.taken_at);
        head.organization = Known::Value(Membership::None);
        let name = "keyward-nonexistent";
        let policy = InlinePolicy { name: name.to_owned(), document: Arc::clone(document) };
        let holder = User {
            name: name.to_owned(),
            arn: format!("arn:aws:iam::{}:user/{name}", view.account.id),
            id: String::new(),
            created: None,
            groups: Vec::new(),
            inline: vec![policy],
            attached: Vec::new(),
            boundary: None,
            tags: Vec::new(),
        };
        Self { head, account: Account::unread(view.account.id.clone()), holder }
    }

    /// Whether the policy allows everything.
    pub(super) fn administrator(&self) -> Access {
        self.permissions().administrator(&self.holder.arn)
    }

    /// Whether the policy allows `action` on `resource`.
    pub(super) fn may(&self, action: &str, resource: &str) -> Access {
        self.permissions().may(&self.holder.arn, action, resource, Context::open())
    }

    /// The same under the service control policies over the account of `view`.
    pub(super) fn may_under(&self, view: &View<'_>, action: &str, resource: &str) -> Access {
        let permissions = of_user(view.head, &self.account, &self.holder);
        permissions.may(&self.holder.arn, action, resource, Context::open())
    }

    fn permissions(&self) -> Permissions<'_> {
        of_user(&self.head, &self.account, &self.holder)
    }
}
