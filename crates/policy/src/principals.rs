//! Whether a `Principal` or `NotPrincipal` element names a caller, and how.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>.

use crate::arn::Arn;
use crate::caller::{Named, Who};
use crate::{Caller, Effect, PrincipalPattern, Principals, Statement, Ternary};

/// How a statement names a caller. What an `Allow` grants depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Naming {
    /// By its account, which only delegates: identity policies have to allow as well.
    pub(crate) account: Ternary,
    /// By the ARN of the role that the caller is a session of.
    pub(crate) role: Ternary,
    /// By the ARN of the user that the caller is.
    pub(crate) user: Ternary,
    /// In any other way: its own session, everyone, a service, a provider.
    pub(crate) direct: Ternary,
}

impl Naming {
    pub(crate) const NONE: Self =
        Self { account: Ternary::No, role: Ternary::No, user: Ternary::No, direct: Ternary::No };

    /// Whether the caller is named at all.
    pub(crate) fn any(self) -> Ternary {
        self.account.or(self.role).or(self.user).or(self.direct)
    }

    /// The naming, limited by how far the statement applies.
    pub(crate) fn and(self, truth: Ternary) -> Self {
        Self {
            account: self.account.and(truth),
            role: self.role.and(truth),
            user: self.user.and(truth),
            direct: self.direct.and(truth),
        }
    }

    /// What either names.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            account: self.account.or(other.account),
            role: self.role.or(other.role),
            user: self.user.or(other.user),
            direct: self.direct.or(other.direct),
        }
    }

    pub(crate) fn directly(direct: Ternary) -> Self {
        Self { direct, ..Self::NONE }
    }
}

/// What is known of a caller beside its ARN.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking<'a> {
    pub(crate) who: Who<'a>,
    /// The name of the role session, from `aws:userid`, where the caller's ARN is the role's.
    pub(crate) session_name: Option<&'a str>,
    pub(crate) has_boundary: bool,
}

impl Statement {
    /// Whether the statement's `Principal` or `NotPrincipal` takes the caller in. A statement with
    /// neither is about whomever its policy is attached to, and takes everybody in.
    ///
    /// The caller is taken to have no permissions boundary: one that has is denied by every `Deny`
    /// with `NotPrincipal`. A role's ARN stands for some session, so a statement that names one
    /// session of that role gives [`Ternary::Maybe`].
    pub fn principals_match(&self, caller: &Caller) -> Ternary {
        let asking = Asking { who: Who::of(caller), session_name: None, has_boundary: false };
        self.naming(&asking).map_or(Ternary::Yes, Naming::any)
    }

    /// How the statement names the caller; `None` if it has no element for principals.
    pub(crate) fn naming(&self, asking: &Asking<'_>) -> Option<Naming> {
        let principals = self.principals.as_ref()?;
        Some(match (principals.negated, self.effect) {
            (false, effect) => principals.naming(asking, Star::of(effect)),
            // A boundary makes such a statement deny whoever is listed.
            (true, Effect::Deny) if asking.has_boundary => Naming::directly(Ternary::Yes),
            (true, Effect::Deny) => Naming::directly(!principals.exempts(asking)),
            // AWS does not support it; what it says is everybody else, and anonymous callers.
            (true, Effect::Allow) => {
                Naming::directly(!principals.naming(asking, Star::Everyone).any())
            }
        })
    }
}

/// What `{"Service": "*"}` and `{"Federated": "*"}` name. IAM takes no such policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Star {
    /// Nobody: there is no service of that name to be let in.
    Nobody,
    /// Everyone of the kind: what was to be kept out stays out.
    Everyone,
}

impl Star {
    fn of(effect: Effect) -> Self {
        match effect {
            Effect::Allow => Self::Nobody,
            Effect::Deny => Self::Everyone,
        }
    }
}

impl Principals {
    fn naming(&self, asking: &Asking<'_>, star: Star) -> Naming {
        let name = |pattern| naming_by(pattern, asking, star);
        self.patterns.iter().map(name).fold(Naming::NONE, Naming::or)
    }

    /// Whether a `NotPrincipal` list spares the caller from its `Deny`: the list has to hold the
    /// account, the principal, and for a session both the role and the session.
    fn exempts(&self, asking: &Asking<'_>) -> Ternary {
        if self.patterns.contains(&PrincipalPattern::Everyone) {
            return Ternary::Yes;
        }
        let naming = self.naming(asking, Star::Nobody);
        match asking.who {
            Who::User(_) => naming.account.and(naming.user),
            Who::Role(_) | Who::Session { .. } => {
                naming.account.and(naming.role).and(naming.direct)
            }
            Who::FederatedUser(_) => naming.account.and(naming.direct),
            Who::Root(_) | Who::Other(_) | Who::Service(_) | Who::Federated(_) | Who::Anonymous => {
                naming.any()
            }
        }
    }
}

fn naming_by(pattern: &PrincipalPattern, asking: &Asking<'_>, star: Star) -> Naming {
    match (pattern, &asking.who) {
        (PrincipalPattern::Everyone, _) => Naming::directly(Ternary::Yes),
        // For the root user the account's ARN is its own.
        (PrincipalPattern::Account(account), Who::Root(root)) => {
            Naming::directly((**account == *root.account).into())
        }
        (PrincipalPattern::Account(account), who) => {
            let own = who.principal().is_some_and(|named| *named.account == **account);
            Naming { account: own.into(), ..Naming::NONE }
        }
        (PrincipalPattern::Arn(arn), _) => naming_by_arn(arn, asking),
        (PrincipalPattern::Service(name), Who::Service(caller))
        | (PrincipalPattern::Federated(name), Who::Federated(caller)) => {
            let is_everyone = **name == *"*" && star == Star::Everyone;
            Naming::directly((**name == **caller || is_everyone).into())
        }
        // AWS shows a unique id in place of a principal that was deleted, and names the accounts
        // that it can instead of their canonical ids.
        (
            PrincipalPattern::Service(_)
            | PrincipalPattern::Federated(_)
            | PrincipalPattern::UniqueId(_)
            | PrincipalPattern::CanonicalUser(_),
            _,
        ) => Naming::NONE,
    }
}

fn naming_by_arn(arn: &str, asking: &Asking<'_>) -> Naming {
    match &asking.who {
        Who::User(user) => Naming { user: (arn == user.arn).into(), ..Naming::NONE },
        Who::Role(role) if arn == role.arn => Naming { role: Ternary::Yes, ..Naming::NONE },
        Who::Role(role) => Naming::directly(match session_of(arn, role) {
            None => Ternary::No,
            Some(session) => {
                asking.session_name.map_or(Ternary::Maybe, |name| (name == session).into())
            }
        }),
        Who::Session { role, .. } if arn == role.arn => Naming::directly(Ternary::Yes),
        Who::Session { role, .. } => Naming { role: is_role(arn, role).into(), ..Naming::NONE },
        Who::FederatedUser(named) => Naming::directly((arn == named.arn).into()),
        Who::Other(other) => Naming::directly((arn == *other).into()),
        Who::Root(_) | Who::Service(_) | Who::Federated(_) | Who::Anonymous => Naming::NONE,
    }
}

/// The session's name, if `arn` is of a session of `role`.
fn session_of<'a>(arn: &'a str, role: &Named<'_>) -> Option<&'a str> {
    let arn = Arn::parse(arn)?;
    let (name, session) = arn.resource.strip_prefix("assumed-role/")?.split_once('/')?;
    let same = arn.service == "sts"
        && arn.partition == role.partition
        && arn.account == role.account
        && name == role.name;
    same.then_some(session)
}

/// Whether `arn` is of the role whose name, partition and account `role` has; names are unique
/// within an account, whatever their paths.
fn is_role(arn: &str, role: &Named<'_>) -> bool {
    Arn::parse(arn).is_some_and(|arn| {
        arn.service == "iam"
            && arn.partition == role.partition
            && arn.account == role.account
            && arn.resource.strip_prefix("role/").and_then(|path| path.rsplit('/').next())
                == Some(role.name)
    })
}
