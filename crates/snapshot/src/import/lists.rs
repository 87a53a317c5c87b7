//! Lists of one shape, in a table: a member of an answer that holds one kind of thing, which goes
//! into one field of the account.

use std::collections::BTreeSet;

use super::documents::Documents;
use super::error::ImportError;
use super::gathered::{Gathered, Regions, WHOLE, list_of_region};
use super::item::Item;
use super::origin::Origin;
use super::place::Evidence;
use super::{alarms, ec2, iam, monitoring, plain_sight, services};
use crate::{
    Account, Alarm, Analyzer, Call, ConfigRule, ConfigurationRecorder, Detector, EventRule, Gap,
    Instance, LaunchTemplateVersion, ManagedInstance, MetricFilter, NetworkInterface, OidcProvider,
    Reach, RecorderStatus, SamlProvider, Secret, SecurityGroup, Subscription, VirtualMfaDevice,
};

/// What stands for the region of something whose region the input does not tell.
pub(super) const UNKNOWN_REGION: &str = "unknown";

/// An item of a list.
pub(super) trait Listed {
    /// What tells it from the others.
    fn key(&self) -> String;

    /// Its region, where it tells itself; empty or `None` where it does not.
    fn region(&self) -> Option<&str> {
        None
    }

    /// Fills in the region, if only the origin of the answer tells it.
    fn settle(&mut self, region: Option<&str>);
}

/// How one list is read.
pub(super) struct Row {
    pub(super) call: Call,
    /// The member of the answer.
    pub(super) member: &'static str,
    /// Whether other calls have a list of that name, so that items of other shapes are no errors.
    pub(super) is_shared: bool,
    /// Puts an item into its list; false if it belongs to another call.
    pub(super) take:
        fn(&Item<'_>, &mut Documents, &mut Evidence, &mut Items) -> Result<bool, ImportError>,
    /// Takes out what was read.
    pub(super) page: fn(&mut Items) -> Page,
}

/// How an item becomes what the list holds: `each` is one of the call's for certain, `some` may
/// belong to another call, and `many` holds several.
macro_rules! taking {
    (each, $convert:path, $item:ident, $documents:ident, $evidence:ident, $into:expr) => {{
        let _ = $documents;
        $into.push($convert($item, $evidence)?);
        Ok(true)
    }};
    (some, $convert:path, $item:ident, $documents:ident, $evidence:ident, $into:expr) => {{
        let _ = $documents;
        let found = $convert($item, $evidence)?;
        let is_own = found.is_some();
        $into.extend(found);
        Ok(is_own)
    }};
    (many, $convert:path, $item:ident, $documents:ident, $evidence:ident, $into:expr) => {{
        let _ = $documents;
        $into.extend($convert($item, $evidence)?);
        Ok(true)
    }};
}

macro_rules! is_shared {
    (some) => {
        true
    };
    ($other:ident) => {
        false
    };
}

macro_rules! lists {
    ($(
        $field:ident: $item:ident, $call:ident, $member:literal, $how:ident $convert:path;
    )+) => {
        /// The items of one document.
        #[derive(Default)]
        pub(super) struct Items { $($field: Vec<$item>,)+ }

        /// One page of a list, named after the call.
        pub(super) enum Page { $($call(Vec<$item>),)+ }

        impl Page {
            pub(super) fn is_empty(&self) -> bool {
                match self { $(Self::$call(items) => items.is_empty(),)+ }
            }

            /// The first region that an item names.
            pub(super) fn region(&self) -> Option<&str> {
                match self { $(Self::$call(items) => first_region(items),)+ }
            }
        }

        /// All lists of the table.
        pub(super) static ROWS: &[Row] = &[$(Row {
            call: Call::$call,
            member: $member,
            is_shared: is_shared!($how),
            take: |item, documents, evidence, items| {
                taking!($how, $convert, item, documents, evidence, items.$field)
            },
            page: |items| Page::$call(std::mem::take(&mut items.$field)),
        },)+];

        /// The lists of one account.
        #[derive(Default)]
        pub(super) struct Lists { $($field: Gathered<$item>,)+ }

        impl Lists {
            /// Adds a page; `more` says that another one follows.
            pub(super) fn add(
                &mut self, origin: &Origin, region: Option<&str>, more: bool, page: Page,
            ) {
                match page { $(Page::$call(items) => {
                    add(&mut self.$field, Call::$call, origin, region, more, items);
                })+ }
            }

            /// Notes that a call has no answer; false if it is not one of these.
            pub(super) fn refuse(
                &mut self, origin: &Origin, region: Option<&str>, gap: &Gap,
            ) -> bool {
                match gap.call {
                    $(Call::$call => {
                        let list = list_name(Call::$call, origin, region);
                        self.$field.refuse(&list, gap.clone());
                    })+
                    _ => return false,
                }
                true
            }

            /// The regions that items name.
            pub(super) fn regions(&self) -> BTreeSet<String> {
                let mut regions = BTreeSet::new();
                $(regions.extend(
                    self.$field.items().iter().filter_map(Listed::region).map(str::to_owned),
                );)+
                regions.remove("");
                regions.remove(UNKNOWN_REGION);
                regions
            }

            /// Puts the lists into the account, in the order of the table.
            pub(super) fn assemble(self, regions: &Regions, account: &mut Account) {
                $(
                    account.$field = listing(self.$field, Call::$call, regions);
                )+
            }
        }
    };
}

lists! {
    virtual_mfa_devices: VirtualMfaDevice, ListVirtualMfaDevices, "VirtualMFADevices", each iam::virtual_mfa_device;
    saml_providers: SamlProvider, ListSamlProviders, "SAMLProviderList", each iam::saml_provider;
    oidc_providers: OidcProvider, ListOpenIdConnectProviders, "OpenIDConnectProviderList", each iam::oidc_provider;
    instances: Instance, DescribeInstances, "Reservations", many ec2::reservation;
    security_groups: SecurityGroup, DescribeSecurityGroups, "SecurityGroups", each ec2::security_group;
    network_interfaces: NetworkInterface, DescribeNetworkInterfaces, "NetworkInterfaces", each ec2::network_interface;
    managed_instances: ManagedInstance, DescribeInstanceInformation, "InstanceInformationList", each ec2::managed_instance;
    secrets: Secret, ListSecrets, "SecretList", each services::secret;
    metric_filters: MetricFilter, DescribeMetricFilters, "metricFilters", each alarms::metric_filter;
    alarms: Alarm, DescribeAlarms, "MetricAlarms", each alarms::alarm;
    event_rules: EventRule, ListRules, "Rules", some alarms::event_rule;
    subscriptions: Subscription, ListSubscriptions, "Subscriptions", some alarms::subscription;
    launch_templates: LaunchTemplateVersion, DescribeLaunchTemplateVersions, "LaunchTemplateVersions", each plain_sight::launch_template_version;
    configuration_recorders: ConfigurationRecorder, DescribeConfigurationRecorders, "ConfigurationRecorders", each monitoring::recorder;
    recorder_statuses: RecorderStatus, DescribeConfigurationRecorderStatus, "ConfigurationRecordersStatus", each monitoring::recorder_status;
    config_rules: ConfigRule, DescribeConfigRules, "ConfigRules", each monitoring::config_rule;
    detectors: Detector, ListDetectors, "DetectorIds", each monitoring::detector;
    analyzers: Analyzer, ListAnalyzers, "analyzers", each monitoring::analyzer;
}

/// The row of a list of this name.
pub(super) fn rows(member: &str) -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(move |row| row.member == member)
}

/// Whether several calls have a list of this name.
pub(super) fn is_shared(member: &str) -> bool {
    rows(member).any(|row| row.is_shared)
}

fn first_region<T: Listed>(items: &[T]) -> Option<&str> {
    items.iter().filter_map(Listed::region).find(|region| !region.is_empty())
}

/// The name of the list that an answer is a page of.
fn list_name(call: Call, origin: &Origin, region: Option<&str>) -> String {
    match call.reach() {
        Reach::Region => list_of_region(region, origin.folder()),
        _ => WHOLE.to_owned(),
    }
}

fn add<T: Listed>(
    gathered: &mut Gathered<T>,
    call: Call,
    origin: &Origin,
    region: Option<&str>,
    more: bool,
    mut items: Vec<T>,
) {
    for item in &mut items {
        item.settle(region);
    }
    gathered.page(&list_name(call, origin, region), more, items);
}

/// The list with its gaps.
fn listing<T: Listed>(gathered: Gathered<T>, call: Call, regions: &Regions) -> crate::Listing<T> {
    match call.reach() {
        // Events of IAM, and most of signing in, appear in one region only.
        Reach::Region if call == Call::ListRules => {
            gathered.regional(call, &regions.and_global(), Listed::key)
        }
        Reach::Region => gathered.regional(call, regions, Listed::key),
        _ => gathered.listing(call, Listed::key),
    }
}

/// Things that live in a region, which `region` holds, and that these fields tell apart.
macro_rules! regional {
    ($($item:ident by $($key:ident)+;)+) => {$(
        impl Listed for $item {
            fn key(&self) -> String {
                [$(self.$key.as_str()),+].join(" ")
            }

            fn region(&self) -> Option<&str> {
                Some(&self.region)
            }

            fn settle(&mut self, region: Option<&str>) {
                if self.region.is_empty() {
                    region.unwrap_or(UNKNOWN_REGION).clone_into(&mut self.region);
                }
            }
        }
    )+};
}

regional! {
    Instance by id;
    SecurityGroup by id;
    NetworkInterface by id;
    Secret by arn;
    ConfigurationRecorder by region name;
    RecorderStatus by region name;
    ConfigRule by region name;
    Detector by id;
    Analyzer by arn;
    Alarm by arn;
    EventRule by arn;
}

/// Things of the account as a whole.
macro_rules! global {
    ($($item:ident by $key:ident;)+) => {$(
        impl Listed for $item {
            fn key(&self) -> String {
                self.$key.clone()
            }

            fn settle(&mut self, _: Option<&str>) {}
        }
    )+};
}

global! {
    VirtualMfaDevice by serial_number;
    SamlProvider by arn;
    OidcProvider by arn;
}

impl Listed for ManagedInstance {
    fn key(&self) -> String {
        format!("{} {}", self.region.as_deref().unwrap_or_default(), self.id)
    }

    fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    fn settle(&mut self, region: Option<&str>) {
        self.region = region.map(str::to_owned);
    }
}

impl Listed for LaunchTemplateVersion {
    fn key(&self) -> String {
        format!("{} {}", self.template, self.version)
    }

    fn region(&self) -> Option<&str> {
        Some(&self.region)
    }

    fn settle(&mut self, region: Option<&str>) {
        region.unwrap_or(UNKNOWN_REGION).clone_into(&mut self.region);
    }
}
