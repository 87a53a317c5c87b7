//! Whether somebody is told of an event: each link of the two ways, taken away or bent.

use keyward_controls::{Finding, Settings, State, by_id};
use keyward_snapshot::{Account, AccountId, Call, Snapshot};
use keyward_testing::take_away;

use crate::estate::{estate, expect, fact, finding, findings, titles};

const ROOT: &str = "root-use-without-alarm";

/// The way through the trail's log group: what the files say, of which a test replaces a part.
const TRAIL: &str = r#"{"trailList": [{"Name": "all", "TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all", "HomeRegion": "eu-west-1", "IsMultiRegionTrail": true, "IsOrganizationTrail": false, "CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*"}]}
    {"TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all", "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": true, "ExcludeManagementEventSources": []}]}"#;
const FILTERS: &str = r#"{"metricFilters": [{"filterName": "root", "logGroupName": "trail", "filterPattern": "{ $.userIdentity.type = \"Root\" }", "metricTransformations": [{"metricName": "Root", "metricNamespace": "Trail", "metricValue": "1"}]}]}"#;
const ALARMS: &str = r#"{"MetricAlarms": [{"AlarmName": "root", "AlarmArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:root", "Namespace": "Trail", "MetricName": "Root", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "ActionsEnabled": true, "AlarmActions": ["arn:aws:sns:eu-west-1:111122223333:alerts"]}]}"#;
const TOPIC: &str = r#"{"Attributes": {"TopicArn": "arn:aws:sns:eu-west-1:111122223333:alerts", "SubscriptionsConfirmed": "0", "Policy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"*\"}, \"Action\": \"SNS:Publish\", \"Resource\": \"*\", \"Condition\": {\"StringEquals\": {\"AWS:SourceOwner\": \"111122223333\"}}}]}"}}"#;
const SUBSCRIPTIONS: &str = r#"{"Subscriptions": [{"TopicArn": "arn:aws:sns:eu-west-1:111122223333:alerts", "Protocol": "email", "Endpoint": "alerts@example.com", "SubscriptionArn": "arn:aws:sns:eu-west-1:111122223333:alerts:8a21d249"}]}"#;
const NO_RULES: &str = r#"{"Rules": []}"#;

fn files() -> Vec<(&'static str, String)> {
    vec![
        ("eu-west-1/describe-trails.json", TRAIL.to_owned()),
        ("eu-west-1/get-trail-status-all.json", r#"{"IsLogging": true}"#.to_owned()),
        ("eu-west-1/describe-metric-filters.json", FILTERS.to_owned()),
        ("eu-west-1/describe-alarms.json", ALARMS.to_owned()),
        ("eu-west-1/get-topic-attributes-alerts.json", TOPIC.to_owned()),
        ("eu-west-1/list-subscriptions.json", SUBSCRIPTIONS.to_owned()),
        ("eu-west-1/list-rules.json", NO_RULES.to_owned()),
        ("us-east-1/list-rules.json", NO_RULES.to_owned()),
    ]
}

/// The estate in which one part of the files is replaced by another.
#[track_caller]
fn replaced(old: &str, new: &str) -> Snapshot {
    let mut files = files();
    let mut count = 0;
    for (_, text) in &mut files {
        count += text.matches(old).count();
        *text = text.replace(old, new);
    }
    assert!(count > 0, "no file holds `{old}`");
    snapshot(&files)
}

#[track_caller]
fn snapshot(files: &[(&str, String)]) -> Snapshot {
    let mut files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    files.push(("us-east-1/describe-trails.json", r#"{"trailList": []}"#));
    files.push((
        "describe-regions.json",
        r#"{"Regions": [{"RegionName": "eu-west-1", "Endpoint": "ec2.eu-west-1.amazonaws.com"}, {"RegionName": "us-east-1", "Endpoint": "ec2.us-east-1.amazonaws.com"}]}"#,
    ));
    estate(&files)
}

/// With one part replaced, the state is this, and something in the finding speaks of `about`.
#[track_caller]
fn case(old: &str, new: &str, state: State, about: &str) {
    let found = finding(ROOT, &replaced(old, new), &Settings::default());
    expect(&found, state);
    let text = format!("{} {:?}", found.title, found.evidence);
    assert!(text.contains(about), "{text}");
}

#[test]
fn the_whole_way_is_sound_and_its_evidence_is_the_way() {
    let found = finding(ROOT, &snapshot(&files()), &Settings::default());
    expect(&found, State::Sound);
    let way = "trail `all`, filter `root`, alarm `root`, topic `alerts`, email at example.com";
    assert_eq!(fact(&found, "told"), Some(way));
}

#[test]
fn a_trail_that_does_not_record_breaks_the_way() {
    case(r#""IsLogging": true"#, r#""IsLogging": false"#, State::Weak, "no trail");
    case(
        r#""IsMultiRegionTrail": true"#,
        r#""IsMultiRegionTrail": false"#,
        State::Weak,
        "CreateAccessKey",
    );
    case(
        r#""IncludeManagementEvents": true"#,
        r#""IncludeManagementEvents": false"#,
        State::Weak,
        "no trail",
    );
    case(
        r#""ReadWriteType": "All""#,
        r#""ReadWriteType": "WriteOnly""#,
        State::Weak,
        "`ListUsers`",
    );
    case(r#"Sources": []"#, r#"Sources": ["iam.amazonaws.com"]"#, State::Weak, "`CreateAccessKey`");
    case(
        r#", "CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*""#,
        "",
        State::Weak,
        "no log group",
    );
}

#[test]
fn a_log_group_of_an_account_that_was_not_read_is_open() {
    case(
        "arn:aws:logs:eu-west-1:111122223333",
        "arn:aws:logs:eu-west-1:999999999999",
        State::CannotTell,
        "999999999999",
    );
}

#[test]
fn a_filter_that_does_not_match_breaks_the_way() {
    case(r#"\"Root\""#, r#"\"root\""#, State::Weak, "Nobody is told of uses of the root user");
    case(r#""logGroupName": "trail""#, r#""logGroupName": "other""#, State::Weak, "Nobody");
    case(r#"= \"Root\""#, r"= %R.*t%", State::CannotTell, "regular expression");
    case(r#"= \"Root\""#, r#"= \"Root\" && $.eventName = ConsoleLogin"#, State::Weak, "6 of 7");
}

#[test]
fn an_alarm_that_one_event_does_not_set_off_breaks_the_way() {
    case(
        r#""MetricName": "Root""#,
        r#""MetricName": "Other""#,
        State::Weak,
        "no alarm is on its metric",
    );
    case(r#""Threshold": 1.0"#, r#""Threshold": 5.0"#, State::Weak, "does not cross");
    case("GreaterThanOrEqualToThreshold", "GreaterThanThreshold", State::Weak, "does not cross");
    case("GreaterThanOrEqualToThreshold", "LessThanThreshold", State::Weak, "few events");
    case(
        "GreaterThanOrEqualToThreshold",
        "GreaterThanUpperThreshold",
        State::CannotTell,
        "compares",
    );
    case(
        r#""EvaluationPeriods": 1"#,
        r#""EvaluationPeriods": 3"#,
        State::Weak,
        "more than one period",
    );
    case(
        r#""EvaluationPeriods": 1"#,
        r#""EvaluationPeriods": 3, "DatapointsToAlarm": 1"#,
        State::Sound,
        "told",
    );
    case(r#""ActionsEnabled": true"#, r#""ActionsEnabled": false"#, State::Weak, "actions are off");
    case(
        r#""metricValue": "1""#,
        r#""metricValue": "$.x""#,
        State::CannotTell,
        "taken from the event",
    );
    case(
        r#""Statistic": "Sum""#,
        r#""Dimensions": [{"Name": "A", "Value": "b"}], "Statistic": "Sum""#,
        State::Weak,
        "dimensions",
    );
    case(r#""Statistic": "Sum""#, r#""Statistic": "p99""#, State::CannotTell, "statistic");
}

#[test]
fn a_topic_that_reaches_nobody_breaks_the_way() {
    case(
        r#""SubscriptionArn": "arn:aws:sns:eu-west-1:111122223333:alerts:8a21d249""#,
        r#""SubscriptionArn": "PendingConfirmation""#,
        State::Weak,
        "no confirmed subscription (1",
    );
    case(
        r#""SubscriptionsConfirmed": "0", "#,
        r#""KmsMasterKeyId": "alias/aws/sns", "#,
        State::Weak,
        "alias/aws/sns",
    );
    case(
        r#"\"111122223333\"}}"#,
        r#"\"444455556666\"}}"#,
        State::Weak,
        "does not let cloudwatch.amazonaws.com publish",
    );
    case(
        r#"\"AWS:SourceOwner\": \"111122223333\""#,
        r#"\"aws:SourceOrgID\": \"o-exampleorgid\""#,
        State::CannotTell,
        "sourceorgid",
    );
    case(
        r#"["arn:aws:sns:eu-west-1:111122223333:alerts"]"#,
        r#"["arn:aws:sns:eu-west-1:444455556666:alerts"]"#,
        State::CannotTell,
        "444455556666",
    );
    case(
        r#""Protocol": "email""#,
        r#""Protocol": "firehose""#,
        State::Weak,
        "no confirmed subscription (0",
    );
    case(
        r#"["arn:aws:sns:eu-west-1:111122223333:alerts"]"#,
        r#"["arn:aws:lambda:eu-west-1:111122223333:function:page"]"#,
        State::Sound,
        "`page` of lambda",
    );
    case(r#"["arn:aws:sns:eu-west-1:111122223333:alerts"]"#, "[]", State::Weak, "no actions");
}

#[test]
fn confirmed_subscriptions_of_other_accounts_count() {
    let mut files = files();
    files[4].1 =
        TOPIC.replace(r#""SubscriptionsConfirmed": "0""#, r#""SubscriptionsConfirmed": "2""#);
    files[5].1 = r#"{"Subscriptions": []}"#.to_owned();
    let found = finding(ROOT, &snapshot(&files), &Settings::default());
    expect(&found, State::Sound);
}

/// Only a rule in each of two regions, to a queue, and no log group.
#[track_caller]
fn by_rules(state: &str, pattern: &str, target: &str) -> Finding {
    finding(ROOT, &snapshot(&rules(state, pattern, target)), &Settings::default())
}

fn rules(state: &str, pattern: &str, target: &str) -> Vec<(&'static str, String)> {
    let rule = |region: &str| {
        let pattern = pattern.replace('"', "\\\"");
        format!(
            r#"{{"Rules": [{{"Name": "root", "Arn": "arn:aws:events:{region}:111122223333:rule/root", "State": "{state}", "EventPattern": "{pattern}"}}]}}"#
        )
    };
    let targets = format!(r#"{{"Targets": [{{"Id": "1", "Arn": "{target}"}}]}}"#);
    let mut files = files();
    files.truncate(2);
    files[0].1 = TRAIL.replace(
        r#", "CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*""#,
        "",
    );
    files.extend([
        ("eu-west-1/list-rules.json", rule("eu-west-1")),
        ("us-east-1/list-rules.json", rule("us-east-1")),
        ("eu-west-1/list-targets-by-rule-root.json", targets.clone()),
        ("us-east-1/list-targets-by-rule-root.json", targets),
    ]);
    files
}

const ALL: &str = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
const QUEUE: &str = "arn:aws:sqs:us-east-1:111122223333:events";
const ANY_ROOT: &str = r#"{"detail": {"userIdentity": {"type": ["Root"]}}}"#;

#[test]
fn a_rule_in_every_region_is_enough_if_it_gets_reads() {
    let found = by_rules(ALL, ANY_ROOT, QUEUE);
    expect(&found, State::Sound);
    assert!(fact(&found, "told").unwrap().contains("`events` of sqs, which is not followed"));
    let found = by_rules("DISABLED", ANY_ROOT, QUEUE);
    expect(&found, State::Weak);
    assert_eq!(found.severity.name(), "high");
}

#[test]
fn without_the_list_of_regions_rules_alone_are_not_enough_and_a_trail_for_all_regions_is() {
    let mut by_alarm = snapshot(&files());
    take_away(&mut by_alarm, Call::DescribeRegions);
    expect(&finding(ROOT, &by_alarm, &Settings::default()), State::Sound);
    let mut by_rules = snapshot(&rules(ALL, ANY_ROOT, QUEUE));
    take_away(&mut by_rules, Call::DescribeRegions);
    let found = finding(ROOT, &by_rules, &Settings::default());
    assert_eq!(found.gap.unwrap().call, Call::DescribeRegions);
}

#[test]
fn where_sign_ins_are_told_and_other_uses_are_not_it_is_less_bad() {
    let sign_ins = r#"{"detail-type": ["AWS Console Sign In via CloudTrail"], "detail": {"userIdentity": {"type": ["Root"]}}}"#;
    for (state, pattern, event) in
        [("ENABLED", ANY_ROOT, "`ListUsers`"), (ALL, sign_ins, "`CreateAccessKey`")]
    {
        let found = by_rules(state, pattern, QUEUE);
        expect(&found, State::Weak);
        assert_eq!(found.severity.name(), "medium");
        assert!(found.evidence.iter().any(|it| it.value.contains(event)), "{:?}", found.evidence);
    }
}

#[test]
fn a_target_that_only_stores_is_nobody_and_a_bus_elsewhere_is_open() {
    expect(
        &by_rules(ALL, ANY_ROOT, "arn:aws:logs:us-east-1:111122223333:log-group:x"),
        State::Weak,
    );
    let bus = "arn:aws:events:us-east-1:444455556666:event-bus/default";
    expect(&by_rules(ALL, ANY_ROOT, bus), State::CannotTell);
    let itself = "arn:aws:events:us-east-1:111122223333:event-bus/default";
    expect(&by_rules(ALL, ANY_ROOT, itself), State::CannotTell);
}

#[test]
fn rules_that_nobody_listed_leave_the_answer_open() {
    let mut files = files();
    files[2].1 = r#"{"metricFilters": []}"#.to_owned();
    files.truncate(6);
    let found = finding(ROOT, &snapshot(&files), &Settings::default());
    expect(&found, State::CannotTell);
    assert_eq!(found.gap.unwrap().call, Call::ListRules);
}

/// The account with the log group of an organization's trail, and a member that sees the trail.
#[track_caller]
fn in_organization(pattern: &str) -> Vec<Finding> {
    let mut snapshot =
        replaced(r#""IsOrganizationTrail": false"#, r#""IsOrganizationTrail": true"#);
    let owner = snapshot.accounts.first_mut().unwrap();
    for filter in &mut owner.metric_filters.items {
        pattern.clone_into(&mut filter.pattern);
    }
    let mut member = Account::unread(AccountId::from("444455556666"));
    member.trails = owner.trails.clone();
    member.event_rules = owner.event_rules.clone();
    snapshot.head.accounts.push(member.id.clone());
    snapshot.accounts.push(member);
    findings(ROOT, &snapshot, &Settings::default())
}

#[test]
fn the_account_with_the_log_group_of_the_organizations_trail_answers_for_its_members() {
    let found = in_organization(r#"{ $.userIdentity.type = "Root" }"#);
    assert_eq!(titles(&found), ["high sound: Somebody is told of uses of the root user"]);
    let found = in_organization("{ $.eventName = Nothing }");
    assert_eq!(titles(&found), ["high weak: Nobody is told of uses of the root user"]);
}

#[track_caller]
fn states(id: &str, snapshot: &Snapshot) -> Vec<State> {
    findings(id, snapshot, &Settings::default()).iter().map(|it| it.state).collect()
}

#[test]
fn every_kind_of_event_has_an_answer_of_its_own() {
    let id = "monitoring-changes-without-alarm";
    let everything = replaced(r#"{ $.userIdentity.type = \"Root\" }"#, "");
    assert_eq!(states(id, &everything), [State::Sound; 14]);
    let nothing = replaced(r#"\"Root\" }"#, r#"\"Nobody\" }"#);
    assert_eq!(states(id, &nothing), [State::Weak; 14]);
    assert!(by_id(id).is_some());
}

#[test]
fn alarms_may_wait_for_many_events_of_the_kinds_that_happen_every_day() {
    let mut files = files();
    files[2].1 = FILTERS.replace(r#"{ $.userIdentity.type = \"Root\" }"#, "");
    files[3].1 = ALARMS.replace(r#""Threshold": 1.0"#, r#""Threshold": 20.0"#);
    let found =
        findings("monitoring-changes-without-alarm", &snapshot(&files), &Settings::default());
    let sound: Vec<_> =
        found.iter().filter(|it| it.state == State::Sound).map(|it| it.title.as_str()).collect();
    let expected = ["Somebody is told of denied calls", "Somebody is told of failed sign-ins"];
    assert_eq!(sound, expected);
}

#[test]
fn an_account_without_secrets_has_no_answer_about_them() {
    let id = "secrets-use-without-alarm";
    let mut files = files();
    let none = r#"{"SecretList": []}"#.to_owned();
    files.push(("eu-west-1/list-secrets.json", none.clone()));
    let found = finding(id, &snapshot(&files), &Settings::default());
    assert_eq!(found.gap.unwrap().call, Call::ListSecrets);
    files.push(("us-east-1/list-secrets.json", none));
    assert_eq!(states(id, &snapshot(&files)), []);
}
