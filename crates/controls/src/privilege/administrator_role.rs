use super::principals::{GRANTS, GUARDRAILS, roles};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "privilege-administrator-role",
    docs: crate::docs! {
        /// # Role with administrator permissions
        ///
        /// A role may do everything in the account, and Identity Center does not manage it.
        ///
        /// ## Why it matters
        ///
        /// Everybody whom the trust policy admits is an administrator for the length of a session,
        /// and so is whatever software runs under the role. Administrator access that Identity
        /// Center hands out is assigned in one place and reviewed there; a role beside it is known
        /// only to those who look for it.
        ///
        /// ## What is checked
        ///
        /// The role's inline and managed policies, its permissions boundary and the service control
        /// policies over the account are evaluated together. The role is weak if they allow
        /// everything, however that is spelled. A boundary or a service control policy that
        /// certainly denies it makes the role sound.
        ///
        /// "Everything" means: an action of a service that does not exist, which only a wildcard
        /// over all services can allow, and one of the actions that grant permissions (attaching a
        /// policy, writing an inline policy or a policy's new version). Whoever has both can have
        /// the rest, so a deny of other actions does not make an administrator sound. The session is assumed to have MFA.
        ///
        /// Service control policies that were not read are taken to deny nothing, and the evidence
        /// says so. Where the answer hangs on the context of a request, or another policy that takes
        /// part was not read, it is cannot-tell. Service-linked roles, the roles of Identity Center (path
        /// `/aws-reserved/sso.amazonaws.com/`), and roles that the setting `break_glass`
        /// names are left out.
        ///
        /// ## Fix
        ///
        /// Replace the policy by one with the permissions that the role uses. IAM's *Last Accessed*
        /// tab shows them, and so does the CLI: the first command prints a job's id for the second.
        ///
        /// ```sh
        /// aws iam generate-service-last-accessed-details --granularity ACTION_LEVEL \
        ///   --arn arn:aws:iam::111122223333:role/deploy
        /// aws iam get-service-last-accessed-details --job-id JOB_ID
        /// ```
        ///
        /// For people, assign a permission set in Identity Center and delete the role. A role kept
        /// for emergencies belongs into the setting `break_glass`.
        ///
        /// There is no guardrail for it: no condition key tells what a policy that is being written
        /// allows.
        ///
        /// ## Fix safety
        ///
        /// Disruptive: sessions of the role lose permissions at once, those that run included. Roles
        /// of deployment pipelines create roles and policies themselves; try the smaller policy in a
        /// test account. Attaching the old policy again undoes it.
        ///
        /// ## Weak
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"Path": "/", "RoleName": "deploy", "RoleId": "AROAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:role/deploy", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        ///   "InstanceProfileList": [], "AttachedManagedPolicies": [],
        ///   "RolePolicyList": [{"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}]}}]}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"Path": "/", "RoleName": "deploy", "RoleId": "AROAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:role/deploy", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        ///   "InstanceProfileList": [], "AttachedManagedPolicies": [],
        ///   "RolePolicyList": [{"PolicyName": "functions", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "lambda:UpdateFunctionCode", "Resource": "arn:aws:lambda:us-east-1:111122223333:function:web-*"}]}}]}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html>
    },
    severity: Severity::Medium,
    needs: GRANTS,
    refines: GUARDRAILS,
    watch: &[
        "iam:AttachRolePolicy",
        "iam:CreatePolicyVersion",
        "iam:CreateRole",
        "iam:DeleteRolePermissionsBoundary",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:SetDefaultPolicyVersion",
        "organizations:DetachPolicy",
        "organizations:UpdatePolicy",
    ],
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    roles(view, |role, principal| {
        if role.is_of_identity_center() || view.settings.is_break_glass(&role.arn) {
            return None;
        }
        let access = principal.permissions.administrator(&role.arn);
        Some(principal.judge(&access, "is an administrator", "is not an administrator"))
    })
}
