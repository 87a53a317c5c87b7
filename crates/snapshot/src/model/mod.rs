//! The data of a snapshot, in AWS's words.

mod account;
mod alarms;
mod build_project;
mod compute;
mod credentials;
mod gaps;
mod identities;
mod identity_center;
mod last_accessed;
mod monitoring;
mod organization;
mod parameter;
mod root_user;
mod secret;
mod task_definition;
mod trail;
mod user_data;

pub use account::{Account, AccountId, Head, Snapshot};
pub use alarms::{
    Alarm, EventRule, ManagementEvents, MetricFilter, MetricTransformation, RuleState, RuleTarget,
    Subscription, Topic,
};
pub use build_project::BuildProject;
pub use compute::{
    EnvironmentVariable, Function, Instance, InstanceState, ManagedInstance, MetadataOptions,
    NetworkInterface, PrefixList, Rule, SecretKind, SecurityGroup, SessionPreferences, Source,
};
pub use credentials::{
    AccessKey, AccountSummary, CertificateSlot, CredentialReport, CredentialRow, KeySlot, LastUse,
    MfaDevice, PasswordPolicy, VirtualMfaDevice,
};
pub use identities::{
    AttachedPolicy, Group, InlinePolicy, ManagedPolicy, OidcProvider, Role, RoleLastUsed,
    SamlProvider, User,
};
pub use identity_center::{
    Assignment, CenterInstance, DirectoryGroup, DirectoryUser, GroupMembership, IdentityCenter,
    PermissionSet, PrincipalKind,
};
pub use last_accessed::{LastAccessed, ServiceUse};
pub use monitoring::{
    Analyzer, ConfigRule, ConfigurationRecorder, Detector, DetectorState, RecordedTypes,
    RecorderStatus, SecurityHub,
};
pub use organization::{
    ControlPolicy, FeatureSet, MemberAccount, Membership, Organization, PolicyKind, Root,
};
pub use parameter::{Parameter, ParameterValue};
pub use root_user::RootUser;
pub use secret::{RotationRules, Secret};
pub use task_definition::{Container, TaskDefinition};
pub use trail::Trail;
pub use user_data::{LaunchTemplateVersion, SecretInText, Unreadable, UserData};
