"""What moto lacks or answers wrongly, one module a service."""

from . import (  # noqa: F401
    accessanalyzer,
    cloudtrail,
    ec2,
    ecs,
    iam,
    identitystore,
    organizations,
    report,
    root_user,
    secretsmanager,
    securityhub,
    sns,
    ssm,
    ssoadmin,
    sts,
)
