use crate::events::{self, Form, Group, Kind, Place, Watch};
use crate::{Answer, Control, Find, Severity, State, View};

pub(crate) static CONTROL: Control = Control {
    id: "root-use-without-alarm",
    docs: crate::docs! {
        /// # Root user whose use nobody is told of
        ///
        /// Somebody can sign in as the root user, or call AWS with its keys, and no alarm reaches a
        /// person.
        ///
        /// ## Why it matters
        ///
        /// The root user is for a handful of tasks a year. Each other use is a mistake or an attack,
        /// and whoever has the root user can switch off everything that might report it later. The
        /// minutes after the first sign-in are the ones in which a person can still do something.
        ///
        /// ## What is checked
        ///
        /// Sample events of a sign-in, and of changing and reading calls of the root user, are
        /// followed through the account. Either of two ways has to carry each of them:
        ///
        /// - a trail that records it, the trail's log group, a metric filter whose pattern matches
        ///   it, an alarm on that metric that one event sets off and whose actions are on;
        /// - a trail that records it, and a rule on the default bus of EventBridge, in the region of
        ///   the event, whose pattern matches it. Sign-ins and calls of IAM appear in `us-east-1`
        ///   alone; other calls in every region that is on in the account. A rule that is `ENABLED`
        ///   does not get calls that only read.
        ///
        /// Both ways have to end at a topic of SNS that has a confirmed subscription, whose policy
        /// lets the service publish, and that is not encrypted with `alias/aws/sns`. A function, a
        /// queue, an incident or another such target counts as well: the evidence names it, for what
        /// it does with the event is not looked at. A log group as a target does not count. Filter
        /// policies of subscriptions, and composite alarms, are not looked at either.
        ///
        /// Patterns are evaluated, not compared. What they leave open is cannot-tell: terms and
        /// regular expressions in filter patterns, a metric's value that comes from the event, a
        /// topic or a bus of another account.
        ///
        /// An organization's trail that writes to a log group of another account leaves the answer to
        /// that account, if it is in the snapshot; without it, it is cannot-tell. Where the account
        /// is the one that has the log group, only an alarm on it answers for the others.
        ///
        /// If sign-ins are reported and other uses are not, the severity is medium.
        ///
        /// ## Fix
        ///
        /// With a trail for all regions that writes to the log group `trail`:
        ///
        /// ```sh
        /// aws logs put-metric-filter --log-group-name trail --filter-name root-use \
        ///   --filter-pattern '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }' \
        ///   --metric-transformations metricName=RootUse,metricNamespace=Trail,metricValue=1
        /// aws cloudwatch put-metric-alarm --alarm-name root-use --namespace Trail --metric-name RootUse \
        ///   --statistic Sum --period 60 --evaluation-periods 1 --threshold 1 \
        ///   --comparison-operator GreaterThanOrEqualToThreshold --treat-missing-data notBreaching \
        ///   --alarm-actions arn:aws:sns:eu-west-1:111122223333:alerts
        /// ```
        ///
        /// Subscribe an address that people read at night to the topic, and confirm the subscription.
        /// Then sign in as the root user once and wait for the message.
        ///
        /// ## Fix safety
        ///
        /// Filters and alarms only read. `delete-metric-filter` and `delete-alarms` undo it.
        ///
        /// ## Weak: the subscription was never confirmed
        ///
        /// ```json
        /// {"trailList": [{"Name": "all", "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/all", "HomeRegion": "us-east-1", "IsMultiRegionTrail": true}]}
        /// {"TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/all", "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": true}]}
        /// ```
        ///
        /// ```json get-trail-status/all.json
        /// {"IsLogging": true}
        /// ```
        ///
        /// ```json us-east-1/list-rules.json
        /// {"Rules": [{"Name": "root-sign-in", "Arn": "arn:aws:events:us-east-1:111122223333:rule/root-sign-in", "State": "ENABLED", "EventPattern": "{\"detail-type\": [\"AWS Console Sign In via CloudTrail\"], \"detail\": {\"userIdentity\": {\"type\": [\"Root\"]}}}"}]}
        /// ```
        ///
        /// ```json us-east-1/list-targets-by-rule-root-sign-in.json
        /// {"Targets": [{"Id": "1", "Arn": "arn:aws:sns:us-east-1:111122223333:alerts"}]}
        /// ```
        ///
        /// ```json
        /// {"Attributes": {"TopicArn": "arn:aws:sns:us-east-1:111122223333:alerts", "Policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"events.amazonaws.com\"}, \"Action\": \"sns:Publish\", \"Resource\": \"arn:aws:sns:us-east-1:111122223333:alerts\"}]}"}}
        /// ```
        ///
        /// ```json us-east-1/list-subscriptions.json
        /// {"Subscriptions": [{"TopicArn": "arn:aws:sns:us-east-1:111122223333:alerts", "Protocol": "email", "Endpoint": "alerts@example.com", "SubscriptionArn": "PendingConfirmation"}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"trailList": [{"Name": "all", "TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all", "HomeRegion": "eu-west-1", "IsMultiRegionTrail": true, "CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*"}]}
        /// {"TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all", "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": true}]}
        /// ```
        ///
        /// ```json get-trail-status/all.json
        /// {"IsLogging": true}
        /// ```
        ///
        /// ```json eu-west-1/describe-metric-filters.json
        /// {"metricFilters": [{"filterName": "root-use", "logGroupName": "trail", "filterPattern": "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }", "metricTransformations": [{"metricName": "RootUse", "metricNamespace": "Trail", "metricValue": "1"}]}]}
        /// ```
        ///
        /// ```json
        /// {"MetricAlarms": [{"AlarmName": "root-use", "AlarmArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:root-use", "Namespace": "Trail", "MetricName": "RootUse", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "ActionsEnabled": true, "AlarmActions": ["arn:aws:sns:eu-west-1:111122223333:alerts"]}]}
        /// {"Attributes": {"TopicArn": "arn:aws:sns:eu-west-1:111122223333:alerts", "Policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"cloudwatch.amazonaws.com\"}, \"Action\": \"sns:Publish\", \"Resource\": \"arn:aws:sns:eu-west-1:111122223333:alerts\"}]}"}}
        /// ```
        ///
        /// ```json eu-west-1/list-subscriptions.json
        /// {"Subscriptions": [{"TopicArn": "arn:aws:sns:eu-west-1:111122223333:alerts", "Protocol": "email", "Endpoint": "alerts@example.com", "SubscriptionArn": "arn:aws:sns:eu-west-1:111122223333:alerts:8a21d249-4329-4871-acc6-7be709c6ea7f"}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html>
        /// - <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>
        /// - <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html>
        /// - <https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html>
    },
    severity: Severity::High,
    needs: &events::NEEDS,
    refines: &[],
    watch: events::WATCH,
    preventable: events::PREVENTABLE,
    find: Find::Account(find),
    prevent: None,
};

static SIGN_IN: Kind = Kind {
    name: "sign-in of the root user",
    title: "sign-ins of the root user",
    is_counted: false,
    groups: &[Group {
        source: "signin",
        place: Place::Global,
        form: Form::RootSignIn,
        names: &["ConsoleLogin"],
    }],
};

static ANY_USE: Kind = Kind {
    name: "use of the root user",
    title: "uses of the root user",
    is_counted: false,
    groups: &[
        Group {
            source: "signin",
            place: Place::Global,
            form: Form::RootSignIn,
            names: &["ConsoleLogin"],
        },
        Group {
            source: "iam",
            place: Place::Global,
            form: Form::RootChange,
            names: &["CreateAccessKey"],
        },
        Group { source: "iam", place: Place::Global, form: Form::RootRead, names: &["ListUsers"] },
        Group {
            source: "ec2",
            place: Place::Regional,
            form: Form::RootChange,
            names: &["RunInstances"],
        },
        Group {
            source: "ec2",
            place: Place::Regional,
            form: Form::RootRead,
            names: &["DescribeInstances"],
        },
    ],
};

fn find(view: &View<'_>) -> Vec<Answer> {
    let watch = Watch::of(*view);
    let ask = |kind| events::answer(&watch, kind, None, view.root());
    let Some(answer) = ask(&ANY_USE) else { return Vec::new() };
    let are_sign_ins_told = || ask(&SIGN_IN).is_some_and(|it| it.state == State::Sound);
    vec![if answer.state == State::Weak && are_sign_ins_told() {
        answer.severity(Severity::Medium, "sign-ins of the root user are reported")
    } else {
        answer
    }]
}
