use keyward_access::Answer as Access;
use keyward_snapshot::Call;

use super::policies::{Alone, WRITING_ACTIONS, each_written};
use super::principals::own_session;
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "privilege-administrator-policy",
    docs: crate::docs! {
        /// # Policy that allows everything
        ///
        /// A customer-managed policy that is attached, or an inline policy, amounts to `*:*` on
        /// every resource.
        ///
        /// ## Why it matters
        ///
        /// The AWS-managed `AdministratorAccess` can be searched for, and denied by its ARN. A policy
        /// of your own that allows the same goes by a name such as `app-permissions`; whoever
        /// attaches it, or joins a group that holds it, becomes administrator without meaning to.
        ///
        /// ## What is checked
        ///
        /// Each policy is evaluated alone, for somebody who holds nothing else: it is weak if it
        /// allows everything, whatever its spelling (`*`, `*:*`, `NotAction` that excludes nothing,
        /// several statements that add up). Customer-managed policies count if they are attached to
        /// a user, a group or a role; one that serves as permissions boundary only does not count,
        /// since a boundary grants nothing. Inline policies of users, groups and roles count always.
        ///
        /// "Everything" means the same as for `privilege-administrator-role`, and the holder is assumed to have signed in with MFA. Boundaries and service control policies
        /// are not weighed: they limit a holder, not the policy. The policies of service-linked
        /// roles and of Identity Center's roles are left out, because they are not written in the
        /// account. Where another condition decides whether everything is allowed, or a policy was
        /// not read, the answer is cannot-tell.
        ///
        /// ## Fix
        ///
        /// Find out what the holders use (`aws iam generate-service-last-accessed-details --arn
        /// POLICY_ARN` for a managed policy, then `aws iam get-service-last-accessed-details
        /// --job-id JOB_ID`), and give the policy a new version that allows no more:
        ///
        /// ```sh
        /// aws iam create-policy-version --policy-arn arn:aws:iam::111122223333:policy/app \
        ///   --policy-document file://app.json --set-as-default
        /// aws iam put-role-policy --role-name app --policy-name app --policy-document file://app.json
        /// ```
        ///
        /// Where somebody is meant to be administrator, attach `AdministratorAccess` and delete the
        /// policy, so that it is seen for what it is.
        ///
        /// There is no guardrail for it: no condition key tells what a policy that is being written
        /// allows.
        ///
        /// ## Fix safety
        ///
        /// Disruptive: all holders lose what the new version does not allow, at once. A managed
        /// policy keeps up to five versions, and `aws iam set-default-policy-version` brings the old
        /// one back; keep a copy of an inline policy before you replace it.
        ///
        /// ## Weak: a managed policy
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [{"Path": "/", "GroupName": "support", "GroupId": "AGPAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:group/support", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "GroupPolicyList": [], "AttachedManagedPolicies": [{"PolicyName": "app", "PolicyArn": "arn:aws:iam::111122223333:policy/app"}]}],
        ///  "RoleDetailList": [],
        ///  "Policies": [{"PolicyName": "app", "PolicyId": "ANPAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:policy/app", "Path": "/", "DefaultVersionId": "v1", "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0, "IsAttachable": true,
        ///   "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*:*", "Resource": "*"}]}}]}]}
        /// ```
        ///
        /// ## Weak: an inline policy
        ///
        /// ```json
        /// {"UserDetailList": [{"Path": "/", "UserName": "ci", "UserId": "AIDAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:user/ci", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "GroupList": [], "AttachedManagedPolicies": [],
        ///   "UserPolicyList": [{"PolicyName": "app", "PolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:GetObject", "*"], "Resource": ["arn:aws:s3:::example", "*"]}}}]}],
        ///  "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"UserDetailList": [{"Path": "/", "UserName": "ci", "UserId": "AIDAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:user/ci", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "GroupList": [], "AttachedManagedPolicies": [],
        ///   "UserPolicyList": [{"PolicyName": "app", "PolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}}]}],
        ///  "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
    },
    severity: Severity::High,
    needs: &[Call::GetAccountAuthorizationDetails],
    refines: &[],
    watch: WRITING_ACTIONS,
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    let context = own_session(view);
    each_written(view, |policy| {
        let answer = match Alone::new(view, policy, &context).administrator() {
            Access::Yes(because) => policy.weak("allows everything").allowed_by(&because),
            Access::No(because) => policy.sound("does not allow everything").denied_since(&because),
            Access::Depends(keys) => policy.undecided("allows everything", &keys),
            Access::CannotTell(gap) => policy.cannot_tell(&gap),
        };
        Some(answer)
    })
}
