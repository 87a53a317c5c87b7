//! Roles: what trust policies come to, beyond the examples of the controls.

use std::sync::Arc;

use jiff::ToSpan as _;
use keyward_controls::{Finding, Settings, Severity, State, about_account, by_id};
use keyward_policy::Document;
use keyward_snapshot::{
    Account, AccountId, Call, ControlPolicy, FeatureSet, Gap, Head, Known, Listing, MemberAccount,
    Membership, Organization, PolicyKind, Role, RoleLastUsed, Root,
};
use keyward_testing::taken_at;

const OWN: &str = "111122223333";
const MEMBER: &str = "444455556666";
const VENDOR: &str = "123456789012";
const GITHUB: &str = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";

/// A trust policy of one statement; `statement` lacks the braces.
fn role(statement: &str) -> Role {
    let policy = format!(r#"{{"Version": "2012-10-17", "Statement": [{{{statement}}}]}}"#);
    Role {
        name: "deploy".to_owned(),
        path: "/".to_owned(),
        arn: format!("arn:aws:iam::{OWN}:role/deploy"),
        id: "AROAEXAMPLEDEPLOY".to_owned(),
        created: None,
        trust: Arc::new(Document::parse(&policy).unwrap()),
        inline: Vec::new(),
        attached: Vec::new(),
        boundary: None,
        instance_profiles: Vec::new(),
        last_used: RoleLastUsed::NotReported,
        max_session_seconds: None,
        tags: vec![("team".to_owned(), "platform".to_owned())],
    }
}

/// An `Allow` of `sts:AssumeRole` for `principal`, under `condition`.
fn allow(principal: &str, condition: &str) -> Role {
    role(&format!(
        r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {principal}, "Condition": {{{condition}}}"#
    ))
}

/// An `Allow` of `sts:AssumeRoleWithWebIdentity` for the provider with this address.
fn web_identity(address: &str, condition: &str) -> Role {
    role(&format!(
        r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
           "Principal": {{"Federated": "arn:aws:iam::{OWN}:oidc-provider/{address}"}},
           "Condition": {{{condition}}}"#
    ))
}

fn organization() -> Organization {
    let member = |id: &str| MemberAccount {
        id: AccountId::from(id),
        name: id.to_owned(),
        email: format!("{id}@example.com"),
        active: true,
    };
    Organization {
        id: "o-exampleorgid".to_owned(),
        management_account: AccountId::from("999999999999"),
        features: FeatureSet::All,
        roots: Listing::complete(vec![Root {
            id: "r-exam".to_owned(),
            enabled_policy_types: vec!["RESOURCE_CONTROL_POLICY".to_owned()],
        }]),
        accounts: Listing::complete(vec![member("999999999999"), member(OWN), member(MEMBER)]),
        parents: Listing::complete(vec![(OWN.to_owned(), "r-exam".to_owned())]),
        policies: Listing::complete(Vec::new()),
    }
}

fn member_of(organization: Organization) -> Known<Membership> {
    Known::Value(Membership::Member(Box::new(organization)))
}

fn findings(
    control: &str,
    role: Role,
    organization: Known<Membership>,
    settings: &Settings,
) -> Vec<Finding> {
    let mut head = Head::new(taken_at());
    head.accounts = vec![AccountId::from(OWN)];
    head.organization = organization;
    let mut account = Account::unread(AccountId::from(OWN));
    account.roles = Listing::complete(vec![role]);
    about_account(&head, &account, settings, [&by_id(control).unwrap()])
}

/// The only finding that `control` has about this role, in the organization.
#[track_caller]
fn finding(control: &str, role: Role) -> Finding {
    let mut found = findings(control, role, member_of(organization()), &Settings::default());
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

#[track_caller]
fn everyone(role: Role, state: State, severity: Severity) {
    let found = finding("roles-trusting-everyone", role);
    assert_eq!((found.state, found.severity), (state, severity), "{found:#?}");
}

#[track_caller]
fn weak(role: Role) {
    everyone(role, State::Weak, Severity::Critical);
}

#[track_caller]
fn sound(role: Role) {
    everyone(role, State::Sound, Severity::Critical);
}

#[test]
fn everyone_is_everyone_in_any_spelling() {
    weak(allow(r#""*""#, ""));
    weak(allow(r#"{"AWS": "*"}"#, ""));
    weak(allow(r#"{"AWS": ["arn:aws:iam::444455556666:root", "*"]}"#, ""));
    weak(role(r#""Effect": "Allow", "Action": "sts:*", "Principal": "*""#));
    weak(role(r#""Effect": "Allow", "Action": "*", "Principal": "*""#));
    weak(role(&format!(
        r#""Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": {{"AWS": "{MEMBER}"}}"#
    )));
}

#[test]
fn named_principals_are_not_everyone() {
    sound(allow(r#"{"AWS": "arn:aws:iam::444455556666:root"}"#, ""));
    sound(allow(r#"{"AWS": "arn:aws:iam::123456789012:role/reader"}"#, ""));
    sound(allow(r#"{"Service": "ec2.amazonaws.com"}"#, ""));
    sound(web_identity("token.actions.githubusercontent.com", ""));
    // Nobody comes in through an action that does not open roles.
    sound(role(r#""Effect": "Allow", "Action": "sts:TagSession", "Principal": "*""#));
}

#[test]
fn a_condition_on_who_asks_keeps_strangers_out() {
    let all = r#"{"AWS": "*"}"#;
    sound(allow(all, r#""StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}"#));
    sound(allow(all, r#""StringEquals": {"aws:PrincipalAccount": "444455556666"}"#));
    sound(allow(all, r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/*"}"#));
    sound(allow(all, r#""Bool": {"aws:PrincipalIsAWSService": "true"}"#));
    sound(allow(
        all,
        r#""ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorgid/r-exam/ou-exam-11111111/*"}"#,
    ));
    sound(allow(all, r#""StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}"#));
}

#[test]
fn a_condition_that_a_stranger_can_meet_keeps_nobody_out() {
    let all = r#"{"AWS": "*"}"#;
    // Tags, names and a second factor are the stranger's own.
    weak(allow(all, r#""StringEquals": {"aws:PrincipalTag/team": "platform"}"#));
    weak(allow(all, r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/pipeline-*"}"#));
    weak(allow(all, r#""StringLike": {"aws:PrincipalArn": "*:role/pipeline"}"#));
    weak(allow(all, r#""StringEquals": {"aws:username": "operator"}"#));
    weak(allow(all, r#""StringLike": {"sts:RoleSessionName": "pipeline-*"}"#));
    weak(allow(all, r#""Bool": {"aws:MultiFactorAuthPresent": "true"}"#));
    weak(allow(all, r#""Bool": {"aws:SecureTransport": "true"}"#));
    // Whoever is in no organization carries no key.
    weak(allow(all, r#""StringEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"}"#));
    weak(allow(all, r#""ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorgid/*"}"#));
    // Whoever is in another organization carries another value.
    weak(allow(all, r#""StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}"#));
    weak(allow(all, r#""StringLike": {"aws:PrincipalOrgID": "o-*"}"#));
    weak(allow(all, r#""StringEquals": {"aws:ResourceTag/team": "platform"}"#));
}

#[test]
fn an_external_id_lowers_the_severity_and_no_more() {
    let all = r#"{"AWS": "*"}"#;
    everyone(
        allow(all, r#""StringEquals": {"sts:ExternalId": ["tenant-1", "tenant-2"]}"#),
        State::Weak,
        Severity::High,
    );
    everyone(
        allow(
            all,
            r#""StringEquals": {"sts:ExternalId": "tenant-1", "aws:PrincipalTag/team": "platform"}"#,
        ),
        State::Weak,
        Severity::High,
    );
    // An external id that nobody has to send is none.
    weak(allow(all, r#""StringEqualsIfExists": {"sts:ExternalId": "tenant-1"}"#));
    weak(allow(all, r#""StringNotEquals": {"sts:ExternalId": "tenant-1"}"#));
}

#[test]
fn a_network_lowers_the_severity_unless_it_is_the_internet() {
    let all = r#"{"AWS": "*"}"#;
    for condition in [
        r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#,
        r#""StringEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}"#,
        r#""StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d", "sts:ExternalId": "tenant-1"}"#,
    ] {
        everyone(allow(all, condition), State::Weak, Severity::Medium);
    }
    weak(allow(all, r#""IpAddress": {"aws:SourceIp": "0.0.0.0/0"}"#));
    weak(allow(all, r#""NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#));
    sound(allow(
        all,
        r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}"#,
    ));
}

#[test]
fn a_key_that_says_nothing_about_who_asks_leaves_the_question_open() {
    let found = finding(
        "roles-trusting-everyone",
        allow(r#""*""#, r#""StringLike": {"aws:userid": "AROAEXAMPLE:*"}"#),
    );
    assert_eq!(found.state, State::CannotTell, "{found:#?}");
    assert!(found.title.contains("aws:userid"), "{}", found.title);
}

#[test]
fn a_deny_beside_the_allow_counts() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"},
        {"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": "*",
         "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}}]}"#;
    let closed = Role { trust: Arc::new(Document::parse(policy).unwrap()), ..role_of_nobody() };
    sound(closed);
}

fn role_of_nobody() -> Role {
    role(r#""Effect": "Deny", "Action": "sts:AssumeRole", "Principal": "*""#)
}

#[test]
fn a_resource_control_policy_lowers_the_severity_and_leaves_the_role_weak() {
    let deny = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
        "Action": "sts:AssumeRole", "Resource": "*",
        "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"}}}]}"#;
    let mut organization = organization();
    organization.policies = Listing::complete(vec![ControlPolicy {
        id: "p-perimeter1".to_owned(),
        name: "perimeter".to_owned(),
        kind: PolicyKind::ResourceControl,
        document: Known::Value(Arc::new(Document::parse(deny).unwrap())),
        targets: Known::Value(vec!["r-exam".to_owned()]),
    }]);
    let open = allow(r#""*""#, "");
    let found =
        findings("roles-trusting-everyone", open, member_of(organization), &Settings::default());
    assert_eq!((found[0].state, found[0].severity), (State::Weak, Severity::Medium), "{found:#?}");
}

#[test]
fn service_linked_roles_are_left_to_aws() {
    let mut linked = allow(r#""*""#, "");
    linked.path = "/aws-service-role/ecs.amazonaws.com/".to_owned();
    for control in ["roles-trusting-everyone", "roles-unused"] {
        let found =
            findings(control, linked.clone(), member_of(organization()), &Settings::default());
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[track_caller]
fn accounts(role: Role, state: Option<State>) {
    let found = findings(
        "roles-trusting-unknown-accounts",
        role,
        member_of(organization()),
        &Settings::default(),
    );
    assert_eq!(found.first().map(|finding| finding.state), state, "{found:#?}");
}

#[test]
fn accounts_are_known_by_the_organization_and_the_settings_alone() {
    let named = |account: &str| allow(&format!(r#"{{"AWS": "arn:aws:iam::{account}:root"}}"#), "");
    accounts(named(MEMBER), Some(State::Sound));
    accounts(named(VENDOR), Some(State::Weak));
    accounts(named(OWN), None);
    accounts(allow(&format!(r#"{{"AWS": "{VENDOR}"}}"#), ""), Some(State::Weak));
    accounts(allow(r#"{"Service": "ec2.amazonaws.com"}"#, ""), None);
    for settings in [
        Settings { trusted_accounts: vec![VENDOR.into()], ..Settings::default() },
        Settings { vendor_accounts: vec![VENDOR.into()], ..Settings::default() },
    ] {
        let control = "roles-trusting-unknown-accounts";
        let found = findings(control, named(VENDOR), member_of(organization()), &settings);
        assert_eq!(found[0].state, State::Sound, "{found:#?}");
    }
}

#[test]
fn an_account_that_is_named_in_a_condition_counts_and_one_that_is_shut_out_does_not() {
    let all = r#"{"AWS": "*"}"#;
    accounts(
        allow(all, r#""StringEquals": {"aws:PrincipalAccount": "123456789012"}"#),
        Some(State::Weak),
    );
    accounts(
        allow(all, r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/*"}"#),
        Some(State::Weak),
    );
    let vendor = format!(r#"{{"AWS": "{VENDOR}"}}"#);
    // Outside the organization nobody has its id.
    accounts(allow(&vendor, r#""StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}"#), None);
    // An external id narrows the trust, and the account is still outside.
    accounts(allow(&vendor, r#""StringEquals": {"sts:ExternalId": "1"}"#), Some(State::Weak));
}

#[test]
fn a_foreign_organization_counts_like_an_account() {
    let role = allow(r#""*""#, r#""StringEquals": {"aws:PrincipalOrgID": "o-vendororgid"}"#);
    let found = finding("roles-trusting-unknown-accounts", role.clone());
    assert_eq!(found.state, State::Weak, "{found:#?}");
    assert!(found.title.contains("o-vendororgid"), "{}", found.title);
    sound(role);
}

#[test]
fn without_the_list_of_accounts_nobody_can_tell() {
    let gap = Known::Gap(Gap::not_collected(Call::DescribeOrganization));
    let mut unlisted = organization();
    unlisted.accounts = Listing::missing(Gap::not_collected(Call::ListAccounts));
    for organization in [gap, member_of(unlisted)] {
        for control in
            ["roles-trusting-unknown-accounts", "roles-trusting-vendors-without-external-id"]
        {
            let role = allow(&format!(r#"{{"AWS": "{MEMBER}"}}"#), "");
            let found = findings(control, role, organization.clone(), &Settings::default());
            assert_eq!(found[0].state, State::CannotTell, "{found:#?}");
            assert!(found[0].gap.is_some());
        }
    }
}

#[test]
fn without_an_organization_all_other_accounts_are_outside() {
    let role = allow(&format!(r#"{{"AWS": "{MEMBER}"}}"#), "");
    let found = findings(
        "roles-trusting-unknown-accounts",
        role,
        Known::Value(Membership::None),
        &Settings::default(),
    );
    assert_eq!(found[0].state, State::Weak, "{found:#?}");
}

#[track_caller]
fn vendor(condition: &str, state: State) {
    let role = allow(&format!(r#"{{"AWS": "{VENDOR}"}}"#), condition);
    let found = finding("roles-trusting-vendors-without-external-id", role);
    assert_eq!(found.state, state, "{found:#?}");
}

#[test]
fn a_vendor_needs_an_external_id_that_is_not_anybodys() {
    vendor("", State::Weak);
    vendor(r#""StringEquals": {"sts:ExternalId": "c0a8-4711"}"#, State::Sound);
    vendor(r#""StringLike": {"sts:ExternalId": "c0a8-4711"}"#, State::Sound);
    // Only the vendor knows whether another customer's id fits.
    vendor(r#""StringLike": {"sts:ExternalId": "c0a8-*"}"#, State::CannotTell);
    vendor(r#""StringLike": {"sts:ExternalId": "????????-????"}"#, State::CannotTell);
    vendor(r#""StringLike": {"sts:ExternalId": "*"}"#, State::Weak);
    vendor(r#""Null": {"sts:ExternalId": "false"}"#, State::Weak);
    vendor(r#""StringEqualsIfExists": {"sts:ExternalId": "c0a8-4711"}"#, State::Weak);
    vendor(
        r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/scan"}"#,
        State::Weak,
    );
    vendor(r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#, State::CannotTell);
}

#[test]
fn accounts_of_ones_own_need_no_external_id() {
    let control = "roles-trusting-vendors-without-external-id";
    let role = |account: &str| allow(&format!(r#"{{"AWS": "{account}"}}"#), "");
    let settings = Settings { trusted_accounts: vec![VENDOR.into()], ..Settings::default() };
    assert!(findings(control, role(VENDOR), member_of(organization()), &settings).is_empty());
    assert!(findings(control, role(MEMBER), member_of(organization()), &settings).is_empty());
    let settings = Settings { vendor_accounts: vec![VENDOR.into()], ..Settings::default() };
    let found = findings(control, role(VENDOR), member_of(organization()), &settings);
    assert_eq!(found[0].state, State::Weak, "{found:#?}");
}

#[track_caller]
fn service(name: &str, condition: &str, state: Option<State>) {
    let role = allow(&format!(r#"{{"Service": "{name}"}}"#), condition);
    let found = findings(
        "roles-trusting-services-without-source",
        role,
        member_of(organization()),
        &Settings::default(),
    );
    assert_eq!(found.first().map(|finding| finding.state), state, "{found:#?}");
}

#[test]
fn a_service_has_to_say_on_whose_behalf_it_comes() {
    let logs = "logs.eu-west-1.amazonaws.com";
    service(logs, "", Some(State::Weak));
    service("scheduler.amazonaws.com", "", Some(State::Weak));
    let own = r#""StringEquals": {"aws:SourceAccount": "111122223333"}"#;
    service(logs, own, Some(State::Sound));
    let own = r#""ArnLike": {"aws:SourceArn": "arn:aws:logs:*:111122223333:*"}"#;
    service(logs, own, Some(State::Sound));
    let ours = r#""StringEquals": {"aws:SourceOrgID": "o-exampleorgid"}"#;
    service(logs, ours, Some(State::Sound));
    let ours = r#""StringEquals": {"aws:SourceOrgID": "${aws:ResourceOrgID}"}"#;
    service(logs, ours, Some(State::Sound));
    // Names, regions and a bucket say nothing about the account.
    let any = r#""ArnLike": {"aws:SourceArn": "arn:aws:logs:eu-west-1:*:log-group:audit"}"#;
    service(logs, any, Some(State::Weak));
    let any = r#""StringLike": {"aws:SourceArn": "arn:aws:s3:::audit-*"}"#;
    service(logs, any, Some(State::Weak));
    let any = r#""StringEqualsIfExists": {"aws:SourceOrgID": "o-exampleorgid"}"#;
    service(logs, any, Some(State::Weak));
}

#[test]
fn a_service_that_is_not_known_to_say_it_gets_no_answer() {
    service("ec2.amazonaws.com", "", None);
    service("lambda.amazonaws.com", "", None);
    service("logs.example.com", "", None);
}

#[track_caller]
fn repository(address: &str, condition: &str, state: State) {
    let found = finding("roles-trusting-any-repository", web_identity(address, condition));
    assert_eq!(found.state, state, "{found:#?}");
}

#[track_caller]
fn github(subject: &str, state: State) {
    let address = "token.actions.githubusercontent.com";
    let condition = format!(
        r#""StringEquals": {{"{address}:aud": "sts.amazonaws.com"}}, "StringLike": {{"{address}:sub": "{subject}"}}"#
    );
    repository(address, &condition, state);
}

#[test]
fn a_subject_has_to_pin_the_owner_on_github() {
    github("repo:example-org/shop:ref:refs/heads/main", State::Sound);
    github("repo:example-org/*", State::Sound);
    github("repo:example-org/shop:*", State::Sound);
    github("repo:example-org@4711/shop@42:*", State::Sound);
    github("repository_owner:example-org:environment:production", State::Sound);
    github("*", State::Weak);
    github("repo:*", State::Weak);
    github("repo:example-org*", State::Weak);
    github("repo:*/shop:*", State::Weak);
    github("repo:*:ref:refs/heads/main", State::Weak);
    github("*:environment:production", State::Weak);
    github("repo:example-or?/shop:*", State::Weak);
    github("*example-org/shop:*", State::Weak);
    // A subject made of claims that everybody chooses names nobody.
    github("environment:production", State::Weak);
}

#[test]
fn other_claims_of_github_pin_the_owner_as_well() {
    let address = "token.actions.githubusercontent.com";
    let with = |claim: &str, value: &str| {
        format!(
            r#""StringLike": {{"{address}:sub": "repo:*"}}, "StringEquals": {{"{address}:{claim}": "{value}"}}"#
        )
    };
    repository(address, &with("repository_owner_id", "4711"), State::Sound);
    repository(address, &with("repository", "example-org/shop"), State::Sound);
    repository(address, &with("environment", "production"), State::Weak);
    repository(address, &with("ref", "refs/heads/main"), State::Weak);
    let workflow = "example-org/shop/.github/workflows/deploy.yml@refs/heads/main";
    repository(address, &with("job_workflow_ref", workflow), State::CannotTell);
}

#[test]
fn the_audience_pins_nobody_who_may_choose_it() {
    let any = |address: &str| format!(r#""StringEquals": {{"{address}:aud": "our-own-audience"}}"#);
    for address in [
        "token.actions.githubusercontent.com",
        "gitlab.com",
        "app.terraform.io",
        "agent.buildkite.com",
        "oidc.codefresh.io",
        "scalr.io",
    ] {
        repository(address, &any(address), State::Weak);
        repository(address, "", State::Weak);
    }
    for address in ["oidc.vercel.com", "api.pulumi.com/oidc"] {
        repository(address, &any(address), State::Sound);
        repository(address, "", State::Weak);
    }
}

#[test]
fn each_issuer_has_its_own_shape_of_subject() {
    let like =
        |address: &str, subject: &str| format!(r#""StringLike": {{"{address}:sub": "{subject}"}}"#);
    for (address, pinned, open) in [
        ("gitlab.com", "project_path:example/shop:*", "project_path:example*"),
        ("app.terraform.io", "organization:example:*", "organization:*:workspace:shop:*"),
        ("agent.buildkite.com", "organization:example:*", "organization:*:pipeline:shop:*"),
        ("oidc.codefresh.io", "account:64884faac2751b77ca7ab324:*", "account:*:pipeline:1:*"),
        ("scalr.io", "account:example:*", "account:*"),
        ("api.pulumi.com/oidc", "pulumi:deploy:org:example:*", "pulumi:deploy:org:*"),
        ("oidc.vercel.com", "owner:example:*", "owner:*:environment:production"),
    ] {
        repository(address, &like(address, pinned), State::Sound);
        repository(address, &like(address, open), State::Weak);
    }
}

#[test]
fn an_issuer_of_ones_own_pins_by_its_address_and_an_unknown_one_gets_no_answer() {
    repository("oidc.circleci.com/org/11111111-2222-3333-4444-555555555555", "", State::Sound);
    let bitbucket = "api.bitbucket.org/2.0/workspaces/example/pipelines-config/identity/oidc";
    repository(bitbucket, "", State::Sound);
    repository("token.actions.githubusercontent.com/example", "", State::Sound);
    let cluster = web_identity("oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633", "");
    let control = "roles-trusting-any-repository";
    let found = findings(control, cluster, member_of(organization()), &Settings::default());
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_foreign_token_is_part_of_the_evidence() {
    let found = finding(
        "roles-trusting-any-repository",
        web_identity(
            "token.actions.githubusercontent.com",
            r#""StringLike": {"token.actions.githubusercontent.com:sub": "repo:example-org*"}"#,
        ),
    );
    let request = found.evidence.iter().find(|it| it.what == "allowed request").unwrap();
    assert!(request.value.contains("repo:example-orgsomeone-else/"), "{}", request.value);
    assert!(request.value.contains(GITHUB), "{}", request.value);
}

#[track_caller]
fn unused(last_used: RoleLastUsed, made_days_ago: Option<i64>, state: State) {
    let created = made_days_ago.map(|days| taken_at() - (days * 24).hours());
    let role = Role { last_used, created, ..role_of_nobody() };
    let found = finding("roles-unused", role);
    assert_eq!(found.state, state, "{found:#?}");
}

#[test]
fn a_role_is_unused_by_its_last_use_or_by_its_age() {
    let ago = |days: i64| RoleLastUsed::At(taken_at() - (days * 24).hours(), None);
    unused(ago(90), None, State::Weak);
    unused(ago(89), None, State::Sound);
    unused(RoleLastUsed::NotTracked, Some(90), State::Weak);
    unused(RoleLastUsed::NotTracked, Some(89), State::Sound);
    unused(RoleLastUsed::NotTracked, None, State::CannotTell);
    unused(RoleLastUsed::NotReported, Some(400), State::CannotTell);
}

#[test]
fn roles_that_are_kept_for_emergencies_may_lie_still() {
    let settings = Settings {
        break_glass: vec!["arn:aws:iam::*:role/deploy".to_owned()],
        ..Settings::default()
    };
    let role = Role { last_used: RoleLastUsed::NotReported, ..role_of_nobody() };
    assert!(findings("roles-unused", role, member_of(organization()), &settings).is_empty());
}
