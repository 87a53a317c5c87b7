//! What AWS and networks do wrong.

use std::collections::BTreeSet;

use keyward_testing::emulator::{Emulator, Proxy};
use serde_json::Value;

use super::{Live, gaps, newly_sound, said};

/// Audits an organization, and again behind a proxy with these faults.
fn audits(faults: &[&str]) -> (Value, Value) {
    let mut live = Live::seeded("organization", &["--weak", "--every-call"]);
    let whole = live.audit(&[]);
    assert_eq!(gaps(&whole), BTreeSet::new());
    let proxy = Proxy::start(Emulator::get(), faults);
    live.through(&proxy);
    (whole, live.audit(&[]))
}

#[track_caller]
fn passes(faults: &[&str]) {
    let (whole, document) = audits(faults);
    assert_eq!(gaps(&document), BTreeSet::new());
    assert_eq!(said(&document), said(&whole));
}

/// Nothing but the answer of one action is missing, for this reason.
#[track_caller]
fn lasts(fault: &str, operation: &str, action: &str, expected: &str) {
    let (whole, document) = audits(&[fault, "--operation", operation]);
    assert_eq!(gaps(&document), BTreeSet::from([action]));
    for gap in document["gaps"].as_array().unwrap() {
        let said = format!("{}: {}", gap["reason"], gap["error"]).replace('"', "");
        assert_eq!(said, expected);
    }
    assert_eq!(newly_sound(&document, &whole), [""; 0]);
}

#[test]
fn throttling_that_ends_changes_nothing() {
    passes(&["throttle", "--first", "1"]);
}

#[test]
fn errors_of_aws_that_end_change_nothing() {
    passes(&["error500", "--first", "1"]);
}

#[test]
fn connections_that_break_once_change_nothing() {
    passes(&["reset", "--first", "1"]);
}

#[test]
fn answers_that_are_cut_once_change_nothing() {
    passes(&["cut", "--first", "1"]);
}

#[test]
fn slow_answers_change_nothing() {
    passes(&["slow=0.2"]);
}

#[test]
fn throttling_that_lasts_is_a_gap() {
    let expected = "failed: throttled until the last attempt (ThrottlingException)";
    lasts("throttle", "secretsmanager:ListSecrets", "secretsmanager:ListSecrets", expected);
}

#[test]
fn errors_of_aws_that_last_are_a_gap() {
    let expected = "failed: HTTP 500 without an error code";
    lasts("error500", "iam:GetAccountSummary", "iam:GetAccountSummary", expected);
}

#[test]
fn connections_that_always_break_are_a_gap() {
    let expected = "failed: the connection failed";
    lasts("reset", "ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroups", expected);
}

#[test]
fn answers_that_are_always_cut_are_a_gap() {
    let expected = "failed: the answer can't be read (HTTP 200)";
    lasts(
        "cut",
        "iam:GetAccountAuthorizationDetails",
        "iam:GetAccountAuthorizationDetails",
        expected,
    );
}

#[test]
fn a_refusal_by_a_service_alone_is_a_gap() {
    let expected = "refused: AccessDeniedException";
    lasts("deny=ssm:GetParameters", "ssm:GetParameters", "ssm:GetParameters", expected);
}

#[test]
fn small_pages_change_nothing() {
    let live = Live::seeded("organization", &["--weak", "--every-call", "--members", "3"]);
    let whole = live.audit(&[]);
    Emulator::get().page_cap(&live.all_accounts(), 2);
    let document = live.audit(&[]);
    assert_eq!(gaps(&document), BTreeSet::new());
    assert_eq!(said(&document), said(&whole));
}

#[test]
fn pages_that_repeat_are_a_gap_and_end() {
    let mut live = Live::seeded("organization", &["--weak", "--every-call"]);
    Emulator::get().page_cap(&live.all_accounts(), 2);
    let whole = live.audit(&[]);
    let proxy = Proxy::start(Emulator::get(), &["repeat-page"]);
    live.through(&proxy);
    let document = live.audit(&[]);
    // Some lists get the token of another one, which AWS refuses.
    let why: BTreeSet<&str> = document["gaps"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|gap| gap["error"].as_str())
        .collect();
    assert!(why.contains("a page token came twice"), "{why:?}");
    let expected = ["iam:GetAccountAuthorizationDetails", "ssm:DescribeParameters"];
    assert!(gaps(&document).is_superset(&BTreeSet::from(expected)), "{:?}", gaps(&document));
    assert_eq!(newly_sound(&document, &whole), [""; 0]);
}
