"""AWS Security Hub, old (CSPM) and new (V2).

moto answers DescribeHub for accounts that never enabled it, and lacks V2.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeSecurityHubV2.html
"""

import uuid

from front.credentials import now
from front.registry import answers


def _time():
    return now().strftime("%Y-%m-%dT%H:%M:%S.000Z")


@answers("securityhub", "EnableSecurityHub")
def enable_security_hub(call):
    if call.extra("hub", dict):
        call.refuse("ResourceConflictException", "Account is already subscribed to Security Hub", 409)
    hub = {
        "HubArn": f"arn:aws:securityhub:{call.region}:{call.account}:hub/default",
        "SubscribedAt": _time(),
        "AutoEnableControls": True,
        "ControlFindingGenerator": call.get("ControlFindingGenerator") or "SECURITY_CONTROL",
    }
    call.extra("hub", dict).update(hub)
    return {}


@answers("securityhub", "DisableSecurityHub")
def disable_security_hub(call):
    _hub(call)
    call.extra("hub", dict).clear()
    return {}


@answers("securityhub", "DescribeHub")
def describe_hub(call):
    return dict(_hub(call))


def _hub(call):
    hub = call.extra("hub", dict)
    if not hub:
        message = f"Account {call.account} is not subscribed to AWS Security Hub"
        call.refuse("InvalidAccessException", message, 401)
    return hub


@answers("securityhub", "EnableSecurityHubV2")
def enable_security_hub_v2(call):
    hub = call.extra("hub_v2", dict)
    if not hub:
        arn = f"arn:aws:securityhub:{call.region}:{call.account}:hubv2/{uuid.uuid4()}"
        hub.update({"HubV2Arn": arn, "SubscribedAt": _time()})
    return {"HubV2Arn": hub["HubV2Arn"]}


@answers("securityhub", "DisableSecurityHubV2")
def disable_security_hub_v2(call):
    call.extra("hub_v2", dict).clear()
    return {}


@answers("securityhub", "DescribeSecurityHubV2")
def describe_security_hub_v2(call):
    hub = call.extra("hub_v2", dict)
    if not hub:
        message = f"Account {call.account} is not subscribed to Security Hub V2"
        call.refuse("ResourceNotFoundException", message, 404)
    return dict(hub)
