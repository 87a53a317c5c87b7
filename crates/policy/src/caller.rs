//! Who makes a request, and which context keys follow from that.

use crate::Caller;
use crate::arn::Arn;
use crate::context::Fact;

/// A caller, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who<'a> {
    /// An IAM user.
    User(Named<'a>),
    /// The root user of an account.
    Root(Named<'a>),
    /// Some session of a role, known by the role's ARN.
    Role(Named<'a>),
    /// A role session, known by its own ARN; `name` is the role's name, without its path.
    Session { role: Named<'a>, session: &'a str },
    /// A session that `GetFederationToken` made.
    FederatedUser(Named<'a>),
    /// An ARN of no principal.
    Other(&'a str),
    /// An AWS service.
    Service(&'a str),
    /// An identity that a provider vouches for.
    Federated(&'a str),
    /// Nobody.
    Anonymous,
}

/// A principal by its ARN, with what the ARN tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Named<'a> {
    pub(crate) arn: &'a str,
    pub(crate) partition: &'a str,
    pub(crate) account: &'a str,
    /// The principal's name, without its path.
    pub(crate) name: &'a str,
}

impl<'a> Who<'a> {
    /// Takes a caller apart.
    pub(crate) fn of(caller: &'a Caller) -> Self {
        match caller {
            Caller::Arn(arn) => Self::of_arn(arn).unwrap_or(Self::Other(arn)),
            Caller::Service(name) => Self::Service(name),
            Caller::Federated(provider) => Self::Federated(provider),
            Caller::Anonymous => Self::Anonymous,
        }
    }

    fn of_arn(arn: &'a str) -> Option<Self> {
        let Arn { partition, service, account, resource } = Arn::parse(arn)?;
        let named = |name| Named { arn, partition, account, name };
        let (kind, rest) = resource.split_once('/').unwrap_or((resource, ""));
        let last = rest.rsplit('/').next().unwrap_or(rest);
        Some(match (service, kind) {
            // `AssumeRoot` makes sessions of the root user.
            ("iam", "root") | ("sts", "assumed-root") => Self::Root(named("root")),
            ("iam", "user") => Self::User(named(last)),
            ("iam", "role") => Self::Role(named(last)),
            ("sts", "assumed-role") => {
                let (role, session) = rest.split_once('/')?;
                Self::Session { role: named(role), session }
            }
            ("sts", "federated-user") => Self::FederatedUser(named(rest)),
            _ => return None,
        })
    }

    /// The principal, if it is one of an account.
    pub(crate) fn principal(&self) -> Option<&Named<'a>> {
        match self {
            Self::User(named)
            | Self::Root(named)
            | Self::Role(named)
            | Self::Session { role: named, .. }
            | Self::FederatedUser(named) => Some(named),
            Self::Other(_) | Self::Service(_) | Self::Federated(_) | Self::Anonymous => None,
        }
    }

    /// Whether IAM knows the caller as one of its principals, so that identity policies and service
    /// control policies apply.
    pub(crate) fn is_principal(&self) -> bool {
        !matches!(self, Self::Service(_) | Self::Federated(_) | Self::Anonymous)
    }

    /// The context keys that follow from the caller alone.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
    pub(crate) fn derived_keys(&self) -> Vec<(&'static str, Fact)> {
        let one = |value: &str| Fact::Known(vec![value.to_owned()]);
        let username = match self {
            Self::User(user) => one(user.name),
            Self::Other(_) => Fact::Unknown,
            _ => Fact::Absent,
        };
        let mut keys = vec![("aws:username", username)];
        let mut add = |key, fact| keys.push((key, fact));
        if let Some(named) = self.principal() {
            add("aws:PrincipalArn", self.principal_arn(named));
            add("aws:PrincipalAccount", one(named.account));
            add("aws:PrincipalType", one(self.principal_type()));
            // It carries an id that ARNs do not tell; the root user's is its account's.
            let is_root = matches!(self, Self::Root(_));
            add("aws:userid", if is_root { one(named.account) } else { Fact::Unknown });
        }
        if self.is_principal() {
            add("aws:PrincipalIsAWSService", one("false"));
            for key in SERVICE_CALL_KEYS {
                add(key, Fact::Absent);
            }
        }
        match self {
            Self::Other(arn) => add("aws:PrincipalArn", one(arn)),
            Self::Service(name) => {
                add("aws:PrincipalIsAWSService", one("true"));
                add("aws:PrincipalServiceName", one(name));
                add("aws:PrincipalServiceNamesList", Fact::Unknown);
                add("aws:PrincipalOrgID", Fact::Absent);
            }
            Self::Anonymous => {
                add("aws:PrincipalAccount", one("anonymous"));
                for key in ["aws:PrincipalArn", "aws:PrincipalIsAWSService", "aws:PrincipalOrgID"] {
                    add(key, Fact::Absent);
                }
                for key in SERVICE_CALL_KEYS {
                    add(key, Fact::Absent);
                }
            }
            _ => {}
        }
        keys
    }

    /// `aws:PrincipalArn`: for a role session the role's ARN. A session's own ARN does not tell the
    /// role's path; it is taken to have none, except where AWS's own roles are known to have one.
    fn principal_arn(&self, named: &Named<'_>) -> Fact {
        let Named { partition, account, name, .. } = named;
        match self {
            Self::Session { .. } if RESERVED_NAMES.iter().any(|start| name.starts_with(start)) => {
                Fact::Unknown
            }
            Self::Session { .. } => {
                Fact::Known(vec![format!("arn:{partition}:iam::{account}:role/{name}")])
            }
            Self::Root(_) => Fact::Known(vec![format!("arn:{partition}:iam::{account}:root")]),
            _ => Fact::Known(vec![named.arn.to_owned()]),
        }
    }

    fn principal_type(&self) -> &'static str {
        match self {
            Self::Root(_) => "Account",
            Self::FederatedUser(_) => "FederatedUser",
            Self::Role(_) | Self::Session { .. } => "AssumedRole",
            _ => "User",
        }
    }
}

/// Keys that only a direct call by a service principal carries.
const SERVICE_CALL_KEYS: [&str; 6] = [
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
];

/// How the names of the roles begin that AWS makes under paths of its own.
const RESERVED_NAMES: [&str; 2] = ["AWSReservedSSO_", "AWSServiceRoleFor"];
