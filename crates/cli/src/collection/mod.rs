//! Collecting from AWS: what is to be read, and the run from the first account to the snapshot.

mod calls;
mod progress;
mod reading;
mod unfinished;

use std::collections::BTreeSet;
use std::io::BufWriter;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use keyward_aws::{AwsError, Cancel, Collector, Requests};
use keyward_snapshot::{Account, AccountId, Gap};

pub(crate) use self::calls::Calls;
pub(crate) use self::reading::{ROLE, Reading};

use self::progress::Drawn;
use self::unfinished::{Plan, Schema, Unfinished};
use crate::files::beside;
use crate::interrupt;
use crate::output::table::counted;
use crate::problem::{Problem, with_causes};
use crate::talk::Talk;

/// What to do with a collection that was interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// There should be none.
    Fresh,
    /// Go on with it.
    Resume,
    /// Throw it away.
    Anew,
    /// There is none, and this one is not kept if it is interrupted.
    Once,
}

/// What came of a collection.
#[derive(Debug)]
pub(crate) struct Done {
    accounts: usize,
    requests: Requests,
    took: Duration,
    /// What could not be read, with the accounts that it is about.
    pub(crate) gaps: BTreeSet<(Option<AccountId>, Gap)>,
}

impl Done {
    /// Tells it.
    pub(crate) fn say(&self, talk: Talk) {
        let accounts = counted(self.accounts, "account");
        let requests =
            counted(usize::try_from(self.requests.attempts).unwrap_or(usize::MAX), "request");
        let single = match self.requests.one_at_a_time {
            0 => String::new(),
            count => format!(" ({count} about one thing at a time)"),
        };
        let throttled = match self.requests.throttled {
            0 => String::new(),
            count => format!(", {count} of them throttled"),
        };
        talk.say(format_args!(
            "read {accounts} with {requests}{single}{throttled}, in {}",
            duration(self.took)
        ));
        if !self.gaps.is_empty() {
            talk.say(format_args!(
                "{} could not be read: the audit names them, and the permissions that they take",
                counted(self.gaps.len(), "answer")
            ));
        }
    }
}

/// Collects into the snapshot file `output`. What an interrupted run has done so far stays beside it.
pub(crate) fn collect(
    reading: &Reading,
    output: &Path,
    start: Start,
    talk: Talk,
) -> Result<Done, Problem> {
    let began = Instant::now();
    let unfinished = Unfinished::beside(output);
    if start == Start::Anew {
        unfinished.remove()?;
    }
    let before = unfinished.plan()?;
    let folder = unfinished.folder().display();
    match (&before, start) {
        (Some(_), Start::Fresh) => {
            return Err(Problem::new(format!("an interrupted collection is in `{folder}`"))
                .help("go on with it: `--resume`")
                .help("or throw it away: `--restart`"));
        }
        (None, Start::Resume) => {
            talk.note(format_args!("there is nothing to go on with in `{folder}`: starting anew"));
        }
        _ => {}
    }
    let taken_at = before.as_ref().map_or_else(Timestamp::now, |plan| plan.taken_at);
    let drawn = Arc::new(Drawn::new(talk));
    let listener: Arc<dyn keyward_aws::Progress> = drawn.clone();
    let collector = keyward_aws::connect(reading.options(), taken_at, listener, Cancel::default())
        .map_err(|error| refused(&error))?;
    let plan = match before {
        Some(plan) => checked(plan, reading, &collector, &unfinished)?,
        None => begin(taken_at, reading, &collector, &unfinished)?,
    };
    let (done, open): (Vec<AccountId>, Vec<AccountId>) =
        plan.accounts.iter().cloned().partition(|id| unfinished.has(id));
    if !done.is_empty() {
        let accounts = counted(plan.accounts.len(), "account");
        talk.say(format_args!("{} of {accounts} were read before", done.len()));
    }
    drawn.begin(done.len(), plan.accounts.len());
    let resumable = (start != Start::Once).then(|| interrupt::Resumable::new(unfinished.folder()));
    read_accounts(&collector, &unfinished, &plan, &open)?;
    drop(resumable);
    drawn.clear();
    let gaps = assemble(&unfinished, &plan, output, start)?;
    unfinished.remove()?;
    let (accounts, requests) = (plan.accounts.len(), collector.requests());
    Ok(Done { accounts, requests, took: began.elapsed(), gaps })
}

/// Reads the organization, decides which accounts to read, and notes it down.
fn begin(
    taken_at: Timestamp,
    reading: &Reading,
    collector: &Collector,
    unfinished: &Unfinished,
) -> Result<Plan, Problem> {
    let head = collector.head().map_err(|error| refused(&error))?;
    let mut accounts = collector.accounts(&head);
    accounts.sort();
    accounts.dedup();
    if accounts.is_empty() {
        return Err(Problem::new("no account is left to read")
            .help("look at `--accounts`, `--units` and `--except-units`"));
    }
    let caller = collector.caller().clone();
    let plan = Plan { schema: Schema::One, taken_at, caller, choices: reading.choices(), accounts };
    unfinished.begin(&plan, &head)?;
    Ok(plan)
}

/// The plan of the run that was interrupted, if this one would read the same.
fn checked(
    plan: Plan,
    reading: &Reading,
    collector: &Collector,
    unfinished: &Unfinished,
) -> Result<Plan, Problem> {
    let other = |what: String| {
        let folder = unfinished.folder().display();
        Problem::new(format!("the interrupted collection in `{folder}` {what}"))
            .help("use the same flags and credentials, or throw it away: `--restart`")
    };
    if plan.caller != *collector.caller() {
        let (then, now) = (&plan.caller, collector.caller());
        return Err(other(format!("was begun from account {then}, and this is {now}")));
    }
    let choices = reading.choices();
    if plan.choices != choices {
        let shown = |choices: &[String]| match choices {
            [] => "no flags".to_owned(),
            choices => format!("`{}`", choices.join(" ")),
        };
        let (then, now) = (shown(&plan.choices), shown(&choices));
        return Err(other(format!("was begun with {then}, and this is {now}")));
    }
    Ok(plan)
}

/// Reads the accounts that are open, and keeps each as soon as it was read.
fn read_accounts(
    collector: &Collector,
    unfinished: &Unfinished,
    plan: &Plan,
    open: &[AccountId],
) -> Result<(), Problem> {
    let mut kept = Ok(());
    let read = collector.each_account(open, |account: Account| {
        kept = unfinished.keep(plan.taken_at, account);
        if kept.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    kept?;
    read.map_err(|error| refused(&error))
}

/// Writes the snapshot beside `output` and renames it; tells its gaps.
fn assemble(
    unfinished: &Unfinished,
    plan: &Plan,
    output: &Path,
    start: Start,
) -> Result<BTreeSet<(Option<AccountId>, Gap)>, Problem> {
    let beside = beside(output)?;
    let guard = (start != Start::Once).then(|| interrupt::Unfinished::new(beside.path()));
    let gaps = unfinished.assemble(plan, BufWriter::new(beside.as_file()))?;
    let failed = |error: &std::io::Error| Problem::io("write", output.display(), error);
    beside.as_file().sync_all().map_err(|error| failed(&error))?;
    beside.persist(output).map_err(|error| failed(&error.error))?;
    drop(guard);
    Ok(gaps)
}

/// Why AWS gave nothing at all.
fn refused(error: &AwsError) -> Problem {
    Problem::new(with_causes(error)).of_another_system()
}

fn duration(took: Duration) -> String {
    match took.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}
