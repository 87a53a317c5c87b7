"""What watches an account: AWS Config, GuardDuty, Security Hub, access analyzers.

Weak: in `workloads` in one region of two, elsewhere not at all.
"""

from seed.estate import REGION, REGIONS

EVERYWHERE = ["SECRETSMANAGER_ROTATION_ENABLED_CHECK", "INCOMING_SSH_DISABLED"]
# IAM is the same in all regions; one looks at it.
OF_IAM = [
    "ROOT_ACCOUNT_MFA_ENABLED",
    "IAM_ROOT_ACCESS_KEY_CHECK",
    "IAM_USER_MFA_ENABLED",
    "ACCESS_KEYS_ROTATED",
    "IAM_USER_UNUSED_CREDENTIALS_CHECK",
    "IAM_PASSWORD_POLICY",
    "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS",
]


def watch(estate, accounts, weak, region):
    """Everything that watches one region, in all accounts that have it."""
    for name, account in accounts.items():
        if weak and (name != "workloads" or region != REGION):
            # monitoring-config-off, monitoring-config-rules-missing, monitoring-guardduty-off,
            # monitoring-security-hub-off, monitoring-external-access-unanalyzed,
            # monitoring-unused-access-unanalyzed
            _half(estate, name, account, region)
            continue
        recorder(estate, account, region)
        rules(estate, account, region)
        estate.client("guardduty", account, region).create_detector(Enable=True)
        hub = estate.client("securityhub", account, region)
        # Either of the two will do.
        if region == REGION:
            hub.enable_security_hub()
        else:
            hub.enable_security_hub_v2()
        analyzers(estate, account, region)


def _half(estate, name, account, region):
    """What was begun and switched off: a recorder that is stopped, a detector that is suspended."""
    if name == "audit" and region == REGION:
        recorder(estate, account, region, on=False)
        estate.client("guardduty", account, region).create_detector(Enable=False)


def recorder(estate, account, region, on=True):
    config = estate.client("config", account, region)
    role = "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    # IAM's resources are recorded in one region only, so that they are not paid for twice.
    group = {"allSupported": True, "includeGlobalResourceTypes": region == REGION}
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{account}:{role}",
            "recordingGroup": group,
        }
    )
    bucket = {"name": "default", "s3BucketName": "example-config"}
    config.put_delivery_channel(DeliveryChannel=bucket)
    if on:
        config.start_configuration_recorder(ConfigurationRecorderName="default")


def rules(estate, account, region):
    config = estate.client("config", account, region)
    for identifier in EVERYWHERE + (OF_IAM if region == REGION else []):
        rule = {
            "ConfigRuleName": identifier.lower().replace("_", "-"),
            "Source": {"Owner": "AWS", "SourceIdentifier": identifier},
        }
        if identifier == "ACCESS_KEYS_ROTATED":
            rule["InputParameters"] = '{"maxAccessKeyAge": "90"}'
        if identifier == "IAM_USER_UNUSED_CREDENTIALS_CHECK":
            rule["InputParameters"] = '{"maxCredentialUsageAge": "45"}'
        config.put_config_rule(ConfigRule=rule)


def analyzers(estate, account, region):
    """Of the account where it is a member, of the organization in `audit`, which is enough for all
    in a region of which the account has none of its own."""
    client = estate.client("accessanalyzer", account, region)
    client.create_analyzer(analyzerName="outside", type="ACCOUNT")
    if region == REGION:
        unused = {"unusedAccess": {"unusedAccessAge": 90}}
        client.create_analyzer(
            analyzerName="unused", type="ACCOUNT_UNUSED_ACCESS", configuration=unused
        )


