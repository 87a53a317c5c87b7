"""An organization of five accounts, weak or sound, of which `weak.py` and `sound.py` make one each.

| account | unit | what is in it |
|---|---|---|
| `management` | | Identity Center, the organization's trail, a user for billing |
| `log-archive` | `security` | a trail |
| `audit` | `security` | |
| `workloads` | `workloads` | users, roles, instances, functions, tasks, builds, secrets |
| `sandbox` | `sandbox` | |

Two regions are on. Each weakness stands in `subjects/` beside the sound variant, under the id of its control.
"""

from seed.estate import REGIONS, each
from seed.subjects import (
    center,
    guardrails,
    instances,
    people,
    plain_sight,
    principals,
    privilege,
    record,
    roles,
    vault,
    watch,
)


def five_accounts(estate, weak):
    accounts = guardrails.organization(estate)
    guardrails.regions(estate, accounts, REGIONS)
    guardrails.control_policies(estate, weak)
    guardrails.root_users(estate, accounts, weak)
    guardrails.root_access(estate, weak)
    guardrails.readers(estate, accounts, weak)
    each(lambda account: of_account(estate, account, weak), accounts.values())
    people.billing_export(estate, estate.management, weak)
    workloads(estate, accounts["workloads"], weak)
    center.identity_center(estate, accounts, weak)
    if weak:
        record.own_trails(estate, accounts)
    else:
        record.organization_trail(estate, estate.management)
    record.rules(estate, accounts["workloads"], weak)
    each(lambda region: watch.watch(estate, accounts, weak, region), REGIONS)
    each(lambda account: principals.last_accessed(estate, account), accounts.values())


def of_account(estate, account, weak):
    """What every account has."""
    people.password_policy(estate, account, weak)
    roles.of_aws(estate, account)
    for region in REGIONS:
        instances.session_preferences(estate, account, weak, region)


def workloads(estate, account, weak):
    """What an account has in which software runs."""
    people.groups(estate, account, weak)
    people.users(estate, account, weak)
    roles.trusting(estate, account, weak)
    roles.pipelines(estate, account, weak)
    roles.unused(estate, account, weak)
    privilege.roles(estate, account, weak)
    privilege.groups(estate, account, weak)
    privilege.bounded(estate, account)
    privilege.sessions(estate, account, weak)
    privilege.machines(estate, account, weak)

    def regional(region):
        groups = instances.network(estate, account, weak, region)
        instances.instances(estate, account, weak, region, groups)
        plain_sight.launch_template(estate, account, weak, region)
        plain_sight.functions(estate, account, weak, region)
        plain_sight.task_definitions(estate, account, weak, region)
        plain_sight.parameters(estate, account, weak, region)
        vault.secrets(estate, account, weak, region)

    each(regional, REGIONS)
    plain_sight.builds(estate, account, weak, REGIONS[0])
