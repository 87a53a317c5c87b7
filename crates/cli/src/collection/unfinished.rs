//! A collection that is under way: a folder beside the snapshot that it will become, with one small
//! snapshot file for each account that is done.
//!
//! Invariant: a file that is there is whole, since it was written beside and renamed. So a run that
//! was ended at any moment is gone on with by collecting the accounts that have no file.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufReader, BufWriter, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use keyward_snapshot::file::{Reader, Writer};
use keyward_snapshot::{Account, AccountId, Gap, Head, Reason, Snapshot};
use serde::{Deserialize, Serialize};

use crate::problem::{Place, Problem, with_causes};

/// What a run set out to do, which the one that goes on with it takes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    /// The form of this file.
    pub(crate) schema: Schema,
    /// When the run began, which is the time of the snapshot.
    pub(crate) taken_at: Timestamp,
    /// The account of whoever collects.
    pub(crate) caller: AccountId,
    /// The flags that decide what is read, as text.
    pub(crate) choices: Vec<String>,
    /// The accounts of the snapshot, sorted.
    pub(crate) accounts: Vec<AccountId>,
}

/// The form of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Schema {
    /// The only one so far.
    #[serde(rename = "keyward.collection/1")]
    One,
}

/// The folder of a collection that is under way.
#[derive(Debug)]
pub(crate) struct Unfinished {
    folder: PathBuf,
}

const PLAN: &str = "plan.json";
const HEAD: &str = "head.kwd";

impl Unfinished {
    /// The collection that will become `output`.
    pub(crate) fn beside(output: &Path) -> Self {
        let mut name = output.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        Self { folder: output.with_file_name(name) }
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the run that began it set out to do; `None` where none has begun.
    pub(crate) fn plan(&self) -> Result<Option<Plan>, Problem> {
        let path = self.folder.join(PLAN);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Problem::io("read", path.display(), &error)),
        };
        serde_json::from_slice(&text).map(Some).map_err(|error| {
            let folder = self.folder.display();
            Problem::new(format!("not the plan of a collection: {error}"))
                .at(Place::file(path.display()))
                .help(format!("remove `{folder}` to collect from the start"))
        })
    }

    /// Begins it.
    pub(crate) fn begin(&self, plan: &Plan, head: &Head) -> Result<(), Problem> {
        // A removal that was cut short may have left accounts of another time without their plan.
        self.remove()?;
        let failed = |error: &std::io::Error| Problem::io("make", self.folder.display(), error);
        fs::create_dir_all(&self.folder).map_err(|error| failed(&error))?;
        let head = Head { accounts: Vec::new(), ..head.clone() };
        self.put(HEAD, &Snapshot { head, accounts: Vec::new() })?;
        let text = serde_json::to_vec_pretty(plan)
            .map_err(|error| Problem::new(format!("can't write the plan: {error}")))?;
        // The plan comes last: with it the collection can be gone on with.
        self.write(PLAN, |out| out.write_all(&text).map_err(|error| error.to_string()))
    }

    /// The head that was collected.
    pub(crate) fn head(&self) -> Result<Head, Problem> {
        let path = self.folder.join(HEAD);
        let file =
            fs::File::open(&path).map_err(|error| Problem::io("read", path.display(), &error))?;
        let reader = Reader::open(BufReader::new(file))
            .map_err(|error| Problem::new(with_causes(&error)).at(Place::file(path.display())))?;
        Ok(reader.into_head())
    }

    /// Whether the account is done.
    pub(crate) fn has(&self, id: &AccountId) -> bool {
        self.folder.join(file_of(id)).is_file()
    }

    /// Keeps an account that is done.
    pub(crate) fn keep(&self, taken_at: Timestamp, account: Account) -> Result<(), Problem> {
        let name = file_of(&account.id);
        let head = Head { accounts: vec![account.id.clone()], ..Head::new(taken_at) };
        self.put(&name, &Snapshot { head, accounts: vec![account] })
    }

    /// Writes the whole snapshot: the head, then each account's file, one in memory at a time. Tells
    /// what could not be read, with the accounts that it is about.
    pub(crate) fn assemble(
        &self,
        plan: &Plan,
        out: impl std::io::Write,
    ) -> Result<BTreeSet<(Option<AccountId>, Gap)>, Problem> {
        let failed = |error: &keyward_snapshot::file::FileError| Problem::new(with_causes(error));
        let mut head = Head { accounts: plan.accounts.clone(), ..self.head()? };
        let mut broken = Ok(());
        head.note_analyzers(plan.accounts.iter().map_while(|id| match self.account(id) {
            Ok(account) => Some(account),
            Err(problem) => {
                broken = Err(problem);
                None
            }
        }));
        broken?;
        let mut gaps: BTreeSet<(Option<AccountId>, Gap)> =
            unread(head.gaps()).map(|gap| (None, gap)).collect();
        let mut writer = Writer::create(&head, out).map_err(|error| failed(&error))?;
        for id in &plan.accounts {
            let account = self.account(id)?;
            gaps.extend(unread(account.gaps()).map(|gap| (Some(id.clone()), gap)));
            writer.write(&account).map_err(|error| failed(&error))?;
        }
        writer.finish().map_err(|error| failed(&error))?;
        Ok(gaps)
    }

    fn account(&self, id: &AccountId) -> Result<Account, Problem> {
        let path = self.folder.join(file_of(id));
        let file =
            fs::File::open(&path).map_err(|error| Problem::io("read", path.display(), &error))?;
        let damaged = |why: String| {
            Problem::new(why)
                .at(Place::file(path.display()))
                .help("remove the file and collect again with `--resume`")
        };
        let piece =
            Snapshot::read(BufReader::new(file)).map_err(|error| damaged(with_causes(&error)))?;
        let [account] = <[Account; 1]>::try_from(piece.accounts)
            .map_err(|_| damaged("not the snapshot of one account".to_owned()))?;
        Ok(account)
    }

    /// Removes it, with all that it holds.
    pub(crate) fn remove(&self) -> Result<(), Problem> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Problem::io("remove", self.folder.display(), &error))
            }
            _ => Ok(()),
        }
    }

    fn put(&self, name: &str, snapshot: &Snapshot) -> Result<(), Problem> {
        self.write(name, |out| snapshot.write(out).map(drop).map_err(|error| with_causes(&error)))
    }

    fn write(
        &self,
        name: &str,
        fill: impl FnOnce(&mut dyn std::io::Write) -> Result<(), String>,
    ) -> Result<(), Problem> {
        let path = self.folder.join(name);
        let failed =
            |reason: String| Problem::new(format!("can't write `{}`: {reason}", path.display()));
        let beside = tempfile::Builder::new()
            .prefix(".keyward-")
            .tempfile_in(&self.folder)
            .map_err(|error| failed(crate::problem::reason(&error)))?;
        let mut out = BufWriter::new(beside.as_file());
        fill(&mut out).map_err(failed)?;
        out.flush().map_err(|error| failed(crate::problem::reason(&error)))?;
        drop(out);
        beside.persist(&path).map_err(|error| failed(crate::problem::reason(&error.error)))?;
        Ok(())
    }
}

/// What was asked for in vain; what nobody asked for was left out on purpose.
fn unread(gaps: Vec<&Gap>) -> impl Iterator<Item = Gap> {
    gaps.into_iter().filter(|gap| gap.reason != Reason::NotCollected).cloned()
}

fn file_of(id: &AccountId) -> String {
    format!("{id}.kwd")
}
