use keyward_access::Answer as Access;
use keyward_policy::Context;

use super::principals::{
    GRANTING_ACTIONS, GRANTS, GUARDRAILS, Principal, own_session, users_and_roles,
};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "privilege-assume-any-role",
    docs: crate::docs! {
        /// # Permission to assume any role
        ///
        /// A user or a role that is not an administrator may do `sts:AssumeRole` on every role of
        /// the account, or of any account.
        ///
        /// ## Why it matters
        ///
        /// Many roles trust a whole account (`"AWS": "111122223333"`) and leave it to that account
        /// who may assume them. Whoever may assume any role is admitted to all of these, the
        /// administrators' among them, and to every role that is made later, here and in the
        /// accounts that trust this one.
        ///
        /// ## What is checked
        ///
        /// The effective permissions of each user and role (its policies and groups, its boundary,
        /// the service control policies) are asked for `sts:AssumeRole` on two roles that nobody
        /// knows and that have no tags: one of the same account, one of a foreign account outside
        /// the organization. Weak if one of them is allowed. A `Deny` for roles of certain names is
        /// not weighed: the rest still is any role. What the roles' trust policies say is another
        /// question.
        ///
        /// The principal is assumed to have signed in with MFA, so a condition that asks for MFA
        /// does not make it sound. Where the answer hangs on another condition, such as
        /// `aws:SourceIp`, or another policy was not read, it is cannot-tell. Service control
        /// policies that were not read are taken to deny nothing, and the evidence says so.
        /// Administrators are left out, because other controls tell of them, and so are
        /// service-linked roles.
        ///
        /// ## Fix
        ///
        /// Name the roles:
        ///
        /// ```text
        /// {"Effect": "Allow", "Action": "sts:AssumeRole",
        ///  "Resource": ["arn:aws:iam::111122223333:role/deploy", "arn:aws:iam::444455556666:role/deploy"]}
        /// ```
        ///
        /// One name in many accounts can be written as `arn:aws:iam::*:role/deploy`, with a
        /// condition on `aws:ResourceOrgID`. There is no guardrail for it: no condition key tells
        /// what a policy that is being written allows.
        ///
        /// ## Fix safety
        ///
        /// Disruptive where a role is assumed that you did not name; the `AssumeRole` events of
        /// CloudTrail show which ones are. Restoring the old policy undoes it.
        ///
        /// ## Weak
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [{"Path": "/", "UserName": "ci", "UserId": "AIDAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:user/ci", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "GroupList": [], "AttachedManagedPolicies": [],
        ///   "UserPolicyList": [{"PolicyName": "roles", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}}]}],
        ///  "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [{"Path": "/", "UserName": "ci", "UserId": "AIDAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:user/ci", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "GroupList": [], "AttachedManagedPolicies": [],
        ///   "UserPolicyList": [{"PolicyName": "roles", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/deploy"}]}}]}],
        ///  "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html>
    },
    severity: Severity::High,
    needs: GRANTS,
    refines: GUARDRAILS,
    watch: GRANTING_ACTIONS,
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

/// An account that AWS gives to nobody.
const FOREIGN_ACCOUNT: &str = "000000000000";

const SOUND: &str = "may not assume any role";

fn find(view: &View<'_>) -> Vec<Answer> {
    users_and_roles(view, |principal| {
        (!principal.is_administrator()).then(|| answer(view, principal))
    })
}

fn answer(view: &View<'_>, principal: &Principal<'_>) -> Answer {
    if let Some(answer) = principal.without("sts:AssumeRole", SOUND) {
        return answer;
    }
    let own = view.account.id.as_str();
    let mut at_home = own_session(view).with("aws:ResourceAccount", own);
    let mut abroad = own_session(view).with("aws:ResourceAccount", FOREIGN_ACCOUNT);
    if let Some(organization) = view.organization() {
        at_home = at_home.with("aws:ResourceOrgID", &organization.id);
        abroad = abroad.with("aws:ResourceOrgID", "o-keywardnonexistent");
    }
    let any_of = |account: &str, context: &Context| {
        let partition = principal.partition();
        let role = format!("arn:{partition}:iam::{account}:role/keyward-nonexistent");
        principal.may_on_any("sts:AssumeRole", &role, context)
    };
    match (any_of(own, &at_home), any_of(FOREIGN_ACCOUNT, &abroad)) {
        (Access::Yes(because), Access::Yes(_)) => {
            principal.weak("may assume any role of any account").allowed_by(&because)
        }
        (Access::Yes(because), _) => {
            principal.weak("may assume any role of its account").allowed_by(&because)
        }
        (_, Access::Yes(because)) => {
            principal.weak("may assume any role of other accounts").allowed_by(&because)
        }
        (Access::No(because), Access::No(_)) => principal.sound(SOUND).denied_since(&because),
        (Access::No(_), open) | (open, _) => principal.judge(&open, "may assume any role", SOUND),
    }
}
