"""What runs: instances, launch templates, functions, builds, tasks."""

import base64
import io
import json
import zipfile

from seed.estate import REGION, ago, allow
from seed.subjects.identities import service_role

SECRET = "EXAMPLE-not-a-real-password-7f3a"
KEY = "AKIAIOSFODNN7EXAMPLE"
# An id of the documentation: moto takes any, and is slow to list those that it knows.
IMAGE = "ami-0abcdef1234567890"


def _script(weak):
    return f"#!/bin/sh\nexport DB_PASSWORD={SECRET}\n" if weak else "#!/bin/sh\necho ready\n"


def instance(estate, account, weak, region=REGION):
    """Weak: SSH open to all, metadata without tokens, a password in the user data."""
    ec2 = estate.client("ec2", account, region)
    group = ec2.create_security_group(GroupName="servers", Description="servers")["GroupId"]
    source = {"CidrIp": "0.0.0.0/0"} if weak else {"CidrIp": "10.0.0.0/8"}
    port = 22 if weak else 443
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [source]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    tokens = "optional" if weak else "required"
    made = ec2.run_instances(
        ImageId=IMAGE,
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SecurityGroupIds=[group],
        UserData=_script(weak),
        MetadataOptions={"HttpTokens": tokens, "HttpEndpoint": "enabled"},
    )["Instances"][0]["InstanceId"]
    if not weak:
        managed_instance(estate, account, made, region)
    estate.made.setdefault("instances", {})[f"{account}/{region}"] = made
    return made


def managed_instance(estate, account, instance, region=REGION):
    """The instance answers Systems Manager."""
    known = {
        "InstanceId": instance,
        "PingStatus": "Online",
        "LastPingDateTime": ago(0, hours=1),
        "AgentVersion": "3.3.1345.0",
        "IsLatestVersion": True,
        "PlatformType": "Linux",
        "PlatformName": "Amazon Linux",
        "PlatformVersion": "2023",
        "ResourceType": "EC2Instance",
        "IPAddress": "10.0.0.10",
        "ComputerName": "server.example.com",
    }
    place = {"service": "ssm", "account": account, "name": "instances", "region": region}
    instances = estate.control("get_extra", **place)["value"] or []
    estate.control("set_extra", value=[*instances, known], **place)


def launch_template(estate, account, weak):
    """Three versions: $Default is the first, $Latest the last."""
    ec2 = estate.client("ec2", account)
    for number in range(3):
        data = {
            "InstanceType": "t3.micro",
            "UserData": base64.b64encode(_script(weak).encode()).decode(),
            "MetadataOptions": {"HttpTokens": "optional" if weak else "required"},
        }
        if number == 0:
            ec2.create_launch_template(LaunchTemplateName="servers", LaunchTemplateData=data)
        else:
            ec2.create_launch_template_version(
                LaunchTemplateName="servers", LaunchTemplateData=data
            )


def prefix_list(estate, account):
    """A prefix list, and a group that lets its networks in."""
    ec2 = estate.client("ec2", account)
    made = ec2.create_managed_prefix_list(
        PrefixListName="offices",
        MaxEntries=10,
        AddressFamily="IPv4",
        Entries=[{"Cidr": f"192.0.2.{number}/32"} for number in range(5)],
    )["PrefixList"]["PrefixListId"]
    group = ec2.create_security_group(GroupName="offices", Description="offices")["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "PrefixListIds": [{"PrefixListId": made}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])


def session_preferences(estate, account, weak):
    """Where Session Manager writes what was typed; weak: nowhere."""
    if weak:
        return
    inputs = {"s3BucketName": "", "cloudWatchLogGroupName": "sessions", "cloudWatchEncryptionEnabled": True}
    content = {
        "schemaVersion": "1.0",
        "description": "Session Manager preferences",
        "sessionType": "Standard_Stream",
        "inputs": inputs,
    }
    estate.client("ssm", account).create_document(
        Name="SSM-SessionManagerRunShell", Content=json.dumps(content), DocumentType="Session"
    )


def function(estate, account, weak):
    """Weak: a password among the variables."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("handler.py", "def handle(event, context):\n    return {}\n")
    arn = service_role(
        estate, account, "lambda.amazonaws.com", "report-role", allow("logs:PutLogEvents")
    )
    variables = {"STAGE": "test"} | ({"DB_PASSWORD": SECRET} if weak else {})
    estate.client("lambda", account).create_function(
        FunctionName="report",
        Runtime="python3.13",
        Role=arn,
        Handler="handler.handle",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": variables},
    )


def build(estate, account, weak):
    """Weak: a secret as plain text."""
    arn = service_role(estate, account, "codebuild.amazonaws.com", "build-role")
    variable = (
        {"name": "TOKEN", "value": SECRET, "type": "PLAINTEXT"}
        if weak
        else {"name": "TOKEN", "value": "/build/token", "type": "PARAMETER_STORE"}
    )
    estate.client("codebuild", account).create_project(
        name="site",
        source={"type": "S3", "location": "example-bucket/source.zip"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [variable],
        },
        serviceRole=arn,
    )


def task_definition(estate, account, weak):
    """Two revisions of a family; weak: a key among the variables of the latest."""
    ecs = estate.client("ecs", account)
    for revision in range(2):
        variables = [{"name": "STAGE", "value": "test"}]
        if weak and revision == 1:
            variables.append({"name": "AWS_ACCESS_KEY_ID", "value": KEY})
            variables.append({"name": "DB_PASSWORD", "value": SECRET})
        container = {
            "name": "web",
            "image": "example.com/web:1",
            "memory": 128,
            "environment": variables,
        }
        ecs.register_task_definition(family="web", containerDefinitions=[container])
