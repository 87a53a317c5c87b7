//! What is to be read, as the flags say it.

use clap::Args;
use keyward_aws::{Accounts, Options};
use keyward_snapshot::AccountId;

use super::calls::Calls;
use crate::configuration::{Configuration, is_account_id};

/// The role that comes with an account that the organization makes.
pub(crate) const ROLE: &str = "OrganizationAccountAccessRole";

const SESSION_NAME: &str = "keyward";

pub(super) const HEADING: &str = "What is read";

/// Who reads, and what.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = HEADING)]
pub(crate) struct Reading {
    /// The profile of AWS's configuration files
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// All accounts of the organization, the caller's alone, or these
    #[arg(long, value_name = "all|caller|ID,…", value_delimiter = ',', default_value = "all")]
    #[arg(value_parser = account)]
    accounts: Vec<Which>,
    /// Only accounts below these organizational units
    #[arg(long, value_name = "OU,…", value_delimiter = ',')]
    units: Vec<String>,
    /// No accounts below these organizational units
    #[arg(long, value_name = "OU,…", value_delimiter = ',')]
    except_units: Vec<String>,
    /// The role to assume in each account but the caller's [default: OrganizationAccountAccessRole]
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// The external id that the role asks for
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// The name of the sessions, which CloudTrail shows [default: keyward]
    #[arg(long, value_name = "NAME")]
    session_name: Option<String>,
    /// Only these regions [default: all that are on]
    #[arg(long, value_name = "REGION,…", value_delimiter = ',')]
    regions: Vec<String>,
    #[command(flatten)]
    calls: Calls,
    /// How many accounts are read side by side
    #[arg(long, value_name = "N", default_value_t = 8)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=64))]
    accounts_at_once: u16,
    /// Requests a second that each service of an account gets [default: what leaves most of AWS's
    /// limits to others]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100))]
    rate: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Which {
    All,
    Caller,
    Id(AccountId),
}

impl Reading {
    /// The same, with what the configuration says where there is no flag.
    pub(crate) fn or(mut self, configuration: &Configuration) -> Self {
        let text = |key| configuration.text(key).map(str::to_owned);
        self.role = self.role.or_else(|| text("role"));
        self.external_id = self.external_id.or_else(|| text("external_id"));
        self.session_name = self.session_name.or_else(|| text("session_name"));
        if self.regions.is_empty() {
            self.regions = configuration.texts("regions");
        }
        self
    }

    /// The same, for the crate that reads.
    pub(crate) fn options(&self) -> Options {
        let ids = self.accounts.iter().filter_map(|which| match which {
            Which::Id(id) => Some(id.clone()),
            Which::All | Which::Caller => None,
        });
        let mut options = Options {
            profile: self.profile.clone(),
            accounts: match self.accounts.as_slice() {
                [Which::All] => Accounts::All,
                [Which::Caller] => Accounts::Caller,
                _ => Accounts::Ids(ids.collect()),
            },
            units: self.units.clone(),
            units_left: self.except_units.clone(),
            role: self.role.clone().unwrap_or_else(|| ROLE.to_owned()),
            external_id: self.external_id.clone(),
            session_name: self.session_name.clone().unwrap_or_else(|| SESSION_NAME.to_owned()),
            regions: self.regions.clone(),
            left_out: self.calls.left_out(),
            root_sessions: self.calls.root_sessions(),
            accounts_at_once: usize::from(self.accounts_at_once),
            ..Options::default()
        };
        if let Some(rate) = self.rate {
            let rate = f64::from(rate);
            options.limits.rate = keyward_aws::Rate { per_second: rate, burst: 2.0 * rate };
            options.limits.services.clear();
        }
        options
    }

    /// The flags that decide what is read, as a run that goes on has to repeat them.
    pub(crate) fn choices(&self) -> Vec<String> {
        let accounts: Vec<String> = self.accounts.iter().map(Which::name).collect();
        let accounts = if accounts == ["all"] { Vec::new() } else { accounts };
        let lists = [
            ("--accounts", accounts),
            ("--units", self.units.clone()),
            ("--except-units", self.except_units.clone()),
            ("--regions", self.regions.clone()),
        ];
        lists
            .into_iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|(flag, values)| format!("{flag} {}", values.join(",")))
            .chain(self.calls.flags())
            .collect()
    }
}

impl Which {
    fn name(&self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Caller => "caller".to_owned(),
            Self::Id(id) => id.to_string(),
        }
    }
}

fn account(text: &str) -> Result<Which, String> {
    match text {
        "all" => Ok(Which::All),
        "caller" => Ok(Which::Caller),
        id if is_account_id(id) => Ok(Which::Id(AccountId::from(id))),
        _ => Err("`all`, `caller`, or ids of 12 digits, such as 111122223333".to_owned()),
    }
}
