"""An organization of two accounts without Identity Center, control policies and a trail.

    python seed/without_single_sign_on.py --management ID

Its people are IAM users, so that what is info elsewhere counts here.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from seed.estate import REGIONS, run  # noqa: E402
from seed.subjects import guardrails, people, principals  # noqa: E402


def without_single_sign_on(estate, _):
    # sso-not-enabled; logging-no-organization-trail; organization-control-policies-off (both
    # kinds), and with them root-keys-not-blocked and users-creation-not-denied
    accounts = guardrails.organization(estate, {"workloads": None}, policies=())
    guardrails.regions(estate, accounts, REGIONS)
    estate.control("set_root", account=estate.management, virtual_mfa=2)
    estate.control(
        "set_extra", service="sso-admin", account=estate.management, region="aws", name="region",
        value="none",
    )  # fmt: skip
    for account in accounts.values():
        people.groups(estate, account, weak=True)
        # users-with-direct-policies is low here
        people.users(estate, account, weak=True)
        principals.last_accessed(estate, account)


if __name__ == "__main__":
    run(without_single_sign_on)
