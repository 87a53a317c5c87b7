//! Who may do anything at all.

use keyward_policy::Context;

use crate::answer::{consent, nothing_allows};
use crate::{Answer, Permissions};

/// What somebody who may do everything may do: the action, and the resource after the partition.
///
/// Nobody has an action of a service that does not exist but by a wildcard over all services, so it
/// comes first: it settles most questions. The others tell an administrator from somebody who may
/// do everything but grant permissions, or everything but read data. None of them is among what
/// guardrails commonly deny to everybody (creating users and keys, stopping logs, starting
/// machines of some kind), since an administrator under guardrails is an administrator still.
const BATTERY: &[(&str, &str)] = &[
    ("keyward-nonexistent:DoAnything", "keyward-nonexistent:{region}:{account}:thing/nonexistent"),
    ("iam:AttachRolePolicy", "iam::{account}:role/keyward-nonexistent"),
    ("iam:PutRolePolicy", "iam::{account}:role/keyward-nonexistent"),
    ("iam:CreatePolicyVersion", "iam::{account}:policy/keyward-nonexistent"),
    ("iam:PassRole", "iam::{account}:role/keyward-nonexistent"),
    ("sts:AssumeRole", "iam::{account}:role/keyward-nonexistent"),
    ("s3:GetObject", "s3:::keyward-nonexistent/nonexistent"),
    ("secretsmanager:GetSecretValue", "secretsmanager:{region}:{account}:secret:nonexistent"),
    ("lambda:UpdateFunctionCode", "lambda:{region}:{account}:function:nonexistent"),
    ("dynamodb:GetItem", "dynamodb:{region}:{account}:table/nonexistent"),
];

/// A region for the ARNs. `aws:RequestedRegion` does not follow from it.
const REGION: &str = "us-east-1";

/// The key of which the caller chooses the value, by where it sends the request.
const CHOSEN: &str = "aws:requestedregion";

impl Permissions<'_> {
    /// Whether the principal may do anything at all to anything, by what its policies say.
    ///
    /// Asked are a few requests of which each needs another part of "everything". The principal is
    /// in a session of its own with MFA, opened when the snapshot was taken, and calls directly and
    /// encrypted; it chooses the region. All else about the requests is unknown: where an address,
    /// a tag or the like decides, the answer is [`Answer::Depends`].
    ///
    /// A yes tells of all those requests, and not that no deny whatever is in the way: guardrails
    /// may keep an administrator from some actions.
    pub fn administrator(&self, arn: &str) -> Answer {
        if let Some((action, _)) = BATTERY.iter().find(|(action, _)| !self.could(action)) {
            return Answer::No(vec![nothing_allows(action, "*")]);
        }
        let consent = consent(arn);
        let policies = self.policies(consent.as_ref());
        let mut parts = arn.split(':').skip(1);
        let partition = parts.next().unwrap_or("aws");
        let account = parts.nth(2).unwrap_or_default();

        let (mut evidence, mut keys, mut gap) = (Vec::new(), Vec::new(), None);
        for (action, resource) in BATTERY {
            let resource = resource.replace("{account}", account).replace("{region}", REGION);
            let resource = format!("arn:{partition}:{resource}");
            let context = self.administrators_session(partition, action);
            match self.answer(&policies, self.request(arn, action, &resource, context)) {
                Answer::No(because) => return Answer::No(because),
                Answer::CannotTell(missing) => gap = gap.or(Some(missing)),
                Answer::Yes(because) => evidence.extend(because),
                Answer::Depends(on) => keys.extend(on.into_iter().filter(|key| key != CHOSEN)),
            }
        }
        if let Some(gap) = gap {
            return Answer::CannotTell(gap);
        }
        if keys.is_empty() {
            evidence.sort();
            evidence.dedup();
            return Answer::Yes(evidence);
        }
        keys.sort();
        keys.dedup();
        Answer::Depends(keys)
    }

    /// What is known of a request that an administrator makes without anything unusual.
    fn administrators_session(&self, partition: &str, action: &str) -> Context {
        let mut context = Context::open()
            .with("aws:MultiFactorAuthPresent", "true")
            .with("aws:MultiFactorAuthAge", "0")
            .with("aws:SecureTransport", "true")
            .with("aws:ViaAWSService", "false")
            .without("aws:CalledVia")
            .without("aws:CalledViaFirst")
            .without("aws:CalledViaLast")
            .without("aws:AssumedRoot");
        if partition == "aws" && action.starts_with("iam:") {
            // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html:
            // calls to IAM are always made to this region, in this partition.
            context = context.with("aws:RequestedRegion", REGION);
        }
        if let Some(head) = self.head {
            let now = head.taken_at.to_string();
            context = context.with("aws:TokenIssueTime", &now).with("aws:CurrentTime", &now);
        }
        context
    }
}
