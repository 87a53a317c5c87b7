//! Members of one name that several calls print, and calls that nothing uses.

use keyward_snapshot::import::Recognised;
use keyward_snapshot::{Call, Gap, Known, Listing};

use super::{account, answers, import, recognised};

#[track_caller]
fn unused(text: &str, names: &str) {
    assert_eq!(recognised("f.json", text), Recognised::Unused(names.to_owned()));
}

#[test]
fn users_and_groups_of_iam_are_not_those_of_the_identity_store() {
    unused(
        r#"{"Users": [{"Path": "/", "UserName": "ci", "UserId": "AIDA",
            "Arn": "arn:aws:iam::123456789012:user/ci", "PasswordLastUsed": "2020-01-01T00:00:00Z"}]}"#,
        "`Users`",
    );
    unused(
        r#"{"Groups": [{"GroupName": "a", "GroupId": "AGPA", "Arn": "arn:aws:iam::123456789012:group/a"}]}"#,
        "`Groups`",
    );
}

#[test]
fn an_empty_list_that_could_be_another_calls_counts_for_none() {
    for name in [
        "Users", "Groups", "Policies", "Accounts", "Roots", "Parents", "Targets", "Entries",
        "Regions",
    ] {
        unused(&format!(r#"{{"{name}": []}}"#), &format!("`{name}`"));
    }
    let snapshot = import(&[("u.json", r#"{"Users": []}"#)]);
    assert!(!snapshot.head.identity_center.users.gaps.is_empty());
}

#[test]
fn an_empty_list_that_only_one_call_prints_is_complete() {
    let account = account(&[("s.json", r#"{"SecretList": []}"#)]);
    assert_eq!(account.secrets, Listing::complete(vec![]));
    answers("s.json", r#"{"SecurityGroups": []}"#, &[Call::DescribeSecurityGroups]);
}

#[test]
fn policies_are_told_apart_by_their_items() {
    unused(
        r#"{"Policies": [{"PolicyName": "p", "Arn": "arn:aws:iam::aws:policy/p", "DefaultVersionId": "v1"}]}"#,
        "`Policies`",
    );
    answers(
        "f.json",
        r#"{"Policies": [{"Type": "SERVICE_CONTROL_POLICY", "Id": "p-FullAWSAccess", "Name": "n"}]}"#,
        &[Call::ListPolicies],
    );
    answers(
        "f.json",
        r#"{"Policies": [{"PolicyName": "p", "Arn": "arn:aws:iam::aws:policy/p",
            "PolicyVersionList": [{"IsDefaultVersion": true, "Document": {"Statement": []}}]}]}"#,
        &[Call::GetAccountAuthorizationDetails],
    );
}

#[test]
fn policies_that_control_no_access_are_not_used() {
    unused(
        r#"{"Policies": [{"Type": "TAG_POLICY", "Id": "p-exampletagpolicy", "Name": "tags"}]}"#,
        "`Policies`",
    );
}

#[test]
fn answers_of_other_services_are_named_and_left_alone() {
    unused(r#"{"Targets": [{"Id": "1", "Port": 80}]}"#, "`Targets`");
    unused(r#"{"Rules": [{"RuleArn": "arn:aws:elasticloadbalancing:x:y:z"}]}"#, "`Rules`");
    unused(r#"{"Attributes": [{"Key": "a", "Value": "b"}]}"#, "`Attributes`");
    unused(r#"{"Attributes": {"QueueArn": "arn:aws:sqs:x:y:z"}}"#, "`Attributes`");
    unused(
        r#"{"Instances": [{"InstanceId": "i-1"}], "ReservationId": "r-1"}"#,
        "`Instances`, `ReservationId`",
    );
    unused(r#"{"Account": {"Id": "111122223333", "Email": "a@example.com"}}"#, "`Account`");
    unused(r#"{"Policy": {"Arn": "arn:aws:iam::aws:policy/p"}}"#, "`Policy`");
    unused(r#"{"Policy": "{}"}"#, "`Policy`");
    unused(r#"{"Functions": [{"Name": "f"}]}"#, "`Functions`");
    unused(r#"{"Users": ["a"], "Groups": {"a": 1}}"#, "`Users`, `Groups`");
    unused(r#"{"DelegatedAdministrators": []}"#, "`DelegatedAdministrators`");
    unused("[1, 2]", "no members");
}

#[test]
fn several_documents_in_one_file_are_all_read() {
    let keys = r#"{"AccessKeyMetadata": []}"#;
    let summary = r#"{"SummaryMap": {"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0,
        "AccountSigningCertificatesPresent": 0}}"#;
    let denied = "An error occurred (AccessDenied) when calling the GetAccountPasswordPolicy \
                  operation: User: arn:aws:iam::111122223333:user/ci is not authorized\n";
    let text = format!("{keys}{keys}\n\n{denied}\n{summary}\n{keys}");
    answers(
        "all.txt",
        &text,
        &[Call::ListAccessKeys, Call::GetAccountPasswordPolicy, Call::GetAccountSummary],
    );
    let account = account(&[("all.txt", &text)]);
    assert!(account.summary.value().unwrap().root_mfa);
    let gap = Gap::refused(Call::GetAccountPasswordPolicy, "AccessDenied");
    assert_eq!(account.password_policy, Known::Gap(gap));
}

#[test]
fn regions_of_the_account_service_are_not_those_of_ec2() {
    unused(
        r#"{"Regions": [{"RegionName": "af-south-1", "RegionOptStatus": "DISABLED"}]}"#,
        "`Regions`",
    );
}
