"""The private endpoint of the tests: `POST /moto-api/keyward` with a JSON object.

`{"do": "credentials", "account": "111122223333"}` and so on: each function below whose name stands
in `ACTIONS` is one action, and its arguments are the other members of the object.
"""

import datetime
import json
import secrets

from . import actions, state
from .call import GLOBAL, backend
from .credentials import new_session


def answer(request, gate):
    try:
        asked = json.loads(request.environ["keyward.body"] or b"{}")
        action = asked.pop("do")
        if action == "batch":
            output = batch(gate, request.environ, **asked)
        else:
            with gate.lock("control"):
                output = ACTIONS[action](**asked)
        status = 200
    except Exception as error:
        output, status = {"error": repr(error)}, 400
    return status, {"Content-Type": "application/json"}, json.dumps(output, default=str).encode()


def account():
    """A fresh account id."""
    return {"account": f"{secrets.randbelow(9 * 10**11) + 10**11:012}"}


def credentials(account, arn=None, exempt=False, seconds=43200):
    """Credentials of a principal that may do everything, and need not exist in IAM."""
    arn = arn or f"arn:aws:sts::{account}:assumed-role/Administrator/operator"
    user_id = f"AROAADMINISTRATOR{account[:4]}:operator"
    key, caller = new_session(account, arn, user_id, seconds, exempt)
    # An account that somebody has credentials of exists.
    backend("iam", account, "aws")
    return {"access_key": key, "secret_key": caller.secret, "session_token": caller.token}


def deny(accounts, names, principal=None, resource=None):
    """Refuses actions (with `*`), maybe only to a principal or about a resource (both with `*`)."""
    for one in accounts:
        state.RULES[one].append(actions.Rule("deny", names, principal, resource))


def allow_only(accounts, names, principal=None):
    """Refuses all other actions."""
    for one in accounts:
        state.RULES[one].append(actions.Rule("allow_only", names, principal))


def allow_all(accounts):
    """Takes all refusals back."""
    for one in accounts:
        state.RULES.pop(one, None)


def page_cap(accounts, items):
    """Pages of at most so many items; null: AWS's own sizes again."""
    for one in accounts:
        state.PAGE_CAPS[one] = items


def counts(accounts):
    """The number of requests by account and "service:Operation"."""
    with state.LOCK:
        return {
            one: {f"{service}:{operation}": number for (service, operation), number in items}
            for one in accounts
            for items in [sorted(state.COUNTS[one].items())]
        }


def reset_counts(accounts):
    state.reset_counts(accounts)


def missing(accounts=None):
    """The operations that nobody answered, or that failed inside, by account."""
    with state.LOCK:
        chosen = accounts if accounts is not None else list(state.MISSING)
        return {one: dict(state.MISSING[one]) for one in chosen if state.MISSING.get(one)}


def set_attribute(service, account, path, value, region="us-east-1"):
    """Sets an attribute of moto's model: `users/ci/access_keys/0/create_date`.

    Steps are keys of dicts, indexes of lists, names of attributes, and for the objects of a list
    `name=value`. A step may be quoted by JSON (`["users", "a/b"]` in place of the path). A value
    in the form `{"time": "2026-01-31T00:00:00Z"}` becomes a time.
    """
    steps = path if isinstance(path, list) else path.split("/")
    place = backend(service, account, region)
    for step in steps[:-1]:
        place = _step(place, step)
    _put(place, steps[-1], _value(value))


def set_root(account, **fields):
    """Sets fields of the root user: password, mfa, virtual_mfa, password_last_used, created, keys."""
    from services import report

    report.set_root(account, **fields)


def set_extra(service, account, name, value, region="us-east-1"):
    """Sets what our own part of a service answers from; the names stand in README.md."""
    state.set_extra(service, account, "aws" if service in GLOBAL else region, name, value)


def get_extra(service, account, name, region="us-east-1"):
    region = "aws" if service in GLOBAL else region
    return {"value": state.extra(service, account, region, name, lambda: None)}


def _step(place, step):
    if isinstance(place, dict):
        return place[step]
    if isinstance(place, (list, tuple)):
        if "=" in step:
            name, wanted = step.split("=", 1)
            return next(item for item in place if str(getattr(item, name, None)) == wanted)
        return place[int(step)]
    return getattr(place, step)


def _put(place, step, value):
    if isinstance(place, dict):
        place[step] = value
    elif isinstance(place, list):
        place[int(step)] = value
    else:
        setattr(place, step, value)


def _value(value):
    if isinstance(value, dict) and set(value) == {"time"}:
        moment = datetime.datetime.fromisoformat(value["time"].replace("Z", "+00:00"))
        return moment.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return value


def batch(gate, environ, account, calls, region="us-east-1"):
    """Makes many calls at once, `[service, operation, arguments]` each, without HTTP: for large
    seeds. Returns the answers."""
    arn = f"arn:aws:sts::{account}:assumed-role/Administrator/seed"
    _, caller = new_session(account, arn, "seed", exempt=True)
    return [
        gate.perform(caller, service, operation, region, arguments, environ)
        for service, operation, arguments in calls
    ]


ACTIONS = {
    action.__name__.rstrip("_"): action
    for action in (
        account, credentials, deny, allow_only, allow_all, page_cap, counts, reset_counts,
        missing, set_attribute, set_root, set_extra, get_extra,
    )
}  # fmt: skip
