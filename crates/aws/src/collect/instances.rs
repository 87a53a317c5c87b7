//! EC2: instances, and what the network lets in.

use std::collections::BTreeSet;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    GroupIdentifier, Instance, InstanceAttributeName, IpPermission, NetworkInterface, SecurityGroup,
};
use keyward_snapshot::Call;
use keyward_snapshot::import::Asked;
use serde_json::Value;

use super::account::Place;
use super::here;
use crate::ask::Page;
use crate::json::{list, object};
use crate::session::client;

/// Reads the instances of a region and its network.
pub(super) async fn collect(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_ec2, region);
    let ids = instances(place, &client, region).await;
    let prefix_lists = security_groups(place, &client, region).await;
    network_interfaces(place, &client, region).await;
    for id in prefix_lists {
        prefix_list_entries(place, &client, region, &id).await;
    }
    for id in ids {
        user_data(place, &client, region, &id).await;
    }
}

/// Gives back the ids of the instances.
async fn instances(place: &Place, client: &Client, region: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let send = |token| client.describe_instances().max_results(1000).set_next_token(token).send();
    place
        .sink
        .ask_all(here(Call::DescribeInstances, region), send, |out| {
            let instances =
                out.reservations().iter().flat_map(|reservation| reservation.instances());
            ids.extend(instances.filter_map(|instance| instance.instance_id.clone()));
            let reservations = list(out.reservations(), |reservation| {
                object! {
                    "OwnerId": reservation.owner_id(),
                    "Instances": list(reservation.instances(), instance),
                }
            });
            Page::new(object! { "Reservations": reservations }, out.next_token)
        })
        .await;
    ids
}

async fn user_data(place: &Place, client: &Client, region: &str, id: &str) {
    let asked =
        Asked { call: Call::DescribeInstanceAttribute, region: Some(region), about: Some(id) };
    let answer = client
        .describe_instance_attribute()
        .instance_id(id)
        .attribute(InstanceAttributeName::UserData)
        .send();
    place
        .sink
        .ask(asked, answer, |out| {
            let value = out.user_data().and_then(|data| data.value());
            object! { "InstanceId": id, "UserData": object! { "Value": value } }
        })
        .await;
}

fn instance(instance: &Instance) -> Value {
    let state = instance.state().and_then(|state| state.name());
    let placement = instance.placement().and_then(|placement| placement.availability_zone());
    let metadata = instance.metadata_options().map(|options| {
        object! {
            "HttpTokens": options.http_tokens().map(|tokens| tokens.as_str()),
            "HttpEndpoint": options.http_endpoint().map(|endpoint| endpoint.as_str()),
        }
    });
    let profile = instance.iam_instance_profile().and_then(|profile| profile.arn());
    object! {
        "InstanceId": instance.instance_id(),
        "State": object! { "Name": state.map(|name| name.as_str()) },
        "Placement": placement.map(|zone| object! { "AvailabilityZone": zone }),
        "IamInstanceProfile": profile.map(|arn| object! { "Arn": arn }),
        "MetadataOptions": metadata,
        "SecurityGroups": list(instance.security_groups(), group_id),
        "PublicIpAddress": instance.public_ip_address(),
        "Platform": instance.platform().map(|platform| platform.as_str()),
        "LaunchTime": instance.launch_time(),
        "Tags": list(instance.tags(), |tag| object! { "Key": tag.key(), "Value": tag.value() }),
    }
}

fn group_id(group: &GroupIdentifier) -> Value {
    object! { "GroupId": group.group_id(), "GroupName": group.group_name() }
}

/// Gives back the prefix lists that the groups name.
async fn security_groups(place: &Place, client: &Client, region: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    let send =
        |token| client.describe_security_groups().max_results(1000).set_next_token(token).send();
    place
        .sink
        .ask_all(here(Call::DescribeSecurityGroups, region), send, |out| {
            let rules = out.security_groups().iter().flat_map(SecurityGroup::ip_permissions);
            let lists = rules.flat_map(IpPermission::prefix_list_ids);
            named.extend(lists.filter_map(|list| list.prefix_list_id()).map(str::to_owned));
            let groups = list(out.security_groups(), security_group);
            Page::new(object! { "SecurityGroups": groups }, out.next_token)
        })
        .await;
    named
}

fn security_group(group: &SecurityGroup) -> Value {
    object! {
        "GroupId": group.group_id(),
        "GroupName": group.group_name(),
        "OwnerId": group.owner_id(),
        "SecurityGroupArn": group.security_group_arn(),
        "VpcId": group.vpc_id(),
        "IpPermissions": list(group.ip_permissions(), rule),
    }
}

fn rule(rule: &IpPermission) -> Value {
    object! {
        "IpProtocol": rule.ip_protocol(),
        "FromPort": rule.from_port(),
        "ToPort": rule.to_port(),
        "IpRanges": list(rule.ip_ranges(), |range| object! { "CidrIp": range.cidr_ip() }),
        "Ipv6Ranges": list(rule.ipv6_ranges(), |range| object! { "CidrIpv6": range.cidr_ipv6() }),
        "PrefixListIds": list(rule.prefix_list_ids(), |list| {
            object! { "PrefixListId": list.prefix_list_id() }
        }),
        "UserIdGroupPairs": list(rule.user_id_group_pairs(), |pair| {
            object! { "GroupId": pair.group_id(), "GroupName": pair.group_name() }
        }),
    }
}

async fn network_interfaces(place: &Place, client: &Client, region: &str) {
    let send =
        |token| client.describe_network_interfaces().max_results(1000).set_next_token(token).send();
    place
        .sink
        .ask_all(here(Call::DescribeNetworkInterfaces, region), send, |out| {
            let interfaces = list(out.network_interfaces(), interface);
            Page::new(object! { "NetworkInterfaces": interfaces }, out.next_token)
        })
        .await;
}

fn interface(interface: &NetworkInterface) -> Value {
    let attachment = interface.attachment().map(|attachment| {
        object! { "InstanceId": attachment.instance_id() }
    });
    let association = interface.association().map(|association| {
        object! { "PublicIp": association.public_ip() }
    });
    object! {
        "NetworkInterfaceId": interface.network_interface_id(),
        "OwnerId": interface.owner_id(),
        "AvailabilityZone": interface.availability_zone(),
        "Groups": list(interface.groups(), group_id),
        "Attachment": attachment,
        "Association": association,
    }
}

async fn prefix_list_entries(place: &Place, client: &Client, region: &str, id: &str) {
    let asked =
        Asked { call: Call::GetManagedPrefixListEntries, region: Some(region), about: Some(id) };
    let send = |token| {
        client
            .get_managed_prefix_list_entries()
            .prefix_list_id(id)
            .max_results(100)
            .set_next_token(token)
            .send()
    };
    place
        .sink
        .ask_all(asked, send, |out| {
            let entries = list(out.entries(), |entry| object! { "Cidr": entry.cidr() });
            Page::new(object! { "Entries": entries }, out.next_token)
        })
        .await;
}
