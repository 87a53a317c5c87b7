"""One account with many identities and secrets, for speed and for pages.

    python seed/sized.py --management ID --users 300 --roles 200 --security-groups 50

What is not asked for is not made; `--help` names all kinds.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from seed.estate import allow, policy, run, trust  # noqa: E402

KINDS = ("users", "roles", "policies", "groups", "secrets", "security_groups")


def calls(account, numbers):
    """The calls that make everything: policies first, for they are attached."""
    document = policy(allow("s3:GetObject", "arn:aws:s3:::example-bucket/*"))
    arns = [f"arn:aws:iam::{account}:policy/policy-{it}" for it in range(numbers["policies"])]
    for number in range(numbers["policies"]):
        name = f"policy-{number}"
        yield "iam", "CreatePolicy", {"PolicyName": name, "PolicyDocument": document}
    for number in range(numbers["groups"]):
        yield "iam", "CreateGroup", {"GroupName": f"group-{number}"}
    for number in range(numbers["users"]):
        name = f"user-{number}"
        yield "iam", "CreateUser", {"UserName": name}
        yield "iam", "CreateAccessKey", {"UserName": name}
        if arns:
            arn = arns[number % len(arns)]
            yield "iam", "AttachUserPolicy", {"UserName": name, "PolicyArn": arn}
    trusting = trust({"AWS": f"arn:aws:iam::{account}:root"})
    for number in range(numbers["roles"]):
        name = f"role-{number}"
        made = {"RoleName": name, "AssumeRolePolicyDocument": trusting}
        yield "iam", "CreateRole", made
        inline = {"RoleName": name, "PolicyName": "own", "PolicyDocument": document}
        yield "iam", "PutRolePolicy", inline
    for number in range(numbers["secrets"]):
        arguments = {"Name": f"secret-{number}", "SecretString": "EXAMPLE"}
        yield "secretsmanager", "CreateSecret", arguments
    for number in range(numbers.get("security_groups", 0)):
        name = f"servers-{number}"
        yield "ec2", "CreateSecurityGroup", {"GroupName": name, "Description": name}
        rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
        rule["IpRanges"] = [{"CidrIp": "10.0.0.0/8"}]
        yield "ec2", "AuthorizeSecurityGroupIngress", {"GroupName": name, "IpPermissions": [rule]}


def sized(estate, arguments):
    """One account with many identities and secrets."""
    account = arguments.account or estate.management
    place = {"service": "ec2", "account": account, "name": "regions", "region": "aws"}
    estate.control("set_extra", value=["us-east-1"], **place)
    numbers = {kind: getattr(arguments, kind) for kind in KINDS}
    everything = [list(call) for call in calls(account, numbers)]
    for start in range(0, len(everything), 500):
        estate.control("batch", account=account, calls=everything[start : start + 500])
    estate.made.update(numbers)


def arguments(parser):
    parser.add_argument("--account", help="another account than the management account")
    for kind in KINDS:
        parser.add_argument("--" + kind.replace("_", "-"), type=int, default=0)


if __name__ == "__main__":
    run(sized, arguments)
