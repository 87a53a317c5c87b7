//! CloudWatch, EventBridge, SNS and event selectors, by the examples of AWS's documentation.

use keyward_snapshot::import::{Asked, Import};
use keyward_snapshot::{
    Account, Alarm, Call, EventRule, Gap, Known, ManagementEvents, MetricFilter,
    MetricTransformation, RuleState, RuleTarget, Subscription,
};
use serde_json::json;

use super::{account, answers, error, time};

const TRAIL: &str = r#"{"trailList": [{"Name": "Trail1", "HomeRegion": "us-east-1",
    "TrailARN": "arn:aws:cloudtrail:us-east-1:123456789012:trail/Trail1"}]}"#;

#[test]
fn a_metric_filter_is_read_and_its_region_is_that_of_the_path() {
    let text = r#"{"metricFilters": [{"filterName": "ConsoleSignInFailures",
        "filterPattern": "{ ($.eventName = ConsoleLogin) && ($.errorMessage = \"Failed authentication\") }",
        "metricTransformations": [{"metricName": "ConsoleSigninFailureCount", "metricNamespace": "CloudTrailMetrics",
            "metricValue": "1", "defaultValue": 0.0, "dimensions": {"Region": "$.awsRegion"}}],
        "creationTime": 1446834998695, "logGroupName": "CloudTrail/DefaultLogGroup"}]}"#;
    answers("x.json", text, &[Call::DescribeMetricFilters]);
    let filters = account(&[("us-east-1/x.json", text)]).metric_filters;
    let expected = MetricFilter {
        name: "ConsoleSignInFailures".to_owned(),
        region: "us-east-1".to_owned(),
        log_group: "CloudTrail/DefaultLogGroup".to_owned(),
        pattern:
            r#"{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }"#
                .to_owned(),
        transformations: vec![MetricTransformation {
            namespace: "CloudTrailMetrics".to_owned(),
            metric: "ConsoleSigninFailureCount".to_owned(),
            value: "1".to_owned(),
            has_default: true,
            dimensions: vec!["Region".to_owned()],
        }],
        on_transformed_logs: false,
    };
    assert_eq!(filters.whole().unwrap(), [expected]);
}

#[test]
fn an_alarm_is_read() {
    let text = r#"{"MetricAlarms": [{"EvaluationPeriods": 2,
        "AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:myalarm",
        "ComparisonOperator": "GreaterThanThreshold",
        "AlarmActions": ["arn:aws:sns:us-east-1:123456789012:myHighCpuAlarm"],
        "Namespace": "AWS/EC2", "AlarmDescription": "CPU usage exceeds 70 percent", "Period": 300,
        "StateValue": "OK", "Threshold": 70.0, "AlarmName": "myalarm",
        "Dimensions": [{"Name": "InstanceId", "Value": "i-0c986c72"}], "Statistic": "Average",
        "InsufficientDataActions": [], "OKActions": [], "ActionsEnabled": true,
        "MetricName": "CPUUtilization"}], "CompositeAlarms": []}"#;
    answers("x.json", text, &[Call::DescribeAlarms]);
    let account = account(&[("x.json", text)]);
    let expected = Alarm {
        arn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:myalarm".to_owned(),
        name: "myalarm".to_owned(),
        region: "us-east-1".to_owned(),
        namespace: Some("AWS/EC2".to_owned()),
        metric: Some("CPUUtilization".to_owned()),
        statistic: Some("Average".to_owned()),
        dimensions: vec!["InstanceId".to_owned()],
        evaluation_periods: 2,
        datapoints_to_alarm: None,
        threshold: Some("70.0".to_owned()),
        operator: Some("GreaterThanThreshold".to_owned()),
        missing_data: None,
        actions_enabled: true,
        actions: vec!["arn:aws:sns:us-east-1:123456789012:myHighCpuAlarm".to_owned()],
    };
    assert_eq!(account.alarms.whole().unwrap(), [expected]);
    let topic = "arn:aws:sns:us-east-1:123456789012:myHighCpuAlarm";
    let gap = Gap::not_collected(Call::GetTopicAttributes).about(topic).in_region("us-east-1");
    assert_eq!(account.topics.gaps, [gap], "an alarm names it, and nobody asked about it");
}

const RULES: &str = r#"{"Rules": [
    {"Name": "root-use", "Arn": "arn:aws:events:us-east-1:123456789012:rule/root-use",
     "EventPattern": "{\"source\":[\"aws.signin\"]}", "State": "ENABLED", "EventBusName": "default"},
    {"Name": "nightly", "Arn": "arn:aws:events:us-east-1:123456789012:rule/nightly",
     "ScheduleExpression": "rate(1 day)", "State": "DISABLED", "EventBusName": "default"}]}"#;

const TARGETS: &str = r#"{"Targets": [{"Id": "MyTargetId",
    "Arn": "arn:aws:sns:us-east-1:123456789012:MyTopic", "RoleArn": ""}]}"#;

#[test]
fn the_targets_go_to_the_rule_that_the_path_names() {
    answers("x.json", RULES, &[Call::ListRules]);
    answers("list-targets-by-rule-root-use.json", TARGETS, &[Call::ListTargetsByRule]);
    let files = [
        ("us-east-1/list-rules.json", RULES),
        ("us-east-1/list-targets-by-rule-root-use.json", TARGETS),
    ];
    let rules = account(&files).event_rules;
    let target =
        RuleTarget { arn: "arn:aws:sns:us-east-1:123456789012:MyTopic".to_owned(), role: None };
    let gap = Gap::not_collected(Call::ListTargetsByRule).about("nightly").in_region("us-east-1");
    let [root_use, nightly] = rules.whole().unwrap() else { panic!("{rules:?}") };
    assert_eq!(root_use.targets, Known::Value(vec![target]));
    assert_eq!((nightly.pattern.clone(), nightly.state), (None, RuleState::Disabled));
    assert_eq!(nightly.targets, Known::Gap(gap));
}

#[test]
fn targets_whose_rule_is_not_named_are_an_error() {
    let files: [(&str, &[u8]); 2] =
        [("a.json", RULES.as_bytes()), ("targets.json", TARGETS.as_bytes())];
    let mut import = super::new();
    for (path, text) in files {
        import.read(path, text).unwrap();
    }
    let error = import.finish().unwrap_err();
    assert!(error.to_string().contains("which rule"), "{error}");
}

#[test]
fn rules_of_one_name_are_told_apart_by_their_regions() {
    let rule = |region: &str| {
        json!({"Rules": [{"Name": "root-use", "State": "ENABLED", "EventPattern": "{}",
            "Arn": format!("arn:aws:events:{region}:123456789012:rule/root-use")}]})
    };
    let mut import = Import::new(time("2026-01-01T00:00:00Z")).with_account("123456789012".into());
    for region in ["us-east-1", "eu-west-1"] {
        let asked = Asked { call: Call::ListRules, region: Some(region), about: None };
        import.answered(&asked, &rule(region)).unwrap();
    }
    let asked = |region| Asked {
        call: Call::ListTargetsByRule,
        region: Some(region),
        about: Some("root-use"),
    };
    import.answered(&asked("us-east-1"), &json!({"Targets": []})).unwrap();
    import.refused(&asked("eu-west-1"), "AccessDeniedException").unwrap();
    let account: Account = import.finish().unwrap().accounts.remove(0);
    let targets = |region: &str| {
        let mut rules = account.event_rules.iter();
        let rule: &EventRule = rules.find(|rule| rule.region == region).unwrap();
        rule.targets.clone()
    };
    let refused = Gap::refused(Call::ListTargetsByRule, "AccessDeniedException");
    assert_eq!(targets("us-east-1"), Known::Value(vec![]));
    assert_eq!(targets("eu-west-1"), Known::Gap(refused.about("root-use").in_region("eu-west-1")));
}

#[test]
fn rules_that_were_asked_for_elsewhere_are_missed_where_global_events_appear() {
    let files = [("eu-west-1/list-rules.json", r#"{"Rules": []}"#)];
    let gap = Gap::not_collected(Call::ListRules).in_region("us-east-1");
    assert_eq!(account(&files).event_rules.gaps, [gap]);
    let files = [files[0], ("us-east-1/list-rules.json", r#"{"Rules": []}"#)];
    assert!(account(&files).event_rules.whole().unwrap().is_empty());
}

#[test]
fn of_a_subscription_no_address_is_kept() {
    let text = r#"{"Subscriptions": [
        {"Owner": "123456789012", "Endpoint": "my-email@example.com", "Protocol": "email",
         "TopicArn": "arn:aws:sns:us-west-2:123456789012:my-topic",
         "SubscriptionArn": "arn:aws:sns:us-west-2:123456789012:my-topic:8a21d249-4329-4871-acc6-7be709c6ea7f"},
        {"Owner": "123456789012", "Endpoint": "https://example.com/hook?key=hunter2", "Protocol": "https",
         "TopicArn": "arn:aws:sns:us-west-2:123456789012:my-topic", "SubscriptionArn": "PendingConfirmation"}]}"#;
    answers("x.json", text, &[Call::ListSubscriptions]);
    let account = account(&[("x.json", text)]);
    let topic = "arn:aws:sns:us-west-2:123456789012:my-topic";
    let subscription = |arn: Option<String>, protocol: &str, domain: Option<&str>| Subscription {
        arn,
        topic: topic.to_owned(),
        region: "us-west-2".to_owned(),
        protocol: protocol.to_owned(),
        domain: domain.map(str::to_owned),
    };
    let arn = format!("{topic}:8a21d249-4329-4871-acc6-7be709c6ea7f");
    assert_eq!(
        account.subscriptions.whole().unwrap(),
        [subscription(Some(arn), "email", Some("example.com")), subscription(None, "https", None)]
    );
    let kept = format!("{account:?}");
    assert!(!kept.contains("my-email") && !kept.contains("hunter2"), "{kept}");
}

#[test]
fn the_attributes_of_a_topic_are_read() {
    let text = r#"{"Attributes": {"SubscriptionsConfirmed": "1", "DisplayName": "my-topic",
        "Owner": "123456789012", "SubscriptionsPending": "0", "KmsMasterKeyId": "alias/aws/sns",
        "Policy": "{\"Version\":\"2008-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"},\"Action\":[\"SNS:Publish\"],\"Resource\":\"arn:aws:sns:us-west-2:123456789012:my-topic\"}]}",
        "TopicArn": "arn:aws:sns:us-west-2:123456789012:my-topic"}}"#;
    answers("x.json", text, &[Call::GetTopicAttributes]);
    let account = account(&[("x.json", text)]);
    let topic = &account.topics.whole().unwrap()[0];
    assert_eq!(topic.arn, "arn:aws:sns:us-west-2:123456789012:my-topic");
    assert_eq!((topic.kms_key.as_deref(), topic.confirmed), (Some("alias/aws/sns"), Some(1)));
    assert!(topic.policy.as_ref().unwrap().text().contains("SNS:Publish"));
}

#[test]
fn a_policy_of_a_topic_that_is_none_is_an_error() {
    let text = br#"{"Attributes": {"Policy": "{\"Statement\": 1}",
        "TopicArn": "arn:aws:sns:us-west-2:123456789012:my-topic"}}"#;
    assert!(error("x.json", text).to_string().contains("my-topic"));
}

#[track_caller]
fn selected(selectors: &str) -> Vec<ManagementEvents> {
    let text = format!(
        r#"{{{selectors}, "TrailARN": "arn:aws:cloudtrail:us-east-1:123456789012:trail/Trail1"}}"#
    );
    answers("x.json", &text, &[Call::GetEventSelectors]);
    let account = account(&[("trails.json", TRAIL), ("x.json", &text)]);
    account.trails.items[0].management_events.value().unwrap().clone()
}

fn events(read: bool, write: bool) -> ManagementEvents {
    ManagementEvents { read, write, excluded_sources: vec![], is_narrowed: false }
}

#[test]
fn event_selectors_say_which_management_events_a_trail_records() {
    let all = r#""EventSelectors": [{"IncludeManagementEvents": true, "DataResources": [], "ReadWriteType": "All"}]"#;
    assert_eq!(selected(all), [events(true, true)]);
    let writes = r#""EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": true,
        "ExcludeManagementEventSources": ["kms.amazonaws.com"]}]"#;
    let excluded = vec!["kms.amazonaws.com".to_owned()];
    assert_eq!(
        selected(writes),
        [ManagementEvents { excluded_sources: excluded, ..events(false, true) }]
    );
    let data = r#""EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": false}]"#;
    assert_eq!(selected(data), []);
}

#[test]
fn advanced_event_selectors_say_so_too() {
    let field = |field: &str, operator: &str, value: &str| {
        format!(r#"{{"Field": "{field}", "{operator}": ["{value}"]}}"#)
    };
    let selector = |fields: &[String]| {
        let fields = fields.join(",");
        selected(&format!(
            r#""AdvancedEventSelectors": [{{"Name": "x", "FieldSelectors": [{fields}]}}]"#
        ))
    };
    let management = || field("eventCategory", "Equals", "Management");
    assert_eq!(selector(&[management()]), [events(true, true)]);
    assert_eq!(
        selector(&[management(), field("readOnly", "Equals", "false")]),
        [events(false, true)]
    );
    let narrowed = [management(), field("eventName", "NotEquals", "RunInstances")];
    assert_eq!(selector(&narrowed), [ManagementEvents { is_narrowed: true, ..events(true, true) }]);
    assert_eq!(selector(&[field("eventCategory", "Equals", "Data")]), []);
}

#[test]
fn a_refusal_about_a_trail_leaves_its_selection_open() {
    let refusal =
        "An error occurred (AccessDenied) when calling the GetEventSelectors operation: no";
    let account = account(&[("trails.json", TRAIL), ("get-event-selectors-Trail1.txt", refusal)]);
    let gap = Gap::refused(Call::GetEventSelectors, "AccessDenied")
        .about("arn:aws:cloudtrail:us-east-1:123456789012:trail/Trail1");
    assert_eq!(account.trails.items[0].management_events, Known::Gap(gap));
}
