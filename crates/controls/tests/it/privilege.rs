//! What policies and principals may, and what stands in for what was not read.

use std::sync::Arc;

use keyward_controls::{Finding, Settings, Severity, State, about_account, by_id};
use keyward_policy::Document;
use keyward_snapshot::{
    Account, AttachedPolicy, Call, ControlPolicy, FeatureSet, Gap, Head, InlinePolicy, Known,
    Listing, ManagedPolicy, Membership, Organization, PolicyKind, Root, User,
};

const ALL: &str = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;

fn document(statements: &str) -> Arc<Document> {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    Arc::new(Document::parse(&text).unwrap())
}

fn alone() -> Head {
    let mut head = Head::new(keyward_testing::taken_at());
    head.organization = Known::Value(Membership::None);
    head
}

/// An organization with one service control policy at its root, beside the one that allows all.
fn under(statements: &str) -> Head {
    let scp = |id: &str, statements: &str| ControlPolicy {
        id: id.to_owned(),
        name: id.to_owned(),
        kind: PolicyKind::ServiceControl,
        document: Known::Value(document(statements)),
        targets: Known::Value(vec!["r-root".to_owned()]),
    };
    let everywhere = |id: &str| ControlPolicy {
        targets: Known::Value(vec!["r-root".to_owned(), "111122223333".to_owned()]),
        ..scp(id, ALL)
    };
    let mut head = alone();
    head.organization = Known::Value(Membership::Member(Box::new(Organization {
        id: "o-exampleorgid".to_owned(),
        management_account: "444455556666".into(),
        features: FeatureSet::All,
        roots: Listing::complete(vec![Root {
            id: "r-root".to_owned(),
            enabled_policy_types: vec!["SERVICE_CONTROL_POLICY".to_owned()],
        }]),
        accounts: Listing::complete(Vec::new()),
        parents: Listing::complete(vec![("111122223333".to_owned(), "r-root".to_owned())]),
        policies: Listing::complete(vec![
            everywhere("p-FullAWSAccess"),
            scp("p-examplepolicyid111", statements),
        ]),
    })));
    head
}

fn user(statements: &str) -> User {
    User {
        name: "ci".to_owned(),
        arn: "arn:aws:iam::111122223333:user/ci".to_owned(),
        id: "AIDAEXAMPLE000000001".to_owned(),
        created: None,
        groups: Vec::new(),
        inline: vec![InlinePolicy { name: "own".to_owned(), document: document(statements) }],
        attached: Vec::new(),
        boundary: None,
        tags: Vec::new(),
    }
}

fn account(users: Vec<User>, policies: Vec<ManagedPolicy>) -> Account {
    let mut account = Account::unread("111122223333".into());
    account.users = Listing::complete(users);
    account.groups = Listing::complete(Vec::new());
    account.roles = Listing::complete(Vec::new());
    account.policies = Listing::complete(policies);
    account
}

fn managed(arn: &str, attachments: u32, boundary_uses: u32, statements: &str) -> ManagedPolicy {
    ManagedPolicy {
        arn: arn.to_owned(),
        name: "app".to_owned(),
        attachments,
        boundary_uses,
        document: document(statements),
    }
}

fn findings(control: &str, head: &Head, account: &Account) -> Vec<Finding> {
    let control = by_id(control).unwrap();
    about_account(head, account, &Settings::default(), [&control])
}

#[track_caller]
fn only(control: &str, head: &Head, account: &Account) -> Finding {
    let mut found = findings(control, head, account);
    assert_eq!(found.len(), 1, "{:#?}", found.iter().map(|it| &it.title).collect::<Vec<_>>());
    found.remove(0)
}

/// What `control` says of a user, or of the inline policy of a user, with these statements.
#[track_caller]
fn check_under(head: &Head, control: &str, statements: &str, expected: (State, Severity)) {
    let finding = only(control, head, &account(vec![user(statements)], Vec::new()));
    let found = (finding.state, finding.severity);
    assert_eq!(found, expected, "{statements}: {}", finding.title);
}

#[track_caller]
fn check(control: &str, statements: &str, expected: (State, Severity)) {
    check_under(&alone(), control, statements, expected);
}

const PASS: &str = "privilege-pass-any-role";

#[test]
fn passing_any_role_to_any_service_is_high() {
    let weak = (State::Weak, Severity::High);
    check(PASS, r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}"#, weak);
    check(
        PASS,
        r#"{"Effect": "Allow", "Action": "iam:Pass*", "Resource": "arn:aws:iam::*:role/*"}"#,
        weak,
    );
    check(
        PASS,
        r#"{"Effect": "Allow", "NotAction": "s3:*", "Resource": "arn:aws:iam::111122223333:*"}"#,
        weak,
    );
    check(
        PASS,
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"},
           {"Effect": "Deny", "Action": "iam:PassRole", "Resource": "arn:aws:iam::*:role/admin"}"#,
        weak,
    );
    check(
        PASS,
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {"StringLike": {"iam:PassedToService": "*"}}}"#,
        weak,
    );
}

#[test]
fn passing_any_role_to_a_service_that_runs_code_is_medium() {
    let weak = (State::Weak, Severity::Medium);
    for service in ["lambda.amazonaws.com", "ec2.amazonaws.com", "cloudformation.amazonaws.com"] {
        check(
            PASS,
            &format!(
                r#"{{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
                    "Condition": {{"StringEquals": {{"iam:PassedToService": "{service}"}}}}}}"#
            ),
            weak,
        );
    }
}

#[test]
fn passing_some_roles_or_to_harmless_services_is_sound() {
    let sound = (State::Sound, Severity::High);
    check(
        PASS,
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app-*"}"#,
        sound,
    );
    check(PASS, r#"{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "*"}"#, sound);
    check(
        PASS,
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
            "Condition": {"StringEquals": {"iam:PassedToService": "monitoring.rds.amazonaws.com"}}}"#,
        sound,
    );
    // A tag limits it to roles that carry the tag.
    check(
        PASS,
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
            "Condition": {"StringEquals": {"iam:ResourceTag/team": "web"}}}"#,
        sound,
    );
}

#[test]
fn passing_that_hangs_on_the_request_is_left_open() {
    let open = (State::CannotTell, Severity::High);
    let from_somewhere = r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
        "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#;
    check(PASS, from_somewhere, open);
}

#[test]
fn what_the_caller_can_bring_about_limits_nothing() {
    let weak = (State::Weak, Severity::High);
    let in_regions = under(
        r#"{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}}"#,
    );
    let pass = r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}"#;
    check_under(&in_regions, PASS, pass, weak);
    check(
        PASS,
        r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}"#,
        weak,
    );
}

#[test]
fn administrators_are_left_to_other_controls() {
    let administrators = account(vec![user(ALL)], Vec::new());
    for control in [PASS, "privilege-assume-any-role", "privilege-whole-services"] {
        assert!(findings(control, &alone(), &administrators).is_empty(), "{control}");
    }
}

#[test]
fn what_a_control_policy_denies_is_no_weakness() {
    let pass = r#"{"Effect": "Allow", "Action": ["iam:PassRole", "iam:Get*"], "Resource": "*"}"#;
    let denied = under(r#"{"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*"}"#);
    check_under(&denied, PASS, pass, (State::Sound, Severity::High));
    let other = under(r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#);
    check_under(&other, PASS, pass, (State::Weak, Severity::High));
}

#[test]
fn a_managed_policy_that_was_not_read_is_a_gap() {
    let mut ci = user(r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}"#);
    ci.attached = vec![AttachedPolicy {
        arn: "arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned(),
        name: "ReadOnlyAccess".to_owned(),
    }];
    let account = account(vec![ci], Vec::new());
    for control in [PASS, "privilege-administrator-user"] {
        let finding = only(control, &alone(), &account);
        assert_eq!(finding.state, State::CannotTell);
        assert_eq!(
            finding.gap.and_then(|gap| gap.about).as_deref(),
            Some("arn:aws:iam::aws:policy/ReadOnlyAccess")
        );
    }
}

#[test]
fn an_unread_account_is_one_gap_for_users_and_roles_together() {
    let unread = Account::unread("111122223333".into());
    for control in [PASS, "privilege-administrator-policy"] {
        assert_eq!(only(control, &alone(), &unread).state, State::CannotTell);
    }
}

#[test]
fn a_policy_that_is_attached_and_was_not_read_is_a_gap_unless_it_is_of_aws() {
    let missing = |arn: &str| {
        let mut account = account(Vec::new(), Vec::new());
        let gap = Gap::not_collected(Call::GetAccountAuthorizationDetails).about(arn);
        account.policies.gaps.push(gap);
        findings("privilege-administrator-policy", &alone(), &account)
    };
    let own = "arn:aws:iam::111122223333:policy/app";
    let found: Vec<_> = missing(own).iter().map(|it| (it.state, it.resource.clone())).collect();
    assert_eq!(found, [(State::CannotTell, own.to_owned())]);
    assert!(missing("arn:aws:iam::aws:policy/ReadOnlyAccess").is_empty());
}

#[test]
fn break_glass_users_may_be_administrators() {
    let account = account(vec![user(ALL)], Vec::new());
    let control = by_id("privilege-administrator-user").unwrap();
    let mut settings = Settings::default();
    let count = |settings: &Settings| about_account(&alone(), &account, settings, [&control]).len();
    assert_eq!(count(&settings), 1);
    let patterns = [("arn:aws:iam::*:user/c?", 0), ("ci", 0), ("c*", 0), ("user/ci", 1), ("c", 1)];
    for (pattern, found) in patterns {
        settings.break_glass = vec![pattern.to_owned()];
        assert_eq!(count(&settings), found, "{pattern}");
    }
}

#[test]
fn any_role_here_or_elsewhere_may_be_assumed() {
    let control = "privilege-assume-any-role";
    let allow = |resource: &str| {
        format!(r#"{{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "{resource}"}}"#)
    };
    let title = |resource: &str| {
        only(control, &alone(), &account(vec![user(&allow(resource))], Vec::new())).title
    };
    assert_eq!(title("*"), "User `ci` may assume any role of any account");
    assert_eq!(
        title("arn:aws:iam::111122223333:role/*"),
        "User `ci` may assume any role of its account"
    );
    assert_eq!(title("arn:aws:iam::*:role/deploy"), "User `ci` may not assume any role");
    assert_eq!(title("arn:aws:iam::444455556666:role/*"), "User `ci` may not assume any role");
}

const WHOLE: &str = "privilege-whole-services";

#[test]
fn a_whole_service_is_found_in_any_spelling() {
    let weak = (State::Weak, Severity::Medium);
    check(WHOLE, r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#, weak);
    check(WHOLE, r#"{"Effect": "Allow", "Action": "S3:**", "Resource": "arn:aws:s3:::*"}"#, weak);
    check(
        WHOLE,
        r#"{"Effect": "Allow", "Action": "kms:*", "Resource": "arn:aws:kms:*:*:*"}"#,
        weak,
    );
    check(WHOLE, r#"{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}"#, weak);
    check(
        WHOLE,
        r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
           {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}"#,
        weak,
    );
    check(
        WHOLE,
        r#"{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}"#,
        (State::Weak, Severity::High),
    );
}

#[test]
fn a_part_of_a_service_is_sound() {
    let sound = (State::Sound, Severity::Medium);
    check(WHOLE, r#"{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}"#, sound);
    check(
        WHOLE,
        r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::example-*"}"#,
        sound,
    );
    check(WHOLE, r#"{"Effect": "Allow", "Action": "cloudwatch:*", "Resource": "*"}"#, sound);
    check(
        WHOLE,
        r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
           {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::example"}"#,
        sound,
    );
}

#[test]
fn a_whole_service_is_found_in_every_partition() {
    let bucket = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws-us-gov:s3:::*"}"#;
    let policy = managed("arn:aws-us-gov:iam::111122223333:policy/data", 1, 0, bucket);
    let finding = only(WHOLE, &alone(), &account(Vec::new(), vec![policy]));
    assert_eq!(finding.state, State::Weak);
}

#[test]
fn a_condition_leaves_a_whole_service_open_and_a_control_policy_takes_it_away() {
    let kms = r#"{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}"#;
    check(
        WHOLE,
        r#"{"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
        (State::CannotTell, Severity::Medium),
    );
    let denied = under(r#"{"Effect": "Deny", "Action": "kms:*", "Resource": "*"}"#);
    check_under(&denied, WHOLE, kms, (State::Sound, Severity::Medium));
    let in_regions = under(
        r#"{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}}"#,
    );
    check_under(&in_regions, WHOLE, kms, (State::Weak, Severity::Medium));
}

#[test]
fn a_policy_is_one_finding_however_many_hold_it() {
    let arn = "arn:aws:iam::111122223333:policy/app";
    let holder = |name: &str| User {
        name: name.to_owned(),
        arn: format!("arn:aws:iam::111122223333:user/{name}"),
        inline: Vec::new(),
        attached: vec![AttachedPolicy { arn: arn.to_owned(), name: "app".to_owned() }],
        ..user("")
    };
    let holders = (0..12).map(|number| holder(&format!("ci{number}"))).collect();
    let policy = managed(arn, 12, 0, r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#);
    let finding = only(WHOLE, &alone(), &account(holders, vec![policy]));
    let held = finding.evidence.iter().find(|it| it.what == "held by").unwrap();
    assert!(held.value.starts_with("user `ci0`, user `ci1`"), "{}", held.value);
    assert!(held.value.ends_with("and 2 more"), "{}", held.value);
}

#[test]
fn everything_is_found_in_any_spelling_and_a_boundary_grants_nothing() {
    let control = "privilege-administrator-policy";
    let weak = (State::Weak, Severity::High);
    check(control, ALL, weak);
    check(control, r#"{"Effect": "Allow", "Action": ["s3:Get*", "*:*"], "Resource": ["*"]}"#, weak);
    let sound = (State::Sound, Severity::High);
    check(control, r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#, sound);
    check(control, r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#, sound);

    let arn = "arn:aws:iam::111122223333:policy/app";
    let count = |attachments, boundary_uses| {
        let policy = managed(arn, attachments, boundary_uses, ALL);
        findings(control, &alone(), &account(Vec::new(), vec![policy])).len()
    };
    assert_eq!(count(1, 0), 1);
    assert_eq!(count(0, 1), 0);
    assert_eq!(count(0, 0), 0);
}

#[test]
fn allowing_by_leaving_out_is_weak_on_open_resources_only() {
    let control = "privilege-allow-with-not-action";
    let allow = |resource: &str| {
        format!(r#"{{"Effect": "Allow", "NotAction": "iam:*", "Resource": "{resource}"}}"#)
    };
    for resource in [
        "*",
        "arn:aws:*:*:*:*",
        "arn:aws:s3:::*",
        "arn:aws:iam::111122223333:role/*",
        "arn:aws:secretsmanager:*:*:secret:*",
    ] {
        check(control, &allow(resource), (State::Weak, Severity::High));
    }
    for resource in ["arn:aws:s3:::example/*", "arn:aws:iam::111122223333:role/app-*"] {
        check(control, &allow(resource), (State::Sound, Severity::High));
    }
    let conditional = r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}"#;
    check(control, conditional, (State::Weak, Severity::Medium));
    let elsewhere =
        r#"{"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::example"}"#;
    check(control, elsewhere, (State::Weak, Severity::High));
    let deny = r#"{"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}"#;
    check(control, deny, (State::Sound, Severity::High));
}

const SESSIONS: &str = "instances-session-access-unrestricted";

#[test]
fn sessions_on_every_instance_are_found_by_region() {
    let allow = |resource: &str| {
        format!(r#"{{"Effect": "Allow", "Action": "ssm:StartSession", "Resource": "{resource}"}}"#)
    };
    let finding = |head: &Head, statements: &str| {
        only(SESSIONS, head, &account(vec![user(statements)], Vec::new()))
    };
    for resource in ["*", "arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:111122223333:*"] {
        let title = finding(&alone(), &allow(resource)).title;
        assert_eq!(title, "User `ci` may open a session on every instance", "{resource}");
    }
    let of_region = allow("arn:aws:ec2:eu-west-1:*:instance/*");
    let title = "User `ci` may open a session on every instance in `eu-west-1`";
    assert_eq!(finding(&alone(), &of_region).title, title);
    let in_regions = under(
        r#"{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}}"#,
    );
    assert_eq!(finding(&in_regions, &allow("*")).title, title);
}

#[test]
fn sessions_on_named_or_tagged_instances_are_sound() {
    let sound = (State::Sound, Severity::High);
    check(
        SESSIONS,
        r#"{"Effect": "Allow", "Action": "ssm:StartSession", "Resource": "arn:aws:ec2:us-east-1:111122223333:instance/i-1234567890abcdef0"}"#,
        sound,
    );
    check(
        SESSIONS,
        r#"{"Effect": "Allow", "Action": "ssm:*", "Resource": "*", "Condition": {"StringLike": {"ssm:resourceTag/team": ["web*"]}}}"#,
        sound,
    );
    check(
        SESSIONS,
        r#"{"Effect": "Allow", "Action": "ssm:StartSession", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}"#,
        (State::CannotTell, Severity::High),
    );
}

#[test]
fn remote_desktop_needs_both_the_session_and_the_connection() {
    let session = r#"{"Effect": "Allow", "Action": "ssm:StartSession", "Resource": "*",
        "Condition": {"ForAnyValue:StringEquals": {"aws:CalledVia": "ssm-guiconnect.amazonaws.com"}}}"#;
    check(SESSIONS, session, (State::Sound, Severity::High));
    let both = format!(
        r#"{session}, {{"Effect": "Allow", "Action": "ssm-guiconnect:*", "Resource": "*"}}"#
    );
    check(SESSIONS, &both, (State::Weak, Severity::High));
    let connection = r#"{"Effect": "Allow", "Action": "ssm-guiconnect:*", "Resource": "*"}"#;
    check(SESSIONS, connection, (State::Sound, Severity::High));
}
