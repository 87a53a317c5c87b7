//! Instances, how the network reaches them, how sessions reach them, and Lambda functions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::UserData;
use crate::{Call, Gap, Known};

/// An EC2 instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// Its id, such as `i-1234567890abcdef0`.
    pub id: String,
    /// Its region.
    pub region: String,
    /// The value of its `Name` tag.
    pub name: Option<String>,
    /// What it does at the moment.
    pub state: InstanceState,
    /// The ARN of its instance profile.
    pub instance_profile: Option<String>,
    /// How its metadata service answers; `None` where the input does not carry the entry.
    pub metadata: Option<MetadataOptions>,
    /// Ids of its security groups.
    pub security_groups: Vec<String>,
    /// Its public address.
    pub public_address: Option<String>,
    /// `windows`, or `None` for everything else.
    pub platform: Option<String>,
    /// When it was last started.
    pub launched: Option<Timestamp>,
    /// Its user data.
    #[serde(default = "unread_user_data")]
    pub user_data: Known<UserData>,
}

fn unread_user_data() -> Known<UserData> {
    Known::Gap(Gap::not_collected(Call::DescribeInstanceAttribute))
}

/// The states of an instance that matter here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstanceState {
    /// `pending` or `running`.
    Running,
    /// `stopping` or `stopped`.
    Stopped,
    /// `shutting-down` or `terminated`.
    Terminated,
}

/// How an instance's metadata service answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataOptions {
    /// Whether it answers at all (`HttpEndpoint`).
    pub enabled: bool,
    /// Whether it wants a session token, which is IMDSv2 only (`HttpTokens`).
    pub tokens_required: bool,
}

/// A security group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityGroup {
    /// Its id, such as `sg-903004f8`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// The VPC that it belongs to.
    pub vpc: Option<String>,
    /// What may come in.
    pub inbound: Vec<Rule>,
}

/// One inbound rule: a protocol, a range of ports, and where from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// `tcp`, `udp`, `icmp`, a protocol number, or `-1` for all.
    pub protocol: String,
    /// First and last port; `None` for all ports (or a protocol that has none).
    pub ports: Option<(u16, u16)>,
    /// Where the traffic may come from.
    pub sources: Vec<Source>,
}

impl Rule {
    /// Whether the rule lets TCP traffic to `port` in.
    pub fn admits_tcp(&self, port: u16) -> bool {
        match self.protocol.as_str() {
            "-1" => true,
            "tcp" | "6" => self.ports.is_none_or(|(from, to)| (from..=to).contains(&port)),
            _ => false,
        }
    }
}

/// Where traffic may come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A range of IPv4 or IPv6 addresses in CIDR notation.
    Range(String),
    /// A managed prefix list, by its id.
    PrefixList(String),
    /// The members of a security group, by its id.
    SecurityGroup(String),
}

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkInterface {
    /// Its id, such as `eni-686ea200`.
    pub id: String,
    /// Its region.
    pub region: String,
    /// Ids of its security groups.
    pub security_groups: Vec<String>,
    /// The instance that it is attached to.
    pub instance: Option<String>,
    /// Its public address.
    pub public_address: Option<String>,
}

/// A managed prefix list and the ranges in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrefixList {
    /// Its id, such as `pl-0123123123123abcd`.
    pub id: String,
    /// Its region, where the input tells.
    pub region: Option<String>,
    /// The ranges in CIDR notation.
    pub ranges: Vec<String>,
}

/// An instance or other machine that Systems Manager manages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedInstance {
    /// Its id: `i-…`, or `mi-…` for a machine outside EC2.
    pub id: String,
    /// Its region, where the input tells.
    pub region: Option<String>,
    /// Whether its agent answers (`PingStatus` is `Online`).
    pub online: bool,
}

/// The Session Manager preferences of one region, the document `SSM-SessionManagerRunShell`.
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-getting-started-configure-preferences.html>.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the fields are the document's inputs")]
#[expect(missing_docs, reason = "the fields are the document's inputs")]
pub struct SessionPreferences {
    /// The region, where the input tells.
    pub region: Option<String>,
    /// False where AWS says that the document does not exist: nobody ever set preferences.
    pub exists: bool,
    pub s3_bucket: Option<String>,
    pub s3_encryption_enabled: bool,
    pub cloudwatch_log_group: Option<String>,
    pub cloudwatch_encryption_enabled: bool,
    pub kms_key: Option<String>,
    pub run_as_enabled: bool,
    pub idle_timeout_minutes: Option<u32>,
    pub max_duration_minutes: Option<u32>,
}

/// A Lambda function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its ARN, without a version.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// The ARN of its execution role.
    pub role: String,
    /// Its environment variables: names, and what their values look like.
    pub environment: Vec<EnvironmentVariable>,
    /// Whether AWS withheld the environment (`Environment.Error`).
    pub environment_withheld: bool,
}

/// An environment variable. Its value was looked at on the way in and dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentVariable {
    /// Its name.
    pub name: String,
    /// What kind of credential its value looked like, if any.
    pub secret: Option<SecretKind>,
}

/// The kinds of credential that the scanner knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// The id of an AWS access key (`AKIA…`, `ASIA…`).
    AwsAccessKeyId,
    /// 40 characters that look like an AWS secret access key.
    AwsSecretAccessKey,
    /// A PEM block with a private key.
    PrivateKey,
    /// A token whose issuer marks it by a prefix (GitHub, GitLab, Slack, Stripe and others).
    IssuedToken,
    /// A URL or connection string with a password in it.
    UrlWithPassword,
    /// A literal value under a name such as `DB_PASSWORD`.
    NamedLikeSecret,
}
