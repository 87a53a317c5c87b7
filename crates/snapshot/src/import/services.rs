//! Secrets Manager, Lambda and CloudTrail.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ec2::filled;
use super::error::ImportError;
use super::item::Item;
use super::place::{Evidence, account_of_arn, region_of_arn};
use super::time::{Time, timestamp};
use crate::scan::secret_kind;
use crate::{Call, EnvironmentVariable, Function, Gap, Known, RotationRules, Secret, Trail};

/// An item of `SecretList`; its resource policy is the answer to another call.
pub(super) fn secret(item: &Item<'_>, evidence: &mut Evidence) -> Result<Secret, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct RawRules {
        automatically_after_days: Option<u32>,
        schedule_expression: Option<String>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        #[serde(rename = "ARN")]
        arn: String,
        name: String,
        created_date: Option<Time>,
        last_changed_date: Option<Time>,
        last_rotated_date: Option<Time>,
        last_accessed_date: Option<Time>,
        next_rotation_date: Option<Time>,
        deleted_date: Option<Time>,
        #[serde(default)]
        rotation_enabled: Option<bool>,
        #[serde(rename = "RotationLambdaARN")]
        rotation_lambda_arn: Option<String>,
        rotation_rules: Option<RawRules>,
        owning_service: Option<String>,
        kms_key_id: Option<String>,
    }
    let raw: Raw = item.parse()?;
    evidence.arn(&raw.arn);
    let rules = raw.rotation_rules.map(|rules| RotationRules {
        automatically_after_days: rules.automatically_after_days,
        schedule: filled(rules.schedule_expression),
    });
    Ok(Secret {
        resource_policy: Known::Gap(Gap::not_collected(Call::GetResourcePolicy).about(&raw.arn)),
        region: region_of_arn(&raw.arn).unwrap_or_default().to_owned(),
        arn: raw.arn,
        name: raw.name,
        created: timestamp(raw.created_date),
        last_changed: timestamp(raw.last_changed_date),
        last_rotated: timestamp(raw.last_rotated_date),
        last_accessed: timestamp(raw.last_accessed_date),
        next_rotation: timestamp(raw.next_rotation_date),
        rotation_enabled: raw.rotation_enabled.unwrap_or_default(),
        rotation_function: filled(raw.rotation_lambda_arn),
        rotation_rules: rules
            .filter(|rules| rules.automatically_after_days.is_some() || rules.schedule.is_some()),
        deleted: raw.deleted_date.is_some(),
        owning_service: filled(raw.owning_service),
        kms_key: filled(raw.kms_key_id),
    })
}

/// An item of `Functions`, if it is one of Lambda, and whether it is the latest version. The values of its environment are looked at here and dropped.
pub(super) fn function(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<Option<(Function, bool)>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct RawEnvironment {
        #[serde(default)]
        variables: BTreeMap<String, String>,
        error: Option<serde::de::IgnoredAny>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        function_name: String,
        function_arn: String,
        role: String,
        version: Option<String>,
        environment: Option<RawEnvironment>,
    }
    #[derive(Deserialize)]
    struct Shape {
        #[serde(rename = "FunctionArn")]
        arn: Option<serde::de::IgnoredAny>,
    }
    if item.parse::<Shape>()?.arn.is_none() {
        return Ok(None);
    }
    let raw: Raw = item.parse()?;
    evidence.arn(&raw.function_arn);
    let (variables, withheld) = match raw.environment {
        None => (BTreeMap::new(), false),
        Some(environment) => (environment.variables, environment.error.is_some()),
    };
    let scan = |(name, value): (String, String)| EnvironmentVariable {
        secret: secret_kind(&name, &value),
        name,
    };
    let is_latest = raw.version.as_deref().is_none_or(|version| version == "$LATEST");
    let function = Function {
        region: region_of_arn(&raw.function_arn).unwrap_or_default().to_owned(),
        arn: without_version(&raw.function_arn).to_owned(),
        name: raw.function_name,
        role: raw.role,
        environment: variables.into_iter().map(scan).collect(),
        environment_withheld: withheld,
    };
    Ok(Some((function, is_latest)))
}

/// `arn:aws:lambda:region:account:function:name`, of which a version may follow.
fn without_version(arn: &str) -> &str {
    arn.match_indices(':').nth(6).and_then(|(end, _)| arn.get(..end)).unwrap_or(arn)
}

/// An item of `trailList`; whether it records is the answer to another call.
pub(super) fn trail(item: &Item<'_>, evidence: &mut Evidence) -> Result<Trail, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    #[expect(clippy::struct_excessive_bools, reason = "the fields are AWS's")]
    struct Raw {
        name: String,
        #[serde(rename = "TrailARN")]
        arn: String,
        home_region: Option<String>,
        #[serde(default)]
        is_multi_region_trail: bool,
        #[serde(default)]
        is_organization_trail: bool,
        #[serde(default)]
        include_global_service_events: bool,
        #[serde(default)]
        log_file_validation_enabled: bool,
        s3_bucket_name: Option<String>,
        kms_key_id: Option<String>,
        cloud_watch_logs_log_group_arn: Option<String>,
    }
    let raw: Raw = item.parse()?;
    if !raw.is_organization_trail {
        evidence.arn(&raw.arn);
    }
    let home = filled(raw.home_region)
        .or_else(|| region_of_arn(&raw.arn).map(str::to_owned))
        .unwrap_or_default();
    let unread_events = Known::Gap(Gap::not_collected(Call::GetEventSelectors).about(&raw.arn));
    Ok(Trail {
        logging: Known::Gap(Gap::not_collected(Call::GetTrailStatus).about(&raw.arn)),
        arn: raw.arn,
        name: raw.name,
        home_region: home,
        multi_region: raw.is_multi_region_trail,
        organization: raw.is_organization_trail,
        global_service_events: raw.include_global_service_events,
        validation: raw.log_file_validation_enabled,
        bucket: filled(raw.s3_bucket_name),
        kms_key: filled(raw.kms_key_id),
        log_group: filled(raw.cloud_watch_logs_log_group_arn),
        management_events: unread_events,
    })
}

/// Whether an organization's trail is seen from another account than the one that owns it.
pub(super) fn is_shadow(trail: &Trail, account: &str) -> bool {
    account_of_arn(&trail.arn).is_some_and(|owner| owner != account)
}
