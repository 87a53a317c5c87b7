//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>

use keyward_policy::Actions;

fn actions(negated: bool, patterns: &[&str]) -> Actions {
    Actions { negated, patterns: patterns.iter().map(|pattern| (*pattern).into()).collect() }
}

#[track_caller]
fn case(pattern: &str, action: &str, expected: bool) {
    assert_eq!(actions(false, &[pattern]).matches(action), expected, "{pattern} on {action}");
    assert_eq!(actions(true, &[pattern]).matches(action), !expected, "not {pattern} on {action}");
}

#[test]
fn prefix_and_name_are_not_sensitive_to_case() {
    case("s3:GetObject", "s3:GetObject", true);
    case("S3:getobject", "s3:GetObject", true);
    case("iam:createuser", "IAM:CreateUser", true);
    case("s3:GetObject", "s3:GetObjectAcl", false);
    case("s3:GetObject", "s3-object-lambda:GetObject", false);
}

#[test]
fn wildcards_stand_anywhere_in_the_name() {
    case("s3:Get*", "s3:GetObject", true);
    case("s3:*Object", "s3:GetObject", true);
    case("s3:*Object", "s3:GetObjectAcl", false);
    case("s3:*bucket*", "s3:GetBucketAcl", true);
    case("ec2:Describe?pcs", "ec2:DescribeVpcs", true);
    case("ec2:Describe?Vpcs", "ec2:DescribeVpcs", false);
    case("s3:*", "s3:GetObject", true);
    case("s3:", "s3:GetObject", false);
}

#[test]
fn a_star_alone_is_every_action() {
    for pattern in ["*", "**", "*:*"] {
        case(pattern, "s3:GetObject", true);
        assert!(actions(false, &["s3:Get*", pattern]).matches_everything(), "{pattern}");
    }
}

/// AWS says nothing of such a pattern but that the prefix has to be a service's.
#[test]
fn a_wildcard_in_the_service_prefix_matches_nothing() {
    case("s*:GetObject", "s3:GetObject", false);
    case("s?:GetObject", "s3:GetObject", false);
    case("*:GetObject", "s3:GetObject", false);
    case("GetObject", "s3:GetObject", false);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html>
#[test]
fn not_action_is_about_every_action_that_it_does_not_list() {
    let actions = actions(true, &["iam:*", "sts:AssumeRole"]);
    assert!(actions.matches("s3:GetObject"));
    assert!(actions.matches("sts:GetCallerIdentity"));
    assert!(!actions.matches("iam:CreateUser"));
    assert!(!actions.matches("sts:assumerole"));
}

#[test]
fn a_statement_reaches_the_services_of_which_it_is_about_an_action() {
    let reached = |negated, patterns: &[&str]| {
        let actions = actions(negated, patterns);
        ["s3", "iam"].map(|service| actions.reach_service(service))
    };
    assert_eq!(reached(false, &["S3:Get*"]), [true, false]);
    assert_eq!(reached(false, &["s3:GetObject", "iam:*"]), [true, true]);
    assert_eq!(reached(false, &["*"]), [true, true]);
    assert_eq!(reached(false, &["s*:GetObject"]), [false, false]);
    assert_eq!(reached(true, &["iam:*"]), [true, false]);
    assert_eq!(reached(true, &["iam:CreateUser"]), [true, true]);
    assert_eq!(reached(true, &["*:*"]), [false, false]);
}

#[test]
fn only_certain_elements_match_everything() {
    assert!(!actions(false, &["s3:*", "iam:*"]).matches_everything());
    assert!(!actions(true, &["iam:*"]).matches_everything());
    assert!(!actions(true, &["*"]).matches_everything());
    assert!(!actions(false, &[]).matches_everything());
    assert!(!actions(true, &[]).matches_everything());
}
