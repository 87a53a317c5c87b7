//! `keyward explain`

use crate::support::Folder;

#[test]
fn the_documentation_is_printed_for_a_terminal() {
    let run = Folder::new().run(&["explain", "root-without-mfa"]);
    let text = run.text(0);
    assert!(text.starts_with("root-without-mfa  critical  Root users\n"), "{text}");
    for part in [
        "\nreads      aws iam get-account-summary\n",
        "\nwatches    iam:DeactivateMFADevice,",
        "\nWhy it matters\n\n",
        "\n  - ",
        "\n    {\"SummaryMap\": ",
        "https://docs.aws.amazon.com/",
    ] {
        assert!(text.contains(part), "{part:?} is missing:\n{text}");
    }
    assert!(!text.contains("##") && !text.contains("```") && !text.contains("<http"), "{text}");
}

#[test]
fn the_fields_come_as_json() {
    let document = Folder::new().run(&["explain", "root-without-mfa", "--format", "json"]).json(0);
    assert_eq!(document["schema"], "keyward.control/1");
    assert_eq!(document["id"], "root-without-mfa");
    assert_eq!(document["severity"], "critical");
    assert_eq!(document["subject"], "root");
    assert_eq!(document["needs"][0]["permission"], "iam:GetAccountSummary");
    assert_eq!(document["needs"][0]["command"], "aws iam get-account-summary");
    assert_eq!(document["watch"][0], "iam:DeactivateMFADevice");
    assert!(document["documentation"].as_str().unwrap().starts_with("# Root user without MFA\n"));
}

#[test]
fn an_unknown_control_is_an_error_that_names_what_is_near() {
    let run = Folder::new().run(&["explain", "root-witout-mfa"]);
    let near = "error: there is no control `root-witout-mfa`\nhelp: is it `root-without-mfa`";
    assert!(run.error().starts_with(near), "{}", run.stderr);
}

#[test]
fn a_form_that_the_command_does_not_have_is_an_error() {
    let run = Folder::new().run(&["explain", "root-without-mfa", "--format", "jsonl"]);
    assert!(run.error().contains("no form `jsonl`"), "{}", run.stderr);
}
