"""AWS Organizations: who may read it, and newer kinds of policies and services than moto knows."""

from moto.organizations.models import (
    FakeDelegatedAdministrator,
    FakePolicy,
    FakeRoot,
    FakeServiceAccess,
)

from front.call import backend
from front.registry import answers

from .membership import management_of

# https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html
NEWER = ["DECLARATIVE_POLICY_EC2", "BACKUP_POLICY", "CHATBOT_POLICY", "SECURITYHUB_POLICY"]

for kind in (FakePolicy, FakeRoot):
    missing = [name for name in NEWER if name not in kind.SUPPORTED_POLICY_TYPES]
    kind.SUPPORTED_POLICY_TYPES = [*kind.SUPPORTED_POLICY_TYPES, *missing]

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html
FakeDelegatedAdministrator.SUPPORTED_SERVICES = [
    *FakeDelegatedAdministrator.SUPPORTED_SERVICES,
    *(f"{name}.amazonaws.com" for name in ("iam", "sso", "securityhub", "cloudtrail", "config")),
]
_known = FakeServiceAccess.trusted_service
FakeServiceAccess.trusted_service = staticmethod(
    lambda name: name == "iam.amazonaws.com" or _known(name)
)


@answers(
    "organizations",
    "DescribeAccount",
    "DescribeOrganizationalUnit",
    "DescribePolicy",
    "ListAccounts",
    "ListAccountsForParent",
    "ListAWSServiceAccessForOrganization",
    "ListChildren",
    "ListDelegatedAdministrators",
    "ListOrganizationalUnitsForParent",
    "ListParents",
    "ListPolicies",
    "ListPoliciesForTarget",
    "ListRoots",
    "ListTargetsForPolicy",
)
def read(call):
    """The management account and delegated administrators may; other members may not.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
    """
    home = management_of(call.account)
    if home is None or home == call.account:
        return call.moto()
    admins = backend("organizations", home, "aws").admins
    if call.account not in {admin.account.id for admin in admins}:
        message = "You don't have permissions to access this resource."
        call.refuse("AccessDeniedException", message)
    return call.moto(account=home)


@answers("organizations", "CreateAccount")
def create_account(call):
    """The role through which the management account reaches a new account may do everything; moto
    makes it without a policy.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
    """
    answer = call.moto()
    member = answer["CreateAccountStatus"]["AccountId"]
    name = call.get("RoleName") or "OrganizationAccountAccessRole"
    administrator = "arn:aws:iam::aws:policy/AdministratorAccess"
    backend("iam", member, "aws").attach_role_policy(administrator, name)
    return answer
