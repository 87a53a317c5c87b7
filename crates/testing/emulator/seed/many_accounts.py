"""An organization of many small accounts: in each a user with a key, a role, and a policy.

    python seed/many_accounts.py --management ID [--accounts 200]
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from seed.estate import run  # noqa: E402
from seed.sized import calls  # noqa: E402
from seed.subjects.organizations import organization  # noqa: E402

SMALL = {"users": 1, "roles": 1, "policies": 1, "groups": 0, "secrets": 0}


def many_accounts(estate, arguments):
    """An organization of many small accounts."""
    members = organization(estate, arguments.accounts - 1, units=("workloads", "sandbox"))
    for account in [estate.management, *members]:
        place = {"service": "ec2", "account": account, "name": "regions", "region": "aws"}
        estate.control("set_extra", value=["us-east-1"], **place)
        estate.control("batch", account=account, calls=[list(it) for it in calls(account, SMALL)])


def arguments(parser):
    parser.add_argument("--accounts", type=int, default=200)


if __name__ == "__main__":
    run(many_accounts, arguments)
