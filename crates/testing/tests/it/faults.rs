//! The proxy that misbehaves, seen by a client that does not retry.

use keyward_testing::emulator::{Emulator, Proxy};
use serde_json::{Value, json};

/// What a client sees through a proxy with these faults.
fn seen(arguments: &[&str], more: &[&str]) -> Value {
    let emulator = Emulator::get();
    let proxy = Proxy::start(emulator, arguments);
    let organization = emulator.organization();
    let endpoint = proxy.endpoint();
    let arguments = [&["--proxy", endpoint.as_str()], more].concat();
    emulator.script("checks/faults.py", &organization, &arguments)
}

/// The outcomes of three calls of each service.
#[track_caller]
fn case(arguments: &[&str], expected: &Value) {
    assert_eq!(&seen(arguments, &[])["seen"], expected);
}

#[test]
fn without_faults_it_passes_everything_on() {
    let fine = ["answered", "answered", "answered"];
    case(&[], &json!({"iam": fine, "ec2": fine, "ssm": fine, "lambda": fine}));
}

#[test]
fn it_throttles_the_first_calls_of_each_operation() {
    case(
        &["throttle", "--first", "2"],
        &json!({
            "iam": ["Throttling", "Throttling", "answered"],
            "ec2": ["RequestLimitExceeded", "RequestLimitExceeded", "answered"],
            "ssm": ["ThrottlingException", "ThrottlingException", "answered"],
            "lambda": ["TooManyRequestsException", "TooManyRequestsException", "answered"],
        }),
    );
}

#[test]
fn it_strikes_every_second_call_of_one_operation() {
    let fine = ["answered", "answered", "answered"];
    case(
        &["reset", "--every", "2", "--operation", "ssm:DescribeParameters"],
        &json!({
            "iam": fine,
            "ec2": fine,
            "ssm": ["answered", "ConnectionClosedError", "answered"],
            "lambda": fine,
        }),
    );
}

#[test]
fn it_cuts_bodies_and_breaks_down() {
    for (fault, expected) in [("cut", "IncompleteReadError"), ("error500", "500")] {
        let seen = seen(&[fault], &[]);
        for service in ["ssm", "lambda"] {
            let outcomes = seen["seen"][service].as_array().unwrap();
            for outcome in outcomes {
                let outcome = outcome.as_str().unwrap();
                assert_ne!(outcome, "answered", "{fault} {service}");
                assert!(fault == "cut" || outcome == expected, "{fault} {service}: {outcome}");
            }
        }
    }
}

#[test]
fn it_denies_an_action() {
    let fine = ["answered", "answered", "answered"];
    let denied = ["AccessDenied", "AccessDenied", "AccessDenied"];
    case(&["deny=iam:List*"], &json!({"iam": denied, "ec2": fine, "ssm": fine, "lambda": fine}));
}

#[test]
fn it_is_slow() {
    let seen = seen(&["slow=0.2", "--operation", "iam:*"], &[]);
    assert!(seen["seconds"].as_f64() > Some(0.6), "{seen}");
}

#[test]
fn it_repeats_a_token() {
    let honest = seen(&[], &["--pages"]);
    assert_eq!(honest["tokens"], json!([0, 1, 2]));
    let repeated = seen(&["repeat-page"], &["--pages"]);
    assert_eq!(repeated["tokens"], json!([0, 0, 0]));
}

#[test]
fn it_keeps_a_log_and_all_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (log, dump) = (folder.path().join("log"), folder.path().join("dump"));
    let (log, dump) = (log.to_str().unwrap(), dump.to_str().unwrap());
    seen(&["throttle", "--first", "1", "--log", log, "--dump", dump], &[]);
    let log = std::fs::read_to_string(log).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 12);
    assert_eq!(lines[0]["service"], "iam");
    assert_eq!(lines[0]["operation"], "ListUsers");
    assert_eq!(lines[0]["fault"], "throttle");
    assert_eq!(lines[1]["fault"], Value::Null);
    let dump = String::from_utf8_lossy(&std::fs::read(dump).unwrap()).into_owned();
    assert_eq!(dump.matches("Action=ListUsers").count(), 3);
    assert_eq!(dump.matches("AmazonSSM.DescribeParameters").count(), 3);
}
