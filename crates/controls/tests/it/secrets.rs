//! Secrets: what the examples of the controls do not show.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan as _};
use keyward_controls::{Finding, Settings, Severity, State, about_account, by_id};
use keyward_policy::Document;
use keyward_snapshot::{
    Account, AccountId, Call, EnvironmentVariable, FeatureSet, Function, Gap, Head, Instance,
    InstanceState, Known, LaunchTemplateVersion, Listing, MemberAccount, Membership, Organization,
    Parameter, ParameterValue, RotationRules, Secret, SecretInText, SecretKind, Unreadable,
    UserData,
};
use keyward_testing::taken_at;

const ARN: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shared/api-token-a1B2c3";

fn secret() -> Secret {
    Secret {
        arn: ARN.to_owned(),
        name: "shared/api-token".to_owned(),
        region: "eu-west-1".to_owned(),
        created: None,
        last_changed: None,
        last_rotated: None,
        last_accessed: None,
        next_rotation: None,
        rotation_enabled: false,
        rotation_function: None,
        rotation_rules: None,
        deleted: false,
        owning_service: None,
        kms_key: Some("arn:aws:kms:eu-west-1:111122223333:key/1234abcd".to_owned()),
        resource_policy: Known::Value(None),
    }
}

fn with_policy(policy: &str) -> Secret {
    let document = Document::parse(policy).unwrap();
    Secret { resource_policy: Known::Value(Some(Arc::new(document))), ..secret() }
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
        management_account: AccountId::from("111122223333"),
        features: FeatureSet::All,
        roots: Listing::complete(Vec::new()),
        accounts: Listing::complete(vec![member("111122223333"), member("444455556666")]),
        parents: Listing::complete(Vec::new()),
        policies: Listing::complete(Vec::new()),
    }
}

fn member_of(organization: Organization) -> Known<Membership> {
    Known::Value(Membership::Member(Box::new(organization)))
}

/// The only finding that `control` has about an account with this one secret.
#[track_caller]
fn finding_in(
    control: &str,
    secret: Secret,
    organization: Known<Membership>,
    settings: &Settings,
) -> Finding {
    let mut found = findings(control, secret, organization, settings);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn findings(
    control: &str,
    secret: Secret,
    organization: Known<Membership>,
    settings: &Settings,
) -> Vec<Finding> {
    let head = Head { organization, ..Head::new(taken_at()) };
    let mut account = Account::unread(AccountId::from("111122223333"));
    account.secrets = Listing::complete(vec![secret]);
    about_account(&head, &account, settings, [&by_id(control).unwrap()])
}

#[track_caller]
fn about(control: &str, secret: Secret) -> Finding {
    finding_in(control, secret, member_of(organization()), &Settings::default())
}

/// An `Allow` of reading for `principal`, under `condition`.
fn allow(principal: &str, condition: &str) -> Secret {
    with_policy(&format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},
            "Action":"secretsmanager:GetSecretValue","Resource":"*","Condition":{condition}}}]}}"#
    ))
}

#[track_caller]
fn reads(secret: Secret, state: State, words: &str) {
    let found = about("secrets-shared-outside", secret);
    let said = format!("{} {:?}", found.title, found.evidence);
    assert_eq!(found.state, state, "{said}");
    assert!(said.contains(words), "`{words}` is not in: {said}");
}

#[test]
fn a_policy_for_everyone_lets_anyone_read() {
    reads(allow(r#""*""#, "{}"), State::Weak, "read by anyone");
    reads(allow(r#"{"AWS":"*"}"#, "{}"), State::Weak, "read by anyone");
}

#[test]
fn a_condition_on_the_own_organization_keeps_strangers_out() {
    let own = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid"}}"#;
    reads(allow(r#""*""#, own), State::Sound, "Nobody");
    let path = r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-exampleorgid/*"}}"#;
    reads(allow(r#""*""#, path), State::Sound, "Nobody");
    let deny = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":"*","Action":"secretsmanager:*","Resource":"*"},
        {"Effect":"Deny","Principal":"*","Action":"*","Resource":"*",
         "Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-exampleorgid"}}}]}"#;
    reads(with_policy(deny), State::Sound, "Nobody");
}

#[test]
fn a_condition_that_holds_without_an_organization_keeps_nobody_out() {
    let lax = r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-exampleorgid"}}"#;
    reads(allow(r#""*""#, lax), State::Weak, "read by anyone");
}

#[test]
fn another_organization_is_outside() {
    let partner = r#"{"StringEquals":{"aws:PrincipalOrgID":["o-exampleorgid","o-partner000"]}}"#;
    reads(allow(r#""*""#, partner), State::Weak, "organization o-partner000");
    let path = r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-partner000/r-ab12/*"}}"#;
    reads(allow(r#""*""#, path), State::Weak, "organization o-partner000");
}

#[test]
fn accounts_of_the_organization_are_inside_and_others_are_not() {
    reads(allow(r#"{"AWS":"444455556666"}"#, "{}"), State::Sound, "Nobody");
    reads(allow(r#"{"AWS":"999999999999"}"#, "{}"), State::Weak, "account 999999999999");
    let role = r#"{"AWS":"arn:aws:iam::999999999999:role/backup"}"#;
    reads(allow(role, "{}"), State::Weak, "account 999999999999");
}

#[test]
fn an_account_in_a_partner_organization_is_found_where_both_are_asked_for() {
    let partner = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-partner000"}}"#;
    reads(allow(r#"{"AWS":"999999999999"}"#, partner), State::Weak, "account 999999999999");
    let own = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid"}}"#;
    reads(allow(r#"{"AWS":"999999999999"}"#, own), State::Sound, "Nobody");
}

#[test]
fn accounts_that_only_conditions_name_are_found() {
    let id = r#"{"StringEquals":{"aws:PrincipalAccount":"999999999999"}}"#;
    reads(allow(r#""*""#, id), State::Weak, "account 999999999999");
    let arn = r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::999999999999:role/backup-*"}}"#;
    reads(allow(r#""*""#, arn), State::Weak, "account 999999999999");
    let inside = r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/*"}}"#;
    reads(allow(r#""*""#, inside), State::Sound, "Nobody");
}

#[test]
fn a_role_name_in_any_account_keeps_nobody_out() {
    let arn = r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/deploy-*"}}"#;
    reads(allow(r#""*""#, arn), State::Weak, "read by anyone");
    let arn = r#"{"ArnLike":{"aws:PrincipalArn":"arn:*:iam::*:role/deploy"}}"#;
    reads(allow(r#""*""#, arn), State::Weak, "read by anyone");
}

#[test]
fn what_nobody_can_know_is_not_guessed() {
    let endpoint = r#"{"StringEquals":{"aws:SourceVpce":"vpce-1a2b3c4d"}}"#;
    reads(allow(r#""*""#, endpoint), State::CannotTell, "aws:sourcevpce");
    let pattern = r#"{"StringLike":{"aws:PrincipalArn":"*:role/deploy"}}"#;
    reads(allow(r#""*""#, pattern), State::CannotTell, "aws:principalarn");
    let accounts = r#"{"StringLike":{"aws:PrincipalAccount":"1234*"}}"#;
    reads(allow(r#""*""#, accounts), State::CannotTell, "aws:principalaccount");
}

#[test]
fn policies_that_let_nobody_outside_read_are_sound() {
    reads(secret(), State::Sound, "no resource policy");
    reads(allow(r#"{"Service":"lambda.amazonaws.com"}"#, "{}"), State::Sound, "Nobody");
    reads(allow(r#"{"AWS":"AROAEXAMPLEID12345678"}"#, "{}"), State::Sound, "Nobody");
    let metadata = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",
        "Action":"secretsmanager:DescribeSecret","Resource":"*"}]}"#;
    reads(with_policy(metadata), State::Sound, "Nobody");
}

#[test]
fn trusted_accounts_are_inside_and_vendors_are_named() {
    let shared = || allow(r#"{"AWS":"999999999999"}"#, "{}");
    let id = AccountId::from("999999999999");
    let with = |settings: &Settings| {
        finding_in("secrets-shared-outside", shared(), member_of(organization()), settings)
    };
    let trusted = Settings { trusted_accounts: vec![id.clone()], ..Settings::default() };
    assert_eq!(with(&trusted).state, State::Sound);

    let found = with(&Settings { vendor_accounts: vec![id], ..Settings::default() });
    assert_eq!((found.state, found.severity), (State::Weak, Severity::High));
    assert!(found.evidence.iter().any(|it| it.value.contains("vendor by agreement")));
}

#[test]
fn a_secret_under_the_key_of_aws_is_less_than_critical() {
    let shared = Secret { kms_key: None, ..allow(r#""*""#, "{}") };
    let found = about("secrets-shared-outside", shared);
    assert_eq!((found.state, found.severity), (State::Weak, Severity::High));
    let found = about("secrets-shared-outside", allow(r#""*""#, "{}"));
    assert_eq!((found.state, found.severity), (State::Weak, Severity::Critical));
}

#[test]
fn without_the_organization_only_what_it_decides_is_open() {
    let unread = || Known::Gap(Gap::not_collected(Call::DescribeOrganization));
    let state = |secret: Secret| {
        finding_in("secrets-shared-outside", secret, unread(), &Settings::default()).state
    };
    assert_eq!(state(secret()), State::Sound);
    assert_eq!(state(allow(r#""*""#, "{}")), State::Weak);
    assert_eq!(state(allow(r#"{"AWS":"111122223333"}"#, "{}")), State::Sound);
    assert_eq!(state(allow(r#"{"AWS":"999999999999"}"#, "{}")), State::CannotTell);
    let some = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid"}}"#;
    assert_eq!(state(allow(r#""*""#, some)), State::CannotTell);
}

#[test]
fn without_all_accounts_an_unknown_account_is_open_and_a_known_one_is_not() {
    let mut partly = organization();
    partly.accounts.gaps.push(Gap::truncated(Call::ListAccounts));
    let with = |secret: Secret| {
        let known = member_of(partly.clone());
        finding_in("secrets-shared-outside", secret, known, &Settings::default())
    };
    let found = with(allow(r#"{"AWS":"999999999999"}"#, "{}"));
    assert_eq!(found.state, State::CannotTell);
    assert_eq!(found.gap.map(|gap| gap.call), Some(Call::ListAccounts));
    assert_eq!(with(allow(r#"{"AWS":"444455556666"}"#, "{}")).state, State::Sound);
}

#[test]
fn outside_any_organization_every_other_account_is_outside() {
    let alone = Known::Value(Membership::None);
    let shared = allow(r#"{"AWS":"444455556666"}"#, "{}");
    let found = finding_in("secrets-shared-outside", shared, alone, &Settings::default());
    assert_eq!(found.state, State::Weak);
}

#[expect(clippy::unnecessary_wraps, reason = "the dates of a secret are optional")]
fn ago(days: i64) -> Option<Timestamp> {
    Some(taken_at() - (days * 24).hours())
}

fn rotated(days: i64, rules: RotationRules) -> Secret {
    let created = ago(400);
    let rotation_rules = Some(rules);
    Secret { rotation_enabled: true, rotation_rules, created, last_rotated: ago(days), ..secret() }
}

fn rule(automatically_after_days: Option<u32>, schedule: Option<&str>) -> RotationRules {
    RotationRules { automatically_after_days, schedule: schedule.map(str::to_owned) }
}

#[track_caller]
fn rotation(secret: Secret, expected: State) {
    let found = about("secrets-rotation-overdue", secret);
    assert_eq!(found.state, expected, "{}", found.title);
}

#[test]
fn a_rotation_is_overdue_a_day_after_its_interval() {
    rotation(rotated(31, rule(Some(30), None)), State::Sound);
    rotation(rotated(32, rule(Some(30), None)), State::Weak);
    rotation(rotated(11, rule(None, Some("rate(10 days)"))), State::Sound);
    rotation(rotated(12, rule(None, Some("rate(10 days)"))), State::Weak);
    rotation(rotated(1, rule(Some(1), Some("rate(12 hours)"))), State::Sound);
    rotation(rotated(2, rule(Some(1), Some("rate(12 hours)"))), State::Weak);
}

#[test]
fn a_cron_schedule_is_judged_by_the_next_rotation_alone() {
    let cron = || rule(Some(30), Some("cron(0 8 1 * ? *)"));
    let next = |days| Secret { next_rotation: ago(days), ..rotated(300, cron()) };
    rotation(next(-7), State::Sound);
    rotation(next(1), State::Weak);
    rotation(rotated(300, cron()), State::CannotTell);
}

#[test]
fn a_missed_rotation_is_weak_however_young_the_last_one_is() {
    let missed = Secret { next_rotation: ago(3), ..rotated(2, rule(Some(30), None)) };
    rotation(missed, State::Weak);
}

#[test]
fn a_rotation_that_never_ran_counts_from_the_creation() {
    let never = |created| {
        let rules = rule(Some(30), None);
        Secret { last_rotated: None, created, ..rotated(0, rules) }
    };
    rotation(never(ago(10)), State::Sound);
    rotation(never(ago(40)), State::Weak);
    rotation(never(None), State::CannotTell);
}

#[test]
fn a_secret_without_rotation_has_no_answer_about_overdue_ones() {
    let alone = || Known::Value(Membership::None);
    let control = "secrets-rotation-overdue";
    assert!(findings(control, secret(), alone(), &Settings::default()).is_empty());
}

#[test]
fn the_best_date_that_aws_gives_tells_the_age_of_a_value() {
    let control = "secrets-older-than-90-days";
    let age = |secret: Secret| {
        let found = about(control, secret);
        (found.state, found.evidence.first().map(|it| it.what.clone()).unwrap_or_default())
    };
    let weak = |what: &str| (State::Weak, what.to_owned());
    let sound = |what: &str| (State::Sound, what.to_owned());
    let dated = Secret { created: ago(400), last_changed: ago(91), ..secret() };
    assert_eq!(age(dated.clone()), weak("LastChangedDate"));
    assert_eq!(age(Secret { last_changed: ago(90), ..dated.clone() }), sound("LastChangedDate"));
    assert_eq!(age(Secret { last_rotated: ago(5), ..dated.clone() }), sound("LastRotatedDate"));
    assert_eq!(age(Secret { last_changed: None, ..dated }), weak("CreatedDate"));
    assert_eq!(age(secret()), (State::CannotTell, String::new()));
}

#[test]
fn a_young_secret_that_nobody_read_yet_is_not_called_unused() {
    let state = |secret: Secret| about("secrets-unused", secret).state;
    assert_eq!(state(Secret { created: ago(12), ..secret() }), State::Sound);
    assert_eq!(state(Secret { created: ago(91), ..secret() }), State::Weak);
    assert_eq!(state(Secret { last_accessed: ago(90), ..secret() }), State::Sound);
    assert_eq!(state(Secret { last_accessed: ago(91), ..secret() }), State::Weak);
    assert_eq!(state(secret()), State::CannotTell);
}

#[test]
fn secrets_that_wait_for_their_deletion_are_left_out() {
    for control in [
        "secrets-without-rotation",
        "secrets-rotation-overdue",
        "secrets-older-than-90-days",
        "secrets-unused",
        "secrets-shared-outside",
    ] {
        let deleted = Secret { deleted: true, ..rotated(300, rule(Some(30), None)) };
        let found = findings(control, deleted, member_of(organization()), &Settings::default());
        assert!(found.is_empty(), "{control}: {found:#?}");
    }
}

#[test]
fn secrets_that_a_service_keeps_are_weighed_by_what_their_owner_can_do() {
    let kept = Secret { owning_service: Some("events".to_owned()), ..secret() };
    let found = about("secrets-without-rotation", kept.clone());
    assert_eq!((found.state, found.severity), (State::Weak, Severity::Medium));
    let unused = Secret { created: ago(300), ..kept };
    let settings = Settings::default();
    assert!(findings("secrets-unused", unused, member_of(organization()), &settings).is_empty());
}

fn function(kinds: &[Option<SecretKind>], environment_withheld: bool) -> Finding {
    let environment = kinds
        .iter()
        .enumerate()
        .map(|(number, kind)| EnvironmentVariable { name: format!("V{number}"), secret: *kind })
        .collect();
    let mut account = Account::unread(AccountId::from("111122223333"));
    account.functions = Listing::complete(vec![Function {
        arn: "arn:aws:lambda:eu-west-1:111122223333:function:nightly-report".to_owned(),
        name: "nightly-report".to_owned(),
        region: "eu-west-1".to_owned(),
        role: "arn:aws:iam::111122223333:role/nightly-report".to_owned(),
        environment,
        environment_withheld,
    }]);
    let control = by_id("secrets-in-function-environments").unwrap();
    let head = Head::new(taken_at());
    about_account(&head, &account, &Settings::default(), [&control]).remove(0)
}

#[test]
fn the_worst_kind_in_an_environment_sets_the_severity() {
    use SecretKind::{AwsAccessKeyId, AwsSecretAccessKey, IssuedToken, NamedLikeSecret};
    let severity = |kinds: &[Option<SecretKind>]| {
        let found = function(kinds, false);
        (found.state, found.severity)
    };
    assert_eq!(severity(&[Some(AwsAccessKeyId)]), (State::Weak, Severity::Medium));
    assert_eq!(severity(&[Some(NamedLikeSecret), None]), (State::Weak, Severity::Critical));
    let both = [Some(AwsAccessKeyId), Some(AwsSecretAccessKey)];
    assert_eq!(severity(&both), (State::Weak, Severity::Critical));
    let mixed = [Some(NamedLikeSecret), Some(IssuedToken)];
    assert_eq!(severity(&mixed), (State::Weak, Severity::Critical));
    assert_eq!(function(&[None, None], false).state, State::Sound);
}

#[test]
fn a_withheld_environment_is_not_called_sound() {
    assert_eq!(function(&[], true).state, State::CannotTell);
}

/// What `control` says about an account with these lists.
fn in_plain_sight(control: &str, fill: impl Fn(&mut Account)) -> Vec<Finding> {
    let mut account = Account::unread(AccountId::from("111122223333"));
    account.instances = Listing::complete(Vec::new());
    account.launch_templates = Listing::complete(Vec::new());
    account.parameters = Listing::complete(Vec::new());
    fill(&mut account);
    let head = Head::new(taken_at());
    about_account(&head, &account, &Settings::default(), [&by_id(control).unwrap()])
}

fn template(user_data: UserData) -> LaunchTemplateVersion {
    LaunchTemplateVersion {
        template: "lt-0abc1234def567890".to_owned(),
        name: "web".to_owned(),
        region: "eu-west-1".to_owned(),
        version: 3,
        is_default: true,
        user_data,
    }
}

#[track_caller]
fn of_user_data(user_data: &UserData) -> Finding {
    let mut found = in_plain_sight("secrets-in-user-data", |account| {
        account.launch_templates = Listing::complete(vec![template(user_data.clone())]);
    });
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

#[test]
fn user_data_that_could_not_be_looked_at_is_not_called_sound() {
    for why in [Unreadable::NotBase64, Unreadable::NotText, Unreadable::TooLong] {
        let unreadable = UserData { unreadable: Some(why), ..UserData::default() };
        let found = of_user_data(&unreadable);
        assert_eq!(found.state, State::CannotTell, "{}", found.title);
        let secrets = vec![SecretInText { line: 2, kind: SecretKind::PrivateKey }];
        let found = of_user_data(&UserData { lines: 3, secrets, ..unreadable });
        assert_eq!(found.state, State::Weak, "{}", found.title);
    }
    assert_eq!(of_user_data(&UserData::default()).state, State::Sound);
}

#[test]
fn several_lines_are_counted_and_the_id_of_a_key_alone_is_medium() {
    let id = SecretInText { line: 2, kind: SecretKind::AwsAccessKeyId };
    let found = of_user_data(&UserData { lines: 9, secrets: vec![id], unreadable: None });
    assert_eq!((found.state, found.severity), (State::Weak, Severity::Medium));
    let secret = SecretInText { line: 3, kind: SecretKind::AwsSecretAccessKey };
    let found = of_user_data(&UserData { lines: 9, secrets: vec![id, secret], unreadable: None });
    assert_eq!(found.severity, Severity::High);
    assert_eq!(
        found.title,
        "2 lines in the user data of launch template `web`, version 3 hold credentials"
    );
    let lines: Vec<&str> = found.evidence.iter().map(|it| it.value.as_str()).collect();
    assert!(lines[1].starts_with("line 3: what looks like a secret access key"), "{lines:?}");
}

#[test]
fn a_terminated_instance_is_not_spoken_of() {
    let with_state = |state| {
        in_plain_sight("secrets-in-user-data", |account| {
            account.instances = Listing::complete(vec![Instance {
                id: "i-0abc1234def567890".to_owned(),
                region: "eu-west-1".to_owned(),
                name: None,
                state,
                instance_profile: None,
                metadata: None,
                security_groups: Vec::new(),
                public_address: None,
                platform: None,
                launched: None,
                user_data: Known::Gap(Gap::not_collected(Call::DescribeInstanceAttribute)),
            }]);
        })
    };
    assert!(with_state(InstanceState::Terminated).is_empty());
    assert_eq!(with_state(InstanceState::Stopped)[0].state, State::CannotTell);
}

#[test]
fn a_parameter_without_arn_is_named_by_its_region_and_account() {
    let found = in_plain_sight("secrets-in-plain-parameters", |account| {
        account.parameters = Listing::complete(vec![Parameter {
            arn: None,
            name: "/shop/key".to_owned(),
            region: "eu-west-1".to_owned(),
            value: ParameterValue::Plain(Known::Value(Some(SecretKind::AwsAccessKeyId))),
        }]);
    });
    assert_eq!(found[0].resource, "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/key");
    assert_eq!((found[0].state, found[0].severity), (State::Weak, Severity::Medium));
}
