"""Cuts every list into pages, by botocore's tables of paginators.

The sizes are AWS's own; a cap for an account forces smaller ones. A token names the rest of an
answer, so that a repeated request gets the same page, and a client sees one consistent list.
"""

import secrets
import threading
from collections import OrderedDict

from . import state
from .errors import Refused
from .wire import paginators

# Lists that botocore's tables lack.
ADDED = {
    ("iam", "GetServiceLastAccessedDetails"): {
        "input_token": "Marker",
        "output_token": "Marker",
        "limit_key": "MaxItems",
        "more_results": "IsTruncated",
        "result_key": "ServicesLastAccessed",
    },
}
# How many items a page has when the client names no number, and at most. None: all of them.
# From the pages of the operations; where they are silent, the bound in botocore's model.
SIZES = {
    "iam": (100, 1000),
    "organizations": (20, 20),
    "sso-admin": (100, 100),
    "identitystore": (100, 100),
    "secretsmanager": (100, 100),
    "lambda": (50, 50),
    "ssm": (10, 50),
    "logs": (50, 50),
    "cloudwatch": (50, 100),
    "events": (100, 100),
    "sns": (100, 100),
    "config": (25, 100),
    "guardduty": (50, 50),
    "accessanalyzer": (100, 100),
    "ecs": (100, 100),
    "codebuild": (100, 100),
    "ec2": (None, 1000),
    ("ec2", "GetManagedPrefixListEntries"): (100, 100),
    ("ec2", "DescribeLaunchTemplateVersions"): (200, 200),
    ("ssm", "DescribeInstanceInformation"): (10, 50),
}
_KEPT_MAX = 20000
_REST = OrderedDict()
_LOCK = threading.Lock()


def table_of(service, operation):
    return ADDED.get((service, operation)) or paginators(service).get(operation)


def without_page(table, arguments):
    """The arguments that do not say which page is asked for."""
    page = set(_list(table["input_token"])) | set(_list(table.get("limit_key") or []))
    return {name: value for name, value in arguments.items() if name not in page}


def token_in(table, arguments):
    return arguments.get(_list(table["input_token"])[0])


def cut(call, table, answer):
    """The first page of a whole answer."""
    keys = _list(table["result_key"])
    items = [(key, item) for key in keys for item in answer.get(key) or []]
    rest = {name: value for name, value in answer.items() if name not in keys}
    return _page(call, table, (rest, keys, items, without_page(table, call.arguments)), 0)


def further(call, table, token):
    """The page that a token names."""
    with _LOCK:
        kept = _REST.get((call.account, call.service, call.operation, token))
    if kept is None:
        raise Refused(*_bad_token(call))
    whole, offset = kept
    if whole[3] != without_page(table, call.arguments):
        raise Refused(*_bad_token(call))
    return _page(call, table, whole, offset)


def _page(call, table, whole, offset):
    rest, keys, items, _ = whole
    size = _size(call, table)
    end = len(items) if size is None else min(len(items), offset + size)
    page = dict(rest)
    for key in keys:
        page[key] = [item for name, item in items[offset:end] if name == key]
    output_token = _list(table["output_token"])[0]
    # Some tables name an alternative: `NextMarker || Contents[-1].Key`.
    output_token = output_token.split(" ||")[0]
    page.pop(output_token, None)
    more = end < len(items)
    if table.get("more_results"):
        page[table["more_results"]] = more
    if more:
        token = secrets.token_urlsafe(24)
        with _LOCK:
            _REST[call.account, call.service, call.operation, token] = (whole, end)
            while len(_REST) > _KEPT_MAX:
                _REST.popitem(last=False)
        page[output_token] = token
    return page


def _size(call, table):
    default, largest = SIZES.get((call.service, call.operation)) or SIZES.get(
        call.service, (100, 1000)
    )
    asked = call.arguments.get(table.get("limit_key") or "")
    size = min(asked, largest) if asked else default
    cap = state.PAGE_CAPS.get(call.account)
    if cap:
        size = min(size or cap, cap)
    return size


def _bad_token(call):
    code = {
        "iam": "ValidationError",
        "ec2": "InvalidParameterValue",
        "organizations": "InvalidInputException",
        "secretsmanager": "InvalidNextTokenException",
        "ssm": "InvalidNextToken",
        "cloudwatch": "InvalidNextToken",
        "config": "InvalidNextTokenException",
        "sns": "InvalidParameter",
        "codebuild": "InvalidInputException",
        "logs": "InvalidParameterException",
        "lambda": "InvalidParameterValueException",
        "guardduty": "BadRequestException",
        "ecs": "InvalidParameterException",
    }.get(call.service, "ValidationException")
    return code, "The specified token is not valid."


def _list(value):
    return value if isinstance(value, list) else [value]
