//! Which account and which region an answer is filed under.

use keyward_snapshot::import::Fault;
use keyward_snapshot::{AccountId, Call};

use super::{account, id, import, new};

const SUMMARY: &str = r#"{"SummaryMap": {"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0,
    "AccountSigningCertificatesPresent": 0}}"#;

fn caller(account: &str) -> String {
    format!(
        r#"{{"UserId": "AIDA", "Account": "{account}", "Arn": "arn:aws:iam::{account}:user/ci"}}"#
    )
}

fn providers(account: &str) -> String {
    format!(r#"{{"SAMLProviderList": [{{"Arn": "arn:aws:iam::{account}:saml-provider/x"}}]}}"#)
}

/// The accounts that have a summary.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let snapshot = import(files);
    let with_summary = snapshot.accounts.iter().filter(|account| account.summary.value().is_ok());
    let ids: Vec<&str> = with_summary.map(|account| account.id.as_str()).collect();
    assert_eq!(ids, expected);
    let all: Vec<AccountId> = snapshot.accounts.iter().map(|account| account.id.clone()).collect();
    assert_eq!(snapshot.head.accounts, all);
    assert!(all.is_sorted());
}

#[test]
fn nothing_tells_the_account() {
    check(&[("summary.json", SUMMARY)], &["unknown"]);
}

#[test]
fn the_caller_in_the_folder_or_above_tells() {
    let (a, b) = (caller("111122223333"), caller("444455556666"));
    check(&[("x/who.json", &a), ("x/summary.json", SUMMARY)], &["111122223333"]);
    check(&[("who.json", &a), ("x/y/summary.json", SUMMARY)], &["111122223333"]);
    check(
        &[("who.json", &a), ("x/who.json", &b), ("x/y/summary.json", SUMMARY)],
        &["444455556666"],
    );
    check(&[("999900001111/who.json", &a), ("999900001111/s.json", SUMMARY)], &["111122223333"]);
}

#[test]
fn a_component_of_twelve_digits_tells() {
    check(
        &[("111122223333/s.json", SUMMARY), ("444455556666/us-east-1/s.json", SUMMARY)],
        &["111122223333", "444455556666"],
    );
    check(&[("111122223333.json", SUMMARY)], &["111122223333"]);
    check(&[("summary-202601011200.json", SUMMARY)], &["unknown"]);
}

#[test]
fn digits_inside_a_name_count_if_the_account_is_known() {
    let (a, b) = (providers("111122223333"), providers("444455556666"));
    let files = [("a.json", a.as_str()), ("b.json", b.as_str())];
    check(&[files[0], files[1], ("summary-444455556666.json", SUMMARY)], &["444455556666"]);
    check(&[files[0], files[1], ("summary-777788889999.json", SUMMARY)], &["unknown"]);
}

#[test]
fn the_only_account_of_the_nearest_folder_tells() {
    let (a, b) = (providers("111122223333"), providers("444455556666"));
    check(
        &[("a/p.json", &a), ("a/r/s.json", SUMMARY), ("b/p.json", &b), ("b/s.json", SUMMARY)],
        &["111122223333", "444455556666"],
    );
    check(&[("a/x/p.json", &a), ("b/x/p.json", &b), ("a/s.json", SUMMARY)], &["111122223333"]);
    check(&[("p.json", &a), ("members/p.json", &b), ("s.json", SUMMARY)], &["111122223333"]);
    check(&[("a/p.json", &a), ("b/p.json", &b), ("s.json", SUMMARY)], &["unknown"]);
}

#[test]
fn the_only_account_of_all_tells() {
    check(&[("a/b/p.json", &providers("111122223333")), ("c/s.json", SUMMARY)], &["111122223333"]);
}

#[test]
fn an_answers_own_words_count_more_than_its_path() {
    let account = account(&[("444455556666/p.json", &providers("111122223333"))]);
    assert_eq!(account.id, id("111122223333"));
}

#[test]
fn what_others_share_does_not_name_the_account() {
    let group = |owner: &str, number: u8| {
        format!(r#"{{"GroupId": "sg-{number}", "GroupName": "g", "OwnerId": "{owner}"}}"#)
    };
    let text = format!(
        r#"{{"SecurityGroups": [{}, {}, {}]}}"#,
        group("444455556666", 1),
        group("111122223333", 2),
        group("111122223333", 3)
    );
    assert_eq!(account(&[("g.json", &text)]).id, id("111122223333"));
}

#[test]
fn the_caller_may_say_everything_at_once() {
    let mut import = new().with_account(id("999900001111"));
    import.read("a.json", providers("111122223333").as_bytes()).unwrap();
    import.read("444455556666/s.json", SUMMARY.as_bytes()).unwrap();
    let snapshot = import.finish().unwrap();
    assert_eq!(snapshot.head.accounts, [id("999900001111")]);
    assert!(snapshot.accounts[0].summary.value().is_ok());
}

#[test]
fn a_caller_without_other_answers_is_an_account_of_which_nothing_is_known() {
    let account = account(&[("who.json", &caller("111122223333"))]);
    assert_eq!(account, keyward_snapshot::Account::unread(id("111122223333")));
}

#[test]
fn the_region_comes_from_the_answer_before_the_path() {
    let interface = r#"{"NetworkInterfaces": [
        {"NetworkInterfaceId": "eni-1", "AvailabilityZone": "us-west-2-lax-1a"},
        {"NetworkInterfaceId": "eni-2"}]}"#;
    let regions = |path: &str, text: &str| {
        let account = account(&[(path, text)]);
        account.network_interfaces.iter().map(|item| item.region.clone()).collect::<Vec<_>>()
    };
    assert_eq!(regions("eu-north-1/n.json", interface), ["us-west-2", "us-west-2"]);
    let silent = r#"{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-2"}]}"#;
    assert_eq!(regions("n-eu-north-1.json", silent), ["eu-north-1"]);
    assert_eq!(regions("n.json", silent), ["unknown"]);
}

#[test]
fn two_accounts_that_nothing_names_are_not_taken_for_one() {
    let summary = |mfa: u8| {
        format!(
            r#"{{"SummaryMap": {{"AccountMFAEnabled": {mfa}, "AccountAccessKeysPresent": 0}}}}"#
        )
    };
    let finish = |second: u8| {
        let mut import = new();
        import.read("production/summary.json", summary(0).as_bytes()).unwrap();
        import.read("staging/summary.json", summary(second).as_bytes()).unwrap();
        import.finish()
    };
    let error = finish(1).unwrap_err();
    assert_eq!(error.path, "staging/summary.json");
    assert!(matches!(error.fault, Fault::UnknownAccounts { call: Call::GetAccountSummary }));
    assert_eq!(finish(0).unwrap().accounts.len(), 1);
}
