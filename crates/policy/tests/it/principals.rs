//! Whom `Principal` and `NotPrincipal` take in.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use Ternary::{Maybe, No, Yes};
use keyward_policy::Ternary;

use crate::scenario::{OTHER_USER, ROLE, ROOT, SESSION, USER, caller, policy};

#[track_caller]
fn case(effect: &str, element: &str, principal: &str, who: &str, expected: Ternary) {
    let text = format!(r#"{{"Effect": "{effect}", "Action": "*", "{element}": {principal}}}"#);
    let statement = policy(&text).statements.remove(0);
    assert_eq!(statement.principals_match(&caller(who)), expected, "{element} {principal}, {who}");
}

#[track_caller]
fn names(principal: &str, who: &str, expected: Ternary) {
    case("Allow", "Principal", principal, who, expected);
    case("Deny", "Principal", principal, who, expected);
}

#[track_caller]
fn denies_but(principal: &str, who: &str, expected: Ternary) {
    case("Deny", "NotPrincipal", principal, who, expected);
}

#[test]
fn a_star_is_everybody() {
    for who in [USER, ROLE, SESSION, ROOT, "anonymous", "lambda.amazonaws.com"] {
        names(r#""*""#, who, Yes);
        names(r#"{"AWS": "*"}"#, who, Yes);
    }
}

#[test]
fn an_account_is_all_its_principals() {
    for form in ["111122223333", "arn:aws:iam::111122223333:root"] {
        let principal = format!(r#"{{"AWS": "{form}"}}"#);
        for who in [USER, ROLE, SESSION, ROOT] {
            names(&principal, who, Yes);
        }
        for who in [OTHER_USER, "anonymous", "lambda.amazonaws.com"] {
            names(&principal, who, No);
        }
    }
}

#[test]
fn a_user_is_named_by_its_arn_with_its_case() {
    names(r#"{"AWS": "arn:aws:iam::111122223333:user/deploy"}"#, USER, Yes);
    names(r#"{"AWS": "arn:aws:iam::111122223333:user/Deploy"}"#, USER, No);
    names(r#"{"AWS": "arn:aws:iam::111122223333:user/deploy"}"#, ROLE, No);
}

#[test]
fn a_role_is_named_for_all_its_sessions() {
    names(r#"{"AWS": "arn:aws:iam::111122223333:role/ci"}"#, ROLE, Yes);
    names(r#"{"AWS": "arn:aws:iam::111122223333:role/ci"}"#, SESSION, Yes);
    names(r#"{"AWS": "arn:aws:iam::111122223333:role/team/ci"}"#, SESSION, Yes);
    names(r#"{"AWS": "arn:aws:iam::111122223333:role/other"}"#, SESSION, No);
    names(r#"{"AWS": "arn:aws:iam::444455556666:role/ci"}"#, SESSION, No);
    names(r#"{"AWS": "arn:aws:sts::111122223333:role/ci"}"#, SESSION, No);
    names(r#"{"AWS": "arn:aws-cn:iam::111122223333:role/ci"}"#, SESSION, No);
}

#[test]
fn a_session_is_named_alone() {
    let session = r#"{"AWS": "arn:aws:sts::111122223333:assumed-role/ci/build-7"}"#;
    names(session, SESSION, Yes);
    names(session, "arn:aws:sts::111122223333:assumed-role/ci/build-8", No);
    // Some session of the role: this one, or another.
    names(session, ROLE, Maybe);
    names(session, "arn:aws:iam::111122223333:role/other", No);
    names(session, "arn:aws:iam::444455556666:role/ci", No);
}

#[test]
fn a_principal_takes_no_wildcard_in_its_arn() {
    names(r#"{"AWS": "arn:aws:iam::111122223333:role/*"}"#, ROLE, No);
    names(r#"{"AWS": "arn:aws:sts::111122223333:assumed-role/ci/*"}"#, SESSION, No);
}

#[test]
fn a_deleted_principals_id_names_nobody() {
    names(r#"{"AWS": "AROACKCEVSQ6C2EXAMPLE"}"#, ROLE, No);
}

#[test]
fn services_and_providers_are_named_exactly() {
    names(r#"{"Service": "lambda.amazonaws.com"}"#, "lambda.amazonaws.com", Yes);
    names(r#"{"Service": "lambda.amazonaws.com"}"#, "lambda.ap-east-1.amazonaws.com", No);
    names(r#"{"Service": "lambda.amazonaws.com"}"#, USER, No);
    let provider = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    names(&format!(r#"{{"Federated": "{provider}"}}"#), provider, Yes);
    names(&format!(r#"{{"Service": "{provider}"}}"#), provider, No);
    names(r#"{"AWS": "111122223333"}"#, provider, No);
}

#[test]
fn a_federated_user_is_named_by_its_session() {
    let federated = "arn:aws:sts::111122223333:federated-user/audit";
    names(&format!(r#"{{"AWS": "{federated}"}}"#), federated, Yes);
    names(r#"{"AWS": "arn:aws:iam::111122223333:user/audit"}"#, federated, No);
    names(r#"{"AWS": "111122223333"}"#, federated, Yes);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
#[test]
fn not_principal_spares_whom_it_lists_with_account_role_and_session() {
    let user = r#"{"AWS": ["111122223333", "arn:aws:iam::111122223333:user/deploy"]}"#;
    denies_but(user, USER, No);
    denies_but(user, ROLE, Yes);
    denies_but(user, OTHER_USER, Yes);
    denies_but(user, ROOT, No);
    denies_but(user, "anonymous", Yes);
    denies_but(r#"{"AWS": "arn:aws:iam::111122223333:user/deploy"}"#, USER, Yes);
    denies_but(r#"{"AWS": "111122223333"}"#, USER, Yes);
    let session = r#"{"AWS": ["111122223333", "arn:aws:iam::111122223333:role/ci",
        "arn:aws:sts::111122223333:assumed-role/ci/build-7"]}"#;
    denies_but(session, SESSION, No);
    denies_but(session, "arn:aws:sts::111122223333:assumed-role/ci/build-8", Yes);
    denies_but(session, ROLE, Maybe);
    let no_account = r#"{"AWS": ["arn:aws:iam::111122223333:role/ci",
        "arn:aws:sts::111122223333:assumed-role/ci/build-7"]}"#;
    denies_but(no_account, SESSION, Yes);
    let federated = "arn:aws:sts::111122223333:federated-user/audit";
    denies_but(&format!(r#"{{"AWS": "{federated}"}}"#), federated, Yes);
    denies_but(&format!(r#"{{"AWS": ["111122223333", "{federated}"]}}"#), federated, No);
    denies_but(r#"{"AWS": ["111122223333", "arn:aws:iam::111122223333:role/ci"]}"#, SESSION, Yes);
    denies_but(r#"{"Service": "s3.amazonaws.com"}"#, "s3.amazonaws.com", No);
    denies_but(r#"{"Service": "s3.amazonaws.com"}"#, "sns.amazonaws.com", Yes);
    denies_but(r#""*""#, USER, No);
}

/// AWS does not support it; whoever wrote it let everybody else in.
#[test]
fn not_principal_with_allow_is_everybody_else() {
    let element = r#"{"AWS": "arn:aws:iam::111122223333:user/deploy"}"#;
    case("Allow", "NotPrincipal", element, USER, No);
    case("Allow", "NotPrincipal", element, OTHER_USER, Yes);
    case("Allow", "NotPrincipal", element, "anonymous", Yes);
}

#[test]
fn a_statement_without_principals_is_about_its_owner() {
    let statement = policy(r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#);
    assert_eq!(statement.statements[0].principals_match(&caller(USER)), Yes);
}
