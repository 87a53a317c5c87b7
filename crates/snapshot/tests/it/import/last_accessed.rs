//! Which services somebody used, by the examples of AWS's CLI reference.

use keyward_snapshot::import::Recognised;
use keyward_snapshot::{Account, Call, Gap, LastAccessed, Listing, Reason, ServiceUse};

use super::{account, answers, recognised, time};

const CALL: Call = Call::GetServiceLastAccessedDetails;
const CI: &str = "arn:aws:iam::123456789012:user/ci";
const DEPLOY: &str = "arn:aws:iam::123456789012:role/teams/deploy";

/// A user and a role with a policy, and four that nobody asks about: a user and a role without one,
/// a role of a service, and one that nobody used.
const DETAILS: &str = r#"{"UserDetailList": [
        {"UserName": "ci", "UserId": "A", "Arn": "arn:aws:iam::123456789012:user/ci", "GroupList": ["g"]},
        {"UserName": "idle", "UserId": "A", "Arn": "arn:aws:iam::123456789012:user/idle"}],
    "GroupDetailList": [{"GroupName": "g", "Arn": "arn:aws:iam::123456789012:group/g",
        "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": "arn:aws:iam::123456789012:policy/p"}]}],
    "RoleDetailList": [
        {"RoleName": "deploy", "RoleId": "A", "Arn": "arn:aws:iam::123456789012:role/teams/deploy",
         "AssumeRolePolicyDocument": {"Statement": []}, "RoleLastUsed": {"LastUsedDate": "2026-01-01T00:00:00Z"},
         "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": "arn:aws:iam::123456789012:policy/p"}]},
        {"RoleName": "empty", "RoleId": "A", "Arn": "arn:aws:iam::123456789012:role/empty",
         "AssumeRolePolicyDocument": {"Statement": []}},
        {"RoleName": "unused", "RoleId": "A", "Arn": "arn:aws:iam::123456789012:role/unused",
         "AssumeRolePolicyDocument": {"Statement": []}, "RoleLastUsed": {},
         "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": "arn:aws:iam::123456789012:policy/p"}]},
        {"RoleName": "linked", "RoleId": "A", "Path": "/aws-service-role/x.amazonaws.com/",
         "Arn": "arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/linked",
         "AssumeRolePolicyDocument": {"Statement": []},
         "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": "arn:aws:iam::123456789012:policy/p"}]}],
    "Policies": [{"PolicyName": "p", "Arn": "arn:aws:iam::123456789012:policy/p",
        "PolicyVersionList": [{"IsDefaultVersion": true, "Document": {"Statement": []}}]}]}"#;

fn report(entity: &str, end: &str) -> String {
    format!(
        r#"{{"JobStatus": "COMPLETED", "JobType": "SERVICE_LEVEL",
        "JobCreationDate": "2026-01-01T00:00:00Z", "JobCompletionDate": "2026-01-01T00:00:01Z",
        "ServicesLastAccessed": [
            {{"ServiceName": "AWS Lambda", "ServiceNamespace": "lambda", "TotalAuthenticatedEntities": 0}},
            {{"ServiceName": "Amazon S3", "ServiceNamespace": "s3", "LastAuthenticated": "2025-12-30T00:00:00Z",
              "LastAuthenticatedEntity": "{entity}", "TotalAuthenticatedEntities": 1}}] {end}}}"#
    )
}

const OF_CI: &str = "get-service-last-accessed-details-ci.json";
const OF_DEPLOY: &str = "get-service-last-accessed-details/deploy.json";

fn read(files: &[(&str, &str)]) -> Account {
    account(&[&[("gaad.json", DETAILS)], files].concat())
}

#[track_caller]
fn check(files: &[(&str, &str)], principals: &[&str], gaps: &[Gap]) {
    let listing = read(files).last_accessed;
    let read: Vec<&str> = listing.iter().map(|it| it.principal.as_str()).collect();
    assert_eq!((read.as_slice(), listing.gaps.as_slice()), (principals, gaps));
}

#[test]
fn a_report_is_read() {
    let text = report(CI, "");
    answers(OF_CI, &text, &[CALL]);
    let used = |service: &str, last: Option<&str>| ServiceUse {
        service: service.to_owned(),
        last: last.map(time),
    };
    let listing = read(&[(OF_CI, &text)]).last_accessed;
    assert_eq!(
        listing.items,
        [LastAccessed {
            principal: CI.to_owned(),
            reported: time("2026-01-01T00:00:01Z"),
            services: vec![used("lambda", None), used("s3", Some("2025-12-30T00:00:00Z"))],
        }]
    );
    assert_eq!(listing.gaps, [Gap::not_collected(CALL).about(DEPLOY)]);
}

#[test]
fn there_has_to_be_a_report_of_everybody_whom_one_can_matter_to() {
    let subjects = read(&[]);
    assert_eq!(subjects.last_accessed_subjects().into_iter().collect::<Vec<_>>(), [DEPLOY, CI]);
    check(&[], &[], &[Gap::not_collected(CALL)]);
    let (ci, deploy) = (report(CI, ""), report(DEPLOY, ""));
    check(&[(OF_CI, &ci), (OF_DEPLOY, &deploy)], &[DEPLOY, CI], &[]);
}

#[test]
fn without_the_users_and_roles_nobody_knows_whom_to_ask_about() {
    assert_eq!(
        account(&[(OF_CI, &report(CI, ""))]).last_accessed,
        Listing::missing(Gap::not_collected(CALL))
    );
}

#[test]
fn a_report_about_somebody_else_is_not_taken() {
    let of_group = report("arn:aws:iam::123456789012:user/idle", "");
    check(&[(OF_CI, &of_group)], &[], &[Gap::not_collected(CALL)]);
    let recognised = recognised("report.json", &report(CI, ""));
    assert!(matches!(recognised, Recognised::Unplaced { .. }), "{recognised:?}");
}

#[test]
fn a_job_that_is_not_over_has_no_report() {
    let deploy = report(DEPLOY, "");
    let case = |status: &str, why: &str| {
        let text = format!(
            r#"{{"JobStatus": "{status}", "JobCreationDate": "2026-01-01T00:00:00Z",
                "ServicesLastAccessed": [], "JobCompletionDate": null}}"#
        );
        let gap = Gap::because(CALL, Reason::Failed(why.to_owned())).about(CI);
        check(&[(OF_CI, &text), (OF_DEPLOY, &deploy)], &[DEPLOY], &[gap]);
    };
    case("IN_PROGRESS", "AWS had not made the report yet");
    case("FAILED", "AWS could not make the report");
}

#[test]
fn pages_are_joined_and_a_missing_one_is_a_gap() {
    let deploy = report(DEPLOY, "");
    let first = report(CI, r#", "IsTruncated": true, "Marker": "m""#);
    let last = report(CI, r#", "IsTruncated": false"#).replace("lambda", "sqs");
    let truncated = Gap::truncated(CALL).about(CI);
    check(&[(OF_CI, &first), (OF_DEPLOY, &deploy)], &[DEPLOY], &[truncated]);
    let listing = read(&[(OF_CI, &first), (OF_CI, &last)]).last_accessed;
    let services: Vec<&str> =
        listing.items[0].services.iter().map(|it| it.service.as_str()).collect();
    assert_eq!(services, ["lambda", "s3", "sqs"]);
}

#[test]
fn a_refusal_says_which_of_the_two_calls_it_was() {
    let deploy = report(DEPLOY, "");
    let call = Call::GenerateServiceLastAccessedDetails;
    let refused = "An error occurred (AccessDenied) when calling the \
                   GenerateServiceLastAccessedDetails operation: no";
    let gap = Gap::refused(call, "AccessDenied");
    check(&[("e.txt", refused)], &[], std::slice::from_ref(&gap));
    check(&[("e.txt", refused), (OF_DEPLOY, &deploy)], &[DEPLOY], &[gap.about(CI)]);
}
