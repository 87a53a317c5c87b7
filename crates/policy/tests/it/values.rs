//! What condition operators make of texts.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use crate::conditions::holds;
use keyward_policy::{Context, Ternary};

/// One value of the policy against one value of the request; the negated operator has to say the
/// opposite.
#[track_caller]
fn case(operator: &str, wanted: &str, value: &str, expected: bool) {
    let context = Context::closed().with("test:key", value);
    let condition = |operator: &str| format!(r#"{{"{operator}": {{"test:key": "{wanted}"}}}}"#);
    let is = holds(&condition(operator), &context);
    assert_eq!(is, Ternary::from(expected), "{operator} {wanted} on {value}");
    let negated = match operator {
        "IpAddress" => "NotIpAddress".to_owned(),
        "ArnLike" => "ArnNotLike".to_owned(),
        "ArnEquals" => "ArnNotEquals".to_owned(),
        "StringLike" => "StringNotLike".to_owned(),
        other if other.contains("Equals") && !other.contains("Than") => {
            other.replacen("Equals", "NotEquals", 1)
        }
        _ => return,
    };
    if negated != "BinaryNotEquals" {
        let is_not = holds(&condition(&negated), &context);
        assert_eq!(is_not, Ternary::from(!expected), "{negated} {wanted} on {value}");
    }
}

#[test]
fn strings_are_compared_exactly_or_without_case() {
    case("StringEquals", "Deploy", "Deploy", true);
    case("StringEquals", "Deploy", "deploy", false);
    case("StringEqualsIgnoreCase", "Deploy", "dEPLOY", true);
    case("StringEqualsIgnoreCase", "Deploy", "deploy ", false);
}

#[test]
fn wildcards_count_in_like_operators_only() {
    case("StringLike", "dep*", "deploy", true);
    case("StringLike", "dep?oy", "deploy", true);
    case("StringLike", "Dep*", "deploy", false);
    case("StringEquals", "dep*", "deploy", false);
    case("StringEquals", "dep*", "dep*", true);
}

#[test]
fn arns_are_compared_part_by_part() {
    for operator in ["ArnLike", "ArnEquals"] {
        let topic = "arn:aws:sns:eu-west-1:111122223333:alerts";
        case(operator, topic, topic, true);
        case(operator, "arn:aws:sns:*:111122223333:*", topic, true);
        case(operator, "arn:aws:sns:eu-west-?:*:a*s", topic, true);
        case(operator, "arn:aws:sns:*", topic, false);
        case(operator, "arn:aws:sns:*:alerts", topic, false);
        case(operator, "arn:aws:SNS:*:111122223333:*", topic, false);
        case(operator, "*", topic, true);
        case(operator, "*", "alerts", false);
        case(operator, "*", "arn:aws:sns:eu-west-1:alerts", false);
        let stored = "arn:aws:x:us-east-2:999999999999:store/abc:111122223333:item";
        case(operator, "arn:aws:x:*:111122223333:item", stored, false);
        case("StringLike", "arn:aws:x:*:111122223333:item", stored, true);
        case(operator, "arn:aws:x:*:*:store/*", stored, true);
    }
}

#[test]
fn numbers_are_integers_or_decimals() {
    case("NumericEquals", "5", "5.0", true);
    case("NumericEquals", "9007199254740993", "9007199254740992", false);
    case("NumericLessThan", "3600", "3599.5", true);
    case("NumericLessThan", "3600", "3600", false);
    case("NumericLessThanEquals", "3600", "3600", true);
    case("NumericGreaterThan", "-1", "0", true);
    case("NumericGreaterThanEquals", "10", "9", false);
    case("NumericEquals", "ten", "10", false);
    case("NumericEquals", "10", "ten", false);
    case("NumericEquals", "NaN", "NaN", false);
    case("NumericLessThan", "inf", "1", false);
}

#[test]
fn dates_are_moments() {
    let noon = "2026-11-24T12:00:00Z";
    case("DateEquals", noon, "2026-11-24T13:00:00+01:00", true);
    case("DateEquals", noon, "2026-11-24T06:30-05:30", true);
    case("DateEquals", noon, "2026-11-24T12:00:00.000Z", true);
    case("DateEquals", noon, "1795521600", true);
    case("DateEquals", "1795521600", noon, true);
    case("DateEquals", "1970-01-01", "0", true);
    case("DateEquals", "1970-01-01T00:00:00.25Z", "0.25", true);
    case("DateEquals", "1969-12-31T23:59:59.5Z", "-0.5", true);
    case("DateEquals", "2024-02-29", "1709164800", true);
    case("DateEquals", "2100-03-01", "4107542400", true);
    case("DateEquals", "0001-01-01", "-62135596800", true);
    case("DateEquals", "2024", "2024-01-01T00:00Z", true);
    case("DateLessThan", noon, "2026-11-24T11:59:59Z", true);
    case("DateLessThan", noon, noon, false);
    case("DateLessThanEquals", noon, noon, true);
    case("DateGreaterThan", noon, "2026-11-24T12:00:00.001Z", true);
    case("DateGreaterThanEquals", noon, "2026-11-23", false);
    for no_date in [
        "0000-01-01",
        "2100-02-29",
        "2023-02-29",
        "2026-13-01",
        "2026-11-24T25:00Z",
        "2026-11-24T12:00",
        "2026-11-24T12:00:60Z",
        "2026-11T12:00Z",
        "now",
    ] {
        case("DateEquals", no_date, no_date, false);
    }
}

#[test]
fn booleans_are_true_or_false() {
    case("Bool", "true", "true", true);
    case("Bool", "True", "true", true);
    case("Bool", "false", "true", false);
    case("Bool", "yes", "yes", false);
}

#[test]
fn binary_values_are_compared_as_base_64() {
    case("BinaryEquals", "QmluYXJ5", "QmluYXJ5", true);
    case("BinaryEquals", "QmluYXJ5", "qmluYXJ5", false);
}

#[test]
fn addresses_lie_in_ranges_of_their_family() {
    case("IpAddress", "203.0.113.0/24", "203.0.113.77", true);
    case("IpAddress", "203.0.113.99/24", "203.0.113.77", true);
    case("IpAddress", "203.0.113.0/24", "203.0.114.1", false);
    case("IpAddress", "203.0.113.7", "203.0.113.7", true);
    case("IpAddress", "203.0.113.7", "203.0.113.8", false);
    case("IpAddress", "0.0.0.0/0", "198.51.100.1", true);
    case("IpAddress", "2001:db8::/32", "2001:db8:1::1", true);
    case("IpAddress", "2001:db8::/32", "2001:db9::1", false);
    case("IpAddress", "::/0", "2001:db8::1", true);
    case("IpAddress", "::/0", "203.0.113.7", false);
    case("IpAddress", "0.0.0.0/0", "2001:db8::1", false);
    case("IpAddress", "203.0.113.0/33", "203.0.113.7", false);
    case("IpAddress", "office", "203.0.113.7", false);
}
