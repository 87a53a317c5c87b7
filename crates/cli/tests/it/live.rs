//! Live collection: the real binary against an emulator of AWS, over HTTP.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use keyward_testing::emulator::{Emulator, Organization};
use serde_json::Value;

use crate::support::{Folder, Run};

/// An organization that was made by a seed, and a folder in which to run the binary as its caller.
struct Live {
    organization: Organization,
    accounts: Vec<String>,
    flags: Vec<String>,
    folder: Folder,
}

impl Live {
    fn seeded(seed: &str, arguments: &[&str]) -> Self {
        let emulator = Emulator::get();
        let organization = emulator.organization();
        let made = emulator.seed(seed, &organization, arguments);
        let accounts = match &made["accounts"] {
            Value::Object(by_name) => {
                by_name.values().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            Value::Array(ids) => ids.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => vec![organization.management.clone()],
        };
        let mut flags = vec!["--rate".to_owned(), "100".to_owned()];
        if let Some(reader) = made["reader"].as_str() {
            let role = reader.rsplit('/').next().unwrap_or(reader);
            flags.extend(["--role".to_owned(), role.to_owned()]);
        }
        let mut folder = Folder::new();
        for (name, value) in emulator.environment(&organization.credentials) {
            folder.set(&name, &value);
        }
        Self { organization, accounts, flags, folder }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let flags = self.flags.iter().map(String::as_str);
        self.folder.run(&arguments.iter().copied().chain(flags).collect::<Vec<_>>())
    }

    fn all_accounts(&self) -> Vec<&str> {
        let members = self.accounts.iter().map(String::as_str);
        members.chain([self.organization.management.as_str()]).collect()
    }
}

/// What is weak, and how often, by control.
fn weak(document: &Value) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for finding in document["findings"].as_array().unwrap() {
        if finding["state"] == "weak" {
            *found.entry(finding["control"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    found
}

fn sound(document: &Value) -> BTreeSet<String> {
    let findings = document["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["state"] == "sound")
        .map(|finding| finding["id"].to_string())
        .collect()
}

#[test]
fn an_organization_without_weaknesses_has_none() {
    let live = Live::seeded("sound", &[]);
    let document = live.run(&["audit", "--live", "--all", "--format", "json"]).json(0);
    assert_eq!(weak(&document), BTreeMap::new());
    assert_eq!(document["accounts"].as_array().unwrap().len(), 5);
    assert!(sound(&document).len() > 300, "{}", sound(&document).len());
    assert_eq!(Emulator::get().missing_operations(&live.all_accounts()), BTreeMap::new());
}

#[test]
fn the_snapshot_of_a_weak_organization_says_what_the_live_audit_said() {
    let live = Live::seeded("weak", &[]);
    let document = live.run(&["audit", "--live", "--all", "--format", "json"]).json(0);
    let missing = ["organization-missing", "organization-not-all-features"];
    let missing =
        [&missing[..], &["organization-control-policies-off", "sso-not-enabled"]].concat();
    let controls = live.folder.run(&["controls", "--format", "json"]).json(0);
    let all: BTreeSet<String> = controls["controls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|control| control["id"].as_str().unwrap().to_owned())
        .filter(|id| !missing.contains(&id.as_str()))
        .collect();
    let found = weak(&document);
    let silent: Vec<&String> = all.iter().filter(|id| !found.contains_key(*id)).collect();
    assert_eq!(silent, [""; 0]);
    live.run(&["collect", "-o", "weak.kwd"]).text(0);
    let again = live.folder.run(&["audit", "weak.kwd", "--all", "--format", "json"]).json(0);
    assert_eq!(weak(&again), found);
}

#[test]
fn what_is_refused_is_a_gap_and_nothing_becomes_sound_by_it() {
    let live = Live::seeded("organization", &["--weak"]);
    let whole = live.run(&["audit", "--live", "--all", "--format", "json"]).json(0);
    for action in
        ["iam:GetAccountSummary", "ec2:DescribeSecurityGroups", "secretsmanager:ListSecrets"]
    {
        Emulator::get().deny(&live.all_accounts(), &[action]);
        let document = live.run(&["audit", "--live", "--all", "--format", "json"]).json(0);
        let new: Vec<String> = sound(&document).difference(&sound(&whole)).cloned().collect();
        assert_eq!(new, [""; 0], "{action}");
        let gaps = document["gaps"].as_array().unwrap();
        assert!(
            gaps.iter().any(|gap| gap["permission"] == action && gap["reason"] == "refused"),
            "{action}: {gaps:?}"
        );
    }
}

#[test]
fn a_collection_that_was_killed_is_gone_on_with() {
    let live = Live::seeded("many_accounts", &["--accounts", "40"]);
    let mut arguments = vec!["collect", "-o", "many.kwd", "--accounts-at-once", "2"];
    arguments.extend(live.flags.iter().map(String::as_str));
    let mut child = live.folder.command(&arguments).spawn().unwrap();
    let partial = live.folder.file("many.kwd.partial");
    let done = || {
        std::fs::read_dir(&partial).map_or(0, |files| {
            let is_piece = |name: &str| name.len() == "111122223333.kwd".len();
            files.filter(|it| is_piece(it.as_ref().unwrap().file_name().to_str().unwrap())).count()
        })
    };
    let began = Instant::now();
    while done() < 3 {
        assert!(began.elapsed() < Duration::from_mins(1), "nothing was read within a minute");
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!live.folder.file("many.kwd").exists());

    let refused = live.run(&["collect", "-o", "many.kwd"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("`--resume`"), "{}", refused.stderr);
    let resumed = live.run(&["collect", "-o", "many.kwd", "--accounts-at-once", "2", "--resume"]);
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    assert!(resumed.stderr.contains("were read before"), "{}", resumed.stderr);
    assert!(!partial.exists());
    let document = live.folder.run(&["audit", "many.kwd", "--format", "json"]).json(0);
    assert!(document["accounts"].as_array().unwrap().len() >= 40);
}

#[test]
fn what_a_removal_left_without_its_plan_is_not_taken_for_read() {
    let live = Live::seeded("many_accounts", &["--accounts", "2"]);
    live.run(&["collect", "-o", "first.kwd"]).text(0);
    let management = &live.organization.management;
    // A piece that can't be read would fail the collection, if it were used.
    live.folder.write(&format!("second.kwd.partial/{management}.kwd"), "of another time");
    let run = live.run(&["collect", "-o", "second.kwd"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stderr.contains("were read before"), "{}", run.stderr);
}
