"""The calls that an audit makes, against a seeded organization. Prints JSON for the Rust tests.

    python checks/calls.py --management ID (--sizes [--cap 2] | --refused)

`--sizes`: how many items each call's answer has in all, and whether pages of `--cap` items hold the
same. `--refused`: the codes with which each call is refused.
"""

import json
import pathlib
import sys

from botocore.exceptions import ClientError

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from seed.estate import run  # noqa: E402

SIMPLE = """
    iam get_account_authorization_details list_virtual_mfa_devices list_saml_providers
    iam list_open_id_connect_providers get_account_summary get_account_password_policy
    ec2 describe_regions describe_instances describe_security_groups describe_network_interfaces
    ec2 describe_managed_prefix_lists
    ssm describe_instance_information describe_parameters
    secretsmanager list_secrets
    lambda list_functions
    ecs list_task_definition_families
    codebuild list_projects
    cloudtrail describe_trails
    logs describe_metric_filters
    cloudwatch describe_alarms
    events list_rules
    sns list_subscriptions
    config describe_configuration_recorders describe_configuration_recorder_status
    config describe_config_rules
    securityhub describe_hub describe_security_hub_v2
    guardduty list_detectors
    accessanalyzer list_analyzers
    organizations describe_organization list_accounts list_roots
    sso-admin list_instances
    sts get_caller_identity
"""


def requests(estate):
    """Each call with its arguments."""
    account = estate.management
    for line in SIMPLE.strip().splitlines():
        service, *operations = line.split()
        for operation in operations:
            yield service, operation, {}
    user, role = {"UserName": "ci"}, f"arn:aws:iam::{account}:role/deploy"
    yield "iam", "list_access_keys", user
    yield "iam", "list_mfa_devices", user
    policy = f"arn:aws:iam::{account}:policy/deploy-policy"
    yield "iam", "get_policy", {"PolicyArn": policy}
    yield "iam", "get_policy_version", {"PolicyArn": policy, "VersionId": "v1"}
    yield "iam", "generate_credential_report", {}
    yield "iam", "get_credential_report", {}
    job = estate.client("iam").generate_service_last_accessed_details(Arn=role)["JobId"]
    yield "iam", "generate_service_last_accessed_details", {"Arn": role}
    yield "iam", "get_service_last_accessed_details", {"JobId": job}
    instance = estate.client("ec2").describe_instances()["Reservations"][0]["Instances"][0]
    attribute = {"InstanceId": instance["InstanceId"], "Attribute": "userData"}
    yield "ec2", "describe_instance_attribute", attribute
    yield "ec2", "describe_launch_template_versions", {"Versions": ["$Latest", "$Default"]}
    filters = [{"Name": "prefix-list-name", "Values": ["offices"]}]
    lists = estate.client("ec2").describe_managed_prefix_lists(Filters=filters)["PrefixLists"]
    yield "ec2", "get_managed_prefix_list_entries", {"PrefixListId": lists[0]["PrefixListId"]}
    yield "ssm", "get_document", {"Name": "SSM-SessionManagerRunShell"}
    names = [f"/site/setting-{number}" for number in range(10)]
    yield "ssm", "get_parameters", {"Names": names}
    secrets = estate.client("secretsmanager").list_secrets()["SecretList"]
    yield "secretsmanager", "get_resource_policy", {"SecretId": secrets[0]["ARN"]}
    yield "ecs", "describe_task_definition", {"taskDefinition": "web"}
    yield "codebuild", "batch_get_projects", {"names": ["site"]}
    trail = estate.client("cloudtrail").describe_trails()["trailList"][0]["TrailARN"]
    yield "cloudtrail", "get_trail_status", {"Name": trail}
    yield "cloudtrail", "get_event_selectors", {"TrailName": trail}
    yield "events", "list_targets_by_rule", {"Rule": "sign-ins"}
    topic = f"arn:aws:sns:us-east-1:{account}:alerts"
    yield "sns", "get_topic_attributes", {"TopicArn": topic}
    detector = estate.client("guardduty").list_detectors()["DetectorIds"][0]
    yield "guardduty", "get_detector", {"DetectorId": detector}
    yield from _organization(estate)
    yield from _identity_center(estate)


def _organization(estate):
    client = estate.client("organizations")
    root = client.list_roots()["Roots"][0]["Id"]
    for kind in ("ACCOUNT", "ORGANIZATIONAL_UNIT"):
        yield "organizations", "list_children", {"ParentId": root, "ChildType": kind}
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        yield "organizations", "list_policies", {"Filter": kind}
        one = client.list_policies(Filter=kind)["Policies"][0]["Id"]
        yield "organizations", "describe_policy", {"PolicyId": one}
        yield "organizations", "list_targets_for_policy", {"PolicyId": one}


def _identity_center(estate):
    client = estate.client("sso-admin")
    instance = client.list_instances()["Instances"][0]
    arn = {"InstanceArn": instance["InstanceArn"]}
    one = client.list_permission_sets(**arn)["PermissionSets"][0]
    about = arn | {"PermissionSetArn": one}
    yield "sso-admin", "list_permission_sets", arn
    yield "sso-admin", "describe_permission_set", about
    yield "sso-admin", "list_managed_policies_in_permission_set", about
    yield "sso-admin", "get_inline_policy_for_permission_set", about
    yield "sso-admin", "list_accounts_for_provisioned_permission_set", about
    assigned = about | {"AccountId": estate.management}
    yield "sso-admin", "list_account_assignments", assigned
    store = {"IdentityStoreId": instance["IdentityStoreId"]}
    directory = estate.client("identitystore")
    group = directory.list_groups(**store)["Groups"][0]["GroupId"]
    yield "identitystore", "list_users", store
    yield "identitystore", "list_groups", store
    yield "identitystore", "list_group_memberships", store | {"GroupId": group}


def ask(client, operation, arguments):
    """The joined answer, and the number of pages."""
    if not client.can_paginate(operation):
        answer = getattr(client, operation)(**arguments)
        answer.pop("ResponseMetadata")
        return answer, 1
    whole, pages = {}, 0
    for page in client.get_paginator(operation).paginate(**arguments):
        pages += 1
        for name, value in page.items():
            if isinstance(value, list):
                whole.setdefault(name, []).extend(value)
    return whole, pages


def size(answer):
    return sum(len(value) if isinstance(value, list) else 1 for value in answer.values())


def main(estate, arguments):
    made = {}
    everything = list(requests(estate))
    if arguments.refused:
        # As the product would: with credentials that refusals hold for.
        given = estate.control("credentials", account=estate.management)
        estate.control("deny", accounts=[estate.management], names=["*"])
        client = _client_factory(estate, given)
        for service, operation, about in everything:
            try:
                getattr(client(service), operation)(**about)
                made[f"{service}:{operation}"] = "allowed"
            except ClientError as error:
                made[f"{service}:{operation}"] = error.response["Error"]["Code"]
        estate.made = made
        return
    whole = [ask(estate.client(service), name, about)[0] for service, name, about in everything]
    estate.control("page_cap", accounts=[estate.management], items=arguments.cap)
    for (service, operation, about), expected in zip(everything, whole):
        answer, pages = ask(estate.client(service), operation, about)
        same = json.dumps(answer, default=str) == json.dumps(expected, default=str)
        made[f"{service}:{operation}"] = {"size": size(answer), "pages": pages, "same": same}
    estate.made = made


def _client_factory(estate, given):
    import boto3
    from botocore.config import Config

    session = boto3.Session(
        given["access_key"], given["secret_key"], given["session_token"], region_name="us-east-1"
    )
    config = Config(retries={"total_max_attempts": 1})
    return lambda service: session.client(service, endpoint_url=estate.endpoint, config=config)


def arguments(parser):
    parser.add_argument("--sizes", action="store_true")
    parser.add_argument("--cap", type=int, default=2)
    parser.add_argument("--refused", action="store_true")


if __name__ == "__main__":
    run(main, arguments)
