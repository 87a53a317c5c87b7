//! Whether users can work without MFA: policies of many shapes.

use keyward_controls::{Finding, Settings, State};
use keyward_snapshot::{Call, Snapshot};
use keyward_testing::take_away;

use crate::estate::{
    NO_ORGANIZATION, estate, estate_in, expect, fact, finding, organization, report,
};

const ID: &str = "users-mfa-not-enforced";

/// What the user `deploy` can sign in with.
#[derive(Clone, Copy)]
enum Credentials {
    Password,
    Key,
    Both,
    InactiveKey,
}

fn credentials(which: Credentials) -> String {
    let (password, key) = match which {
        Credentials::Password => (true, None),
        Credentials::Key => (false, Some(true)),
        Credentials::Both => (true, Some(true)),
        Credentials::InactiveKey => (false, Some(false)),
    };
    let password = if password {
        "true,2026-11-20T08:00:00+00:00,2026-09-01T08:00:00+00:00"
    } else {
        "false,N/A,N/A"
    };
    let key = key.map_or_else(String::new, |active| {
        format!(",{active},2026-10-01T08:00:00+00:00,2026-11-20T08:00:00+00:00,us-east-1,s3")
    });
    report(&[&format!(
        "deploy,arn:aws:iam::111122223333:user/deploy,2024-05-02T08:00:00+00:00,{password},N/A,\
         true{key}"
    )])
}

fn details(statements: &str, boundary: &str) -> String {
    format!(
        r#"{{"UserDetailList": [{{"UserName": "deploy", "Path": "/", "UserId": "AIDAEXAMPLEDEPLOY",
            "Arn": "arn:aws:iam::111122223333:user/deploy", "CreateDate": "2024-05-02T08:00:00+00:00",
            "GroupList": [], "AttachedManagedPolicies": [], {boundary}
            "UserPolicyList": [{{"PolicyName": "own", "PolicyDocument":
              {{"Version": "2012-10-17", "Statement": [{statements}]}}}}]}}],
           "GroupDetailList": [], "RoleDetailList": [], "Policies": [{{"PolicyName": "limits",
             "Arn": "arn:aws:iam::111122223333:policy/limits", "Path": "/", "DefaultVersionId": "v1", "AttachmentCount": 0,
             "PermissionsBoundaryUsageCount": 1, "IsAttachable": true, "PolicyVersionList": [{{"VersionId": "v1", "IsDefaultVersion": true,
             "Document": {{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "*", "Resource": "*",
               "Condition": {{"Bool": {{"aws:MultiFactorAuthPresent": "true"}}}}}}]}}}}]}}]}}"#
    )
}

fn standalone(which: Credentials, statements: &str) -> Snapshot {
    estate(&[("1", &credentials(which)), ("2", &details(statements, "")), ("3", NO_ORGANIZATION)])
}

#[track_caller]
fn check(which: Credentials, statements: &str, state: State) -> Finding {
    let found = finding(ID, &standalone(which, statements), &Settings::default());
    expect(&found, state);
    found
}

const OBJECTS: &str = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#;
const EVERYTHING: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;

fn beside(allow: &str, deny: &str) -> String {
    format!("{allow},{deny}")
}

fn deny(actions: &str, condition: &str) -> String {
    format!(r#"{{"Effect":"Deny",{actions},"Resource":"*","Condition":{{{condition}}}}}"#)
}

const IF_EXISTS: &str = r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}"#;

#[test]
fn aws_s_condition_table_is_followed() {
    use Credentials::{Both, Key, Password};
    let all = r#""Action":"*""#;
    let bool_false = r#""Bool":{"aws:MultiFactorAuthPresent":"false"}"#;
    let with_bool = beside(OBJECTS, &deny(all, bool_false));
    check(Key, &with_bool, State::Weak);
    check(Both, &with_bool, State::Weak);
    check(Both, &beside(OBJECTS, &deny(all, IF_EXISTS)), State::Sound);

    let allow = |condition: &str| {
        format!(
            r#"{{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{{{condition}}}}}"#
        )
    };
    let only_mfa = allow(r#""Bool":{"aws:MultiFactorAuthPresent":"true"}"#);
    check(Both, &only_mfa, State::Sound);
    let if_exists_true = allow(r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}"#);
    check(Key, &if_exists_true, State::Weak);
    let temporary = allow(r#""Null":{"aws:MultiFactorAuthPresent":"false"}"#);
    check(Password, &temporary, State::Weak);
    let fresh = allow(r#""NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}"#);
    check(Both, &fresh, State::Sound);
}

#[test]
fn two_denials_can_cover_the_two_forms_of_a_request() {
    let all = r#""Action":"*""#;
    let absent = deny(all, r#""Null":{"aws:MultiFactorAuthPresent":"true"}"#);
    let no = deny(all, r#""Bool":{"aws:MultiFactorAuthPresent":"false"}"#);
    check(Credentials::Both, &format!("{OBJECTS},{absent},{no}"), State::Sound);
}

#[test]
fn a_denial_may_leave_open_what_registering_a_device_takes() {
    let policy =
        |list: &str| beside(EVERYTHING, &deny(&format!(r#""NotAction":[{list}]"#), IF_EXISTS));
    let usual = r#""iam:CreateVirtualMFADevice","iam:EnableMFADevice","iam:GetUser","iam:GetMFADevice","iam:ListMFADevices","iam:ListVirtualMFADevices","iam:ResyncMFADevice","sts:GetSessionToken""#;
    let found = check(Credentials::Both, &policy(usual), State::Sound);
    assert!(
        found.evidence.iter().any(|it| it.value.contains("statement 2 of inline policy `own`")),
        "{:?}",
        found.evidence
    );
    check(
        Credentials::Both,
        &policy(r#""iam:*VirtualMFADevice","iam:changepassword""#),
        State::Sound,
    );
}

#[test]
fn a_denial_that_leaves_more_open_is_no_enforcement() {
    #[track_caller]
    fn leaves(list: &str, action: &str) {
        let policy = beside(EVERYTHING, &deny(&format!(r#""NotAction":[{list}]"#), IF_EXISTS));
        let found = check(Credentials::Both, &policy, State::Weak);
        assert_eq!(fact(&found, "action"), Some(action));
    }
    leaves(r#""iam:EnableMFADevice","iam:DeactivateMFADevice""#, "iam:DeactivateMFADevice");
    leaves(r#""iam:*MFADevice""#, "iam:DeactivateMFADevice");
    leaves(r#""iam:ListMFADevices","s3:*""#, "s3:ListAllMyBuckets");
    leaves(r#""iam:ListMFADevices","sqs:Send*""#, "sqs:SendAnything");
    leaves(r#""iam:*""#, "iam:ListRoles");
}

#[test]
fn permissions_that_only_register_a_device_are_no_weakness() {
    let own = r#"{"Effect":"Allow","Action":["iam:ChangePassword","iam:GetUser","iam:EnableMFADevice"],"Resource":"arn:aws:iam::*:user/${aws:username}"}"#;
    check(Credentials::Both, own, State::Sound);
    let removing = r#"{"Effect":"Allow","Action":"iam:DeactivateMFADevice","Resource":"arn:aws:iam::*:user/${aws:username}"}"#;
    let found = check(Credentials::Both, removing, State::Weak);
    assert_eq!(fact(&found, "resource"), Some("arn:aws:iam::111122223333:user/deploy"));
}

#[test]
fn the_evidence_is_a_request_and_the_statement_that_allows_it() {
    let allow = r#"{"Sid":"Reports","Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::reports/*"}"#;
    let found = check(Credentials::Password, allow, State::Weak);
    assert_eq!(found.title, "`deploy` may call actions of `s3:Get*` without MFA");
    assert_eq!(fact(&found, "action"), Some("s3:GetAnything"));
    assert_eq!(fact(&found, "resource"), Some("arn:aws:s3:::reports/anything"));
    assert_eq!(
        fact(&found, "aws:MultiFactorAuthPresent"),
        Some("false, as after a sign-in with the password alone")
    );
    assert_eq!(fact(&found, "allowed by"), Some("statement `Reports` of inline policy `own`"));
}

#[test]
fn what_depends_on_the_address_is_not_decided() {
    let allow = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}"#;
    let found = check(Credentials::Key, allow, State::CannotTell);
    assert_eq!(found.title, "Whether `deploy` can work without MFA depends on aws:sourceip");
}

#[test]
fn denials_of_single_services_prove_nothing_about_the_rest() {
    let objects = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#;
    check(Credentials::Both, &beside(OBJECTS, objects), State::CannotTell);
    check(Credentials::Both, &beside(EVERYTHING, objects), State::Weak);
}

#[test]
fn a_user_without_credentials_needs_no_mfa() {
    let found = check(Credentials::InactiveKey, EVERYTHING, State::Sound);
    assert_eq!(fact(&found, "active access keys"), Some("0"));
}

#[test]
fn a_boundary_can_enforce_mfa() {
    let boundary = r#""PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/limits"},"#;
    let snapshot = estate(&[
        ("1", &credentials(Credentials::Both)),
        ("2", &details(EVERYTHING, boundary)),
        ("3", NO_ORGANIZATION),
    ]);
    expect(&finding(ID, &snapshot, &Settings::default()), State::Sound);
}

fn under(scp: &str, statements: &str) -> Snapshot {
    let (report, details) = (credentials(Credentials::Both), details(statements, ""));
    estate_in(&organization("999999999999", scp), &[("1", &report), ("2", &details)])
}

#[test]
fn a_service_control_policy_can_enforce_mfa() {
    let snapshot = under(&deny(r#""Action":"*""#, IF_EXISTS), EVERYTHING);
    let found = finding(ID, &snapshot, &Settings::default());
    expect(&found, State::Sound);
    // One for roles alone says nothing of users.
    let roles = r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}"#;
    let snapshot = under(&deny(r#""Action":"*""#, &format!("{IF_EXISTS},{roles}")), EVERYTHING);
    expect(&finding(ID, &snapshot, &Settings::default()), State::Weak);
}

#[test]
fn a_region_that_control_policies_let_through_is_tried() {
    let regions = r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}}"#;
    let found = finding(ID, &under(regions, OBJECTS), &Settings::default());
    expect(&found, State::Weak);
    assert_eq!(fact(&found, "region"), Some("eu-west-1"));
}

#[test]
fn each_call_that_is_missing_makes_a_sound_user_unknown() {
    let whole = under(&deny(r#""Action":"*""#, IF_EXISTS), EVERYTHING);
    for call in [
        Call::GetAccountAuthorizationDetails,
        Call::GetCredentialReport,
        Call::DescribeOrganization,
        Call::ListRoots,
        Call::ListChildren,
        Call::ListPolicies,
        Call::DescribePolicy,
        Call::ListTargetsForPolicy,
    ] {
        let mut snapshot = whole.clone();
        take_away(&mut snapshot, call);
        let found = finding(ID, &snapshot, &Settings::default());
        expect(&found, State::CannotTell);
        assert_eq!(found.gap.unwrap().call, call);
    }
}

#[test]
fn a_level_of_control_policies_of_which_one_was_not_read_is_not_called_silent() {
    let mut organization = organization("999999999999", &deny(r#""Action":"ec2:*""#, IF_EXISTS));
    organization.retain(|(path, _)| path != "describe-policy-1.json");
    // What `FullAWSAccess` says is known without reading it.
    for (path, text) in &mut organization {
        *path = path.replace("p-FullAWSAccess", "p-exampleallows");
        *text = text.replace("p-FullAWSAccess", "p-exampleallows");
    }
    let (report, details) = (credentials(Credentials::Both), details(OBJECTS, ""));
    let snapshot = estate_in(&organization, &[("1", &report), ("2", &details)]);
    let found = finding(ID, &snapshot, &Settings::default());
    expect(&found, State::CannotTell);
    assert_eq!(found.gap.unwrap().call, Call::DescribePolicy);
}
