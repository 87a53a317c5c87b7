use crate::events::{self, Form, Group, Kind, Place, Watch};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "monitoring-changes-without-alarm",
    docs: crate::docs! {
        /// # Changes that nobody is told of
        ///
        /// Events that the CIS AWS Foundations Benchmark wants watched happen, and no alarm reaches a
        /// person.
        ///
        /// ## Why it matters
        ///
        /// Who breaks in changes things: policies, trails, networks, keys. Each of these events is
        /// rare and leaves a record, and the record helps only those who read it in time.
        ///
        /// ## What is checked
        ///
        /// One answer for each kind of event:
        ///
        /// - calls that were denied, of services with different error codes, changing and reading;
        /// - sign-ins of IAM users without MFA, and sign-ins that failed;
        /// - changes of IAM policies and their attachments, of trails, of AWS Config, of bucket
        ///   policies and other access to buckets, of security groups, network access lists, gateways,
        ///   route tables, VPCs and their peerings, and of the organization;
        /// - KMS keys that are disabled or scheduled for deletion.
        ///
        /// Every event name of the benchmark is tried, as a sample event of a user and of a role, and
        /// all of them have to reach somebody for the kind to be sound; the evidence names those that
        /// do not. How they are followed, through metric filters and alarms or through rules of
        /// EventBridge, `root-use-without-alarm` describes. Several filters and rules may share the
        /// events of a kind. The calls of ClassicLink, which AWS has switched off, are not tried.
        ///
        /// One event has to be enough, but for denied calls and failed sign-ins: there an alarm may
        /// wait for any number. Uses of the root user are `root-use-without-alarm`.
        ///
        /// Rules of EventBridge are needed in `us-east-1` for IAM and Organizations, and for the
        /// others in every region that is on in the account. Where the regions were not read, rules
        /// alone are cannot-tell.
        ///
        /// ## Fix
        ///
        /// For each kind a metric filter on the log group of a trail for all regions, and an alarm.
        /// Security groups, for example:
        ///
        /// ```sh
        /// aws logs put-metric-filter --log-group-name trail --filter-name security-groups \
        ///   --filter-pattern '{ $.eventName = AuthorizeSecurityGroup* || $.eventName = RevokeSecurityGroup* || $.eventName = CreateSecurityGroup || $.eventName = DeleteSecurityGroup }' \
        ///   --metric-transformations metricName=SecurityGroups,metricNamespace=Trail,metricValue=1
        /// aws cloudwatch put-metric-alarm --alarm-name security-groups --namespace Trail \
        ///   --metric-name SecurityGroups --statistic Sum --period 300 --evaluation-periods 1 \
        ///   --threshold 1 --comparison-operator GreaterThanOrEqualToThreshold \
        ///   --treat-missing-data notBreaching --alarm-actions arn:aws:sns:eu-west-1:111122223333:alerts
        /// ```
        ///
        /// The page on Security Hub's CloudWatch controls has a pattern for each kind.
        ///
        /// ## Fix safety
        ///
        /// Filters and alarms only read. Deploy them before anybody answers for the messages, and they
        /// teach people to ignore them; start with the kinds that are rare in your accounts.
        ///
        /// ## Weak
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
        /// {"Rules": []}
        /// ```
        ///
        /// ## Sound: changes of security groups
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
        /// {"metricFilters": [{"filterName": "security-groups", "logGroupName": "trail", "filterPattern": "{ ($.eventSource = ec2.amazonaws.com) && (($.eventName = AuthorizeSecurityGroup*) || ($.eventName = RevokeSecurityGroup*) || ($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup)) }", "metricTransformations": [{"metricName": "SecurityGroups", "metricNamespace": "Trail", "metricValue": "1"}]}]}
        /// ```
        ///
        /// ```json
        /// {"MetricAlarms": [{"AlarmName": "security-groups", "AlarmArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:security-groups", "Namespace": "Trail", "MetricName": "SecurityGroups", "Statistic": "Sum", "Period": 300, "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "ActionsEnabled": true, "AlarmActions": ["arn:aws:sns:eu-west-1:111122223333:alerts"]}]}
        /// {"Attributes": {"TopicArn": "arn:aws:sns:eu-west-1:111122223333:alerts", "Policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"cloudwatch.amazonaws.com\"}, \"Action\": \"sns:Publish\", \"Resource\": \"arn:aws:sns:eu-west-1:111122223333:alerts\"}]}"}}
        /// ```
        ///
        /// ```json eu-west-1/list-subscriptions.json
        /// {"Subscriptions": [{"TopicArn": "arn:aws:sns:eu-west-1:111122223333:alerts", "Protocol": "email", "Endpoint": "alerts@example.com", "SubscriptionArn": "arn:aws:sns:eu-west-1:111122223333:alerts:8a21d249-4329-4871-acc6-7be709c6ea7f"}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html>
        /// - <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudwatch-alarms-for-cloudtrail.html>
        /// - <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>
        /// - <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html>
    },
    severity: Severity::Medium,
    needs: &events::NEEDS,
    refines: &[],
    watch: events::WATCH,
    preventable: events::PREVENTABLE,
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    let watch = Watch::of(*view);
    let ask = |kind| events::answer(&watch, kind, None, view.subject().part(kind.name));
    KINDS.iter().filter_map(ask).collect()
}

const fn kind(name: &'static str, title: &'static str, groups: &'static [Group]) -> Kind {
    Kind { name, title, groups, is_counted: false }
}

/// Kinds of which some happen every day.
const fn counted(name: &'static str, title: &'static str, groups: &'static [Group]) -> Kind {
    Kind { name, title, groups, is_counted: true }
}

const fn global(source: &'static str, names: &'static [&'static str]) -> Group {
    Group { source, place: Place::Global, form: Form::Change, names }
}

const fn regional(source: &'static str, names: &'static [&'static str]) -> Group {
    Group { source, place: Place::Regional, form: Form::Change, names }
}

/// The section "Monitoring" of the CIS AWS Foundations Benchmark, in its order.
///
/// Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html>.
static KINDS: [Kind; 14] = [
    counted(
        "denied calls",
        "denied calls",
        &[
            Group {
                source: "ec2",
                place: Place::Regional,
                form: Form::DeniedChange("Client.UnauthorizedOperation"),
                names: &["RunInstances"],
            },
            Group {
                source: "ec2",
                place: Place::Regional,
                form: Form::DeniedRead("Client.UnauthorizedOperation"),
                names: &["DescribeInstances"],
            },
            Group {
                source: "iam",
                place: Place::Global,
                form: Form::DeniedChange("AccessDenied"),
                names: &["CreateUser"],
            },
            Group {
                source: "secretsmanager",
                place: Place::Regional,
                form: Form::DeniedRead("AccessDenied"),
                names: &["GetSecretValue"],
            },
            Group {
                source: "lambda",
                place: Place::Regional,
                form: Form::DeniedRead("AccessDeniedException"),
                names: &["ListFunctions20150331"],
            },
        ],
    ),
    kind(
        "sign-ins without MFA",
        "sign-ins without MFA",
        &[Group {
            source: "signin",
            place: Place::Regional,
            form: Form::SignInWithoutMfa,
            names: &["ConsoleLogin"],
        }],
    ),
    kind(
        "IAM policies",
        "changes of IAM policies",
        &[global(
            "iam",
            &[
                "AttachGroupPolicy",
                "AttachRolePolicy",
                "AttachUserPolicy",
                "CreatePolicy",
                "CreatePolicyVersion",
                "DeleteGroupPolicy",
                "DeletePolicy",
                "DeletePolicyVersion",
                "DeleteRolePolicy",
                "DeleteUserPolicy",
                "DetachGroupPolicy",
                "DetachRolePolicy",
                "DetachUserPolicy",
                "PutGroupPolicy",
                "PutRolePolicy",
                "PutUserPolicy",
            ],
        )],
    ),
    kind(
        "CloudTrail",
        "changes of trails",
        &[regional(
            "cloudtrail",
            &["CreateTrail", "DeleteTrail", "StartLogging", "StopLogging", "UpdateTrail"],
        )],
    ),
    counted(
        "failed sign-ins",
        "failed sign-ins",
        &[Group {
            source: "signin",
            place: Place::Regional,
            form: Form::FailedSignIn,
            names: &["ConsoleLogin"],
        }],
    ),
    kind(
        "KMS keys",
        "KMS keys that are disabled or scheduled for deletion",
        &[regional("kms", &["DisableKey", "ScheduleKeyDeletion"])],
    ),
    kind(
        "S3 bucket policies",
        "changes of S3 bucket policies",
        &[regional(
            "s3",
            &[
                "DeleteBucketCors",
                "DeleteBucketLifecycle",
                "DeleteBucketPolicy",
                "DeleteBucketReplication",
                "PutBucketAcl",
                "PutBucketCors",
                "PutBucketLifecycle",
                "PutBucketPolicy",
                "PutBucketReplication",
            ],
        )],
    ),
    kind(
        "AWS Config",
        "changes of AWS Config",
        &[regional(
            "config",
            &[
                "DeleteDeliveryChannel",
                "PutConfigurationRecorder",
                "PutDeliveryChannel",
                "StopConfigurationRecorder",
            ],
        )],
    ),
    kind(
        "security groups",
        "changes of security groups",
        &[regional(
            "ec2",
            &[
                "AuthorizeSecurityGroupEgress",
                "AuthorizeSecurityGroupIngress",
                "CreateSecurityGroup",
                "DeleteSecurityGroup",
                "RevokeSecurityGroupEgress",
                "RevokeSecurityGroupIngress",
            ],
        )],
    ),
    kind(
        "network access lists",
        "changes of network access lists",
        &[regional(
            "ec2",
            &[
                "CreateNetworkAcl",
                "CreateNetworkAclEntry",
                "DeleteNetworkAcl",
                "DeleteNetworkAclEntry",
                "ReplaceNetworkAclAssociation",
                "ReplaceNetworkAclEntry",
            ],
        )],
    ),
    kind(
        "gateways",
        "changes of gateways",
        &[regional(
            "ec2",
            &[
                "AttachInternetGateway",
                "CreateCustomerGateway",
                "CreateInternetGateway",
                "DeleteCustomerGateway",
                "DeleteInternetGateway",
                "DetachInternetGateway",
            ],
        )],
    ),
    kind(
        "route tables",
        "changes of route tables",
        &[regional(
            "ec2",
            &[
                "CreateRoute",
                "CreateRouteTable",
                "DeleteRoute",
                "DeleteRouteTable",
                "DisassociateRouteTable",
                "ReplaceRoute",
                "ReplaceRouteTableAssociation",
            ],
        )],
    ),
    kind(
        "VPCs",
        "changes of VPCs",
        &[regional(
            "ec2",
            &[
                "AcceptVpcPeeringConnection",
                "CreateVpc",
                "CreateVpcPeeringConnection",
                "DeleteVpc",
                "DeleteVpcPeeringConnection",
                "ModifyVpcAttribute",
                "RejectVpcPeeringConnection",
            ],
        )],
    ),
    kind(
        "Organizations",
        "changes of the organization",
        &[global(
            "organizations",
            &[
                "AcceptHandshake",
                "AttachPolicy",
                "CreateAccount",
                "CreateOrganizationalUnit",
                "CreatePolicy",
                "DeclineHandshake",
                "DeleteOrganization",
                "DeleteOrganizationalUnit",
                "DeletePolicy",
                "DetachPolicy",
                "DisablePolicyType",
                "EnablePolicyType",
                "InviteAccountToOrganization",
                "LeaveOrganization",
                "MoveAccount",
                "RemoveAccountFromOrganization",
                "UpdateOrganizationalUnit",
                "UpdatePolicy",
            ],
        )],
    ),
];
