//! Sample events: records of CloudTrail as they look for a call, a sign-in or an event of a service.
//!
//! Sources: <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>,
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html>,
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html>.

use serde_json::{Value, json};

/// Events of one kind, of which somebody should be told.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Its name, which tells findings about one account apart.
    pub(crate) name: &'static str,
    /// What somebody is told of, in the plural: `changes of IAM policies`.
    pub(crate) title: &'static str,
    /// Its events, all of which have to be seen.
    pub(crate) groups: &'static [Group],
    /// Whether an alarm may wait for several of them within its period.
    pub(crate) is_counted: bool,
}

/// Events that differ in their name only.
#[derive(Debug)]
pub(crate) struct Group {
    /// The service, as CloudTrail names it without `.amazonaws.com`.
    pub(crate) source: &'static str,
    /// Where the events appear.
    pub(crate) place: Place,
    /// What their records look like.
    pub(crate) form: Form,
    /// The names.
    pub(crate) names: &'static [&'static str],
}

/// Where events appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the one region that global services use, such as `us-east-1`.
    Global,
    /// In the region where they happen.
    Regional,
}

/// What the record of an event looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A call that changes something.
    Change,
    /// A call that reads.
    Read,
    /// A call that changes something and was denied with this error code.
    DeniedChange(&'static str),
    /// A call that reads and was denied with this error code.
    DeniedRead(&'static str),
    /// A call of the root user that changes something.
    RootChange,
    /// A call of the root user that reads.
    RootRead,
    /// The root user signs in.
    RootSignIn,
    /// An IAM user signs in without MFA.
    SignInWithoutMfa,
    /// An IAM user fails to sign in.
    FailedSignIn,
    /// The service itself reports something.
    Service,
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Actor {
    User,
    Role,
    Root,
    Service,
}

/// One event in one region.
#[derive(Debug)]
pub(super) struct Sample<'k> {
    pub(super) name: &'k str,
    pub(super) actor: Actor,
    pub(super) region: &'k str,
    /// Whether events of its group appear in every region.
    pub(super) is_regional: bool,
    /// The service as CloudTrail names it, such as `iam.amazonaws.com`.
    pub(super) source: String,
    /// Whether it is a call that only reads.
    pub(super) is_read: bool,
    /// Whether an alarm may wait for several.
    pub(super) is_counted: bool,
    /// The record, as CloudTrail writes it into a log group.
    pub(super) record: Value,
    /// The same as an event of EventBridge.
    pub(super) event: Value,
}

impl Form {
    fn actors(self) -> &'static [Actor] {
        match self {
            Self::Change | Self::Read | Self::DeniedChange(_) | Self::DeniedRead(_) => {
                &[Actor::User, Actor::Role]
            }
            Self::RootChange | Self::RootRead | Self::RootSignIn => &[Actor::Root],
            Self::SignInWithoutMfa | Self::FailedSignIn => &[Actor::User],
            Self::Service => &[Actor::Service],
        }
    }

    fn is_sign_in(self) -> bool {
        matches!(self, Self::RootSignIn | Self::SignInWithoutMfa | Self::FailedSignIn)
    }

    fn is_read(self) -> bool {
        matches!(self, Self::Read | Self::DeniedRead(_) | Self::RootRead)
    }
}

/// The account in which the events happen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    pub(super) account: &'a str,
    pub(super) partition: &'a str,
}

impl Scene<'_> {
    /// The samples of a group in one region.
    pub(super) fn samples<'k>(
        self,
        kind: &'k Kind,
        group: &'k Group,
        region: &'k str,
    ) -> impl Iterator<Item = Sample<'k>> {
        group.names.iter().flat_map(move |name| {
            group.form.actors().iter().map(move |actor| {
                let record = self.record(group, name, *actor, region);
                Sample {
                    name,
                    actor: *actor,
                    region,
                    is_regional: group.place == Place::Regional,
                    source: format!("{}.amazonaws.com", group.source),
                    is_read: group.form.is_read(),
                    is_counted: kind.is_counted,
                    event: self.event(group, &record, region),
                    record,
                }
            })
        })
    }

    fn record(self, group: &Group, name: &str, actor: Actor, region: &str) -> Value {
        let form = group.form;
        let mut record = json!({
            "eventVersion": "1.11",
            "userIdentity": self.identity(actor, form.is_sign_in()),
            "eventTime": "2026-01-01T12:00:00Z",
            "eventSource": format!("{}.amazonaws.com", group.source),
            "eventName": name,
            "awsRegion": region,
            "sourceIPAddress": "198.51.100.7",
            "userAgent": "aws-cli/2.31.0",
            "requestParameters": null,
            "responseElements": null,
            "requestID": "11111111-2222-4333-8444-555555555555",
            "eventID": "66666666-7777-4888-8999-000000000000",
            "readOnly": form.is_read(),
            "eventType": "AwsApiCall",
            "managementEvent": true,
            "recipientAccountId": self.account,
            "eventCategory": "Management",
        });
        let mut add = |name: &str, value: Value| {
            record.as_object_mut().and_then(|members| members.insert(name.to_owned(), value))
        };
        match form {
            Form::Change | Form::Read | Form::RootChange | Form::RootRead => {}
            Form::DeniedChange(code) | Form::DeniedRead(code) => {
                add("errorCode", code.into());
                add("errorMessage", "User is not authorized to perform this action".into());
            }
            Form::RootSignIn | Form::SignInWithoutMfa | Form::FailedSignIn => {
                let failed = form == Form::FailedSignIn;
                let used = if form == Form::RootSignIn { "Yes" } else { "No" };
                let result = if failed { "Failure" } else { "Success" };
                add("eventType", "AwsConsoleSignIn".into());
                add("userAgent", "Mozilla/5.0".into());
                add("responseElements", json!({"ConsoleLogin": result}));
                add(
                    "additionalEventData",
                    json!({"LoginTo": "https://console.aws.amazon.com/console/home",
                        "MobileVersion": "No", "MFAUsed": used}),
                );
                if failed {
                    add("errorMessage", "Failed authentication".into());
                }
            }
            Form::Service => {
                let service = format!("{}.amazonaws.com", group.source);
                add("eventType", "AwsServiceEvent".into());
                add("sourceIPAddress", service.clone().into());
                add("userAgent", service.into());
            }
        }
        record
    }

    fn identity(self, actor: Actor, signs_in: bool) -> Value {
        let Self { account, partition } = self;
        let mut identity = match actor {
            Actor::User => json!({
                "type": "IAMUser", "principalId": "AIDAEXAMPLE", "userName": "example",
                "arn": format!("arn:{partition}:iam::{account}:user/example"),
            }),
            Actor::Role => json!({
                "type": "AssumedRole", "principalId": "AROAEXAMPLE:session",
                "arn": format!("arn:{partition}:sts::{account}:assumed-role/example/session"),
                "sessionContext": {
                    "sessionIssuer": {
                        "type": "Role", "principalId": "AROAEXAMPLE", "userName": "example",
                        "arn": format!("arn:{partition}:iam::{account}:role/example"),
                        "accountId": account,
                    },
                    "attributes": {
                        "creationDate": "2026-01-01T11:00:00Z", "mfaAuthenticated": "false",
                    },
                },
            }),
            Actor::Root => json!({
                "type": "Root", "principalId": account,
                "arn": format!("arn:{partition}:iam::{account}:root"),
            }),
            Actor::Service => json!({"invokedBy": "AWS Internal"}),
        };
        if let Some(members) = identity.as_object_mut() {
            members.insert("accountId".to_owned(), account.into());
            if !signs_in && actor != Actor::Service {
                members.insert("accessKeyId".to_owned(), "ASIAEXAMPLE".into());
            }
        }
        identity
    }

    fn event(self, group: &Group, record: &Value, region: &str) -> Value {
        let kind = match group.form {
            form if form.is_sign_in() => "AWS Console Sign In via CloudTrail",
            Form::Service => "AWS Service Event via CloudTrail",
            _ => "AWS API Call via CloudTrail",
        };
        json!({
            "version": "0",
            "id": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
            "detail-type": kind,
            "source": format!("aws.{}", group.source),
            "account": self.account,
            "time": "2026-01-01T12:00:05Z",
            "region": region,
            "resources": [],
            "detail": record,
        })
    }
}
