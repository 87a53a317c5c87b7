//! EC2 and Systems Manager: instances, what the network lets in, and how sessions reach them.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::error::{Fault, ImportError};
use super::iam::RawTag;
use super::item::Item;
use super::place::{Evidence, region_of_arn, region_of_zone};
use super::time::{Time, timestamp};
use crate::{
    Call, Gap, Instance, InstanceState, Known, ManagedInstance, MetadataOptions, NetworkInterface,
    Rule, SecurityGroup, SessionPreferences, Source,
};

/// The document that holds the preferences of Session Manager.
pub(super) const PREFERENCES: &str = "SSM-SessionManagerRunShell";

/// An item of `Regions` as EC2 prints it: the region's name, or an empty one where it is off.
pub(super) fn region(item: &Item<'_>) -> Result<Option<String>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        region_name: Option<String>,
        endpoint: Option<IgnoredAny>,
        opt_in_status: Option<String>,
    }
    let raw: Raw = item.parse()?;
    if raw.endpoint.is_none() && raw.opt_in_status.is_none() {
        return Ok(None);
    }
    let is_off = raw.opt_in_status.as_deref() == Some("not-opted-in");
    Ok(raw.region_name.map(|name| if is_off { String::new() } else { name }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawReservation<'a> {
    owner_id: Option<String>,
    #[serde(default, borrow)]
    instances: Vec<RawInstance<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawInstance<'a> {
    instance_id: String,
    #[serde(borrow)]
    state: RawState<'a>,
    placement: Option<RawPlacement<'a>>,
    iam_instance_profile: Option<RawProfile>,
    metadata_options: Option<RawMetadata<'a>>,
    #[serde(default)]
    security_groups: Vec<RawGroupId>,
    public_ip_address: Option<String>,
    platform: Option<String>,
    launch_time: Option<Time>,
    #[serde(default)]
    tags: Vec<RawTag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawState<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawPlacement<'a> {
    #[serde(borrow)]
    availability_zone: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawProfile {
    arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawMetadata<'a> {
    #[serde(borrow)]
    http_tokens: Option<Cow<'a, str>>,
    #[serde(borrow)]
    http_endpoint: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawGroupId {
    group_id: String,
}

/// The instances of an item of `Reservations`; `region` is empty where the item does not tell.
pub(super) fn reservation(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<Vec<Instance>, ImportError> {
    let raw: RawReservation<'_> = item.parse()?;
    evidence.owner(raw.owner_id.as_deref());
    let convert = |(index, raw): (usize, RawInstance<'_>)| {
        let state = match raw.state.name.as_ref() {
            "pending" | "running" => InstanceState::Running,
            "stopping" | "stopped" => InstanceState::Stopped,
            "shutting-down" | "terminated" => InstanceState::Terminated,
            _ => {
                let pointer = format!("/Instances/{index}/State/Name");
                return Err(item.invalid(&pointer, "a state of an instance"));
            }
        };
        let zone = raw.placement.and_then(|placement| placement.availability_zone);
        let unread = Gap::not_collected(Call::DescribeInstanceAttribute).about(&raw.instance_id);
        Ok(Instance {
            user_data: Known::Gap(unread),
            id: raw.instance_id,
            region: zone.as_deref().and_then(region_of_zone).unwrap_or_default().to_owned(),
            name: raw.tags.into_iter().find(|tag| tag.key == "Name").map(|tag| tag.value),
            state,
            instance_profile: raw.iam_instance_profile.map(|profile| profile.arn),
            metadata: raw.metadata_options.map(|options| MetadataOptions {
                enabled: options.http_endpoint.as_deref() != Some("disabled"),
                tokens_required: options.http_tokens.as_deref() == Some("required"),
            }),
            security_groups: raw.security_groups.into_iter().map(|group| group.group_id).collect(),
            public_address: filled(raw.public_ip_address),
            platform: filled(raw.platform).map(|platform| platform.to_ascii_lowercase()),
            launched: timestamp(raw.launch_time),
        })
    };
    raw.instances.into_iter().enumerate().map(convert).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawSecurityGroup<'a> {
    group_id: String,
    group_name: String,
    #[serde(borrow)]
    owner_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    security_group_arn: Option<Cow<'a, str>>,
    vpc_id: Option<String>,
    #[serde(default)]
    ip_permissions: Vec<RawPermission>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawPermission {
    ip_protocol: String,
    from_port: Option<i64>,
    to_port: Option<i64>,
    #[serde(default)]
    ip_ranges: Vec<RawRange>,
    #[serde(default)]
    ipv6_ranges: Vec<RawRange6>,
    #[serde(default)]
    prefix_list_ids: Vec<RawPrefixListId>,
    #[serde(default)]
    user_id_group_pairs: Vec<RawPair>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawRange {
    cidr_ip: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawRange6 {
    cidr_ipv6: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawPrefixListId {
    prefix_list_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawPair {
    group_id: Option<String>,
    group_name: Option<String>,
}

/// An item of `SecurityGroups`.
pub(super) fn security_group(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<SecurityGroup, ImportError> {
    let raw: RawSecurityGroup<'_> = item.parse()?;
    evidence.owner(raw.owner_id.as_deref());
    let region = raw.security_group_arn.as_deref().and_then(region_of_arn).unwrap_or_default();
    Ok(SecurityGroup {
        region: region.to_owned(),
        id: raw.group_id,
        name: raw.group_name,
        vpc: filled(raw.vpc_id),
        inbound: raw.ip_permissions.into_iter().map(rule).collect(),
    })
}

fn rule(raw: RawPermission) -> Rule {
    let ranges = raw.ip_ranges.into_iter().map(|range| range.cidr_ip);
    let ranges6 = raw.ipv6_ranges.into_iter().map(|range| range.cidr_ipv6);
    let lists = raw.prefix_list_ids.into_iter().map(|list| list.prefix_list_id);
    let groups = raw.user_id_group_pairs.into_iter().filter_map(|p| p.group_id.or(p.group_name));
    Rule {
        ports: ports(&raw.ip_protocol, raw.from_port, raw.to_port),
        protocol: raw.ip_protocol,
        sources: ranges
            .chain(ranges6)
            .map(Source::Range)
            .chain(lists.map(Source::PrefixList))
            .chain(groups.map(Source::SecurityGroup))
            .collect(),
    }
}

/// ICMP has types and codes in the place of ports; -1 stands for all.
fn ports(protocol: &str, from: Option<i64>, to: Option<i64>) -> Option<(u16, u16)> {
    if !matches!(protocol, "tcp" | "udp" | "6" | "17" | "sctp" | "132") {
        return None;
    }
    Some((u16::try_from(from?).ok()?, u16::try_from(to?).ok()?))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawInterface<'a> {
    network_interface_id: String,
    #[serde(borrow)]
    owner_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    availability_zone: Option<Cow<'a, str>>,
    #[serde(default)]
    groups: Vec<RawGroupId>,
    attachment: Option<RawAttachment>,
    association: Option<RawAssociation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawAttachment {
    instance_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawAssociation {
    public_ip: Option<String>,
}

/// An item of `NetworkInterfaces`.
pub(super) fn network_interface(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<NetworkInterface, ImportError> {
    let raw: RawInterface<'_> = item.parse()?;
    evidence.owner(raw.owner_id.as_deref());
    let region = raw.availability_zone.as_deref().and_then(region_of_zone).unwrap_or_default();
    Ok(NetworkInterface {
        region: region.to_owned(),
        id: raw.network_interface_id,
        security_groups: raw.groups.into_iter().map(|group| group.group_id).collect(),
        instance: raw.attachment.and_then(|attachment| filled(attachment.instance_id)),
        public_address: raw.association.and_then(|association| filled(association.public_ip)),
    })
}

/// The range in an item of `Entries`, if the item is one of a prefix list.
pub(super) fn prefix_list_entry(item: &Item<'_>) -> Result<Option<String>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        cidr: Option<String>,
    }
    Ok(item.parse::<Raw>()?.cidr)
}

/// A managed prefix list that `describe-managed-prefix-lists` names: id and region.
pub(super) fn prefix_list(
    item: &Item<'_>,
) -> Result<Option<(String, Option<String>)>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        prefix_list_id: Option<String>,
        prefix_list_arn: Option<String>,
    }
    let raw: Raw = item.parse()?;
    let region = raw.prefix_list_arn.as_deref().and_then(region_of_arn).map(str::to_owned);
    Ok(raw.prefix_list_id.map(|id| (id, region)))
}

/// An item of `InstanceInformationList`.
pub(super) fn managed_instance(
    item: &Item<'_>,
    _: &mut Evidence,
) -> Result<ManagedInstance, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        instance_id: String,
        ping_status: Option<String>,
    }
    let raw: Raw = item.parse()?;
    Ok(ManagedInstance {
        id: raw.instance_id,
        region: None,
        online: raw.ping_status.as_deref() == Some("Online"),
    })
}

/// What the region says that has no preferences.
pub(super) fn no_preferences() -> SessionPreferences {
    SessionPreferences {
        region: None,
        exists: false,
        s3_bucket: None,
        s3_encryption_enabled: false,
        cloudwatch_log_group: None,
        cloudwatch_encryption_enabled: false,
        kms_key: None,
        run_as_enabled: false,
        idle_timeout_minutes: None,
        max_duration_minutes: None,
    }
}

/// A switch or a number in a document, which may be written as text.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Loose {
    Switch(bool),
    Number(u32),
    Text(String),
    #[default]
    Nothing,
}

impl Loose {
    fn is_on(&self) -> bool {
        match self {
            Self::Switch(on) => *on,
            Self::Text(text) => text.eq_ignore_ascii_case("true"),
            Self::Number(_) | Self::Nothing => false,
        }
    }

    fn number(&self) -> Option<u32> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Switch(_) | Self::Nothing => None,
        }
    }
}

/// The preferences in the `Content` of the document, which is JSON inside a JSON string.
pub(super) fn preferences(content: &Item<'_>) -> Result<SessionPreferences, ImportError> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Inputs {
        s3_bucket_name: Option<String>,
        s3_encryption_enabled: Loose,
        cloud_watch_log_group_name: Option<String>,
        cloud_watch_encryption_enabled: Loose,
        kms_key_id: Option<String>,
        run_as_enabled: Loose,
        idle_session_timeout: Loose,
        max_session_duration: Loose,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Raw {
        #[serde(default)]
        inputs: Inputs,
    }
    let text: String = content.parse()?;
    if !text.trim_start().starts_with('{') {
        return Err(content.error("", 0, Fault::Yaml));
    }
    let raw: Raw = serde_json::from_str(&text)
        .map_err(|error| content.error("", 0, super::item::fault_of(error)))?;
    let inputs = raw.inputs;
    Ok(SessionPreferences {
        region: None,
        exists: true,
        s3_bucket: filled(inputs.s3_bucket_name),
        s3_encryption_enabled: inputs.s3_encryption_enabled.is_on(),
        cloudwatch_log_group: filled(inputs.cloud_watch_log_group_name),
        cloudwatch_encryption_enabled: inputs.cloud_watch_encryption_enabled.is_on(),
        kms_key: filled(inputs.kms_key_id),
        run_as_enabled: inputs.run_as_enabled.is_on(),
        idle_timeout_minutes: inputs.idle_session_timeout.number(),
        max_duration_minutes: inputs.max_session_duration.number(),
    })
}

/// AWS writes an empty string where there is nothing.
pub(super) fn filled(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.is_empty())
}
