//! What tells people of events: metric filters, alarms, rules of EventBridge, and topics.

use std::collections::BTreeSet;

use aws_sdk_cloudwatch::types::{AlarmType, MetricAlarm};
use aws_sdk_cloudwatchlogs::types::MetricFilter;
use keyward_snapshot::Call;
use keyward_snapshot::import::Asked;
use serde_json::{Map, Value};

use super::account::Place;
use super::here;
use crate::ask::Page;
use crate::json::{list, object, strings};
use crate::session::client;

/// Reads what would tell people of events in a region.
pub(super) async fn collect(place: &Place, region: &str) {
    metric_filters(place, region).await;
    alarms(place, region).await;
    rules(place, region).await;
    topics(place, region).await;
}

async fn metric_filters(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_cloudwatchlogs, region);
    let send = |token| client.describe_metric_filters().limit(50).set_next_token(token).send();
    place
        .sink
        .ask_all(here(Call::DescribeMetricFilters, region), send, |out| {
            let filters = list(out.metric_filters(), metric_filter);
            Page::new(object! { "metricFilters": filters }, out.next_token)
        })
        .await;
}

fn metric_filter(filter: &MetricFilter) -> Value {
    let transformations = list(filter.metric_transformations(), |made| {
        let dimensions = made.dimensions().map(|dimensions| {
            let pairs =
                dimensions.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
            Value::Object(pairs.collect())
        });
        object! {
            "metricName": made.metric_name(),
            "metricNamespace": made.metric_namespace(),
            "metricValue": made.metric_value(),
            "defaultValue": made.default_value(),
            "dimensions": dimensions,
        }
    });
    object! {
        "filterName": filter.filter_name(),
        "filterPattern": filter.filter_pattern(),
        "metricTransformations": transformations,
        "logGroupName": filter.log_group_name(),
        "applyOnTransformedLogs": filter.apply_on_transformed_logs(),
    }
}

async fn alarms(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_cloudwatch, region);
    let send = |token| {
        client
            .describe_alarms()
            .alarm_types(AlarmType::MetricAlarm)
            .max_records(100)
            .set_next_token(token)
            .send()
    };
    place
        .sink
        .ask_all(here(Call::DescribeAlarms, region), send, |out| {
            let alarms = list(out.metric_alarms(), alarm);
            Page::new(object! { "MetricAlarms": alarms }, out.next_token)
        })
        .await;
}

fn alarm(alarm: &MetricAlarm) -> Value {
    object! {
        "AlarmName": alarm.alarm_name(),
        "AlarmArn": alarm.alarm_arn(),
        "Namespace": alarm.namespace(),
        "MetricName": alarm.metric_name(),
        "Statistic": alarm.statistic().map(|statistic| statistic.as_str()),
        "ExtendedStatistic": alarm.extended_statistic(),
        "Dimensions": list(alarm.dimensions(), |it| object! { "Name": it.name() }),
        "EvaluationPeriods": alarm.evaluation_periods(),
        "DatapointsToAlarm": alarm.datapoints_to_alarm(),
        "Threshold": alarm.threshold(),
        "ComparisonOperator": alarm.comparison_operator().map(|operator| operator.as_str()),
        "TreatMissingData": alarm.treat_missing_data(),
        "ActionsEnabled": alarm.actions_enabled(),
        "AlarmActions": strings(alarm.alarm_actions()),
    }
}

/// The rules of the default bus, which is where AWS's own events go.
async fn rules(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_eventbridge, region);
    let mut names: Vec<String> = Vec::new();
    let send = |token| client.list_rules().limit(100).set_next_token(token).send();
    place
        .sink
        .ask_all(here(Call::ListRules, region), send, |out| {
            names.extend(out.rules().iter().filter_map(|rule| rule.name.clone()));
            let rules = list(out.rules(), |rule| {
                object! {
                    "Name": rule.name(),
                    "Arn": rule.arn(),
                    "EventPattern": rule.event_pattern(),
                    "State": rule.state().map(|state| state.as_str()),
                }
            });
            Page::new(object! { "Rules": rules }, out.next_token)
        })
        .await;
    for name in &names {
        let asked =
            Asked { call: Call::ListTargetsByRule, region: Some(region), about: Some(name) };
        let send = |token| {
            client.list_targets_by_rule().rule(name).limit(100).set_next_token(token).send()
        };
        place
            .sink
            .ask_all(asked, send, |out| {
                let targets = list(out.targets(), |target| {
                    object! {
                        "Id": target.id(),
                        "Arn": target.arn(),
                        "RoleArn": target.role_arn(),
                    }
                });
                Page::new(object! { "Targets": targets }, out.next_token)
            })
            .await;
    }
}

/// The subscriptions, and the topics that have some.
async fn topics(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_sns, region);
    let mut topics = BTreeSet::new();
    let send = |token| client.list_subscriptions().set_next_token(token).send();
    place
        .sink
        .ask_all(here(Call::ListSubscriptions, region), send, |out| {
            topics.extend(out.subscriptions().iter().filter_map(|it| it.topic_arn.clone()));
            let subscriptions = list(out.subscriptions(), |subscription| {
                object! {
                    "SubscriptionArn": subscription.subscription_arn(),
                    "TopicArn": subscription.topic_arn(),
                    "Owner": subscription.owner(),
                    "Protocol": subscription.protocol(),
                    "Endpoint": subscription.endpoint(),
                }
            });
            Page::new(object! { "Subscriptions": subscriptions }, out.next_token)
        })
        .await;
    for topic in &topics {
        let asked =
            Asked { call: Call::GetTopicAttributes, region: Some(region), about: Some(topic) };
        let answer = client.get_topic_attributes().topic_arn(topic).send();
        place
            .sink
            .ask(asked, answer, |out| {
                let all = out.attributes().into_iter().flatten();
                let wanted = ["TopicArn", "Policy", "KmsMasterKeyId", "SubscriptionsConfirmed"];
                let wanted = all.filter(|(name, _)| wanted.contains(&name.as_str()));
                let members = wanted.map(|(name, value)| (name.clone(), value.as_str().into()));
                object! { "Attributes": Value::Object(members.collect::<Map<_, _>>()) }
            })
            .await;
    }
}
