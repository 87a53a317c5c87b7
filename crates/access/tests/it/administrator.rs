//! Who may do anything at all.

use keyward_access::{Answer, Origin, Permissions, of_role, of_user};
use keyward_snapshot::{Call, Gap, Head, Known};

use crate::estate::*;

/// The answer for a role in a member account that holds one policy, under nothing but `head`.
fn under(head: &Head, policy: &str) -> Answer {
    let mut build = role("build");
    build.inline.push(inline("it", policy));
    of_role(head, &account(), &build).administrator(&build.arn)
}

fn all() -> keyward_snapshot::ControlPolicy {
    scp("all", EVERYTHING, &[ROOT, UNIT, MEMBER])
}

#[track_caller]
fn yes(policy: &str) {
    let evidence = vec!["statement 1 of inline policy `it`".to_owned()];
    assert_eq!(under(&alone(), policy), Answer::Yes(evidence), "{policy}");
}

#[track_caller]
fn no(policy: &str) {
    let answer = under(&alone(), policy);
    assert!(matches!(&answer, Answer::No(because) if !because.is_empty()), "{policy}: {answer:?}");
}

fn allow_if(condition: &str) -> String {
    statement("Allow", &format!(r#""Action":"*","Resource":"*","Condition":{condition}"#))
}

/// Everything is allowed, and something denied.
fn all_but(deny: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*"}},
            {{"Effect":"Deny",{deny}}}]}}"#
    )
}

#[test]
fn a_wildcard_over_everything_is_found_in_every_spelling() {
    yes(EVERYTHING);
    yes(&allow("*:*", "*"));
    yes(&allow("**", "*"));
    yes(&allow("*", "arn:aws:*"));
    yes(&statement("Allow", r#""Action":["s3:Get*","*"],"Resource":["arn:aws:s3:::x","*"]"#));
    yes(&statement("Allow", r#""NotAction":"aws-portal:*","Resource":"*""#));
    yes(&statement("Allow", r#""Action":"*","NotResource":"arn:aws:s3:::vault/*""#));
    yes(r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#);
}

#[test]
fn who_may_grant_permissions_is_no_less_an_administrator_for_what_is_missing() {
    yes(&statement("Allow", r#""NotAction":"s3:*","Resource":"*""#));
    yes(&all_but(r#""Action":"dynamodb:GetItem","Resource":"*""#));
    yes(&all_but(r#""Action":["iam:AttachRolePolicy","iam:PutRolePolicy"],"Resource":"*""#));
    no(&all_but(r#""Action":["iam:Attach*","iam:Put*","iam:Create*"],"Resource":"*""#));
}

#[test]
fn much_is_not_everything() {
    no(&allow("iam:*", "*"));
    no(&allow("*", "arn:aws:s3:::*"));
    no(&statement("Allow", r#""NotAction":["iam:*","organizations:*"],"Resource":"*""#));
    no(&statement("Allow", r#""Action":["s3:*","iam:*","sts:*","ec2:*"],"Resource":"*""#));
    no(&all_but(r#""Action":"iam:*","Resource":"*""#));
    no(&all_but(r#""NotAction":"ec2:*","Resource":"*""#));
    no(&deny("*", "*"));
}

#[test]
fn nobody_is_an_administrator_by_a_policys_name() {
    let mut build = role("build");
    build.inline.push(inline("AdministratorAccess", &allow("s3:*", "*")));
    let answer = of_role(&alone(), &account(), &build).administrator(&build.arn);
    assert!(matches!(answer, Answer::No(_)), "{answer:?}");
}

#[test]
fn what_a_usual_session_brings_along_does_not_matter() {
    yes(&allow_if(r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#));
    yes(&allow_if(r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}"#));
    yes(&allow_if(r#"{"Bool":{"aws:SecureTransport":"true"}}"#));
    yes(&allow_if(r#"{"DateLessThan":{"aws:CurrentTime":"2027-01-01T00:00:00Z"}}"#));
    no(&allow_if(r#"{"DateLessThan":{"aws:CurrentTime":"2025-01-01T00:00:00Z"}}"#));
    no(&allow_if(r#"{"Bool":{"aws:ViaAWSService":"true"}}"#));
    // Sessions that were revoked before the snapshot was taken.
    yes(&all_but(
        r#""Action":"*","Resource":"*",
            "Condition":{"DateLessThan":{"aws:TokenIssueTime":"2025-12-31T00:00:00Z"}}"#,
    ));
}

#[test]
fn what_else_decides_is_named() {
    let office = allow_if(r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#);
    assert_eq!(under(&alone(), &office), Answer::Depends(vec!["aws:sourceip".to_owned()]));
    let bounded = all_but(
        r#""Action":["iam:Attach*","iam:Put*","iam:Create*"],"Resource":"*",
            "Condition":{"StringNotEquals":{"iam:PermissionsBoundary":"arn:aws:iam::444455556666:policy/limit"}}"#,
    );
    let keys = vec!["iam:permissionsboundary".to_owned()];
    assert_eq!(under(&alone(), &bounded), Answer::Depends(keys));
}

#[test]
fn control_policies_count_in_member_accounts() {
    let none = organized(vec![scp("some", &allow("s3:*", "*"), &[ROOT, UNIT, MEMBER])]);
    assert!(matches!(under(&none, EVERYTHING), Answer::No(_)));

    let no_iam = scp("no-iam", &deny("iam:*", "*"), &[ROOT]);
    let answer = under(&organized(vec![all(), no_iam]), EVERYTHING);
    let because = "statement 1 of service control policy `no-iam` (p-no-iam)";
    assert_eq!(answer, Answer::No(vec![because.to_owned()]));
}

#[test]
fn an_administrator_under_guardrails_is_an_administrator() {
    let guardrails = [
        deny("iam:CreateUser", "*"),
        deny("iam:CreateAccessKey", "*"),
        deny("organizations:LeaveOrganization", "*"),
        deny("cloudtrail:StopLogging", "*"),
        deny("*", "arn:aws:iam::*:role/guarded"),
        statement(
            "Deny",
            r#""Action":"ec2:RunInstances","Resource":"*",
                "Condition":{"StringNotEquals":{"ec2:MetadataHttpTokens":"required"}}"#,
        ),
        statement(
            "Deny",
            r#""NotAction":["iam:*","sts:*","organizations:*"],"Resource":"*",
                "Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}"#,
        ),
        statement(
            "Deny",
            r#""Action":"*","Resource":"*",
                "Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}"#,
        ),
        statement(
            "Deny",
            r#""Action":"*","Resource":"*",
                "Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-exampleorgid"}}"#,
        ),
    ];
    for guardrail in guardrails {
        let head = organized(vec![all(), scp("guardrail", &guardrail, &[ROOT])]);
        let answer = under(&head, EVERYTHING);
        assert!(matches!(answer, Answer::Yes(_)), "{guardrail}: {answer:?}");
    }
}

#[test]
fn the_one_policy_of_aws_that_is_known_unread_is_administrator_access() {
    let administrator = |arn: &str| {
        let mut ci = user("ci");
        ci.attached.push(attached(arn));
        of_user(&alone(), &account(), &ci).administrator(&ci.arn)
    };
    for arn in [
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "arn:aws-cn:iam::aws:policy/AdministratorAccess",
        "arn:aws-us-gov:iam::aws:policy/AdministratorAccess",
    ] {
        let because = format!("statement 1 of managed policy `{arn}`");
        assert_eq!(administrator(arn), Answer::Yes(vec![because]));
    }
    for arn in [
        "arn:aws:iam::aws:policy/PowerUserAccess",
        "arn:aws:iam::aws:policy/job-function/AdministratorAccess",
        "arn:aws:iam::444455556666:policy/AdministratorAccess",
        "arn:awsome:iam::aws:policy/AdministratorAccess",
    ] {
        let gap = Gap::not_collected(Call::GetAccountAuthorizationDetails).about(arn);
        assert_eq!(administrator(arn), Answer::CannotTell(gap), "{arn}");
    }
}

#[test]
fn a_boundary_makes_an_administrator_less_than_one() {
    let mut estate = account();
    estate.policies.items.push(managed("limit", &allow("s3:*", "*")));
    let mut build = role("build");
    build.inline.push(inline("it", EVERYTHING));
    build.boundary = Some(arn("policy/limit"));
    let answer = of_role(&alone(), &estate, &build).administrator(&build.arn);
    assert!(matches!(answer, Answer::No(_)), "{answer:?}");

    build.boundary = Some(arn("policy/unread"));
    let gap = Gap::not_collected(Call::GetPolicyVersion).about(&arn("policy/unread"));
    let answer = of_role(&alone(), &estate, &build).administrator(&build.arn);
    assert_eq!(answer, Answer::CannotTell(gap));
}

#[test]
fn without_the_organization_only_a_no_is_certain() {
    let gap = Gap::refused(Call::DescribeOrganization, "AccessDeniedException");
    let head = Head { organization: Known::Gap(gap.clone()), ..alone() };
    assert_eq!(under(&head, EVERYTHING), Answer::CannotTell(gap));
    assert!(matches!(under(&head, &allow("s3:*", "*")), Answer::No(_)));
}

#[test]
fn a_document_can_be_asked_by_itself_in_every_partition() {
    for caller in [
        "arn:aws:iam::444455556666:user/anybody",
        "arn:aws-cn:iam::444455556666:role/anybody",
        "arn:aws:iam::unknown:user/anybody",
    ] {
        let everything = document(EVERYTHING);
        let origin = Origin::Inline { name: "it" };
        let answer = Permissions::of_document(&everything, origin).administrator(caller);
        let because = vec!["statement 1 of inline policy `it`".to_owned()];
        assert_eq!(answer, Answer::Yes(because), "{caller}");
        let some = document(&allow("s3:*", "*"));
        let answer = Permissions::of_document(&some, origin).administrator(caller);
        assert!(matches!(answer, Answer::No(_)), "{caller}: {answer:?}");
    }
}
