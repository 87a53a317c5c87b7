"""What moto lacks or answers wrongly, one module a service."""

from . import (  # noqa: F401
    accessanalyzer,
    ec2,
    ecs,
    iam,
    report,
    securityhub,
    ssm,
    ssoadmin,
    sts,
)
