//! `keyward policy format` and `keyward policy size`.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;

use keyward_testing::emulator::Emulator;
use serde_json::Value;

use crate::support::Folder;

const FLAT: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:*","Resource":"*"}}"#;
const LAID_OUT: &str = r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Action": "iam:*",
    "Resource": "*"
  }
}
"#;

#[test]
fn policies_are_printed_written_or_checked() {
    let folder = Folder::with(&[("a.json", FLAT), ("b.json", LAID_OUT)]);
    assert_eq!(folder.run(&["policy", "format", "a.json"]).text(0), LAID_OUT);
    assert_eq!(
        folder.run(&["policy", "format", "--check", "a.json", "b.json"]).text(1),
        "a.json\n"
    );
    let mode = |mode| std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(folder.file("a.json"), mode(0o640)).unwrap();
    let written = folder.run(&["policy", "format", "--write", "a.json", "b.json"]);
    let kept = std::fs::metadata(folder.file("a.json")).unwrap().permissions();
    assert_eq!(kept.mode() & 0o777, 0o640);
    assert_eq!((written.text(0), written.stderr.as_str()), ("", "wrote a.json\n"));
    assert_eq!(std::fs::read_to_string(folder.file("a.json")).unwrap(), LAID_OUT);
    assert_eq!(folder.run(&["policy", "format", "--check", "a.json", "b.json"]).text(0), "");
    assert_eq!(folder.names(), ["a.json", "b.json"]);
}

#[test]
fn one_file_that_is_no_policy_leaves_all_as_they_are() {
    let folder = Folder::with(&[("a.json", FLAT), ("b.json", r#"{"Statement": [{}]}"#)]);
    let run = folder.run(&["policy", "format", "--write", "a.json", "b.json"]);
    assert_eq!(run.code, 2);
    assert!(
        run.error().contains("b.json") && run.error().contains("/Statement/0"),
        "{}",
        run.stderr
    );
    assert_eq!(std::fs::read_to_string(folder.file("a.json")).unwrap(), FLAT);
}

#[test]
fn sizes_are_held_against_aws_limits() {
    let folder = Folder::with(&[("a.json", LAID_OUT)]);
    let document = folder.run(&["policy", "size", "a.json", "--format", "json"]).json(0);
    assert_eq!(document["schema"], "keyward.policy-size/1");
    let of = |kind: &str| {
        let mut policies = document["policies"].as_array().unwrap().iter();
        policies.find(|it| it["type"] == kind).unwrap().clone()
    };
    assert_eq!(
        (&of("managed")["counted"], &of("scp")["counted"]),
        (&FLAT.len().into(), &LAID_OUT.len().into())
    );
    assert_eq!(
        (&of("managed")["limit"], &of("managed")["fits"]),
        (&6144.into(), &Value::from(true))
    );

    let long = ["policy", "size", "--type", "trust", "--limit", "20", "a.json"];
    let text = folder.run(&long);
    assert!(text.text(1).contains("too long"), "{}", text.stdout);
    folder.run(&["policy", "size", "--type", "trust", "a.json"]).text(0);
    assert_eq!(folder.run(&["policy", "size", "--type", "bucket", "a.json"]).code, 2);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let wrong = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": {\n    \"Effect\": \"Allow\",\n    \
                 \"Action\": [\"s3:Get*\", \"s3:GetObjects\"],\n    \"Resource\": \"logs\"\n  }\n}\n";
    let folder = Folder::with(&[("wrong.json", wrong), ("right.json", LAID_OUT)]);
    let document =
        folder.run(&["policy", "lint", "wrong.json", "right.json", "--format", "json"]).json(1);
    assert_eq!(document["schema"], "keyward.lint/1");
    let found: Vec<Vec<String>> = document["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let parts = ["file", "pointer", "line", "column", "code", "level"];
            parts.map(|part| it[part].to_string().replace('"', "")).to_vec()
        })
        .collect();
    let expected = [
        ["wrong.json", "/Statement/Action/1", "5", "27", "unknown-action", "warning"],
        ["wrong.json", "/Statement/Resource", "6", "17", "invalid-resource", "error"],
    ];
    assert_eq!(found, expected);
    insta::assert_snapshot!(folder.run(&["policy", "lint", "wrong.json"]).text(1), @r#"
    warning: no action `s3:GetObjects` is known [unknown-action]
     --> wrong.json:5:27
      |
    5 |     "Action": ["s3:Get*", "s3:GetObjects"],
      |                           ^^^^^^^^^^^^^^^ field `/Statement/Action/1`
    error: `logs` is neither an ARN nor `*` [invalid-resource]
     --> wrong.json:6:17
      |
    6 |     "Resource": "logs"
      |                 ^^^^^^ field `/Statement/Resource`
    "#);
    assert_eq!(folder.run(&["policy", "lint", "right.json"]).text(0), "");
}

#[test]
fn a_file_that_is_no_json_is_a_diagnostic() {
    let folder = Folder::with(&[("cut.json", "{\n  \"Statement\": [\n")]);
    let document = folder.run(&["policy", "lint", "cut.json", "--format", "json"]).json(1);
    let found = &document["diagnostics"][0];
    assert_eq!((&found["code"], &found["level"]), (&"not-json".into(), &"error".into()));
    assert!(found["line"].as_u64().unwrap() >= 2, "{found}");
}

#[test]
fn the_linter_finds_no_error_in_the_policies_of_aws() {
    let emulator = Emulator::get();
    let organization = emulator.organization();
    let policies = emulator.script("checks/managed_policies.py", &organization, &[]);
    let policies = policies.as_object().unwrap();
    assert!(policies.len() > 1000, "{}", policies.len());
    let folder = Folder::new();
    let files: Vec<String> = policies.keys().map(|name| format!("{name}.json")).collect();
    for (file, policy) in files.iter().zip(policies.values()) {
        folder.write(file, serde_json::to_string_pretty(policy).unwrap());
    }
    let command = ["policy", "lint", "--format", "json"];
    let arguments: Vec<&str> =
        command.into_iter().chain(files.iter().map(String::as_str)).collect();
    let document = folder.run(&arguments).json(0);
    let codes: BTreeSet<&str> = document["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["code"].as_str().unwrap())
        .collect();
    // What AWS retired or has just made is not in the catalogue, and it uses `ForAllValues`.
    assert_eq!(codes, BTreeSet::from(["dangerous-element", "unknown-action", "unknown-service"]));
}
