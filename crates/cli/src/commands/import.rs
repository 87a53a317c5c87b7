//! `keyward import`

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use keyward_snapshot::file::Writer;
use keyward_snapshot::{Call, Snapshot};
use tempfile::NamedTempFile;

use crate::estate::{About, collect};
use crate::files::{beside, spare};
use crate::interrupt::Unfinished;
use crate::output::table::counted;
use crate::problem::{Problem, with_causes};
use crate::session::{Ending, Session};

const EXAMPLES: &str = "\
Examples:
  keyward import evidence/ -o organization.kwd
  keyward import details.json report.csv --account 111122223333 -o account.kwd
  keyward audit organization.kwd";

/// Builds a snapshot from what AWS's CLI wrote
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Import {
    /// Files and folders of CLI output; `-` is stdin
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The snapshot file to write; a snapshot that is there is replaced
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Replaces whatever file is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    about: About,
}

impl Import {
    /// Runs it.
    pub(super) fn run(self, session: &Session) -> Result<Ending, Problem> {
        spare(&self.output, self.force)?;
        let collected = collect(&self.paths, &self.about, session.talk)?;
        let bytes = write(&collected.snapshot, &self.output)?;
        let talk = session.talk;
        talk.say(format_args!(
            "read {}: {}, {} of {}",
            counted(collected.files, "file"),
            counted(collected.snapshot.accounts.len(), "account"),
            collected.calls.len(),
            counted(Call::ALL.len(), "call"),
        ));
        for call in Call::ALL.iter().filter(|call| !collected.calls.contains(call)) {
            talk.detail(format_args!("  not collected: {}", call.command()));
        }
        let output = self.output.display();
        talk.say(format_args!("wrote {output} ({})", size(bytes)));
        talk.say(format_args!("next: keyward audit {output}"));
        Ok(Ending::Done)
    }
}

/// Writes the snapshot beside `path` and renames it; says how long it is.
fn write(snapshot: &Snapshot, path: &Path) -> Result<u64, Problem> {
    let failed = |error: &std::io::Error| Problem::io("write", path.display(), error);
    let beside = beside(path)?;
    let unfinished = Unfinished::new(beside.path());
    let length = fill(snapshot, &beside)
        .map_err(|error| Problem::new(format!("can't write `{}`: {error}", path.display())))?;
    beside.persist(path).map_err(|error| failed(&error.error))?;
    drop(unfinished);
    Ok(length)
}

fn fill(snapshot: &Snapshot, file: &NamedTempFile) -> Result<u64, String> {
    let out = BufWriter::new(file.as_file());
    let mut writer = Writer::create(&snapshot.head, out).map_err(|error| with_causes(&error))?;
    for account in &snapshot.accounts {
        writer.write(account).map_err(|error| with_causes(&error))?;
    }
    let mut out = writer.finish().map_err(|error| with_causes(&error))?;
    let file = file.as_file();
    out.flush()
        .and_then(|()| file.sync_all())
        .and_then(|()| file.metadata())
        .map(|metadata| metadata.len())
        .map_err(|error| crate::problem::reason(&error))
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}
