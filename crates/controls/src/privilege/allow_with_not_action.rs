use keyward_policy::{Effect, Resources, Statement};
use keyward_snapshot::Call;

use super::policies::{WRITING_ACTIONS, Written, each_written};
use super::principals::listed;
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "privilege-allow-with-not-action",
    docs: crate::docs! {
        /// # Allow with NotAction
        ///
        /// A statement allows everything but a list of actions (`"Effect": "Allow"` with
        /// `NotAction`), on resources of which there are many.
        ///
        /// ## Why it matters
        ///
        /// Such a statement grants the twenty thousand actions that its author did not think of, and
        /// every one that AWS adds later. `"NotAction": "iam:*"` on `*` reads like a limit; it still
        /// allows reading every secret and, through `sts:AssumeRole` and the services that run code,
        /// often the way back to IAM.
        ///
        /// ## What is checked
        ///
        /// All statements of customer-managed policies that are attached, and of the inline policies
        /// of users, groups and roles. A statement with `Allow` and `NotAction` is weak if it has
        /// `NotResource`, or one of its resource patterns leaves the resource open: `*`, or an ARN
        /// in which a wildcard stands for the service, for the resource (`arn:aws:s3:::*`) or for
        /// the name behind the resource's type (`arn:aws:iam::111122223333:role/*`). On named
        /// resources, `NotAction` is sound.
        ///
        /// Conditions lower the severity to medium, where every such statement has one: they limit
        /// when the statement applies, not what it allows. `Deny` with `NotAction` is a common and
        /// good way to restrict, and not meant here. The policies of service-linked roles and of
        /// Identity Center's roles are left out. Policies that were not read are cannot-tell.
        ///
        /// ## Fix
        ///
        /// Turn it around: list what the holders need under `Action`, and put what they must never
        /// do into a `Deny` of its own, which also holds against other policies.
        ///
        /// ```text
        /// {"Statement": [
        ///   {"Effect": "Allow", "Action": ["ec2:*", "s3:GetObject"], "Resource": "*"},
        ///   {"Effect": "Deny", "Action": "ec2:CreateVpcPeeringConnection", "Resource": "*"}]}
        /// ```
        ///
        /// There is no guardrail for it: no condition key tells how a policy that is being written
        /// is built.
        ///
        /// ## Fix safety
        ///
        /// Disruptive: actions that you did not list fail for all holders. `aws iam
        /// set-default-policy-version` brings the old version of a managed policy back; keep a copy
        /// of an inline one.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"UserDetailList": [], "RoleDetailList": [], "Policies": [],
        ///  "GroupDetailList": [{"Path": "/", "GroupName": "developers", "GroupId": "AGPAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:group/developers", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "AttachedManagedPolicies": [],
        ///   "GroupPolicyList": [{"PolicyName": "power", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}]}}]}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"UserDetailList": [], "RoleDetailList": [], "Policies": [],
        ///  "GroupDetailList": [{"Path": "/", "GroupName": "developers", "GroupId": "AGPAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:group/developers", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "AttachedManagedPolicies": [],
        ///   "GroupPolicyList": [{"PolicyName": "pages", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///    {"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": ["arn:aws:s3:::example-pages", "arn:aws:s3:::example-pages/*"]},
        ///    {"Effect": "Deny", "NotAction": ["s3:*", "iam:ChangePassword"], "Resource": "*"}]}}]}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html>
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
    each_written(view, |policy| Some(answer(policy)))
}

fn answer(policy: &Written<'_>) -> Answer {
    let statements = &policy.document.policy().statements;
    let open: Vec<(usize, &Statement)> =
        statements.iter().enumerate().filter(|(_, statement)| is_open(statement)).collect();
    let Some((_, first)) = open.first() else {
        return policy
            .sound("allows nothing by leaving out")
            .evidence("statements", statements.len());
    };
    let claim = format!("allows everything but {}", listed(&first.actions.patterns));
    let conditional = open.iter().all(|(_, statement)| !statement.conditions.is_empty());
    open.iter()
        .fold(policy.weak(&claim), |answer, (index, _)| {
            answer.evidence("statement", format!("/Statement/{index}"))
        })
        .severity_if(conditional, Severity::Medium, "conditions limit when it applies")
}

/// Whether the statement allows all but a list, on resources that are not named.
fn is_open(statement: &Statement) -> bool {
    let much = |resources: &Resources| {
        resources.negated || resources.patterns.iter().any(|pattern| covers_much(pattern))
    };
    statement.effect == Effect::Allow
        && statement.actions.negated
        && statement.resources.as_ref().is_some_and(much)
}

/// Whether the pattern names neither a resource nor the beginning of a name: `*`, any resource of a
/// service, or any of one type.
fn covers_much(pattern: &str) -> bool {
    let mut parts = pattern.splitn(6, ':');
    let is_open = |part: &str| part.starts_with(['*', '?']);
    let (Some(service), Some(resource)) = (parts.nth(2), parts.nth(2)) else { return true };
    // In S3's ARNs, and in those of APIs, a name comes first and not a type.
    let has_type = !matches!(service, "s3" | "execute-api");
    let name = resource.split_once(['/', ':']).map(|(_, name)| name).filter(|_| has_type);
    is_open(service) || is_open(resource) || name.is_some_and(is_open)
}
