//! Resource policies: within an account, across accounts, trust policies and key policies.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use keyward_policy::Context;

use crate::scenario::{
    ALLOW_ALL, ALLOWED, DENIED, DEPENDS, GET_SECRET, KEY, NOT_ALLOWED, OTHER_USER, ROLE, ROOT,
    SECRET, SESSION, Scenario, USER, allow, deny, grant, trust,
};

const ACCOUNT: &str = r#"{"AWS": "111122223333"}"#;
const OTHER_ACCOUNT: &str = r#"{"AWS": "arn:aws:iam::444455556666:root"}"#;

fn gets_secret(who: &str) -> Scenario {
    Scenario::new(who, GET_SECRET, SECRET)
}

fn assumes(who: &str) -> Scenario {
    Scenario::new(who, "sts:AssumeRole", "arn:aws:iam::111122223333:role/admin")
}

fn decrypts(who: &str) -> Scenario {
    Scenario::new(who, "kms:Decrypt", KEY)
}

fn aws(arn: &str) -> String {
    format!(r#"{{"AWS": "{arn}"}}"#)
}

#[test]
fn within_an_account_either_side_may_allow() {
    gets_secret(USER).identity(ALLOW_ALL).is(ALLOWED);
    gets_secret(USER).resource(&grant(&aws(USER), "*")).is(ALLOWED);
    gets_secret(USER).resource(&grant(&aws(USER), "secretsmanager:DescribeSecret")).is(NOT_ALLOWED);
}

#[test]
fn a_user_who_is_named_is_not_held_by_its_boundary() {
    let named = grant(&aws(USER), "*");
    gets_secret(USER).resource(&named).boundary(&allow("s3:*")).is(ALLOWED);
    gets_secret(USER).resource(&named).boundary(&deny("*")).is(DENIED);
}

#[test]
fn a_role_that_is_named_is_held_by_boundary_and_session_policy() {
    for who in [ROLE, SESSION] {
        let named = || gets_secret(who).resource(&grant(&aws(ROLE), "*"));
        named().is(ALLOWED);
        named().boundary(&allow("s3:*")).is(NOT_ALLOWED);
        named().session(&allow("s3:*")).is(NOT_ALLOWED);
        named().boundary(ALLOW_ALL).session(&allow(GET_SECRET)).is(ALLOWED);
    }
}

#[test]
fn a_session_that_is_named_is_held_by_neither() {
    let named = gets_secret(SESSION).resource(&grant(&aws(SESSION), "*"));
    named.boundary(&allow("s3:*")).session(&allow("s3:*")).is(ALLOWED);
}

#[test]
fn some_session_of_a_role_may_be_the_one_that_is_named() {
    let named = gets_secret(ROLE).resource(&grant(&aws(SESSION), "*"));
    let decision = named.decision();
    assert_eq!(decision.verdict, DEPENDS);
    assert_eq!(decision.depends_on, ["aws:userid"]);
    named.clone().with("aws:userid", "AROACKCEVSQ6C2EXAMPLE:build-7").is(ALLOWED);
    named.with("aws:userid", "AROACKCEVSQ6C2EXAMPLE:build-8").is(NOT_ALLOWED);
    // The account is named for sure, which is not enough.
    let both = grant(&format!(r#"{{"AWS": ["111122223333", "{SESSION}"]}}"#), "*");
    let decision = gets_secret(ROLE).resource(&both).decision();
    assert_eq!((decision.verdict, decision.because.len()), (DEPENDS, 1));
    assert_eq!(decision.depends_on, ["aws:userid"]);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[test]
fn an_account_that_is_named_decides_by_its_own_policies() {
    for form in [ACCOUNT, r#"{"AWS": "arn:aws:iam::111122223333:root"}"#] {
        gets_secret(USER).resource(&grant(form, "*")).is(NOT_ALLOWED);
        gets_secret(USER).resource(&grant(form, "*")).identity(ALLOW_ALL).is(ALLOWED);
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[test]
fn everyone_needs_nothing_more_within_the_account() {
    for principal in [r#""*""#, r#"{"AWS": "*"}"#] {
        let open = grant(principal, "*");
        gets_secret(USER).resource(&open).is(ALLOWED);
        gets_secret("anonymous").resource(&open).is(ALLOWED);
        gets_secret("lambda.amazonaws.com").resource(&open).is(ALLOWED);
        gets_secret(OTHER_USER).resource(&open).is(NOT_ALLOWED);
        gets_secret(OTHER_USER).resource(&open).identity(ALLOW_ALL).is(ALLOWED);
    }
}

#[test]
fn everyone_narrowed_to_a_role_is_not_held_by_its_limits() {
    let narrowed = format!(
        r#"{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
            "Condition": {{"ArnEquals": {{"aws:PrincipalArn": "{ROLE}"}}}}}}"#
    );
    let session = |who| gets_secret(who).resource(&narrowed).session(&allow("s3:*"));
    session(SESSION).boundary(&allow("s3:*")).is(ALLOWED);
    session(SESSION).boundary(&deny("*")).is(DENIED);
    session("arn:aws:sts::111122223333:assumed-role/other/x").is(NOT_ALLOWED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>
#[test]
fn across_accounts_both_sides_have_to_allow() {
    for principal in [OTHER_ACCOUNT.to_owned(), aws(OTHER_USER)] {
        let open = || gets_secret(OTHER_USER).resource(&grant(&principal, "*"));
        open().is(NOT_ALLOWED);
        open().identity(ALLOW_ALL).is(ALLOWED);
        open().identity(ALLOW_ALL).boundary(&allow("s3:*")).is(NOT_ALLOWED);
        open().identity(ALLOW_ALL).session(&allow("s3:*")).is(NOT_ALLOWED);
        open().identity(ALLOW_ALL).scps(&[&allow("s3:*")]).is(NOT_ALLOWED);
        open().identity(ALLOW_ALL).rcp(&deny("secretsmanager:*")).is(DENIED);
    }
    gets_secret(OTHER_USER).identity(ALLOW_ALL).is(NOT_ALLOWED);
    gets_secret(OTHER_USER).identity(ALLOW_ALL).resource(&grant(ACCOUNT, "*")).is(NOT_ALLOWED);
    let other_root = "arn:aws:iam::444455556666:root";
    gets_secret(other_root).is(NOT_ALLOWED);
    gets_secret(other_root).resource(&grant(OTHER_ACCOUNT, "*")).is(ALLOWED);
}

#[test]
fn the_owner_of_a_bucket_is_told() {
    let reads = || Scenario::new(USER, "s3:GetObject", "arn:aws:s3:::logs/x").identity(ALLOW_ALL);
    reads().is(ALLOWED);
    reads().owner("111122223333").is(ALLOWED);
    reads().owner("444455556666").is(NOT_ALLOWED);
    reads().owner("444455556666").resource(&grant(ACCOUNT, "s3:GetObject")).is(ALLOWED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_compare-resource-policies.html>
#[test]
fn nobody_is_let_in_from_another_partition() {
    let china = "arn:aws-cn:iam::444455556666:user/audit";
    let open = gets_secret(china).identity(ALLOW_ALL).resource(&grant(r#""*""#, "*"));
    open.is(NOT_ALLOWED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[test]
fn services_are_let_in_by_the_resource_alone() {
    let topic = "arn:aws:sns:eu-west-1:111122223333:alerts";
    let statement = r#"{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sns:Publish", "Resource": "arn:aws:sns:eu-west-1:111122223333:alerts",
        "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}"#;
    let publishes = |who| Scenario::new(who, "sns:Publish", topic).resource(statement);
    publishes("s3.amazonaws.com").with("aws:SourceAccount", "111122223333").is(ALLOWED);
    publishes("s3.amazonaws.com").with("aws:SourceAccount", "444455556666").is(NOT_ALLOWED);
    publishes("s3.amazonaws.com").is(NOT_ALLOWED);
    publishes("s3.amazonaws.com").context(Context::open()).is(DEPENDS);
    publishes("events.amazonaws.com").with("aws:SourceAccount", "111122223333").is(NOT_ALLOWED);
    Scenario::new("s3.amazonaws.com", "sns:Publish", topic).identity(ALLOW_ALL).is(NOT_ALLOWED);
    let allowed = publishes("s3.amazonaws.com").with("aws:SourceAccount", "111122223333");
    allowed.boundary(&deny("*")).scps(&[&deny("*")]).is(ALLOWED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
#[test]
fn not_principal_always_denies_a_caller_with_a_boundary() {
    let guard = format!(
        r#"{{"Effect": "Deny", "NotPrincipal": {{"AWS": ["111122223333", "{USER}"]}},
            "Action": "*", "Resource": "*"}}"#
    );
    gets_secret(USER).identity(ALLOW_ALL).resource(&guard).is(ALLOWED);
    gets_secret(USER).identity(ALLOW_ALL).resource(&guard).boundary(ALLOW_ALL).is(DENIED);
    gets_secret(SESSION).identity(ALLOW_ALL).resource(&guard).is(DENIED);
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
#[test]
fn a_trust_policy_has_to_name_the_caller() {
    assumes(USER).identity(ALLOW_ALL).is(NOT_ALLOWED);
    assumes(USER)
        .identity(ALLOW_ALL)
        .resource(&trust(OTHER_ACCOUNT, "sts:AssumeRole"))
        .is(NOT_ALLOWED);
    assumes(USER).resource(&trust(&aws(USER), "sts:AssumeRole")).is(ALLOWED);
    assumes(SESSION).resource(&trust(&aws(ROLE), "sts:AssumeRole")).is(ALLOWED);
    assumes(USER).resource(&trust(ACCOUNT, "sts:AssumeRole")).is(NOT_ALLOWED);
    let delegated = assumes(USER).resource(&trust(ACCOUNT, "sts:AssumeRole"));
    delegated.clone().identity(&allow("sts:AssumeRole")).is(ALLOWED);
    delegated.identity(&allow("sts:AssumeRole")).boundary(&allow("s3:*")).is(NOT_ALLOWED);
    assumes(USER).resource(&trust(&aws(USER), "sts:TagSession")).is(NOT_ALLOWED);
    assumes(ROOT).resource(&trust(ACCOUNT, "sts:AssumeRole")).is(NOT_ALLOWED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>
#[test]
fn a_role_of_another_account_takes_both_sides() {
    let trusted = || assumes(OTHER_USER).resource(&trust(OTHER_ACCOUNT, "sts:AssumeRole"));
    trusted().is(NOT_ALLOWED);
    trusted().identity(&allow("sts:AssumeRole")).is(ALLOWED);
    assumes(OTHER_USER).identity(ALLOW_ALL).resource(&trust(ACCOUNT, "*")).is(NOT_ALLOWED);
    assumes(OTHER_USER).resource(&trust(r#""*""#, "sts:AssumeRole")).is(NOT_ALLOWED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html>
#[test]
fn a_user_whom_a_trust_policy_names_is_held_by_its_boundary() {
    let named = || assumes(USER).resource(&trust(&aws(USER), "sts:AssumeRole"));
    named().boundary(&allow("s3:*")).is(NOT_ALLOWED);
    named().boundary(&allow("sts:AssumeRole")).is(ALLOWED);
}

#[test]
fn a_service_assumes_roles_that_trust_it() {
    let statement = trust(r#"{"Service": "lambda.amazonaws.com"}"#, "sts:AssumeRole");
    assumes("lambda.amazonaws.com").resource(&statement).is(ALLOWED);
    assumes("ec2.amazonaws.com").resource(&statement).is(NOT_ALLOWED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>
#[test]
fn a_provider_vouches_for_those_whom_the_trust_policy_describes() {
    let provider = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    let statement = format!(
        r#"{{"Effect": "Allow", "Principal": {{"Federated": "{provider}"}},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {{"StringLike":
                {{"token.actions.githubusercontent.com:sub": "repo:example/app:*"}}}}}}"#
    );
    let sub = "token.actions.githubusercontent.com:sub";
    let enters = |who: &str, action: &str| {
        Scenario::new(who, action, "arn:aws:iam::111122223333:role/ci").resource(&statement)
    };
    let web = "sts:AssumeRoleWithWebIdentity";
    enters(provider, web).with(sub, "repo:example/app:ref:refs/heads/main").is(ALLOWED);
    enters(provider, web).with(sub, "repo:example/other:ref:refs/heads/main").is(NOT_ALLOWED);
    enters(provider, "sts:AssumeRoleWithSAML").with(sub, "repo:example/app:x").is(NOT_ALLOWED);
    enters(USER, web).identity(ALLOW_ALL).with(sub, "repo:example/app:x").is(NOT_ALLOWED);
    let open = enters(provider, web).context(Context::open()).decision();
    assert_eq!((open.verdict, open.depends_on), (DEPENDS, vec![sub.to_owned()]));
    enters(provider, web).with(sub, "repo:example/app:x").rcp(&deny("sts:*")).is(DENIED);
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html>
#[test]
fn root_sessions_of_member_accounts_need_no_resource_policy() {
    let member = "arn:aws:iam::444455556666:root";
    Scenario::new(ROLE, "sts:AssumeRoot", member).identity(&allow("sts:AssumeRoot")).is(ALLOWED);
    Scenario::new(ROLE, "sts:AssumeRoot", member).is(NOT_ALLOWED);
    Scenario::new(ROOT, "sts:AssumeRoot", member).is(NOT_ALLOWED);
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>
#[test]
fn a_key_policy_has_to_let_policies_of_the_account_decide() {
    decrypts(USER).identity(ALLOW_ALL).is(NOT_ALLOWED);
    decrypts(USER).identity(ALLOW_ALL).resource(&grant(&aws(ROLE), "kms:*")).is(NOT_ALLOWED);
    decrypts(USER).resource(&grant(ACCOUNT, "kms:*")).is(NOT_ALLOWED);
    decrypts(USER).identity(ALLOW_ALL).resource(&grant(ACCOUNT, "kms:*")).is(ALLOWED);
    decrypts(USER).resource(&grant(&aws(USER), "kms:*")).is(ALLOWED);
    decrypts(USER).resource(&grant(&aws(USER), "kms:*")).identity(&deny("kms:*")).is(DENIED);
    decrypts(USER).resource(&grant(&aws(USER), "kms:*")).boundary(&allow("s3:*")).is(ALLOWED);
    decrypts(ROOT).is(NOT_ALLOWED);
    decrypts(ROOT).resource(&grant(ACCOUNT, "kms:*")).is(ALLOWED);
    Scenario::new(USER, "kms:CreateKey", "*").identity(ALLOW_ALL).is(ALLOWED);
    let alias = "arn:aws:kms:eu-west-1:111122223333:alias/database";
    Scenario::new(USER, "kms:CreateAlias", alias).identity(ALLOW_ALL).is(ALLOWED);
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html>
#[test]
fn a_key_of_another_account_takes_both_sides() {
    let shared = || decrypts(OTHER_USER).resource(&grant(OTHER_ACCOUNT, "kms:Decrypt"));
    shared().is(NOT_ALLOWED);
    shared().identity(&allow("kms:Decrypt")).is(ALLOWED);
}

#[test]
fn a_resource_policy_without_principal_is_about_nobody() {
    gets_secret(USER).resource(ALLOW_ALL).is(NOT_ALLOWED);
}
