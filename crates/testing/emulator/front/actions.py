"""From operations to IAM actions, and AWS's words for a refused one.

The names of the actions: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from fnmatch import fnmatchcase

from .errors import Refused
from .wire import CBOR

# The prefixes of actions, where they differ from botocore's names of the services.
PREFIXES = {
    "accessanalyzer": "access-analyzer",
    "sso-admin": "sso",
    "s3control": "s3",
    "cognito-idp": "cognito-idp",
    "elbv2": "elasticloadbalancing",
    "stepfunctions": "states",
}
# Operations whose action has another name.
EXCEPTIONS = {
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "lambda:Invoke": "lambda:InvokeFunction",
}
# Always allowed: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
ALWAYS = {"sts:GetCallerIdentity"}


def action_of(service, operation):
    action = f"{PREFIXES.get(service, service)}:{operation}"
    return EXCEPTIONS.get(action, action)


class Rule:
    """A refusal for an account: of some actions (`deny`), or of all others (`allow_only`)."""

    def __init__(self, kind, actions, principal=None, resource=None):
        self.kind = kind
        self.actions = [action.lower() for action in actions]
        self.principal = principal
        self.resource = resource

    def refuses(self, action, caller, arguments):
        if self.principal and not fnmatchcase(caller.arn, self.principal):
            return False
        named = any(fnmatchcase(action.lower(), pattern) for pattern in self.actions)
        if self.kind == "allow_only":
            # A root session has the permissions of its task policy, whatever policies the account has.
            return not named and caller.task_policy is None
        return named and (self.resource is None or _mentions(arguments, self.resource))


def _mentions(arguments, resource):
    """Whether an argument is the resource that a rule is about."""
    if isinstance(arguments, dict):
        return any(_mentions(value, resource) for value in arguments.values())
    if isinstance(arguments, (list, tuple)):
        return any(_mentions(value, resource) for value in arguments)
    return isinstance(arguments, str) and fnmatchcase(arguments, resource)


def refusal(service, protocol, action, caller, arguments):
    """AWS's error for an action that no policy allows.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    resource = _resource(service, caller, arguments)
    message = f"User: {caller.arn} is not authorized to perform: {action} on resource: {resource}"
    because = f" because no identity-based policy allows the {action} action"
    if service == "ec2":
        return Refused("UnauthorizedOperation", message + because, 403)
    if service == "sns":
        return Refused("AuthorizationError", message + because, 403)
    if service == "organizations":
        return Refused("AccessDeniedException", message + because, 400)
    if protocol in ("query", "rest-xml"):
        return Refused("AccessDenied", message + because, 403)
    status = 400 if protocol in ("json", CBOR) else 403
    return Refused("AccessDeniedException", message + because, status)


def _resource(service, caller, arguments):
    for name in ("RoleArn", "SecretId", "PolicyArn", "DetectorId", "InstanceArn"):
        value = arguments.get(name) if isinstance(arguments, dict) else None
        if isinstance(value, str) and value.startswith("arn:"):
            return value
    return "*" if service != "iam" else f"arn:aws:iam::{caller.account}:*"
