//! Reads an organization, account by account.

mod account;
mod builds;
mod functions;
mod iam;
mod identity_center;
mod instances;
mod last_accessed;
mod launch_templates;
mod monitoring;
mod organization;
mod parameters;
mod regions;
mod root_user;
mod secrets;
mod sessions_manager;
mod tasks;
mod trails;
mod users;
mod watching;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use jiff::Timestamp;
use keyward_snapshot::import::{Asked, Import};
use keyward_snapshot::{Account, AccountId, Call, Head, Known, Membership};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::ask::{Calls, Sink};
use crate::budget::Budgets;
use crate::error::AwsError;
use crate::options::{Accounts, Options};
use crate::progress::{Cancel, Counters, Progress, Requests};
use crate::session::{Session, http_client};

/// Connects to AWS as the caller.
///
/// # Errors
/// There are no credentials, they can't be used, or AWS can't be reached.
pub fn connect(
    options: Options,
    taken_at: Timestamp,
    progress: Arc<dyn Progress>,
    cancel: Cancel,
) -> Result<Collector, AwsError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let counters = Arc::new(Counters::default());
    let http = http_client();
    let budgets = Arc::new(Budgets::new(
        options.limits.clone(),
        http.clone(),
        Arc::clone(&counters),
        Arc::clone(&progress),
    ));
    let caller = runtime.block_on(stoppable(&cancel, async {
        Session::caller(&options, http, Arc::clone(&budgets)).await
    }))?;
    let left_out = Arc::new(options.left_out.clone());
    let calls = Calls { left_out, counters };
    let work = Work { options, taken_at, caller, budgets, calls, progress };
    Ok(Collector { work: Arc::new(work), cancel, runtime })
}

/// Reads an organization. Its functions block, and are called outside of any async runtime.
pub struct Collector {
    work: Arc<Work>,
    cancel: Cancel,
    runtime: Runtime,
}

/// What everything that runs needs.
pub(crate) struct Work {
    pub(crate) options: Options,
    pub(crate) taken_at: Timestamp,
    pub(crate) caller: Session,
    budgets: Arc<Budgets>,
    calls: Calls,
    progress: Arc<dyn Progress>,
}

impl Collector {
    /// The account of the caller.
    pub fn caller(&self) -> &AccountId {
        &self.work.caller.account
    }

    /// How many requests were made so far.
    pub fn requests(&self) -> Requests {
        self.work.calls.counters.requests()
    }

    /// Reads the organization and Identity Center.
    ///
    /// # Errors
    /// It was stopped, or answers contradict each other.
    pub fn head(&self) -> Result<Head, AwsError> {
        let work = Arc::clone(&self.work);
        self.runtime.block_on(stoppable(&self.cancel, async move {
            let sink = Sink::new(Import::new(work.taken_at), work.calls.clone());
            organization::collect(&work.caller, &sink).await;
            identity_center::collect(&work.caller, &sink).await;
            Ok(sink.finish()?.head)
        }))
    }

    /// The accounts to collect, in order, by what `head` says and the options ask for.
    pub fn accounts(&self, head: &Head) -> Vec<AccountId> {
        chosen(&self.work.options, &self.work.caller.account, head)
    }

    /// Reads one account. What could not be read is a gap; an account that nobody could enter has
    /// nothing but gaps.
    ///
    /// # Errors
    /// It was stopped, or answers contradict each other.
    pub fn account(&self, id: &AccountId) -> Result<Account, AwsError> {
        self.runtime.block_on(stoppable(&self.cancel, account::collect(&self.work, id)))
    }

    /// Reads accounts side by side, and hands each to `each` as soon as it was read. A `Break` ends
    /// it; what was not read by then is dropped.
    ///
    /// # Errors
    /// It was stopped, or the answers about an account contradict each other.
    pub fn each_account(
        &self,
        ids: &[AccountId],
        mut each: impl FnMut(Account) -> ControlFlow<()>,
    ) -> Result<(), AwsError> {
        let work = &self.work;
        self.runtime.block_on(stoppable(&self.cancel, async {
            let mut open = ids.iter().cloned();
            let mut running = JoinSet::new();
            let spawn = |running: &mut JoinSet<_>, id: AccountId| {
                let work = Arc::clone(work);
                running.spawn(async move { account::collect(&work, &id).await });
            };
            for id in open.by_ref().take(work.options.accounts_at_once.max(1)) {
                spawn(&mut running, id);
            }
            while let Some(done) = running.join_next().await {
                let account = done.map_err(|error| AwsError::Task(error.to_string()))??;
                if each(account).is_break() {
                    break;
                }
                if let Some(id) = open.next() {
                    spawn(&mut running, id);
                }
            }
            Ok(())
        }))
    }
}

/// Runs `task` until it ends or is stopped.
async fn stoppable<T>(
    cancel: &Cancel,
    task: impl Future<Output = Result<T, AwsError>>,
) -> Result<T, AwsError> {
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(AwsError::Cancelled),
        result = task => result,
    }
}

/// A call about an account or an organization as a whole.
pub(crate) fn whole(call: Call) -> Asked<'static> {
    Asked { call, region: None, about: None }
}

/// A call in a region.
pub(crate) fn here(call: Call, region: &str) -> Asked<'_> {
    Asked { call, region: Some(region), about: None }
}

/// A call about one thing.
pub(crate) fn about(call: Call, about: &str) -> Asked<'_> {
    Asked { call, region: None, about: Some(about) }
}

/// The accounts to collect.
fn chosen(options: &Options, caller: &AccountId, head: &Head) -> Vec<AccountId> {
    let Known::Value(Membership::Member(organization)) = &head.organization else {
        return match &options.accounts {
            Accounts::Ids(ids) => ids.clone(),
            Accounts::All | Accounts::Caller => vec![caller.clone()],
        };
    };
    let parents: BTreeMap<&str, &str> = organization
        .parents
        .iter()
        .map(|(child, parent)| (child.as_str(), parent.as_str()))
        .collect();
    let above = |id: &AccountId| -> BTreeSet<&str> {
        let mut above = BTreeSet::new();
        let mut next = parents.get(id.as_str());
        // A set ends the walk even where answers made a circle.
        while let Some(parent) = next.filter(|parent| above.insert(**parent)) {
            next = parents.get(parent);
        }
        above
    };
    let is_chosen = |id: &AccountId| {
        let above = above(id);
        let is_below = |units: &[String]| units.iter().any(|unit| above.contains(unit.as_str()));
        (options.units.is_empty() || is_below(&options.units)) && !is_below(&options.units_left)
    };
    let mut ids: Vec<AccountId> = match &options.accounts {
        Accounts::Ids(ids) => ids.clone(),
        Accounts::Caller => vec![caller.clone()],
        Accounts::All => {
            let active = organization.accounts.iter().filter(|account| account.active);
            let active: BTreeSet<AccountId> = active.map(|account| account.id.clone()).collect();
            // A member account may not list the others, and is there all the same.
            active.into_iter().chain([caller.clone()]).filter(is_chosen).collect()
        }
    };
    let mut seen = BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    ids
}

#[cfg(test)]
mod tests {
    use keyward_snapshot::{
        AccountId, FeatureSet, Head, Known, Listing, MemberAccount, Membership, Organization,
    };

    use super::chosen;
    use crate::options::{Accounts, Options};

    const CALLER: &str = "111122223333";

    fn head() -> Head {
        let account = |id: &str, active| MemberAccount {
            id: AccountId::from(id),
            name: "workload".to_owned(),
            email: "workload@example.com".to_owned(),
            active,
        };
        let pair = |child: &str, parent: &str| (child.to_owned(), parent.to_owned());
        let mut head = Head::new("2026-11-24T00:00:00Z".parse().expect("it is a time"));
        head.organization = Known::Value(Membership::Member(Box::new(Organization {
            id: "o-exampleorgid".to_owned(),
            management_account: AccountId::from(CALLER),
            features: FeatureSet::All,
            roots: Listing::complete(Vec::new()),
            accounts: Listing::complete(vec![
                account(CALLER, true),
                account("444455556666", true),
                account("123456789012", true),
                account("777788889999", false),
            ]),
            parents: Listing::complete(vec![
                pair(CALLER, "r-ab12"),
                pair("444455556666", "ou-ab12-inner000"),
                pair("ou-ab12-inner000", "ou-ab12-outer000"),
                pair("ou-ab12-outer000", "r-ab12"),
                pair("123456789012", "ou-ab12-other000"),
                pair("ou-ab12-other000", "r-ab12"),
            ]),
            policies: Listing::complete(Vec::new()),
        })));
        head
    }

    #[track_caller]
    fn check(options: &Options, expected: &[&str]) {
        let ids = chosen(options, &AccountId::from(CALLER), &head());
        assert_eq!(ids.iter().map(AccountId::as_str).collect::<Vec<_>>(), expected);
    }

    fn units(take: &[&str], leave: &[&str]) -> Options {
        let owned = |ids: &[&str]| ids.iter().map(ToString::to_string).collect();
        Options { units: owned(take), units_left: owned(leave), ..Options::default() }
    }

    #[test]
    fn suspended_accounts_are_left_out() {
        check(&Options::default(), &[CALLER, "123456789012", "444455556666"]);
    }

    #[test]
    fn units_are_taken_and_left_with_what_is_below_them() {
        check(&units(&["ou-ab12-outer000"], &[]), &["444455556666"]);
        check(&units(&["r-ab12"], &["ou-ab12-outer000"]), &[CALLER, "123456789012"]);
    }

    #[test]
    fn accounts_that_are_named_are_taken_once() {
        let ids = ["123456789012", "123456789012"].map(AccountId::from).to_vec();
        let options = Options { accounts: Accounts::Ids(ids), ..Options::default() };
        check(&options, &["123456789012"]);
    }
}
