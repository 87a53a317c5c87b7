//! What to collect, and how gently.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use keyward_snapshot::{AccountId, Call};

/// What to collect, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The profile of AWS's configuration files; `None` for what the environment says.
    pub profile: Option<String>,
    /// Which accounts.
    pub accounts: Accounts,
    /// Only accounts below these organizational units or roots (ids), unless empty.
    pub units: Vec<String>,
    /// No accounts below these organizational units (ids).
    pub units_left: Vec<String>,
    /// The name of the role in each member account, with its path if it has one.
    pub role: String,
    /// The external id that the role asks for.
    pub external_id: Option<String>,
    /// The name of the sessions, which CloudTrail shows.
    pub session_name: String,
    /// Only these regions, unless empty. Regions that are off in an account are never asked.
    pub regions: Vec<String>,
    /// Calls that are not made: what they would answer stays not collected.
    pub left_out: BTreeSet<Call>,
    /// Whether to look at the root users of member accounts, each in a session of its own.
    pub root_sessions: bool,
    /// How many accounts are read side by side.
    pub accounts_at_once: usize,
    /// How many regions of one account are read side by side.
    pub regions_at_once: usize,
    /// How many requests, and how long to wait.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            profile: None,
            accounts: Accounts::All,
            units: Vec::new(),
            units_left: Vec::new(),
            role: "OrganizationAccountAccessRole".to_owned(),
            external_id: None,
            session_name: "keyward".to_owned(),
            regions: Vec::new(),
            left_out: BTreeSet::new(),
            root_sessions: false,
            accounts_at_once: 8,
            regions_at_once: 8,
            limits: Limits::default(),
        }
    }
}

/// Which accounts to collect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accounts {
    /// All active accounts of the organization; without one, the caller's.
    All,
    /// The caller's account alone.
    Caller,
    /// These.
    Ids(Vec<AccountId>),
}

/// How many requests a service gets in one account, over all regions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Requests a second, on average.
    pub per_second: f64,
    /// Requests at once after a pause.
    pub burst: f64,
}

/// Limits of requests and of time.
///
/// AWS's limits are shared with everything else that runs in the account, so that a collection
/// takes a part of them only. EC2 refills 20 requests a second for most of its `Describe` calls;
/// CloudTrail allows 10 a second, CloudWatch Logs 5 for `DescribeMetricFilters`; those of
/// Organizations and Identity Center are shared by the whole organization, and IAM's are not
/// documented.
///
/// Source: <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>,
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>.
#[derive(Clone, Debug)]
pub struct Limits {
    /// For a service that `services` does not name.
    pub rate: Rate,
    /// By the name of the SDK's crate without `aws_sdk_`, such as `organizations`.
    pub services: BTreeMap<String, Rate>,
    /// How often a request is made before it counts as failed.
    pub attempts_max: u32,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long the first byte of an answer may take.
    pub read_timeout: Duration,
    /// How long a call may take with all its attempts and pauses.
    pub call_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let rate = |per_second, burst| Rate { per_second, burst };
        let services = [("organizations", rate(3.0, 5.0)), ("cloudwatchlogs", rate(2.0, 5.0))];
        Self {
            rate: rate(5.0, 10.0),
            services: services.map(|(name, rate)| (name.to_owned(), rate)).into(),
            attempts_max: 6,
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(30),
            call_timeout: Duration::from_mins(5),
        }
    }
}

impl Limits {
    /// The rate of a service.
    pub fn rate_of(&self, service: &str) -> Rate {
        self.services.get(service).copied().unwrap_or(self.rate)
    }
}
