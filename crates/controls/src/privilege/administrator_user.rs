use super::principals::{GRANTS, GUARDRAILS, users};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "privilege-administrator-user",
    docs: crate::docs! {
        /// # IAM user with administrator permissions
        ///
        /// An IAM user may do everything in the account, through its own policies or those of its
        /// groups.
        ///
        /// ## Why it matters
        ///
        /// An IAM user signs in with a password or an access key that stays valid until somebody
        /// changes it. Keys end up in repositories, laptops and build logs; whoever finds one of an
        /// administrator owns the account at once, with no second step and no expiry. People who
        /// administer can assume a role for an hour at a time instead.
        ///
        /// ## What is checked
        ///
        /// The user's inline and managed policies, those of its groups, its permissions boundary
        /// and the service control policies over the account are evaluated together. The user is
        /// weak if they allow everything, however that is spelled; a policy's name does not matter.
        /// A boundary or a service control policy that certainly denies it makes the user sound.
        ///
        /// "Everything" means: an action of a service that does not exist, which only a wildcard
        /// over all services can allow, and one of the actions that grant permissions (attaching a
        /// policy, writing an inline policy or a policy's new version). Whoever has both can have
        /// the rest, so a deny of other actions does not make an administrator sound.
        ///
        /// Service control policies that were not read are taken to deny nothing, and the evidence
        /// says so. The user is taken to have signed in with MFA. Where the answer hangs on something
        /// else about a request, such as `aws:SourceIp`, or another policy that takes part was not
        /// read, it is cannot-tell. Users that the setting `break_glass` names are left out.
        ///
        /// ## Fix
        ///
        /// Give the person an administrator role through IAM Identity Center, or a role with MFA
        /// in its trust policy. Then take the permissions from the user:
        ///
        /// ```sh
        /// aws iam list-attached-user-policies --user-name ci
        /// aws iam detach-user-policy --user-name ci --policy-arn arn:aws:iam::aws:policy/AdministratorAccess
        /// aws iam delete-user-policy --user-name ci --policy-name all
        /// aws iam remove-user-from-group --user-name ci --group-name administrators
        /// ```
        ///
        /// `aws iam list-groups-for-user` and `aws iam list-user-policies` name the groups and the
        /// inline policies; the findings' evidence says which of them allow everything. Software
        /// gets a role with the permissions that it uses: `aws iam
        /// generate-service-last-accessed-details --arn USER_ARN` starts a job that collects them,
        /// and `aws iam get-service-last-accessed-details --job-id JOB_ID` lists them.
        ///
        /// ## Fix safety
        ///
        /// Disruptive: what the user does with its permissions stops. Attaching the policy again or
        /// adding the user to the group again undoes it at once. Keep a second way in before you
        /// take away the last administrator.
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
        ///   "UserPolicyList": [{"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]}],
        ///  "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## Weak: through a group
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [{"Path": "/", "UserName": "ci", "UserId": "AIDAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:user/ci", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "GroupList": ["administrators"], "AttachedManagedPolicies": []}],
        ///  "GroupDetailList": [{"Path": "/", "GroupName": "administrators", "GroupId": "AGPAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:group/administrators", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "GroupPolicyList": [], "AttachedManagedPolicies": [{"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}],
        ///  "RoleDetailList": [],
        ///  "Policies": [{"PolicyName": "AdministratorAccess", "PolicyId": "ANPAIWMBCKSKIEE64ZLYK", "Arn": "arn:aws:iam::aws:policy/AdministratorAccess", "Path": "/", "DefaultVersionId": "v1", "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0, "IsAttachable": true,
        ///   "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]}]}
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
        ///   "UserPolicyList": [{"PolicyName": "upload", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::example-builds/*"}]}}]}],
        ///  "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## Sound: limited by a permissions boundary
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [{"Path": "/", "UserName": "ci", "UserId": "AIDAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:user/ci", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "GroupList": [], "AttachedManagedPolicies": [],
        ///   "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/builds-only"},
        ///   "UserPolicyList": [{"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]}],
        ///  "GroupDetailList": [], "RoleDetailList": [],
        ///  "Policies": [{"PolicyName": "builds-only", "PolicyId": "ANPAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:policy/builds-only", "Path": "/", "DefaultVersionId": "v1", "AttachmentCount": 0, "PermissionsBoundaryUsageCount": 1, "IsAttachable": true,
        ///   "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}]}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
    },
    severity: Severity::Critical,
    needs: GRANTS,
    refines: GUARDRAILS,
    watch: &[
        "iam:AddUserToGroup",
        "iam:AttachGroupPolicy",
        "iam:AttachUserPolicy",
        "iam:CreatePolicyVersion",
        "iam:DeleteUserPermissionsBoundary",
        "iam:DeleteUserPolicy",
        "iam:DetachUserPolicy",
        "iam:PutGroupPolicy",
        "iam:PutUserPermissionsBoundary",
        "iam:PutUserPolicy",
        "iam:RemoveUserFromGroup",
        "iam:SetDefaultPolicyVersion",
        "organizations:DetachPolicy",
        "organizations:UpdatePolicy",
    ],
    preventable: &["iam:AttachUserPolicy", "iam:PutUserPolicy"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    users(view, |user| {
        if view.settings.is_break_glass(user.arn) {
            return None;
        }
        let access = user.permissions.administrator(user.arn);
        Some(user.judge(&access, "is an administrator", "is not an administrator"))
    })
}
