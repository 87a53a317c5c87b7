//! The calls that an audit makes.

use keyward_testing::emulator::Emulator;
use serde_json::Value;

/// Calls whose answer is another one each time.
const CHANGING: [&str; 3] = [
    "cloudtrail:get_trail_status",
    "iam:generate_credential_report",
    "iam:generate_service_last_accessed_details",
];

#[test]
fn every_call_of_an_audit_is_answered_and_its_pages_hold_the_same() {
    let emulator = Emulator::get();
    let organization = emulator.organization();
    emulator.seed("organization", &organization, &["--members", "3"]);
    let seen = emulator.script("checks/calls.py", &organization, &["--sizes", "--cap", "2"]);
    let seen = seen.as_object().unwrap();
    assert!(seen.len() >= 65, "{}", seen.len());
    for (call, answer) in seen {
        assert_ne!(answer["size"], 0, "{call} found nothing");
        if !CHANGING.contains(&call.as_str()) {
            assert_eq!(answer["same"], true, "{call}: {answer}");
        }
    }
    assert!(seen["organizations:list_accounts"]["pages"].as_u64() > Some(1));
    assert!(seen["iam:get_account_authorization_details"]["pages"].as_u64() > Some(1));
    assert_eq!(emulator.missing_operations(&[&organization.management]).len(), 0);
}

#[test]
fn every_call_is_refused_in_its_own_protocol() {
    let emulator = Emulator::get();
    let organization = emulator.organization();
    emulator.seed("organization", &organization, &[]);
    let seen = emulator.script("checks/calls.py", &organization, &["--refused"]);
    for (call, code) in seen.as_object().unwrap() {
        let expected = match call.split(':').next().unwrap() {
            "iam" => "AccessDenied",
            "ec2" => "UnauthorizedOperation",
            "sns" => "AuthorizationError",
            // GetCallerIdentity needs no permission.
            "sts" => "allowed",
            _ => "AccessDeniedException",
        };
        assert_eq!(code, &Value::from(expected), "{call}");
    }
}

#[test]
fn rules_and_counters_are_those_of_an_account() {
    let emulator = Emulator::get();
    let (one, other) = (emulator.organization(), emulator.organization());
    let run = |organization| {
        emulator.script("checks/faults.py", organization, &["--proxy", &emulator.endpoint()])
    };
    emulator.deny(&[&one.management], &["iam:List*"]);
    emulator.allow_only(&[&other.management], &["iam:*"]);
    let (one_saw, other_saw) = (run(&one), run(&other));
    assert_eq!(one_saw["seen"]["iam"][0], "AccessDenied");
    assert_eq!(one_saw["seen"]["ssm"][0], "answered");
    assert_eq!(other_saw["seen"]["iam"][0], "answered");
    assert_eq!(other_saw["seen"]["ssm"][0], "AccessDeniedException");
    assert_eq!(other_saw["seen"]["ec2"][0], "UnauthorizedOperation");
    let counts = emulator.counts(&one.management);
    assert_eq!(counts["iam:ListUsers"], 3);
    assert_eq!(counts["iam:CreateUser"], 6);
    emulator.reset_counts(&[&one.management]);
    assert_eq!(emulator.counts(&one.management).len(), 0);
    assert_eq!(emulator.counts(&other.management)["iam:ListUsers"], 3);
}
