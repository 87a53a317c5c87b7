//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

use keyward_policy::{Context, Resources, Ternary, Version, glob_matches};

fn resources(negated: bool, patterns: &[&str]) -> Resources {
    Resources { negated, patterns: patterns.iter().map(|pattern| (*pattern).into()).collect() }
}

#[track_caller]
fn case(pattern: &str, resource: &str, expected: bool) {
    let listed = resources(false, &[pattern]).matches(resource);
    assert_eq!(listed, Ternary::from(expected), "{pattern} on {resource}");
    let not_listed = resources(true, &[pattern]).matches(resource);
    assert_eq!(not_listed, Ternary::from(!expected), "not {pattern} on {resource}");
}

#[test]
fn values_are_sensitive_to_case() {
    case("arn:aws:s3:::logs", "arn:aws:s3:::logs", true);
    case("arn:aws:s3:::Logs", "arn:aws:s3:::logs", false);
}

#[test]
fn a_star_crosses_slashes() {
    case("arn:aws:s3:::logs/*", "arn:aws:s3:::logs/2026/11/24.gz", true);
    case("arn:aws:s3:::logs/*.gz", "arn:aws:s3:::logs/2026/11/24.gz", true);
    case("arn:aws:s3:::logs/*.txt", "arn:aws:s3:::logs/2026/11/24.gz", false);
    case("arn:aws:s3:::logs/*", "arn:aws:s3:::logs", false);
}

#[test]
fn a_question_mark_is_one_character() {
    case("arn:aws:s3:::log?", "arn:aws:s3:::logs", true);
    case("arn:aws:s3:::log?", "arn:aws:s3:::log", false);
    case("arn:aws:s3:::log?", "arn:aws:s3:::log\u{e9}", true);
    case("arn:aws:sqs:eu-west-1?111122223333:q", "arn:aws:sqs:eu-west-1:111122223333:q", false);
}

#[test]
fn a_star_inside_a_segment_stays_in_it() {
    case("arn:aws:iam::1111*3:role/ci", "arn:aws:iam::111122223333:role/ci", true);
    case("arn:aws:sns:eu*1:111122223333:t", "arn:aws:sns:eu-west-1:111122223333:t", true);
    case("arn:aws:sns:eu*3:t", "arn:aws:sns:eu-west-1:111122223333:t", false);
    case("arn:aws:logs:a*b:x*y:z", "arn:aws:logs:ab:xy:z", true);
}

#[test]
fn a_star_that_ends_a_segment_runs_past_the_colon() {
    case("arn:aws:sns:*:t", "arn:aws:sns:eu-west-1:111122223333:t", true);
    case("arn:aws:sns:eu-*", "arn:aws:sns:eu-west-1:111122223333:t", true);
    case("arn:*:q*e", "arn:aws:sqs:eu-west-1:111122223333:queue", true);
    case("arn:*:q*e", "arn:aws:sqs:eu-west-1:111122223333:queues", false);
    // The bound star fails in `b:x`, so the unbound one before it has to move on.
    case("a*:b*c", "a:bx:bc", true);
    case("a*:b*c", "a:bx:cb", false);
}

/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
#[test]
fn only_a_star_covers_actions_without_a_resource() {
    case("*", "*", true);
    case("arn:aws:s3:::*", "*", false);
    case("arn:*", "*", false);
    case("?", "*", false);
}

#[test]
fn a_statement_with_several_patterns_is_about_each() {
    let buckets = ["arn:aws:s3:::logs", "arn:aws:s3:::backup"];
    assert_eq!(resources(false, &buckets).matches("arn:aws:s3:::backup"), Ternary::Yes);
    assert_eq!(resources(true, &buckets).matches("arn:aws:s3:::backup"), Ternary::No);
    assert_eq!(resources(true, &buckets).matches("arn:aws:s3:::other"), Ternary::Yes);
}

#[test]
fn a_pattern_with_a_variable_matches_for_some_requests_only() {
    let home = resources(false, &["arn:aws:s3:::home/${aws:username}/*"]);
    assert_eq!(home.matches("arn:aws:s3:::home/deploy/x"), Ternary::Maybe);
    assert_eq!(home.matches("arn:aws:s3:::logs/deploy/x"), Ternary::No);
    let mine = Context::closed().with("aws:username", "deploy");
    let is = |resource, version| home.matches_in(resource, &mine, version);
    assert_eq!(is("arn:aws:s3:::home/deploy/x", Version::V2012), Ternary::Yes);
    assert_eq!(is("arn:aws:s3:::home/audit/x", Version::V2012), Ternary::No);
    assert_eq!(is("arn:aws:s3:::home/deploy/x", Version::V2008), Ternary::No);
}

#[test]
fn only_certain_elements_match_everything() {
    assert!(resources(false, &["arn:aws:s3:::logs", "*"]).matches_everything());
    assert!(!resources(false, &["arn:aws:s3:::*"]).matches_everything());
    assert!(!resources(false, &["arn:*"]).matches_everything());
    assert!(!resources(true, &["arn:aws:s3:::logs"]).matches_everything());
    assert!(!resources(true, &[]).matches_everything());
    assert!(!resources(false, &[]).matches_everything());
}

#[test]
fn a_plain_pattern_of_a_configuration_list_runs_over_every_character() {
    assert!(glob_matches("arn:aws:iam::*:role/ci-*", "arn:aws:iam::111122223333:role/ci-build"));
    assert!(glob_matches("arn:*3", "arn:aws:iam::3"));
    assert!(glob_matches("*", ""));
    assert!(glob_matches("", ""));
    assert!(glob_matches("*a*b", "aab"));
    assert!(glob_matches("a?c", "a\u{1f511}c"));
    assert!(!glob_matches("", "a"));
    assert!(!glob_matches("?", ""));
    assert!(!glob_matches("CI-*", "ci-build"));
}
