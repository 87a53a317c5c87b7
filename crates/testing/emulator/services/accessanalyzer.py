"""IAM Access Analyzer: moto has no such service.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAnalyzer.html
"""

from front.credentials import now
from front.registry import answers

from .membership import organization_of


def _analyzers(call):
    return call.extra("analyzers", dict)


@answers("accessanalyzer", "CreateAnalyzer")
def create_analyzer(call):
    name, kind = call.get("analyzerName"), call.get("type")
    if name in _analyzers(call):
        message = f"An analyzer with the name {name} exists."
        call.refuse("ConflictException", message, 409, resourceId=name, resourceType="analyzer")
    if kind.startswith("ORGANIZATION") and organization_of(call.account) is None:
        call.refuse("ValidationException", "The account is in no organization.", reason="other")
    arn = f"arn:aws:access-analyzer:{call.region}:{call.account}:analyzer/{name}"
    _analyzers(call)[name] = {
        "arn": arn,
        "name": name,
        "type": kind,
        "createdAt": now().replace(microsecond=0),
        "status": "ACTIVE",
        "tags": call.get("tags") or {},
        "configuration": call.get("configuration"),
    }
    return {"arn": arn}


@answers("accessanalyzer", "ListAnalyzers")
def list_analyzers(call):
    kind = call.get("type")
    analyzers = _analyzers(call).values()
    return {"analyzers": [it for it in analyzers if kind is None or it["type"] == kind]}


@answers("accessanalyzer", "GetAnalyzer")
def get_analyzer(call):
    return {"analyzer": _known(call)}


@answers("accessanalyzer", "DeleteAnalyzer")
def delete_analyzer(call):
    del _analyzers(call)[_known(call)["name"]]
    return {}


def _known(call):
    name = call.get("analyzerName")
    if name not in _analyzers(call):
        call.refuse(
            "ResourceNotFoundException", "No such analyzer.", 404,
            resourceId=name, resourceType="analyzer",
        )  # fmt: skip
    return _analyzers(call)[name]
