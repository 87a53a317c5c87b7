//! An account written by hand from the examples in the reference of AWS's CLI: exactly the findings
//! that the golden file argues for, and none else.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::Folder;

#[test]
fn the_documented_account_has_the_findings_that_are_argued_for_and_no_others() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data");
    let golden = std::fs::read_to_string(data.join("documented.golden")).unwrap();
    let expected: BTreeSet<String> = golden
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(str::to_owned)
        .collect();

    let folder = data.join("documented");
    let arguments = ["audit", folder.to_str().unwrap(), "--taken-at", "2026-11-24T00:00:00Z"];
    let run = Folder::new().run(&[&arguments[..], &["--all", "--format", "json"]].concat());
    let document = run.json(0);
    let found: BTreeSet<String> = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap();
            let severity = if text("state") == "sound" { "-" } else { text("severity") };
            format!("{} {severity} {} {}", text("state"), text("control"), text("resource"))
        })
        .collect();

    let unexpected: Vec<_> = found.difference(&expected).collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    assert!(unexpected.is_empty() && missing.is_empty(), "{unexpected:#?} {missing:#?}");
}
