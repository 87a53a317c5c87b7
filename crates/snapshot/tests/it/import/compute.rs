//! EC2 and Systems Manager, by the examples of AWS's CLI reference.

use keyward_snapshot::{
    Call, Gap, Instance, InstanceState, Known, Listing, ManagedInstance, MetadataOptions,
    NetworkInterface, PrefixList, Rule, SecurityGroup, SessionPreferences, Source,
};

use super::{account, answers, recognised, time};

pub(super) const INSTANCES: &str = r#"{"Reservations": [{
    "Groups": [], "OwnerId": "123456789012", "ReservationId": "r-1234567890abcdefg",
    "Instances": [{
        "InstanceId": "i-1234567890abcdef0", "LaunchTime": "2022-11-15T10:48:59+00:00",
        "Placement": {"AvailabilityZone": "us-east-2a", "GroupName": "", "Tenancy": "default"},
        "PublicIpAddress": "203.0.113.13", "State": {"Code": 16, "Name": "running"},
        "IamInstanceProfile": {"Arn": "arn:aws:iam::123456789012:instance-profile/web", "Id": "A"},
        "SecurityGroups": [{"GroupName": "web", "GroupId": "sg-903004f8"}],
        "Tags": [{"Key": "Team", "Value": "web"}, {"Key": "Name", "Value": "my-instance"}],
        "MetadataOptions": {"State": "applied", "HttpTokens": "optional",
            "HttpPutResponseHopLimit": 1, "HttpEndpoint": "enabled"},
        "Platform": "windows"
    }, {
        "InstanceId": "i-0aaaaaaaaaaaaaaaa", "State": {"Code": 80, "Name": "stopped"},
        "PublicIpAddress": "", "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "disabled"}
    }]
}]}"#;

pub(super) const REGIONS: &str = r#"{"Regions": [
    {"Endpoint": "ec2.us-east-1.amazonaws.com", "RegionName": "us-east-1", "OptInStatus": "opt-in-not-required"},
    {"Endpoint": "ec2.af-south-1.amazonaws.com", "RegionName": "af-south-1", "OptInStatus": "not-opted-in"},
    {"Endpoint": "ec2.ap-east-1.amazonaws.com", "RegionName": "ap-east-1", "OptInStatus": "opted-in"}]}"#;

#[test]
fn regions_that_are_on_are_read() {
    answers("r.json", REGIONS, &[Call::DescribeRegions]);
    let names = |names: &[&str]| Known::Value(names.iter().map(|&it| it.to_owned()).collect());
    let own = account(&[("r.json", REGIONS)]);
    assert_eq!(own.regions, names(&["ap-east-1", "us-east-1"]));
    let second =
        r#"{"Regions": [{"RegionName": "eu-west-1", "Endpoint": "ec2.eu-west-1.amazonaws.com"}]}"#;
    let both = account(&[("r.json", REGIONS), ("s.json", second)]);
    assert_eq!(both.regions, names(&["ap-east-1", "eu-west-1", "us-east-1"]));
}

#[test]
fn instances_are_read() {
    answers("i.json", INSTANCES, &[Call::DescribeInstances]);
    let account = account(&[("us-east-2/i.json", INSTANCES)]);
    let unread = |id| {
        let gap = Gap::not_collected(Call::DescribeInstanceAttribute);
        Known::Gap(gap.about(id).in_region("us-east-2"))
    };
    assert_eq!(account.id.as_str(), "123456789012");
    assert_eq!(
        account.instances.whole().unwrap(),
        [
            Instance {
                id: "i-1234567890abcdef0".to_owned(),
                region: "us-east-2".to_owned(),
                name: Some("my-instance".to_owned()),
                state: InstanceState::Running,
                instance_profile: Some("arn:aws:iam::123456789012:instance-profile/web".to_owned()),
                metadata: Some(MetadataOptions { enabled: true, tokens_required: false }),
                security_groups: vec!["sg-903004f8".to_owned()],
                public_address: Some("203.0.113.13".to_owned()),
                platform: Some("windows".to_owned()),
                launched: Some(time("2022-11-15T10:48:59Z")),
                user_data: unread("i-1234567890abcdef0"),
            },
            Instance {
                id: "i-0aaaaaaaaaaaaaaaa".to_owned(),
                region: "us-east-2".to_owned(),
                name: None,
                state: InstanceState::Stopped,
                instance_profile: None,
                metadata: Some(MetadataOptions { enabled: false, tokens_required: true }),
                security_groups: vec![],
                public_address: None,
                platform: None,
                launched: None,
                user_data: unread("i-0aaaaaaaaaaaaaaaa"),
            },
        ]
    );
}

const GROUPS: &str = r#"{"SecurityGroups": [{
    "GroupId": "sg-903004f8", "GroupName": "MySecurityGroup", "VpcId": "vpc-1a2b3c4d",
    "OwnerId": "123456789012", "Description": "My security group", "IpPermissionsEgress": [],
    "IpPermissions": [
        {"IpProtocol": "-1", "IpRanges": [], "PrefixListIds": [],
         "UserIdGroupPairs": [{"UserId": "123456789012", "GroupId": "sg-903004f8"}]},
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [],
         "IpRanges": [{"Description": "office", "CidrIp": "203.0.113.0/24"}],
         "Ipv6Ranges": [{"CidrIpv6": "::/0"}], "PrefixListIds": [{"PrefixListId": "pl-0123456abcabcabc1"}]},
        {"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "IpRanges": []}
    ]
}]}"#;

#[test]
fn security_groups_are_read_with_all_kinds_of_sources() {
    answers("g.json", GROUPS, &[Call::DescribeSecurityGroups]);
    let account = account(&[("g.json", GROUPS)]);
    let own = Source::SecurityGroup("sg-903004f8".to_owned());
    assert_eq!(
        account.security_groups.whole().unwrap(),
        [SecurityGroup {
            id: "sg-903004f8".to_owned(),
            name: "MySecurityGroup".to_owned(),
            region: "unknown".to_owned(),
            vpc: Some("vpc-1a2b3c4d".to_owned()),
            inbound: vec![
                Rule { protocol: "-1".to_owned(), ports: None, sources: vec![own] },
                Rule {
                    protocol: "tcp".to_owned(),
                    ports: Some((22, 22)),
                    sources: vec![
                        Source::Range("203.0.113.0/24".to_owned()),
                        Source::Range("::/0".to_owned()),
                        Source::PrefixList("pl-0123456abcabcabc1".to_owned()),
                    ],
                },
                Rule { protocol: "icmp".to_owned(), ports: None, sources: vec![] },
            ],
        }]
    );
}

#[test]
fn network_interfaces_are_read() {
    let text = r#"{"NetworkInterfaces": [{
        "NetworkInterfaceId": "eni-686ea200", "OwnerId": "123456789012",
        "AvailabilityZone": "us-east-1d", "Groups": [{"GroupName": "default", "GroupId": "sg-8637d3e3"}],
        "Association": {"PublicIp": "203.0.113.12", "IpOwnerId": "123456789012"},
        "Attachment": {"Status": "attached", "InstanceId": "i-1234567890abcdef0", "DeviceIndex": 1}
    }]}"#;
    answers("n.json", text, &[Call::DescribeNetworkInterfaces]);
    assert_eq!(
        account(&[("n.json", text)]).network_interfaces,
        Listing::complete(vec![NetworkInterface {
            id: "eni-686ea200".to_owned(),
            region: "us-east-1".to_owned(),
            security_groups: vec!["sg-8637d3e3".to_owned()],
            instance: Some("i-1234567890abcdef0".to_owned()),
            public_address: Some("203.0.113.12".to_owned()),
        }])
    );
}

const ENTRIES: &str = r#"{"Entries": [{"Cidr": "10.0.0.0/16", "Description": "vpc-a"},
    {"Cidr": "10.2.0.0/16", "Description": "vpc-b"}]}"#;

#[test]
fn a_prefix_list_takes_its_id_from_the_path() {
    let path = "entries-pl-0123456abcabcabc1.json";
    answers(path, ENTRIES, &[Call::GetManagedPrefixListEntries]);
    let list = PrefixList {
        id: "pl-0123456abcabcabc1".to_owned(),
        region: None,
        ranges: vec!["10.0.0.0/16".to_owned(), "10.2.0.0/16".to_owned()],
    };
    assert_eq!(account(&[(path, ENTRIES)]).prefix_lists, Listing::complete(vec![list]));
}

#[test]
fn prefix_lists_that_are_named_or_used_and_not_read_are_gaps() {
    let named = r#"{"PrefixLists": [
        {"PrefixListId": "pl-0123456abcabcabc1", "AddressFamily": "IPv4", "OwnerId": "123456789012",
         "PrefixListArn": "arn:aws:ec2:us-west-2:123456789012:prefix-list/pl-0123456abcabcabc1"},
        {"PrefixListId": "pl-11223344556677aab", "OwnerId": "123456789012"}]}"#;
    answers("lists.json", named, &[]);
    let gap = |id: &str| Gap::not_collected(Call::GetManagedPrefixListEntries).about(id);
    let account = super::account(&[("pl-0123456abcabcabc1.json", ENTRIES), ("lists.json", named)]);
    assert_eq!(account.prefix_lists.items[0].region.as_deref(), Some("us-west-2"));
    assert_eq!(account.prefix_lists.gaps, [gap("pl-11223344556677aab")]);
    let used = super::account(&[("g.json", GROUPS)]);
    assert_eq!(used.prefix_lists.gaps, [gap("pl-0123456abcabcabc1")]);
}

#[test]
fn managed_instances_are_read() {
    let text = r#"{"InstanceInformationList": [
        {"InstanceId": "i-028ea792daEXAMPLE", "PingStatus": "Online",
         "LastPingDateTime": 1582221233.421, "AgentVersion": "2.3.842.0"},
        {"InstanceId": "mi-0123456789abcdef0", "PingStatus": "ConnectionLost"}]}"#;
    answers("m.json", text, &[Call::DescribeInstanceInformation]);
    let region = Some("us-east-2".to_owned());
    assert_eq!(
        account(&[("us-east-2/m.json", text)]).managed_instances.whole().unwrap(),
        [
            ManagedInstance {
                id: "i-028ea792daEXAMPLE".to_owned(),
                region: region.clone(),
                online: true
            },
            ManagedInstance { id: "mi-0123456789abcdef0".to_owned(), region, online: false },
        ]
    );
}

fn document(name: &str, content: &str) -> String {
    let content = content.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!(
        r#"{{"Name": "{name}", "DocumentVersion": "1", "Status": "Active", "Content": "{content}",
        "DocumentType": "Session", "DocumentFormat": "JSON"}}"#
    )
}

#[test]
fn the_preferences_of_session_manager_are_read() {
    let text = document(
        "SSM-SessionManagerRunShell",
        r#"{"schemaVersion": "1.0", "sessionType": "Standard_Stream", "inputs": {
            "s3BucketName": "amzn-s3-demo-bucket", "s3KeyPrefix": "logs", "s3EncryptionEnabled": true,
            "cloudWatchLogGroupName": "", "cloudWatchEncryptionEnabled": "false",
            "kmsKeyId": "1a2b3c4d", "runAsEnabled": true, "runAsDefaultUser": "ops",
            "idleSessionTimeout": "20", "maxSessionDuration": "60"}}"#,
    );
    answers("p.json", &text, &[Call::GetDocument]);
    assert_eq!(
        account(&[("eu-west-1/p.json", &text)]).session_preferences,
        Listing::complete(vec![SessionPreferences {
            region: Some("eu-west-1".to_owned()),
            exists: true,
            s3_bucket: Some("amzn-s3-demo-bucket".to_owned()),
            s3_encryption_enabled: true,
            cloudwatch_log_group: None,
            cloudwatch_encryption_enabled: false,
            kms_key: Some("1a2b3c4d".to_owned()),
            run_as_enabled: true,
            idle_timeout_minutes: Some(20),
            max_duration_minutes: Some(60),
        }])
    );
}

#[test]
fn other_documents_of_systems_manager_are_not_used() {
    let text = document("AWS-RunShellScript", r#"{"schemaVersion": "1.2"}"#);
    assert!(matches!(recognised("d.json", &text), keyward_snapshot::import::Recognised::Unused(_)));
}
