"""Writes what AWS's CLI would print about an organization, as files that `keyward audit` reads.

    python dump.py FOLDER --management ID [--role NAME] [--regions us-east-1,eu-west-1]

Asks the emulator at AWS_ENDPOINT_URL with the AWS_* variables of an administrator of the management
account, and assumes the role in the member accounts, as the product does. The layout is that of
docs/import.md; which calls are made stands below, one a line.
"""

import argparse
import base64
import datetime
import functools
import json
import pathlib
import sys
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from seed.clients import Clients, from_environment  # noqa: E402

# One call, no arguments.
OF_ACCOUNT = [
    ("iam", "get_account_authorization_details"),
    ("iam", "get_account_summary"),
    ("iam", "get_account_password_policy"),
    ("iam", "list_virtual_mfa_devices"),
    ("iam", "list_saml_providers"),
    ("iam", "list_open_id_connect_providers"),
    ("ec2", "describe_regions"),
]
OF_REGION = [
    ("ec2", "describe_instances"),
    ("ec2", "describe_security_groups"),
    ("ec2", "describe_network_interfaces"),
    ("ec2", "describe_managed_prefix_lists"),
    ("ssm", "describe_instance_information"),
    ("ssm", "describe_parameters"),
    ("secretsmanager", "list_secrets"),
    ("lambda", "list_functions"),
    ("ecs", "list_task_definition_families"),
    ("codebuild", "list_projects"),
    ("cloudtrail", "describe_trails"),
    ("logs", "describe_metric_filters"),
    ("cloudwatch", "describe_alarms"),
    ("events", "list_rules"),
    ("sns", "list_subscriptions"),
    ("config", "describe_configuration_recorders"),
    ("config", "describe_configuration_recorder_status"),
    ("config", "describe_config_rules"),
    ("securityhub", "describe_hub"),
    ("securityhub", "describe_security_hub_v2"),
    ("guardduty", "list_detectors"),
    ("accessanalyzer", "list_analyzers"),
]


class Dump:
    """What one account answers, written into its folder."""

    def __init__(self, clients, account, folder):
        self.clients, self.account, self.folder = clients, account, folder / account

    def write(self, path, answer):
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(answer, str):
            path.with_suffix(".txt").write_text(answer)
        else:
            path.write_text(json.dumps(answer, indent=4, default=_cli))

    def ask(self, place, service, operation, suffix="", region=None, **arguments):
        """Asks, writes the whole answer or the error, and returns the answer."""
        client = self.clients.client(service, self.account, region)
        name = operation.replace("_", "-") + (f"-{suffix}" if suffix else "") + ".json"
        try:
            if client.can_paginate(operation):
                answer = client.get_paginator(operation).paginate(**arguments).build_full_result()
            else:
                answer = getattr(client, operation)(**arguments)
        except ClientError as error:
            self.write(f"{place}/{name}", f"\n{error}\n")
            return {}
        answer.pop("ResponseMetadata", None)
        self.write(f"{place}/{name}", answer)
        return answer

    def identities(self):
        self.write("caller.json", self._caller())
        for service, operation in OF_ACCOUNT:
            self.ask(service, service, operation)
        iam = self.clients.client("iam", self.account)
        iam.generate_credential_report()
        while iam.generate_credential_report()["State"] != "COMPLETE":
            pass
        self.ask("iam", "iam", "get_credential_report")
        details = iam.get_paginator("get_account_authorization_details")
        details = details.paginate().build_full_result()
        for user in details["UserDetailList"]:
            name = user["UserName"]
            self.ask("iam", "iam", "list_access_keys", name, UserName=name)
            self.ask("iam", "iam", "list_mfa_devices", name, UserName=name)
        bounding = set()
        for kind in ("UserDetailList", "RoleDetailList"):
            for principal in details[kind]:
                if not principal["Path"].startswith("/aws-"):
                    self._last_accessed(iam, principal["Arn"])
                bounding.add(principal.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"))
        for arn in bounding - {None} - {policy["Arn"] for policy in details["Policies"]}:
            name = arn.rsplit("/", 1)[1]
            described = self.ask("iam", "iam", "get_policy", name, PolicyArn=arn)
            version = {"VersionId": described["Policy"]["DefaultVersionId"]}
            self.ask("iam", "iam", "get_policy_version", name, PolicyArn=arn, **version)

    def _caller(self):
        caller = self.clients.client("sts", self.account).get_caller_identity()
        return {name: caller[name] for name in ("UserId", "Account", "Arn")}

    def _last_accessed(self, iam, arn):
        job = iam.generate_service_last_accessed_details(Arn=arn)["JobId"]
        kind, *_, name = arn.split(":", 5)[5].split("/")
        while True:
            answer = iam.get_service_last_accessed_details(JobId=job)
            if answer["JobStatus"] != "IN_PROGRESS":
                break
        answer.pop("ResponseMetadata")
        # The answer does not name the principal; the path does.
        self.write(f"iam/{kind}/get-service-last-accessed-details-{name}.json", answer)

    def in_region(self, region):
        ask = functools.partial(self.ask, region, region=region)
        found = {operation: ask(service, operation) for service, operation in OF_REGION}
        for reservation in found["describe_instances"].get("Reservations", []):
            for instance in reservation["Instances"]:
                one = instance["InstanceId"]
                arguments = {"InstanceId": one, "Attribute": "userData"}
                ask("ec2", "describe_instance_attribute", one, **arguments)
        versions = ["$Default", "$Latest"]
        ask("ec2", "describe_launch_template_versions", Versions=versions)
        for prefix_list in found["describe_managed_prefix_lists"].get("PrefixLists", []):
            one = prefix_list["PrefixListId"]
            ask("ec2", "get_managed_prefix_list_entries", one, PrefixListId=one)
        ask("ssm", "get_document", Name="SSM-SessionManagerRunShell")
        self._parameters(ask, found)
        for secret in found["list_secrets"].get("SecretList", []):
            name = secret["Name"].replace("/", "-")
            ask("secretsmanager", "get_resource_policy", name, SecretId=secret["ARN"])
        for family in found["list_task_definition_families"].get("families", []):
            ask("ecs", "describe_task_definition", family, taskDefinition=family)
        if found["list_projects"].get("projects"):
            ask("codebuild", "batch_get_projects", names=found["list_projects"]["projects"])
        for trail in found["describe_trails"].get("trailList", []):
            if trail["HomeRegion"] == region:
                arn, name = trail["TrailARN"], trail["Name"]
                ask("cloudtrail", "get_trail_status", name, Name=arn)
                ask("cloudtrail", "get_event_selectors", name, TrailName=arn)
        for rule in found["list_rules"].get("Rules", []):
            ask("events", "list_targets_by_rule", rule["Name"], Rule=rule["Name"])
        topics = {it["TopicArn"] for it in found["list_subscriptions"].get("Subscriptions", [])}
        for topic in sorted(topics):
            ask("sns", "get_topic_attributes", topic.rsplit(":", 1)[1], TopicArn=topic)
        for detector in found["list_detectors"].get("DetectorIds", []):
            ask("guardduty", "get_detector", detector, DetectorId=detector)

    def _parameters(self, ask, found):
        plain = [
            it["Name"]
            for it in found["describe_parameters"].get("Parameters", [])
            if it["Type"] != "SecureString"
        ]
        for start in range(0, len(plain), 10):
            ask("ssm", "get_parameters", str(start), Names=plain[start : start + 10])

    def organization(self):
        """Returns the accounts of the organization."""
        ask = functools.partial(self.ask, "organizations", "organizations")
        if "Organization" not in ask("describe_organization"):
            return [self.account]
        accounts = [it["Id"] for it in ask("list_accounts").get("Accounts", [])]
        for one in accounts:
            ask("list_parents", one, ChildId=one)
        for root in ask("list_roots").get("Roots", []):
            self._below(ask, root["Id"])
        for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
            for policy in ask("list_policies", kind, Filter=kind).get("Policies", []):
                ask("describe_policy", policy["Id"], PolicyId=policy["Id"])
                ask("list_targets_for_policy", policy["Id"], PolicyId=policy["Id"])
        return accounts

    def _below(self, ask, parent):
        for kind in ("ACCOUNT", "ORGANIZATIONAL_UNIT"):
            found = ask("list_children", f"{parent}-{kind}", ParentId=parent, ChildType=kind)
            for unit in found.get("Children", []) if kind != "ACCOUNT" else []:
                ask("list_parents", unit["Id"], ChildId=unit["Id"])
                self._below(ask, unit["Id"])

    def identity_center(self, accounts):
        ask = functools.partial(self.ask, "identity-center")
        for instance in ask("sso-admin", "list_instances").get("Instances", []):
            own = functools.partial(ask, "sso-admin", InstanceArn=instance["InstanceArn"])
            for arn in own("list_permission_sets").get("PermissionSets", []):
                one, name = functools.partial(own, PermissionSetArn=arn), arn.rsplit("/", 1)[1]
                one("describe_permission_set", name)
                one("list_managed_policies_in_permission_set", name)
                one("get_inline_policy_for_permission_set", name)
                one("list_accounts_for_provisioned_permission_set", name)
                for account in accounts:
                    one("list_account_assignments", f"{account}-{name}", AccountId=account)
            store = functools.partial(
                ask, "identitystore", IdentityStoreId=instance["IdentityStoreId"]
            )
            store(operation="list_users")
            for group in store(operation="list_groups").get("Groups", []):
                one = group["GroupId"]
                store(operation="list_group_memberships", suffix=one, GroupId=one)


def _cli(value):
    """As AWS's CLI prints what JSON lacks."""
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(type(value).__name__)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--management", required=True)
    parser.add_argument("--role", default="OrganizationAccountAccessRole")
    parser.add_argument("--regions", default="us-east-1,eu-west-1")
    given = parser.parse_args()
    clients = Clients(given.management, from_environment())
    management = Dump(clients, given.management, given.folder)
    accounts = management.organization()
    management.identity_center(accounts)
    for account in accounts:
        clients.assume(account, given.role)

    def one(account):
        dump = Dump(clients, account, given.folder)
        dump.identities()
        for region in given.regions.split(","):
            dump.in_region(region)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(one, accounts))


if __name__ == "__main__":
    main()
