//! What the emulator refuses, and what it keeps apart.

use keyward_testing::emulator::Emulator;
use serde_json::{Value, json};

/// Runs one of `checks/behaviour.py` in an organization of its own.
#[track_caller]
fn case(check: &str, expected: &Value) {
    let emulator = Emulator::get();
    let organization = emulator.organization();
    let seen = emulator.script("checks/behaviour.py", &organization, &[check]);
    assert_eq!(&seen, expected);
}

#[test]
fn only_good_keys_are_good() {
    case(
        "keys",
        &json!({
            "active": "user/ci",
            "wrong secret": "SignatureDoesNotMatch",
            "wrong secret, json": "InvalidSignatureException",
            "unknown": "InvalidClientTokenId",
            "unknown, ec2": "AuthFailure",
            "unknown, rest-json": "UnrecognizedClientException",
            "user with key": "DeleteConflict",
            "inactive": "InvalidClientTokenId",
            "deleted": "InvalidClientTokenId",
        }),
    );
}

#[test]
fn more_than_aws_takes_at_once_is_refused() {
    case(
        "limits",
        &json!({
            "10 names": "allowed",
            "11 names": "ValidationException",
            "101 projects": "InvalidInputException",
            "21 accounts a page": "InvalidInputException",
            "a foreign token": "ValidationError",
            "an unknown operation": "UnknownOperationException",
        }),
    );
}

#[test]
fn roles_are_assumed_by_whom_they_trust() {
    case(
        "roles",
        &json!({
            "default role": "arn:aws:sts::MEMBER:assumed-role/OrganizationAccountAccessRole/audit",
            "no such role": "AccessDenied",
            "role that trusts others": "AccessDenied",
            "without external id": "AccessDenied",
            "wrong external id": "AccessDenied",
            "right external id": "allowed",
            "member reads accounts": "AccessDeniedException",
            "member's organization": true,
            "member's instances": [],
        }),
    );
}

#[test]
fn root_sessions_do_their_task_and_nothing_else() {
    case(
        "root_sessions",
        &json!({
            "before": "AccessDenied",
            "foreign account": "AccessDenied",
            "other policy": "AccessDenied",
            "caller": "arn:aws:iam::MEMBER:root",
            "keys": ["AKIAROOTUSEROFMEMBER"],
            "devices": [],
            "password": "allowed",
            "other actions": "AccessDenied",
            "other users": "AccessDenied",
        }),
    );
}

#[test]
fn the_credential_report_has_the_root_user_and_what_was_set() {
    case(
        "report",
        &json!({
            "before": "ReportNotPresent",
            "states": ["STARTED", "COMPLETE"],
            "rows": [
                ["<root_account>", "false", "false", "N/A", "N/A"],
                ["ci", "false", "true", "2024-01-15T09:00:00+00:00", "s3"],
            ],
            "summary": 0,
            "key": true,
        }),
    );
}

#[test]
fn cloudwatch_speaks_cbor() {
    case(
        "cbor",
        &json!({
            "first page": [200, ["alarm-0", "alarm-1"], 1.5],
            "second page": ["alarm-2"],
            "refused": [400, "AccessDeniedException"],
        }),
    );
}

#[test]
fn secrets_of_devices_are_not_listed() {
    case("secrets", &json!({"made": true, "listed": false}));
}
