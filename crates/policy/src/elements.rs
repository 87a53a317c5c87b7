//! Which actions and resources a statement is about.

use std::collections::BTreeSet;

use crate::conditions::open_variables;
use crate::context::Scope;
use crate::pattern::{Style, is_everything, matches};
use crate::variables::{self, Replaced};
use crate::{Actions, Context, Resources, Ternary, Version};

impl Actions {
    /// Whether the statement is about `action`, such as `s3:GetObject`.
    ///
    /// Neither prefix nor name is sensitive to case. A wildcard in the service prefix makes a
    /// pattern that matches nothing, unless it is `*:*` or the like. An empty list is about nothing,
    /// an empty `NotAction` too.
    ///
    /// Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>,
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>.
    pub fn matches(&self, action: &str) -> bool {
        let (service, name) = action.split_once(':').unwrap_or((action, ""));
        let listed = self.patterns.iter().any(|pattern| match pattern.split_once(':') {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case(service) => {
                matches(rest.as_bytes(), name, Style::IgnoreCase)
            }
            _ => is_every_action(pattern),
        });
        !self.patterns.is_empty() && listed != self.negated
    }

    /// Whether the statement is about any action of `service`, which is the prefix of its actions,
    /// such as `s3`. Where `NotAction` lists all actions of a service one by one, it seems so.
    pub fn reach_service(&self, service: &str) -> bool {
        let names = |prefix: &str| prefix.eq_ignore_ascii_case(service);
        let listed = self.patterns.iter().any(|pattern| match pattern.split_once(':') {
            Some((prefix, name)) if names(prefix) => !self.negated || is_everything(name),
            _ => is_every_action(pattern),
        });
        !self.patterns.is_empty() && listed != self.negated
    }

    /// Whether the statement certainly is about every action: a pattern is `*` or `*:*`.
    pub fn matches_everything(&self) -> bool {
        !self.negated && self.patterns.iter().any(|pattern| is_every_action(pattern))
    }
}

/// Whether a pattern stands for all actions: `*`, `*:*`, or either with more stars.
fn is_every_action(pattern: &str) -> bool {
    match pattern.split_once(':') {
        None => is_everything(pattern),
        Some((prefix, name)) => is_everything(prefix) && is_everything(name),
    }
}

impl Resources {
    /// Whether the statement is about `resource`: an ARN, or `*` for actions that have no resource.
    /// Where that hangs on a policy variable, the answer is [`Ternary::Maybe`].
    pub fn matches(&self, resource: &str) -> Ternary {
        self.matches_in(resource, &Context::open(), Version::V2012)
    }

    /// Whether the statement is about `resource`, with the variables' values from `context`, in a
    /// policy of this version. An empty list is about nothing, an empty `NotResource` too.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>.
    pub fn matches_in(&self, resource: &str, context: &Context, version: Version) -> Ternary {
        self.matches_under(resource, Scope { context, derived: &[], version })
    }

    pub(crate) fn matches_under(&self, resource: &str, scope: Scope<'_>) -> Ternary {
        if self.patterns.is_empty() {
            return Ternary::No;
        }
        let listed = Ternary::any(
            self.patterns.iter().map(|pattern| resource_matches(pattern, resource, scope)),
        );
        if self.negated { !listed } else { listed }
    }

    /// Whether the statement certainly is about every resource: a pattern is `*`.
    pub fn matches_everything(&self) -> bool {
        !self.negated && self.patterns.iter().any(|pattern| is_everything(pattern))
    }

    /// Adds the keys, in lower case, of the variables that keep the match open.
    pub(crate) fn open_keys(&self, scope: Scope<'_>, keys: &mut BTreeSet<String>) {
        for pattern in &self.patterns {
            open_variables(pattern, scope, keys);
        }
    }
}

fn resource_matches(pattern: &str, resource: &str, scope: Scope<'_>) -> Ternary {
    if is_everything(pattern) {
        return Ternary::Yes;
    }
    // Actions without resource-level permissions are asked for `*`, which no ARN stands for.
    if resource == "*" {
        return Ternary::No;
    }
    if !scope.replaces_in(pattern) {
        return matches(pattern.as_bytes(), resource, Style::Segments).into();
    }
    match variables::replace_in_arn(pattern, scope) {
        Replaced::Nothing => Ternary::No,
        Replaced::Tokens { tokens, open } => {
            match (matches(&tokens, resource, Style::Segments), open) {
                (false, _) => Ternary::No,
                (true, false) => Ternary::Yes,
                (true, true) => Ternary::Maybe,
            }
        }
    }
}
