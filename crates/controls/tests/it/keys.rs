//! Access keys: what the examples of the controls do not show.

use std::sync::Arc;

use jiff::ToSpan as _;
use keyward_controls::{Finding, Settings, Severity, State, about_account, by_id};
use keyward_policy::Document;
use keyward_snapshot::{
    AccessKey, Account, AccountId, CertificateSlot, CredentialReport, CredentialRow, Head,
    InlinePolicy, KeySlot, Known, LastUse, Listing, User,
};
use keyward_testing::taken_at;

const ARN: &str = "arn:aws:iam::111122223333:user/ci";

fn no_key() -> KeySlot {
    KeySlot {
        active: false,
        last_rotated: None,
        last_used: LastUse::Never,
        last_used_region: None,
        last_used_service: None,
    }
}

/// An active key, made so many days ago.
fn key(days: i64) -> KeySlot {
    KeySlot { active: true, last_rotated: Some(taken_at() - (days * 24).hours()), ..no_key() }
}

fn used(days: i64, key: KeySlot) -> KeySlot {
    KeySlot { last_used: LastUse::At(taken_at() - (days * 24).hours()), ..key }
}

fn row(user: &str, keys: [KeySlot; 2]) -> CredentialRow {
    let certificate = CertificateSlot { active: false, last_rotated: None };
    CredentialRow {
        user: user.to_owned(),
        arn: ARN.to_owned(),
        created: None,
        password_enabled: Some(false),
        password_last_used: LastUse::Never,
        password_last_changed: None,
        mfa_active: false,
        keys,
        certificates: [certificate.clone(), certificate],
    }
}

fn account(keys: [KeySlot; 2]) -> Account {
    let mut account = Account::unread(AccountId::from("111122223333"));
    account.credential_report =
        Known::Value(CredentialReport { generated_at: None, rows: vec![row("ci", keys)] });
    account
}

fn findings(control: &str, account: &Account) -> Vec<Finding> {
    let head = Head::new(taken_at());
    about_account(&head, account, &Settings::default(), [&by_id(control).unwrap()])
}

#[track_caller]
fn case(control: &str, keys: [KeySlot; 2], states: &[State]) {
    let found = findings(control, &account(keys));
    let found: Vec<_> = found.iter().map(|finding| finding.state).collect();
    assert_eq!(found, states);
}

#[test]
fn the_day_of_the_threshold_is_not_too_old() {
    let control = "keys-older-than-90-days";
    case(control, [key(90), key(91)], &[State::Sound, State::Weak]);
    case(control, [KeySlot { active: false, ..key(400) }, no_key()], &[]);
    case(control, [KeySlot { last_rotated: None, ..key(0) }, no_key()], &[State::CannotTell]);
}

#[test]
fn a_key_is_unused_by_its_last_use_or_by_its_age() {
    let control = "keys-unused";
    case(control, [used(45, key(90)), used(44, key(90))], &[State::Weak, State::Sound]);
    case(control, [key(7), key(6)], &[State::Weak, State::Sound]);
    let unrecorded = KeySlot { last_used: LastUse::Unrecorded, ..key(90) };
    case(control, [unrecorded, no_key()], &[State::CannotTell]);
}

#[test]
fn a_rotation_excuses_two_keys_for_some_days() {
    let control = "keys-two-active";
    case(control, [key(400), key(6)], &[State::Sound]);
    case(control, [key(7), key(400)], &[State::Weak]);
    case(control, [key(7), no_key()], &[State::Sound]);
    case(control, [no_key(), no_key()], &[]);
    case(control, [key(7), KeySlot { last_rotated: None, ..key(1) }], &[State::CannotTell]);
}

#[test]
fn the_root_user_is_left_to_its_own_controls() {
    let mut account = account([key(400), key(400)]);
    account.credential_report = Known::Value(CredentialReport {
        generated_at: None,
        rows: vec![row(CredentialReport::ROOT, [key(400), key(400)])],
    });
    for control in ["keys-older-than-90-days", "keys-unused", "keys-two-active"] {
        assert!(findings(control, &account).is_empty());
    }
}

#[test]
fn an_id_is_told_only_where_there_is_no_doubt() {
    let listed = |id: &str, days: i64| AccessKey {
        id: id.to_owned(),
        user: "ci".to_owned(),
        active: true,
        created: Some(taken_at() - (days * 24).hours()),
    };
    let id_of = |keys: Vec<AccessKey>| {
        let mut account = account([key(100), no_key()]);
        account.access_keys = Listing::complete(keys);
        let found = findings("keys-older-than-90-days", &account);
        found[0].evidence.iter().find(|it| it.what == "access key id").map(|it| it.value.clone())
    };
    let both = vec![listed("AKIAIOSFODNN7EXAMPLE", 100), listed("AKIAI44QH8DHBEXAMPLE", 50)];
    assert_eq!(id_of(both).as_deref(), Some("AKIAIOSFODNN7EXAMPLE"));
    let same = vec![listed("AKIAIOSFODNN7EXAMPLE", 100), listed("AKIAI44QH8DHBEXAMPLE", 100)];
    assert_eq!(id_of(same), None);
    assert_eq!(id_of(vec![listed("AKIAI44QH8DHBEXAMPLE", 99)]), None);
}

fn user(statement: &str) -> User {
    let policy = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    User {
        name: "ci".to_owned(),
        arn: ARN.to_owned(),
        id: "AIDAEXAMPLECI".to_owned(),
        created: None,
        groups: Vec::new(),
        inline: vec![InlinePolicy {
            name: "own".to_owned(),
            document: Arc::new(Document::parse(&policy).unwrap()),
        }],
        attached: Vec::new(),
        boundary: None,
        tags: Vec::new(),
    }
}

#[track_caller]
fn administrator(users: Listing<User>, state: State, severity: Severity) {
    let mut account = account([key(1), no_key()]);
    account.users = users;
    account.groups = Listing::complete(Vec::new());
    account.policies = Listing::complete(Vec::new());
    let found = findings("keys-of-administrators", &account);
    assert_eq!((found[0].state, found[0].severity), (state, severity), "{found:#?}");
}

#[test]
fn an_administrator_is_one_by_what_the_policies_say() {
    let one = |statement: &str| Listing::complete(vec![user(statement)]);
    let all = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    administrator(one(all), State::Weak, Severity::Critical);
    let some = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#;
    administrator(one(some), State::Sound, Severity::Critical);
    let under = |condition: &str| {
        one(&format!(
            r#"{{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {{{condition}}}}}"#
        ))
    };
    let mfa = r#""Bool": {"aws:MultiFactorAuthPresent": "true"}"#;
    administrator(under(mfa), State::Weak, Severity::High);
    let address = r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#;
    administrator(under(address), State::CannotTell, Severity::Critical);
    let grouped = User { groups: vec!["unread".to_owned()], ..user(all) };
    administrator(Listing::complete(vec![grouped]), State::CannotTell, Severity::Critical);
    // The report is newer than the details.
    administrator(Listing::complete(Vec::new()), State::CannotTell, Severity::Critical);
}
