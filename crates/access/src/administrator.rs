//! Who may do anything at all.

use keyward_policy::Context;

use crate::answer::{consent, nothing_allows};
use crate::{Answer, Permissions};

/// An action of a service that does not exist: nobody has it but by a wildcard over all services.
const ANYTHING: (&str, &str) =
    ("keyward-nonexistent:DoAnything", "keyward-nonexistent:{region}:{account}:thing/nonexistent");

/// Actions by which somebody gives permissions, to itself too. One of them is enough: whoever has
/// it can have all that is missing. So a deny of other actions makes no administrator less.
const GRANTING: &[(&str, &str)] = &[
    ("iam:AttachRolePolicy", "iam::{account}:role/keyward-nonexistent"),
    ("iam:PutRolePolicy", "iam::{account}:role/keyward-nonexistent"),
    ("iam:AttachUserPolicy", "iam::{account}:user/keyward-nonexistent"),
    ("iam:PutUserPolicy", "iam::{account}:user/keyward-nonexistent"),
    ("iam:CreatePolicyVersion", "iam::{account}:policy/keyward-nonexistent"),
];

/// A region for the ARNs. `aws:RequestedRegion` does not follow from it.
const REGION: &str = "us-east-1";

/// The key of which the caller chooses the value, by where it sends the request.
const CHOSEN: &str = "aws:requestedregion";

impl Permissions<'_> {
    /// Whether the principal may do anything at all to anything, by what its policies say.
    ///
    /// It may if it may do what nobody can have named, and may grant permissions. The principal is
    /// in a session of its own with MFA, opened when the snapshot was taken, and calls directly and
    /// encrypted; it chooses the region. All else about the requests is unknown: where an address,
    /// a tag or the like decides, the answer is [`Answer::Depends`].
    ///
    /// A yes does not say that no deny whatever is in the way: guardrails may keep an administrator
    /// from some actions.
    pub fn administrator(&self, arn: &str) -> Answer {
        if !self.could(ANYTHING.0) {
            return Answer::No(vec![nothing_allows(ANYTHING.0, "*")]);
        }
        let consent = consent(arn);
        let policies = self.policies(consent.as_ref());
        let ask = |(action, resource): &(&str, &str)| {
            let mut parts = arn.split(':').skip(1);
            let partition = parts.next().unwrap_or("aws");
            let account = parts.nth(2).unwrap_or_default();
            let resource = resource.replace("{account}", account).replace("{region}", REGION);
            let resource = format!("arn:{partition}:{resource}");
            let context = self.administrators_session(partition, action);
            match self.answer(&policies, self.request(arn, action, &resource, context)) {
                Answer::Depends(keys) if keys.iter().all(|key| key == CHOSEN) => {
                    Answer::Yes(Vec::new())
                }
                Answer::Depends(keys) => {
                    Answer::Depends(keys.into_iter().filter(|key| key != CHOSEN).collect())
                }
                answer => answer,
            }
        };
        match ask(&ANYTHING) {
            Answer::No(because) => Answer::No(because),
            anything => both(anything, any(GRANTING.iter().map(ask))),
        }
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

/// The answer to whether one of several things is so.
fn any(answers: impl Iterator<Item = Answer>) -> Answer {
    let mut found = Answer::No(Vec::new());
    for answer in answers {
        found = match (found, answer) {
            (_, Answer::Yes(because)) => return Answer::Yes(because),
            (Answer::CannotTell(gap), _) | (_, Answer::CannotTell(gap)) => Answer::CannotTell(gap),
            (Answer::Depends(keys), Answer::Depends(more)) => Answer::Depends(joined(keys, more)),
            (Answer::Depends(keys), _) | (_, Answer::Depends(keys)) => Answer::Depends(keys),
            (Answer::No(because) | Answer::Yes(because), Answer::No(more)) => {
                Answer::No(joined(because, more))
            }
        };
    }
    found
}

/// The answer to whether two things are so.
fn both(one: Answer, other: Answer) -> Answer {
    match (one, other) {
        (Answer::No(because), _) | (_, Answer::No(because)) => Answer::No(because),
        (Answer::CannotTell(gap), _) | (_, Answer::CannotTell(gap)) => Answer::CannotTell(gap),
        (Answer::Depends(keys), Answer::Depends(more)) => Answer::Depends(joined(keys, more)),
        (Answer::Depends(keys), _) | (_, Answer::Depends(keys)) => Answer::Depends(keys),
        (Answer::Yes(because), Answer::Yes(more)) => Answer::Yes(joined(because, more)),
    }
}

/// Both lists as one, sorted, each entry once.
fn joined(mut some: Vec<String>, more: Vec<String>) -> Vec<String> {
    some.extend(more);
    some.sort();
    some.dedup();
    some
}
