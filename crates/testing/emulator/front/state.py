"""What the tests can set for accounts, and what the server counted. Nothing here is global: each
test has accounts of its own."""

import collections
import threading

LOCK = threading.RLock()

# (service, account, region) -> name -> value: what services of ours keep.
_EXTRAS = collections.defaultdict(dict)
# account -> rules of refusal, see `refusals.py`.
RULES = collections.defaultdict(list)
# account -> how many items a page has at most.
PAGE_CAPS = {}
# account -> Counter of (service, operation).
COUNTS = collections.defaultdict(collections.Counter)
# account -> set of "service:Operation" that neither moto nor we answer, and what failed inside.
MISSING = collections.defaultdict(dict)


def extra(service, account, region, name, default):
    """A value that a service keeps for an account and region; made by `default()` first."""
    with LOCK:
        place = _EXTRAS[service, account, region]
        if name not in place:
            place[name] = default()
        return place[name]


def set_extra(service, account, region, name, value):
    with LOCK:
        _EXTRAS[service, account, region][name] = value


def count(account, service, operation):
    with LOCK:
        COUNTS[account][service, operation] += 1


def reset_counts(accounts):
    with LOCK:
        for account in accounts:
            COUNTS.pop(account, None)
            MISSING.pop(account, None)
