"""AWS Systems Manager: managed instances, which moto lacks, and documents that do not exist."""

from front.registry import answers


@answers("ssm", "DescribeInstanceInformation")
def describe_instance_information(call):
    """Answers from `instances`: a list of `InstanceInformation`.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
    """
    instances = call.extra("instances", list)
    wanted = call.get("Filters") or []
    ids = [value for it in wanted if it["Key"] == "InstanceIds" for value in it["Values"]]
    chosen = [it for it in instances if not ids or it["InstanceId"] in ids]
    return {"InstanceInformationList": chosen}


@answers("ssm", "GetDocument")
def get_document(call):
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetDocument.html"""
    name = call.get("Name")
    if not call.backend()._documents.get(name):
        message = f"Document with name {name} does not exist."
        call.refuse("InvalidDocument", message)
    return call.moto()
