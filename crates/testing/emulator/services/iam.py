"""IAM: authorization details, boundaries of users, last access, root features.

Corrected: authorization details leave a user's boundary and the names of policies out, and list
AWS's policies that nobody uses; a user with keys could be deleted.
"""

import uuid
from collections import Counter

from front.credentials import now
from front.registry import answers

from .membership import features_of, organization_of
from .report import root_of

TRUSTED = "iam.amazonaws.com"


@answers("iam", "GetAccountAuthorizationDetails")
def get_account_authorization_details(call):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html

    AWS's own policies come with the answer where they are attached to somebody; those that are
    boundaries and nothing else do not.
    """
    answer = call.moto()
    backend = call.backend()
    boundaries = call.extra("boundaries", dict)
    for user in answer.get("UserDetailList") or []:
        arn = boundaries.get(user["UserName"])
        if arn:
            user["PermissionsBoundary"] = _boundary(arn)
        if backend.users[user["UserName"]].tags is None:
            user.pop("Tags", None)
    for role in answer.get("RoleDetailList") or []:
        if role.get("PermissionsBoundary"):
            role["PermissionsBoundary"]["PermissionsBoundaryType"] = "Policy"
    uses = _boundary_uses(backend, boundaries)
    policies = []
    for policy in answer.get("Policies") or []:
        policy["PolicyName"] = policy["Arn"].rsplit("/", 1)[1]
        policy["PolicyId"] = backend.managed_policies[policy["Arn"]].id
        policy["PermissionsBoundaryUsageCount"] = uses[policy["Arn"]]
        if policy.get("AttachmentCount") or not policy["Arn"].startswith("arn:aws:iam::aws:"):
            policies.append(policy)
    answer["Policies"] = policies
    return answer


def _boundary(arn):
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}


def _boundary_uses(backend, boundaries):
    roles = [role.permissions_boundary_arn for role in backend.roles.values()]
    return Counter([arn for arn in roles if arn] + list(boundaries.values()))


@answers("iam", "PutUserPermissionsBoundary")
def put_user_permissions_boundary(call):
    call.backend().get_user(call.get("UserName"))
    call.extra("boundaries", dict)[call.get("UserName")] = call.get("PermissionsBoundary")
    return {}


@answers("iam", "DeleteUserPermissionsBoundary")
def delete_user_permissions_boundary(call):
    call.extra("boundaries", dict).pop(call.get("UserName"), None)
    return {}


@answers("iam", "CreateUser")
def create_user(call):
    answer = call.moto()
    if call.get("PermissionsBoundary"):
        put_user_permissions_boundary(call)
        answer["User"]["PermissionsBoundary"] = _boundary(call.get("PermissionsBoundary"))
    return answer


@answers("iam", "GetUser")
def get_user(call):
    if not call.get("UserName") and call.caller.arn.endswith(":root"):
        root, arn = root_of(call.account), call.caller.arn
        user = {"UserId": call.account, "Arn": arn, "CreateDate": root["created"], "Path": "/"}
        return {"User": user | {"UserName": "", "PasswordLastUsed": root["password_last_used"]}}
    answer = call.moto({"UserName": call.get("UserName") or _own_name(call)})
    arn = call.extra("boundaries", dict).get(answer["User"].get("UserName"))
    if arn:
        answer["User"]["PermissionsBoundary"] = _boundary(arn)
    return answer


def _own_name(call):
    if ":user/" not in call.caller.arn:
        call.refuse("ValidationError", "Must specify userName when calling with non-User credentials")
    return call.caller.arn.rsplit("/", 1)[1]


@answers("iam", "DeleteUser")
def delete_user(call):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html"""
    user = call.backend().get_user(call.get("UserName"))
    if user.access_keys or user.mfa_devices or user.password:
        call.refuse("DeleteConflict", "Cannot delete entity, must remove credentials first.", 409)
    call.extra("boundaries", dict).pop(call.get("UserName"), None)
    return call.moto()


@answers("iam", "GetPolicy")
def get_policy(call):
    answer = call.moto()
    uses = _boundary_uses(call.backend(), call.extra("boundaries", dict))
    answer["Policy"]["PermissionsBoundaryUsageCount"] = uses[call.get("PolicyArn")]
    return answer


@answers("iam", "ListAccessKeys")
def list_access_keys(call):
    """Without a name: the caller's own keys; a root session sees those of the root user."""
    if call.get("UserName"):
        return call.moto()
    if call.caller.arn.endswith(":root"):
        keys = root_of(call.account)["keys"]
        fields = ("AccessKeyId", "Status", "CreateDate")
        return {"AccessKeyMetadata": [{name: key.get(name) for name in fields} for key in keys]}
    return call.moto({"UserName": _own_name(call)})


@answers("iam", "GenerateServiceLastAccessedDetails")
def generate_service_last_accessed_details(call):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html"""
    arn = call.get("Arn")
    if not _exists(call.backend(), arn):
        call.refuse("NoSuchEntity", f"ARN {arn} was not found.", 404)
    job = str(uuid.uuid4())
    granularity = call.get("Granularity") or "SERVICE_LEVEL"
    call.extra("jobs", dict)[job] = {
        "arn": arn,
        "granularity": granularity,
        "asked": 0,
        "made": now().replace(microsecond=0),
    }
    return {"JobId": job}


def _exists(backend, arn):
    kinds = (backend.users, backend.roles, backend.groups, backend.managed_policies)
    return any(thing.arn == arn for kind in kinds for thing in kind.values())


@answers("iam", "GetServiceLastAccessedDetails")
def get_service_last_accessed_details(call):
    """The job is done when it was asked `last_accessed_polls` times before (0: at once).

    What a principal used is set as `last_accessed`: from ARNs to lists of `ServiceLastAccessed`.
    """
    job = call.extra("jobs", dict).get(call.get("JobId"))
    if job is None:
        call.refuse("NoSuchEntity", f"Job {call.get('JobId')} was not found.", 404)
    job["asked"] += 1
    moment = job["made"]
    answer = {"JobType": job["granularity"], "JobCreationDate": moment, "IsTruncated": False}
    # The model requires it, and AWS sends it while a job is under way too.
    answer["JobCompletionDate"] = moment
    if job["asked"] <= call.extra("last_accessed_polls", lambda: 0):
        return answer | {"JobStatus": "IN_PROGRESS", "ServicesLastAccessed": []}
    used = call.extra("last_accessed", dict).get(job["arn"], [])
    services = [
        {**service, "TotalAuthenticatedEntities": int("LastAuthenticated" in service)}
        for service in used
    ]
    for service in services:
        if job["granularity"] == "SERVICE_LEVEL":
            service.pop("TrackedActionsLastAccessed", None)
    return answer | {"JobStatus": "COMPLETED", "ServicesLastAccessed": services}


def _features(call, change=None):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html"""
    organization = organization_of(call.account)
    if organization is None:
        call.refuse("OrganizationNotFoundException", "The account is in no organization.", 400)
    if organization.master_account_id != call.account:
        code = "CallerIsNotManagementAccountException"
        call.refuse(code if change else "AccountNotManagementOrDelegatedAdministratorException", "")
    backend = call.backend("organizations")
    if not any(it["ServicePrincipal"] == TRUSTED for it in _trusted(backend)):
        call.refuse("ServiceAccessNotEnabledException", "Trusted access for IAM is not enabled.")
    features = features_of(call.account)
    if change:
        change(features)
    return {"OrganizationId": organization.id, "EnabledFeatures": sorted(features)}


def _trusted(backend):
    listed = backend.list_aws_service_access_for_organization()
    return listed["EnabledServicePrincipals"]


@answers("iam", "ListOrganizationsFeatures")
def list_organizations_features(call):
    return _features(call)


@answers("iam", "EnableOrganizationsRootSessions")
def enable_root_sessions(call):
    return _features(call, lambda features: features.add("RootSessions"))


@answers("iam", "EnableOrganizationsRootCredentialsManagement")
def enable_root_credentials_management(call):
    return _features(call, lambda features: features.add("RootCredentialsManagement"))


@answers("iam", "DisableOrganizationsRootSessions")
def disable_root_sessions(call):
    return _features(call, lambda features: features.discard("RootSessions"))


@answers("iam", "DisableOrganizationsRootCredentialsManagement")
def disable_root_credentials_management(call):
    return _features(call, lambda features: features.discard("RootCredentialsManagement"))
