//! What AWS's CLI wrote.

use std::collections::BTreeSet;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use keyward_snapshot::import::{Import, Recognised};
use keyward_snapshot::{Call, Snapshot};

use super::{About, fault, files};
use crate::problem::Problem;
use crate::talk::Talk;

/// How many files that are not used are named, unless all details are wanted.
const UNUSED_NAMED_MAX: usize = 3;

/// What was read.
#[derive(Debug)]
pub(crate) struct Collected {
    /// The estate.
    pub(crate) snapshot: Snapshot,
    /// How many files were read.
    pub(crate) files: usize,
    /// The calls that they answer.
    pub(crate) calls: BTreeSet<Call>,
}

/// The year 2011, in which IAM became generally available, in seconds since 1970.
const BEFORE_ANY_COLLECTION: i64 = 1_293_840_000;

/// Reads files and folders.
pub(crate) fn collect(paths: &[PathBuf], about: &About, talk: Talk) -> Result<Collected, Problem> {
    let files = files::list(paths, talk)?;
    if files.is_empty() {
        return Err(nothing(paths, "holds no files"));
    }
    let mut reading = Reading::new(&files, about, talk)?;
    let mut progress = talk.progress("files read", files.len());
    for path in &files {
        let mut input = files::open(path)?;
        let first_bytes =
            input.fill_buf().map_err(|error| Problem::io("read", path.display(), &error))?;
        if !keyward_snapshot::file::is_snapshot(first_bytes) {
            reading.read(path, input)?;
        } else if paths.contains(path) {
            return Err(Problem::new(format!("`{}` is a snapshot", path.display()))
                .help("a snapshot is audited by itself: `keyward audit FILE.kwd`"));
        } else {
            reading.skipped.push(path.clone());
        }
        progress.advance();
    }
    drop(progress);
    reading.finish(paths)
}

/// Reads one file that is open.
pub(super) fn collect_one(
    path: &Path,
    input: impl BufRead,
    about: &About,
    talk: Talk,
) -> Result<Collected, Problem> {
    let paths = [path.to_path_buf()];
    let mut reading = Reading::new(&paths, about, talk)?;
    reading.read(path, input)?;
    reading.finish(&paths)
}

/// When the newest file was written, to the second.
///
/// Archives and build systems set times to 1970 or so. Taken for the time of collection, such a
/// time would make every key and password young, so it is refused.
fn written_at(files: &[PathBuf]) -> Result<Timestamp, Problem> {
    let newest = Timestamp::try_from(files::newest(files)).ok();
    newest
        .map(Timestamp::as_second)
        .filter(|second| *second >= BEFORE_ANY_COLLECTION)
        .and_then(|second| Timestamp::from_second(second).ok())
        .ok_or_else(|| {
            Problem::new("the files' times do not tell when the data was collected")
                .help("say it: `--taken-at 2026-01-31T08:00:00Z`")
        })
}

struct Reading {
    import: Import,
    talk: Talk,
    files: usize,
    calls: BTreeSet<Call>,
    unused: Vec<String>,
    /// Snapshots that lie among the files.
    skipped: Vec<PathBuf>,
}

impl Reading {
    fn new(files: &[PathBuf], about: &About, talk: Talk) -> Result<Self, Problem> {
        let mut import = Import::new(match about.taken_at {
            Some(time) => time,
            None => written_at(files)?,
        });
        if let Some(account) = &about.account {
            import = import.with_account(account.clone());
        }
        Ok(Self {
            import,
            talk,
            files: 0,
            calls: BTreeSet::new(),
            unused: Vec::new(),
            skipped: Vec::new(),
        })
    }

    fn read(&mut self, path: &Path, input: impl BufRead) -> Result<(), Problem> {
        let name = path.to_string_lossy().replace('\\', "/");
        match self.import.read(&name, input).map_err(fault::problem)? {
            Recognised::Answers(calls) => {
                self.talk.detail(format_args!("{name}: {}", commands(&calls)));
                self.calls.extend(calls);
            }
            Recognised::Unplaced { why, answers } => {
                self.unused.push(format!("`{name}` is not used: {why}"));
                self.calls.extend(answers);
            }
            Recognised::Unused(members) => {
                self.unused.push(format!("`{name}` is not used: no control reads {members}"));
            }
        }
        self.files += 1;
        Ok(())
    }

    fn finish(self, paths: &[PathBuf]) -> Result<Collected, Problem> {
        for path in &self.skipped {
            self.talk.note(format_args!("`{}` is skipped: a snapshot", path.display()));
        }
        self.name_unused();
        if self.calls.is_empty() {
            let problem = nothing(paths, "holds no output that keyward uses");
            return Err(match self.skipped.first() {
                Some(path) => problem.help(format!("or audit the snapshot: `{}`", path.display())),
                None => problem,
            });
        }
        let snapshot = self.import.finish().map_err(fault::problem)?;
        Ok(Collected { snapshot, files: self.files, calls: self.calls })
    }

    fn name_unused(&self) {
        let named = if self.talk.verbose { self.unused.len() } else { UNUSED_NAMED_MAX };
        for text in self.unused.iter().take(named) {
            self.talk.note(text);
        }
        if let more @ 1.. = self.unused.len().saturating_sub(named) {
            self.talk.note(format_args!("{more} more files are not used: `-v` names them"));
        }
    }
}

fn commands(calls: &[Call]) -> String {
    calls.iter().map(|call| call.command()).collect::<Vec<_>>().join(", ")
}

fn nothing(paths: &[PathBuf], what: &str) -> Problem {
    let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    Problem::new(format!("{} {what}", names.join(", ")))
        .help("start with: aws iam get-account-authorization-details > details.json")
}
