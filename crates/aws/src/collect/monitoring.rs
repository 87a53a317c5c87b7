//! AWS Config, Security Hub, GuardDuty and IAM Access Analyzer.

use aws_sdk_config::types::{ConfigRule, ConfigurationRecorder};
use keyward_snapshot::Call;
use keyward_snapshot::import::Asked;
use serde_json::Value;

use super::account::Place;
use super::here;
use crate::ask::Page;
use crate::json::{list, object, strings};
use crate::session::client;

/// Reads what watches over a region.
pub(super) async fn collect(place: &Place, region: &str) {
    config(place, region).await;
    security_hub(place, region).await;
    detectors(place, region).await;
    analyzers(place, region).await;
}

async fn config(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_config, region);
    let answer = client.describe_configuration_recorders().send();
    place
        .sink
        .ask(here(Call::DescribeConfigurationRecorders, region), answer, |out| {
            object! { "ConfigurationRecorders": list(out.configuration_recorders(), recorder) }
        })
        .await;
    let answer = client.describe_configuration_recorder_status().send();
    place
        .sink
        .ask(here(Call::DescribeConfigurationRecorderStatus, region), answer, |out| {
            let statuses = list(out.configuration_recorders_status(), |status| {
                object! {
                    "name": status.name(),
                    "arn": status.arn(),
                    "recording": status.recording(),
                    "servicePrincipal": status.service_principal(),
                }
            });
            object! { "ConfigurationRecordersStatus": statuses }
        })
        .await;
    let send = |token| client.describe_config_rules().set_next_token(token).send();
    place
        .sink
        .ask_all(here(Call::DescribeConfigRules, region), send, |out| {
            let rules = list(out.config_rules(), config_rule);
            Page::new(object! { "ConfigRules": rules }, out.next_token)
        })
        .await;
}

fn recorder(recorder: &ConfigurationRecorder) -> Value {
    let group = recorder.recording_group().map(|group| {
        let types = |types: &[aws_sdk_config::types::ResourceType]| {
            list(types, |kind| kind.as_str().into())
        };
        object! {
            "allSupported": group.all_supported(),
            "includeGlobalResourceTypes": group.include_global_resource_types(),
            "resourceTypes": types(group.resource_types()),
            "exclusionByResourceTypes": group.exclusion_by_resource_types().map(|left| {
                object! { "resourceTypes": types(left.resource_types()) }
            }),
            "recordingStrategy": group.recording_strategy().map(|strategy| {
                object! { "useOnly": strategy.use_only().map(|only| only.as_str()) }
            }),
        }
    });
    object! {
        "name": recorder.name(),
        "arn": recorder.arn(),
        "roleARN": recorder.role_arn(),
        "recordingGroup": group,
        "servicePrincipal": recorder.service_principal(),
    }
}

fn config_rule(rule: &ConfigRule) -> Value {
    let source = rule.source().map(|source| {
        object! {
            "Owner": source.owner().as_str(),
            "SourceIdentifier": source.source_identifier(),
        }
    });
    let scope = rule.scope().map(|scope| {
        object! {
            "TagKey": scope.tag_key(),
            "ComplianceResourceId": scope.compliance_resource_id(),
        }
    });
    object! {
        "ConfigRuleName": rule.config_rule_name(),
        "ConfigRuleArn": rule.config_rule_arn(),
        "Source": source,
        "Scope": scope,
        "ConfigRuleState": rule.config_rule_state().map(|state| state.as_str()),
        "CreatedBy": rule.created_by(),
    }
}

async fn security_hub(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_securityhub, region);
    let answer = client.describe_hub().send();
    place
        .sink
        .ask(here(Call::DescribeHub, region), answer, |out| object! { "HubArn": out.hub_arn() })
        .await;
    let answer = client.describe_security_hub_v2().send();
    place
        .sink
        .ask(here(Call::DescribeSecurityHubV2, region), answer, |out| {
            object! { "HubV2Arn": out.hub_v2_arn() }
        })
        .await;
}

async fn detectors(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_guardduty, region);
    let mut ids: Vec<String> = Vec::new();
    let send = |token| client.list_detectors().max_results(50).set_next_token(token).send();
    place
        .sink
        .ask_all(here(Call::ListDetectors, region), send, |out| {
            ids.extend_from_slice(out.detector_ids());
            Page::new(object! { "DetectorIds": strings(out.detector_ids()) }, out.next_token)
        })
        .await;
    for id in &ids {
        let asked = Asked { call: Call::GetDetector, region: Some(region), about: Some(id) };
        let answer = client.get_detector().detector_id(id).send();
        place
            .sink
            .ask(asked, answer, |out| {
                let frequency = out.finding_publishing_frequency();
                object! {
                    // The importer knows the answer by this member.
                    "FindingPublishingFrequency": frequency.map_or("SIX_HOURS", |it| it.as_str()),
                    "Status": out.status().map(|status| status.as_str()),
                    "ServiceRole": out.service_role(),
                    "Features": list(out.features(), |feature| {
                        object! {
                            "Name": feature.name().map(|name| name.as_str()),
                            "Status": feature.status().map(|status| status.as_str()),
                        }
                    }),
                }
            })
            .await;
    }
}

async fn analyzers(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_accessanalyzer, region);
    let send = |token| client.list_analyzers().max_results(100).set_next_token(token).send();
    place
        .sink
        .ask_all(here(Call::ListAnalyzers, region), send, |out| {
            let analyzers = list(out.analyzers(), analyzer);
            Page::new(object! { "analyzers": analyzers }, out.next_token)
        })
        .await;
}

fn analyzer(analyzer: &aws_sdk_accessanalyzer::types::AnalyzerSummary) -> Value {
    let unused = analyzer.configuration().and_then(|it| it.as_unused_access().ok());
    let configuration = unused.map(|unused| {
        let exclusions = unused.analysis_rule().map(|rule| {
            list(rule.exclusions(), |exclusion| {
                object! {
                    "accountIds": strings(exclusion.account_ids()),
                    "resourceTags": list(exclusion.resource_tags(), |_| object! {}),
                }
            })
        });
        object! { "unusedAccess": object! { "analysisRule": object! { "exclusions": exclusions } } }
    });
    object! {
        "arn": analyzer.arn(),
        "name": analyzer.name(),
        "type": analyzer.r#type().as_str(),
        "status": analyzer.status().as_str(),
        "configuration": configuration,
    }
}
