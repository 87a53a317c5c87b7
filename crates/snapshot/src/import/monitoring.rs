//! AWS Config, Security Hub, GuardDuty and IAM Access Analyzer.

use serde::Deserialize;

use super::ec2::filled;
use super::error::ImportError;
use super::item::Item;
use super::place::{Evidence, region_of_arn};
use crate::{
    Analyzer, Call, ConfigRule, ConfigurationRecorder, Detector, DetectorState, Gap, Known,
    RecordedTypes, RecorderStatus, SecurityHub,
};

/// An item of `ConfigurationRecorders`.
pub(super) fn recorder(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<ConfigurationRecorder, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Raw {
        name: String,
        arn: Option<String>,
        #[serde(rename = "roleARN")]
        role_arn: Option<String>,
        recording_group: Option<RawGroup>,
        service_principal: Option<String>,
    }
    let raw: Raw = item.parse()?;
    let arn = filled(raw.arn);
    for arn in arn.iter().chain(&raw.role_arn) {
        evidence.arn(arn);
    }
    Ok(ConfigurationRecorder {
        name: raw.name,
        region: region(arn.as_deref()),
        records: raw.recording_group.unwrap_or_default().into(),
        service: filled(raw.service_principal),
    })
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawGroup {
    all_supported: Option<bool>,
    include_global_resource_types: Option<bool>,
    #[serde(default)]
    resource_types: Vec<String>,
    #[serde(default)]
    exclusion_by_resource_types: RawExclusion,
    #[serde(default)]
    recording_strategy: RawStrategy,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawExclusion {
    #[serde(default)]
    resource_types: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawStrategy {
    use_only: Option<String>,
}

impl From<RawGroup> for RecordedTypes {
    /// Groups that were written before there were strategies have none.
    fn from(group: RawGroup) -> Self {
        match group.recording_strategy.use_only.as_deref() {
            Some("EXCLUSION_BY_RESOURCE_TYPES") => {
                Self::AllExcept(group.exclusion_by_resource_types.resource_types)
            }
            Some("INCLUSION_BY_RESOURCE_TYPES") => Self::Only(group.resource_types),
            None if group.all_supported == Some(false) || !group.resource_types.is_empty() => {
                Self::Only(group.resource_types)
            }
            _ if group.include_global_resource_types.unwrap_or_default() => Self::All,
            _ => Self::AllButIam,
        }
    }
}

/// An item of `ConfigurationRecordersStatus`.
pub(super) fn recorder_status(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<RecorderStatus, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Raw {
        name: String,
        arn: Option<String>,
        recording: bool,
        service_principal: Option<String>,
    }
    let raw: Raw = item.parse()?;
    let arn = filled(raw.arn);
    if let Some(arn) = &arn {
        evidence.arn(arn);
    }
    Ok(RecorderStatus {
        name: raw.name,
        region: region(arn.as_deref()),
        recording: raw.recording,
        service: filled(raw.service_principal),
    })
}

/// An item of `ConfigRules`.
pub(super) fn config_rule(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<ConfigRule, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct RawSource {
        owner: String,
        source_identifier: Option<String>,
    }
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct RawScope {
        tag_key: Option<String>,
        compliance_resource_id: Option<String>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        config_rule_name: String,
        config_rule_arn: String,
        source: RawSource,
        #[serde(default)]
        scope: RawScope,
        config_rule_state: Option<String>,
        created_by: Option<String>,
    }
    let raw: Raw = item.parse()?;
    evidence.arn(&raw.config_rule_arn);
    let scope = raw.scope;
    Ok(ConfigRule {
        name: raw.config_rule_name,
        region: region(Some(&raw.config_rule_arn)),
        owner: raw.source.owner,
        identifier: filled(raw.source.source_identifier),
        active: !raw.config_rule_state.is_some_and(|state| state.starts_with("DELETING")),
        narrowed: filled(scope.tag_key).or(filled(scope.compliance_resource_id)).is_some(),
        created_by: filled(raw.created_by),
    })
}

/// The value of `HubArn` or `HubV2Arn`.
pub(super) fn security_hub(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<SecurityHub, ImportError> {
    let arn: String = item.parse()?;
    evidence.arn(&arn);
    Ok(SecurityHub { region: region(Some(&arn)), arn })
}

/// An item of `DetectorIds`; its settings are the answer to another call.
pub(super) fn detector(item: &Item<'_>, _: &mut Evidence) -> Result<Detector, ImportError> {
    let id: String = item.parse()?;
    let state = Known::Gap(Gap::not_collected(Call::GetDetector).about(&id));
    Ok(Detector { id, region: String::new(), state })
}

/// The answer about one detector: the value of `Status`, and that of `Features`, which is younger.
pub(super) fn detector_state(
    status: &Item<'_>,
    features: Option<&Item<'_>>,
) -> Result<DetectorState, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct RawFeature {
        name: String,
        status: String,
    }
    let status: String = status.parse()?;
    let features: Vec<RawFeature> = features.map(Item::parse).transpose()?.unwrap_or_default();
    let features = features.into_iter().map(|it| (it.name, it.status == "ENABLED"));
    Ok(DetectorState { enabled: status == "ENABLED", features: features.collect() })
}

/// An item of `analyzers`.
pub(super) fn analyzer(item: &Item<'_>, evidence: &mut Evidence) -> Result<Analyzer, ImportError> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct RawExclusion {
        account_ids: Vec<String>,
        resource_tags: Vec<serde::de::IgnoredAny>,
    }
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct RawRule {
        exclusions: Vec<RawExclusion>,
    }
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct RawUnused {
        analysis_rule: RawRule,
    }
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct RawConfiguration {
        unused_access: RawUnused,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Raw {
        arn: String,
        name: String,
        r#type: String,
        status: String,
        #[serde(default)]
        configuration: RawConfiguration,
    }
    let raw: Raw = item.parse()?;
    evidence.arn(&raw.arn);
    let exclusions = raw.configuration.unused_access.analysis_rule.exclusions;
    // An exclusion that names tags too leaves out those roles and users only.
    let whole = exclusions.into_iter().filter(|exclusion| exclusion.resource_tags.is_empty());
    Ok(Analyzer {
        name: raw.name,
        region: region(Some(&raw.arn)),
        kind: raw.r#type,
        status: raw.status,
        excluded_accounts: whole.flat_map(|exclusion| exclusion.account_ids).collect(),
        arn: raw.arn,
    })
}

fn region(arn: Option<&str>) -> String {
    arn.and_then(region_of_arn).unwrap_or_default().to_owned()
}
