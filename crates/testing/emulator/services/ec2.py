"""Amazon EC2: versions of all launch templates at once, user data that is not there."""

from front import state
from front.registry import answers

# https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
ALWAYS_ON = """
    ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2
    ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1
    us-east-2 us-west-1 us-west-2
""".split()


@answers("ec2", "DescribeRegions")
def describe_regions(call):
    """moto lists regions of other partitions, and those that the account did not opt in to.

    `opted_in` are more regions that the account has; `regions` are all that it has: with two or
    three of them a test of all regions is quick.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
    """
    opted_in = state.extra("ec2", call.account, "aws", "opted_in", list)
    enabled = state.extra("ec2", call.account, "aws", "regions", lambda: ALWAYS_ON + opted_in)
    regions = []
    for region in call.moto({"AllRegions": True})["Regions"]:
        name = region["RegionName"]
        if name.startswith(("us-gov-", "cn-")):
            continue
        opted = "opted-in" if name in enabled else "not-opted-in"
        region["OptInStatus"] = "opt-in-not-required" if name in ALWAYS_ON else opted
        wanted = call.get("RegionNames")
        if (call.get("AllRegions") or name in enabled) and (not wanted or name in wanted):
            regions.append(region)
    return {"Regions": regions}


@answers("ec2", "DescribeLaunchTemplateVersions")
def describe_launch_template_versions(call):
    """Without a template, `Versions` may name $Latest and $Default of all templates.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html
    """
    if call.get("LaunchTemplateId") or call.get("LaunchTemplateName"):
        return _of_one(call, call.arguments)
    versions = call.get("Versions") or []
    if not versions or set(versions) - {"$Latest", "$Default"}:
        message = "Specify $Latest, $Default, or both, or a launch template."
        call.refuse("InvalidParameterCombination", message)
    found = []
    for template in list(call.backend().launch_templates.values()):
        arguments = {"LaunchTemplateId": template.id, "Versions": versions}
        found += _of_one(call, arguments)["LaunchTemplateVersions"]
    return {"LaunchTemplateVersions": found}


def _of_one(call, arguments):
    """A version that is both the latest and the default one is given once."""
    answer = call.moto(dict(arguments, MaxResults=200))
    seen, versions = set(), []
    for version in answer.get("LaunchTemplateVersions") or []:
        if version["VersionNumber"] not in seen:
            seen.add(version["VersionNumber"])
            versions.append(version)
    return {"LaunchTemplateVersions": versions}


@answers("ec2", "DescribeInstanceAttribute")
def describe_instance_attribute(call):
    """An instance without user data has an empty `userData`."""
    answer = call.moto()
    if call.get("Attribute") == "userData" and not answer.get("UserData"):
        answer["UserData"] = {}
    return answer
