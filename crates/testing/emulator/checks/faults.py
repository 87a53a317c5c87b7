"""What a client without retries sees through a misbehaving proxy. Prints JSON for the Rust tests.

    python checks/faults.py --management ID --proxy http://127.0.0.1:PORT
"""

import pathlib
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from seed.estate import run  # noqa: E402

CALLS = [
    ("iam", "list_users", "Users"),
    ("ec2", "describe_security_groups", "SecurityGroups"),
    ("ssm", "describe_parameters", "Parameters"),
    ("lambda", "list_functions", "Functions"),
]


def name_of(answer, member):
    """An answer, the code of an error, or what botocore makes of a body that it can't read."""
    if isinstance(answer, dict):
        return "answered" if member in answer else "unreadable"
    return str(answer)


def main(estate, arguments):
    """Each call three times, and the first three pages of users."""
    iam = estate.client("iam")
    for number in range(6):
        iam.create_user(UserName=f"user-{number}")
    estate.control("page_cap", accounts=[estate.management], items=2)
    given = estate.control("credentials", account=estate.management)
    session = boto3.Session(
        given["access_key"], given["secret_key"], given["session_token"], region_name="us-east-1"
    )
    config = Config(retries={"total_max_attempts": 1})

    def outcome(service, operation, **about):
        client = session.client(service, endpoint_url=arguments.proxy, config=config)
        try:
            return getattr(client, operation)(**about)
        except ClientError as error:
            return error.response["Error"]["Code"]
        except (BotoCoreError, ResponseParserError) as error:
            return type(error).__name__

    started = time.monotonic()
    seen = {}
    for service, operation, member in CALLS:
        answers = [outcome(service, operation) for _ in range(3)]
        seen[service] = [name_of(answer, member) for answer in answers]
    estate.made = {"seen": seen, "seconds": time.monotonic() - started}
    if arguments.pages:
        tokens, about = [], {}
        for _ in range(3):
            page = outcome("iam", "list_users", **about)
            tokens.append(page.get("Marker"))
            about = {"Marker": page["Marker"]} if page.get("Marker") else {}
        estate.made["tokens"] = [tokens.index(token) for token in tokens]


def arguments(parser):
    parser.add_argument("--proxy", required=True)
    parser.add_argument("--pages", action="store_true")


if __name__ == "__main__":
    run(main, arguments)
