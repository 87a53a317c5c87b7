//! `keyward controls`

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::Folder;

#[test]
fn the_list_is_grouped_by_subject() {
    let run = Folder::new().run(&["controls"]);
    let text = run.text(0);
    assert!(text.starts_with("Root users  --subject root\n"), "{text}");
    assert!(text.contains("  critical  root-without-mfa "), "{text}");
    assert!(text.contains("\n\nIAM users  --subject users\n"), "{text}");
}

#[test]
fn json_and_json_lines_hold_the_same_rows() {
    let folder = Folder::new();
    let document = folder.run(&["controls", "--format", "json"]).json(0);
    assert_eq!(document["schema"], "keyward.controls/1");
    let lines = folder.run(&["controls", "--format", "jsonl"]);
    let rows: Vec<Value> =
        lines.text(0).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(document["controls"], Value::Array(rows));
    assert_eq!(document["controls"][0]["subject"], "root");
}

#[test]
fn a_subject_can_be_chosen() {
    let document =
        Folder::new().run(&["controls", "--subject", "root", "--format", "json"]).json(0);
    let rows = document["controls"].as_array().unwrap();
    let subjects: BTreeSet<&str> =
        rows.iter().map(|row| row["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, BTreeSet::from(["root"]));
}

#[test]
fn an_unknown_subject_is_an_error_that_names_what_is_near() {
    let run = Folder::new().run(&["controls", "--subject", "key"]);
    insta::assert_snapshot!(run.error(), @"
    error: there is no subject `key`
    help: is it `keys`?
    ");
}
