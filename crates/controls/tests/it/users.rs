//! IAM users: what the examples do not show.

use keyward_controls::{Settings, Severity, State};
use keyward_snapshot::{Call, Snapshot};
use keyward_testing::take_away;

use crate::estate::{
    NO_ORGANIZATION, estate, estate_in, expect, fact, finding, findings, organization, report,
};

/// A user's row: created, password (enabled, used, set), MFA, first key.
fn row(created: &str, password: &str, mfa: bool, key: &str) -> String {
    let row = format!(
        "reports,arn:aws:iam::111122223333:user/reports,{created}T00:00:00+00:00,{password},N/A,\
         {mfa},{key}"
    );
    report(&[row.trim_end_matches(',')])
}

const NO_PASSWORD: &str = "false,N/A,N/A";

fn details(user: &str) -> String {
    format!(
        r#"{{"UserDetailList": [{{"UserName": "reports", "Path": "/", "UserId": "AIDAEXAMPLEREPORTS",
            "Arn": "arn:aws:iam::111122223333:user/reports", "CreateDate": "2024-05-02T08:00:00+00:00",
            "GroupList": [], {user}}}], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}}"#
    )
}

fn holding(statements: &str) -> String {
    details(&format!(
        r#""AttachedManagedPolicies": [], "UserPolicyList": [{{"PolicyName": "own", "PolicyDocument":
            {{"Version": "2012-10-17", "Statement": [{statements}]}}}}]"#
    ))
}

#[test]
fn a_missing_device_is_worst_for_an_administrator() {
    #[track_caller]
    fn check(files: &[(&str, &str)], severity: Severity) {
        let found = finding("users-without-mfa", &estate(files), &Settings::default());
        expect(&found, State::Weak);
        assert_eq!(found.severity, severity, "{:?}", found.evidence);
    }
    let report =
        row("2024-05-02", "true,2026-11-20T08:00:00+00:00,2024-05-02T08:00:00+00:00", false, "");
    let everything = holding(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
    let objects = holding(r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#);
    check(&[("1", &report), ("2", &everything), ("3", NO_ORGANIZATION)], Severity::Critical);
    check(&[("1", &report), ("2", &objects), ("3", NO_ORGANIZATION)], Severity::High);
    check(&[("1", &report), ("2", &everything)], Severity::Critical);
    check(&[("1", &report)], Severity::High);
}

#[test]
fn an_unused_password_counts_from_the_last_use_or_from_when_it_was_set() {
    #[track_caller]
    fn check(password: &str, state: State, severity: Severity) {
        let snapshot = estate(&[("1", &row("2024-05-02", password, true, ""))]);
        let found = finding("users-with-unused-password", &snapshot, &Settings::default());
        expect(&found, state);
        assert_eq!(found.severity, severity, "{}", found.title);
    }
    let medium = Severity::Medium;
    check("true,2026-10-10T00:00:00+00:00,2024-05-02T08:00:00+00:00", State::Weak, medium);
    check("true,2026-10-10T00:00:01+00:00,2024-05-02T08:00:00+00:00", State::Sound, medium);
    check("true,no_information,2026-10-10T00:00:00+00:00", State::Weak, medium);
    check("true,no_information,2026-11-20T00:00:00+00:00", State::Weak, Severity::Low);
    check(NO_PASSWORD, State::Sound, medium);
    check("true,not_supported,2024-05-02T08:00:00+00:00", State::CannotTell, medium);
}

#[test]
fn a_user_is_unused_when_neither_password_nor_key_was_used_and_it_is_old_enough() {
    #[track_caller]
    fn check(created: &str, password: &str, key: &str, state: State) {
        let snapshot = estate(&[("1", &row(created, password, true, key))]);
        expect(&finding("users-unused", &snapshot, &Settings::default()), state);
    }
    let key = |used: &str| format!("true,2024-05-02T08:00:00+00:00,{used},us-east-1,s3");
    let old = "true,2026-01-01T00:00:00+00:00,2024-05-02T08:00:00+00:00";
    check("2024-05-02", old, "", State::Weak);
    check("2024-05-02", old, &key("2026-11-01T00:00:00+00:00"), State::Sound);
    check("2024-05-02", NO_PASSWORD, &key("2026-08-26T00:00:00+00:00"), State::Weak);
    check("2024-05-02", NO_PASSWORD, &key("2026-08-26T00:00:01+00:00"), State::Sound);
    check("2024-05-02", NO_PASSWORD, &key("N/A").replace("us-east-1,s3", "N/A,N/A"), State::Weak);
    check("2024-05-02", NO_PASSWORD, "", State::Weak);
    check("2026-11-01", NO_PASSWORD, "", State::Sound);
}

#[test]
fn users_that_are_kept_for_emergencies_may_be_unused() {
    let password = "true,2026-01-01T00:00:00+00:00,2024-05-02T08:00:00+00:00";
    let snapshot = estate(&[("1", &row("2024-05-02", password, true, ""))]);
    let named =
        |pattern: &str| Settings { break_glass: vec![pattern.to_owned()], ..Settings::default() };
    for id in ["users-unused", "users-with-unused-password"] {
        let found = finding(id, &snapshot, &named("arn:aws:iam::*:user/rep*"));
        expect(&found, State::Sound);
        assert_eq!(fact(&found, "break_glass"), Some("arn:aws:iam::*:user/rep*"));
        expect(&finding(id, &snapshot, &named("arn:aws:iam::*:user/other")), State::Weak);
    }
}

#[test]
fn a_user_for_software_has_a_key_in_use_and_no_password() {
    #[track_caller]
    fn check(password: &str, key: &str, state: State) {
        let snapshot = estate(&[("1", &row("2024-05-02", password, false, key))]);
        expect(&finding("users-for-services", &snapshot, &Settings::default()), state);
    }
    let key = |active: bool, used: &str| {
        format!("{active},2024-05-02T08:00:00+00:00,{used},eu-west-1,s3")
    };
    let recent = "2026-11-23T08:00:00+00:00";
    check(NO_PASSWORD, &key(true, recent), State::Weak);
    check(NO_PASSWORD, &key(false, recent), State::Sound);
    check(NO_PASSWORD, &key(true, "2026-01-01T08:00:00+00:00"), State::Sound);
    check(NO_PASSWORD, "", State::Sound);
    check("true,N/A,2024-05-02T08:00:00+00:00", &key(true, recent), State::Sound);
}

#[test]
fn a_finding_about_software_says_what_is_known_and_what_is_not() {
    let key = "true,2024-05-02T08:00:00+00:00,2026-11-22T00:00:00+00:00,eu-west-1,s3";
    let snapshot = estate(&[("1", &row("2024-05-02", NO_PASSWORD, false, key))]);
    let found = finding("users-for-services", &snapshot, &Settings::default());
    assert_eq!(
        found.title,
        "`reports` has no password, and its access key was used for `s3` 2 days ago"
    );
    assert_eq!(
        fact(&found, "access key 1 last used"),
        Some("2026-11-22T00:00:00Z for `s3` in eu-west-1")
    );
    assert_eq!(
        fact(&found, "where the software runs"),
        Some("not known from the credential report")
    );
}

#[test]
fn without_a_credential_report_nobody_can_tell_about_users() {
    let mut snapshot = estate(&[("1", &row("2024-05-02", NO_PASSWORD, false, ""))]);
    take_away(&mut snapshot, Call::GetCredentialReport);
    for id in
        ["users-without-mfa", "users-with-unused-password", "users-unused", "users-for-services"]
    {
        let found = finding(id, &snapshot, &Settings::default());
        expect(&found, State::CannotTell);
        assert_eq!(found.gap.unwrap().call, Call::GetCredentialReport);
    }
}

#[test]
fn direct_policies_matter_less_where_identity_center_is_in_use() {
    #[track_caller]
    fn check(center: &str, severity: Severity) {
        let user = holding(r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#);
        let snapshot = estate(&[("1", &user), ("list-instances.json", center)]);
        let found = finding("users-with-direct-policies", &snapshot, &Settings::default());
        expect(&found, State::Weak);
        assert_eq!(found.severity, severity);
        assert_eq!(fact(&found, "inline policy"), Some("own"));
    }
    check(r#"{"Instances": []}"#, Severity::Low);
    check(
        r#"{"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1111222233"}]}"#,
        Severity::Info,
    );
}

#[test]
fn a_boundary_is_no_policy_that_grants() {
    let user = details(
        r#""AttachedManagedPolicies": [], "PermissionsBoundary": {"PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/PowerUserAccess"}"#,
    );
    let snapshot = estate(&[("1", &user)]);
    expect(&finding("users-with-direct-policies", &snapshot, &Settings::default()), State::Sound);
}

#[test]
fn a_password_policy_is_held_to_both_thresholds() {
    #[track_caller]
    fn check(length: u32, reuse: u32, state: State) {
        let policy = format!(
            r#"{{"PasswordPolicy": {{"MinimumPasswordLength": {length}, "RequireSymbols": true, "RequireNumbers": true,
                "RequireUppercaseCharacters": true, "RequireLowercaseCharacters": true, "PasswordReusePrevention": {reuse}}}}}"#
        );
        let found =
            finding("users-weak-password-policy", &estate(&[("1", &policy)]), &Settings::default());
        expect(&found, state);
    }
    check(14, 24, State::Sound);
    check(13, 24, State::Weak);
    check(14, 23, State::Weak);
}

#[test]
fn a_password_policy_matters_less_while_nobody_has_a_password() {
    #[track_caller]
    fn check(password: &str, severity: Severity) {
        let none = "An error occurred (NoSuchEntity) when calling the GetAccountPasswordPolicy \
                    operation: The Password Policy with domain name 111122223333 cannot be found.";
        let report = row("2024-05-02", password, true, "");
        let snapshot = estate(&[("1", none), ("2", &report)]);
        let found = finding("users-weak-password-policy", &snapshot, &Settings::default());
        expect(&found, State::Weak);
        assert_eq!(found.severity, severity);
    }
    check(NO_PASSWORD, Severity::Low);
    check("true,N/A,2024-05-02T08:00:00+00:00", Severity::Medium);
}

fn under(statement: &str) -> Snapshot {
    let report = row("2024-05-02", NO_PASSWORD, true, "");
    estate_in(&organization("999999999999", statement), &[("1", &report)])
}

const CREATION: &str = "users-creation-not-denied";

#[test]
fn creating_users_has_to_be_denied_to_every_ordinary_principal() {
    #[track_caller]
    fn check(actions: &str, condition: &str, state: State) {
        let statement =
            format!(r#"{{"Effect":"Deny","Action":[{actions}],"Resource":"*"{condition}}}"#);
        expect(&finding(CREATION, &under(&statement), &Settings::default()), state);
    }
    let all = r#""iam:CreateUser","iam:CreateLoginProfile","iam:CreateAccessKey""#;
    check(all, "", State::Sound);
    check(r#""iam:Create*""#, "", State::Sound);
    check(r#""iam:CreateUser","iam:CreateAccessKey""#, "", State::Weak);
    let when = |condition: &str| format!(r#","Condition":{{{condition}}}"#);
    check(
        all,
        &when(r#""ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/user-provisioning"}"#),
        State::Sound,
    );
    check(all, &when(r#""ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}"#), State::Weak);
    check(all, &when(r#""StringNotEquals":{"aws:PrincipalTag/exempt":"true"}"#), State::Sound);
    check(
        all,
        &when(r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}"#),
        State::CannotTell,
    );
}

#[test]
fn the_actions_that_nothing_denies_are_named() {
    let statement =
        r#"{"Effect":"Deny","Action":["iam:CreateUser","iam:CreateAccessKey"],"Resource":"*"}"#;
    let found = finding(CREATION, &under(statement), &Settings::default());
    assert_eq!(found.title, "No service control policy denies `iam:CreateLoginProfile`");
}

#[test]
fn whom_the_settings_name_may_create_users() {
    let statement = r#"{"Effect":"Deny","Action":"iam:Create*","Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}}"#;
    let settings = |patterns: &[&str]| Settings {
        user_creators: patterns.iter().map(|it| (*it).to_owned()).collect(),
        ..Settings::default()
    };
    let snapshot = under(statement);
    expect(&finding(CREATION, &snapshot, &settings(&[])), State::Weak);
    expect(&finding(CREATION, &snapshot, &settings(&["arn:aws:iam::*:role/*"])), State::Sound);
    expect(&finding(CREATION, &snapshot, &settings(&["*"])), State::CannotTell);
}

#[test]
fn creating_users_is_a_question_for_member_and_standalone_accounts() {
    let report = row("2024-05-02", NO_PASSWORD, true, "");
    let alone = estate(&[("1", &report), ("2", NO_ORGANIZATION)]);
    expect(&finding(CREATION, &alone, &Settings::default()), State::Weak);
    let statement = r#"{"Effect":"Deny","Action":"iam:*","Resource":"*"}"#;
    let management = estate_in(&organization("111122223333", statement), &[("1", &report)]);
    assert!(findings(CREATION, &management, &Settings::default()).is_empty());
}
