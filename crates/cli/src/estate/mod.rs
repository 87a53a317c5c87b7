//! The estate: a snapshot file, or what AWS's CLI wrote.

mod answers;
mod fault;
mod files;

use std::io::{BufRead as _, Read};
use std::path::PathBuf;

use jiff::Timestamp;
use keyward_snapshot::file::Reader;
use keyward_snapshot::{Account, AccountId, Head};

use crate::configuration::is_account_id;
use crate::problem::{Place, Problem, with_causes};
use crate::talk::Talk;

pub(crate) use answers::{Collected, collect};

/// What the arguments of a command say about the files of an estate.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct About {
    /// Files everything under this account, whatever AWS's output says
    #[arg(long, value_name = "ID", value_parser = account_id)]
    pub(crate) account: Option<AccountId>,
    /// When the data was collected [default: when the newest file was written]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) taken_at: Option<Timestamp>,
}

impl About {
    /// What AWS answers says itself whose it is, and when it was read.
    pub(crate) fn refuse_for_live(&self) -> Result<(), Problem> {
        let flag = match self {
            Self { account: Some(_), .. } => "--account",
            Self { taken_at: Some(_), .. } => "--taken-at",
            Self { .. } => return Ok(()),
        };
        let message = format!("`{flag}` does not go with live AWS");
        Err(Problem::new(message)
            .help(format!("leave `{flag}` out; it is for what AWS's CLI wrote"))
            .help("to audit one account: `--accounts 111122223333`"))
    }
}

/// An estate that is open: its accounts come one by one.
pub(crate) struct Estate {
    /// The organization and Identity Center.
    pub(crate) head: Head,
    accounts: Accounts,
}

enum Accounts {
    Memory(std::vec::IntoIter<Account>),
    File(String, Box<Reader<Box<dyn Read>>>),
}

impl Estate {
    /// Opens a snapshot file, or reads files and folders of CLI output.
    pub(crate) fn open(paths: &[PathBuf], about: &About, talk: Talk) -> Result<Self, Problem> {
        if let [path] = paths
            && !path.is_dir()
        {
            let mut input = files::open(path)?;
            let first_bytes =
                input.fill_buf().map_err(|error| Problem::io("read", path.display(), &error))?;
            if keyward_snapshot::file::is_snapshot(first_bytes) {
                refuse(about)?;
                return Self::of_file(&path.display().to_string(), input);
            }
            return answers::collect_one(path, input, about, talk).map(Self::of_answers);
        }
        collect(paths, about, talk).map(Self::of_answers)
    }

    /// Reads a snapshot file.
    pub(crate) fn of_file(path: &str, input: impl Read + 'static) -> Result<Self, Problem> {
        let input: Box<dyn Read> = Box::new(input);
        let reader = Reader::open(input).map_err(|error| damaged(path, &error))?;
        let head = reader.head().clone();
        Ok(Self { head, accounts: Accounts::File(path.to_owned(), Box::new(reader)) })
    }

    fn of_answers(collected: Collected) -> Self {
        let snapshot = collected.snapshot;
        Self { head: snapshot.head, accounts: Accounts::Memory(snapshot.accounts.into_iter()) }
    }
}

/// The accounts, in the order of their ids. After an error there are no more.
impl Iterator for Accounts {
    type Item = Result<Account, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Memory(accounts) => accounts.next().map(Ok),
            Self::File(path, reader) => {
                reader.next().map(|account| account.map_err(|error| damaged(path, &error)))
            }
        }
    }
}

impl Estate {
    /// The head, and the accounts one by one.
    pub(crate) fn into_parts(self) -> (Head, impl Iterator<Item = Result<Account, Problem>>) {
        (self.head, self.accounts)
    }
}

fn damaged(path: &str, error: &keyward_snapshot::file::FileError) -> Problem {
    Problem::new(with_causes(error)).at(Place::file(path))
}

/// A snapshot says itself what these flags say about other files.
fn refuse(about: &About) -> Result<(), Problem> {
    let flag = match about {
        About { account: Some(_), .. } => "--account",
        About { taken_at: Some(_), .. } => "--taken-at",
        About { .. } => return Ok(()),
    };
    Err(Problem::new(format!(
        "`{flag}` does not go with a snapshot, which names its accounts and its time"
    ))
    .help(format!("leave `{flag}` out; it is for what AWS's CLI wrote")))
}

fn account_id(text: &str) -> Result<AccountId, String> {
    if is_account_id(text) {
        Ok(AccountId::from(text))
    } else {
        Err("an account's id has 12 digits, such as 111122223333".to_owned())
    }
}

fn time(text: &str) -> Result<Timestamp, String> {
    let midnight = || format!("{text}T00:00:00Z").parse();
    text.parse::<Timestamp>()
        .or_else(|_| midnight())
        .map_err(|_| "a time is written as 2026-11-24T00:00:00Z, or as 2026-11-24".to_owned())
}
