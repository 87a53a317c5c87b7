"""A small organization with a bit of everything.

    python seed/organization.py --management ID [--members 1] [--weak] [--every-call]

Each part is one line below; its weak and its sound variant stand in `subjects/`.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from seed.estate import run  # noqa: E402
from seed.subjects import (  # noqa: E402
    compute,
    identities,
    monitoring,
    organizations,
    secrets,
    single_sign_on,
)

# Each takes the estate, an account, and whether the weak variant is wanted.
IN_EVERY_ACCOUNT = [
    organizations.root_user,
    identities.password_policy,
    identities.group,
    identities.user,
    identities.role,
    identities.identity_providers,
    compute.instance,
    compute.launch_template,
    compute.session_preferences,
    compute.function,
    compute.build,
    compute.task_definition,
    secrets.secret,
    secrets.parameters,
    monitoring.trail,
    monitoring.alarm,
    monitoring.event_rule,
    monitoring.configuration,
    monitoring.detectors,
]


def organization(estate, arguments):
    """An organization with a bit of everything in every account."""
    weak = arguments.weak
    if weak:
        estate.made["planted"] = [compute.SECRET, compute.KEY]
    members = organizations.organization(estate, arguments.members)
    for account in [estate.management, *members]:
        regions = ["us-east-1", "eu-west-1"]
        estate.control("set_extra", service="ec2", account=account, name="regions", value=regions, region="aws")
        for part in IN_EVERY_ACCOUNT:
            part(estate, account, weak)
        compute.prefix_list(estate, account)
        identities.guarded_user(estate, account)
        identities.last_accessed(estate, account)
    single_sign_on.identity_center(estate, [estate.management, *members], weak)
    organizations.root_access(estate, weak and not arguments.every_call)
    organizations.control_policies(estate, weak and not arguments.every_call)


def arguments(parser):
    parser.add_argument("--members", type=int, default=1)
    parser.add_argument("--weak", action="store_true")
    # Even where everything is weak, there is something to ask about for each call of a collection.
    parser.add_argument("--every-call", action="store_true")


if __name__ == "__main__":
    run(organization, arguments)
