"""Patterns of metric filters on a trail's log group, one for each kind of event.

They follow the kinds of the CIS AWS Foundations Benchmark, as listed at
https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
"""


def _calls(source, *names):
    """A pattern for calls of one service."""
    either = " || ".join(f"($.eventName = {name})" for name in names)
    return f"{{ ($.eventSource = {source}.amazonaws.com) && ({either}) }}"


ROOT = (
    '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS'
    ' && $.eventType != "AwsServiceEvent" }'
)
# Name, pattern, how many events within five minutes set off the alarm.
FILTERS = [
    ("root-use", ROOT, 1),
    (
        "denied-calls",
        '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
        10,
    ),
    (
        "sign-ins-without-mfa",
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes")'
        ' && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
        1,
    ),
    (
        "failed-sign-ins",
        '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
        5,
    ),
    (
        "iam-policies",
        _calls(
            "iam",
            *("AttachGroupPolicy", "AttachRolePolicy", "AttachUserPolicy", "CreatePolicy"),
            *("CreatePolicyVersion", "DeleteGroupPolicy", "DeletePolicy", "DeletePolicyVersion"),
            *("DeleteRolePolicy", "DeleteUserPolicy", "DetachGroupPolicy", "DetachRolePolicy"),
            *("DetachUserPolicy", "PutGroupPolicy", "PutRolePolicy", "PutUserPolicy"),
        ),
        1,
    ),
    (
        "trails",
        _calls(
            "cloudtrail",
            *("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"),
        ),
        1,
    ),
    ("kms-keys", _calls("kms", "DisableKey", "ScheduleKeyDeletion"), 1),
    (
        "bucket-policies",
        _calls(
            "s3",
            *("PutBucket*", "DeleteBucketPolicy", "DeleteBucketCors", "DeleteBucketLifecycle"),
            "DeleteBucketReplication",
        ),
        1,
    ),
    (
        "config",
        _calls(
            "config",
            *("StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel"),
            "PutConfigurationRecorder",
        ),
        1,
    ),
    (
        "security-groups",
        _calls(
            "ec2",
            *("AuthorizeSecurityGroup*", "RevokeSecurityGroup*", "CreateSecurityGroup"),
            "DeleteSecurityGroup",
        ),
        1,
    ),
    ("network-access-lists", _calls("ec2", "*NetworkAcl*"), 1),
    ("gateways", _calls("ec2", "*CustomerGateway", "*InternetGateway"), 1),
    ("route-tables", _calls("ec2", "*Route", "*RouteTable", "ReplaceRouteTableAssociation"), 1),
    (
        "vpcs",
        _calls("ec2", "CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "*VpcPeeringConnection"),
        1,
    ),
    (
        "organization",
        "{ ($.eventSource = organizations.amazonaws.com) && ($.readOnly IS FALSE) }",
        1,
    ),
    (
        "secrets",
        _calls(
            "secretsmanager",
            *("DeleteSecret", "PutResourcePolicy", "DeleteResourcePolicy", "RotationFailed"),
        ),
        1,
    ),
    ("secret-reads", _calls("secretsmanager", "GetSecretValue"), 100),
]


def metric(name):
    """The name of a filter's metric."""
    return "".join(part.capitalize() for part in name.split("-"))
