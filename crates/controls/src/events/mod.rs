//! Whether somebody is told of an event of CloudTrail.
//!
//! A control names the events, as samples in the form of CloudTrail's records, and each is followed
//! through the account: through trail, log group, metric filter and alarm, or through a rule of
//! EventBridge, to a topic with a confirmed subscription or to something else that takes it. Patterns
//! are never compared as text. What they leave open is said to be open.

mod answer;
mod event_pattern;
mod filter_pattern;
mod reach;
mod sample;
mod search;
mod truth;
mod watch;

use keyward_snapshot::Call;

use event_pattern::EventPattern;
use filter_pattern::FilterPattern;
use truth::Truth;

pub(crate) use answer::answer;
pub(crate) use sample::{Form, Group, Kind, Place};
pub(crate) use watch::Watch;

/// The calls that tell whether somebody is told of an event.
pub(crate) const NEEDS: [Call; 10] = [
    Call::DescribeRegions,
    Call::DescribeTrails,
    Call::GetTrailStatus,
    Call::GetEventSelectors,
    Call::DescribeMetricFilters,
    Call::DescribeAlarms,
    Call::ListRules,
    Call::ListTargetsByRule,
    Call::ListSubscriptions,
    Call::GetTopicAttributes,
];

/// The API calls after which nobody may be told any more.
pub(crate) const WATCH: &[&str] = &[
    "cloudtrail:DeleteTrail",
    "cloudtrail:UpdateTrail",
    "cloudtrail:StopLogging",
    "cloudtrail:PutEventSelectors",
    "logs:DeleteLogGroup",
    "logs:DeleteMetricFilter",
    "logs:PutMetricFilter",
    "cloudwatch:DeleteAlarms",
    "cloudwatch:DisableAlarmActions",
    "cloudwatch:PutMetricAlarm",
    "events:DeleteRule",
    "events:DisableRule",
    "events:PutRule",
    "events:RemoveTargets",
    "sns:DeleteTopic",
    "sns:SetTopicAttributes",
    "sns:Unsubscribe",
];

/// Those of them that a policy can deny to all but those who look after the alarms.
pub(crate) const PREVENTABLE: &[&str] = &[
    "cloudtrail:DeleteTrail",
    "cloudtrail:UpdateTrail",
    "cloudtrail:StopLogging",
    "cloudtrail:PutEventSelectors",
];
