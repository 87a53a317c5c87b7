//! The concrete evaluator: one request against the policies that apply to it, three-valued.

use crate::{Context, Policy};

/// The policies that take part in one evaluation, by type.
#[derive(Clone, Debug, Default)]
pub struct Policies<'a> {
    /// Identity policies of the caller: inline, attached, and those of its groups.
    pub identity: Vec<&'a Policy>,
    /// The caller's permissions boundary.
    pub boundary: Option<&'a Policy>,
    /// Session policies; all of them limit together.
    pub session: Vec<&'a Policy>,
    /// Service control policies over the caller's account, a list a level from the root down.
    pub scps: Vec<Vec<&'a Policy>>,
    /// Resource control policies over the resource's account, a list a level from the root down.
    pub rcps: Vec<Vec<&'a Policy>>,
    /// The resource's own policy: a role's trust policy, a secret's, a key's, a bucket's.
    pub resource: Option<&'a Policy>,
    /// The policy of the VPC endpoint that the request goes through.
    pub endpoint: Option<&'a Policy>,
}

/// Who makes the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A principal by its ARN: an IAM user, the root user, a role session
    /// (`arn:aws:sts::…:assumed-role/…`), a federated user; or a role, for a session of it whose
    /// name does not matter.
    Arn(String),
    /// An AWS service, such as `lambda.amazonaws.com`.
    Service(String),
    /// Somebody whom an identity provider vouches for: the provider's ARN or built-in name.
    Federated(String),
    /// Nobody in particular: an unsigned request.
    Anonymous,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who asks.
    pub caller: Caller,
    /// What for, such as `s3:GetObject`.
    pub action: String,
    /// On what: an ARN, or `*` for actions that have no resource.
    pub resource: String,
    /// The account that owns the resource, where its ARN does not tell (S3 buckets).
    pub resource_account: Option<String>,
    /// The context keys. Those that follow from the caller (`aws:PrincipalArn`,
    /// `aws:PrincipalAccount`, `aws:username`, `aws:PrincipalIsAWSService`) are filled in where
    /// the context does not name them.
    pub context: Context,
}

/// The answer to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Allowed, denied, or depending on unknown context keys.
    pub verdict: Verdict,
    /// The statements that decided; for [`Verdict::Depends`] those whose conditions are open.
    pub because: Vec<Because>,
    /// The context keys that decide, lower case, sorted; empty unless the verdict depends on them.
    pub depends_on: Vec<String>,
}

/// What AWS would answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Allowed, whatever the unknown keys are.
    Allow,
    /// Denied, whatever the unknown keys are.
    Deny {
        /// True if a `Deny` statement matched; false if nothing allowed the request.
        explicit: bool,
    },
    /// Allowed for some values of the unknown keys and denied for others.
    Depends,
}

/// One statement that took part in a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Because {
    /// The policy.
    pub layer: Layer,
    /// The statement's index in that policy.
    pub statement: usize,
}

/// Where a policy stands in [`Policies`]; the numbers are indices into its lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants are the fields of `Policies`")]
pub enum Layer {
    Identity(usize),
    Boundary,
    Session(usize),
    Scp { level: usize, policy: usize },
    Rcp { level: usize, policy: usize },
    Resource,
    Endpoint,
}

/// Answers one request.
pub fn evaluate(policies: &Policies<'_>, request: &Request) -> Decision {
    let _ = (policies, request);
    Decision {
        verdict: Verdict::Deny { explicit: false },
        because: Vec::new(),
        depends_on: Vec::new(),
    }
}
