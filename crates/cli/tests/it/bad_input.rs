//! Bad input: every kind of it ends with code 2, names the file, says what would be right, and
//! leaves no output behind.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};

use crate::support::{Folder, Run, SOUND, WEAK};

/// What both commands say about the file `bad`.
#[track_caller]
fn said_about(folder: &Folder, bad: &str) -> String {
    let names = folder.names();
    let audit = folder.run(&["audit", bad]);
    let import = folder.run(&["import", bad, "-o", "out.kwd"]);
    assert!(audit.error().contains(bad), "{}", audit.stderr);
    assert!(import.error().contains(bad), "{}", import.stderr);
    assert_eq!(folder.names(), names, "something was left behind");
    audit.stderr
}

#[track_caller]
fn said(content: impl AsRef<[u8]>) -> String {
    let folder = Folder::new();
    folder.write("bad.json", content);
    said_about(&folder, "bad.json")
}

#[test]
fn truncated_json() {
    insta::assert_snapshot!(said("{\"AccessKeyMetadata\": [\n    {\"UserName\": \"ci\", \"Access"), @r#"
    error: the file breaks off in the middle of a JSON value
     --> bad.json:2:31
      |
    2 |     {"UserName": "…", "…
      |                         ^
      |
      = help: run the command again and let it finish, or move the file out of the folder
    "#);
}

#[test]
fn json_with_a_mistake() {
    insta::assert_snapshot!(said("{\n  \"SummaryMap\": {\"AccountMFAEnabled\": yes}\n}\n"), @r#"
    error: not JSON: expected value
     --> bad.json:2:39
      |
    2 |   "SummaryMap": {"AccountMFAEnabled": …}
      |                                       ^
      |
      = help: keyward reads what AWS's CLI prints with `--output json`, unchanged
    "#);
}

#[test]
fn a_value_of_the_wrong_type_is_drawn() {
    let key = r#"{"UserName": "ci", "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "Status": "Active", "CreateDate": "yesterday"}"#;
    insta::assert_snapshot!(said(format!("{{\"AccessKeyMetadata\": [\n  {key}\n]}}\n")), @r#"
    error: expected a date and time
     --> bad.json:2:95
      |
    2 |   {"UserName": "…", "AccessKeyId": "…", "Status": "…", "CreateDate": "yesterday"}
      |                                                                      ^^^^^^^^^^^
      |
      = note: field `/AccessKeyMetadata/0/CreateDate`
      = help: keyward reads what AWS's CLI prints with `--output json`, unchanged
    "#);
}

#[test]
fn a_policy_document_that_is_no_policy() {
    let role = r#"{"Path": "/", "RoleName": "ci", "RoleId": "AROAEXAMPLE", "Arn": "arn:aws:iam::111122223333:role/ci", "CreateDate": "2026-01-01T00:00:00Z",
      "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Permit", "Principal": "*", "Action": "sts:AssumeRole"}]},
      "InstanceProfileList": [], "RolePolicyList": [], "AttachedManagedPolicies": [], "Tags": []}"#;
    let details = format!(
        "{{\"UserDetailList\": [], \"GroupDetailList\": [], \"RoleDetailList\": [{role}], \"Policies\": []}}"
    );
    insta::assert_snapshot!(said(details), @r#"
    error: the policy document of `arn:aws:iam::111122223333:role/ci` is not a policy: effect `Permit` is neither `Allow` nor `Deny`
     --> bad.json:2:86
      |
    2 | … {"Version": "…", "Statement": [{"Effect": "Permit", "Principal": "…", "Action": "…"}]}…
      |                                             ^^^^^^^^
      |
      = note: field `/RoleDetailList/0/AssumeRolePolicyDocument/Statement/0/Effect`
      = help: AWS accepts no such policy: the file was changed, or is not whole
    "#);
}

#[test]
fn a_credential_report_without_columns() {
    let folder = Folder::with(&[(
        "report.csv",
        "user,arn,user_creation_time\nci,arn:aws:iam::111122223333:user/ci,2026-01-01T00:00:00Z\n",
    )]);
    insta::assert_snapshot!(said_about(&folder, "report.csv"), @"
    error: the credential report lacks the columns `password_enabled`, `password_last_used`, `password_last_changed`, `mfa_active`, `access_key_1_active`, `access_key_1_last_rotated`, `access_key_1_last_used_date`, `access_key_1_last_used_region`, `access_key_1_last_used_service`, `access_key_2_active`, `access_key_2_last_rotated`, `access_key_2_last_used_date`, `access_key_2_last_used_region`, `access_key_2_last_used_service`, `cert_1_active`, `cert_1_last_rotated`, `cert_2_active`, `cert_2_last_rotated`
     --> report.csv:1:1
      |
    1 | user,arn,user_creation_time
      | ^^^^
      |
      = help: the whole report comes from `aws iam get-credential-report`
    ");
}

#[test]
fn a_snapshot_that_is_cut_or_altered() {
    let folder =
        Folder::with(&[("111122223333/summary.json", WEAK), ("444455556666/s.json", SOUND)]);
    folder.run(&["import", ".", "-o", "whole.kwd"]).text(0);
    let whole = std::fs::read(folder.file("whole.kwd")).unwrap();
    for length in [19, 20, whole.len() / 2, whole.len() - 1] {
        folder.write("bad.kwd", &whole[..length]);
        let run = folder.run(&["audit", "bad.kwd"]);
        assert!(run.error().contains("bad.kwd"), "{}", run.stderr);
        assert!(
            run.error().contains("cut off") || run.error().contains("damaged"),
            "{}",
            run.stderr
        );
    }
    let mut altered = whole.clone();
    altered[whole.len() / 2] ^= 0x55;
    folder.write("bad.kwd", &altered);
    assert!(folder.run(&["audit", "bad.kwd"]).error().contains("damaged"));
    folder.write("bad.kwd", b"keyward snapshot 2\n");
    insta::assert_snapshot!(folder.run(&["audit", "bad.kwd"]).error(), @"
    error: the snapshot file has version 2 of the format, and this release reads versions up to 1; use a newer release of keyward, or take the snapshot again with this one
    --> bad.kwd
    ");
}

#[test]
fn a_file_that_is_empty_or_no_text_or_no_output_of_the_cli() {
    insta::assert_snapshot!(said(""), @"
    error: the file is empty: the command that wrote it probably failed
    --> bad.json
     = help: run the command again and let it finish, or move the file out of the folder
    ");
    insta::assert_snapshot!(said("\n\n"), @"
    error: the file is empty: the command that wrote it probably failed
    --> bad.json
     = help: run the command again and let it finish, or move the file out of the folder
    ");
    insta::assert_snapshot!(said("dear diary\n"), @"
    error: neither JSON, nor a credential report, nor an error message of a call
    --> bad.json:1:1
     = help: move it out of the folder, or name the files that AWS's CLI wrote instead
    ");
    insta::assert_snapshot!(said([0x93, 0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x01, 0xff, 0xfe, 0x7f]), @"
    error: the text is not UTF-8
    --> bad.json:1:1
     = help: move it out of the folder, or name the files that AWS's CLI wrote instead
    ");
    insta::assert_snapshot!(said(b"{\"SummaryMap\": {\"\xff\": 1}}"), @r#"
    error: the text is not UTF-8
     --> bad.json:1:18
      |
    1 | {"SummaryMap": {"�": 1}}
      |                 ^^^
      |
      = help: move it out of the folder, or name the files that AWS's CLI wrote instead
    "#);
}

#[test]
fn random_bytes() {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    for _ in 0..20 {
        let bytes: Vec<u8> = (0..4096)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8
            })
            .collect();
        said(bytes);
    }
}

#[test]
fn a_tower_of_brackets() {
    insta::assert_snapshot!(said("[".repeat(200_000)), @"
    error: nested deeper than 127 levels
     --> bad.json:1:128
      |
    1 | …[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
      |                                              ^
      |
      = help: move it out of the folder, or name the files that AWS's CLI wrote instead
    ");
    said(format!("{}{}", "{\"a\":".repeat(200_000), "}".repeat(200_000)));
}

#[test]
fn output_that_no_control_reads() {
    insta::assert_snapshot!(said(r#"{"Buckets": [], "Owner": {}}"#), @"
    note: `bad.json` is not used: no control reads `Buckets`, `Owner`
    error: `bad.json` holds no output that keyward uses
    help: start with: aws iam get-account-authorization-details > details.json
    ");
}

#[test]
fn a_string_of_64_mebibytes() {
    let mut text = br#"{"SummaryMap": {"AccountMFAEnabled": ""#.to_vec();
    text.resize(64 << 20, b'x');
    text.extend(br#""}}"#);
    insta::assert_snapshot!(said(text), @"
    error: one string, number or word is longer than 16777216 bytes
    --> bad.json:1:16842753
     = help: move it out of the folder, or name the files that AWS's CLI wrote instead
    ");
}

#[test]
fn a_sparse_line_of_two_gibibytes() {
    let folder = Folder::new();
    let mut file = File::create(folder.file("huge.json")).unwrap();
    file.write_all(br#"{"SummaryMap": {"AccountMFAEnabled": ""#).unwrap();
    file.seek(SeekFrom::Start(2 << 30)).unwrap();
    file.write_all(br#""}}"#).unwrap();
    drop(file);
    said_about(&folder, "huge.json");
}

#[test]
fn secrets_are_not_drawn() {
    let function = r#"{"FunctionName": "f", "FunctionArn": "arn:aws:lambda:eu-central-1:111122223333:function:f", "Environment": {"Variables": {"TOKEN": "hunter2", "PIN": 7}}}"#;
    let wrong = format!(r#"{{"Functions": [{function}]}}"#);
    let broken = wrong.replace(r#""PIN": 7"#, r#""PIN": 'hunter3'"#);
    for content in [wrong, broken] {
        let said = said(content);
        assert!(said.contains("bad.json:1:"), "{said}");
        assert!(!said.contains("hunter"), "{said}");
    }
}

#[test]
fn a_folder_without_files() {
    let folder = Folder::new();
    std::fs::create_dir(folder.file("empty")).unwrap();
    insta::assert_snapshot!(said_about(&folder, "empty"), @"
    error: `empty` holds no files
    help: start with: aws iam get-account-authorization-details > details.json
    ");
}

#[test]
fn one_bad_file_in_a_folder_spoils_it() {
    let folder = Folder::with(&[("all/a.json", WEAK), ("all/readme.txt", "about these files\n")]);
    insta::assert_snapshot!(said_about(&folder, "all"), @"
    error: neither JSON, nor a credential report, nor an error message of a call
    --> all/readme.txt:1:1
     = help: move it out of the folder, or name the files that AWS's CLI wrote instead
    ");
}

#[test]
fn a_path_that_leads_nowhere() {
    let folder = Folder::with(&[("file.json", WEAK)]);
    insta::assert_snapshot!(said_about(&folder, "missing.json"), @"error: can't read `missing.json`: no such file or directory");
    insta::assert_snapshot!(said_about(&folder, "file.json/below"), @"error: can't read `file.json/below`: not a directory");
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_or_in_circles() {
    let folder = Folder::with(&[("all/a.json", WEAK)]);
    std::os::unix::fs::symlink("nothing", folder.file("all/link.json")).unwrap();
    insta::assert_snapshot!(said_about(&folder, "all"), @"error: can't read `all/link.json`: no such file or directory");
    std::fs::remove_file(folder.file("all/link.json")).unwrap();
    std::os::unix::fs::symlink("../all", folder.file("all/circle")).unwrap();
    insta::assert_snapshot!(said_about(&folder, "all"), @"error: `all/circle` is a link to a folder that it is in");
}

#[cfg(unix)]
#[test]
fn names_of_files_do_not_reach_the_terminal_raw() {
    let evil = "\u{1b}]0;t\u{7}\u{9b}31m\u{202e}\n.json";
    for content in [WEAK, &WEAK[..20], "hello", "", r#"{"Buckets": []}"#] {
        let folder = Folder::with(&[("all/a.json", WEAK)]);
        folder.write(&format!("all/{evil}"), content);
        for arguments in [["audit", "-v", "all"], ["audit", "-v", &format!("all/{evil}")]] {
            let arguments = ["--color=always"].iter().chain(&arguments).copied();
            let run = folder.run(&arguments.collect::<Vec<_>>());
            let said = run.stdout + &run.stderr;
            assert!(said.contains("31m\u{fffd}\u{fffd}.json"), "{said}");
            for raw in ["\u{1b}]", "\u{7}", "\u{9b}", "\u{202e}", "\n.json"] {
                assert!(!said.contains(raw), "{said:?}");
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_opened_again_for_the_error() {
    let folder = Folder::new();
    let made = std::process::Command::new("mkfifo").arg(folder.file("pipe")).status().unwrap();
    assert!(made.success());
    let child = folder.command(&["audit", "pipe"]).stderr(std::process::Stdio::piped()).spawn();
    // This waits for the reader, and the reader for this.
    std::fs::write(folder.file("pipe"), &WEAK[..20]).unwrap();
    let run = Run::of(child.unwrap().wait_with_output().unwrap());
    assert!(run.error().contains("breaks off"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_folder_and_a_file_without_rights() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::with(&[("all/closed/a.json", WEAK), ("all/b.json", WEAK)]);
    for path in ["all/closed", "all/b.json"] {
        let closed = folder.file(path);
        let rights =
            |mode| std::fs::set_permissions(&closed, PermissionsExt::from_mode(mode)).unwrap();
        rights(0o000);
        // The superuser may read it all the same.
        let is_closed = std::fs::read_dir(&closed).is_err() && File::open(&closed).is_err();
        let run: Run = folder.run(&["audit", "all"]);
        rights(0o755);
        if is_closed {
            assert!(run.error().contains(&format!("can't read `{path}`: ")), "{}", run.stderr);
        } else {
            assert_eq!(run.code, 0, "{}", run.stderr);
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let folder = Folder::with(&[("a.json", WEAK)]);
    let mut command = folder.command(&["audit", "a.json"]);
    command.stdout(File::options().write(true).open("/dev/full").unwrap());
    let run = Run::of(command.output().unwrap());
    insta::assert_snapshot!(run.error(), @"error: can't write the output: no space left on device");
}
