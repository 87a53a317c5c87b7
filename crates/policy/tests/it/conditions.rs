//! How conditions combine, and what missing and unknown keys do.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use Ternary::{Maybe, No, Yes};
use keyward_policy::{Comparison, Context, Effect, Fact, Operator, Statement, Ternary, Version};

use crate::scenario::policy;

fn statement(effect: Effect, conditions: &str) -> Statement {
    let text = format!(
        r#"{{"Effect": "{effect:?}", "Action": "*", "Resource": "*", "Condition": {conditions}}}"#
    );
    policy(&text).statements.remove(0)
}

/// Whether a statement's conditions hold under version 2012.
pub(crate) fn holds(conditions: &str, context: &Context) -> Ternary {
    statement(Effect::Allow, conditions).conditions_hold(context, Version::V2012)
}

/// One condition on `test:key` against each state that the key can have.
#[track_caller]
fn states(
    operator: &str,
    values: &str,
    absent: Ternary,
    unknown: Ternary,
    known: &[(&str, Ternary)],
) {
    let conditions = format!(r#"{{"{operator}": {{"Test:Key": {values}}}}}"#);
    let closed = Context::closed();
    assert_eq!(holds(&conditions, &closed), absent, "{operator} {values}, absent");
    assert_eq!(holds(&conditions, &Context::open()), unknown, "{operator} {values}, unknown");
    for (value, expected) in known {
        let context = closed.clone().with_fact("test:KEY", list(value));
        assert_eq!(holds(&conditions, &context), *expected, "{operator} {values} on {value:?}");
    }
}

/// Values with commas between them.
fn list(values: &str) -> Fact {
    let values = if values == "(none)" { Vec::new() } else { values.split(',').collect() };
    Fact::Known(values.into_iter().map(str::to_owned).collect())
}

#[test]
fn a_positive_operator_fails_without_its_key() {
    states("StringEquals", r#""a""#, No, Maybe, &[("a", Yes), ("b", No), ("(none)", No)]);
    states("Bool", "true", No, Maybe, &[("true", Yes)]);
    states("NumericLessThan", "3600", No, Maybe, &[("60", Yes)]);
}

#[test]
fn a_negated_operator_holds_without_its_key() {
    states("StringNotEquals", r#""a""#, Yes, Maybe, &[("a", No), ("b", Yes), ("(none)", Yes)]);
    states("NotIpAddress", r#""203.0.113.0/24""#, Yes, Maybe, &[("203.0.113.1", No)]);
    states("ArnNotLike", r#""arn:aws:iam::*:role/ci""#, Yes, Maybe, &[]);
}

#[test]
fn if_exists_holds_without_its_key() {
    states("StringEqualsIfExists", r#""a""#, Yes, Maybe, &[("a", Yes), ("b", No)]);
    states("StringNotEqualsIfExists", r#""a""#, Yes, Maybe, &[("a", No), ("b", Yes)]);
    states("StringLikeIfExists", r#""*""#, Yes, Yes, &[("a", Yes), ("", Yes)]);
}

#[test]
fn null_asks_whether_the_key_is_there() {
    states("Null", r#""true""#, Yes, Maybe, &[("a", No), ("", Yes), ("(none)", Yes)]);
    states("Null", "false", No, Maybe, &[("a", Yes), ("", No)]);
    states("Null", r#""perhaps""#, No, No, &[("a", No)]);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html>
#[test]
fn for_all_values_holds_for_an_empty_set() {
    let known = [("a", Yes), ("a,b", Yes), ("a,c", No), ("c", No), ("(none)", Yes), ("", Yes)];
    states("ForAllValues:StringEquals", r#"["a", "b"]"#, Yes, Maybe, &known);
    let known = [("c,d", Yes), ("a,c", No)];
    states("ForAllValues:StringNotEquals", r#"["a", "b"]"#, Yes, Maybe, &known);
    states("ForAllValues:StringLike", r#""*""#, Yes, Yes, &[("a,b", Yes)]);
}

#[test]
fn for_any_value_fails_for_an_empty_set() {
    let known = [("a", Yes), ("a,c", Yes), ("c,d", No), ("(none)", No), ("", No)];
    states("ForAnyValue:StringEquals", r#"["a", "b"]"#, No, Maybe, &known);
    let known = [("a", No), ("a,c", Yes), ("(none)", No)];
    states("ForAnyValue:StringNotEquals", r#"["a", "b"]"#, No, Maybe, &known);
    states("ForAnyValue:StringEqualsIfExists", r#""a""#, Yes, Maybe, &[("c", No), ("", Yes)]);
}

#[test]
fn prefix_suffix_and_negation_combine() {
    let known = [("o-1/r-1/ou-1/", No), ("o-2/r-2/", Yes)];
    states("ForAllValues:StringNotLikeIfExists", r#""o-1/*""#, Yes, Maybe, &known);
}

#[test]
fn several_values_without_a_set_operator_are_certain_only_if_they_agree() {
    states("StringEquals", r#""a""#, No, Maybe, &[("a,a", Yes), ("b,c", No), ("a,b", Maybe)]);
}

#[test]
fn a_negated_operator_with_several_values_holds_if_none_matches() {
    states("StringNotEquals", r#"["a", "b"]"#, Yes, Maybe, &[("a", No), ("b", No), ("c", Yes)]);
}

#[test]
fn operators_and_keys_all_have_to_hold() {
    let conditions = r#"{"StringEquals": {"aws:a": "1", "aws:b": "2"}, "Bool": {"aws:c": "true"}}"#;
    let all = Context::closed().with("aws:a", "1").with("aws:b", "2").with("aws:c", "true");
    assert_eq!(holds(conditions, &all), Yes);
    assert_eq!(holds(conditions, &all.clone().without("aws:b")), No);
    assert_eq!(holds(conditions, &all.clone().with_fact("aws:b", Fact::Unknown)), Maybe);
    // What one condition rules out does not hang on another's unknown key.
    let unknown = all.with_fact("aws:b", Fact::Unknown).with("aws:c", "false");
    assert_eq!(holds(conditions, &unknown), No);
}

#[test]
fn no_condition_always_holds() {
    assert_eq!(holds("{}", &Context::open()), Yes);
    assert_eq!(holds(r#"{"StringEquals": {}}"#, &Context::open()), Yes);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>
#[test]
fn an_empty_list_of_values_matches_a_missing_key_at_most() {
    states("StringEquals", "[]", No, No, &[("a", No)]);
    states("StringNotEquals", "[]", No, No, &[("a", No)]);
    states("StringEqualsIfExists", "[]", Yes, Maybe, &[("a", No)]);
    states("ForAllValues:StringEquals", "[]", Yes, Maybe, &[("a", No)]);
    states("ForAnyValue:StringEquals", "[]", No, No, &[("a", No)]);
}

#[test]
fn a_value_that_its_operator_can_not_read_decides_without_the_key() {
    states("NumericEquals", r#""ten""#, No, No, &[("10", No)]);
    states("NotIpAddress", r#""office""#, Yes, Yes, &[("203.0.113.1", Yes)]);
}

#[test]
fn an_operator_that_aws_does_not_document_never_allows_and_never_surely_spares() {
    let conditions = r#"{"StringMatches": {"aws:username": "deploy"}}"#;
    let context = Context::closed().with("aws:username", "deploy");
    let is = |effect| statement(effect, conditions).conditions_hold(&context, Version::V2012);
    assert_eq!(is(Effect::Allow), No);
    assert_eq!(is(Effect::Deny), Maybe);
}

#[test]
fn operators_are_read_with_prefix_and_suffix() {
    #[track_caller]
    fn case(text: &str, negated: bool) {
        let operator = Operator::parse(text);
        assert!(!matches!(operator.comparison, Comparison::Unrecognised(_)), "{text}");
        assert_eq!((operator.to_string(), operator.is_negated()), (text.to_owned(), negated));
        assert_eq!(Operator::parse(&text.to_lowercase()), operator);
    }
    case("StringEquals", false);
    case("StringNotEqualsIgnoreCase", true);
    case("ForAllValues:StringNotLikeIfExists", true);
    case("ForAnyValue:ArnLike", false);
    case("NotIpAddressIfExists", true);
    case("NumericLessThanEquals", false);
    case("Null", false);
    for text in ["NullIfExists", "StringMatches", "ForSome:StringEquals", "IfExists", "", "é"] {
        let operator = Operator::parse(text);
        assert_eq!(operator.comparison, Comparison::Unrecognised(text.into()));
        assert_eq!((operator.to_string(), operator.is_negated()), (text.to_owned(), false));
    }
}
