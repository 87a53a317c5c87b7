"""Which organization an account belongs to, and what its management account has switched on."""

from front.call import backend
from front import state
from moto.organizations.models import organizations_backends


def organization_of(account):
    """moto's organization of a member or of a management account, or None."""
    home = management_of(account)
    return backend("organizations", home, "aws").org if home else None


def management_of(account):
    own = organizations_backends[account]["aws"]
    if own.org:
        return account
    for management, backends in list(organizations_backends.items()):
        of_it = backends["aws"]
        if of_it.org and any(member.id == account for member in of_it.accounts):
            return management
    return None


def features_of(management):
    """The features of centralized root access that are on."""
    return state.extra("iam", management, "aws", "features", set)
