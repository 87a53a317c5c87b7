"""Secrets and parameters."""

import json

from seed.estate import policy
from seed.subjects.compute import SECRET


def secret(estate, account, weak, name="database"):
    """Weak: old, never rotated, readable by another account."""
    client = estate.client("secretsmanager", account)
    arn = client.create_secret(Name=name, SecretString=json.dumps({"password": SECRET}))["ARN"]
    if weak:
        other = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}
        statement = other | {"Action": "secretsmanager:GetSecretValue", "Resource": "*"}
        client.put_resource_policy(SecretId=arn, ResourcePolicy=policy(statement))
        for field in ("created_date", "last_changed_date"):
            # Seconds since 1970: 2024-01-15.
            estate.set("secretsmanager", account, ["secrets", arn, field], 1705309200)
    estate.made.setdefault("secrets", {})[f"{account}/{name}"] = arn


def parameters(estate, account, weak):
    """Twelve parameters, more than one call of GetParameters may name; weak: one is a password in
    plain text."""
    ssm = estate.client("ssm", account)
    for number in range(10):
        ssm.put_parameter(Name=f"/site/setting-{number}", Value=f"value-{number}", Type="String")
    ssm.put_parameter(Name="/site/hosts", Value="a.example.com,b.example.com", Type="StringList")
    kind = "String" if weak else "SecureString"
    ssm.put_parameter(Name="/site/password", Value=SECRET, Type=kind)
