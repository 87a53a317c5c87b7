"""What the emulator refuses and keeps apart, one function a check. Prints JSON for the Rust tests.

    python checks/behaviour.py CHECK --management ID
"""

import pathlib
import sys

import boto3
import botocore.parsers
import botocore.serialize
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from seed.estate import run, trust  # noqa: E402

ONCE = Config(retries={"total_max_attempts": 1})
AUDIT = {"arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"}


def code(function, **arguments):
    """The code of the error with which a call is refused."""
    try:
        function(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "allowed"


def client(estate, service, key, secret, token=None):
    return boto3.client(
        service, region_name="us-east-1", endpoint_url=estate.endpoint, config=ONCE,
        aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token,
    )  # fmt: skip


def of_session(estate, service, credentials):
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    return client(estate, service, *(credentials[name] for name in names))


def keys(estate):
    """Keys that are unknown, wrong, inactive, deleted."""
    iam = estate.client("iam")
    iam.create_user(UserName="ci")
    key = iam.create_access_key(UserName="ci")["AccessKey"]
    key_id, secret = key["AccessKeyId"], key["SecretAccessKey"]
    sts = client(estate, "sts", key_id, secret)
    unknown = "AKIAIOSFODNN7EXAMPLE"
    made = {
        "active": sts.get_caller_identity()["Arn"].rsplit(":", 1)[1],
        "wrong secret": code(client(estate, "sts", key_id, "wrong").get_caller_identity),
        "wrong secret, json": code(client(estate, "ssm", key_id, "wrong").describe_parameters),
        "unknown": code(client(estate, "iam", unknown, secret).list_users),
        "unknown, ec2": code(client(estate, "ec2", unknown, secret).describe_instances),
        "unknown, rest-json": code(client(estate, "lambda", unknown, secret).list_functions),
        "user with key": code(iam.delete_user, UserName="ci"),
    }
    iam.update_access_key(UserName="ci", AccessKeyId=key_id, Status="Inactive")
    made["inactive"] = code(sts.get_caller_identity)
    iam.delete_access_key(UserName="ci", AccessKeyId=key_id)
    made["deleted"] = code(sts.get_caller_identity)
    return made


def limits(estate):
    """More than AWS takes at once."""
    ssm, builds = estate.client("ssm"), estate.client("codebuild")
    return {
        "10 names": code(ssm.get_parameters, Names=[f"n{it}" for it in range(10)]),
        "11 names": code(ssm.get_parameters, Names=[f"n{it}" for it in range(11)]),
        "101 projects": code(builds.batch_get_projects, names=[f"p{it}" for it in range(101)]),
        "21 accounts a page": code(estate.client("organizations").list_accounts, MaxResults=21),
        "a foreign token": code(estate.client("iam").list_users, Marker="foreign"),
        "an unknown operation": code(estate.client("ec2").describe_verified_access_groups),
    }


def roles(estate):
    """Who may assume which role."""
    organizations, sts = estate.client("organizations"), estate.client("sts")
    organizations.create_organization(FeatureSet="ALL")
    status = organizations.create_account(Email="member@example.com", AccountName="member")
    member = status["CreateAccountStatus"]["AccountId"]
    arn = f"arn:aws:iam::{member}:role/"
    condition = {"StringEquals": {"sts:ExternalId": "example-id"}}
    document = trust({"AWS": f"arn:aws:iam::{estate.management}:root"}, **condition)
    iam = estate.client("iam", member)
    iam.create_role(RoleName="vendor", AssumeRolePolicyDocument=document)
    other = trust({"AWS": "arn:aws:iam::123456789012:root"})
    iam.create_role(RoleName="foreign", AssumeRolePolicyDocument=other)

    def assume(name, **more):
        return code(sts.assume_role, RoleArn=arn + name, RoleSessionName="audit", **more)

    session = sts.assume_role(
        RoleArn=arn + "OrganizationAccountAccessRole", RoleSessionName="audit"
    )["Credentials"]
    in_member = of_session(estate, "sts", session).get_caller_identity()
    return {
        "default role": in_member["Arn"].replace(member, "MEMBER"),
        "no such role": assume("Other"),
        "role that trusts others": assume("foreign"),
        "without external id": assume("vendor"),
        "wrong external id": assume("vendor", ExternalId="another-id"),
        "right external id": assume("vendor", ExternalId="example-id"),
        "member reads accounts": code(of_session(estate, "organizations", session).list_accounts),
        "member's organization": of_session(estate, "organizations", session)
        .describe_organization()["Organization"]["MasterAccountId"] == estate.management,
        "member's instances": of_session(estate, "sso-admin", session).list_instances()["Instances"],
    }  # fmt: skip


def root_sessions(estate):
    """AssumeRoot before and after it was enabled, and what a task policy lets through."""
    organizations, sts = estate.client("organizations"), estate.client("sts")
    organizations.create_organization(FeatureSet="ALL")
    status = organizations.create_account(Email="member@example.com", AccountName="member")
    member = status["CreateAccountStatus"]["AccountId"]
    about = {"TargetPrincipal": member, "TaskPolicyArn": AUDIT}
    made = {"before": code(sts.assume_root, **about)}
    organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    estate.client("iam").enable_organizations_root_sessions()
    foreign = {"TargetPrincipal": "123456789012", "TaskPolicyArn": AUDIT}
    made["foreign account"] = code(sts.assume_root, **foreign)
    broad = {"TargetPrincipal": member, "TaskPolicyArn": {"arn": "arn:aws:iam::aws:policy/x"}}
    made["other policy"] = code(sts.assume_root, **broad)
    session = sts.assume_root(**about)["Credentials"]
    iam = of_session(estate, "iam", session)
    key = {
        "AccessKeyId": "AKIAROOTUSEROFMEMBER",
        "Status": "Active",
        "CreateDate": "2020-05-01T10:00:00+00:00",
    }
    estate.control("set_root", account=member, password=True, mfa=False, keys=[key])
    arn = of_session(estate, "sts", session).get_caller_identity()["Arn"]
    made["caller"] = arn.replace(member, "MEMBER")
    made["keys"] = [it["AccessKeyId"] for it in iam.list_access_keys()["AccessKeyMetadata"]]
    made["devices"] = iam.list_mfa_devices()["MFADevices"]
    made["password"] = code(iam.get_login_profile)
    made["other actions"] = code(iam.list_users)
    made["other users"] = code(iam.list_access_keys, UserName="ci")
    return made


def report(estate):
    """The credential report: started, then there, with the root user's row as it was set."""
    iam = estate.client("iam")
    made = {"before": code(iam.get_credential_report)}
    iam.create_user(UserName="ci")
    key = iam.create_access_key(UserName="ci")["AccessKey"]["AccessKeyId"]
    path = ["users", "ci", "access_keys", "0", "create_date"]
    estate.set_time("iam", estate.management, path, "2024-01-15T09:00:00Z")
    estate.control("set_root", account=estate.management, mfa=False)
    place = {"service": "iam", "account": estate.management}
    fields = {"ci": {"access_key_1_last_used_service": "s3"}}
    estate.control("set_extra", name="report_fields", value=fields, **place)
    made["states"] = [iam.generate_credential_report()["State"] for _ in range(2)]
    lines = iam.get_credential_report()["Content"].decode().split("\n")
    header = lines[0].split(",")
    rows = [dict(zip(header, line.split(","))) for line in lines[1:]]
    wanted = (
        "user", "mfa_active", "access_key_1_active", "access_key_1_last_rotated",
        "access_key_1_last_used_service",
    )  # fmt: skip
    made["rows"] = [[row[name] for name in wanted] for row in rows]
    made["summary"] = iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"]
    made["key"] = iam.list_access_keys(UserName="ci")["AccessKeyMetadata"][0]["AccessKeyId"] == key
    return made


def cbor(estate):
    """CloudWatch in the only protocol that AWS's SDK for Rust speaks with it."""
    cloudwatch = estate.client("cloudwatch")
    for number in range(3):
        cloudwatch.put_metric_alarm(
            AlarmName=f"alarm-{number}", MetricName="m", Namespace="n", Period=60, Threshold=1.5,
            EvaluationPeriods=1, ComparisonOperator="GreaterThanThreshold", Statistic="Sum",
        )  # fmt: skip
    given = estate.control("credentials", account=estate.management)
    made = {}
    status, answer = _cbor_call(estate, given, "DescribeAlarms", {"MaxRecords": 2})
    alarms = answer["MetricAlarms"]
    made["first page"] = [status, [it["AlarmName"] for it in alarms], alarms[0]["Threshold"]]
    token = {"NextToken": answer["NextToken"]}
    _, answer = _cbor_call(estate, given, "DescribeAlarms", token)
    made["second page"] = [it["AlarmName"] for it in answer["MetricAlarms"]]
    estate.control("deny", accounts=[estate.management], names=["cloudwatch:*"])
    status, answer = _cbor_call(estate, given, "DescribeAlarms", {})
    made["refused"] = [status, answer["Error"]["Code"]]
    return made


def _cbor_call(estate, given, operation, arguments):
    model = boto3.client("cloudwatch", region_name="us-east-1").meta.service_model
    operation_model = model.operation_model(operation)
    serializer = botocore.serialize.create_serializer("smithy-rpc-v2-cbor")
    made = serializer.serialize_to_request(arguments, operation_model)
    url = estate.endpoint + made["url_path"]
    request = AWSRequest(made["method"], url, made["headers"], made["body"])
    credentials = Credentials(given["access_key"], given["secret_key"], given["session_token"])
    SigV4Auth(credentials, "monitoring", "us-east-1").add_auth(request)
    got = URLLib3Session().send(request.prepare())
    answer = {"status_code": got.status_code, "headers": got.headers, "body": got.content}
    parser = botocore.parsers.create_parser("smithy-rpc-v2-cbor")
    return got.status_code, parser.parse(answer, operation_model.output_shape)


def secrets(estate):
    """What must never come back with a list."""
    iam = estate.client("iam")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="ci")["VirtualMFADevice"]
    listed = iam.list_virtual_mfa_devices()["VirtualMFADevices"][0]
    return {"made": "Base32StringSeed" in device, "listed": "Base32StringSeed" in listed}


CHECKS = {it.__name__: it for it in (keys, limits, roles, root_sessions, report, cbor, secrets)}


def main(estate, arguments):
    estate.made = CHECKS[arguments.check](estate)


if __name__ == "__main__":
    run(main, lambda parser: parser.add_argument("check", choices=sorted(CHECKS)))
