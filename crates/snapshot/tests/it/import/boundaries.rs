//! Policies of AWS that are permissions boundaries and attached to nothing, by the examples of AWS's
//! CLI reference.

use keyward_snapshot::import::Recognised;
use keyward_snapshot::{Account, Call, Gap};

use super::{account, answers, recognised};

const BOUNDARY: &str = "arn:aws:iam::aws:policy/PowerUserAccess";

const DETAILS: &str = r#"{"UserDetailList": [{"UserName": "ci", "UserId": "AIDA",
    "Arn": "arn:aws:iam::123456789012:user/ci", "PermissionsBoundary": {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/PowerUserAccess"}}],
    "GroupDetailList": [], "RoleDetailList": [], "Policies": []}"#;

const POLICY: &str = r#"{"Policy": {"PolicyName": "PowerUserAccess", "PolicyId": "ANPAEXAMPLE",
    "Arn": "arn:aws:iam::aws:policy/PowerUserAccess", "Path": "/", "DefaultVersionId": "v5",
    "AttachmentCount": 0, "PermissionsBoundaryUsageCount": 1, "IsAttachable": true,
    "CreateDate": "2015-02-06T18:39:47Z", "UpdateDate": "2023-07-06T22:04:00Z"}}"#;

fn version(id: &str, is_default: bool) -> String {
    format!(
        r#"{{"PolicyVersion": {{"Document": {{"Version": "2012-10-17", "Statement": [
            {{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}]}},
            "VersionId": "{id}", "IsDefaultVersion": {is_default},
            "CreateDate": "2023-07-06T22:04:00Z"}}}}"#
    )
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[(&str, u32)]) -> Account {
    let account = account(&[&[("gaad.json", DETAILS)], files].concat());
    let policies = account.policies.iter().map(|it| (it.arn.as_str(), it.boundary_uses));
    assert_eq!(policies.collect::<Vec<_>>(), expected);
    account
}

#[test]
fn a_boundary_that_the_details_leave_out_is_asked_for() {
    let account = check(&[], &[]);
    assert_eq!(account.policies.gaps, [], "it leaves open what the user may do, not the list");
    assert_eq!(account.unlisted_boundaries().into_iter().collect::<Vec<_>>(), [BOUNDARY]);
}

#[test]
fn the_default_version_is_the_policy() {
    let (default, old) = (version("v5", true), version("v4", false));
    let path = "get-policy-version-PowerUserAccess.json";
    answers("p.json", POLICY, &[Call::GetPolicy]);
    answers(path, &default, &[Call::GetPolicyVersion]);
    let account = check(&[("p.json", POLICY), (path, &default)], &[(BOUNDARY, 1)]);
    assert!(account.unlisted_boundaries().is_empty());
    check(&[(path, &default)], &[(BOUNDARY, 0)]);
    check(&[("p.json", POLICY), (path, &old)], &[]);
    let unmarked = version("v5", false);
    check(&[("p.json", POLICY), (path, &unmarked)], &[(BOUNDARY, 1)]);
}

#[test]
fn a_version_of_an_unknown_policy_is_not_used() {
    let recognised = recognised("version.json", &version("v5", true));
    assert!(matches!(recognised, Recognised::Unplaced { .. }), "{recognised:?}");
}

#[test]
fn a_refused_policy_is_a_gap() {
    let refused =
        "An error occurred (AccessDenied) when calling the GetPolicyVersion operation: no";
    let account = check(&[("get-policy-version-PowerUserAccess.txt", refused)], &[]);
    let gap = Gap::refused(Call::GetPolicyVersion, "AccessDenied").about(BOUNDARY);
    assert_eq!(account.policies.gaps, [gap]);
    let account = check(&[("get-policy-version-Other.txt", refused)], &[]);
    assert_eq!(account.policies.gaps, []);
}
