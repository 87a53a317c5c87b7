"""boto3's clients for many accounts, made fast: the models of AWS's services are read once."""

import os
import threading

import botocore.session
from botocore.config import Config
from botocore.loaders import create_loader

REGION = "us-east-1"
_LOADER = create_loader()
_CONFIG = Config(retries={"total_max_attempts": 1}, max_pool_connections=16)


def from_environment():
    """The caller's own credentials."""
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    return [os.environ.get(name) for name in names]


class Clients:
    def __init__(self, account, credentials):
        self.account = account
        self.endpoint = os.environ["AWS_ENDPOINT_URL"]
        self._credentials = {account: credentials}
        self._sessions, self._clients = {}, {}
        self._lock = threading.RLock()

    def know(self, account, key, secret, token):
        self._credentials[account] = (key, secret, token)

    def knows(self, account):
        return account in self._credentials

    def assume(self, account, role):
        """Becomes a role of another account."""
        if account == self.account:
            return
        given = self.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="reader"
        )["Credentials"]
        self.know(account, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])

    def client(self, service, account=None, region=None):
        key = (service, account or self.account, region or REGION)
        # Making clients is not safe in several threads; using them is.
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._session(key[1]).create_client(
                    service, region_name=key[2], endpoint_url=self.endpoint, config=_CONFIG
                )
            return self._clients[key]

    def _session(self, account):
        if account not in self._sessions:
            session = botocore.session.Session()
            session.register_component("data_loader", _LOADER)
            session.set_credentials(*self._credentials[account])
            self._sessions[account] = session
        return self._sessions[account]
