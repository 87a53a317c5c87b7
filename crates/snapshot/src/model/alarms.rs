//! What tells people of events: metric filters and alarms of CloudWatch, rules of EventBridge, and
//! topics of SNS.

use std::sync::Arc;

use keyward_policy::Document;
use serde::{Deserialize, Serialize};

use crate::Known;

/// A metric filter of CloudWatch Logs: it counts what its pattern matches in one log group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricFilter {
    /// Its name, unique in its log group.
    pub name: String,
    /// Its region.
    pub region: String,
    /// The name of its log group.
    pub log_group: String,
    /// What it matches; empty for everything.
    pub pattern: String,
    /// The metrics that it writes.
    pub transformations: Vec<MetricTransformation>,
    /// Whether it looks at logs that a transformer of the log group has changed.
    pub on_transformed_logs: bool,
}

/// What a metric filter writes for each match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricTransformation {
    /// The metric's namespace.
    pub namespace: String,
    /// The metric's name.
    pub metric: String,
    /// What is written: a number, or the selector of a member of the log event.
    pub value: String,
    /// Whether something is written for log events that do not match, too.
    pub has_default: bool,
    /// The names of the metric's dimensions.
    pub dimensions: Vec<String>,
}

/// An alarm of CloudWatch on one metric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// The metric's namespace; `None` where the alarm computes with several metrics.
    pub namespace: Option<String>,
    /// The metric's name; `None` where the alarm computes with several metrics.
    pub metric: Option<String>,
    /// How the values of a period become one, such as `Sum`, or a percentile such as `p99`.
    pub statistic: Option<String>,
    /// The names of the dimensions that it asks for.
    pub dimensions: Vec<String>,
    /// How many periods it looks at.
    pub evaluation_periods: u32,
    /// In how many of them the threshold has to be crossed; `None` for all.
    pub datapoints_to_alarm: Option<u32>,
    /// The threshold: a decimal number, as AWS writes it.
    pub threshold: Option<String>,
    /// How values are compared with the threshold, such as `GreaterThanOrEqualToThreshold`.
    pub operator: Option<String>,
    /// What a period without values counts as, such as `notBreaching`.
    pub missing_data: Option<String>,
    /// Whether its actions are carried out.
    pub actions_enabled: bool,
    /// ARNs of what it calls when it goes off.
    pub actions: Vec<String>,
}

/// A rule on the default event bus of EventBridge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRule {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// The event pattern, as JSON; `None` for a rule that runs by the clock.
    pub pattern: Option<String>,
    /// Whether it is on.
    pub state: RuleState,
    /// Where it sends what it matches.
    pub targets: Known<Vec<RuleTarget>>,
}

/// Whether a rule is on, and for which events.
///
/// Source: <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleState {
    /// On, but for read-only management events.
    #[serde(rename = "ENABLED")]
    Enabled,
    /// On for all events.
    #[serde(rename = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")]
    EnabledWithReads,
    /// Off.
    #[serde(rename = "DISABLED")]
    Disabled,
}

/// A target of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTarget {
    /// The ARN of what gets the event.
    pub arn: String,
    /// The role with which it is sent, if one is named.
    pub role: Option<String>,
}

/// A subscription to a topic of SNS. Its endpoint is not kept: it may be somebody's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Its ARN; `None` as long as nobody has confirmed it.
    pub arn: Option<String>,
    /// The topic's ARN.
    pub topic: String,
    /// Its region.
    pub region: String,
    /// How it is delivered, such as `email`.
    pub protocol: String,
    /// What stands behind the `@` of a mail address.
    pub domain: Option<String>,
}

/// A topic of SNS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// Its ARN.
    pub arn: String,
    /// Who may publish to it; `None` where AWS shows no policy.
    pub policy: Option<Arc<Document>>,
    /// The key that encrypts its messages.
    pub kms_key: Option<String>,
    /// How many subscriptions are confirmed, those of other accounts too.
    pub confirmed: Option<u32>,
}

/// Some of the management events that a trail records: it records what any of these select.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagementEvents {
    /// Whether read-only events are recorded.
    pub read: bool,
    /// Whether all others are recorded.
    pub write: bool,
    /// Event sources that are left out, such as `kms.amazonaws.com`.
    pub excluded_sources: Vec<String>,
    /// Whether the selection has further conditions, which are not kept.
    pub is_narrowed: bool,
}
