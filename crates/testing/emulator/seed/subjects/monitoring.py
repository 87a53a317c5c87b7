"""What watches: trails, alarms, AWS Config, GuardDuty, Security Hub, Access Analyzer."""

import json

from seed.estate import REGION
from seed.subjects.identities import service_role

PATTERN = '{ $.userIdentity.type = "Root" && $.eventType != "AwsServiceEvent" }'


def trail(estate, account, weak):
    """Weak: one region, no validation, stopped. Sound: all regions, with a log group."""
    name = f"trail-{account}"
    s3 = estate.client("s3", account)
    s3.create_bucket(Bucket=name)
    client = estate.client("cloudtrail", account)
    if weak:
        client.create_trail(Name="trail", S3BucketName=name, IsMultiRegionTrail=False)
        return
    logs = estate.client("logs", account)
    logs.create_log_group(logGroupName="trail")
    arn = f"arn:aws:logs:{REGION}:{account}:log-group:trail:*"
    role = service_role(estate, account, "cloudtrail.amazonaws.com", "trail-role")
    client.create_trail(
        Name="trail",
        S3BucketName=name,
        IsMultiRegionTrail=True,
        EnableLogFileValidation=True,
        IncludeGlobalServiceEvents=True,
        CloudWatchLogsLogGroupArn=arn,
        CloudWatchLogsRoleArn=role,
    )
    client.start_logging(Name="trail")


def alarm(estate, account, weak):
    """From the trail's log group to a mailbox. Weak: nobody confirmed the subscription."""
    topic = alerts(estate, account, weak)
    if not weak:
        estate.client("logs", account).put_metric_filter(
            logGroupName="trail",
            filterName="root-used",
            filterPattern=PATTERN,
            metricTransformations=[
                {"metricName": "RootUsed", "metricNamespace": "Alerts", "metricValue": "1"}
            ],
        )
    estate.client("cloudwatch", account).put_metric_alarm(
        AlarmName="root-used",
        MetricName="RootUsed",
        Namespace="Alerts",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[topic],
    )


def alerts(estate, account, weak):
    """A topic with a mailbox behind it; a mailbox has to confirm."""
    sns = estate.client("sns", account)
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="alerts@example.com")
    if not weak:
        sns.confirm_subscription(TopicArn=topic, Token="confirmed")
    return topic


def event_rule(estate, account, weak):
    """Root's sign-ins, as EventBridge sees them. Weak: disabled."""
    events = estate.client("events", account)
    pattern = {"detail-type": ["AWS Console Sign In via CloudTrail"]}
    events.put_rule(
        Name="sign-ins",
        EventPattern=json.dumps(pattern),
        State="DISABLED" if weak else "ENABLED",
    )
    topic = f"arn:aws:sns:{REGION}:{account}:alerts"
    events.put_targets(Rule="sign-ins", Targets=[{"Id": "alerts", "Arn": topic}])


def configuration(estate, account, weak):
    """Sound: a recorder that records everything, and a rule."""
    if weak:
        return
    config = estate.client("config", account)
    role = service_role(estate, account, "config.amazonaws.com", "config-role")
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": role,
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    config.put_delivery_channel(
        DeliveryChannel={"name": "default", "s3BucketName": f"trail-{account}"}
    )
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    config.put_config_rule(
        ConfigRule={
            "ConfigRuleName": "access-keys-rotated",
            "Source": {"Owner": "AWS", "SourceIdentifier": "ACCESS_KEYS_ROTATED"},
            "InputParameters": '{"maxAccessKeyAge": "90"}',
        }
    )


def detectors(estate, account, weak):
    """GuardDuty, Security Hub (both) and Access Analyzer. Weak: GuardDuty is there and off."""
    guardduty = estate.client("guardduty", account)
    guardduty.create_detector(Enable=not weak)
    if weak:
        return
    hub = estate.client("securityhub", account)
    hub.enable_security_hub()
    hub.enable_security_hub_v2()
    analyzer = estate.client("accessanalyzer", account)
    analyzer.create_analyzer(analyzerName="outside", type="ACCOUNT")
    analyzer.create_analyzer(
        analyzerName="unused",
        type="ACCOUNT_UNUSED_ACCESS",
        configuration={"unusedAccess": {"unusedAccessAge": 90}},
    )
