//! `keyward demo`

use crate::support::Folder;

#[test]
fn the_demo_is_an_audit_that_ends_with_what_to_do_next() {
    let run = Folder::new().run(&["demo"]);
    let text = run.text(0);
    assert!(text.contains("\nSummary of "), "{text}");
    let (_, next) = text.split_once("\nNext\n").expect("what to do next");
    assert!(next.contains("keyward explain "), "{next}");
    assert!(next.contains("keyward audit details.json"), "{next}");
    assert_eq!(run.stderr, "");
}

#[test]
fn the_demo_takes_the_flags_of_an_audit() {
    let folder = Folder::new();
    let arguments = ["demo", "--severity", "critical", "--format", "json"];
    let document = folder.run(&arguments).json(0);
    let rows = document["findings"].as_array().unwrap();
    assert!(!rows.is_empty() && rows.iter().all(|row| row["severity"] == "critical"));
    assert_eq!(folder.run(&["demo", "--fail-on", "critical"]).code, 1);
}
