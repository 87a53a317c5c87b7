"""An account that is in no organization.

    python seed/standalone.py --management ID
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from seed.estate import REGIONS, run  # noqa: E402
from seed.subjects import guardrails, people, principals  # noqa: E402


def standalone(estate, _):
    # organization-missing, sso-not-enabled, root-keys-not-blocked, users-creation-not-denied
    accounts = {"management": estate.management}
    estate.made["accounts"] = accounts
    guardrails.regions(estate, accounts, REGIONS)
    # root-without-mfa: nobody else can look after its root user
    estate.control("set_root", account=estate.management, password=True, mfa=False, keys=[])
    people.groups(estate, estate.management, weak=True)
    people.users(estate, estate.management, weak=True)
    principals.last_accessed(estate, estate.management)


if __name__ == "__main__":
    run(standalone)
