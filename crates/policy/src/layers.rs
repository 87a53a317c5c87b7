//! What the policies of one type say about a request.

use std::collections::BTreeSet;

use crate::context::Scope;
use crate::principals::{Asking, Naming};
use crate::{Because, Effect, Layer, Policy, Statement, Ternary, Version};

/// A request, with what follows from its caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) asking: Asking<'a>,
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) scope: Scope<'a>,
}

/// Whether policies of a type stand at the resource, and so leave elements out or require them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Identity, boundary, session and control policies: a statement without `Resource` is about
    /// nothing.
    OfCaller,
    /// The resource's own policy: a statement without `Resource` is about that resource, and one
    /// without `Principal` about nobody.
    OfResource,
}

/// What the policies of one type say together.
#[derive(Clone, Debug)]
pub(crate) struct Group<'p> {
    /// Whether a statement allows.
    pub(crate) allow: Ternary,
    /// Whether a statement denies.
    pub(crate) deny: Ternary,
    /// How the statements that allow name the caller.
    pub(crate) naming: Naming,
    /// The statements that match, or may.
    pub(crate) hits: Vec<Hit<'p>>,
}

/// A statement that matches a request, or may.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit<'p> {
    pub(crate) because: Because,
    pub(crate) effect: Effect,
    /// How far the statement matches, by the ways in which it names the caller.
    pub(crate) naming: Naming,
    statement: &'p Statement,
    version: Version,
}

impl<'p> Group<'p> {
    /// Where no policy limits the request.
    pub(crate) fn unlimited() -> Self {
        Self { allow: Ternary::Yes, ..Self::silent() }
    }

    /// Where no policy says anything.
    pub(crate) fn silent() -> Self {
        let (allow, deny) = (Ternary::No, Ternary::No);
        Self { allow, deny, naming: Naming::NONE, hits: Vec::new() }
    }

    /// What `policies` say about a request.
    pub(crate) fn of(
        policies: impl IntoIterator<Item = (Layer, &'p Policy)>,
        kind: Kind,
        asked: &Asked<'_>,
    ) -> Self {
        let mut group = Self::silent();
        for (layer, policy) in policies {
            let scope = asked.scope.under(policy.version);
            for (index, statement) in policy.statements.iter().enumerate() {
                let naming = statement.applies(kind, asked, scope);
                let truth = naming.any();
                match (truth, statement.effect) {
                    (Ternary::No, _) => continue,
                    (_, Effect::Deny) => group.deny = group.deny.or(truth),
                    (_, Effect::Allow) => {
                        group.allow = group.allow.or(truth);
                        group.naming = group.naming.or(naming);
                    }
                }
                let because = Because { layer, statement: index };
                let (effect, version) = (statement.effect, policy.version);
                group.hits.push(Hit { because, effect, naming, statement, version });
            }
        }
        group
    }

    /// Takes all denies out.
    pub(crate) fn forget_denies(&mut self) {
        self.deny = Ternary::No;
        self.hits.retain(|hit| hit.effect == Effect::Allow);
    }

    /// The statements of one effect that match as certainly as `truth` says, by the ways of naming
    /// that count.
    pub(crate) fn hits(
        &self,
        effect: Effect,
        by: By,
        truth: Ternary,
    ) -> impl Iterator<Item = &Hit<'p>> {
        self.hits.iter().filter(move |hit| hit.effect == effect && by(hit.naming) == truth)
    }
}

/// Which ways of naming a caller count.
pub(crate) type By = fn(Naming) -> Ternary;

impl Hit<'_> {
    /// Adds the keys, in lower case, that keep the statement's match open.
    pub(crate) fn open_keys(&self, asked: &Asked<'_>, by: By, keys: &mut BTreeSet<String>) {
        let scope = asked.scope.under(self.version);
        self.statement.open_condition_keys(scope, keys);
        if let Some(resources) = &self.statement.resources
            && resources.matches_under(asked.resource, scope) == Ternary::Maybe
        {
            resources.open_keys(scope, keys);
        }
        // The name of the session, which decides whether a session's ARN is the caller's.
        let naming = self.statement.naming(&asked.asking);
        if naming.is_some_and(|naming| by(naming) == Ternary::Maybe) {
            keys.insert("aws:userid".to_owned());
        }
    }
}

impl Statement {
    /// Whether the statement matches the request, by the ways in which it names the caller.
    fn applies(&self, kind: Kind, asked: &Asked<'_>, scope: Scope<'_>) -> Naming {
        if !self.actions.matches(asked.action) {
            return Naming::NONE;
        }
        let naming = match (self.naming(&asked.asking), kind) {
            (Some(naming), _) => naming,
            (None, Kind::OfCaller) => Naming::directly(Ternary::Yes),
            (None, Kind::OfResource) => Naming::NONE,
        };
        let about = match (&self.resources, kind) {
            (Some(resources), _) => resources.matches_under(asked.resource, scope),
            (None, Kind::OfCaller) => Ternary::No,
            (None, Kind::OfResource) => Ternary::Yes,
        };
        if naming.any() == Ternary::No || about == Ternary::No {
            return Naming::NONE;
        }
        naming.and(about).and(self.conditions_in(scope))
    }
}
