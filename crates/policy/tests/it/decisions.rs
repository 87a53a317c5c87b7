//! The order of evaluation, and what a decision tells.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use keyward_policy::{Because, Context, Fact, Layer};

use crate::scenario::{
    ALLOW_ALL, ALLOWED, DENIED, DEPENDS, GET_SECRET, KEY, NOT_ALLOWED, OTHER_USER, ROLE, ROOT,
    SECRET, SESSION, Scenario, USER, allow, deny, grant, trust,
};

fn user_gets_secret() -> Scenario {
    Scenario::new(USER, GET_SECRET, SECRET)
}

#[test]
fn what_nothing_allows_is_denied() {
    user_gets_secret().is(NOT_ALLOWED);
    user_gets_secret().identity(&allow("s3:*")).is(NOT_ALLOWED);
    user_gets_secret().identity(&allow("secretsmanager:*")).is(ALLOWED);
}

#[test]
fn policies_and_statements_of_one_type_are_alternatives() {
    user_gets_secret().identity(&allow("s3:*")).identity(ALLOW_ALL).is(ALLOWED);
    let two = format!("{}, {}", allow("s3:*"), allow(GET_SECRET));
    user_gets_secret().identity(&two).is(ALLOWED);
}

#[test]
fn a_deny_in_any_policy_is_final() {
    let base = || {
        user_gets_secret()
            .identity(ALLOW_ALL)
            .boundary(ALLOW_ALL)
            .session(ALLOW_ALL)
            .scps(&[ALLOW_ALL])
            .endpoint(ALLOW_ALL)
            .resource(&grant(r#""*""#, "secretsmanager:*"))
    };
    base().is(ALLOWED);
    let deny = deny("secretsmanager:*");
    let both = format!("{ALLOW_ALL}, {deny}");
    base().identity(&deny).is(DENIED);
    base().boundary(&both).is(DENIED);
    base().session(&deny).is(DENIED);
    base().scps(&[ALLOW_ALL, &deny]).is(DENIED);
    base().rcp(&deny).is(DENIED);
    base().endpoint(&both).is(DENIED);
    let closed = r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}"#;
    base().resource(&format!("{}, {closed}", grant(r#""*""#, "*"))).is(DENIED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
#[test]
fn a_boundary_limits_and_grants_nothing() {
    user_gets_secret().boundary(ALLOW_ALL).is(NOT_ALLOWED);
    user_gets_secret().identity(ALLOW_ALL).boundary(&allow("s3:*")).is(NOT_ALLOWED);
    user_gets_secret().identity(ALLOW_ALL).boundary(&allow("secretsmanager:*")).is(ALLOWED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session>
#[test]
fn session_policies_limit_together() {
    let session = || Scenario::new(SESSION, GET_SECRET, SECRET);
    session().session(ALLOW_ALL).is(NOT_ALLOWED);
    session().identity(ALLOW_ALL).session(&allow("s3:*")).is(NOT_ALLOWED);
    session().identity(ALLOW_ALL).session(&allow("s3:*")).session(ALLOW_ALL).is(ALLOWED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html>
#[test]
fn the_root_user_needs_no_policy() {
    let root = || Scenario::new(ROOT, GET_SECRET, SECRET);
    root().is(ALLOWED);
    root().scps(&[ALLOW_ALL]).is(ALLOWED);
    root().scps(&[&allow("s3:*")]).is(NOT_ALLOWED);
    root().scps(&[ALLOW_ALL, &deny("secretsmanager:*")]).is(DENIED);
    root().rcp(&deny("*")).is(DENIED);
    root().resource(&grant(r#"{"AWS": "444455556666"}"#, "*")).is(ALLOWED);
    let closed = r#"{"Effect": "Deny", "Principal": {"AWS": "111122223333"},
        "Action": "secretsmanager:*", "Resource": "*"}"#;
    root().resource(closed).is(DENIED);
    Scenario::new("arn:aws:sts::111122223333:assumed-root", "iam:DeleteLoginProfile", ROOT)
        .session(&allow("iam:DeleteLoginProfile"))
        .is(ALLOWED);
    Scenario::new("arn:aws:sts::111122223333:assumed-root", "iam:CreateUser", "*")
        .session(&allow("iam:DeleteLoginProfile"))
        .is(NOT_ALLOWED);
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
#[test]
fn every_signed_caller_may_ask_who_it_is() {
    for who in [USER, ROLE, SESSION, ROOT, "arn:aws:sts::111122223333:federated-user/audit"] {
        Scenario::new(who, "sts:GetCallerIdentity", "*")
            .identity(&deny("*"))
            .scps(&[&deny("sts:*")])
            .is(ALLOWED);
    }
    Scenario::new("anonymous", "sts:GetCallerIdentity", "*").is(NOT_ALLOWED);
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
#[test]
fn federated_users_have_what_was_passed_to_their_session() {
    let federated = "arn:aws:sts::111122223333:federated-user/audit";
    let gets_secret = || Scenario::new(federated, GET_SECRET, SECRET).identity(ALLOW_ALL);
    gets_secret().is(NOT_ALLOWED);
    gets_secret().session(&allow(GET_SECRET)).is(ALLOWED);
    let named = grant(&format!(r#"{{"AWS": "{federated}"}}"#), "*");
    gets_secret().resource(&named).is(ALLOWED);
    gets_secret().resource(&grant(r#"{"AWS": "111122223333"}"#, "*")).is(NOT_ALLOWED);
    for action in ["iam:ListUsers", "sts:AssumeRole", "sts:GetSessionToken"] {
        Scenario::new(federated, action, "*")
            .identity(ALLOW_ALL)
            .session(ALLOW_ALL)
            .is(NOT_ALLOWED);
    }
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
#[test]
fn role_sessions_get_no_tokens() {
    for action in ["sts:GetFederationToken", "sts:GetSessionToken"] {
        Scenario::new(SESSION, action, "*").identity(ALLOW_ALL).is(NOT_ALLOWED);
        Scenario::new(USER, action, "*").identity(ALLOW_ALL).is(ALLOWED);
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html>
#[test]
fn users_make_sessions_of_their_own_whatever_policies_say() {
    for who in [USER, ROOT] {
        Scenario::new(who, "sts:GetSessionToken", "*").is(ALLOWED);
        Scenario::new(who, "sts:GetSessionToken", "*").identity(&deny("*")).is(ALLOWED);
    }
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>
#[test]
fn whom_a_provider_vouches_for_can_only_assume_roles() {
    let oidc = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    let saml = "arn:aws:iam::111122223333:saml-provider/company";
    let everybody = trust(r#""*""#, "sts:*");
    let ask = |who, action| Scenario::new(who, action, ROLE).resource(&everybody);
    ask(oidc, "sts:AssumeRoleWithWebIdentity").is(ALLOWED);
    ask(oidc, "sts:AssumeRoleWithSAML").is(NOT_ALLOWED);
    ask(oidc, "sts:AssumeRole").is(NOT_ALLOWED);
    ask(saml, "sts:AssumeRoleWithSAML").is(ALLOWED);
    ask(saml, "sts:TagSession").is(ALLOWED);
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-limitations-of-custom-policies.html>
#[test]
fn a_queue_lets_other_accounts_do_some_actions_only() {
    let queue = "arn:aws:sqs:eu-west-1:111122223333:jobs";
    let shared = grant(r#"{"AWS": "444455556666"}"#, "sqs:*");
    let ask = |who, action| Scenario::new(who, action, queue).identity(ALLOW_ALL).resource(&shared);
    ask(OTHER_USER, "sqs:SendMessage").is(ALLOWED);
    ask(OTHER_USER, "SQS:deletequeue").is(NOT_ALLOWED);
    ask(USER, "sqs:DeleteQueue").is(ALLOWED);
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html>
#[test]
fn the_owners_root_user_gets_past_a_bucket_policy_that_shuts_everybody_out() {
    let shut = r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#;
    let ask = |who, action| {
        let asked = Scenario::new(who, action, "arn:aws:s3:::logs").owner("111122223333");
        asked.identity(ALLOW_ALL).resource(shut)
    };
    ask(ROOT, "s3:DeleteBucketPolicy").is(ALLOWED);
    ask(ROOT, "s3:DeleteBucket").is(DENIED);
    ask(USER, "s3:DeleteBucketPolicy").is(DENIED);
    ask("arn:aws:iam::444455556666:root", "s3:DeleteBucketPolicy").is(DENIED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>
#[test]
fn an_empty_list_gives_no_permission() {
    for element in [
        r#""Action": [], "Resource": "*""#,
        r#""NotAction": [], "Resource": "*""#,
        r#""Action": "*", "Resource": []"#,
        r#""Action": "*", "NotResource": []"#,
    ] {
        for (effect, verdict) in [("Allow", NOT_ALLOWED), ("Deny", ALLOWED)] {
            let statement = format!(r#"{{"Effect": "{effect}", {element}}}"#);
            let mut asked = user_gets_secret().identity(&statement);
            if effect == "Deny" {
                asked = asked.identity(ALLOW_ALL);
            }
            asked.is(verdict);
        }
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>
#[test]
fn null_with_a_set_operator_looks_at_nothing() {
    for (operator, verdict) in [("ForAllValues:Null", ALLOWED), ("ForAnyValue:Null", NOT_ALLOWED)] {
        for value in ["true", "false"] {
            let statement = format!(
                r#"{{"Effect": "Allow", "Action": "*", "Resource": "*",
                     "Condition": {{"{operator}": {{"aws:TokenIssueTime": "{value}"}}}}}}"#
            );
            user_gets_secret().identity(&statement).is(verdict);
        }
    }
}

/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>
#[test]
fn an_endpoint_policy_is_one_more_filter() {
    user_gets_secret().endpoint(ALLOW_ALL).is(NOT_ALLOWED);
    user_gets_secret().identity(ALLOW_ALL).endpoint(&allow("s3:*")).is(NOT_ALLOWED);
    let account = grant(r#"{"AWS": "111122223333"}"#, "*");
    user_gets_secret().identity(ALLOW_ALL).endpoint(&account).is(ALLOWED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>
#[test]
fn an_identity_policy_without_resource_is_about_nothing() {
    user_gets_secret().identity(r#"{"Effect": "Allow", "Action": "*"}"#).is(NOT_ALLOWED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html>
#[test]
fn not_action_allows_what_the_resource_allows() {
    let not_iam = r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}"#;
    user_gets_secret().identity(not_iam).is(ALLOWED);
    Scenario::new(USER, "iam:ListUsers", "*").identity(not_iam).is(NOT_ALLOWED);
    let on_s3 =
        r#"{"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "arn:aws:s3:::*"}"#;
    Scenario::new(USER, "s3:GetObject", "arn:aws:s3:::logs/x").identity(on_s3).is(ALLOWED);
    Scenario::new(USER, "s3:ListAllMyBuckets", "*").identity(on_s3).is(NOT_ALLOWED);
    user_gets_secret().identity(on_s3).is(NOT_ALLOWED);
    let denied = r#"{"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}"#;
    user_gets_secret().identity(ALLOW_ALL).identity(denied).is(DENIED);
    Scenario::new(USER, "iam:ListUsers", "*").identity(denied).is(NOT_ALLOWED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
#[test]
fn pass_role_is_asked_for_the_roles_arn_and_the_service() {
    let pass = r#"{"Effect": "Allow", "Action": "iam:PassRole",
        "Resource": "arn:aws:iam::111122223333:role/app-*",
        "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}}"#;
    let passes = |role: &str, service: &str| {
        Scenario::new(USER, "iam:PassRole", role)
            .identity(pass)
            .with("iam:PassedToService", service)
            // A trust policy says who may assume the role, not who may pass it.
            .resource(r#"{"Effect": "Deny", "Principal": "*", "Action": "*"}"#)
    };
    let role = "arn:aws:iam::111122223333:role/app-1";
    passes(role, "lambda.amazonaws.com").is(ALLOWED);
    passes(role, "ec2.amazonaws.com").is(NOT_ALLOWED);
    passes("arn:aws:iam::111122223333:role/admin", "lambda.amazonaws.com").is(NOT_ALLOWED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
#[test]
fn keys_that_follow_from_the_caller_are_filled_in() {
    #[track_caller]
    fn case(who: &str, key: &str, expected: Option<&str>) {
        let condition = match expected {
            Some(value) => format!(r#"{{"StringEquals": {{"{key}": "{value}"}}}}"#),
            None => format!(r#"{{"Null": {{"{key}": "true"}}}}"#),
        };
        let statement = format!(
            r#"{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
                "Condition": {condition}}}"#
        );
        let request = Scenario::new(who, GET_SECRET, SECRET).resource(&statement);
        request.context(Context::open()).is(ALLOWED);
    }
    case(USER, "aws:PrincipalArn", Some(USER));
    case(ROLE, "aws:PrincipalArn", Some(ROLE));
    case(SESSION, "aws:PrincipalArn", Some(ROLE));
    case("anonymous", "aws:PrincipalArn", None);
    case(SESSION, "aws:PrincipalAccount", Some("111122223333"));
    case("anonymous", "aws:PrincipalAccount", Some("anonymous"));
    case("arn:aws:iam::111122223333:user/team/deploy", "aws:username", Some("deploy"));
    case(SESSION, "aws:username", None);
    case("lambda.amazonaws.com", "aws:username", None);
    case(USER, "aws:PrincipalType", Some("User"));
    case(SESSION, "aws:PrincipalType", Some("AssumedRole"));
    case(USER, "aws:PrincipalIsAWSService", Some("false"));
    case("lambda.amazonaws.com", "aws:PrincipalIsAWSService", Some("true"));
    case("lambda.amazonaws.com", "aws:PrincipalServiceName", Some("lambda.amazonaws.com"));
    case(USER, "aws:PrincipalServiceName", None);
    case("anonymous", "aws:PrincipalIsAWSService", None);
    case("anonymous", "aws:PrincipalOrgID", None);
    case(USER, "aws:SourceArn", None);
    let federated = "arn:aws:sts::111122223333:federated-user/audit";
    case(federated, "aws:PrincipalArn", Some(federated));
    let group = "arn:aws:iam::111122223333:group/deploy";
    case(group, "aws:PrincipalArn", Some(group));
}

#[test]
fn what_the_context_says_of_the_caller_comes_first() {
    let path = "arn:aws:iam::111122223333:role/team/ci";
    let statement = format!(
        r#"{{"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {{"ArnEquals": {{"aws:PrincipalArn": "{path}"}}}}}}"#
    );
    let gets_secret = || Scenario::new(SESSION, GET_SECRET, SECRET).identity(&statement);
    gets_secret().is(NOT_ALLOWED);
    gets_secret().with("aws:PrincipalArn", path).is(ALLOWED);
}

#[test]
fn an_id_that_no_arn_tells_is_unknown_even_in_a_closed_context() {
    let statement = r#"{"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"StringLike": {"aws:userid": "AIDA*"}}}"#;
    let decision = user_gets_secret().identity(statement).decision();
    assert_eq!(decision.verdict, DEPENDS);
    assert_eq!(decision.depends_on, ["aws:userid"]);
    Scenario::new(ROOT, GET_SECRET, SECRET)
        .resource(
            r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
            "Condition": {"StringEquals": {"aws:userid": "111122223333"}}}"#,
        )
        .is(DENIED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
#[test]
fn the_five_ways_to_ask_for_mfa() {
    const MFA: &str = "aws:MultiFactorAuthPresent";
    #[track_caller]
    fn case(effect: &str, operator: &str, value: &str, [absent, no, yes]: [bool; 3]) {
        let statement = format!(
            r#"{{"Effect": "{effect}", "Action": "*", "Resource": "*",
                "Condition": {{"{operator}": {{"{MFA}": "{value}"}}}}}}"#
        );
        let request = user_gets_secret().identity(&statement);
        let request = if effect == "Deny" { request.identity(ALLOW_ALL) } else { request };
        let allowed = |request: Scenario| request.decision().verdict == ALLOWED;
        assert_eq!(allowed(request.clone()), absent, "{effect} {operator} {value}, absent");
        assert_eq!(allowed(request.clone().with(MFA, "false")), no, "{effect} {operator}, false");
        assert_eq!(allowed(request.clone().with(MFA, "true")), yes, "{effect} {operator}, true");
        request.context(Context::open()).is(DEPENDS);
    }
    case("Deny", "Bool", "false", [true, false, true]);
    case("Deny", "BoolIfExists", "false", [false, false, true]);
    case("Allow", "BoolIfExists", "true", [true, false, true]);
    case("Allow", "Bool", "true", [false, false, true]);
    case("Allow", "Null", "false", [false, true, true]);
}

#[test]
fn a_decision_names_the_statements_that_made_it() {
    let two = format!("{}, {}", allow("s3:*"), allow(GET_SECRET));
    let allowed = user_gets_secret()
        .identity(&allow("s3:*"))
        .identity(&two)
        .boundary(ALLOW_ALL)
        .scps(&[ALLOW_ALL])
        .scps(&[&allow("s3:*"), ALLOW_ALL])
        .resource(&grant(r#"{"AWS": "111122223333"}"#, "*"));
    assert_eq!(
        allowed.decision().because,
        [
            Because { layer: Layer::Identity(1), statement: 1 },
            Because { layer: Layer::Boundary, statement: 0 },
            Because { layer: Layer::Scp { level: 0, policy: 0 }, statement: 0 },
            Because { layer: Layer::Scp { level: 1, policy: 1 }, statement: 0 },
        ]
    );
    let denied = allowed.clone().identity(&deny("*")).rcp(&deny("secretsmanager:*"));
    assert_eq!(
        denied.decision().because,
        [
            Because { layer: Layer::Identity(2), statement: 0 },
            Because { layer: Layer::Rcp { level: 0, policy: 0 }, statement: 0 },
        ]
    );
    let named = user_gets_secret().resource(&grant(&format!(r#"{{"AWS": "{USER}"}}"#), "*"));
    assert_eq!(named.decision().because, [Because { layer: Layer::Resource, statement: 0 }]);
    assert_eq!(user_gets_secret().decision().because, []);
    let twice = grant(&format!(r#"{{"AWS": ["{ROLE}", "{SESSION}"]}}"#), "*");
    let named_twice = Scenario::new(SESSION, GET_SECRET, SECRET).resource(&twice);
    let key = format!(
        "{}, {}",
        grant(r#"{"AWS": "111122223333"}"#, "*"),
        grant(&format!(r#"{{"AWS": "{ROLE}"}}"#), "*"),
    );
    let decrypts = Scenario::new(SESSION, "kms:Decrypt", KEY).resource(&key);
    assert_eq!(decrypts.decision().because, [Because { layer: Layer::Resource, statement: 1 }]);
    assert_eq!(named_twice.decision().because, [Because { layer: Layer::Resource, statement: 0 }]);
}

#[test]
fn a_decision_that_depends_names_keys_and_open_statements() {
    let statements = r#"
        {"Effect": "Deny", "Action": "*", "Resource": "*",
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Effect": "Allow", "Action": "*", "Resource": "*",
         "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1", "aws:RequestedRegion": "eu-west-1"},
                       "StringLike": {"secretsmanager:Name": "${aws:PrincipalTag/Team}-*"}}},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*",
         "Condition": {"Bool": {"aws:ViaAWSService": "true"}}}"#;
    let context = Context::open().with("aws:RequestedRegion", "eu-west-1");
    let request = user_gets_secret().identity(statements).context(context);
    let decision = request.decision();
    assert_eq!(decision.verdict, DEPENDS);
    assert_eq!(
        decision.because,
        [
            Because { layer: Layer::Identity(0), statement: 0 },
            Because { layer: Layer::Identity(0), statement: 1 },
        ]
    );
    assert_eq!(
        decision.depends_on,
        ["aws:principaltag/team", "aws:securetransport", "aws:sourcevpce", "secretsmanager:name",]
    );
    // Another statement allows for sure, so only the deny is open.
    let decision = request.clone().identity(ALLOW_ALL).decision();
    assert_eq!(decision.because, [Because { layer: Layer::Identity(0), statement: 0 }]);
    assert_eq!(decision.depends_on, ["aws:securetransport"]);
    // The region rules the grant out, whatever the rest.
    request.with("aws:RequestedRegion", "eu-west-2").is(NOT_ALLOWED);
}

#[test]
fn only_what_can_still_change_the_decision_is_named() {
    let on_vpce = r#""Action": "*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}"#;
    let for_user = format!(r#"{{"Effect": "Allow", "Principal": {{"AWS": "{USER}"}}, {on_vpce}}}"#);
    let scp = r#"{"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}"#;
    let open = || user_gets_secret().context(Context::open()).resource(&for_user).scps(&[scp]);
    // Nothing but the resource's policy may allow, and only through the level above.
    let decision = open().decision();
    assert_eq!(decision.depends_on, ["aws:requestedregion", "aws:sourcevpce"]);
    // The user's own policy allows for sure.
    let decision = open().identity(ALLOW_ALL).decision();
    assert_eq!(
        decision.because,
        [Because { layer: Layer::Scp { level: 0, policy: 0 }, statement: 0 }]
    );
    assert_eq!(decision.depends_on, ["aws:requestedregion"]);
    // The key's policy names the account for sure, which is not enough, and the user perhaps.
    let key = format!("{}, {for_user}", grant(r#"{"AWS": "111122223333"}"#, "*"));
    let decision =
        Scenario::new(USER, "kms:Decrypt", KEY).context(Context::open()).resource(&key).decision();
    assert_eq!(decision.because, [Because { layer: Layer::Resource, statement: 1 }]);
    assert_eq!(decision.depends_on, ["aws:sourcevpce"]);
}

#[test]
fn an_unknown_variable_in_a_resource_is_named() {
    let statement = r#"{"Effect": "Allow", "Action": "s3:*",
        "Resource": "arn:aws:s3:::home/${aws:PrincipalTag/Team}/*"}"#;
    let request = |object| Scenario::new(USER, "s3:GetObject", object).identity(statement);
    let unknown = Context::closed().with_fact("aws:PrincipalTag/Team", Fact::Unknown);
    let decision = request("arn:aws:s3:::home/a/x").context(unknown.clone()).decision();
    assert_eq!(decision.verdict, DEPENDS);
    assert_eq!(decision.depends_on, ["aws:principaltag/team"]);
    request("arn:aws:s3:::logs/a/x").context(unknown).is(NOT_ALLOWED);
    request("arn:aws:s3:::home/a/x").with("aws:PrincipalTag/Team", "a").is(ALLOWED);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
#[test]
fn each_policy_has_the_variables_of_its_own_version() {
    let statement = r#"{"Effect": "Allow", "Action": "s3:*",
        "Resource": "arn:aws:s3:::home/${aws:PrincipalTag/Team}/*",
        "Condition": {"StringEquals": {"s3:prefix": "x"}}}"#;
    let request = || {
        Scenario::new(USER, "s3:GetObject", "arn:aws:s3:::home/a/x")
            .with("s3:prefix", "x")
            .with("aws:PrincipalTag/Team", "a")
    };
    request().identity(statement).is(ALLOWED);
    request().older_identity(statement).is(NOT_ALLOWED);
    request().older_identity(statement).identity(statement).is(ALLOWED);
    // Text that only looks like a variable is no key that a decision could depend on.
    let literal = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*",
        "Condition": {"StringEquals": {"s3:prefix": "${aws:PrincipalTag/Team}"}}}"#;
    let decision = request().older_identity(literal).context(Context::open()).decision();
    assert_eq!(decision.depends_on, ["s3:prefix"]);
    let team = Context::open().with("aws:PrincipalTag/Team", "a");
    let decision = request().identity(literal).context(team).decision();
    assert_eq!(decision.depends_on, ["s3:prefix"]);
}

#[test]
fn an_operator_that_aws_does_not_document_leaves_a_deny_open() {
    let guard = r#"{"Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"StringMatches": {"aws:SourceVpce": "vpce-1"}}}"#;
    let request = user_gets_secret().identity(ALLOW_ALL).identity(guard);
    let decision = request.with("aws:SourceVpce", "vpce-1").decision();
    assert_eq!(decision.verdict, DEPENDS);
    assert_eq!(decision.depends_on, ["aws:sourcevpce"]);
}

#[test]
fn a_deny_that_may_match_changes_nothing_where_nothing_allows() {
    let maybe = r#"{"Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}}"#;
    user_gets_secret().identity(maybe).context(Context::open()).is(NOT_ALLOWED);
    Scenario::new(OTHER_USER, GET_SECRET, SECRET)
        .identity(maybe)
        .context(Context::open())
        .is(NOT_ALLOWED);
}
