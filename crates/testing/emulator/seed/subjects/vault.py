"""Secrets Manager: who may read secrets, how old they are, whether they rotate."""

import json

from seed.estate import policy, seconds_ago
from seed.subjects.plain_sight import PASSWORD
from seed.subjects.roles import STRANGER


def secrets(estate, account, weak, region):
    """Four secrets; sound: rotated ten days ago and read yesterday."""
    good = Secret(estate, account, region)
    # secrets-without-rotation, secrets-older-than-90-days, secrets-unused
    if weak:
        good.make("database", changed=400, read=200)
    else:
        good.make("database", rotates=30, rotated=10)
    # secrets-without-rotation, secrets-older-than-90-days, secrets-unused: never read
    if weak:
        good.make("mail-relay", changed=95, read=None)
    else:
        good.make("mail-relay", rotates=30, rotated=10)
    # secrets-rotation-overdue (the last rotation failed), secrets-older-than-90-days
    if weak:
        good.make("payments", rotates=30, rotated=120, due=-90)
    else:
        good.make("payments", rotates=30, rotated=10)
    # secrets-shared-outside: critical, since its key is one that others may use
    good.make("partner-token", rotates=30, rotated=10, key=_key(account, region))
    whom = f"arn:aws:iam::{STRANGER}:root" if weak else _reader(account)
    good.share("partner-token", {"AWS": whom})
    # Nothing, in either twin: it waits for its deletion.
    good.make("former", changed=500, read=None)
    good.client.delete_secret(SecretId="former", RecoveryWindowInDays=30)
    # What RDS keeps rotates by itself and need not be read.
    good.make("rds!db-0123", rotates=7, rotated=3, read=None, service="rds")


def _key(account, region):
    return f"arn:aws:kms:{region}:{account}:key/11111111-2222-4333-8444-555555555555"


def _reader(account):
    return f"arn:aws:iam::{account}:role/data-reader"


class Secret:
    def __init__(self, estate, account, region):
        self.estate, self.account, self.region = estate, account, region
        self.client = estate.client("secretsmanager", account, region)
        self.read = {}

    def make(
        self, name, changed=300, read=1, rotates=None, rotated=None, due=None, key=None,
        service=None,
    ):  # fmt: skip
        """Times are in days before now; `due`: in how many days the next rotation is."""
        arguments = {"KmsKeyId": key} if key else {}
        if service:
            owner = {"Key": "aws:secretsmanager:owningService", "Value": service}
            arguments["Tags"] = [owner]
        arn = self.client.create_secret(
            Name=name, SecretString=json.dumps({"password": PASSWORD}), **arguments
        )["ARN"]
        fields = {"created_date": seconds_ago(max(changed, 300))}
        fields["last_changed_date"] = seconds_ago(changed)
        if rotates:
            fields |= {
                "rotation_requested": True,
                "rotation_enabled": True,
                "auto_rotate_after_days": rotates,
                "last_rotation_date": seconds_ago(rotated),
                "next_rotation_date": seconds_ago(rotated - rotates if due is None else -due),
            }
            if not service:
                function = f"arn:aws:lambda:{self.region}:{self.account}:function:rotation"
                fields["rotation_lambda_arn"] = function
        for field, value in fields.items():
            place = ["secrets", arn, field]
            self.estate.set("secretsmanager", self.account, place, value, self.region)
        if read is not None:
            self.read[arn] = seconds_ago(read)
            place = {"service": "secretsmanager", "account": self.account, "region": self.region}
            self.estate.control("set_extra", name="last_accessed", value=self.read, **place)
        made = self.estate.made.setdefault("secrets", {})
        made[f"{self.account}/{self.region}/{name}"] = arn

    def share(self, name, principal):
        statement = {"Effect": "Allow", "Principal": principal, "Resource": "*"}
        statement["Action"] = "secretsmanager:GetSecretValue"
        self.client.put_resource_policy(SecretId=name, ResourcePolicy=policy(statement))
