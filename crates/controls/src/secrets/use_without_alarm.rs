use std::collections::BTreeSet;

use keyward_snapshot::Call;

use crate::events::{self, Form, Group, Kind, Place, Watch};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "secrets-use-without-alarm",
    docs: crate::docs! {
        /// # Secrets whose misuse nobody is told of
        ///
        /// Secrets are deleted, shared, read in masses or fail to rotate, and no alarm reaches a
        /// person.
        ///
        /// ## Why it matters
        ///
        /// A deleted secret can be restored for as long as its recovery window is open, and a policy
        /// that shares one can be taken back, if somebody knows in time. Many reads within minutes
        /// are what a stolen role does first. A rotation that fails leaves the old password in place,
        /// without any other sign.
        ///
        /// ## What is checked
        ///
        /// One answer for each kind of event: deletions (`DeleteSecret`), changes of resource policies
        /// (`PutResourcePolicy`, `DeleteResourcePolicy`), reads (`GetSecretValue`) and failed
        /// rotations (`RotationFailed`). Sample events, by a user and by a role, are followed through
        /// the account as `root-use-without-alarm` describes it, in each region in which the account
        /// has secrets: through trail, log group, metric filter and alarm, or through a rule of
        /// EventBridge, to a confirmed subscription or another target.
        ///
        /// One event has to be enough, but for reads: there an alarm may wait for any number, since a
        /// single read is nothing unusual. Reads of many secrets in one call
        /// (`BatchGetSecretValue`) appear as one `GetSecretValue` each. Rules of EventBridge get reads
        /// only if their state is `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
        ///
        /// An account without secrets has no answer. Secrets that wait for their deletion do not
        /// count.
        ///
        /// ## Fix
        ///
        /// In each region with secrets, a rule for what should never happen unnoticed:
        ///
        /// ```sh
        /// aws events put-rule --name secrets --event-pattern '{"source": ["aws.secretsmanager"],
        ///   "detail": {"eventName": ["DeleteSecret", "PutResourcePolicy", "DeleteResourcePolicy", "RotationFailed"]}}'
        /// aws events put-targets --rule secrets --targets Id=alerts,Arn=arn:aws:sns:eu-west-1:111122223333:alerts
        /// ```
        ///
        /// The topic's policy has to let `events.amazonaws.com` publish. For reads, a metric filter
        /// `{ $.eventSource = "secretsmanager.amazonaws.com" && $.eventName = "GetSecretValue" }` on
        /// the trail's log group, and an alarm on its sum, with a threshold well above what is usual.
        ///
        /// ## Fix safety
        ///
        /// Rules, filters and alarms only read. Removing them undoes it.
        ///
        /// ## Weak: a rule that is off
        ///
        /// ```json
        /// {"trailList": [{"Name": "all", "TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all", "HomeRegion": "eu-west-1", "IsMultiRegionTrail": true}]}
        /// {"TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all", "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": true}]}
        /// {"SecretList": [{"ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf", "Name": "db"}]}
        /// ```
        ///
        /// ```json get-trail-status/all.json
        /// {"IsLogging": true}
        /// ```
        ///
        /// ```json eu-west-1/list-rules.json
        /// {"Rules": [{"Name": "secrets", "Arn": "arn:aws:events:eu-west-1:111122223333:rule/secrets", "State": "DISABLED", "EventPattern": "{\"source\": [\"aws.secretsmanager\"]}"}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"trailList": [{"Name": "all", "TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all", "HomeRegion": "eu-west-1", "IsMultiRegionTrail": true}]}
        /// {"TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all", "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": true}]}
        /// {"SecretList": [{"ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf", "Name": "db"}]}
        /// ```
        ///
        /// ```json get-trail-status/all.json
        /// {"IsLogging": true}
        /// ```
        ///
        /// ```json eu-west-1/list-rules.json
        /// {"Rules": [{"Name": "secrets", "Arn": "arn:aws:events:eu-west-1:111122223333:rule/secrets", "State": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", "EventPattern": "{\"source\": [\"aws.secretsmanager\"], \"detail\": {\"eventName\": [\"GetSecretValue\", \"DeleteSecret\", \"RotationFailed\", {\"suffix\": \"ResourcePolicy\"}]}}"}]}
        /// ```
        ///
        /// ```json eu-west-1/list-targets-by-rule-secrets.json
        /// {"Targets": [{"Id": "1", "Arn": "arn:aws:sns:eu-west-1:111122223333:alerts"}]}
        /// ```
        ///
        /// ```json
        /// {"Attributes": {"TopicArn": "arn:aws:sns:eu-west-1:111122223333:alerts", "Policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"events.amazonaws.com\"}, \"Action\": \"sns:Publish\", \"Resource\": \"arn:aws:sns:eu-west-1:111122223333:alerts\"}]}"}}
        /// ```
        ///
        /// ```json eu-west-1/list-subscriptions.json
        /// {"Subscriptions": [{"TopicArn": "arn:aws:sns:eu-west-1:111122223333:alerts", "Protocol": "email", "Endpoint": "alerts@example.com", "SubscriptionArn": "arn:aws:sns:eu-west-1:111122223333:alerts:8a21d249-4329-4871-acc6-7be709c6ea7f"}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-cloudtrail.html>
        /// - <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html>
        /// - <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html>
    },
    severity: Severity::Medium,
    needs: &[
        Call::ListSecrets,
        Call::DescribeTrails,
        Call::GetTrailStatus,
        Call::GetEventSelectors,
        Call::DescribeMetricFilters,
        Call::DescribeAlarms,
        Call::ListRules,
        Call::ListTargetsByRule,
        Call::ListSubscriptions,
        Call::GetTopicAttributes,
    ],
    refines: &[],
    watch: events::WATCH,
    preventable: events::PREVENTABLE,
    find: Find::Account(find),
    prevent: None,
};

const fn events(form: Form, names: &'static [&'static str]) -> Group {
    Group { source: "secretsmanager", place: Place::Regional, form, names }
}

static KINDS: [Kind; 4] = [
    Kind {
        name: "deletions",
        title: "deletions of secrets",
        is_counted: false,
        groups: &[events(Form::Change, &["DeleteSecret"])],
    },
    Kind {
        name: "policies",
        title: "changes of secrets' resource policies",
        is_counted: false,
        groups: &[events(Form::Change, &["PutResourcePolicy", "DeleteResourcePolicy"])],
    },
    Kind {
        name: "reads",
        title: "mass reads of secrets",
        is_counted: true,
        groups: &[events(Form::Read, &["GetSecretValue"])],
    },
    Kind {
        name: "rotations",
        title: "failed rotations of secrets",
        is_counted: false,
        groups: &[events(Form::Service, &["RotationFailed"])],
    },
];

fn find(view: &View<'_>) -> Vec<Answer> {
    let secrets = &view.account.secrets;
    let gaps = view.each(secrets, |_| None);
    let regions: BTreeSet<&str> =
        secrets.iter().filter(|it| !it.deleted).map(|it| it.region.as_str()).collect();
    if regions.is_empty() {
        return gaps;
    }
    let watch = Watch::of(*view);
    let ask =
        |kind: &Kind| events::answer(&watch, kind, Some(&regions), view.subject().part(kind.name));
    KINDS.iter().filter_map(ask).chain(gaps).collect()
}
