use keyward_access::Answer as Permitted;
use keyward_snapshot::Gap;

use crate::control_policies::{CALLS, Ceiling, Standing, standing};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "root-keys-not-blocked",
    docs: crate::docs! {
        /// # Root user free to make itself access keys
        ///
        /// No service control policy keeps the root user of a member account from creating an
        /// access key.
        ///
        /// ## Why it matters
        ///
        /// Whoever gets into the root user of a member account once, by its mailbox or its
        /// password, can leave with an access key that works from anywhere, without MFA, and
        /// outlives every change of the password. Inside the account nothing can forbid it. A
        /// service control policy can, from outside.
        ///
        /// ## What is checked
        ///
        /// Whether the service control policies over the account, from the organization's root down
        /// to the account itself, let its root user call `iam:CreateAccessKey`. The call that is
        /// tried is an ordinary one: the root user itself, not a root session of the management
        /// account; straight to IAM, which counts as `us-east-1`; no tags on the caller. Address,
        /// time and MFA may be anything.
        ///
        /// - The policies deny it in every case: sound.
        /// - The policies allow it in every case: weak. Weak too, if service control policies are
        ///   not enabled, or if the account is in no organization: then there is no such policy,
        ///   and the fix begins with an organization.
        /// - They deny it in some cases only, for instance from some addresses: cannot-tell, and
        ///   the answer names what it depends on. The same if they deny it for some resources only.
        ///   AWS does not document under which ARN the root user's own keys are created, so both
        ///   the root user's ARN and a user's are tried.
        /// - The organization, or a policy that could decide, was not read: cannot-tell.
        ///
        /// The management account gets no answer, because service control policies do not bind it.
        /// Keep its root user without keys (`root-with-access-key`).
        ///
        /// ## Fix
        ///
        /// In the management account, attach a service control policy to the organization's root:
        ///
        /// ```json
        /// {"Version": "2012-10-17", "Statement": [{
        ///   "Sid": "DenyRootAccessKeys", "Effect": "Deny", "Action": "iam:CreateAccessKey", "Resource": "*",
        ///   "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}}]}
        /// ```
        ///
        /// ```sh
        /// aws organizations list-roots
        /// aws organizations enable-policy-type --root-id r-exam --policy-type SERVICE_CONTROL_POLICY
        /// aws organizations create-policy --type SERVICE_CONTROL_POLICY --name deny-root-access-keys --description "No access keys for root users" --content file://deny-root-access-keys.json
        /// aws organizations attach-policy --policy-id p-examplepolicyid111 --target-id r-exam
        /// ```
        ///
        /// The first call prints the root's id and whether the type is enabled already, the third
        /// the policy's id. Leave `FullAWSAccess` attached.
        ///
        /// ## Fix safety
        ///
        /// The statement denies one action to one principal in each account, and none that any AWS
        /// task requires. Keys that exist go on working. Detaching the policy undoes it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"SummaryMap": {"AccountMFAEnabled": 1, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}}
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
        /// {"SummaryMap": {"AccountMFAEnabled": 1, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}}
        /// ```
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "999999999999", "FeatureSet": "ALL"}}
        /// {"Roots": [{"Id": "r-exam", "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]}]}
        /// {"Policies": [{"Id": "p-FullAWSAccess", "Name": "FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY"},
        ///   {"Id": "p-rootkeys", "Name": "deny-root-access-keys", "Type": "SERVICE_CONTROL_POLICY"}]}
        /// ```
        ///
        /// ```json list-parents/111122223333.json
        /// {"Parents": [{"Id": "r-exam", "Type": "ROOT"}]}
        /// ```
        ///
        /// ```json
        /// {"Policy": {"PolicySummary": {"Id": "p-FullAWSAccess", "Name": "FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY"},
        ///   "Content": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}}
        /// {"Policy": {"PolicySummary": {"Id": "p-rootkeys", "Name": "deny-root-access-keys", "Type": "SERVICE_CONTROL_POLICY"},
        ///   "Content": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"DenyRootAccessKeys\",\"Effect\":\"Deny\",\"Action\":\"iam:CreateAccessKey\",\"Resource\":\"*\",\"Condition\":{\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:root\"}}}]}"}}
        /// ```
        ///
        /// ```json list-targets-for-policy/p-FullAWSAccess.json
        /// {"Targets": [{"TargetId": "r-exam", "Type": "ROOT"}, {"TargetId": "111122223333", "Type": "ACCOUNT"}]}
        /// ```
        ///
        /// ```json list-targets-for-policy/p-rootkeys.json
        /// {"Targets": [{"TargetId": "r-exam", "Type": "ROOT"}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
        /// - <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html>
    },
    severity: Severity::High,
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

const ACTION: &str = "iam:CreateAccessKey";

fn find(view: &View<'_>) -> Vec<Answer> {
    match standing(view) {
        Err(gap) => vec![Answer::cannot_tell(view.root(), &gap)],
        Ok(Standing::Management) => Vec::new(),
        Ok(Standing::Alone) => {
            let title =
                "No service control policy exists that could deny the root user access keys";
            vec![Answer::weak(view.root(), title).evidence("organization", "none")]
        }
        Ok(Standing::Member(ceiling)) if ceiling.is_open() => {
            let title = "Service control policies are not enabled, so the root user may create \
                         access keys";
            vec![Answer::weak(view.root(), title).evidence("service control policies", "none")]
        }
        Ok(Standing::Member(ceiling)) => vec![
            answer(view, &ceiling).unwrap_or_else(|gap| Answer::cannot_tell(view.root(), &gap)),
        ],
    }
}

fn answer(view: &View<'_>, ceiling: &Ceiling<'_>) -> Result<Answer, Gap> {
    let root = view.root().resource;
    let user = format!("arn:{}:iam::{}:user/root", view.partition(), view.account.id);
    let own = ceiling.leaves(&root, ACTION, &root);
    let other = ceiling.leaves(&root, ACTION, &user);
    let subject = view.root();
    Ok(match (own, other) {
        (Permitted::CannotTell(gap), _) | (_, Permitted::CannotTell(gap)) => return Err(gap),
        (Permitted::No(because), Permitted::No(_)) => {
            let title = format!("Service control policies deny the root user `{ACTION}`");
            let answer = Answer::sound(subject, title).evidence("action", ACTION);
            because.iter().fold(answer, |answer, it| answer.evidence("denied by", it))
        }
        (Permitted::Yes(_), Permitted::Yes(_)) => {
            let title = format!("No service control policy denies the root user `{ACTION}`");
            Answer::weak(subject, title).evidence("action", ACTION).evidence("caller", &root)
        }
        (Permitted::Depends(keys), _) | (_, Permitted::Depends(keys)) => {
            let title =
                format!("Whether the root user may call `{ACTION}` depends on {}", keys.join(", "));
            Answer::undecided(subject, title)
        }
        (Permitted::Yes(_), Permitted::No(_)) | (Permitted::No(_), Permitted::Yes(_)) => {
            let title = format!("Service control policies deny `{ACTION}` for some resources only");
            Answer::undecided(subject, title)
        }
    })
}
