//! The concrete evaluator: one request against the policies that apply to it, three-valued.

use std::collections::BTreeSet;

use crate::arn::{Arn, is_account_id};
use crate::caller::Who;
use crate::context::{Fact, Scope};
use crate::layers::{Asked, By, Group, Hit, Kind};
use crate::principals::{Asking, Naming};
use crate::{Context, Effect, Policy, Ternary, Version, reach};

/// The policies that take part in one evaluation, by type.
#[derive(Clone, Debug, Default)]
pub struct Policies<'a> {
    /// Identity policies of the caller: inline, attached, and those of its groups.
    pub identity: Vec<&'a Policy>,
    /// The caller's permissions boundary.
    pub boundary: Option<&'a Policy>,
    /// Session policies; they limit together: what none of them allows is not allowed.
    pub session: Vec<&'a Policy>,
    /// Service control policies over the caller's account, a list a level from the root down. No
    /// level at all means that none applies, as in the management account; a level without
    /// policies allows nothing.
    pub scps: Vec<Vec<&'a Policy>>,
    /// Resource control policies over the resource's account, a list a level from the root down.
    /// They only deny: the one that allows everything is attached everywhere, listed or not.
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
    /// The account that owns the resource, where its ARN does not tell (S3 buckets). Where neither
    /// tells, it is the caller's.
    pub resource_account: Option<String>,
    /// The context keys. Those that follow from the caller (`aws:PrincipalArn`,
    /// `aws:PrincipalAccount`, `aws:username`, `aws:PrincipalIsAWSService`…) are filled in where
    /// the context does not name them. A role session's ARN does not tell the path of its role,
    /// which is taken to have none; where it has one, name `aws:PrincipalArn`.
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
        /// True if a `Deny` statement certainly matched; false if nothing allowed the request.
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
///
/// Unknown keys are independent of each other here, and of themselves in other statements: the
/// answer may be [`Verdict::Depends`] where a closer look would find it certain, never the reverse.
/// Grants of KMS keys and access control lists of S3 take no part.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>.
pub fn evaluate(policies: &Policies<'_>, request: &Request) -> Decision {
    let who = Who::of(&request.caller);
    if reach::is_always_allowed(&who, &request.action) {
        return Decision { verdict: Verdict::Allow, because: Vec::new(), depends_on: Vec::new() };
    }
    let derived = who.derived_keys();
    let scope = Scope { context: &request.context, derived: &derived, version: Version::V2012 };
    let session_name = match scope.fact("aws:userid") {
        Fact::Known(ids) => ids.first().and_then(|id| id.split_once(':')).map(|(_, name)| name),
        Fact::Absent | Fact::Unknown => None,
    };
    let asked = Asked {
        asking: Asking { who, session_name, has_boundary: policies.boundary.is_some() },
        action: &request.action,
        resource: &request.resource,
        scope,
    };
    let weighed = Weighed::of(policies, request, &asked);
    weighed.decide(&asked, &weighed.paths(&asked, Place::of(request, &who)))
}

/// What each type of policy says about a request.
struct Weighed<'p> {
    identity: Group<'p>,
    boundary: Group<'p>,
    session: Group<'p>,
    resource: Group<'p>,
    rcps: Group<'p>,
    /// What has to allow beside all else: each level of service control policies, and the policy
    /// of the VPC endpoint.
    gates: Vec<Group<'p>>,
}

/// Where the resource stands, seen from the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the caller's account: identity policies or the resource's policy may allow.
    Same,
    /// In the caller's account, and only the resource's policy lets anybody in: the trust policy
    /// of a role.
    Trust,
    /// The same, for the policy of a KMS key.
    Key,
    /// In another account of the same partition: both have to allow.
    Other,
    /// In another partition, where nobody is let in.
    OtherPartition,
}

/// One way in which a request can be allowed, and the policies that it leads through.
struct Path<'w, 'p> {
    allow: Ternary,
    /// Which ways of naming the caller count in the resource's policy.
    by: By,
    through: Vec<&'w Group<'p>>,
}

impl<'w, 'p> Path<'w, 'p> {
    fn new(allow: Ternary, by: By, through: &[&'w Group<'p>]) -> Self {
        Self { allow, by, through: through.to_vec() }
    }
}

impl Place {
    /// Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>,
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>.
    fn of(request: &Request, who: &Who<'_>) -> Self {
        let arn = Arn::parse(&request.resource);
        let owner = owner(request);
        let named = who.principal();
        // `AssumeRoot` enters member accounts by the organization's leave alone.
        let stays = request.action.eq_ignore_ascii_case("sts:AssumeRoot");
        let other = named.is_some_and(|named| owner.is_some_and(|owner| owner != named.account));
        match (arn, named) {
            (Some(arn), Some(named)) if other && arn.partition != named.partition => {
                Self::OtherPartition
            }
            _ if other && !stays => Self::Other,
            (Some(arn), _) if is_role(&arn) && reach::is_of(&request.action, "sts") => Self::Trust,
            (Some(arn), _)
                if arn.service == "kms"
                    && arn.resource.starts_with("key/")
                    && reach::is_of(&request.action, "kms") =>
            {
                Self::Key
            }
            _ => Self::Same,
        }
    }
}

/// The account of the resource, as far as the request tells.
fn owner(request: &Request) -> Option<&str> {
    let told = Arn::parse(&request.resource).map(|arn| arn.account);
    request.resource_account.as_deref().or(told.filter(|account| is_account_id(account)))
}

fn is_role(arn: &Arn<'_>) -> bool {
    arn.service == "iam" && arn.resource.starts_with("role/")
}

impl<'p> Weighed<'p> {
    fn of(policies: &Policies<'p>, request: &Request, asked: &Asked<'_>) -> Self {
        let who = &asked.asking.who;
        // Services, providers' identities and anonymous callers have no policies of their own.
        let of_principal = |group: &dyn Fn() -> Group<'p>| {
            if who.is_principal() { group() } else { Group::silent() }
        };
        let identity = of_principal(&|| {
            let policies = policies.identity.iter().enumerate();
            let policies = policies.map(|(at, policy)| (Layer::Identity(at), *policy));
            let group = Group::of(policies, Kind::OfCaller, asked);
            // The root user needs no policy.
            let is_root = matches!(who, Who::Root(_));
            Group { allow: group.allow.or(is_root.into()), ..group }
        });
        let boundary = of_principal(&|| {
            policies.boundary.map_or_else(Group::unlimited, |policy| {
                Group::of([(Layer::Boundary, policy)], Kind::OfCaller, asked)
            })
        });
        let session = of_principal(&|| match (policies.session.as_slice(), who) {
            // Without session policies a federated user has what resource policies give it.
            ([], Who::FederatedUser(_)) => Group::silent(),
            ([], _) => Group::unlimited(),
            (policies, _) => {
                let policies = policies.iter().enumerate();
                let policies = policies.map(|(at, policy)| (Layer::Session(at), *policy));
                Group::of(policies, Kind::OfCaller, asked)
            }
        });
        Self {
            identity,
            boundary,
            session,
            resource: Self::resource(policies, request, asked),
            rcps: Self::rcps(policies, asked),
            gates: Self::gates(policies, asked),
        }
    }

    /// A role's trust policy is about assuming the role, not about managing it.
    fn resource(policies: &Policies<'p>, request: &Request, asked: &Asked<'_>) -> Group<'p> {
        let manages_role = Arn::parse(&request.resource).is_some_and(|arn| is_role(&arn))
            && !reach::is_of(&request.action, "sts");
        let policy = policies.resource.filter(|_| !manages_role);
        let policy = policy.map(|policy| (Layer::Resource, policy));
        let mut group = Group::of(policy, Kind::OfResource, asked);
        if let Who::Root(root) = &asked.asking.who
            && reach::is_way_back(asked.action)
            && owner(request).is_none_or(|owner| owner == root.account)
        {
            group.forget_denies();
        }
        group
    }

    fn rcps(policies: &Policies<'p>, asked: &Asked<'_>) -> Group<'p> {
        let Asked { asking, action, resource, scope } = asked;
        if !reach::resource_control_policies_apply(&asking.who, action, resource, *scope) {
            return Group::silent();
        }
        let levels = policies.rcps.iter().enumerate();
        let all = levels.flat_map(|(level, policies)| {
            let policies = policies.iter().enumerate();
            policies.map(move |(policy, it)| (Layer::Rcp { level, policy }, *it))
        });
        Group::of(all, Kind::OfCaller, asked)
    }

    fn gates(policies: &Policies<'p>, asked: &Asked<'_>) -> Vec<Group<'p>> {
        let mut gates = Vec::new();
        if reach::service_control_policies_bind(&asked.asking.who, asked.scope) {
            gates.extend(policies.scps.iter().enumerate().map(|(level, policies)| {
                let policies = policies.iter().enumerate();
                let policies = policies.map(|(policy, it)| (Layer::Scp { level, policy }, *it));
                Group::of(policies, Kind::OfCaller, asked)
            }));
        }
        gates.extend(
            policies.endpoint.map(|it| Group::of([(Layer::Endpoint, it)], Kind::OfCaller, asked)),
        );
        gates
    }

    fn groups(&self) -> impl Iterator<Item = &Group<'p>> {
        [&self.identity, &self.boundary, &self.session, &self.resource, &self.rcps]
            .into_iter()
            .chain(&self.gates)
    }

    /// The ways in which the request can be allowed, if no statement denies it.
    fn paths(&self, asked: &Asked<'_>, place: Place) -> Vec<Path<'_, 'p>> {
        let Self { identity, boundary, session, resource, .. } = self;
        let named = resource.naming;
        let limits = boundary.allow.and(session.allow);
        let own = identity.allow.and(limits);
        if reach::is_never_allowed(&asked.asking.who, asked.action) {
            return Vec::new();
        }
        if !asked.asking.who.is_principal() {
            return vec![Path::new(named.any(), Naming::any, &[resource])];
        }
        let by_role =
            Path::new(named.role.and(limits), |naming| naming.role, &[resource, boundary, session]);
        let by_user = |limit, through| Path::new(named.user.and(limit), |it| it.user, through);
        let directly = Path::new(named.direct, |naming| naming.direct, &[resource]);
        match place {
            Place::OtherPartition => Vec::new(),
            Place::Other if reach::stays_in_account(asked.action) => Vec::new(),
            Place::Other => vec![Path::new(
                own.and(named.any()),
                Naming::any,
                &[identity, boundary, session, resource],
            )],
            Place::Same => vec![
                Path::new(own, Naming::any, &[identity, boundary, session]),
                directly,
                by_user(Ternary::Yes, &[resource]),
                by_role,
            ],
            Place::Trust | Place::Key => {
                // A boundary limits a user whom a trust policy names.
                // <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html>
                let by_user = match place {
                    Place::Trust => by_user(boundary.allow, &[resource, boundary]),
                    _ => by_user(Ternary::Yes, &[resource]),
                };
                let by_account = Path::new(
                    named.account.and(own),
                    |naming| naming.account,
                    &[resource, identity, boundary, session],
                );
                vec![directly, by_user, by_role, by_account]
            }
        }
    }

    fn decide(&self, asked: &Asked<'_>, paths: &[Path<'_, 'p>]) -> Decision {
        let deny = Ternary::any(self.groups().map(|group| group.deny));
        let gates = Ternary::all(self.gates.iter().map(|gate| gate.allow));
        let allow = gates.and(Ternary::any(paths.iter().map(|path| path.allow)));
        let (verdict, hits) = match (deny, allow) {
            (Ternary::Yes, _) => (Verdict::Deny { explicit: true }, self.denying(deny)),
            (_, Ternary::No) => (Verdict::Deny { explicit: false }, Vec::new()),
            (Ternary::No, Ternary::Yes) => (Verdict::Allow, self.allowing(paths, allow)),
            _ => {
                let mut hits = self.denying(Ternary::Maybe);
                hits.extend(self.allowing(paths, Ternary::Maybe));
                (Verdict::Depends, hits)
            }
        };
        let mut keys = BTreeSet::new();
        if verdict == Verdict::Depends {
            for (hit, by) in &hits {
                hit.open_keys(asked, *by, &mut keys);
            }
        }
        let because: BTreeSet<Because> = hits.iter().map(|(hit, _)| hit.because).collect();
        Decision {
            verdict,
            because: because.into_iter().collect(),
            depends_on: keys.into_iter().collect(),
        }
    }

    /// The statements that deny as certainly as `truth` says.
    fn denying(&self, truth: Ternary) -> Vec<(&Hit<'p>, By)> {
        let hits = self.groups().flat_map(|group| group.hits(Effect::Deny, Naming::any, truth));
        hits.map(|hit| (hit, Naming::any as By)).collect()
    }

    /// The statements that allow, for an answer that is as certain as `truth` says.
    fn allowing<'w>(&'w self, paths: &[Path<'w, 'p>], truth: Ternary) -> Vec<(&'w Hit<'p>, By)> {
        // Once one path is certain, the others can't change the answer.
        let best = paths.iter().map(|path| path.allow).max();
        let paths = paths.iter().filter(|path| path.allow == truth && best == Some(truth));
        let through = paths.flat_map(|path| path.through.iter().map(|group| (*group, path.by)));
        let gates = self.gates.iter().map(|gate| (gate, Naming::any as By));
        let mut hits = Vec::new();
        for (group, by) in through.chain(gates) {
            // In the resource's policy it matters how the caller is named.
            let (allow, by) = if std::ptr::eq(group, &raw const self.resource) {
                (by(group.naming), by)
            } else {
                (group.allow, Naming::any as By)
            };
            if allow == truth {
                hits.extend(group.hits(Effect::Allow, by, truth).map(|hit| (hit, by)));
            }
        }
        hits
    }
}
