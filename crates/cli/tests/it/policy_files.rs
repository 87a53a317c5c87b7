//! `keyward policy format` and `keyward policy size`.

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
    let written = folder.run(&["policy", "format", "--write", "a.json", "b.json"]);
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
