"""What every seed needs: clients for all accounts of an organization, and the private endpoint.

A seed is a script that is run with `--management ID` and the AWS_* variables of an administrator of
that account. It prints one JSON object with the ids of what it made.
"""

import argparse
import datetime
import json
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from seed.clients import REGION, Clients, from_environment

REGIONS = (REGION, "eu-west-1")


class Estate:
    def __init__(self, management):
        self.management = management
        self._clients = Clients(management, from_environment())
        self.endpoint = self._clients.endpoint
        self._lock = threading.Lock()
        self._exempt = set()
        # What the script prints at its end.
        self.made = {"management": management}
        # What principals used, by account and ARN, until it is told to the emulator.
        self.noted = {}

    def client(self, service, account=None, region=REGION):
        account = account or self.management
        with self._lock:
            if account not in self._exempt:
                given = self.control("credentials", account=account, exempt=True)
                key, secret = given["access_key"], given["secret_key"]
                self._clients.know(account, key, secret, given["session_token"])
                self._exempt.add(account)
        return self._clients.client(service, account, region)

    def control(self, do, **arguments):
        """Asks the private endpoint of the emulator."""
        body = json.dumps({"do": do, **arguments}, default=str).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.endpoint}/moto-api/keyward", body, headers)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{do} {arguments}: {error.read().decode()}") from None

    def set(self, service, account, path, value, region=REGION):
        """Sets an attribute of the emulator's model; `path` as steps or with slashes."""
        self.control(
            "set_attribute", service=service, account=account, path=path, value=value, region=region
        )

    def set_time(self, service, account, path, time, region=REGION):
        self.set(service, account, path, {"time": time}, region)


def each(function, items):
    """Calls a function for all items at once; the first error ends the seed."""
    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(function, items))


def ago(days, hours=0):
    """A time before now, as AWS writes it."""
    before = datetime.timedelta(days=days, hours=hours)
    time = datetime.datetime.now(datetime.timezone.utc) - before
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_ago(days, hours=0):
    """The same in seconds since 1970, as some services keep it."""
    before = datetime.timedelta(days=days, hours=hours)
    return int((datetime.datetime.now(datetime.timezone.utc) - before).timestamp())


def run(seed, add_arguments=None):
    """Runs a seed with the arguments of the command line, and prints what it made."""
    parser = argparse.ArgumentParser(description=seed.__doc__)
    parser.add_argument("--management", required=True, help="the management account's id")
    if add_arguments:
        add_arguments(parser)
    arguments = parser.parse_args()
    estate = Estate(arguments.management)
    seed(estate, arguments)
    print(json.dumps(estate.made, default=str))


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions, resources="*", **condition):
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return statement | ({"Condition": condition} if condition else {})


def deny(actions, resources="*", **condition):
    return allow(actions, resources, **condition) | {"Effect": "Deny"}


def trust(principal, **condition):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return policy(statement | ({"Condition": condition} if condition else {}))
