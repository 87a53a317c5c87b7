//! The snapshot itself, and one account of it.

use std::borrow::Borrow;
use std::collections::{BTreeSet, HashSet};
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    AccessKey, AccountSummary, Alarm, Analyzer, BuildProject, ConfigRule, ConfigurationRecorder,
    CredentialReport, Detector, EventRule, Function, Group, IdentityCenter, Instance, LastAccessed,
    LaunchTemplateVersion, ManagedInstance, ManagedPolicy, Membership, MetricFilter, MfaDevice,
    NetworkInterface, OidcProvider, Parameter, PasswordPolicy, PrefixList, RecorderStatus, Role,
    RootUser, SamlProvider, Secret, SecurityGroup, SecurityHub, SessionPreferences, Subscription,
    TaskDefinition, Topic, Trail, User, VirtualMfaDevice,
};
use crate::{Call, Gap, Known, Listing};

/// Everything collected from an organization, or from one account, at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// What is about the organization as a whole.
    pub head: Head,
    /// The accounts, sorted by id.
    pub accounts: Vec<Account>,
}

/// What stands before the accounts of a snapshot: all that more than one account needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// When the data was collected.
    pub taken_at: Timestamp,
    /// The accounts that the snapshot holds, sorted.
    pub accounts: Vec<AccountId>,
    /// The organization, or the certainty that there is none.
    pub organization: Known<Membership>,
    /// IAM Identity Center.
    pub identity_center: IdentityCenter,
    /// The access analyzers of the organization, in whichever of the accounts they stand: the
    /// others don't see them. A gap says in `about` which account it is about.
    #[serde(default = "unread::analyzers")]
    pub organization_analyzers: Listing<Analyzer>,
}

impl Head {
    /// A head that knows nothing but the time.
    pub fn new(taken_at: Timestamp) -> Self {
        Self {
            taken_at,
            accounts: Vec::new(),
            organization: Known::Gap(Gap::not_collected(Call::DescribeOrganization)),
            identity_center: IdentityCenter::default(),
            organization_analyzers: unread::analyzers(),
        }
    }

    /// Takes the analyzers of the organization from the accounts of the snapshot. An account whose
    /// regions are not known may have others.
    pub fn note_analyzers(&mut self, accounts: impl IntoIterator<Item = impl Borrow<Account>>) {
        let mut found = Listing::complete(Vec::new());
        let mut is_asked = false;
        for account in accounts {
            let account = account.borrow();
            is_asked |= account.analyzers != unread::analyzers();
            let of_all = |it: &&Analyzer| it.kind.starts_with("ORGANIZATION");
            found.items.extend(account.analyzers.iter().filter(of_all).cloned());
            let gaps = account.analyzers.gaps.iter().chain(account.regions.value().err());
            found.gaps.extend(gaps.map(|gap| gap.clone().about(account.id.as_str())));
        }
        found.gaps.sort();
        found.gaps.dedup();
        self.organization_analyzers = if is_asked { found } else { unread::analyzers() };
    }
}

/// An account's 12 digits. Input that names no account is filed under [`AccountId::UNKNOWN`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(pub String);

impl AccountId {
    /// What stands for the id of an account that the input does not name.
    pub const UNKNOWN: &'static str = "unknown";

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for AccountId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are named after the calls that answer them")]
pub struct Account {
    /// The account's id.
    pub id: AccountId,
    /// The regions that are on in the account, sorted.
    #[serde(default = "unread::regions")]
    pub regions: Known<Vec<String>>,
    /// The root user, as far as a root session was opened.
    #[serde(default = "unread::root")]
    pub root: Known<RootUser>,
    pub credential_report: Known<CredentialReport>,
    pub summary: Known<AccountSummary>,
    /// `None` where AWS says that the account has no password policy.
    pub password_policy: Known<Option<PasswordPolicy>>,
    pub users: Listing<User>,
    pub groups: Listing<Group>,
    pub roles: Listing<Role>,
    /// Customer-managed policies, and the AWS-managed ones that are attached to something.
    pub policies: Listing<ManagedPolicy>,
    /// Which services users and roles used: those of [`Account::last_accessed_subjects`].
    #[serde(default = "unread::last_accessed")]
    pub last_accessed: Listing<LastAccessed>,
    pub access_keys: Listing<AccessKey>,
    pub mfa_devices: Listing<MfaDevice>,
    pub virtual_mfa_devices: Listing<VirtualMfaDevice>,
    pub saml_providers: Listing<SamlProvider>,
    pub oidc_providers: Listing<OidcProvider>,
    pub instances: Listing<Instance>,
    pub security_groups: Listing<SecurityGroup>,
    pub network_interfaces: Listing<NetworkInterface>,
    pub prefix_lists: Listing<PrefixList>,
    pub managed_instances: Listing<ManagedInstance>,
    /// One for each region that was asked.
    pub session_preferences: Listing<SessionPreferences>,
    pub secrets: Listing<Secret>,
    pub functions: Listing<Function>,
    pub trails: Listing<Trail>,
    #[serde(default = "unread::metric_filters")]
    pub metric_filters: Listing<MetricFilter>,
    #[serde(default = "unread::alarms")]
    pub alarms: Listing<Alarm>,
    /// Rules on the default event bus.
    #[serde(default = "unread::event_rules")]
    pub event_rules: Listing<EventRule>,
    #[serde(default = "unread::subscriptions")]
    pub subscriptions: Listing<Subscription>,
    /// The account's topics that its alarms and rules name.
    #[serde(default = "unread::topics")]
    pub topics: Listing<Topic>,
    #[serde(default = "unread::launch_templates")]
    pub launch_templates: Listing<LaunchTemplateVersion>,
    #[serde(default = "unread::parameters")]
    pub parameters: Listing<Parameter>,
    /// The latest revision of each family.
    #[serde(default = "unread::task_definitions")]
    pub task_definitions: Listing<TaskDefinition>,
    #[serde(default = "unread::build_projects")]
    pub build_projects: Listing<BuildProject>,
    #[serde(default = "unread::configuration_recorders")]
    pub configuration_recorders: Listing<ConfigurationRecorder>,
    #[serde(default = "unread::recorder_statuses")]
    pub recorder_statuses: Listing<RecorderStatus>,
    #[serde(default = "unread::config_rules")]
    pub config_rules: Listing<ConfigRule>,
    /// Security Hub CSPM.
    #[serde(default = "unread::security_hubs")]
    pub security_hubs: Listing<SecurityHub>,
    /// Security Hub.
    #[serde(default = "unread::security_hubs_v2")]
    pub security_hubs_v2: Listing<SecurityHub>,
    #[serde(default = "unread::detectors")]
    pub detectors: Listing<Detector>,
    #[serde(default = "unread::analyzers")]
    pub analyzers: Listing<Analyzer>,
}

impl Account {
    /// The permissions boundaries whose policies are not among [`Self::policies`]: AWS's list of an
    /// account's policies leaves out policies of its own that nothing but a boundary uses.
    /// [`Call::GetPolicy`] and [`Call::GetPolicyVersion`] answer about them.
    pub fn unlisted_boundaries(&self) -> BTreeSet<&str> {
        let listed: HashSet<&str> = self.policies.iter().map(|it| it.arn.as_str()).collect();
        let users = self.users.iter().filter_map(|user| user.boundary.as_deref());
        let roles = self.roles.iter().filter_map(|role| role.boundary.as_deref());
        users.chain(roles).filter(|arn| !listed.contains(arn)).collect()
    }

    /// An account of which nothing was read yet.
    pub fn unread(id: AccountId) -> Self {
        fn unread<T>(call: Call) -> Listing<T> {
            Listing::missing(Gap::not_collected(call))
        }
        Self {
            id,
            regions: unread::regions(),
            root: unread::root(),
            credential_report: Known::Gap(Gap::not_collected(Call::GetCredentialReport)),
            summary: Known::Gap(Gap::not_collected(Call::GetAccountSummary)),
            password_policy: Known::Gap(Gap::not_collected(Call::GetAccountPasswordPolicy)),
            users: unread(Call::GetAccountAuthorizationDetails),
            groups: unread(Call::GetAccountAuthorizationDetails),
            roles: unread(Call::GetAccountAuthorizationDetails),
            policies: unread(Call::GetAccountAuthorizationDetails),
            last_accessed: unread::last_accessed(),
            access_keys: unread(Call::ListAccessKeys),
            mfa_devices: unread(Call::ListMfaDevices),
            virtual_mfa_devices: unread(Call::ListVirtualMfaDevices),
            saml_providers: unread(Call::ListSamlProviders),
            oidc_providers: unread(Call::ListOpenIdConnectProviders),
            instances: unread(Call::DescribeInstances),
            security_groups: unread(Call::DescribeSecurityGroups),
            network_interfaces: unread(Call::DescribeNetworkInterfaces),
            prefix_lists: unread(Call::GetManagedPrefixListEntries),
            managed_instances: unread(Call::DescribeInstanceInformation),
            session_preferences: unread(Call::GetDocument),
            secrets: unread(Call::ListSecrets),
            functions: unread(Call::ListFunctions),
            trails: unread(Call::DescribeTrails),
            metric_filters: unread::metric_filters(),
            alarms: unread::alarms(),
            event_rules: unread::event_rules(),
            subscriptions: unread::subscriptions(),
            topics: unread::topics(),
            launch_templates: unread::launch_templates(),
            parameters: unread::parameters(),
            task_definitions: unread::task_definitions(),
            build_projects: unread::build_projects(),
            configuration_recorders: unread::configuration_recorders(),
            recorder_statuses: unread::recorder_statuses(),
            config_rules: unread::config_rules(),
            security_hubs: unread::security_hubs(),
            security_hubs_v2: unread::security_hubs_v2(),
            detectors: unread::detectors(),
            analyzers: unread::analyzers(),
        }
    }
}

/// What stands for a list in a file that is older than the list.
mod unread {
    use super::{
        Alarm, Analyzer, BuildProject, Call, ConfigRule, ConfigurationRecorder, Detector,
        EventRule, Gap, Known, LastAccessed, LaunchTemplateVersion, Listing, MetricFilter,
        Parameter, RecorderStatus, RootUser, SecurityHub, Subscription, TaskDefinition, Topic,
    };

    macro_rules! unread {
        ($($list:ident: $item:ty, $call:ident;)+) => { $(
            pub(super) fn $list() -> Listing<$item> {
                Listing::missing(Gap::not_collected(Call::$call))
            }
        )+ };
    }

    pub(super) fn regions() -> Known<Vec<String>> {
        Known::Gap(Gap::not_collected(Call::DescribeRegions))
    }

    pub(super) fn root() -> Known<RootUser> {
        Known::Gap(Gap::not_collected(Call::AssumeRoot))
    }

    unread! {
        last_accessed: LastAccessed, GetServiceLastAccessedDetails;
        configuration_recorders: ConfigurationRecorder, DescribeConfigurationRecorders;
        recorder_statuses: RecorderStatus, DescribeConfigurationRecorderStatus;
        config_rules: ConfigRule, DescribeConfigRules;
        security_hubs: SecurityHub, DescribeHub;
        security_hubs_v2: SecurityHub, DescribeSecurityHubV2;
        detectors: Detector, ListDetectors;
        analyzers: Analyzer, ListAnalyzers;
        launch_templates: LaunchTemplateVersion, DescribeLaunchTemplateVersions;
        parameters: Parameter, DescribeParameters;
        task_definitions: TaskDefinition, ListTaskDefinitionFamilies;
        build_projects: BuildProject, ListProjects;
        metric_filters: MetricFilter, DescribeMetricFilters;
        alarms: Alarm, DescribeAlarms;
        event_rules: EventRule, ListRules;
        subscriptions: Subscription, ListSubscriptions;
        topics: Topic, GetTopicAttributes;
    }
}
