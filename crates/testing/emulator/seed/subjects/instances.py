"""EC2: who may connect, how, and what is written down of it."""

import json

from seed.estate import REGION
from seed.subjects.compute import IMAGE, managed_instance
from seed.subjects.plain_sight import script

EVERYBODY, EVERYBODY_6, INSIDE = "0.0.0.0/0", "::/0", "10.0.0.0/8"


def network(estate, account, weak, region):
    """Security groups. Sound: none lets SSH or Remote Desktop in, not even from inside."""
    wanted = {
        # instances-ssh-open (critical: a network interface uses it), instances-ssh-allowed
        "bastion": (22, 22, EVERYBODY),
        # instances-rdp-open over IPv6 (critical), instances-rdp-allowed
        "windows": (3389, 3389, EVERYBODY_6),
        # instances-ssh-open and instances-rdp-open in a range (high: nothing uses it), -allowed
        "migration": (1, 65535, "0.0.0.0/1"),
        # instances-ssh-allowed
        "inside": (22, 22, INSIDE),
    }
    ec2 = estate.client("ec2", account, region)
    groups = {}
    for name, (first, last, source) in wanted.items():
        group = ec2.create_security_group(GroupName=name, Description=name)["GroupId"]
        groups[name] = group
        if not weak:
            first = last = 443
        rule = {"IpProtocol": "tcp", "FromPort": first, "ToPort": last}
        if ":" in source:
            rule["Ipv6Ranges"] = [{"CidrIpv6": source}]
        else:
            rule["IpRanges"] = [{"CidrIp": source}]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    groups["offices"] = _by_prefix_list(ec2, weak)
    groups["default"] = _default(ec2, weak)
    made = estate.made.setdefault("security_groups", {})
    made.update({f"{account}/{region}/{name}": it for name, it in groups.items()})
    return groups


def _by_prefix_list(ec2, weak):
    """A group whose sources stand in a prefix list."""
    # instances-ssh-open: all addresses, in two halves (high, nothing uses it), -allowed
    ranges = ["0.0.0.0/1", "128.0.0.0/1"] if weak else ["192.0.2.0/24", "198.51.100.0/24"]
    made = ec2.create_managed_prefix_list(
        PrefixListName="offices", MaxEntries=5, AddressFamily="IPv4",
        Entries=[{"Cidr": it} for it in ranges],
    )["PrefixList"]["PrefixListId"]  # fmt: skip
    group = ec2.create_security_group(GroupName="offices", Description="offices")["GroupId"]
    port = 22 if weak else 443
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    rule["PrefixListIds"] = [{"PrefixListId": made}]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    return group


def _default(ec2, weak):
    """AWS's default group lets everything in from its own members, which is SSH as well; moto's
    lets in nothing. Weak: as AWS makes it (instances-ssh-allowed, instances-rdp-allowed)."""
    group = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]
    own = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group["GroupId"]}]}
    if weak and not group["IpPermissions"]:
        ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[own])
    return group["GroupId"]


def instances(estate, account, weak, region, groups):
    """A web server and a build server that are as they should be but for one thing each, a bastion
    with everything wrong, and one that is stopped."""
    # name: group, metadata by tokens only, managed, runs
    made = {
        # instances-metadata-v1, instances-not-managed, instances-without-session-permissions,
        # secrets-in-user-data
        "bastion": ("bastion", not weak, not weak, True),
        # nothing
        "web-server": ("inside", True, True, True),
        # privilege-administrator-compute (see privilege.machines)
        "build-server": ("windows", True, True, True),
        # instances-metadata-v1; the others ask about running instances
        "old-server": ("inside", not weak, False, False),
        # nothing: it is terminated
        "former-server": ("inside", False, False, False),
    }
    for name, (group, tokens, managed, runs) in made.items():
        one = _instance(estate, account, region, name, groups[group], tokens, weak)
        if managed:
            managed_instance(estate, account, one, region)
        ec2 = estate.client("ec2", account, region)
        if name == "former-server":
            ec2.terminate_instances(InstanceIds=[one])
        elif not runs:
            ec2.stop_instances(InstanceIds=[one])
        estate.made.setdefault("instances", {})[f"{account}/{region}/{name}"] = one


def _instance(estate, account, region, name, group, tokens, weak):
    arguments = {"UserData": script(weak)} if name == "bastion" else {}
    options = {"HttpEndpoint": "enabled", "HttpTokens": "required" if tokens else "optional"}
    if name not in ("old-server", "former-server"):
        arguments["IamInstanceProfile"] = {"Name": name}
    return estate.client("ec2", account, region).run_instances(
        ImageId=IMAGE,
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SecurityGroupIds=[group],
        MetadataOptions=options,
        **arguments,
    )["Instances"][0]["InstanceId"]


def session_preferences(estate, account, weak, region=REGION):
    """Where Session Manager writes what was typed. Weak: no preferences, or some without a place
    (instances-sessions-not-logged; low where no instance runs)."""
    if weak and region == REGION:
        return
    place = "" if weak else "sessions"
    content = {
        "schemaVersion": "1.0",
        "description": "Session Manager preferences",
        "sessionType": "Standard_Stream",
        "inputs": {"s3BucketName": "", "cloudWatchLogGroupName": place},
    }
    estate.client("ssm", account, region).create_document(
        Name="SSM-SessionManagerRunShell", Content=json.dumps(content), DocumentType="Session"
    )
