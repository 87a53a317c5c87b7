"""What has to be changed inside moto before it serves."""

import functools
import json
import warnings

import moto.backends
import moto.core.responses
import moto.iam.models
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend

from .credentials import random_id

# AWS's managed policies that can be attached; each account gets an object for each of them.
MANAGED = """
    AdministratorAccess PowerUserAccess ReadOnlyAccess SecurityAudit ViewOnlyAccess IAMFullAccess
    IAMReadOnlyAccess IAMUserChangePassword AmazonS3FullAccess AmazonS3ReadOnlyAccess
    AmazonEC2FullAccess AmazonEC2ReadOnlyAccess AmazonSSMManagedInstanceCore AmazonSSMFullAccess
    AWSLambda_FullAccess AWSLambdaBasicExecutionRole AmazonECSTaskExecutionRolePolicy
    SecretsManagerReadWrite AWSCodeBuildDeveloperAccess AWSOrganizationsFullAccess Billing
    AmazonRDSFullAccess AmazonDynamoDBFullAccess CloudWatchFullAccess AWSCloudTrail_FullAccess
    IAMAuditRootUserCredentials IAMCreateRootUserPassword IAMDeleteRootUserCredentials
    S3UnlockBucketPolicy SQSUnlockQueuePolicy AWS_ConfigRole AWSConfigUserAccess
    AmazonGuardDutyFullAccess AWSSecurityHubFullAccess DatabaseAdministrator SystemAdministrator
    AWSDenyAll AWSCompromisedKeyQuarantineV3
""".split()


@functools.cache
def _managed_data():
    data = json.loads(aws_managed_policies_data)
    return {name: data[name] for name in MANAGED if name in data}


def _init_aws_policies(self):
    return [
        AWSManagedPolicy.from_data(name, self.account_id, self.region_name, data)
        for name, data in _managed_data().items()
    ]


def _with_id(kind, prefix):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"""
    plain = kind.__init__

    @functools.wraps(plain)
    def init(self, *arguments, **named):
        plain(self, *arguments, **named)
        self.id = random_id(prefix, 21)

    kind.__init__ = init


def prepare():
    _with_id(moto.iam.models.User, "AIDA")
    _with_id(moto.iam.models.Group, "AGPA")
    _with_id(moto.iam.models.ManagedPolicy, "ANPA")
    warnings.filterwarnings("ignore", module="moto")
    warnings.filterwarnings("ignore", message=".*does not match an error shape.*")
    # Each look-up of an account would build a backend for each partition.
    moto.iam.models.PARTITION_NAMES = ["aws"]
    IAMBackend._init_aws_policies = _init_aws_policies
    # Both are asked for at each request, and neither changes.
    modules = list(moto.backends.list_of_moto_modules())
    moto.backends.list_of_moto_modules = lambda: modules
    moto.core.responses.method_names_from_class = functools.cache(
        moto.core.responses.method_names_from_class
    )
