//! Principals outside, as whom a secret's resource policy is asked for the value.

use std::collections::BTreeSet;
use std::fmt;

use keyward_access::ALLOW_EVERYTHING;
use keyward_policy::{
    Caller, Context, Decision, Document, Fact, Layer, Policies, PrincipalPattern, Request,
    Statement, evaluate,
};
use keyward_snapshot::{AccountId, Secret};

use crate::View;

/// Whom a principal stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// Anybody with an account of AWS.
    Anyone,
    /// An organization, by its id.
    Organization(String),
    /// An account.
    Account(AccountId),
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anyone => f.write_str("anyone"),
            Self::Organization(id) => write!(f, "organization {id}"),
            Self::Account(id) => write!(f, "account {id}"),
        }
    }
}

/// One principal, and the request that it makes.
#[derive(Debug)]
pub(super) struct Outsider {
    /// Whom it stands for.
    pub(super) who: Who,
    request: Request,
}

impl Outsider {
    /// What the policy says, if the principal may do everything on its own side.
    pub(super) fn reads(&self, policy: &Document) -> Decision {
        let policies = Policies {
            identity: vec![ALLOW_EVERYTHING.policy()],
            resource: Some(policy.policy()),
            ..Policies::default()
        };
        evaluate(&policies, &self.request)
    }
}

/// The principals to ask as: strangers, and whomever the policy names, in no organization, in a
/// strange one, and in each that a condition names. Accounts and organizations that are named may
/// turn out to be one's own.
pub(super) fn of(view: &View<'_>, secret: &Secret, policy: &Document) -> Vec<Outsider> {
    let asked = Asked { view, secret, partition: secret.arn.split(':').nth(1).unwrap_or("aws") };
    let callers = asked.callers(policy);
    let own = view.organization().map(|own| own.id.as_str());
    let named =
        organizations(policy).into_iter().filter(|it| it.id().is_none_or(|id| Some(id) != own));
    let memberships: Vec<Membership> =
        [Membership::None, Membership::strange()].into_iter().chain(named).collect();

    let pairs = callers.iter().flat_map(|caller| memberships.iter().map(move |it| (caller, it)));
    pairs.map(|(caller, membership)| asked.outsider(caller, membership)).collect()
}

/// The statement that decided, in words.
pub(super) fn deciding_statement(policy: &Document, decision: &Decision) -> String {
    let index = decision
        .because
        .iter()
        .find_map(|because| (because.layer == Layer::Resource).then_some(because.statement));
    let sid = |index: usize| policy.policy().statements.get(index)?.sid.as_deref();
    match index.map(|index| (index, sid(index))) {
        Some((_, Some(sid))) if !sid.is_empty() => format!("statement `{sid}`"),
        Some((index, _)) => format!("statement {}", index + 1),
        None => "the resource policy".to_owned(),
    }
}

/// An id of AWS's form that is no organization of anybody's.
const STRANGE_ORGANIZATION: &str = "o-0strange00";

/// To which organization a principal's account belongs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Membership {
    /// To none.
    None,
    /// To this one, at this path if the path is known.
    Of { id: String, path: Option<String> },
}

impl Membership {
    fn strange() -> Self {
        let id = STRANGE_ORGANIZATION.to_owned();
        Self::Of { path: Some(format!("{id}/r-0000/")), id }
    }

    fn id(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Of { id, .. } => Some(id),
        }
    }
}

/// Who asks.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Asking {
    /// The principal's ARN.
    arn: String,
    /// Its account, if the policy names it.
    account: Option<String>,
    /// The context key about the principal that conditions compare with patterns of which no
    /// example can be made.
    open: Option<&'static str>,
}

struct Asked<'a> {
    view: &'a View<'a>,
    secret: &'a Secret,
    partition: &'a str,
}

impl Asked<'_> {
    /// The stranger, and every principal or account that the policy names.
    fn callers(&self, policy: &Document) -> BTreeSet<Asking> {
        let stranger = stranger(policy);
        let of_stranger = |arn| Asking { arn, ..Asking::default() };
        let mut callers = BTreeSet::from([of_stranger(self.role_in(&stranger))]);
        let principals = policy.policy().statements.iter().flat_map(principals_of);
        callers.extend(principals.filter_map(|pattern| match pattern {
            PrincipalPattern::Account(id) => Some(self.account(id)),
            PrincipalPattern::Arn(arn) => named(arn),
            _ => None,
        }));
        for id in values_of(policy, "aws:PrincipalAccount") {
            callers.insert(if is_account_id(id) {
                self.account(id)
            } else {
                Asking {
                    open: Some("aws:PrincipalAccount"),
                    ..of_stranger(self.role_in(&stranger))
                }
            });
        }
        for pattern in values_of(policy, "aws:PrincipalArn") {
            let pattern = pattern.replacen("arn:*:", &format!("arn:{}:", self.partition), 1);
            let of_anyone = || Some(of_stranger(in_any_account(&pattern, &stranger)?));
            callers.insert(named(&concrete(&pattern)).or_else(of_anyone).unwrap_or_else(|| {
                Asking { open: Some("aws:PrincipalArn"), ..of_stranger(self.role_in(&stranger)) }
            }));
        }
        callers
    }

    fn account(&self, id: &str) -> Asking {
        Asking { arn: self.role_in(id), account: Some(id.to_owned()), open: None }
    }

    fn role_in(&self, account: &str) -> String {
        format!("arn:{}:iam::{account}:role/reader", self.partition)
    }

    fn outsider(&self, asking: &Asking, membership: &Membership) -> Outsider {
        let who = match (&asking.account, membership) {
            (Some(id), _) => Who::Account(AccountId(id.clone())),
            (None, Membership::Of { id, .. }) if id != STRANGE_ORGANIZATION => {
                Who::Organization(id.clone())
            }
            (None, _) => Who::Anyone,
        };
        let context = self.context(membership);
        let context = match asking.open {
            Some(key) => context.with_fact(key, Fact::Unknown),
            None => context,
        };
        let request = Request {
            caller: Caller::Arn(asking.arn.clone()),
            action: "secretsmanager:GetSecretValue".to_owned(),
            resource: self.secret.arn.clone(),
            resource_account: None,
            context,
        };
        Outsider { who, request }
    }

    /// What is known of the request. What the caller can choose freely it chooses well: a direct,
    /// encrypted call with MFA for the current version. Its network and its tags stay unknown.
    fn context(&self, membership: &Membership) -> Context {
        let context = Context::open()
            .with("aws:SecureTransport", "true")
            .with("aws:MultiFactorAuthPresent", "true")
            .with("aws:ViaAWSService", "false")
            .with("aws:RequestedRegion", &self.secret.region)
            .with("secretsmanager:SecretId", &self.secret.arn)
            .with("secretsmanager:VersionStage", "AWSCURRENT");
        let context = NEVER_CARRIED.into_iter().fold(context, Context::without);
        let context = match self.view.organization() {
            Some(own) => context.with("aws:ResourceOrgID", &own.id),
            None => context,
        };
        match membership {
            Membership::None => {
                context.without("aws:PrincipalOrgID").without("aws:PrincipalOrgPaths")
            }
            Membership::Of { id, path: Some(path) } => {
                context.with("aws:PrincipalOrgID", id).with("aws:PrincipalOrgPaths", path)
            }
            Membership::Of { id, path: None } => context.with("aws:PrincipalOrgID", id),
        }
    }
}

/// What only services that act for a resource carry, and calls through services.
const NEVER_CARRIED: [&str; 9] = [
    "secretsmanager:VersionId",
    "aws:AssumedRoot",
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
];

/// An account that the policy does not name.
fn stranger(policy: &Document) -> String {
    let ids = (0_u64..1000).map(|number| (999_999_999_000 + number).to_string());
    let mut unnamed = ids.filter(|id| !policy.text().contains(id.as_str()));
    unnamed.next().unwrap_or_else(|| "000000000000".to_owned())
}

/// The organizations that conditions name, each with a path in it where one is named.
fn organizations(policy: &Document) -> BTreeSet<Membership> {
    let by_id = values_of(policy, "aws:PrincipalOrgID")
        .map(|id| Membership::Of { id: concrete(id), path: None });
    let by_path = values_of(policy, "aws:PrincipalOrgPaths").filter_map(|path| {
        let path = concrete(path);
        let id = path.split('/').next()?.to_owned();
        Some(Membership::Of { id, path: Some(path) })
    });
    by_id.chain(by_path).collect()
}

/// The user or role of an ARN, if the ARN tells its account.
fn named(arn: &str) -> Option<Asking> {
    let mut parts = arn.split(':').skip(2);
    parts.next().filter(|service| ["iam", "sts"].contains(service))?;
    let account = parts.nth(1).filter(|id| is_account_id(id))?;
    Some(Asking { arn: arn.to_owned(), account: Some(account.to_owned()), open: None })
}

/// An ARN in the account `stranger` that matches a pattern which takes any account.
fn in_any_account(pattern: &str, stranger: &str) -> Option<String> {
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, service @ ("iam" | "sts"), "", "*", name] => {
            Some(format!("arn:{partition}:{service}::{stranger}:{}", concrete(name)))
        }
        _ => None,
    }
}

fn principals_of(statement: &Statement) -> &[PrincipalPattern] {
    statement.principals.as_ref().map_or(&[], |principals| &principals.patterns)
}

fn values_of<'d>(policy: &'d Document, key: &'static str) -> impl Iterator<Item = &'d str> {
    let conditions = policy.policy().statements.iter().flat_map(|it| &it.conditions);
    conditions
        .filter(move |condition| condition.key.eq_ignore_ascii_case(key))
        .flat_map(|condition| condition.values.iter().map(AsRef::as_ref))
}

/// Something that the pattern matches.
fn concrete(pattern: &str) -> String {
    pattern.replace(['*', '?'], "x")
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
