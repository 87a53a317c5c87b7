"""The root user's own credentials, as a root session sees and deletes them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
"""

import functools
import json

from moto.iam.aws_managed_policies import aws_managed_policies_data

from front.registry import answers

from .report import DEVICES, root_of


@functools.cache
def _allowed():
    """A task policy denies all actions but these, and these on anybody but the root user."""
    policies = json.loads(aws_managed_policies_data)
    return {
        name: set(policy["Document"]["Statement"][0]["NotAction"])
        for name, policy in policies.items()
        if policy.get("Path") == "/root-task/"
    }


def refuses(caller, action, arguments):
    """Whether a session's task policy refuses an action."""
    if not caller.task_policy:
        return False
    return action not in _allowed()[caller.task_policy] or "UserName" in arguments


def _about_root(call):
    return call.caller.arn.endswith(":root") and not call.get("UserName")


def _root(call):
    return root_of(call.account)


def _or_moto(function):
    """For calls about the root user; moto answers all others."""

    def handler(call):
        return function(call) if _about_root(call) else call.moto()

    return handler


@answers("iam", "ListMFADevices")
@_or_moto
def list_mfa_devices(call):
    root = _root(call)
    if not root["mfa"]:
        return {"MFADevices": []}
    # One that is no virtual device, or all virtual ones.
    count = max(1, int(root["virtual_mfa"]))
    devices = [
        {
            "UserName": "",
            "SerialNumber": f"arn:aws:iam::{call.account}:{name}",
            "EnableDate": root["created"],
        }
        for name in DEVICES[:count]
    ]
    return {"MFADevices": devices}


@answers("iam", "ListSigningCertificates")
@_or_moto
def list_signing_certificates(call):
    return {"Certificates": []}


@answers("iam", "GetLoginProfile")
@_or_moto
def get_login_profile(call):
    root = _root(call)
    if not root["password"]:
        call.refuse("NoSuchEntity", "Login Profile for the root user cannot be found.", 404)
    return {"LoginProfile": {"UserName": "root", "CreateDate": root["created"]}}


@answers("iam", "CreateLoginProfile")
@_or_moto
def create_login_profile(call):
    root = _root(call)
    if root["password"]:
        call.refuse("EntityAlreadyExists", "The root user has a password.", 409)
    root["password"] = True
    return {"LoginProfile": {"UserName": "root", "CreateDate": root["created"]}}


@answers("iam", "DeleteLoginProfile")
@_or_moto
def delete_login_profile(call):
    get_login_profile(call)
    _root(call)["password"] = False
    return {}


@answers("iam", "DeactivateMFADevice")
@_or_moto
def deactivate_mfa_device(call):
    _root(call)["mfa"] = False
    return {}


@answers("iam", "DeleteAccessKey")
@_or_moto
def delete_access_key(call):
    root, key = _root(call), call.get("AccessKeyId")
    if all(it["AccessKeyId"] != key for it in root["keys"]):
        call.refuse("NoSuchEntity", f"The Access Key with id {key} cannot be found.", 404)
    root["keys"] = [it for it in root["keys"] if it["AccessKeyId"] != key]
    return {}


@answers("iam", "GetAccessKeyLastUsed")
def get_access_key_last_used(call):
    for key in _root(call)["keys"]:
        if key["AccessKeyId"] == call.get("AccessKeyId"):
            used = key.get("LastUsed") or (None, "N/A", "N/A")
            names = ("LastUsedDate", "Region", "ServiceName")
            return {"UserName": "root", "AccessKeyLastUsed": dict(zip(names, used))}
    return call.moto()
