//! What tells people of events: CloudWatch, EventBridge, SNS, and the events that trails select.

use std::sync::Arc;

use keyward_policy::Document;
use serde::Deserialize;
use serde_json::Number;
use serde_json::value::RawValue;

use super::documents::Documents;
use super::ec2::filled;
use super::error::ImportError;
use super::item::Item;
use super::lists::{Listed, UNKNOWN_REGION};
use super::place::{Evidence, region_of_arn};
use crate::{
    Alarm, Call, EventRule, Gap, Known, ManagementEvents, MetricFilter, MetricTransformation,
    RuleState, RuleTarget, Subscription, Topic,
};

/// An item of `metricFilters`. It does not tell its region, and its account rarely.
pub(super) fn metric_filter(
    item: &Item<'_>,
    _: &mut Evidence,
) -> Result<MetricFilter, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct RawTransformation {
        metric_name: String,
        metric_namespace: String,
        metric_value: String,
        default_value: Option<Number>,
        dimensions: Option<serde_json::Map<String, serde_json::Value>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Raw {
        filter_name: String,
        filter_pattern: Option<String>,
        #[serde(default)]
        metric_transformations: Vec<RawTransformation>,
        log_group_name: String,
        apply_on_transformed_logs: Option<bool>,
    }
    let raw: Raw = item.parse()?;
    let transformation = |raw: RawTransformation| MetricTransformation {
        namespace: raw.metric_namespace,
        metric: raw.metric_name,
        value: raw.metric_value,
        has_default: raw.default_value.is_some(),
        dimensions: raw.dimensions.unwrap_or_default().into_iter().map(|(name, _)| name).collect(),
    };
    Ok(MetricFilter {
        name: raw.filter_name,
        region: String::new(),
        log_group: raw.log_group_name,
        pattern: raw.filter_pattern.unwrap_or_default(),
        transformations: raw.metric_transformations.into_iter().map(transformation).collect(),
        on_transformed_logs: raw.apply_on_transformed_logs.unwrap_or_default(),
    })
}

/// An item of `MetricAlarms`.
pub(super) fn alarm(item: &Item<'_>, evidence: &mut Evidence) -> Result<Alarm, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct RawDimension {
        name: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        alarm_name: String,
        alarm_arn: String,
        namespace: Option<String>,
        metric_name: Option<String>,
        statistic: Option<String>,
        extended_statistic: Option<String>,
        #[serde(default)]
        dimensions: Vec<RawDimension>,
        evaluation_periods: Option<u32>,
        datapoints_to_alarm: Option<u32>,
        threshold: Option<Number>,
        comparison_operator: Option<String>,
        treat_missing_data: Option<String>,
        actions_enabled: Option<bool>,
        #[serde(default)]
        alarm_actions: Vec<String>,
    }
    let raw: Raw = item.parse()?;
    evidence.arn(&raw.alarm_arn);
    Ok(Alarm {
        region: region_of_arn(&raw.alarm_arn).unwrap_or_default().to_owned(),
        arn: raw.alarm_arn,
        name: raw.alarm_name,
        namespace: filled(raw.namespace),
        metric: filled(raw.metric_name),
        statistic: filled(raw.statistic).or(filled(raw.extended_statistic)),
        dimensions: raw.dimensions.into_iter().map(|dimension| dimension.name).collect(),
        evaluation_periods: raw.evaluation_periods.unwrap_or(1),
        datapoints_to_alarm: raw.datapoints_to_alarm,
        threshold: raw.threshold.map(|threshold| threshold.to_string()),
        operator: filled(raw.comparison_operator),
        missing_data: filled(raw.treat_missing_data),
        actions_enabled: raw.actions_enabled.unwrap_or_default(),
        actions: raw.alarm_actions,
    })
}

/// An item of `Rules`, if it is one of EventBridge, on the default bus. Its targets are the answer
/// to another call.
pub(super) fn event_rule(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<Option<EventRule>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Shape {
        arn: Option<String>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        name: String,
        arn: String,
        event_pattern: Option<String>,
        state: RuleState,
    }
    if item.parse::<Shape>()?.arn.is_none_or(|arn| arn.split(':').nth(2) != Some("events")) {
        return Ok(None);
    }
    let raw: Raw = item.parse()?;
    evidence.arn(&raw.arn);
    let region = region_of_arn(&raw.arn).unwrap_or_default();
    let gap = Gap::not_collected(Call::ListTargetsByRule).about(&raw.name).in_region(region);
    Ok(Some(EventRule {
        region: region.to_owned(),
        arn: raw.arn,
        name: raw.name,
        pattern: filled(raw.event_pattern),
        state: raw.state,
        targets: Known::Gap(gap),
    }))
}

/// An item of `Targets`, if it is one of EventBridge.
pub(super) fn rule_target(item: &Item<'_>) -> Result<Option<RuleTarget>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        id: Option<String>,
        arn: Option<String>,
        role_arn: Option<String>,
    }
    let raw: Raw = item.parse()?;
    Ok(match (raw.id, raw.arn) {
        (Some(_), Some(arn)) => Some(RuleTarget { arn, role: filled(raw.role_arn) }),
        _ => None,
    })
}

/// An item of `Subscriptions`, if it is one of SNS. Of the endpoint the domain of a mail address is
/// kept, and nothing of any other.
pub(super) fn subscription(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<Option<Subscription>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        subscription_arn: Option<String>,
        topic_arn: Option<String>,
        owner: Option<String>,
        protocol: Option<String>,
        endpoint: Option<String>,
    }
    let raw: Raw = item.parse()?;
    let (Some(topic), Some(protocol)) = (raw.topic_arn, raw.protocol) else { return Ok(None) };
    evidence.owner(raw.owner.as_deref());
    let domain = |endpoint: String| Some(endpoint.rsplit_once('@')?.1.to_owned());
    Ok(Some(Subscription {
        // Until it is confirmed, `PendingConfirmation` stands in place of the ARN.
        arn: raw.subscription_arn.filter(|arn| arn.starts_with("arn:")),
        region: region_of_arn(&topic).unwrap_or_default().to_owned(),
        topic,
        domain: raw.endpoint.filter(|_| protocol.starts_with("email")).and_then(domain),
        protocol,
    }))
}

/// `Attributes`, if they are those of a topic.
pub(super) fn topic(
    item: &Item<'_>,
    documents: &mut Documents,
) -> Result<Option<Topic>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Shape {
        topic_arn: Option<String>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw<'i> {
        #[serde(borrow)]
        policy: Option<&'i RawValue>,
        kms_master_key_id: Option<String>,
        subscriptions_confirmed: Option<String>,
    }
    if !item.text.starts_with('{') {
        return Ok(None);
    }
    let Some(arn) = item.parse::<Shape>()?.topic_arn else { return Ok(None) };
    let raw: Raw<'_> = item.parse()?;
    let entity = format!("`{arn}`");
    let policy: Option<Arc<Document>> =
        raw.policy.map(|policy| item.policy(documents, policy, &entity)).transpose()?;
    Ok(Some(Topic {
        arn,
        policy,
        kms_key: filled(raw.kms_master_key_id),
        confirmed: raw.subscriptions_confirmed.and_then(|count| count.parse().ok()),
    }))
}

/// `EventSelectors`: which management events they select.
///
/// Source: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html>.
pub(super) fn event_selectors(item: &Item<'_>) -> Result<Vec<ManagementEvents>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        read_write_type: Option<String>,
        include_management_events: Option<bool>,
        #[serde(default)]
        exclude_management_event_sources: Vec<String>,
    }
    let raw: Option<Vec<Raw>> = item.parse()?;
    let selected = raw.unwrap_or_default().into_iter();
    let selected = selected.filter(|raw| raw.include_management_events != Some(false));
    Ok(selected
        .map(|raw| ManagementEvents {
            read: raw.read_write_type.as_deref() != Some("WriteOnly"),
            write: raw.read_write_type.as_deref() != Some("ReadOnly"),
            excluded_sources: raw.exclude_management_event_sources,
            is_narrowed: false,
        })
        .collect())
}

/// `AdvancedEventSelectors`: which management events they select.
///
/// Source: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>.
pub(super) fn advanced_selectors(item: &Item<'_>) -> Result<Vec<ManagementEvents>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct RawSelector {
        #[serde(default)]
        field_selectors: Vec<RawField>,
    }
    let raw: Option<Vec<RawSelector>> = item.parse()?;
    let selectors = raw.unwrap_or_default().into_iter();
    Ok(selectors.filter_map(|selector| management_events(&selector.field_selectors)).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawField {
    field: String,
    equals: Option<Vec<String>>,
    not_equals: Option<Vec<String>>,
    starts_with: Option<Vec<String>>,
    ends_with: Option<Vec<String>>,
    not_starts_with: Option<Vec<String>>,
    not_ends_with: Option<Vec<String>>,
}

/// What one advanced selector selects; `None` if it is not about management events.
fn management_events(fields: &[RawField]) -> Option<ManagementEvents> {
    let category = fields.iter().find(|field| field.field == "eventCategory")?;
    if category.equals.as_ref()?.iter().all(|category| category != "Management") {
        return None;
    }
    let mut selected = ManagementEvents {
        read: true,
        write: true,
        excluded_sources: Vec::new(),
        is_narrowed: false,
    };
    for field in fields.iter().filter(|field| field.field != "eventCategory") {
        let RawField { equals, not_equals, starts_with, ends_with, .. } = field;
        let others = [starts_with, ends_with, &field.not_starts_with, &field.not_ends_with];
        let has_others = others.iter().any(|it| it.as_ref().is_some_and(|it| !it.is_empty()));
        let equals = equals.as_deref().filter(|values| !values.is_empty());
        let not_equals = not_equals.as_deref().filter(|values| !values.is_empty());
        match (field.field.as_str(), equals, not_equals) {
            ("readOnly", Some(values), None) if !has_others => {
                selected.read &= values.iter().any(|value| value == "true");
                selected.write &= values.iter().any(|value| value == "false");
            }
            ("eventSource", None, Some(values)) if !has_others => {
                selected.excluded_sources.extend_from_slice(values);
            }
            _ => selected.is_narrowed = true,
        }
    }
    Some(selected)
}

impl Listed for MetricFilter {
    fn key(&self) -> String {
        format!("{} {} {}", self.region, self.log_group, self.name)
    }

    fn region(&self) -> Option<&str> {
        Some(&self.region)
    }

    fn settle(&mut self, region: Option<&str>) {
        region.unwrap_or(UNKNOWN_REGION).clone_into(&mut self.region);
    }
}

impl Listed for Subscription {
    fn key(&self) -> String {
        let Self { arn, topic, protocol, domain, .. } = self;
        let arn = arn.as_deref().unwrap_or_default();
        format!("{topic} {arn} {protocol} {}", domain.as_deref().unwrap_or_default())
    }

    fn region(&self) -> Option<&str> {
        Some(&self.region)
    }

    fn settle(&mut self, region: Option<&str>) {
        if self.region.is_empty() {
            region.unwrap_or(UNKNOWN_REGION).clone_into(&mut self.region);
        }
    }
}
