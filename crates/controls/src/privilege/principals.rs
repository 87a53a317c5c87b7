//! The users and roles of an account, and what may be asked about each of them.

use keyward_access::{Answer as Access, Identities, Permissions};
use keyward_policy::{Context, Fact};
use keyward_snapshot::{Call, Role, User};

use super::regions::REGIONS;
use crate::{Answer, Severity, Subject, View, control_policies};

/// The call that tells what IAM's policies grant.
pub(crate) const GRANTS: &[Call] = &[Call::GetAccountAuthorizationDetails];

/// The calls that tell which service control policies are over the account. They can hold back
/// what a policy grants; while they were not read, the grant counts.
pub(crate) const GUARDRAILS: &[Call] = &control_policies::CALLS;

/// The actions by which a user, or whoever assumes a role, comes by more permissions: policies
/// written, attached or changed, groups joined, limits taken away.
pub(crate) const GRANTING_ACTIONS: &[&str] = &[
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreatePolicyVersion",
    "iam:DeleteGroupPolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DeleteUserPermissionsBoundary",
    "iam:DeleteUserPolicy",
    "iam:DetachGroupPolicy",
    "iam:DetachRolePolicy",
    "iam:DetachUserPolicy",
    "iam:PutGroupPolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
    "iam:RemoveUserFromGroup",
    "iam:SetDefaultPolicyVersion",
    "organizations:DeletePolicy",
    "organizations:DetachPolicy",
    "organizations:UpdatePolicy",
];

/// The region that a request is sent to.
const CHOSEN_BY_CALLER: &str = "aws:requestedregion";

/// What is known of a request that somebody makes directly, encrypted, and in a session of their own
/// with MFA, when the snapshot is taken. All else is unknown.
pub(crate) fn own_session(view: &View<'_>) -> Context {
    let now = view.head.taken_at.to_string();
    Context::open()
        .with("aws:MultiFactorAuthPresent", "true")
        .with("aws:MultiFactorAuthAge", "0")
        .with("aws:SecureTransport", "true")
        .with("aws:ViaAWSService", "false")
        .with("aws:CurrentTime", &now)
        .with("aws:TokenIssueTime", &now)
        .without("aws:CalledVia")
        .without("aws:CalledViaFirst")
        .without("aws:CalledViaLast")
        .without("aws:AssumedRoot")
}

/// A user or a role of the account.
#[derive(Clone, Debug)]
pub(crate) struct Principal<'a> {
    pub(crate) arn: &'a str,
    /// What sentences call it: ``user `ci` ``.
    pub(crate) label: String,
    pub(crate) permissions: Permissions<'a>,
}

/// One answer for each user, and one `cannot-tell` about the account for each gap.
pub(crate) fn users<'a>(
    view: &View<'a>,
    mut answer: impl FnMut(&Principal<'a>) -> Option<Answer>,
) -> Vec<Answer> {
    let identities = Identities::new(view.head, view.account);
    view.each(&view.account.users, |user| answer(&of_user(&identities, user)))
}

/// One answer for each role that is not service-linked, and one `cannot-tell` about the account for
/// each gap. AWS writes the policies of service-linked roles, and nobody can change them.
pub(crate) fn roles<'a>(
    view: &View<'a>,
    mut answer: impl FnMut(&'a Role, &Principal<'a>) -> Option<Answer>,
) -> Vec<Answer> {
    let identities = Identities::new(view.head, view.account);
    view.each(&view.account.roles, |role| {
        if role.is_service_linked() {
            return None;
        }
        answer(role, &of_role(&identities, role))
    })
}

/// [`users`] and [`roles`] together; what both lists lack is said once.
pub(crate) fn users_and_roles<'a>(
    view: &View<'a>,
    answer: impl Fn(&Principal<'a>) -> Option<Answer>,
) -> Vec<Answer> {
    let mut answers = users(view, &answer);
    let of_account = answers.iter().filter(|it| it.subject.resource == view.subject().resource);
    let said: Vec<Answer> = of_account.cloned().collect();
    let of_roles = roles(view, |_, principal| answer(principal));
    answers.extend(of_roles.into_iter().filter(|it| !said.contains(it)));
    answers
}

fn of_user<'a>(identities: &Identities<'a>, user: &'a User) -> Principal<'a> {
    Principal {
        arn: &user.arn,
        label: format!("user `{}`", user.name),
        permissions: identities.user(user).overlooking_unread_scps(),
    }
}

pub(crate) fn of_role<'a>(identities: &Identities<'a>, role: &'a Role) -> Principal<'a> {
    Principal {
        arn: &role.arn,
        label: format!("role `{}`", role.name),
        permissions: identities.role(role).overlooking_unread_scps(),
    }
}

impl Principal<'_> {
    pub(crate) fn subject(&self) -> Subject {
        Subject::new(self.arn)
    }

    /// The partition, such as `aws`.
    pub(crate) fn partition(&self) -> &str {
        self.arn.split(':').nth(1).unwrap_or("aws")
    }

    /// Whether the principal certainly is an administrator: other controls tell of those.
    pub(crate) fn is_administrator(&self) -> bool {
        matches!(self.permissions.administrator(self.arn), Access::Yes(_))
    }

    /// The sound answer for a principal to whom no policy gives `action` on anything: most of them,
    /// and without a closer look.
    pub(crate) fn without(&self, action: &str, sound: &str) -> Option<Answer> {
        (!self.permissions.could(action)).then(|| {
            self.sound(sound).evidence("denied since", format!("nothing allows `{action}`"))
        })
    }

    /// Whether the principal may do `action` on every resource for which `resource`, which nobody
    /// knows, stands. A permission that hangs on the resource's tags does not reach those that have
    /// none, so such conditions are read with the tags absent. The caller chooses the region: where
    /// `context` leaves it open and it decides, one that allows it is enough.
    pub(crate) fn may_on_any(&self, action: &str, resource: &str, context: &Context) -> Access {
        let mut context = context.clone();
        loop {
            let access = self.permissions.may(self.arn, action, resource, context.clone());
            let Access::Depends(keys) = &access else { return access };
            let is_open = |key: &&String| *context.fact(key) == Fact::Unknown;
            let tags: Vec<&String> =
                keys.iter().filter(|key| key.contains(":resourcetag/")).filter(is_open).collect();
            if !tags.is_empty() {
                context = tags.into_iter().fold(context, |context, key| context.without(key));
            } else if keys.iter().any(|key| key == CHOSEN_BY_CALLER) {
                return self.may_in_any_region(action, resource, &context).unwrap_or(access);
            } else {
                return access;
            }
        }
    }

    fn may_in_any_region(&self, action: &str, resource: &str, context: &Context) -> Option<Access> {
        REGIONS
            .iter()
            .map(|region| {
                self.may_on_any(action, resource, &context.clone().with(CHOSEN_BY_CALLER, region))
            })
            .find(|access| matches!(access, Access::Yes(_)))
    }

    /// The answer to a question whose yes is the weakness. `claim` is the weakness as the rest of a
    /// sentence about the principal, `sound` the same when it is not so: "may pass any role", "may
    /// not pass any role".
    pub(crate) fn judge(&self, access: &Access, claim: &str, sound: &str) -> Answer {
        match access {
            Access::Yes(because) => self.weak(claim).allowed_by(because),
            Access::No(because) => self.sound(sound).denied_since(because),
            Access::Depends(keys) => self.depends(claim, keys),
            Access::CannotTell(gap) => Answer::cannot_tell(self.subject(), gap),
        }
    }

    pub(crate) fn weak(&self, claim: &str) -> Answer {
        Answer::weak(self.subject(), format!("{} {claim}", capitalised(&self.label)))
    }

    pub(crate) fn sound(&self, claim: &str) -> Answer {
        let policies = self.permissions.identity.len();
        Answer::sound(self.subject(), format!("{} {claim}", capitalised(&self.label)))
            .evidence("identity policies", policies)
    }

    pub(crate) fn depends(&self, claim: &str, keys: &[String]) -> Answer {
        Answer::undecided(
            self.subject(),
            format!("Whether {} {claim} depends on {}", self.label, listed(keys)),
        )
    }
}

impl Answer {
    /// Adds the statements that allow it.
    pub(crate) fn allowed_by(self, because: &[String]) -> Self {
        because.iter().fold(self, |answer, reason| answer.evidence("allowed by", reason))
    }

    /// Adds the reasons for which it is denied.
    pub(crate) fn denied_since(self, because: &[String]) -> Self {
        because.iter().fold(self, |answer, reason| answer.evidence("denied since", reason))
    }

    /// Lowers the severity, or raises it, where there is a reason.
    pub(crate) fn severity_if(self, applies: bool, severity: Severity, because: &str) -> Self {
        if applies { self.severity(severity, because) } else { self }
    }
}

/// Names in backticks, with commas between; of many, the first ten.
pub(crate) fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    abridged(&names)
}

/// Words with commas between; of many, the first ten.
pub(crate) fn abridged(words: &[String]) -> String {
    const SHOWN: usize = 10;
    let shown: Vec<&str> = words.iter().take(SHOWN).map(String::as_str).collect();
    let shown = shown.join(", ");
    match words.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string())
        + characters.as_str()
}
