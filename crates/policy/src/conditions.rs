//! Whether a statement's conditions hold.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html>.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::arn::arn_like;
use crate::context::{Fact, Scope};
use crate::pattern::{Style, Symbol, Token, matches};
use crate::values::{compare_numbers, moment, parse_range, range_contains};
use crate::variables::{self, Replaced};
use crate::{Comparison, Condition, Context, Effect, Quantifier, Statement, Ternary, Version};

impl Statement {
    /// Whether all conditions hold for a request with this context, in a policy of this version.
    /// Keys that follow from the caller are not filled in.
    pub fn conditions_hold(&self, context: &Context, version: Version) -> Ternary {
        self.conditions_in(Scope { context, derived: &[], version })
    }

    pub(crate) fn conditions_in(&self, scope: Scope<'_>) -> Ternary {
        Ternary::all(self.conditions.iter().map(|condition| condition.holds(self.effect, scope)))
    }

    /// Adds the keys, in lower case, that keep conditions of the statement open.
    pub(crate) fn open_condition_keys(&self, scope: Scope<'_>, keys: &mut BTreeSet<String>) {
        for condition in &self.conditions {
            if condition.holds(self.effect, scope) == Ternary::Maybe {
                condition.open_keys(scope, keys);
            }
        }
    }
}

impl Condition {
    fn holds(&self, effect: Effect, scope: Scope<'_>) -> Ternary {
        let fact = scope.fact(&self.key);
        match (&self.operator.comparison, fact) {
            // AWS takes no such policy. What is right for an `Allow` is not for a `Deny`: a
            // protection that can't be read must not count as absent, nor as present.
            (Comparison::Unrecognised(_), _) => match effect {
                Effect::Allow => Ternary::No,
                Effect::Deny => Ternary::Maybe,
            },
            // <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>,
            // "Null with qualifier".
            (Comparison::Null, fact) => match self.operator.quantifier {
                Some(Quantifier::ForAllValues) => Ternary::Yes,
                Some(Quantifier::ForAnyValue) => Ternary::No,
                None => self.null_holds(fact),
            },
            (_, Fact::Absent) => self.without_value(),
            (_, Fact::Known(values)) if self.is_null(values) => self.without_value(),
            (_, Fact::Known(values)) => self.with_values(values, scope),
            (_, Fact::Unknown) => self.without_value().agree(self.one_holds(None, scope)),
        }
    }

    /// The operator `Null`. An empty string counts as no value.
    fn null_holds(&self, fact: &Fact) -> Ternary {
        let is_null = match fact {
            Fact::Absent => Ternary::Yes,
            Fact::Known(values) => values.iter().all(String::is_empty).into(),
            Fact::Unknown => Ternary::Maybe,
        };
        Ternary::any(self.values.iter().map(|value| {
            if value.eq_ignore_ascii_case("true") {
                is_null
            } else if value.eq_ignore_ascii_case("false") {
                !is_null
            } else {
                Ternary::No
            }
        }))
    }

    /// Whether these values of the request count as none: no values at all, or for a set operator
    /// nothing but empty strings.
    fn is_null(&self, values: &[String]) -> bool {
        values.is_empty()
            || (self.operator.quantifier.is_some() && values.iter().all(String::is_empty))
    }

    /// Whether the condition holds for a request that does not carry the key.
    ///
    /// Where the policy lists no values, AWS documents the answer for the set operators and for
    /// `IfExists` only (<https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>);
    /// without them the condition never holds here.
    fn without_value(&self) -> Ternary {
        let any_value = self.operator.quantifier == Some(Quantifier::ForAnyValue);
        let all_values = self.operator.quantifier == Some(Quantifier::ForAllValues);
        let holds = if self.values.is_empty() {
            !any_value && (all_values || self.operator.if_exists)
        } else {
            all_values || self.operator.if_exists || (!any_value && self.operator.is_negated())
        };
        holds.into()
    }

    fn with_values(&self, values: &[String], scope: Scope<'_>) -> Ternary {
        let mut each = values.iter().map(|value| self.one_holds(Some(value), scope));
        match self.operator.quantifier {
            Some(Quantifier::ForAllValues) => Ternary::all(each),
            Some(Quantifier::ForAnyValue) => Ternary::any(each),
            // A multivalued key requires a set operator. Without one the answer is certain only
            // if it is the same for each value.
            None => {
                let first = each.next().unwrap_or(Ternary::No);
                each.fold(first, Ternary::agree)
            }
        }
    }

    /// Whether the operator holds for one value of the request, `None` if that is unknown. The
    /// values of the policy are alternatives; a negated operator holds where none matches.
    fn one_holds(&self, value: Option<&str>, scope: Scope<'_>) -> Ternary {
        if self.values.is_empty() {
            return Ternary::No;
        }
        let comparison = self.operator.comparison.positive();
        let matched = Ternary::any(
            self.values.iter().map(|wanted| compare(comparison, wanted, value, scope)),
        );
        if self.operator.is_negated() { !matched } else { matched }
    }

    fn open_keys(&self, scope: Scope<'_>, keys: &mut BTreeSet<String>) {
        let before = keys.len();
        if scope.fact(&self.key) == &Fact::Unknown {
            keys.insert(self.key.to_ascii_lowercase());
        }
        if self.operator.comparison.takes_variables() {
            for value in &self.values {
                open_variables(value, scope, keys);
            }
        }
        // An operator that is not known, or several values without a set operator: the key is
        // what a reader has to look at.
        if keys.len() == before {
            keys.insert(self.key.to_ascii_lowercase());
        }
    }
}

/// Adds the keys, in lower case, of the variables in `text` whose values are unknown.
pub(crate) fn open_variables(text: &str, scope: Scope<'_>, keys: &mut BTreeSet<String>) {
    if scope.replaces_in(text) {
        let unknown = |key: &&str| scope.fact(key) == &Fact::Unknown;
        keys.extend(variables::keys(text).filter(unknown).map(str::to_ascii_lowercase));
    }
}

/// Whether a value of the request matches one value of the policy.
fn compare(
    comparison: &Comparison,
    wanted: &str,
    value: Option<&str>,
    scope: Scope<'_>,
) -> Ternary {
    let number = |holds: fn(Ordering) -> bool| {
        if compare_numbers(wanted, wanted).is_none() {
            return Ternary::No;
        }
        value.map_or(Ternary::Maybe, |value| {
            compare_numbers(value, wanted).is_some_and(holds).into()
        })
    };
    let date = |holds: fn(Ordering) -> bool| {
        let Some(wanted) = moment(wanted) else { return Ternary::No };
        value.map_or(Ternary::Maybe, |value| {
            moment(value).is_some_and(|value| holds(value.cmp(&wanted))).into()
        })
    };
    match comparison {
        Comparison::StringEquals => text(wanted, Wanted::Text(Style::Exact), value, scope),
        Comparison::StringEqualsIgnoreCase => {
            text(wanted, Wanted::Text(Style::IgnoreCase), value, scope)
        }
        Comparison::StringLike => text(wanted, Wanted::Pattern, value, scope),
        Comparison::ArnEquals | Comparison::ArnLike => text(wanted, Wanted::Arn, value, scope),
        Comparison::NumericEquals => number(Ordering::is_eq),
        Comparison::NumericLessThan => number(Ordering::is_lt),
        Comparison::NumericLessThanEquals => number(Ordering::is_le),
        Comparison::NumericGreaterThan => number(Ordering::is_gt),
        Comparison::NumericGreaterThanEquals => number(Ordering::is_ge),
        Comparison::DateEquals => date(Ordering::is_eq),
        Comparison::DateLessThan => date(Ordering::is_lt),
        Comparison::DateLessThanEquals => date(Ordering::is_le),
        Comparison::DateGreaterThan => date(Ordering::is_gt),
        Comparison::DateGreaterThanEquals => date(Ordering::is_ge),
        Comparison::Bool if !is_boolean(wanted) => Ternary::No,
        Comparison::Bool => {
            value.map_or(Ternary::Maybe, |value| value.eq_ignore_ascii_case(wanted).into())
        }
        Comparison::BinaryEquals => value.map_or(Ternary::Maybe, |value| (value == wanted).into()),
        Comparison::IpAddress if parse_range(wanted).is_none() => Ternary::No,
        Comparison::IpAddress => value.map_or(Ternary::Maybe, |value| {
            range_contains(wanted, value).unwrap_or_default().into()
        }),
        // The negated ones come here by their positive form, `Null` and unknown ones not at all.
        Comparison::StringNotEquals
        | Comparison::StringNotEqualsIgnoreCase
        | Comparison::StringNotLike
        | Comparison::NumericNotEquals
        | Comparison::DateNotEquals
        | Comparison::NotIpAddress
        | Comparison::ArnNotEquals
        | Comparison::ArnNotLike
        | Comparison::Null
        | Comparison::Unrecognised(_) => Ternary::No,
    }
}

fn is_boolean(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

/// How a text of the policy is meant.
#[derive(Clone, Copy)]
enum Wanted {
    Text(Style),
    Pattern,
    Arn,
}

/// Compares texts, with variables replaced where the policy's version has them.
fn text(wanted: &str, kind: Wanted, value: Option<&str>, scope: Scope<'_>) -> Ternary {
    if !scope.replaces_in(wanted) {
        return match (kind, value) {
            (Wanted::Pattern, None) => {
                if crate::pattern::is_everything(wanted) {
                    Ternary::Yes
                } else {
                    Ternary::Maybe
                }
            }
            (_, None) => Ternary::Maybe,
            (Wanted::Text(Style::IgnoreCase), Some(value)) => {
                wanted.eq_ignore_ascii_case(value).into()
            }
            (Wanted::Text(_), Some(value)) => (wanted == value).into(),
            (_, Some(value)) => symbols_match(wanted.as_bytes(), kind, value).into(),
        };
    }
    let wildcards = !matches!(kind, Wanted::Text(_));
    match (variables::replace(wanted, wildcards, scope), value) {
        (Replaced::Nothing, _) => Ternary::No,
        (Replaced::Tokens { .. }, None) => Ternary::Maybe,
        (Replaced::Tokens { tokens, open: false }, Some(value)) => {
            symbols_match::<Token>(&tokens, kind, value).into()
        }
        // A value that no text in the variable's place would fit does not depend on it.
        (Replaced::Tokens { tokens, open: true }, Some(value)) => {
            let possible = match kind {
                Wanted::Text(style) => matches(&tokens, value, style),
                Wanted::Pattern | Wanted::Arn => matches(&tokens, value, Style::Exact),
            };
            if possible { Ternary::Maybe } else { Ternary::No }
        }
    }
}

fn symbols_match<S: Symbol>(wanted: &[S], kind: Wanted, value: &str) -> bool {
    match kind {
        Wanted::Text(style) => matches(wanted, value, style),
        Wanted::Pattern => matches(wanted, value, Style::Exact),
        Wanted::Arn => arn_like(wanted, value),
    }
}
