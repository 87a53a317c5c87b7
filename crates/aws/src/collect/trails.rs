//! CloudTrail: trails, whether they record, and what.

use std::collections::BTreeMap;

use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::types::Trail;
use keyward_snapshot::Call;
use keyward_snapshot::import::Asked;
use serde_json::Value;

use super::account::Place;
use super::here;
use crate::json::{list, object, strings};
use crate::session::client;

/// A trail, and a region in which it was seen.
pub(super) struct Seen {
    arn: String,
    home: Option<String>,
    region: String,
}

/// Reads the trails that a region shows, those of other regions and of the organization included.
pub(super) async fn collect(place: &Place, region: &str) -> Vec<Seen> {
    let client = client!(place.session, aws_sdk_cloudtrail, region);
    let answer = client.describe_trails().include_shadow_trails(true).send();
    let answer = place
        .sink
        .ask(here(Call::DescribeTrails, region), answer, |out| {
            object! { "trailList": list(out.trail_list(), trail) }
        })
        .await;
    let trails = answer.and_then(|answer| answer.trail_list).unwrap_or_default();
    let seen = trails.into_iter().filter_map(|trail| {
        Some(Seen { arn: trail.trail_arn?, home: trail.home_region, region: region.to_owned() })
    });
    seen.collect()
}

fn trail(trail: &Trail) -> Value {
    object! {
        "Name": trail.name(),
        "TrailARN": trail.trail_arn(),
        "HomeRegion": trail.home_region(),
        "IsMultiRegionTrail": trail.is_multi_region_trail(),
        "IsOrganizationTrail": trail.is_organization_trail(),
        "IncludeGlobalServiceEvents": trail.include_global_service_events(),
        "LogFileValidationEnabled": trail.log_file_validation_enabled(),
        "S3BucketName": trail.s3_bucket_name(),
        "KmsKeyId": trail.kms_key_id(),
        "CloudWatchLogsLogGroupArn": trail.cloud_watch_logs_log_group_arn(),
    }
}

/// Asks about each trail once, in its home region, even if nothing else is read there: elsewhere
/// CloudTrail does not tell what a trail selects.
pub(super) async fn states(place: &Place, seen: Vec<Seen>) {
    let mut trails: BTreeMap<String, String> = BTreeMap::new();
    for Seen { arn, home, region } in seen {
        trails.entry(arn).or_insert_with(|| home.unwrap_or(region));
    }
    for (arn, region) in &trails {
        let client = client!(place.session, aws_sdk_cloudtrail, region);
        let answer = client.get_trail_status().name(arn).send();
        let asked = Asked { call: Call::GetTrailStatus, region: Some(region), about: Some(arn) };
        place.sink.ask(asked, answer, |out| object! { "IsLogging": out.is_logging() }).await;
        let asked = Asked { call: Call::GetEventSelectors, ..asked };
        let answer = client.get_event_selectors().trail_name(arn).send();
        place.sink.ask(asked, answer, selectors).await;
    }
}

fn selectors(out: &GetEventSelectorsOutput) -> Value {
    let basic = list(out.event_selectors(), |selector| {
        object! {
            "ReadWriteType": selector.read_write_type().map(|kind| kind.as_str()),
            "IncludeManagementEvents": selector.include_management_events(),
            "ExcludeManagementEventSources": strings(selector.exclude_management_event_sources()),
        }
    });
    let advanced = list(out.advanced_event_selectors(), |selector| {
        let fields = list(selector.field_selectors(), |field| {
            object! {
                "Field": field.field(),
                "Equals": filled(field.equals()),
                "NotEquals": filled(field.not_equals()),
                "StartsWith": filled(field.starts_with()),
                "EndsWith": filled(field.ends_with()),
                "NotStartsWith": filled(field.not_starts_with()),
                "NotEndsWith": filled(field.not_ends_with()),
            }
        });
        object! { "FieldSelectors": fields }
    });
    object! {
        "TrailARN": out.trail_arn(),
        "EventSelectors": basic,
        "AdvancedEventSelectors": advanced,
    }
}

/// AWS leaves out the comparisons that a selector does not make.
fn filled(values: &[String]) -> Option<Value> {
    (!values.is_empty()).then(|| strings(values))
}
