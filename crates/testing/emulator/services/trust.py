"""Reads a role's trust policy for one caller: enough of the language for principals, external ids
and the caller's organization. A condition that is not known here refuses.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from fnmatch import fnmatchcase


def allows(policy, caller, external_id, organization_id):
    context = {"sts:externalid": external_id, "aws:principalorgid": organization_id}
    context["aws:principalarn"] = _principal_arn(caller)
    context["aws:principalaccount"] = caller.account
    statements = _list(policy["Statement"])
    applying = [it for it in statements if _applies(it, caller, context)]
    if any(statement["Effect"] == "Deny" for statement in applying):
        return False
    return any(statement["Effect"] == "Allow" for statement in applying)


def _applies(statement, caller, context):
    actions = [action.lower() for action in _list(statement.get("Action", []))]
    if not any(fnmatchcase("sts:assumerole", action) for action in actions):
        return False
    if not _is_principal(statement.get("Principal", {}), caller):
        return False
    conditions = statement.get("Condition", {})
    return all(
        _holds(operator, context.get(key.lower()), _list(wanted))
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _is_principal(principal, caller):
    if principal == "*":
        return True
    for named in _list(principal.get("AWS", [])):
        if named in ("*", caller.account, f"arn:aws:iam::{caller.account}:root"):
            return True
        if named in (caller.arn, _principal_arn(caller)):
            return True
    return False


def _principal_arn(caller):
    """The role of a session: arn:aws:iam::ACCOUNT:role/NAME."""
    parts = caller.arn.split(":")
    if parts[2] == "sts" and parts[5].startswith("assumed-role/"):
        return f"arn:aws:iam::{caller.account}:role/{parts[5].split('/')[1]}"
    return caller.arn


def _holds(operator, value, wanted):
    base = operator.removesuffix("IfExists")
    if value is None:
        return base != operator or base in ("StringNotEquals", "StringNotLike")
    if base in ("StringEquals", "ArnEquals"):
        return value in wanted
    if base in ("StringLike", "ArnLike"):
        return any(fnmatchcase(value, pattern) for pattern in wanted)
    if base == "StringNotEquals":
        return value not in wanted
    if base in ("StringNotLike", "ArnNotLike"):
        return not any(fnmatchcase(value, pattern) for pattern in wanted)
    return False


def _list(value):
    return value if isinstance(value, list) else [value]
