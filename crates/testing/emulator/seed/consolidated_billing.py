"""An organization of two accounts that shares a bill and nothing else.

    python seed/consolidated_billing.py --management ID
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from seed.estate import REGIONS, run  # noqa: E402
from seed.subjects import guardrails  # noqa: E402


def consolidated_billing(estate, _):
    # organization-not-all-features, and what follows: organization-control-policies-off (both
    # kinds), logging-no-organization-trail, root-keys-not-blocked, users-creation-not-denied
    accounts = guardrails.organization(
        estate, {"workloads": None}, features="CONSOLIDATED_BILLING", policies=()
    )
    guardrails.regions(estate, accounts, REGIONS)
    estate.control("set_root", account=estate.management, virtual_mfa=2)


if __name__ == "__main__":
    run(consolidated_billing)
