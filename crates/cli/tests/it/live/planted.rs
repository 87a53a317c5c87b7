//! Secrets in plain sight: each place is a finding, and the value goes nowhere.

use std::io::Read as _;
use std::path::Path;

use keyward_snapshot::Snapshot;
use serde_json::Value;

use super::Live;
use crate::support::Run;

/// The controls for the places in which the seed plants secrets.
const PLACES: [&str; 5] = [
    "secrets-in-user-data",
    "secrets-in-function-environments",
    "secrets-in-task-definitions",
    "secrets-in-plain-parameters",
    "secrets-in-build-projects",
];

/// A value as it is, and the parts of it that are the same in base64 wherever it begins.
fn forms(value: &str) -> Vec<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let encoded = |skip: usize| -> String {
        let whole = value.as_bytes()[skip..].chunks_exact(3);
        whole
            .flat_map(|it| {
                let bits = u32::from(it[0]) << 16 | u32::from(it[1]) << 8 | u32::from(it[2]);
                [18, 12, 6, 0].map(|shift| ALPHABET[(bits >> shift & 63) as usize] as char)
            })
            .collect()
    };
    [value.to_owned()].into_iter().chain((0..3).map(encoded)).collect()
}

/// All bytes below a folder; of snapshots, what they hold as well.
fn written(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(written(&path));
            continue;
        }
        std::fs::File::open(&path).unwrap().read_to_end(&mut all).unwrap();
        if path.extension().is_some_and(|it| it == "kwd") {
            let snapshot = Snapshot::read(std::fs::File::open(&path).unwrap()).unwrap();
            all.extend(format!("{snapshot:?}").into_bytes());
        }
    }
    all
}

#[test]
fn the_forms_of_a_value_are_found_in_base64() {
    // `echo -n 'x=not-a-password' | base64`
    assert!("eD1ub3QtYS1wYXNzd29yZA==".contains(&forms("not-a-password")[2]));
}

#[test]
fn planted_secrets_are_findings_and_their_values_are_nowhere() {
    let live = Live::seeded("organization", &["--weak", "--every-call"]);
    let collected = live.run(&["collect", "-o", "weak.kwd", "-vv"]);
    assert_eq!(collected.code, 0, "{}", collected.stderr);
    assert!(collected.stderr.contains("request to ssm"), "{}", collected.stderr);
    let json = live.run(&["audit", "--live", "--all", "--format", "json", "-vv"]);
    let document = json.json(0);
    for place in PLACES {
        let weak = document["findings"].as_array().unwrap().iter();
        let weak = weak.filter(|it| it["control"] == place && it["state"] == "weak");
        assert!(weak.count() > 0, "{place}");
    }
    let text = live.folder.run(&["audit", "weak.kwd", "--all", "-vv"]);
    text.text(0);
    let explained = live.run(&["audit", "--live", "--without", "one-by-one", "-vv"]);
    explained.text(0);

    let mut all = written(live.folder.path());
    assert!(String::from_utf8_lossy(&all).contains("/site/password"), "nothing was written");
    for Run { stdout, stderr, .. } in [&collected, &json, &text, &explained] {
        all.extend(stdout.bytes());
        all.extend(stderr.bytes());
    }
    let all = String::from_utf8_lossy(&all);
    let planted = live.made["planted"].as_array().unwrap();
    for value in planted.iter().filter_map(Value::as_str) {
        for form in forms(value) {
            assert!(!all.contains(&form), "`{form}` was written");
        }
    }
}
