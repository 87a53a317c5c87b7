use keyward_access::Answer as Access;

use super::principals::{
    GRANTING_ACTIONS, GRANTS, GUARDRAILS, Principal, listed, own_session, users_and_roles,
};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "privilege-pass-any-role",
    docs: crate::docs! {
        /// # Permission to pass any role to a service
        ///
        /// A user or a role that is not an administrator may do `iam:PassRole` on every role of the
        /// account.
        ///
        /// ## Why it matters
        ///
        /// Whoever may pass a role to a service and start something there acts with the role's
        /// permissions: a function, an instance, a build or a stack runs with them, and hands its
        /// credentials to the code that was brought along. If one role of the account is an
        /// administrator and trusts such a service, then so is everybody who may pass any role.
        ///
        /// ## What is checked
        ///
        /// The effective permissions of each user and role (its policies and groups, its boundary,
        /// the service control policies) are asked for `iam:PassRole` on a role that nobody knows
        /// and that has no tags. A `Deny` for roles of certain names is not weighed: the rest still
        /// is any role.
        ///
        /// - Allowed for a service that nobody knows either: any role may be passed to any service.
        ///   Weak, high.
        /// - Allowed, through a condition on `iam:PassedToService`, only for certain services, and
        ///   one of them runs code or makes calls that the caller chooses, with the role's
        ///   credentials (EC2, Lambda, ECS, CodeBuild, CloudFormation, Glue, SageMaker, Step
        ///   Functions and others): weak, lowered to medium, since only roles that trust those
        ///   services are within reach.
        /// - Allowed only for other services, or not at all: sound.
        ///
        /// The principal is assumed to have signed in with MFA, so a condition that asks for MFA
        /// does not make it sound. Where the answer hangs on another condition, such as
        /// `iam:AssociatedResourceArn`, or another policy was not read, it is cannot-tell. Service
        /// control policies that were not read are taken to deny nothing, and the evidence says so.
        /// Administrators are left out, because other controls tell of them, and so are
        /// service-linked roles.
        ///
        /// ## Fix
        ///
        /// Name the roles, and the service that they are for:
        ///
        /// ```text
        /// {"Effect": "Allow", "Action": "iam:PassRole",
        ///  "Resource": "arn:aws:iam::111122223333:role/app/*",
        ///  "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}}
        /// ```
        ///
        /// A path of its own (`/app/`) for the roles that a team may pass keeps the list short.
        /// There is no guardrail for it: no condition key tells what a policy that is being written
        /// allows.
        ///
        /// ## Fix safety
        ///
        /// Disruptive where a deployment passes roles that you did not name: it then fails with
        /// `AccessDenied` on `iam:PassRole`. `iam:PassRole` leaves no event of its own in
        /// CloudTrail; look for `CreateFunction`, `RunInstances` and the like, whose request
        /// parameters carry the role. Restoring the old policy undoes it.
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
        ///   "UserPolicyList": [{"PolicyName": "deploy", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["lambda:CreateFunction", "iam:PassRole"], "Resource": "*"}]}}]}],
        ///  "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## Weak: to one service
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [{"Path": "/", "UserName": "ci", "UserId": "AIDAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:user/ci", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "GroupList": [], "AttachedManagedPolicies": [],
        ///   "UserPolicyList": [{"PolicyName": "deploy", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/*",
        ///    "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}}]}}]}],
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
        ///   "UserPolicyList": [{"PolicyName": "deploy", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app/*"}]}}]}],
        ///  "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html>
    },
    severity: Severity::High,
    needs: GRANTS,
    refines: GUARDRAILS,
    watch: GRANTING_ACTIONS,
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

/// Services that run code, or make calls, that the caller chooses, with the credentials of the role
/// that they are passed.
const RUNS_WHAT_IT_IS_TOLD: &[&str] = &[
    "batch.amazonaws.com",
    "bedrock-agentcore.amazonaws.com",
    "cloudformation.amazonaws.com",
    "codebuild.amazonaws.com",
    "codepipeline.amazonaws.com",
    "datapipeline.amazonaws.com",
    "ec2.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "elasticmapreduce.amazonaws.com",
    "emr-serverless.amazonaws.com",
    "glue.amazonaws.com",
    "lambda.amazonaws.com",
    "pods.eks.amazonaws.com",
    "sagemaker.amazonaws.com",
    "scheduler.amazonaws.com",
    "ssm.amazonaws.com",
    "states.amazonaws.com",
    "tasks.apprunner.amazonaws.com",
];

/// Stands for every service that is not named in a policy.
const NOBODY_KNOWS: &str = "keyward-nonexistent.amazonaws.com";

const PASS: &str = "iam:PassRole";

const CLAIM: &str = "may pass any role";
const SOUND: &str = "may not pass any role";

fn find(view: &View<'_>) -> Vec<Answer> {
    users_and_roles(view, |principal| {
        let account = &view.account.id;
        let partition = principal.partition();
        let role = format!("arn:{partition}:iam::{account}:role/keyward-nonexistent");
        (!principal.is_administrator()).then(|| answer(view, principal, &role))
    })
}

fn answer(view: &View<'_>, principal: &Principal<'_>, role: &str) -> Answer {
    if let Some(answer) = principal.without(PASS, SOUND) {
        return answer;
    }
    let to = |service: &str| {
        let context = own_session(view).with("iam:PassedToService", service);
        principal.may_on_any(PASS, role, &context)
    };
    let to_any = to(NOBODY_KNOWS);
    if let Access::Yes(because) = &to_any {
        return principal.weak("may pass any role to any service").allowed_by(because);
    }
    let each: Vec<(&str, Access)> =
        RUNS_WHAT_IT_IS_TOLD.iter().map(|service| (*service, to(service))).collect();
    let allowed: Vec<&str> = each
        .iter()
        .filter(|(_, access)| matches!(access, Access::Yes(_)))
        .map(|(service, _)| *service)
        .collect();
    if let Some((_, Access::Yes(because))) =
        each.iter().find(|(_, access)| matches!(access, Access::Yes(_)))
    {
        return principal
            .weak(&format!("may pass any role to {}", listed(&allowed)))
            .allowed_by(because)
            .severity(Severity::Medium, "only roles that trust these services can be passed");
    }
    let open = each.iter().map(|(_, access)| access).find(|it| !matches!(it, Access::No(_)));
    principal.judge(open.unwrap_or(&to_any), CLAIM, SOUND)
}
