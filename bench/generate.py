"""Writes what `aws iam get-account-authorization-details` prints for a large account.

The same seed gives the same bytes. Weaknesses are planted at known places; `--planted FILE`
writes them as a JSON list of [control, resource].
"""

import argparse
import json
import random
import sys

SERVICES = {
    "s3": ["GetObject", "PutObject", "ListBucket", "GetBucketLocation", "DeleteObject"],
    "dynamodb": ["GetItem", "PutItem", "Query", "UpdateItem", "BatchGetItem", "Scan"],
    "sqs": ["SendMessage", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"],
    "sns": ["Publish", "Subscribe", "GetTopicAttributes"],
    "logs": ["CreateLogGroup", "CreateLogStream", "PutLogEvents"],
    "kms": ["Decrypt", "GenerateDataKey", "DescribeKey"],
    "ec2": ["DescribeInstances", "DescribeVolumes", "DescribeSecurityGroups", "CreateTags"],
    "cloudwatch": ["PutMetricData", "GetMetricData"],
    "ecr": ["GetAuthorizationToken", "BatchGetImage", "GetDownloadUrlForLayer"],
    "secretsmanager": ["GetSecretValue", "DescribeSecret"],
    "states": ["StartExecution", "DescribeExecution"],
    "events": ["PutEvents"],
}
TEAMS = ["billing", "search", "ingest", "reports", "mobile", "web", "data", "infra", "risk"]
TRUSTED_SERVICES = ["ec2", "lambda", "ecs-tasks", "states"]


def arn(account, service, name):
    region = "" if service == "s3" else "eu-central-1"
    owner = "" if service == "s3" else account
    return f"arn:aws:{service}:{region}:{owner}:{name}"


def statement(rng, account, team):
    service = rng.choice(sorted(SERVICES))
    actions = SERVICES[service]
    entry = {
        "Sid": f"{team.title()}{service.title()}{rng.randrange(1000)}",
        "Effect": "Allow",
        "Action": [f"{service}:{it}" for it in rng.sample(actions, rng.randint(1, len(actions)))],
        "Resource": [
            arn(account, service, f"{team}-{rng.randrange(200)}{suffix}")
            for suffix in rng.choice([[""], ["", "/*"], ["-*"]])
        ],
    }
    if rng.random() < 0.2:
        entry["Condition"] = {
            "StringEquals": {"aws:ResourceTag/team": team},
            "Bool": {"aws:SecureTransport": "true"},
        }
    return entry


def policy(rng, account, team, statements):
    return {
        "Version": "2012-10-17",
        "Statement": [statement(rng, account, team) for _ in range(statements)],
    }


def allow(action, resource="*", key="Action"):
    entry = {"Effect": "Allow", key: action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [entry]}


def trust(principal, action="sts:AssumeRole", condition=None):
    entry = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        entry["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [entry]}


class Account:
    def __init__(self, account, seed, users, roles, policies):
        self.id = account
        self.rng = random.Random(seed)
        self.planted = []
        self.policies = [self.managed(number) for number in range(policies)]
        self.groups = [self.group(number) for number in range(max(1, users // 10))]
        self.users = [self.user(number) for number in range(users)]
        self.roles = [self.role(number) for number in range(roles)]

    def unique(self, prefix):
        return prefix + "".join(self.rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=17))

    def attached(self):
        chosen = self.rng.sample(self.policies, self.rng.randint(0, min(3, len(self.policies))))
        return [{"PolicyName": it["PolicyName"], "PolicyArn": it["Arn"]} for it in chosen]

    def inline(self, team):
        count = self.rng.choice([0, 1, 1, 2])
        return [
            {"PolicyName": f"{team}-inline-{n}", "PolicyDocument": policy(self.rng, self.id, team, 4)}
            for n in range(count)
        ]

    def managed(self, number):
        team = self.rng.choice(TEAMS)
        name = f"{team}-policy-{number}"
        resource = f"arn:aws:iam::{self.id}:policy/{name}"
        document = policy(self.rng, self.id, team, self.rng.randint(2, 8))
        if number % 100 == 7:
            document = allow("*")
            self.planted.append(["privilege-administrator-policy", resource])
        elif number % 100 == 17:
            document = allow(["kms:*", "secretsmanager:*"])
            self.planted.append(["privilege-whole-services", resource])
        elif number % 100 == 27:
            document = allow(["iam:*", "organizations:*"], key="NotAction")
            self.planted.append(["privilege-allow-with-not-action", resource])
        plain = number % 100 not in (7, 17, 27)
        version = {
            "Document": document,
            "VersionId": "v1",
            "IsDefaultVersion": True,
            "CreateDate": "2025-03-01T10:00:00+00:00",
        }
        return {
            "PolicyName": name,
            "PolicyId": self.unique("ANPA"),
            "Arn": resource,
            "Path": "/",
            "DefaultVersionId": "v1",
            "AttachmentCount": self.rng.randint(1, 20),
            "PermissionsBoundaryUsageCount": 0,
            "IsAttachable": True,
            "CreateDate": "2025-03-01T10:00:00+00:00",
            "UpdateDate": "2025-03-01T10:00:00+00:00",
            "PolicyVersionList": [version],
            "plain": plain,
        }

    def group(self, number):
        name = f"group-{number}"
        return {
            "Path": "/",
            "GroupName": name,
            "GroupId": self.unique("AGPA"),
            "Arn": f"arn:aws:iam::{self.id}:group/{name}",
            "CreateDate": "2025-03-01T10:00:00+00:00",
            "GroupPolicyList": self.inline(self.rng.choice(TEAMS)),
            "AttachedManagedPolicies": self.plain_attached(),
        }

    def plain_attached(self):
        by_arn = {it["Arn"]: it for it in self.policies}
        return [it for it in self.attached() if by_arn[it["PolicyArn"]]["plain"]]

    def user(self, number):
        name = f"user-{number}"
        resource = f"arn:aws:iam::{self.id}:user/{name}"
        inline = []
        if number % 50 == 3:
            inline = [{"PolicyName": "everything", "PolicyDocument": allow("*:*")}]
            self.planted.append(["privilege-administrator-user", resource])
        elif number % 50 == 13:
            inline = [{"PolicyName": "small", "PolicyDocument": policy(self.rng, self.id, "web", 1)}]
            self.planted.append(["users-with-direct-policies", resource])
        return {
            "Path": "/",
            "UserName": name,
            "UserId": self.unique("AIDA"),
            "Arn": resource,
            "CreateDate": "2025-03-01T10:00:00+00:00",
            "UserPolicyList": inline,
            "GroupList": [self.rng.choice(self.groups)["GroupName"]],
            "AttachedManagedPolicies": [],
            "Tags": [{"Key": "team", "Value": self.rng.choice(TEAMS)}],
        }

    def role(self, number):
        team = self.rng.choice(TEAMS)
        name = f"{team}-role-{number}"
        resource = f"arn:aws:iam::{self.id}:role/{name}"
        document = trust({"Service": f"{self.rng.choice(TRUSTED_SERVICES)}.amazonaws.com"})
        inline, attached = self.inline(team), self.plain_attached()
        last_used = "2026-11-20T08:00:00+00:00"
        kind = number % 100
        if kind == 5:
            document = trust({"AWS": "*"})
            self.planted.append(["roles-trusting-everyone", resource])
        elif kind == 15:
            provider = f"arn:aws:iam::{self.id}:oidc-provider/token.actions.githubusercontent.com"
            audience = {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}
            document = trust(
                {"Federated": provider},
                "sts:AssumeRoleWithWebIdentity",
                {"StringEquals": audience},
            )
            self.planted.append(["roles-trusting-any-repository", resource])
        elif kind == 25:
            inline = [{"PolicyName": "pass", "PolicyDocument": allow("iam:PassRole")}]
            self.planted.append(["privilege-pass-any-role", resource])
        elif kind == 35:
            inline = [{"PolicyName": "assume", "PolicyDocument": allow("sts:AssumeRole")}]
            self.planted.append(["privilege-assume-any-role", resource])
        elif kind == 45:
            inline = [{"PolicyName": "everything", "PolicyDocument": allow("*")}]
            self.planted.append(["privilege-administrator-role", resource])
        elif kind == 55:
            last_used = "2026-01-05T08:00:00+00:00"
            self.planted.append(["roles-unused", resource])
        return {
            "Path": "/",
            "RoleName": name,
            "RoleId": self.unique("AROA"),
            "Arn": resource,
            "CreateDate": "2025-03-01T10:00:00+00:00",
            "AssumeRolePolicyDocument": document,
            "InstanceProfileList": [],
            "RolePolicyList": inline,
            "AttachedManagedPolicies": attached,
            "Tags": [{"Key": "team", "Value": team}],
            "RoleLastUsed": {"LastUsedDate": last_used, "Region": "eu-central-1"},
        }

    def output(self):
        policies = [{k: v for k, v in it.items() if k != "plain"} for it in self.policies]
        return {
            "UserDetailList": self.users,
            "GroupDetailList": self.groups,
            "RoleDetailList": self.roles,
            "Policies": policies,
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--account", default="111122223333")
    parser.add_argument("--users", type=int, default=300)
    parser.add_argument("--roles", type=int, default=2000)
    parser.add_argument("--policies", type=int, default=400)
    parser.add_argument("--planted", help="write the planted weaknesses to this file")
    arguments = parser.parse_args()
    account = Account(
        arguments.account, arguments.seed, arguments.users, arguments.roles, arguments.policies
    )
    json.dump(account.output(), sys.stdout, indent=4)
    if arguments.planted:
        with open(arguments.planted, "w", encoding="utf-8") as file:
            json.dump(account.planted, file, indent=1)


if __name__ == "__main__":
    main()
