//! Root users: what the examples do not show.

use keyward_controls::{Settings, Severity, State};
use keyward_snapshot::Call;
use keyward_testing::take_away;

use crate::estate::{
    NO_ORGANIZATION, estate, estate_in, expect, fact, finding, findings, organization, report,
};

fn summary(mfa: u8, password: u8, keys: u8) -> String {
    format!(
        r#"{{"SummaryMap": {{"AccountMFAEnabled": {mfa}, "AccountPasswordPresent": {password},
            "AccountAccessKeysPresent": {keys}, "AccountSigningCertificatesPresent": 0}}}}"#
    )
}

fn root_row(password_last_used: &str, key: &str) -> String {
    let row = format!(
        "<root_account>,arn:aws:iam::111122223333:root,2021-03-01T08:00:00+00:00,not_supported,\
         {password_last_used},not_supported,not_supported,true,{key}"
    );
    report(&[row.trim_end_matches(',')])
}

const KEY: &str = "true,2021-03-02T08:00:00+00:00,2026-11-23T12:00:00+00:00,us-east-1,s3";

#[test]
fn the_credential_report_says_which_key_the_root_user_has() {
    let snapshot = estate(&[("1", &summary(1, 1, 1)), ("2", &root_row("no_information", KEY))]);
    let found = finding("root-with-access-key", &snapshot, &Settings::default());
    expect(&found, State::Weak);
    assert_eq!(found.title, "Root user has an active access key");
    assert_eq!(
        fact(&found, "access key 1"),
        Some("active, made 2021-03-02T08:00:00Z, last used 2026-11-23T12:00:00Z for `s3`")
    );
}

#[test]
fn without_the_summary_only_a_key_in_the_report_is_proof() {
    #[track_caller]
    fn check(key: &str, state: State) {
        let snapshot = estate(&[("1", &root_row("no_information", key))]);
        let found = finding("root-with-access-key", &snapshot, &Settings::default());
        expect(&found, state);
    }
    check(KEY, State::Weak);
    check("", State::CannotTell);
}

#[test]
fn a_summary_that_is_newer_than_the_report_decides() {
    let snapshot = estate(&[("1", &summary(1, 1, 0)), ("2", &root_row("no_information", KEY))]);
    expect(&finding("root-with-access-key", &snapshot, &Settings::default()), State::Sound);
}

fn devices(users: &[&str]) -> String {
    let device = |(number, user): (usize, &&str)| {
        format!(
            r#"{{"SerialNumber": "arn:aws:iam::111122223333:mfa/device-{number}", "User": {{"Arn": "{user}"}}}}"#
        )
    };
    let devices: Vec<String> = users.iter().enumerate().map(device).collect();
    format!(r#"{{"VirtualMFADevices": [{}]}}"#, devices.join(", "))
}

#[test]
fn only_the_virtual_devices_of_the_root_user_are_counted_and_the_rest_is_unknown() {
    #[track_caller]
    fn check(mfa: u8, users: &[&str], wanted: u32, state: State) {
        let snapshot = estate(&[("1", &summary(mfa, 1, 0)), ("2", &devices(users))]);
        let settings = Settings { root_mfa_devices_min: wanted, ..Settings::default() };
        expect(&finding("root-with-one-mfa-device", &snapshot, &settings), state);
    }
    const ROOT: &str = "arn:aws:iam::111122223333:root";
    const USER: &str = "arn:aws:iam::111122223333:user/deploy";
    check(1, &[ROOT, ROOT], 2, State::Sound);
    check(1, &[ROOT, USER], 2, State::CannotTell);
    check(1, &[], 2, State::CannotTell);
    check(1, &[ROOT, ROOT], 3, State::CannotTell);
    // The summary counts one device, of whatever kind.
    check(1, &[], 1, State::Sound);
    check(0, &[], 2, State::Weak);
}

/// What the CLI prints of a root session's calls.
fn in_session(count: usize) -> String {
    let device = |number: usize| format!(r#"{{"SerialNumber": "GAHT0000000{number}"}}"#);
    let devices: Vec<String> = (0..count).map(device).collect();
    format!(r#"{{"MFADevices": [{}]}}"#, devices.join(", "))
}

#[test]
fn a_root_session_counts_devices_of_every_kind() {
    #[track_caller]
    fn check(count: usize, state: State, title: &str) {
        let snapshot = estate(&[
            ("1", &summary(1, 1, 0)),
            ("2", &devices(&[])),
            ("root-session/3", &in_session(count)),
        ]);
        let found = finding("root-with-one-mfa-device", &snapshot, &Settings::default());
        expect(&found, state);
        assert_eq!(found.title, title);
    }
    check(1, State::Weak, "Root user has 1 MFA device");
    check(2, State::Sound, "Root user has 2 MFA devices");
}

#[test]
fn a_root_session_that_was_refused_is_the_gap() {
    let refused = "An error occurred (AccessDenied) when calling the AssumeRoot operation: no";
    let files = [("1", summary(1, 1, 0)), ("2", devices(&[])), ("3", refused.to_owned())];
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let found = finding("root-with-one-mfa-device", &estate(&files), &Settings::default());
    expect(&found, State::CannotTell);
    assert_eq!(found.gap.unwrap().call, Call::AssumeRoot);
}

#[test]
fn a_root_session_says_whether_there_is_a_password_where_the_summary_does_not() {
    let summary = r#"{"SummaryMap": {"AccountMFAEnabled": 0, "AccountAccessKeysPresent": 0}}"#;
    let none = "An error occurred (NoSuchEntity) when calling the GetLoginProfile operation: no";
    let check = |profile: &str, state| {
        let snapshot = estate(&[("1", summary), ("root-session/2", profile)]);
        expect(&finding("root-without-mfa", &snapshot, &Settings::default()), state);
    };
    check(none, State::Sound);
    check(r#"{"LoginProfile": {"CreateDate": "2021-03-01T08:00:00Z"}}"#, State::Weak);
}

#[test]
fn a_list_of_devices_that_was_not_read_proves_nothing() {
    let mut snapshot = estate(&[("1", &summary(1, 1, 0)), ("2", &devices(&[]))]);
    take_away(&mut snapshot, Call::ListVirtualMfaDevices);
    let found = finding("root-with-one-mfa-device", &snapshot, &Settings::default());
    expect(&found, State::CannotTell);
    assert_eq!(found.gap.unwrap().call, Call::ListVirtualMfaDevices);
}

#[test]
fn a_use_of_the_root_user_is_recent_until_the_days_are_over() {
    #[track_caller]
    fn check(password: &str, key: &str, state: State, title: &str) {
        let snapshot = estate(&[("1", &root_row(password, key))]);
        let found = finding("root-used-recently", &snapshot, &Settings::default());
        expect(&found, state);
        assert_eq!(found.title, title);
    }
    let weak = State::Weak;
    check(
        "2026-11-23T12:00:00+00:00",
        "",
        weak,
        "Root user's password was used less than a day ago",
    );
    check("2026-10-25T00:00:01+00:00", "", weak, "Root user's password was used 29 days ago");
    check("2026-10-25T00:00:00+00:00", "", State::Sound, "Root user was last used 30 days ago");
    check("no_information", "", State::Sound, "Root user was never used");
    check("no_information", KEY, weak, "Root user's access key 1 was used less than a day ago");
    check(
        "not_supported",
        "",
        State::CannotTell,
        "The credential report does not say when the root user's password was last used",
    );
    check("not_supported", KEY, weak, "Root user's access key 1 was used less than a day ago");
}

#[test]
fn a_report_without_the_root_user_proves_nothing() {
    let row = "ci,arn:aws:iam::111122223333:user/ci,2024-05-02T08:00:00+00:00,false,N/A,N/A,N/A,\
               false";
    let snapshot = estate(&[("1", &report(&[row]))]);
    expect(&finding("root-used-recently", &snapshot, &Settings::default()), State::CannotTell);
}

const BLOCKED: &str = "root-keys-not-blocked";

#[test]
fn a_denial_of_root_keys_has_to_hold_whatever_the_request_carries() {
    #[track_caller]
    fn check(statement: &str, state: State) {
        let snapshot =
            estate_in(&organization("999999999999", statement), &[("1", &summary(1, 1, 0))]);
        expect(&finding(BLOCKED, &snapshot, &Settings::default()), state);
    }
    // No condition at all, and the root user in general.
    check(r#"{"Effect":"Deny","Action":"iam:*","Resource":"*"}"#, State::Sound);
    check(
        r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}}"#,
        State::Sound,
    );
    // A root session of the management account is another caller.
    check(
        r#"{"Effect":"Deny","Action":"iam:CreateAccessKey","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"},"Null":{"aws:AssumedRoot":"true"}}}"#,
        State::Sound,
    );
    // Root users have no tags, so they are in no exception by tag.
    check(
        r#"{"Effect":"Deny","Action":"iam:CreateAccessKey","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalTag/exempt":"true"}}}"#,
        State::Sound,
    );
    check(
        r#"{"Effect":"Deny","Action":"iam:CreateAccessKey","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*"}}}"#,
        State::Weak,
    );
    check(
        r#"{"Effect":"Deny","Action":"iam:CreateAccessKey","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}"#,
        State::CannotTell,
    );
    check(
        r#"{"Effect":"Deny","Action":"iam:CreateAccessKey","Resource":"arn:aws:iam::*:user/*"}"#,
        State::CannotTell,
    );
}

#[test]
fn what_an_undecided_answer_depends_on_is_named() {
    let statement = r#"{"Effect":"Deny","Action":"iam:CreateAccessKey","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}"#;
    let snapshot = estate_in(&organization("999999999999", statement), &[("1", &summary(1, 1, 0))]);
    let found = finding(BLOCKED, &snapshot, &Settings::default());
    assert!(found.title.ends_with("depends on aws:sourceip"), "{}", found.title);
}

#[test]
fn the_management_account_gets_no_answer_about_root_keys() {
    let statement = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let snapshot = estate_in(&organization("111122223333", statement), &[("1", &summary(1, 1, 0))]);
    assert!(findings(BLOCKED, &snapshot, &Settings::default()).is_empty());
}

#[test]
fn an_account_in_no_organization_has_nothing_that_denies_root_keys() {
    let snapshot = estate(&[("1", &summary(1, 1, 0)), ("2", NO_ORGANIZATION)]);
    let found = finding(BLOCKED, &snapshot, &Settings::default());
    expect(&found, State::Weak);
    assert_eq!(found.severity, Severity::High);
}

#[test]
fn a_denial_of_root_keys_that_was_not_read_is_no_denial() {
    let statement = r#"{"Effect":"Deny","Action":"iam:*","Resource":"*"}"#;
    let whole = estate_in(&organization("999999999999", statement), &[("1", &summary(1, 1, 0))]);
    for call in [
        Call::DescribeOrganization,
        Call::ListRoots,
        Call::ListChildren,
        Call::ListPolicies,
        Call::DescribePolicy,
        Call::ListTargetsForPolicy,
    ] {
        let mut snapshot = whole.clone();
        take_away(&mut snapshot, call);
        let found = finding(BLOCKED, &snapshot, &Settings::default());
        expect(&found, State::CannotTell);
        assert_eq!(found.gap.unwrap().call, call);
    }
}

#[test]
fn without_the_summary_a_missing_device_in_the_report_is_proof_where_there_is_something_to_protect()
{
    let row = |key: &str, used: &str| {
        root_row(used, key).replacen("not_supported,true,", "not_supported,false,", 1)
    };
    let settings = Settings::default();
    let alone = |text: &str| finding("root-without-mfa", &estate(&[("1", text)]), &settings);
    expect(&alone(&row("", "no_information")), State::Weak);
    expect(&alone(&row(KEY, "no_information")), State::Weak);
    expect(&alone(&root_row("no_information", KEY)), State::CannotTell);

    let leaving = r#"{"Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}"#;
    let organization = organization("444455556666", leaving);
    let member = |text: &str| {
        let snapshot = estate_in(&organization, &[("1", text)]);
        finding("root-without-mfa", &snapshot, &settings)
    };
    expect(&member(&row("", "no_information")), State::CannotTell);
    expect(&member(&row("", "2026-02-01T08:00:00+00:00")), State::Weak);
    expect(&member(&row(KEY, "no_information")), State::Weak);
}

#[test]
fn the_root_user_has_the_arn_of_its_partition() {
    let text = root_row("no_information", KEY).replace("arn:aws:", "arn:aws-us-gov:");
    let found = finding("root-with-access-key", &estate(&[("1", &text)]), &Settings::default());
    assert_eq!(found.resource, "arn:aws-us-gov:iam::111122223333:root");
}
