"""Makes what a template of CloudFormation describes in each member account, as a StackSet would.

    python seed/stack.py --management ID --template FILE [--parameter NAME=VALUE ...]

moto's CloudFormation needs packages for all services. A role is all that is deployed here, and its
properties are few:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from seed.estate import run  # noqa: E402

PLAIN = ("RoleName", "Path", "Description")


def stack(estate, arguments):
    """The template's roles in each account but the management account."""
    template = json.loads(pathlib.Path(arguments.template).read_text())
    if template["AWSTemplateFormatVersion"] != "2010-09-09":
        raise ValueError("not a template")
    given = dict(parameter.split("=", 1) for parameter in arguments.parameter)
    if set(template.get("Parameters", {})) != set(given):
        raise ValueError(f"the parameters are {template.get('Parameters')}")
    accounts = estate.client("organizations").list_accounts()["Accounts"]
    for account in [it["Id"] for it in accounts if it["Id"] != estate.management]:
        iam = estate.client("iam", account)
        for resource in resolved(template["Resources"], given).values():
            if resource["Type"] != "AWS::IAM::Role":
                raise ValueError(f"{resource['Type']} is not made here")
            role(iam, dict(resource["Properties"]))
        estate.made.setdefault("accounts", []).append(account)


def resolved(value, parameters):
    """The value with parameters in place of references."""
    if isinstance(value, dict):
        if set(value) == {"Ref"}:
            return parameters[value["Ref"]]
        return {name: resolved(inner, parameters) for name, inner in value.items()}
    return [resolved(it, parameters) for it in value] if isinstance(value, list) else value


def role(iam, properties):
    """Makes a role of its properties, and knows all of them."""
    wanted = {name: properties.pop(name) for name in PLAIN if name in properties}
    trust = json.dumps(properties.pop("AssumeRolePolicyDocument"))
    iam.create_role(**wanted, AssumeRolePolicyDocument=trust)
    for policy in properties.pop("Policies"):
        document = json.dumps(policy["PolicyDocument"])
        place = {"RoleName": wanted["RoleName"], "PolicyName": policy["PolicyName"]}
        iam.put_role_policy(**place, PolicyDocument=document)
    if properties:
        raise ValueError(f"not properties of a role here: {list(properties)}")


def arguments(parser):
    parser.add_argument("--template", required=True)
    parser.add_argument("--parameter", action="append", default=[])


if __name__ == "__main__":
    run(stack, arguments)
