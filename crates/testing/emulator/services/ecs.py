"""Amazon ECS: the families of task definitions.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitionFamilies.html
"""

from front.registry import answers


@answers("ecs", "ListTaskDefinitionFamilies")
def list_task_definition_families(call):
    """A family is active if one of its revisions is; the default is all families."""
    status, prefix = call.get("status") or "ALL", call.get("familyPrefix") or ""
    families = []
    for family, revisions in call.backend().task_definitions.items():
        active = any(revision.status == "ACTIVE" for revision in revisions.values())
        wanted = status == "ALL" or (status == "ACTIVE") == active
        if wanted and family.startswith(prefix):
            families.append(family)
    return {"families": sorted(families)}
