"""IAM Identity Center: its instance belongs to the management account, ARNs as AWS writes them."""

from moto.moto_api._internal import mock_random
from moto.ssoadmin.exceptions import ResourceNotFoundException
from moto.ssoadmin.models import ManagedPolicy, PermissionSet, SSOAdminBackend

from front import state
from front.registry import answers

from .membership import management_of, organization_of


def _arn(instance_arn):
    """https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PermissionSet.html"""
    instance = instance_arn.rsplit("/", 1)[1]
    suffix = mock_random.get_random_string(length=16, lower_case=True)
    return f"arn:aws:sso:::permissionSet/{instance}/ps-{suffix}"


def _managed_policy(self, arn):
    """moto looks for policies of AWS below "/" alone."""
    name = arn.rsplit("/", 1)[-1]
    if not arn.startswith("arn:aws:iam::aws:policy/"):
        raise ResourceNotFoundException(f"Policy does not exist with ARN: {arn}")
    return ManagedPolicy(arn, name)


PermissionSet.generate_id = staticmethod(_arn)
SSOAdminBackend._find_managed_policy = _managed_policy


@answers("sso-admin", "ListInstances")
def list_instances(call):
    """moto gives every account an instance in every region. Here only management accounts have
    one, if the organization has all features, in the region in which it was asked for first, unless
    `region` is set for `aws` (to a name that is no region: Identity Center is off).

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListInstances.html
    """
    if management_of(call.account) != call.account:
        return {"Instances": []}
    if organization_of(call.account).feature_set != "ALL":
        return {"Instances": []}
    home = state.extra("sso-admin", call.account, "aws", "region", lambda: call.region)
    if home != call.region:
        return {"Instances": []}
    answer = call.moto()
    for instance in answer["Instances"]:
        instance["OwnerAccountId"] = call.account
    return answer


@answers("sso-admin", "CreatePermissionSet")
def create_permission_set(call):
    arguments = {"SessionDuration": "PT1H", **call.arguments}
    return call.moto(arguments)


@answers("sso-admin", "DeletePermissionSet")
def delete_permission_set(call):
    arn = call.get("PermissionSetArn")
    if any(it.permission_set_arn == arn for it in call.backend().account_assignments):
        call.refuse("ConflictException", "The permission set is assigned to accounts.")
    return call.moto()


@answers("sso-admin", "ListAccountsForProvisionedPermissionSet")
def list_accounts_for_provisioned_permission_set(call):
    """The accounts to which somebody is assigned with the permission set."""
    arn = call.get("PermissionSetArn")
    assignments = call.backend().account_assignments
    ids = {it.target_id for it in assignments if it.permission_set_arn == arn}
    return {"AccountIds": sorted(ids)}
