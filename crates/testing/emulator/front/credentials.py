"""Access keys: whose they are, and whether a request was signed with them.

moto takes every key for a good one. Here unknown, inactive and deleted keys, wrong signatures and
expired sessions are refused, as documented at
https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

import datetime
import hashlib
import hmac
import itertools
import secrets
import string
from urllib.parse import parse_qsl, quote

from moto.iam.models import AccessKeyLastUsed, iam_backends

from .errors import Refused
from .wire import CBOR

ALPHABET = string.ascii_uppercase + "234567"
_SESSIONS = {}
_ACCOUNT_OF_USER_KEY = {}
_SERIAL = itertools.count()


class Caller:
    """Who makes a request."""

    def __init__(self, account, arn, user_id, secret, token=None, exempt=False, expires=None):
        self.account = account
        self.arn = arn
        self.user_id = user_id
        self.secret = secret
        self.token = token
        # Seeds prepare an account whatever a test refuses to the product.
        self.exempt = exempt
        self.expires = expires
        self.task_policy = None


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def random_id(prefix, length=20):
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length - len(prefix)))


def new_session(account, arn, user_id, seconds=3600, exempt=False):
    """Temporary credentials; returns the key's id and the caller."""
    key = random_id("ASIA")
    secret = secrets.token_urlsafe(30)
    expires = now() + datetime.timedelta(seconds=seconds)
    caller = Caller(account, arn, user_id, secret, secrets.token_urlsafe(90), exempt, expires)
    _SESSIONS[key] = caller
    return key, caller


def authenticate(request, service, region, protocol):
    """The caller of a request; refuses it as AWS does."""
    header = request.headers.get("Authorization", "")
    if not header.startswith("AWS4-HMAC-SHA256 "):
        raise _refused(protocol, "missing")
    parts = dict(part.strip().split("=", 1) for part in header.split(" ", 1)[1].split(","))
    key, _, _, signing_name, _ = parts["Credential"].split("/")
    caller = _SESSIONS.get(key) or _user(key, service, region)
    if caller is None:
        raise _refused(protocol, "unknown")
    if caller.expires and caller.expires < now():
        raise _refused(protocol, "expired")
    if (request.headers.get("X-Amz-Security-Token") or None) != caller.token:
        raise _refused(protocol, "unknown")
    if signature(request, parts, caller.secret, signing_name) != parts["Signature"]:
        raise _refused(protocol, "signature")
    return caller


def signature(request, parts, secret, signing_name):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"""
    names = parts["SignedHeaders"].split(";")
    headers = [f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in names]
    path = request.raw_path
    if signing_name != "s3":
        path = quote(path, safe="/-_.~")
    query = parse_qsl(request.query_string.decode(), keep_blank_values=True)
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query)
    body_hash = request.headers.get("X-Amz-Content-Sha256")
    if not body_hash:
        body_hash = hashlib.sha256(request.environ["keyward.body"]).hexdigest()
    canonical = "\n".join(
        [
            request.method,
            path,
            "&".join(f"{name}={value}" for name, value in pairs),
            "".join(headers),
            parts["SignedHeaders"],
            body_hash,
        ]
    )
    scope = parts["Credential"].split("/", 1)[1]
    time = request.headers.get("X-Amz-Date", "")
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{digest}"
    signing_key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        signing_key = hmac.new(signing_key, part.encode(), hashlib.sha256).digest()
    return hmac.new(signing_key, to_sign.encode(), hashlib.sha256).hexdigest()


def _user(key, service, region):
    account = _ACCOUNT_OF_USER_KEY.get(key)
    if account is None:
        for candidate, backends in list(iam_backends.items()):
            if key in backends["aws"].access_keys:
                account = _ACCOUNT_OF_USER_KEY[key] = candidate
                break
        else:
            return None
    backend = iam_backends[account]["aws"]
    found = backend.access_keys.get(key)
    user = backend.users.get(found.user_name) if found else None
    if user is None or found not in user.access_keys or found.status != "Active":
        return None
    found.last_used = AccessKeyLastUsed(
        timestamp=now().replace(tzinfo=None), service=service, region=region
    )
    return Caller(account, user.arn, user.id, found.secret_access_key)


def _refused(protocol, why):
    """The codes differ by protocol: query services, EC2, and all others."""
    code, query_code, ec2_code, message = {
        "missing": (
            "MissingAuthenticationTokenException",
            "MissingAuthenticationToken",
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        ),
        "unknown": (
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "AuthFailure",
            "The security token included in the request is invalid.",
        ),
        "expired": (
            "ExpiredTokenException",
            "ExpiredToken",
            "RequestExpired",
            "The security token included in the request is expired",
        ),
        "signature": (
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "AuthFailure",
            "The request signature we calculated does not match the signature you provided.",
        ),
    }[why]
    if protocol == "ec2":
        return Refused(ec2_code, message, 401)
    if protocol == "rest-xml" and why == "unknown":
        return Refused("InvalidAccessKeyId", message, 403)
    if protocol in ("query", "rest-xml"):
        return Refused(query_code, message, 403)
    return Refused(code, message, 400 if protocol in ("json", CBOR) else 403)
