"""What every seed needs: clients for all accounts of an organization, and the private endpoint.

A seed is a script that is run with `--management ID` and the AWS_* variables of an administrator of
that account. It prints one JSON object with the ids of what it made.
"""

import argparse
import functools
import json
import os
import urllib.error
import urllib.request

import boto3
from botocore.config import Config

REGION = "us-east-1"


class Estate:
    def __init__(self, management):
        self.management = management
        self.endpoint = os.environ["AWS_ENDPOINT_URL"]
        # What the script prints at its end.
        self.made = {"management": management}

    @functools.cache
    def session(self, account):
        given = self.control("credentials", account=account, exempt=True)
        return boto3.Session(
            given["access_key"], given["secret_key"], given["session_token"], region_name=REGION
        )

    @functools.cache
    def client(self, service, account=None, region=REGION):
        config = Config(retries={"total_max_attempts": 1})
        return self.session(account or self.management).client(
            service, region_name=region, endpoint_url=self.endpoint, config=config
        )

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
