"""Which organization an account belongs to, and what its management account has switched on."""

from moto.organizations.models import organizations_backends

from front import state
from front.call import backend


def organization_of(account):
    """moto's organization of a member or of a management account, or None."""
    home = management_of(account)
    return backend("organizations", home, "aws").org if home else None


def management_of(account):
    """The management account of the organization that an account is in, or None."""
    if organizations_backends[account]["aws"].org:
        return account
    home = organizations_backends.master_accounts.get(account)
    return home[0] if home else None


def features_of(management):
    """The features of centralized root access that are on."""
    return state.extra("iam", management, "aws", "features", set)
