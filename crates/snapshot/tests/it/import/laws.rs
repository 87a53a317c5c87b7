//! What holds for every input.

use keyward_snapshot::AccountId;
use proptest::prelude::*;

use super::iam::{DETAILS, REPORT};
use super::new;

/// Names that are read, so that generated documents reach the readers behind them.
const NAMES: &[&str] = &[
    "UserDetailList",
    "RoleDetailList",
    "GroupDetailList",
    "Policies",
    "PolicyVersionList",
    "Document",
    "AssumeRolePolicyDocument",
    "SummaryMap",
    "PasswordPolicy",
    "AccessKeyMetadata",
    "Regions",
    "RegionName",
    "OptInStatus",
    "ConfigurationRecorders",
    "ConfigurationRecordersStatus",
    "ConfigRules",
    "Source",
    "HubArn",
    "HubV2Arn",
    "DetectorIds",
    "FindingPublishingFrequency",
    "Features",
    "analyzers",
    "Reservations",
    "Instances",
    "State",
    "Name",
    "SecurityGroups",
    "IpPermissions",
    "Entries",
    "Cidr",
    "Content",
    "ReportFormat",
    "GeneratedTime",
    "SecretList",
    "ARN",
    "ResourcePolicy",
    "Functions",
    "FunctionArn",
    "Environment",
    "Variables",
    "trailList",
    "InstanceId",
    "UserData",
    "Value",
    "LaunchTemplateVersions",
    "families",
    "taskDefinition",
    "containerDefinitions",
    "Parameters",
    "projects",
    "IsLogging",
    "Organization",
    "Accounts",
    "Id",
    "Email",
    "Roots",
    "PolicyTypes",
    "Policy",
    "PolicySummary",
    "Type",
    "Targets",
    "TargetId",
    "PermissionSet",
    "PermissionSets",
    "InlinePolicy",
    "Users",
    "UserId",
    "IdentityStoreId",
    "Account",
    "Arn",
    "NextToken",
    "IsTruncated",
];

fn json() -> impl Strategy<Value = String> {
    let name =
        prop_oneof![prop::sample::select(NAMES).prop_map(str::to_owned), "[a-z\\\\\"/~é]{0,4}"];
    let string = prop_oneof![
        "\\PC{0,12}",
        Just("arn:aws:iam::111122223333:role/r".to_owned()),
        Just("2026-01-01T00:00:00Z".to_owned()),
        Just("%7B%7D".to_owned()),
        Just("SSM-SessionManagerRunShell".to_owned()),
    ];
    let quoted = |text: String| serde_json::to_string(&text).unwrap();
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_filter("JSON has none", |n| n.is_finite()).prop_map(|n| n.to_string()),
        string.prop_map(quoted),
    ];
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|v| format!("[{}]", v.join(", "))),
            prop::collection::vec((name.clone(), inner), 0..6).prop_map(move |members| {
                let members = members.into_iter().map(|(n, v)| format!("{}:{v}", quoted(n)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(",\n"))
            }),
        ]
    })
}

/// A reader that hands out a few bytes at a time.
struct Slow<'a>(&'a [u8], usize);
impl std::io::Read for Slow<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(out.len());
        self.0.read(&mut out[..count])
    }
}

/// Reads, finishes, and checks what always holds.
fn check(path: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let mut import = new();
    let result = import.read(path, bytes);
    if let Err(error) = result {
        prop_assert_eq!(&error.path, path);
        prop_assert!(error.line.is_none_or(|line| line > 0));
        let lines = bytes.split(|&byte| byte == b'\n').count();
        prop_assert!(error.line.is_none_or(|line| line <= lines), "{}", error);
        prop_assert!(error.column.is_none_or(|column| column > 0));
        return Ok(());
    }
    if let Ok(snapshot) = import.finish() {
        let ids: Vec<AccountId> = snapshot.accounts.iter().map(|a| a.id.clone()).collect();
        prop_assert_eq!(snapshot.head.accounts, ids);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check("a/b", &bytes)?;
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}", path in "[a-z0-9/.-]{0,30}") {
        check(&path, text.as_bytes())?;
    }

    #[test]
    fn any_json_is_read_or_refused(text in json(), path in "[a-z0-9/.-]{0,30}") {
        check(&path, text.as_bytes())?;
    }

    #[test]
    fn any_part_of_a_good_file_is_read_or_refused(end in 0..DETAILS.len(), put: u8) {
        check("gaad.json", &DETAILS.as_bytes()[..end])?;
        let mut bytes = DETAILS.as_bytes().to_vec();
        bytes[end] = put;
        check("gaad.json", &bytes)?;
    }

    #[test]
    fn any_part_of_a_report_is_read_or_refused(end in 0..REPORT.len(), put: u8) {
        check("report.csv", &REPORT.as_bytes()[..end])?;
        let mut bytes = REPORT.as_bytes().to_vec();
        bytes[end] = put;
        check("report.csv", &bytes)?;
    }

    #[test]
    fn the_size_of_reads_does_not_matter(size in 1_usize..50) {
        let whole = |bytes: &mut dyn std::io::Read| {
            let mut import = new();
            import.read("gaad.json", bytes).unwrap();
            import.finish().unwrap()
        };
        prop_assert_eq!(whole(&mut DETAILS.as_bytes()), whole(&mut Slow(DETAILS.as_bytes(), size)));
    }
}
