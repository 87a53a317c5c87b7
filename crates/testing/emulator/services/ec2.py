"""Amazon EC2: versions of all launch templates at once, user data that is not there."""

from front.registry import answers


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
