"""AWS STS: callers, roles of other accounts, root sessions.

moto lets everybody assume any role of any account, whether it exists or not, and lacks AssumeRoot.
"""

import json
import re

from moto.iam.exceptions import NotFoundException

from front.call import backend
from front.credentials import new_session
from front.errors import Refused
from front.registry import answers

from . import trust
from .membership import features_of, organization_of

# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
TASK_POLICIES = {
    f"arn:aws:iam::aws:policy/root-task/{name}"
    for name in (
        "IAMAuditRootUserCredentials",
        "IAMCreateRootUserPassword",
        "IAMDeleteRootUserCredentials",
        "S3UnlockBucketPolicy",
        "SQSUnlockQueuePolicy",
    )
}


@answers("sts", "GetCallerIdentity")
def get_caller_identity(call):
    caller = call.caller
    return {"UserId": caller.user_id, "Account": caller.account, "Arn": caller.arn}


@answers("sts", "AssumeRole")
def assume_role(call):
    """A role that does not exist and one that does not trust the caller are refused alike."""
    arn = call.get("RoleArn")
    found = re.fullmatch(r"arn:aws:iam::(\d{12}):role/(.+)", arn)
    if not found:
        call.refuse("ValidationError", f"{arn} is invalid")
    account, session = found[1], call.get("RoleSessionName")
    try:
        role = backend("iam", account, "aws").get_role_by_arn(arn)
    except NotFoundException:
        raise _refused(call, "sts:AssumeRole", arn) from None
    document = role.assume_role_policy_document
    policy = json.loads(document) if isinstance(document, str) else document
    if not trust.allows(policy, call.caller, call.get("ExternalId"), _organization_id(call)):
        raise _refused(call, "sts:AssumeRole", arn)
    seconds = call.get("DurationSeconds") or 3600
    if seconds > int(role.max_session_duration or 3600):
        message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        call.refuse("ValidationError", message)
    assumed = f"arn:aws:sts::{account}:assumed-role/{role.name}/{session}"
    key, caller = new_session(account, assumed, f"{role.id}:{session}", seconds)
    return {
        "Credentials": _credentials(key, caller),
        "AssumedRoleUser": {"AssumedRoleId": caller.user_id, "Arn": assumed},
    }


@answers("sts", "AssumeRoot")
def assume_root(call):
    """Only for the management account's callers, once root sessions are switched on."""
    account = call.get("TargetPrincipal")
    policy = (call.get("TaskPolicyArn") or {}).get("arn")
    resource = f"arn:aws:iam::{account}:root"
    organization = organization_of(call.account)
    if organization is None or organization.master_account_id != call.account:
        raise _refused(call, "sts:AssumeRoot", resource)
    members = backend("organizations", call.account, "aws").accounts
    if "RootSessions" not in features_of(call.account) or account == call.account:
        raise _refused(call, "sts:AssumeRoot", resource)
    if account not in {member.id for member in members} or policy not in TASK_POLICIES:
        raise _refused(call, "sts:AssumeRoot", resource)
    seconds = min(call.get("DurationSeconds") or 900, 900)
    key, caller = new_session(account, resource, account, seconds)
    caller.task_policy = policy.rsplit("/", 1)[1]
    return {"Credentials": _credentials(key, caller), "SourceIdentity": call.caller.user_id}


def _credentials(key, caller):
    return {
        "AccessKeyId": key,
        "SecretAccessKey": caller.secret,
        "SessionToken": caller.token,
        "Expiration": caller.expires,
    }


def _organization_id(call):
    organization = organization_of(call.account)
    return organization.id if organization else None


def _refused(call, action, resource):
    message = f"User: {call.caller.arn} is not authorized to perform: {action} on resource: "
    return Refused("AccessDenied", message + resource, 403)
