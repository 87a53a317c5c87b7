"""What moto lacks or answers wrongly, one module a service."""

from . import (  # noqa: F401
    accessanalyzer,
    cloudtrail,
    ec2,
    ecs,
    iam,
    organizations,
    report,
    root_user,
    securityhub,
    sns,
    ssm,
    ssoadmin,
    sts,
)
