"""CloudTrail: what is recorded, and whether somebody is told of it."""

import json

from seed.estate import REGION, REGIONS, allow
from seed.subjects.alarms import FILTERS, metric
from seed.subjects.principals import service_role


def own_trails(estate, accounts):
    """The weak organization's: logging-no-organization-trail. `sandbox` and `audit` have no trail
    at all (logging-not-all-regions)."""
    # logging-without-validation; it has a log group, and an alarm that reaches nobody
    trail(estate, accounts["management"], multi=True, validated=False, logs=True)
    alarms(estate, accounts["management"], weak=True)
    # logging-stopped
    trail(estate, accounts["log-archive"], multi=True, validated=True, on=False)
    # logging-not-all-regions, logging-without-validation
    trail(estate, accounts["workloads"], multi=False, validated=False)


def organization_trail(estate, account):
    """One trail for all accounts and regions, and the alarms on its log group."""
    client = estate.client("organizations")
    client.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    trail(estate, account, multi=True, validated=True, logs=True, organization=True)
    alarms(estate, account, weak=False)


def trail(estate, account, multi, validated, on=True, logs=False, organization=False):
    bucket = f"trail-{account}"
    estate.client("s3", account).create_bucket(Bucket=bucket)
    more = {}
    if logs:
        estate.client("logs", account).create_log_group(logGroupName="trail")
        group = f"arn:aws:logs:{REGION}:{account}:log-group:trail:*"
        writing = allow(["logs:CreateLogStream", "logs:PutLogEvents"], group)
        role = service_role(estate, account, "trail-to-logs", "cloudtrail", writing)
        more = {"CloudWatchLogsLogGroupArn": group, "CloudWatchLogsRoleArn": role}
    client = estate.client("cloudtrail", account)
    client.create_trail(
        Name="trail",
        S3BucketName=bucket,
        IsMultiRegionTrail=multi,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=validated,
        IsOrganizationTrail=organization,
        **more,
    )
    if on:
        client.start_logging(Name="trail")


def topic(estate, account, confirmed, region=REGION):
    """A topic with a mailbox behind it, to which alarms and rules may publish."""
    sns = estate.client("sns", account, region)
    arn = sns.create_topic(Name="alerts")["TopicArn"]
    services = ["cloudwatch.amazonaws.com", "events.amazonaws.com"]
    statement = {"Effect": "Allow", "Principal": {"Service": services}}
    statement |= {"Action": "sns:Publish", "Resource": arn}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    sns.set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(document)
    )
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="alerts@example.com")
    if confirmed:
        sns.confirm_subscription(TopicArn=arn, Token="confirmed")
    return arn


def alarms(estate, account, weak):
    """Weak: only the root user's sign-ins set off an alarm, and nobody ever confirmed the
    subscription (root-use-without-alarm, monitoring-changes-without-alarm,
    secrets-use-without-alarm)."""
    arn = topic(estate, account, confirmed=not weak)
    for name, pattern, threshold in FILTERS[:1] if weak else FILTERS:
        estate.client("logs", account).put_metric_filter(
            logGroupName="trail",
            filterName=name,
            filterPattern=pattern,
            metricTransformations=[
                {"metricName": metric(name), "metricNamespace": "Trail", "metricValue": "1"}
            ],
        )
        estate.client("cloudwatch", account).put_metric_alarm(
            AlarmName=name,
            MetricName=metric(name),
            Namespace="Trail",
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=threshold,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData="notBreaching",
            AlarmActions=[arn],
        )


def rules(estate, account, weak):
    """An event rule beside the alarms. Weak: it is disabled."""
    for region in REGIONS:
        arn = topic(estate, account, confirmed=True, region=region)
        events = estate.client("events", account, region)
        names = ["DeleteSecret", "PutResourcePolicy", "DeleteResourcePolicy", "RotationFailed"]
        pattern = {"source": ["aws.secretsmanager"], "detail": {"eventName": names}}
        state = "DISABLED" if weak else "ENABLED"
        events.put_rule(Name="secrets", EventPattern=json.dumps(pattern), State=state)
        events.put_targets(Rule="secrets", Targets=[{"Id": "alerts", "Arn": arn}])
