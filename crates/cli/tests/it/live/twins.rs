//! The organization in which everything is weak, and its mended twin.

use std::collections::{BTreeMap, BTreeSet};

use keyward_testing::emulator::Emulator;

use super::{Live, sound, weak};

#[test]
fn an_organization_without_weaknesses_has_none() {
    let live = Live::seeded("sound", &[]);
    let document = live.run(&["audit", "--live", "--all", "--format", "json"]).json(0);
    assert_eq!(weak(&document), BTreeMap::new());
    assert_eq!(document["accounts"].as_array().unwrap().len(), 5);
    assert!(sound(&document) > 300, "{}", sound(&document));
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
