//! Import: what AWS's CLI prints becomes the model, and what is not in it becomes a gap.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can't go on has failed"
)]

mod alarms;
mod boundaries;
mod compute;
mod faults;
mod iam;
mod identity_center;
mod last_accessed;
mod laws;
mod live;
mod monitoring;
mod organizations;
mod pages;
mod places;
mod plain_sight;
mod refusals;
mod root_session;
mod services;
mod shared_names;

use jiff::Timestamp;
use keyward_snapshot::import::{Import, ImportError, Recognised};
use keyward_snapshot::{Account, AccountId, Call, Membership, Organization, Snapshot};

const ACCOUNT: &str = "123456789012";

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn new() -> Import {
    Import::new(time("2026-01-01T00:00:00Z"))
}

/// The snapshot of these files, each a path and a text.
#[track_caller]
fn import(files: &[(&str, &str)]) -> Snapshot {
    let mut import = new();
    for (path, text) in files {
        if let Err(error) = import.read(path, text.as_bytes()) {
            panic!("{error}");
        }
    }
    import.finish().unwrap()
}

/// The only account of these files.
#[track_caller]
fn account(files: &[(&str, &str)]) -> Account {
    let mut snapshot = import(files);
    assert_eq!(snapshot.accounts.len(), 1, "{:?}", snapshot.head.accounts);
    snapshot.accounts.remove(0)
}

/// The organization of these files.
#[track_caller]
fn organization(files: &[(&str, &str)]) -> Organization {
    match import(files).head.organization.value() {
        Ok(Membership::Member(organization)) => (**organization).clone(),
        other => panic!("no organization: {other:?}"),
    }
}

/// What one file is recognised as.
#[track_caller]
fn recognised(path: &str, text: &str) -> Recognised {
    new().read(path, text.as_bytes()).unwrap()
}

#[track_caller]
fn answers(path: &str, text: &str, calls: &[Call]) {
    assert_eq!(recognised(path, text), Recognised::Answers(calls.to_vec()));
}

/// The error of one file, when it is read or at the end.
#[track_caller]
fn error(path: &str, text: &[u8]) -> ImportError {
    let mut import = new();
    match import.read(path, text) {
        Err(error) => error,
        Ok(_) => import.finish().expect_err("the file is wrong"),
    }
}

#[track_caller]
fn message(path: &str, text: &[u8], expected: &str) {
    assert_eq!(error(path, text).to_string(), expected);
}

fn id(text: &str) -> AccountId {
    AccountId::from(text)
}
