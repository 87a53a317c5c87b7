//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use Ternary::{Maybe, No, Yes};
use keyward_policy::{Context, Document, Fact, Ternary, Version};

use crate::conditions::holds;

/// `operator` with `wanted` against the value `value` of `test:key`.
#[track_caller]
fn case(operator: &str, wanted: &str, value: &str, context: &Context, expected: Ternary) {
    let conditions = format!(r#"{{"{operator}": {{"test:key": "{wanted}"}}}}"#);
    let context = context.clone().with("test:key", value);
    assert_eq!(holds(&conditions, &context), expected, "{operator} {wanted} on {value}");
}

fn user() -> Context {
    Context::closed().with("aws:username", "deploy")
}

#[test]
fn a_variable_stands_for_the_keys_value() {
    case("StringEquals", "${aws:username}", "deploy", &user(), Yes);
    case("StringEquals", "team-${AWS:UserName}-x", "team-deploy-x", &user(), Yes);
    case("StringLike", "${aws:username}/*", "deploy/x", &user(), Yes);
    case("StringEqualsIgnoreCase", "${aws:username}", "DEPLOY", &user(), Yes);
    case("StringNotEquals", "${aws:username}", "deploy", &user(), No);
    let arn = "arn:aws:iam::111122223333:user/deploy";
    case("ArnLike", "arn:aws:iam::*:user/${aws:username}", arn, &user(), Yes);
    let source = Context::closed().with("aws:SourceArn", arn);
    case("ArnEquals", "${aws:SourceArn}", arn, &source, Yes);
}

#[test]
fn the_older_version_has_no_variables() {
    let text = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"StringEquals": {"test:key": "${aws:username}"}}}}"#;
    let document = Document::parse(text).unwrap();
    let statement = &document.policy().statements[0];
    let is = |value, version| statement.conditions_hold(&user().with("test:key", value), version);
    assert_eq!(is("${aws:username}", Version::V2008), Yes);
    assert_eq!(is("deploy", Version::V2008), No);
    assert_eq!(is("deploy", Version::V2012), Yes);
}

#[test]
fn a_variable_without_value_matches_nothing() {
    let none = Context::closed();
    case("StringEquals", "${aws:username}", "deploy", &none, No);
    case("StringLike", "*${aws:username}*", "deploy", &none, No);
    case("StringNotEquals", "${aws:username}", "deploy", &none, Yes);
    case("StringNotLike", "${aws:username}*", "deploy", &none, Yes);
}

#[test]
fn a_variable_without_value_takes_its_default() {
    let none = Context::closed();
    case("StringEquals", "${aws:username, 'nobody'}", "nobody", &none, Yes);
    case("StringEquals", "a-${aws:username,'no one'}-b", "a-no one-b", &none, Yes);
    case("StringEquals", "${aws:username, 'nobody'}", "deploy", &user(), Yes);
    case("StringEquals", "${aws:username, 'nobody'}", "nobody", &user(), No);
}

#[test]
fn a_multivalued_key_is_no_variable() {
    let several = Fact::Known(vec!["a".to_owned(), "b".to_owned()]);
    let context = Context::closed().with_fact("aws:TagKeys", several);
    case("StringEquals", "${aws:TagKeys}", "a", &context, No);
    case("StringEquals", "${aws:TagKeys}", "ab", &context, No);
}

#[test]
fn special_characters_have_variables_of_their_own() {
    let none = Context::closed();
    case("StringLike", "a${*}", "a*", &none, Yes);
    case("StringLike", "a${*}", "ab", &none, No);
    case("StringLike", "a${?}*", "a?b", &none, Yes);
    case("StringEquals", "${$}{aws:username}", "${aws:username}", &none, Yes);
}

/// AWS does not say; a wildcard in a value that the caller can choose must not widen a grant.
#[test]
fn a_wildcard_in_a_variables_value_is_text() {
    let star = Context::closed().with("aws:username", "*");
    case("StringLike", "${aws:username}", "deploy", &star, No);
    case("StringLike", "${aws:username}", "*", &star, Yes);
}

#[test]
fn text_that_only_looks_like_a_variable_is_text() {
    case("StringEquals", "${aws:username", "${aws:username", &user(), Yes);
    case("StringEquals", "$aws:username}", "$aws:username}", &user(), Yes);
}

#[test]
fn numbers_dates_booleans_and_addresses_take_no_variables() {
    let context = Context::closed().with("test:limit", "5").with("test:flag", "true");
    case("NumericEquals", "${test:limit}", "5", &context, No);
    case("Bool", "${test:flag}", "true", &context, No);
    case("DateEquals", "${test:limit}", "5", &context, No);
    case("IpAddress", "${test:limit}", "203.0.113.1", &context, No);
}

#[test]
fn an_unknown_variable_leaves_open_only_what_it_could_change() {
    let unknown = Context::closed().with_fact("aws:username", Fact::Unknown);
    case("StringEquals", "home/${aws:username}", "home/deploy", &unknown, Maybe);
    case("StringEquals", "home/${aws:username}", "work/deploy", &unknown, No);
    case("StringEqualsIgnoreCase", "home/${aws:username}", "HOME/deploy", &unknown, Maybe);
    case("StringEqualsIgnoreCase", "home/${aws:username}", "WORK/deploy", &unknown, No);
    case("StringNotEquals", "home/${aws:username}", "work/deploy", &unknown, Yes);
    case("ArnLike", "arn:aws:s3:::${aws:username}", "arn:aws:s3:::deploy", &unknown, Maybe);
    case("ArnLike", "arn:aws:s3:::${aws:username}", "arn:aws:sns:::deploy", &unknown, No);
}

#[test]
fn resources_take_variables_after_the_fifth_colon_only() {
    #[track_caller]
    fn case(pattern: &str, resource: &str, expected: Ternary) {
        let text = format!(
            r#"{{"Version": "2012-10-17",
                "Statement": {{"Effect": "Allow", "Action": "*", "Resource": "{pattern}"}}}}"#
        );
        let document = Document::parse(&text).unwrap();
        let resources = document.policy().statements[0].resources.clone().unwrap();
        let context = user().with("aws:PrincipalAccount", "111122223333");
        assert_eq!(resources.matches_in(resource, &context, Version::V2012), expected, "{pattern}");
    }
    case("arn:aws:s3:::home/${aws:username}", "arn:aws:s3:::home/deploy", Yes);
    case("arn:aws:s3:::${aws:username}", "arn:aws:s3:::deploy", Yes);
    case("arn:aws:s3:::home/${aws:nothing}", "arn:aws:s3:::home/deploy", No);
    case("arn:aws:s3:::home/${aws:nothing, 'deploy'}", "arn:aws:s3:::home/deploy", Yes);
    case(
        "arn:aws:iam::${aws:PrincipalAccount}:user/deploy",
        "arn:aws:iam::111122223333:user/deploy",
        No,
    );
}
