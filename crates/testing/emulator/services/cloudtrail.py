"""AWS CloudTrail: the organization's trail as its members see it, and a new trail's selectors."""

from front.call import backend
from front.registry import answers

from .membership import management_of


@answers("cloudtrail", "DescribeTrails")
def describe_trails(call):
    """Members see the organization's trails beside their own.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
    """
    answer = call.moto()
    home = management_of(call.account)
    if home and home != call.account and not call.get("trailNameList"):
        for trail in backend("cloudtrail", home, call.region).describe_trails(True):
            if trail.is_org_trail:
                answer["trailList"].append(trail.description(include_region=True))
    return answer


@answers("cloudtrail", "GetTrailStatus")
def get_trail_status(call):
    return _of_owner(call, "Name")


@answers("cloudtrail", "GetEventSelectors")
def get_event_selectors(call):
    """A trail that nobody gave selectors records all management events.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
    """
    answer = _of_owner(call, "TrailName")
    if not answer.get("EventSelectors") and not answer.get("AdvancedEventSelectors"):
        answer["EventSelectors"] = [
            {
                "ReadWriteType": "All",
                "IncludeManagementEvents": True,
                "DataResources": [],
                "ExcludeManagementEventSources": [],
            }
        ]
    # An answer has one of the two.
    return {name: value for name, value in answer.items() if value}


def _of_owner(call, name):
    """moto looks for a trail in the caller's account, whatever its ARN says."""
    arn = call.get(name)
    owner = arn.split(":")[4] if arn.startswith("arn:") else call.account
    if owner not in (call.account, management_of(call.account)):
        call.refuse("TrailNotFoundException", f"Unknown trail: {arn}", 404)
    return call.moto(account=owner)
