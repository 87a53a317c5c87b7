//! What the linter says, and where.

use keyward_policy::{Catalogue, Level, lint, locate};

/// The diagnostics of a policy with one statement that allows, whose other elements are these.
fn diagnostics(elements: &str) -> Vec<(Level, &'static str, String)> {
    let text = format!(
        "{{\"Version\": \"2012-10-17\",\n \"Statement\": [{{\"Effect\": \"Allow\",\n {elements}}}]}}"
    );
    let found = lint(&text, Catalogue::bundled());
    for diagnostic in &found {
        assert!(locate(&text, &diagnostic.pointer).is_some(), "{diagnostic:?} points nowhere");
        assert!(!diagnostic.message.ends_with('.'), "{diagnostic:?}");
    }
    found.into_iter().map(|it| (it.level, it.code.name(), it.pointer)).collect()
}

#[track_caller]
fn says(elements: &str, level: Level, code: &'static str, pointer: &str) {
    let pointer = format!("/Statement/0{pointer}");
    assert_eq!(diagnostics(elements), [(level, code, pointer)], "{elements}");
}

#[track_caller]
fn says_nothing(elements: &str) {
    assert_eq!(diagnostics(elements), [], "{elements}");
}

use Level::{Error, Warning};

#[test]
fn what_is_right_is_left_alone() {
    says_nothing(r#""Action": "*", "Resource": "*""#);
    says_nothing(r#""Action": ["S3:getobject", "s3:Get*", "*:*"], "Resource": "arn:aws:s3:::b/*""#);
    says_nothing(r#""NotAction": "iam:*", "Resource": "arn:aws:s3:::${aws:username}/*""#);
    says_nothing(
        r#""Action": "sts:AssumeRole", "Principal": {"AWS": ["111122223333", "*"], "Service": "ec2.amazonaws.com"}"#,
    );
    says_nothing(
        r#""Action": "*", "Resource": "*", "Condition": {
            "StringLike": {"aws:PrincipalTag/team": "a*"}, "StringEquals": {"aws:username": "${*}"},
            "IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]},
            "ForAnyValue:StringEquals": {"aws:TagKeys": "team"}, "Null": {"aws:TokenIssueTime": "true"}}"#,
    );
}

#[test]
fn actions_are_looked_up() {
    says(r#""Action": "s3", "Resource": "*""#, Error, "invalid-action", "/Action");
    says(
        r#""Action": ["s3:Get*", "*:Get*"], "Resource": "*""#,
        Error,
        "invalid-action",
        "/Action/1",
    );
    says(r#""Action": "s4:GetObject", "Resource": "*""#, Warning, "unknown-service", "/Action");
    says(r#""Action": "s3:GetObjects", "Resource": "*""#, Warning, "unknown-action", "/Action");
    says(
        r#""NotAction": ["iam:Fetch*"], "Resource": "*""#,
        Warning,
        "unknown-action",
        "/NotAction/0",
    );
    says(r#""Action": [], "Resource": "*""#, Warning, "empty-list", "/Action");
}

#[test]
fn resources_are_arns() {
    let of = |resource: &str| format!(r#""Action": "*", "Resource": {resource}"#);
    says(&of(r#""my-bucket""#), Error, "invalid-resource", "/Resource");
    says(&of(r#""**""#), Error, "invalid-resource", "/Resource");
    says(&of(r#"["*", "arn:aws:s3:bucket"]"#), Error, "invalid-resource", "/Resource/1");
    says(&of(r#""arn:aws:*:::logs""#), Error, "invalid-resource", "/Resource");
    says(&of(r#""arn:aws:S3:::logs""#), Error, "invalid-resource", "/Resource");
    says(&of("[]"), Warning, "empty-list", "/Resource");
}

#[test]
fn principals_are_principals() {
    let of =
        |principal: &str| format!(r#""Action": "*", "Resource": "*", "Principal": {principal}"#);
    says(&of(r#"{"Service": "*"}"#), Error, "invalid-principal", "/Principal/Service");
    let group = r#"{"AWS": ["arn:aws:iam::111122223333:group/developers"]}"#;
    says(&of(group), Error, "invalid-principal", "/Principal/AWS/0");
    let wildcard = r#"{"AWS": "arn:aws:iam::111122223333:role/*"}"#;
    says(&of(wildcard), Error, "invalid-principal", "/Principal/AWS");
    let all_others = r#""Action": "*", "Resource": "*", "NotPrincipal": {"AWS": "111122223333"}"#;
    says(all_others, Warning, "dangerous-element", "/NotPrincipal");
}

#[test]
fn conditions_do_something() {
    let of =
        |condition: &str| format!(r#""Action": "*", "Resource": "*", "Condition": {condition}"#);
    let wildcard = r#"{"StringEquals": {"aws:PrincipalTag/team": ["a", "b*"]}}"#;
    says(
        &of(wildcard),
        Warning,
        "useless-condition",
        "/Condition/StringEquals/aws:PrincipalTag~1team/1",
    );
    let private = r#"{"NotIpAddress": {"aws:sourceip": "10.0.0.0/8"}}"#;
    says(&of(private), Error, "useless-condition", "/Condition/NotIpAddress/aws:sourceip");
    let null = r#"{"ForAnyValue:Null": {"aws:TokenIssueTime": "true"}}"#;
    says(&of(null), Error, "useless-condition", "/Condition/ForAnyValue:Null");
    let all = r#"{"ForAllValues:StringEquals": {"aws:TagKeys": "team"}}"#;
    says(
        &of(all),
        Warning,
        "dangerous-element",
        "/Condition/ForAllValues:StringEquals/aws:TagKeys",
    );
    let nothing = r#"{"StringEquals": {"aws:username": []}}"#;
    says(&of(nothing), Warning, "empty-list", "/Condition/StringEquals/aws:username");
}

#[test]
fn what_cannot_be_read_is_told_as_it_is() {
    let found = lint(r#"{"Statement": {"Effect": "Maybe", "Action": "*"}}"#, Catalogue::bundled());
    assert!(
        found.iter().any(|it| it.level == Error && it.code.name() == "invalid-value"),
        "{found:?}"
    );
    let found = lint("{", Catalogue::bundled());
    assert_eq!(found[0].code.name(), "not-json");
}

#[test]
fn characters_that_iam_does_not_take_are_named() {
    let text = r#"{"Version": "2012-10-17", "Id": "☃", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#;
    let found = lint(text, Catalogue::bundled());
    let codes: Vec<&str> = found.iter().map(|it| it.code.name()).collect();
    assert_eq!(codes, ["invalid-character"]);
    assert!(found[0].message.contains("U+2603"), "{}", found[0].message);
}
