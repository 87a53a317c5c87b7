use std::collections::BTreeSet;

use keyward_access::Answer as Permitted;
use keyward_policy::glob_matches;
use keyward_snapshot::Gap;

use crate::control_policies::{CALLS, Ceiling, Standing, standing};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "users-creation-not-denied",
    docs: crate::docs! {
        /// # Creation of IAM users not denied
        ///
        /// No service control policy keeps ordinary principals of a member account from creating
        /// IAM users, console passwords and access keys.
        ///
        /// ## Why it matters
        ///
        /// A user or a key of its own is how an intruder stays after the hole is closed, and how a
        /// hurried project grows its next secret to leak. Where people come through Identity Center
        /// and software has roles, hardly anybody needs to create either, and a service control
        /// policy can say so for every account at once.
        ///
        /// ## What is checked
        ///
        /// Whether the service control policies over the account, from the organization's root down
        /// to the account itself, let an ordinary principal call `iam:CreateUser`,
        /// `iam:CreateLoginProfile` or `iam:CreateAccessKey`. Two are tried: a role and an IAM user
        /// of the account, with a name that says nothing and without tags, straight to IAM, which
        /// counts as `us-east-1`. Address, time and MFA may be anything.
        ///
        /// The setting `user_creators` lists the principals that are meant to be exempt, as ARN
        /// patterns. If a pattern covers one of the two, only the other is tried; if it covers
        /// both, nobody ordinary is left and the answer is cannot-tell.
        ///
        /// - All three calls are denied in every case: sound.
        /// - One of them is allowed in every case: weak. Weak too, if service control policies are
        ///   not enabled, or if the account is in no organization: then there is no such policy,
        ///   and the fix begins with an organization.
        /// - Denied in some cases only, for instance from some addresses: cannot-tell, and the
        ///   answer names what it depends on.
        /// - The organization, or a policy that could decide, was not read: cannot-tell.
        ///
        /// A principal that a policy exempts by its ARN or a tag is not ordinary, and goes unseen
        /// here. The management account gets no answer, because service control policies do not
        /// bind it.
        ///
        /// ## Fix
        ///
        /// Attach a service control policy to the organization's root, with the roles that are to
        /// go on creating users in its exception, and name the same patterns in `user_creators`:
        ///
        /// ```json
        /// {"Version": "2012-10-17", "Statement": [{
        ///   "Sid": "DenyIamUsers", "Effect": "Deny", "Resource": "*",
        ///   "Action": ["iam:CreateUser", "iam:CreateLoginProfile", "iam:CreateAccessKey"],
        ///   "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/user-provisioning"}}}]}
        /// ```
        ///
        /// ```sh
        /// aws organizations enable-policy-type --root-id r-exam --policy-type SERVICE_CONTROL_POLICY
        /// aws organizations create-policy --type SERVICE_CONTROL_POLICY --name deny-iam-users --description "No new IAM users" --content file://deny-iam-users.json
        /// aws organizations attach-policy --policy-id p-examplepolicyid111 --target-id r-exam
        /// ```
        ///
        /// The first call is for organizations that have no service control policies yet; `aws
        /// organizations list-roots` shows the root's id. Leave `FullAWSAccess` attached.
        ///
        /// ## Fix safety
        ///
        /// Present users and keys go on working, but nobody outside the exception can replace a key
        /// any more, so the rotation of access keys needs its role in it. Look in CloudTrail for who
        /// made the three calls in the last 90 days, and try the policy on one organizational unit
        /// first. Detaching it undoes it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "999999999999", "FeatureSet": "ALL"}}
        /// {"Roots": [{"Id": "r-exam", "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]}]}
        /// {"Policies": [{"Id": "p-FullAWSAccess", "Name": "FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY"}]}
        /// ```
        ///
        /// ```json list-parents/111122223333.json
        /// {"Parents": [{"Id": "r-exam", "Type": "ROOT"}]}
        /// ```
        ///
        /// ```json
        /// {"Policy": {"PolicySummary": {"Id": "p-FullAWSAccess", "Name": "FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY"},
        ///   "Content": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}}
        /// ```
        ///
        /// ```json list-targets-for-policy/p-FullAWSAccess.json
        /// {"Targets": [{"TargetId": "r-exam", "Type": "ROOT"}, {"TargetId": "111122223333", "Type": "ACCOUNT"}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "999999999999", "FeatureSet": "ALL"}}
        /// {"Roots": [{"Id": "r-exam", "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]}]}
        /// {"Policies": [{"Id": "p-FullAWSAccess", "Name": "FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY"},
        ///   {"Id": "p-iamusers", "Name": "deny-iam-users", "Type": "SERVICE_CONTROL_POLICY"}]}
        /// ```
        ///
        /// ```json list-parents/111122223333.json
        /// {"Parents": [{"Id": "r-exam", "Type": "ROOT"}]}
        /// ```
        ///
        /// ```json
        /// {"Policy": {"PolicySummary": {"Id": "p-FullAWSAccess", "Name": "FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY"},
        ///   "Content": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}}
        /// {"Policy": {"PolicySummary": {"Id": "p-iamusers", "Name": "deny-iam-users", "Type": "SERVICE_CONTROL_POLICY"},
        ///   "Content": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"DenyIamUsers\",\"Effect\":\"Deny\",\"Action\":[\"iam:CreateUser\",\"iam:CreateLoginProfile\",\"iam:CreateAccessKey\"],\"Resource\":\"*\",\"Condition\":{\"ArnNotLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:role/user-provisioning\"}}}]}"}}
        /// ```
        ///
        /// ```json list-targets-for-policy/p-FullAWSAccess.json
        /// {"Targets": [{"TargetId": "r-exam", "Type": "ROOT"}, {"TargetId": "111122223333", "Type": "ACCOUNT"}]}
        /// ```
        ///
        /// ```json list-targets-for-policy/p-iamusers.json
        /// {"Targets": [{"TargetId": "r-exam", "Type": "ROOT"}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
        /// - <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html>
    },
    severity: Severity::Medium,
    needs: &CALLS,
    refines: &[],
    watch: &[
        "organizations:DetachPolicy",
        "organizations:UpdatePolicy",
        "organizations:DisablePolicyType",
        "organizations:MoveAccount",
        "organizations:RemoveAccountFromOrganization",
        "organizations:LeaveOrganization",
    ],
    // The others are the management account's calls, which service control policies do not bind.
    preventable: &["organizations:LeaveOrganization"],
    find: Find::Account(find),
    prevent: None,
};

const ACTIONS: [&str; 3] = ["iam:CreateUser", "iam:CreateLoginProfile", "iam:CreateAccessKey"];

fn find(view: &View<'_>) -> Vec<Answer> {
    match standing(view) {
        Err(gap) => vec![Answer::cannot_tell(view.subject(), &gap)],
        Ok(Standing::Management) => Vec::new(),
        Ok(Standing::Alone) => {
            let title = "No service control policy exists that could deny creating IAM users";
            vec![Answer::weak(view.subject(), title).evidence("organization", "none")]
        }
        Ok(Standing::Member(ceiling)) if ceiling.is_open() => {
            let title = "Service control policies are not enabled, so IAM users may be created";
            vec![Answer::weak(view.subject(), title).evidence("service control policies", "none")]
        }
        Ok(Standing::Member(ceiling)) => vec![
            answer(view, &ceiling).unwrap_or_else(|gap| Answer::cannot_tell(view.subject(), &gap)),
        ],
    }
}

fn answer(view: &View<'_>, ceiling: &Ceiling<'_>) -> Result<Answer, Gap> {
    let callers = ordinary(view);
    if callers.is_empty() {
        let title = "The setting `user_creators` leaves nobody who may not create IAM users";
        return Ok(Answer::undecided(view.subject(), title));
    }
    let resource = format!("arn:{}:iam::{}:user/{NAME}", view.partition(), view.account.id);
    let mut found = Found::default();
    for caller in &callers {
        for action in ACTIONS {
            match ceiling.leaves(caller, action, &resource) {
                Permitted::Yes(_) => {
                    found.allowed.insert(action);
                }
                Permitted::No(because) => found.denied_by.extend(because),
                Permitted::Depends(keys) => found.keys.extend(keys),
                Permitted::CannotTell(gap) => found.gap = Some(gap),
            }
        }
    }
    conclude(view, &callers, found)
}

/// What the questions about all callers and actions came to.
#[derive(Default)]
struct Found {
    allowed: BTreeSet<&'static str>,
    denied_by: BTreeSet<String>,
    /// Context keys on which an answer depends.
    keys: BTreeSet<String>,
    gap: Option<Gap>,
}

fn conclude(view: &View<'_>, callers: &[String], found: Found) -> Result<Answer, Gap> {
    let Found { allowed, denied_by, keys, gap } = found;
    if let Some(gap) = gap {
        return Err(gap);
    }
    let answer = if !allowed.is_empty() {
        let quoted: Vec<String> = allowed.iter().map(|action| format!("`{action}`")).collect();
        let title = format!("No service control policy denies {}", quoted.join(", "));
        let answer = Answer::weak(view.subject(), title);
        allowed.iter().fold(answer, |answer, action| answer.evidence("not denied", action))
    } else if !keys.is_empty() {
        let title = format!("Whether IAM users may be created depends on {}", joined(&keys));
        Answer::undecided(view.subject(), title)
    } else {
        let title = "Service control policies deny creating IAM users, passwords and keys";
        let answer = Answer::sound(view.subject(), title).evidence("denied", ACTIONS.join(", "));
        denied_by.iter().fold(answer, |answer, it| answer.evidence("denied by", it))
    };
    Ok(callers.iter().fold(answer, |answer, caller| answer.evidence("tried as", caller)))
}

const NAME: &str = "somebody";

/// The ARNs of a role and a user of the account that no exception is meant for.
fn ordinary(view: &View<'_>) -> Vec<String> {
    let exempt =
        |arn: &str| view.settings.user_creators.iter().any(|pattern| glob_matches(pattern, arn));
    ["role", "user"]
        .map(|kind| format!("arn:{}:iam::{}:{kind}/{NAME}", view.partition(), view.account.id))
        .into_iter()
        .filter(|arn| !exempt(arn))
        .collect()
}

fn joined(keys: &BTreeSet<String>) -> String {
    keys.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
