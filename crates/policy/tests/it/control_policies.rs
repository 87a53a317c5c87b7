//! Service control policies and resource control policies.
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>

use crate::scenario::{
    ALLOW_ALL, ALLOWED, DENIED, GET_SECRET, NOT_ALLOWED, ROLE, ROOT, SECRET, SESSION, Scenario,
    USER, allow, deny, grant, trust,
};

fn user_gets_secret() -> Scenario {
    Scenario::new(USER, GET_SECRET, SECRET).identity(ALLOW_ALL)
}

#[test]
fn every_level_has_to_allow() {
    user_gets_secret().is(ALLOWED);
    user_gets_secret().scps(&[ALLOW_ALL]).scps(&[ALLOW_ALL]).is(ALLOWED);
    user_gets_secret().scps(&[ALLOW_ALL]).scps(&[&allow("s3:*")]).is(NOT_ALLOWED);
    user_gets_secret().scps(&[&allow("s3:*")]).scps(&[ALLOW_ALL]).is(NOT_ALLOWED);
    user_gets_secret().scps(&[ALLOW_ALL]).scps(&[]).is(NOT_ALLOWED);
}

#[test]
fn policies_of_one_level_add_up() {
    user_gets_secret().scps(&[&allow("s3:*"), &allow("secretsmanager:*")]).is(ALLOWED);
    user_gets_secret().scps(&[ALLOW_ALL, &deny("secretsmanager:*")]).is(DENIED);
}

#[test]
fn service_control_policies_grant_nothing() {
    Scenario::new(USER, GET_SECRET, SECRET).scps(&[ALLOW_ALL]).is(NOT_ALLOWED);
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
#[test]
fn service_control_policies_bind_users_roles_and_the_root_user() {
    for who in [USER, ROLE, SESSION, ROOT] {
        Scenario::new(who, "s3:GetObject", "arn:aws:s3:::logs/x")
            .identity(ALLOW_ALL)
            .scps(&[ALLOW_ALL, &deny("s3:*")])
            .is(DENIED);
    }
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
#[test]
fn control_policies_leave_service_linked_roles_alone() {
    let name = "AWSServiceRoleForOrganizations";
    let path = format!("aws-service-role/organizations.amazonaws.com/{name}");
    for who in [
        format!("arn:aws:iam::111122223333:role/{path}"),
        format!("arn:aws:sts::111122223333:assumed-role/{name}/x"),
    ] {
        Scenario::new(&who, GET_SECRET, SECRET)
            .identity(ALLOW_ALL)
            .scps(&[&deny("*")])
            .rcp(&deny("*"))
            .is(ALLOWED);
    }
    // Roles that only have such a name.
    let session = format!("arn:aws:sts::111122223333:assumed-role/{name}/x");
    Scenario::new(&session, GET_SECRET, SECRET)
        .identity(ALLOW_ALL)
        .with("aws:PrincipalArn", &format!("arn:aws:iam::111122223333:role/{name}"))
        .scps(&[&deny("*")])
        .is(DENIED);
    let imitation = "arn:aws:iam::111122223333:role/AWSServiceRoleForOrganizations";
    Scenario::new(imitation, GET_SECRET, SECRET).identity(ALLOW_ALL).scps(&[&deny("*")]).is(DENIED);
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
#[test]
fn service_control_policies_do_not_reach_outside_principals_and_services() {
    let open = grant(r#""*""#, "*");
    for who in ["anonymous", "s3.amazonaws.com"] {
        Scenario::new(who, GET_SECRET, SECRET).resource(&open).scps(&[&deny("*")]).is(ALLOWED);
    }
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
#[test]
fn resource_control_policies_reach_every_caller() {
    let open = grant(r#""*""#, "*");
    for who in [USER, SESSION, ROOT, "anonymous", "s3.amazonaws.com"] {
        let request = Scenario::new(who, GET_SECRET, SECRET).resource(&open);
        request.clone().is(ALLOWED);
        request.rcp(&deny("*")).is(DENIED);
    }
    let services = r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}"#;
    Scenario::new(USER, GET_SECRET, SECRET).resource(&open).rcp(services).is(DENIED);
    Scenario::new("s3.amazonaws.com", GET_SECRET, SECRET).resource(&open).rcp(services).is(ALLOWED);
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
#[test]
fn resource_control_policies_apply_to_listed_services_only() {
    #[track_caller]
    fn case(action: &str, applies: bool) {
        Scenario::new(USER, action, "*").identity(ALLOW_ALL).rcp(&deny("*")).is(if applies {
            DENIED
        } else {
            ALLOWED
        });
    }
    for action in ["s3:ListAllMyBuckets", "sts:DecodeAuthorizationMessage", "KMS:ListKeys"] {
        case(action, true);
    }
    for action in ["iam:ListUsers", "lambda:ListFunctions", "sns:ListTopics", "kms:RetireGrant"] {
        case(action, false);
    }
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
#[test]
fn resource_control_policies_leave_the_trust_of_service_linked_roles_alone() {
    let role =
        "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS";
    let trusts = trust(r#"{"Service": "ecs.amazonaws.com"}"#, "sts:AssumeRole");
    let ask = |role| {
        let asked = Scenario::new("ecs.amazonaws.com", "sts:AssumeRole", role);
        asked.resource(&trusts).rcp(&deny("*"))
    };
    ask(role).is(ALLOWED);
    ask(ROLE).is(DENIED);
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html>
#[test]
fn resource_control_policies_need_not_list_the_one_that_allows_all() {
    user_gets_secret().rcp(&deny("s3:*")).is(ALLOWED);
    Scenario::new(USER, GET_SECRET, SECRET).rcp(ALLOW_ALL).is(NOT_ALLOWED);
}
