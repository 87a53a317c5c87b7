//! Strategies for the whole model: everything that the types allow, plausible or not.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use jiff::Timestamp;
use keyward_policy::Document;
use keyward_snapshot::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A type of the model, and any value of it.
trait Any: Sized + Debug + 'static {
    fn any() -> BoxedStrategy<Self>;
}

fn any<T: Any>() -> BoxedStrategy<T> {
    T::any()
}

/// Snapshots that can be written: the head lists the accounts, sorted.
pub(crate) fn snapshot() -> impl Strategy<Value = Snapshot> {
    let accounts = vec((any::<AccountId>(), any::<Account>()), 0..3);
    (any::<Head>(), accounts).prop_map(|(mut head, accounts)| {
        let accounts: BTreeMap<AccountId, Account> = accounts.into_iter().collect();
        head.accounts = accounts.keys().cloned().collect();
        let named = accounts.into_iter().map(|(id, account)| Account { id, ..account });
        Snapshot { head, accounts: named.collect() }
    })
}

const POLICIES: &[&str] = &[
    r#"{"Version":"2012-10-17","Statement":[]}"#,
    r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#,
    r#"{"Version":"2012-10-17","Statement":[{"Sid":"é \" \\ 𝒳 \n","Effect":"Deny",
        "NotAction":["iam:*","sts:*"],"Resource":"*","Condition":{"Null":{"aws:TokenIssueTime":"true"},
        "NumericLessThan":{"s3:max-keys":10.50}}}]}"#,
    r#"{"Version":"2008-10-17","Id":"trust","Statement":[{"Effect":"Allow",
        "Principal":{"AWS":["111122223333","arn:aws:iam::444455556666:root"],"Service":"ec2.amazonaws.com"},
        "Action":"sts:AssumeRole"}]}"#,
];

impl Any for Arc<Document> {
    fn any() -> BoxedStrategy<Self> {
        select(POLICIES).prop_map(|text| Self::new(Document::parse(text).unwrap())).boxed()
    }
}

impl Any for String {
    fn any() -> BoxedStrategy<Self> {
        let character =
            prop_oneof![4 => select(vec!['a', 'Z', '/', '-', '0', '*']), 1 => any_char()];
        vec(character, 0..6).prop_map(|characters| characters.into_iter().collect()).boxed()
    }
}

fn any_char() -> impl Strategy<Value = char> {
    proptest::char::any()
}

impl Any for Timestamp {
    fn any() -> BoxedStrategy<Self> {
        let seconds = Self::MIN.as_second()..Self::MAX.as_second();
        let nanoseconds = prop_oneof![Just(0), 0..1_000_000_000];
        (seconds, nanoseconds).prop_map(|(s, ns)| Self::new(s, ns).unwrap_or(Self::MIN)).boxed()
    }
}

impl Any for bool {
    fn any() -> BoxedStrategy<Self> {
        proptest::bool::ANY.boxed()
    }
}

impl Any for u16 {
    fn any() -> BoxedStrategy<Self> {
        proptest::num::u16::ANY.boxed()
    }
}

impl Any for u32 {
    fn any() -> BoxedStrategy<Self> {
        proptest::num::u32::ANY.boxed()
    }
}

impl Any for u64 {
    fn any() -> BoxedStrategy<Self> {
        proptest::num::u64::ANY.boxed()
    }
}

impl<T: Any> Any for Option<T> {
    fn any() -> BoxedStrategy<Self> {
        proptest::option::of(T::any()).boxed()
    }
}

impl<T: Any> Any for Vec<T> {
    fn any() -> BoxedStrategy<Self> {
        vec(T::any(), 0..3).boxed()
    }
}

impl<T: Any> Any for [T; 2] {
    fn any() -> BoxedStrategy<Self> {
        [T::any(), T::any()].boxed()
    }
}

impl<A: Any, B: Any> Any for (A, B) {
    fn any() -> BoxedStrategy<Self> {
        (A::any(), B::any()).boxed()
    }
}

impl<T: Any> Any for Known<T> {
    fn any() -> BoxedStrategy<Self> {
        prop_oneof![T::any().prop_map(Self::Value), any().prop_map(Self::Gap)].boxed()
    }
}

impl<T: Any> Any for Listing<T> {
    fn any() -> BoxedStrategy<Self> {
        any().prop_map(|(items, gaps)| Self { items, gaps }).boxed()
    }
}

impl Any for Membership {
    fn any() -> BoxedStrategy<Self> {
        let member = any::<Organization>().prop_map(|member| Self::Member(Box::new(member)));
        prop_oneof![1 => Just(Self::None), 3 => member].boxed()
    }
}

impl Any for LastUse {
    fn any() -> BoxedStrategy<Self> {
        prop_oneof![any().prop_map(Self::At), Just(Self::Never), Just(Self::Unrecorded)].boxed()
    }
}

impl Any for RoleLastUsed {
    fn any() -> BoxedStrategy<Self> {
        let at = any().prop_map(|(at, region)| Self::At(at, region));
        prop_oneof![at, Just(Self::NotTracked), Just(Self::NotReported)].boxed()
    }
}

impl Any for Source {
    fn any() -> BoxedStrategy<Self> {
        prop_oneof![
            any().prop_map(Self::Range),
            any().prop_map(Self::PrefixList),
            any().prop_map(Self::SecurityGroup),
        ]
        .boxed()
    }
}

impl Any for ParameterValue {
    fn any() -> BoxedStrategy<Self> {
        prop_oneof![Just(Self::Encrypted), any().prop_map(Self::Plain)].boxed()
    }
}

impl Any for RecordedTypes {
    fn any() -> BoxedStrategy<Self> {
        prop_oneof![
            Just(Self::AllButIam),
            Just(Self::All),
            any().prop_map(Self::Only),
            any().prop_map(Self::AllExcept),
        ]
        .boxed()
    }
}

impl Any for Reason {
    fn any() -> BoxedStrategy<Self> {
        prop_oneof![
            Just(Self::NotCollected),
            any().prop_map(Self::Refused),
            any().prop_map(Self::Failed),
            Just(Self::Truncated)
        ]
        .boxed()
    }
}

impl Any for Call {
    fn any() -> BoxedStrategy<Self> {
        select(Self::ALL).boxed()
    }
}

impl Any for AccountId {
    fn any() -> BoxedStrategy<Self> {
        any().prop_map(Self).boxed()
    }
}

/// Enums without data.
macro_rules! any_of {
    ($($name:ident: $($variant:ident),+;)+) => { $(
        impl Any for $name {
            fn any() -> BoxedStrategy<Self> {
                select(vec![$(Self::$variant),+]).boxed()
            }
        }
    )+ };
}

any_of! {
    FeatureSet: All, ConsolidatedBilling;
    InstanceState: Running, Stopped, Terminated;
    PolicyKind: ServiceControl, ResourceControl;
    PrincipalKind: User, Group;
    RuleState: Enabled, EnabledWithReads, Disabled;
    SecretKind: AwsAccessKeyId, AwsSecretAccessKey, PrivateKey, IssuedToken, UrlWithPassword,
        NamedLikeSecret;
    Unreadable: NotBase64, NotText, TooLong;
}

/// Structs: any value in each field. A field that is forgotten does not compile.
macro_rules! any_struct {
    ($($name:ident { $($field:ident),+ $(,)? })+) => { $(
        impl Any for $name {
            fn any() -> BoxedStrategy<Self> {
                prop_compose! {
                    fn value()($($field in any()),+) -> $name { $name { $($field),+ } }
                }
                value().boxed()
            }
        }
    )+ };
}

any_struct! {
    Gap { call, about, region, reason }
    Head { taken_at, accounts, organization, identity_center, organization_analyzers }
    Organization { id, management_account, features, roots, accounts, parents, policies }
    Root { id, enabled_policy_types }
    MemberAccount { id, name, email, active }
    ControlPolicy { id, name, kind, document, targets }
    IdentityCenter { instances, permission_sets, assignments, users, groups, memberships }
    CenterInstance { arn, owner, identity_store, status }
    PermissionSet { arn, name, session_seconds, managed, inline }
    Assignment { account, permission_set, principal_kind, principal_id }
    DirectoryUser { id, name, external_ids }
    DirectoryGroup { id, name, external_ids }
    GroupMembership { group, user }
    Account {
        id, regions, root, last_accessed, credential_report, summary, password_policy, users, groups, roles, policies,
        access_keys, mfa_devices, virtual_mfa_devices, saml_providers, oidc_providers, instances,
        security_groups, network_interfaces, prefix_lists, managed_instances, session_preferences,
    alarms, analyzers, build_projects, config_rules, configuration_recorders, detectors, event_rules, functions, launch_templates, metric_filters, parameters, recorder_statuses, secrets, security_hubs, security_hubs_v2, subscriptions, task_definitions, topics, trails,
    }
    CredentialReport { generated_at, rows }
    CredentialRow {
        user, arn, created, password_enabled, password_last_used, password_last_changed,
        mfa_active, keys, certificates,
    }
    KeySlot { active, last_rotated, last_used, last_used_region, last_used_service }
    CertificateSlot { active, last_rotated }
    AccountSummary { root_mfa, root_access_keys, root_certificates, root_password }
    PasswordPolicy {
        minimum_length, require_symbols, require_numbers, require_uppercase, require_lowercase,
        max_age_days, reuse_prevention,
    }
    RootUser { mfa_devices, access_keys, has_password, active_certificates }
    LastAccessed { principal, reported, services }
    ServiceUse { service, last }
    AccessKey { id, user, active, created }
    MfaDevice { user, serial_number }
    VirtualMfaDevice { serial_number, user_arn }
    InlinePolicy { name, document }
    AttachedPolicy { arn, name }
    User { name, arn, id, created, groups, inline, attached, boundary, tags }
    Group { name, arn, inline, attached }
    Role {
        name, path, arn, id, created, trust, inline, attached, boundary, instance_profiles,
        last_used, max_session_seconds, tags,
    }
    ManagedPolicy { arn, name, attachments, boundary_uses, document }
    SamlProvider { arn, valid_until }
    OidcProvider { arn }
    Instance {
        id, region, name, state, instance_profile, metadata, security_groups, public_address,
        platform, launched, user_data,
    }
    MetadataOptions { enabled, tokens_required }
    SecurityGroup { id, name, region, vpc, inbound }
    Rule { protocol, ports, sources }
    NetworkInterface { id, region, security_groups, instance, public_address }
    PrefixList { id, region, ranges }
    ManagedInstance { id, region, online }
    SessionPreferences {
        region, exists, s3_bucket, s3_encryption_enabled, cloudwatch_log_group,
        cloudwatch_encryption_enabled, kms_key, run_as_enabled, idle_timeout_minutes,
        max_duration_minutes,
    }
    Function { arn, name, region, role, environment, environment_withheld }
    EnvironmentVariable { name, secret }
    UserData { lines, secrets, unreadable }
    SecretInText { line, kind }
    LaunchTemplateVersion { template, name, region, version, is_default, user_data }
    Parameter { arn, name, region, value }
    TaskDefinition { arn, family, region, containers }
    Container { name, environment, labels, log_options, command }
    BuildProject { arn, name, region, environment, buildspec }
    Secret {
        arn, name, region, created, last_changed, last_rotated, last_accessed, next_rotation,
        rotation_enabled, rotation_function, rotation_rules, deleted, owning_service, kms_key,
        resource_policy,
    }
    RotationRules { automatically_after_days, schedule }
    Trail {
        arn, name, home_region, multi_region, organization, global_service_events, validation,
        bucket, kms_key, log_group, logging, management_events,
    }
    ConfigurationRecorder { name, region, records, service }
    RecorderStatus { name, region, recording, service }
    ConfigRule { name, region, owner, identifier, active, narrowed, created_by }
    SecurityHub { arn, region }
    Detector { id, region, state }
    DetectorState { enabled, features }
    Analyzer { arn, name, region, kind, status, excluded_accounts }
    MetricFilter { name, region, log_group, pattern, transformations, on_transformed_logs }
    MetricTransformation { namespace, metric, value, has_default, dimensions }
    Alarm {
        arn, name, region, namespace, metric, statistic, dimensions, evaluation_periods,
        datapoints_to_alarm, threshold, operator, missing_data, actions_enabled, actions,
    }
    EventRule { arn, name, region, pattern, state, targets }
    RuleTarget { arn, role }
    Subscription { arn, topic, region, protocol, domain }
    Topic { arn, policy, kms_key, confirmed }
    ManagementEvents { read, write, excluded_sources, is_narrowed }
}
