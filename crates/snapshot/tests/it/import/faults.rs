//! Files that are wrong: what is said, and where it points.

use std::io::{self, Read};

use keyward_snapshot::Call;
use keyward_snapshot::import::Recognised;

use super::iam::REPORT;
use super::{error, message, new};

#[test]
fn an_empty_file_is_a_failed_command() {
    for text in ["", " \n\t\n", "\u{FEFF}"] {
        message(
            "gaad.json",
            text.as_bytes(),
            "gaad.json: the file is empty: the command that wrote it probably failed",
        );
    }
}

#[test]
fn text_that_is_nothing_known_is_refused_without_quoting_it() {
    let error = error("notes.txt", b"\nUnable to locate credentials. hunter2");
    assert_eq!(
        error.to_string(),
        "notes.txt:2:1: neither JSON, nor a credential report, nor an error message of a call"
    );
}

#[test]
fn text_in_another_encoding_is_refused() {
    message(
        "a",
        b"\xFF\xFE{\0}\0",
        "a: the text is UTF-16, as some shells write it: save it as UTF-8",
    );
    message("a", b"\x80\x81\x82", "a:1:1: the text is not UTF-8");
    message("a", b"{\"SummaryMap\": {\"a\": \"\xFF\"}}", "a:1:23: the text is not UTF-8");
    message("a", b"{\"\xFF\": 1}", "a:1:3: the text is not UTF-8");
}

#[test]
fn broken_json_is_refused_where_it_breaks() {
    message("a", b"{\n  \"UserDetailList\": [\n    {\"x\" 1}", "a:3:10: not JSON: expected `:`");
    message(
        "a",
        b"{\"UserDetailList\": [{\"UserName\":",
        "a:1:33: the file breaks off in the middle of a JSON value",
    );
    message(
        "a",
        b"{} x",
        "a:1:4: neither JSON, nor a credential report, nor an error message of a call",
    );
    message("a", b"{\"Users\": [1,]}", "a:1:14: not JSON: trailing comma");
}

#[test]
fn values_of_the_wrong_type_are_named() {
    message(
        "a",
        b"{\"UserDetailList\": {}}",
        "a:1:21: expected a list, found an object (at `/UserDetailList`)",
    );
    message(
        "a",
        b"{\"UserDetailList\": [\n  {\"UserName\": 5}\n]}",
        "a:2:16: expected a string, found a number (at `/UserDetailList/0/UserName`)",
    );
    message(
        "a",
        b"{\"UserDetailList\": [{},\n  {\"UserName\": \"x\"}]}",
        "a:1:21: `UserName` is missing (at `/UserDetailList/0`)",
    );
    message(
        "a",
        "{\"AccessKeyMetadata\": [{\"UserName\": \"\u{E9}\", \"Status\": \"Active\", \"AccessKeyId\": \"k\", \"CreateDate\": \"soon\"}]}".as_bytes(),
        "a:1:96: expected a date and time (at `/AccessKeyMetadata/0/CreateDate`)",
    );
    message(
        "a",
        b"{\"SummaryMap\": {\"AccountMFAEnabled\": 1}}",
        "a:1:16: `AccountAccessKeysPresent` is missing (at `/SummaryMap`)",
    );
    message(
        "a",
        b"{\"Reservations\": [{\"Instances\": [{\"InstanceId\": \"i\", \"State\": {\"Name\": \"lost\"}}]}]}",
        "a:1:72: expected a state of an instance (at `/Reservations/0/Instances/0/State/Name`)",
    );
}

#[test]
fn a_document_that_is_no_policy_is_named_with_its_place_in_the_file() {
    let text = br#"{
  "RoleDetailList": [
    {"RoleName": "r", "RoleId": "A", "Arn": "arn:aws:iam::123456789012:role/r",
     "AssumeRolePolicyDocument": {
       "Version": "2012-10-17",
       "Statement": [{"Effect": "Perhaps", "Action": "sts:AssumeRole", "Principal": "*"}]
     }}
  ]
}"#;
    let error = error("gaad.json", text);
    assert_eq!((error.line, error.column), (Some(6), Some(33)));
    assert_eq!(
        error.field.as_deref(),
        Some("/RoleDetailList/0/AssumeRolePolicyDocument/Statement/0/Effect")
    );
    let text = error.to_string();
    let start = "gaad.json:6:33: the policy document of `arn:aws:iam::123456789012:role/r` is not a policy: ";
    assert!(text.starts_with(start), "{text}");
}

#[test]
fn a_document_in_a_string_points_at_the_string() {
    let text = br#"{"ARN": "arn:aws:secretsmanager:us-east-1:123456789012:secret:a", "Name": "a",
        "ResourcePolicy": "{\"Statement\": 5}"}"#;
    let error = error("p.json", text);
    assert_eq!((error.line, error.column), (Some(2), Some(27)));
    assert!(error.field.unwrap().starts_with("/ResourcePolicy"));
}

const SUMMARY: &str = r#"{"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0}"#;

#[test]
fn a_missing_argument_says_how_to_name_the_file() {
    let check = |text: &str, hint: &str| {
        let two = format!(r#"{text} {{"SummaryMap": {SUMMARY}}}"#);
        for (text, others) in [(text, vec![]), (&two, vec![Call::GetAccountSummary])] {
            let found = super::new().read("x.json", text.as_bytes()).unwrap();
            let Recognised::Unplaced { why, answers } = found else { panic!("{found:?}") };
            assert!(why.contains(hint), "{why}");
            assert_eq!(answers, others);
        }
    };
    check(
        r#"{"Targets": [{"TargetId": "r-ab12"}]}"#,
        "which policy it is about: put the policy's id (`p-…`)",
    );
    check(r#"{"Parents": [{"Id": "r-ab12", "Type": "ROOT"}]}"#, "the account's 12 digits");
    check(r#"{"Entries": [{"Cidr": "10.0.0.0/8"}]}"#, "put the list's id (`pl-…`)");
    check(r#"{"AttachedManagedPolicies": []}"#, "(`ps-…`)");
}

#[test]
fn a_report_without_columns_names_them() {
    let text = REPORT.replace("cert_2_active", "x").replace("mfa_active", "y");
    message(
        "report.csv",
        text.as_bytes(),
        "report.csv:1:1: the credential report lacks the columns `mfa_active`, `cert_2_active`",
    );
}

#[test]
fn a_value_of_a_report_that_makes_no_sense_is_placed() {
    message(
        "r.csv",
        format!("\n{}", REPORT.replace("not_supported,no_information", "perhaps,no_information"))
            .as_bytes(),
        "r.csv:4:73: expected `true` or `false` (at `password_enabled`)",
    );
    message(
        "r.csv",
        REPORT.replace("2020-01-02T03:04:05", "yesterday").as_bytes(),
        "r.csv:2:38: expected a date and time (at `user_creation_time`)",
    );
    let short = format!("{REPORT}ci,x\n");
    message(
        "r.csv",
        short.as_bytes(),
        "r.csv:4:1: a line of the credential report has 2 fields, its first line has 22",
    );
    let mut broken = REPORT.as_bytes().to_vec();
    broken.extend(b"\xFF,\n");
    assert_eq!(error("r.csv", &broken).line, Some(4));
}

#[test]
fn a_report_in_json_that_is_no_base64_is_refused() {
    message(
        "r.json",
        br#"{"ReportFormat": "text/csv", "Content": "%%%"}"#,
        "r.json:1:41: the credential report is not base64 (at `/Content`)",
    );
}

#[test]
fn preferences_in_yaml_ask_for_json() {
    message(
        "d.json",
        br#"{"Name": "SSM-SessionManagerRunShell", "Content": "schemaVersion: '1.0'"}"#,
        "d.json:1:51: the document is YAML: ask for it with `--document-format JSON` (at `/Content`)",
    );
}

/// The same bytes again and again, 2 GiB of them.
struct Cycle {
    left: io::Take<io::Repeat>,
    bytes: &'static [u8],
    at: usize,
}

impl Read for Cycle {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.left.read(out)?;
        for slot in &mut out[..count] {
            *slot = self.bytes[self.at % self.bytes.len()];
            self.at += 1;
        }
        Ok(count)
    }
}

/// A start, and then the same bytes again and again.
fn endless(start: &str, bytes: &'static [u8]) -> impl Read {
    let left = io::repeat(0).take(2 << 30);
    io::Cursor::new(start.to_owned().into_bytes()).chain(Cycle { left, bytes, at: 0 })
}

#[track_caller]
fn refused(start: &str, rest: &'static [u8], expected: &str) {
    let error = new().read("big", endless(start, rest)).unwrap_err();
    let text = error.to_string();
    assert!(text.contains(expected), "{text}");
    assert!(error.line.is_some());
}

#[test]
fn what_would_fill_the_memory_is_refused() {
    let token = "one string, number or word is longer than 16777216 bytes";
    refused("{\"UserDetailList\": [{\"UserName\": \"", b"a", token);
    refused("{\"Unused\": \"", b"a", token);
    refused("{\"", b"a", token);
    refused("{\"Unused\": 1", b"1", token);
    refused("{\"Unused\": ", b"[", "nested deeper than 127 levels");
    refused("{\"SummaryMap\": {", b"\"a\":1,", "one item of a list is longer than 33554432 bytes");
    refused("", b"a", "one line is longer than 16777216 bytes");
    refused(
        &format!("{}\n", REPORT.lines().next().unwrap()),
        b"a",
        "one line is longer than 16777216 bytes",
    );
    refused(
        &format!("{}\n\"", REPORT.lines().next().unwrap()),
        b"a\n",
        "one line is longer than 16777216 bytes",
    );
    refused("dXNlcixhcm4sdXNlcl9jcmVhdGlvb", b"dXNl\n", "longer than 67108864 bytes of base64");
}

#[test]
fn a_long_line_of_short_tokens_is_fine() {
    let item = format!(
        r#"{{"UserName": "u", "UserId": "A", "Arn": "arn:aws:iam::123456789012:user/u", "Tags": [{}{{"Key": "k"}}]}}"#,
        r#"{"Key": "k", "Value": "v"},"#.repeat(20_000)
    );
    let text = format!(r#"{{"UserDetailList": [{}]}}"#, vec![item; 40].join(","));
    assert!(text.len() > 20 << 20 && !text.contains('\n'));
    let mut import = new();
    import.read("gaad.json", text.as_bytes()).unwrap();
    assert_eq!(import.finish().unwrap().accounts[0].users.items.len(), 1);
}

#[test]
fn a_reader_that_fails_is_reported() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::new(io::ErrorKind::PermissionDenied, "no"))
        }
    }
    let after = io::Cursor::new(b"{\"SummaryMap\"".to_vec()).chain(Broken);
    assert!(new().read("a", Broken).unwrap_err().to_string().contains("can't be read"));
    assert!(new().read("a", after).unwrap_err().to_string().contains("can't be read"));
}
