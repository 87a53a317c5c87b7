//! `keyward audit`

use serde_json::Value;

use crate::support::{Folder, Run, SOUND, WEAK};

const MFA: [&str; 4] = ["audit", ".", "--control", "root-without-mfa"];

/// Two accounts: the root user of one has no MFA device. A third answers something else.
fn estate() -> Folder {
    Folder::with(&[
        ("111122223333/summary.json", WEAK),
        ("444455556666/summary.json", SOUND),
        ("555566667777/keys.json", r#"{"AccessKeyMetadata": []}"#),
    ])
}

fn audit(folder: &Folder, arguments: &[&str]) -> Run {
    folder.run(&[&MFA, &["--taken-at", "2026-11-24"][..], arguments].concat())
}

#[test]
fn text_groups_the_findings_and_sums_them_up() {
    insta::assert_snapshot!(audit(&estate(), &[]).text(0), @"
    111122223333

      Root users
        critical  root-without-mfa
                  Root user has no MFA device

    Not answered, because AWS's answer to these calls is missing
      aws iam get-account-summary  1 control waits  in 555566667777

    Summary of 3 accounts, as of 2026-11-24 00:00 UTC
                      critical  high  medium  low  info  cannot tell  sound
      111122223333           1     ·       ·    ·     ·            ·      ·
      555566667777           ·     ·       ·    ·     ·            1      ·
      444455556666           ·     ·       ·    ·     ·            ·      1
      all                    1     ·       ·    ·     ·            1      1

    Fix first
      critical  1  root-without-mfa  Root user without MFA

    Next
      keyward explain root-without-mfa
        what it means, and how to fix it
      aws iam get-account-summary > get-account-summary.json
        answers 1 control: add the file, and audit again
      keyward audit . --fail-on high
        for a pipeline: exit code 1 from high on
    ");
}

#[test]
fn verbose_text_shows_evidence_and_ids() {
    let run = audit(&estate(), &["-v"]);
    let text = run.text(0);
    for part in ["resource: arn:aws:iam::111122223333:root", "credentials: a password", "finding: "]
    {
        assert!(text.contains(part), "{part:?} is missing:\n{text}");
    }
}

#[test]
fn json_holds_what_the_contract_says() {
    let document = audit(&estate(), &["--format", "json"]).json(0);
    let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["accounts", "findings", "gaps", "schema", "summary", "taken_at"]);
    assert_eq!(document["schema"], "keyward.audit/1");
    assert_eq!(document["taken_at"], "2026-11-24T00:00:00Z");
    let accounts = ["111122223333", "444455556666", "555566667777"];
    assert_eq!(document["accounts"], Value::from(accounts.to_vec()));
    insta::assert_snapshot!(document["summary"], @r#"{"cannot_tell":1,"excepted":0,"sound":1,"weak":1}"#);
    insta::assert_snapshot!(serde_json::to_string_pretty(&document["gaps"]).unwrap(), @r#"
    [
      {
        "about": null,
        "account": "555566667777",
        "command": "aws iam get-account-summary",
        "error": null,
        "permission": "iam:GetAccountSummary",
        "reason": "not-collected",
        "region": null
      }
    ]
    "#);
    insta::assert_snapshot!(serde_json::to_string_pretty(&document["findings"]).unwrap(), @r#"
    [
      {
        "account": "111122223333",
        "control": "root-without-mfa",
        "evidence": [
          {
            "value": "0",
            "what": "AccountMFAEnabled"
          },
          {
            "value": "a password",
            "what": "credentials"
          }
        ],
        "fix": null,
        "frameworks": [],
        "id": "155667d141341aef",
        "region": null,
        "resource": "arn:aws:iam::111122223333:root",
        "severity": "critical",
        "since": null,
        "state": "weak",
        "title": "Root user has no MFA device"
      },
      {
        "account": "555566667777",
        "control": "root-without-mfa",
        "evidence": [
          {
            "value": "iam:GetAccountSummary",
            "what": "missing permission"
          },
          {
            "value": "aws iam get-account-summary",
            "what": "answered by"
          },
          {
            "value": "not-collected",
            "what": "reason"
          }
        ],
        "fix": null,
        "frameworks": [],
        "id": "972cd085fde69e2c",
        "region": null,
        "resource": "arn:aws:iam::555566667777:root",
        "severity": "critical",
        "since": null,
        "state": "cannot-tell",
        "title": "Cannot tell without `aws iam get-account-summary`"
      }
    ]
    "#);
}

#[test]
fn json_lines_hold_the_findings_of_the_document() {
    let document = audit(&estate(), &["--format", "json"]).json(0);
    let run = audit(&estate(), &["--format", "jsonl"]);
    let rows: Vec<Value> =
        run.text(0).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(document["findings"], Value::Array(rows));
}

#[test]
fn a_snapshot_answers_as_its_files_do() {
    let folder = estate();
    let arguments = ["import", ".", "-o", "../estate.kwd", "--taken-at", "2026-11-24"];
    let outer = Folder::new();
    std::fs::rename(folder.path(), outer.file("files")).unwrap();
    let mut import = outer.command(&arguments);
    assert_eq!(import.current_dir(outer.file("files")).output().unwrap().status.code(), Some(0));
    let of_files = outer.run(&["audit", "files", "--taken-at", "2026-11-24", "--format", "json"]);
    let of_snapshot = outer.run(&["audit", "estate.kwd", "--format", "json"]);
    assert_eq!(of_files.json(0), of_snapshot.json(0));
}

#[test]
fn equal_input_gives_equal_bytes() {
    let (one, other) = (estate(), estate());
    for format in ["text", "json", "jsonl"] {
        let arguments = ["audit", ".", "--all", "--taken-at", "2026-11-24", "--format", format];
        assert_eq!(one.run(&arguments).text(0), other.run(&arguments).text(0));
    }
}

#[test]
fn findings_come_worst_first_then_by_account_and_control() {
    let document = estate().run(&["audit", ".", "--all", "--format", "json"]).json(0);
    let severities = ["critical", "high", "medium", "low", "info"];
    let key = |row: &Value| {
        let severity = severities.iter().position(|it| row["severity"] == *it).unwrap();
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let place = [text("account"), text("control"), text("region"), text("resource")];
        (severity, place, text("id"))
    };
    let keys: Vec<_> = document["findings"].as_array().unwrap().iter().map(key).collect();
    assert!(keys.len() > 10);
    assert!(keys.is_sorted());
}

#[test]
fn all_shows_what_is_sound_and_counts_stay_the_same() {
    let states = |document: &Value| -> Vec<String> {
        let rows = document["findings"].as_array().unwrap().iter();
        rows.map(|row| row["state"].as_str().unwrap().to_owned()).collect()
    };
    let some = audit(&estate(), &["--format", "json"]).json(0);
    let all = audit(&estate(), &["--all", "--format", "json"]).json(0);
    assert_eq!(states(&some), ["weak", "cannot-tell"]);
    assert_eq!(states(&all), ["weak", "sound", "cannot-tell"]);
    assert_eq!(some["summary"], all["summary"]);
}

#[test]
fn severity_hides_what_is_less_severe_and_counts_it() {
    let run = |level| {
        estate().run(&["audit", ".", "--subject", "root", "--severity", level, "--format", "json"])
    };
    let (all, high) = (run("info").json(0), run("high").json(0));
    let rows = |document: &Value| document["findings"].as_array().unwrap().clone();
    let is_severe = |row: &Value| row["severity"] == "critical" || row["severity"] == "high";
    let severe: Vec<Value> = rows(&all).into_iter().filter(is_severe).collect();
    assert!(severe.len() < rows(&all).len());
    assert_eq!(rows(&high), severe);
    assert_eq!(high["summary"], all["summary"]);
}

#[test]
fn controls_and_subjects_add_up() {
    let arguments = ["audit", ".", "--control", "secrets-unused,users-unused", "--subject", "root"];
    let document = estate().run(&[&arguments[..], &["--all", "--format", "json"]].concat()).json(0);
    let rows = document["findings"].as_array().unwrap().iter();
    let mut seen: Vec<&str> = rows.map(|row| row["control"].as_str().unwrap()).collect();
    seen.sort_unstable();
    seen.dedup();
    assert!(seen.contains(&"users-unused") && seen.contains(&"root-without-mfa"), "{seen:?}");
    assert!(seen.iter().all(|id| id.starts_with("root-") || id.ends_with("-unused")), "{seen:?}");
}

#[test]
fn unknown_controls_and_subjects_are_errors_that_name_what_is_near() {
    let run = estate().run(&["audit", ".", "--control", "root-with-mfa"]);
    let near = "error: there is no control `root-with-mfa`\nhelp: is it `root-without-mfa`";
    assert!(run.error().starts_with(near), "{}", run.stderr);
    let run = estate().run(&["audit", ".", "--subject", "bananas"]);
    let all = "error: there is no subject `bananas`\nhelp: there are root, users, keys,";
    assert!(run.error().starts_with(all), "{}", run.stderr);
}

#[track_caller]
fn ends(arguments: &[&str], code: i32, said: &str) {
    let run = audit(&estate(), arguments);
    assert_eq!((run.code, run.stderr.as_str()), (code, said), "{arguments:?}");
    assert!(!run.stdout.is_empty());
}

#[test]
fn exit_codes_say_whether_the_answer_is_bad_or_incomplete() {
    ends(&[], 0, "");
    ends(&["--fail-on", "critical"], 1, "1 weak finding at critical or above\n");
    ends(&["--fail-on", "low"], 1, "1 weak finding at low or above\n");
    ends(&["--strict"], 3, "the answer is incomplete: 1 gap\n");
    ends(&["--strict", "--fail-on", "high"], 1, "1 weak finding at high or above\n");
    ends(&["--strict", "--fail-on", "high", "--quiet"], 1, "");
}

#[test]
fn sound_and_complete_answers_do_not_fail() {
    let folder = Folder::with(&[("444455556666/summary.json", SOUND)]);
    let run = audit(&folder, &["--strict", "--fail-on", "info"]);
    assert!(run.text(0).contains("No weakness found"), "{}", run.stdout);
}

#[test]
fn an_account_can_be_given_to_output_that_names_none() {
    let folder = Folder::with(&[("summary.json", WEAK)]);
    let document = audit(&folder, &["--account", "111122223333", "--format", "json"]).json(0);
    assert_eq!(document["accounts"], Value::from(vec!["111122223333"]));
    assert_eq!(document["findings"][0]["resource"], "arn:aws:iam::111122223333:root");
    let run = audit(&folder, &["--account", "1111-2222-3333"]);
    assert!(run.error().contains("12 digits"), "{}", run.stderr);
}

#[test]
fn the_time_of_cli_output_is_that_of_the_newest_file() {
    let folder = estate();
    let old = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let new = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
    for (path, time) in [
        ("111122223333/summary.json", old),
        ("444455556666/summary.json", new),
        ("555566667777/keys.json", old),
    ] {
        let file = std::fs::File::options().append(true).open(folder.file(path)).unwrap();
        file.set_modified(time).unwrap();
    }
    let document = folder.run(&["audit", ".", "--format", "json"]).json(0);
    assert_eq!(document["taken_at"], "2020-09-13T12:26:40Z");
}

#[test]
fn files_that_are_hidden_or_not_used_do_not_matter() {
    let folder = estate();
    folder.write(".git/config", "not CLI output");
    folder.write("buckets.json", r#"{"Buckets": [], "Owner": {}}"#);
    let run = audit(&folder, &[]);
    assert_eq!(run.code, 0);
    insta::assert_snapshot!(run.stderr, @"note: `./buckets.json` is not used: no control reads `Buckets`, `Owner`");
    assert_eq!(run.stdout, audit(&estate(), &[]).stdout);
}

#[test]
fn stdin_is_a_file_too() {
    let folder = Folder::with(&[("summary.json", WEAK)]);
    let mut command = folder.command(&["audit", "-", "--format", "json"]);
    command.stdin(std::fs::File::open(folder.file("summary.json")).unwrap());
    let document = Run::of(command.output().unwrap()).json(0);
    let rows = document["findings"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["control"] == "root-without-mfa" && row["state"] == "weak"));
}

#[test]
fn the_settings_of_the_configuration_hold() {
    let policy = r#"{"PasswordPolicy": {"MinimumPasswordLength": 16, "PasswordReusePrevention": 24, "RequireSymbols": true, "RequireNumbers": true, "RequireUppercaseCharacters": true, "RequireLowercaseCharacters": true, "AllowUsersToChangePassword": true, "ExpirePasswords": false}}"#;
    let mut folder = Folder::with(&[("policy.json", policy)]);
    let arguments = ["audit", ".", "--control", "users-weak-password-policy", "--format", "json"];
    let weak = |folder: &Folder| folder.run(&arguments).json(0)["summary"]["weak"].clone();
    assert_eq!(weak(&folder), 0);
    folder.set("KEYWARD_PASSWORD_LENGTH_MIN", "17");
    assert_eq!(weak(&folder), 1);
}

#[test]
fn without_an_estate_and_without_credentials_the_error_says_what_to_give() {
    let mut folder = Folder::new();
    folder.set("AWS_EC2_METADATA_DISABLED", "true");
    let run = folder.run(&["audit"]);
    assert_eq!(run.code, 3);
    insta::assert_snapshot!(run.stderr, @"
    error: no AWS credentials were found: name a profile (`--profile`), set `AWS_PROFILE`, or sign in with `aws configure` or `aws sso login`
    help: an audit without AWS reads a snapshot, or files and folders of what AWS's CLI wrote:
    help: aws iam get-account-authorization-details > details.json
    help: keyward audit details.json
    ");
}

#[test]
fn a_snapshot_says_itself_whose_it_is_and_when_it_was_taken() {
    let folder = estate();
    folder.run(&["import", ".", "-o", "estate.kwd"]).text(0);
    let run = folder.run(&["audit", "estate.kwd", "--account", "111122223333"]);
    insta::assert_snapshot!(run.error(), @"
    error: `--account` does not go with a snapshot, which names its accounts and its time
    help: leave `--account` out; it is for what AWS's CLI wrote
    ");
    let run = folder.run(&["audit", "estate.kwd", "--taken-at", "2026-11-24"]);
    assert!(run.error().contains("`--taken-at`"), "{}", run.stderr);
}

#[test]
fn many_findings_of_one_control_are_folded_in_text() {
    let groups: Vec<String> = (10..40)
        .map(|number| {
            format!(r#"{{"GroupId": "sg-{number}", "GroupName": "open-{number}", "OwnerId": "111122223333", "VpcId": "vpc-1", "IpPermissionsEgress": [], "IpPermissions": [{{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{{"CidrIp": "0.0.0.0/0"}}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}}]}}"#)
        })
        .collect();
    let groups = format!(r#"{{"SecurityGroups": [{}]}}"#, groups.join(","));
    let folder = Folder::with(&[("eu-central-1/groups.json", &groups)]);
    let arguments = ["audit", ".", "--control", "instances-ssh-open"];
    let named =
        |more: &[&str]| folder.run(&[&arguments, more].concat()).text(0).matches("open-").count();
    assert_eq!(named(&[]), 8);
    assert!(folder.run(&arguments).stdout.contains("… and 22 more of this control"));
    assert!(named(&["-v"]) >= 30);
    assert!(named(&["--all"]) >= 30);
    assert!(named(&["--format", "jsonl"]) >= 30);
}

#[test]
fn names_cannot_change_the_terminal() {
    let folder = Folder::with(&[(
        "groups.json",
        r#"{"SecurityGroups": [{"GroupId": "sg-1\u001b[31m", "GroupName": "x\u001b]0;y\u0007", "OwnerId": "111122223333", "VpcId": "vpc-1", "IpPermissionsEgress": [], "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}]}]}"#,
    )]);
    let arguments = ["audit", ".", "--control", "instances-ssh-open", "-v"];
    let run = folder.run(&[&arguments[..], &["--color", "always"]].concat());
    let text = run.text(0);
    assert!(text.contains("sg-1\u{FFFD}[31m"), "{text}");
    assert!(!text.contains("\u{1b}]0;") && !text.contains('\u{7}'), "{text}");
}

#[test]
fn the_id_of_an_account_does_not_reach_the_terminal_raw() {
    let caller = r#"{"UserId": "x", "Account": "1\u001b]0;t\u0007", "Arn": "arn:aws:iam::1:root"}"#;
    let folder = Folder::with(&[("all/caller.json", caller), ("all/summary.json", WEAK)]);
    let run = folder.run(&["--color=always", "audit", "all"]);
    assert!(run.text(0).contains("1\u{fffd}]0;t\u{fffd}"), "{}", run.stdout);
    assert!(!run.stdout.contains("\u{1b}]"), "{}", run.stdout);
}

#[test]
fn accounts_of_the_organization_that_were_not_read_are_named() {
    let organization = r#"{"Organization": {"Id": "o-exampleorgid", "FeatureSet": "ALL",
        "MasterAccountId": "111122223333"}}
        {"Accounts": [
            {"Id": "111122223333", "Name": "management", "Email": "a@example.com", "Status": "ACTIVE"},
            {"Id": "444455556666", "Name": "production", "Email": "b@example.com", "Status": "ACTIVE"},
            {"Id": "777788889999", "Name": "closed", "Email": "c@example.com", "Status": "SUSPENDED"}]}"#;
    let files =
        [("111122223333/organization.json", organization), ("111122223333/root.json", SOUND)];
    let folder = Folder::with(&files);
    let run = folder.run(&["audit", "111122223333"]);
    let text = run.text(0);
    assert!(text.contains("Not read: 1 account of the organization\n  444455556666  production\n"));
    let document = folder.run(&["audit", "111122223333", "--format", "json"]).json(0);
    let gaps = document["gaps"].as_array().unwrap();
    let unread: Vec<_> = gaps.iter().filter(|gap| gap["account"] == "444455556666").collect();
    assert_eq!(unread.len(), 1, "{gaps:?}");
    assert_eq!(unread[0]["permission"], "iam:GetAccountAuthorizationDetails");
    assert!(!document["gaps"].to_string().contains("777788889999"));
}

#[test]
fn a_file_time_of_1970_is_not_taken_for_the_time_of_collection() {
    let folder = Folder::with(&[("summary.json", SOUND)]);
    let file = std::fs::File::options().write(true).open(folder.file("summary.json")).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    let run = folder.run(&["audit", "summary.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("--taken-at"), "{}", run.stderr);
    let told = ["audit", "summary.json", "--taken-at", "2026-11-24T00:00:00Z"];
    assert_eq!(folder.run(&told).code, 0);
}
