//! `keyward policy format`

use std::path::PathBuf;

use clap::Args;

use super::read;
use crate::files::beside;
use crate::output;
use crate::problem::{Problem, reason};
use crate::session::{Ending, Session};

const EXAMPLES: &str = "\
Examples:
  keyward policy format policy.json
  keyward policy format --write policies/*.json
  keyward policy format --check policies/*.json";

/// Lays policies out: one element or value a line
///
/// Order, spelling and repeated names stay as they were written.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Format {
    /// The policies; `-` is stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Writes the files anew in place of printing them
    #[arg(long, conflicts_with = "check")]
    write: bool,
    /// Names the files that are laid out otherwise, and ends with code 1 if there are any
    #[arg(long)]
    check: bool,
}

impl Format {
    /// Runs it.
    pub(super) fn run(self, session: &Session) -> Result<Ending, Problem> {
        // All files are read before any is written, so that a mistake in one leaves all as they are.
        let texts = self.files.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
        let mut ending = Ending::Done;
        for (file, text) in self.files.iter().zip(texts) {
            let formatted = keyward_policy::format(&text);
            let is_same = formatted == text;
            if self.check {
                if !is_same {
                    ending = Ending::BadNews;
                    output::print(|out| writeln!(out, "{}", file.display()))?;
                }
            } else if self.write && file.as_os_str() != "-" {
                if !is_same {
                    write(file, &formatted)?;
                    session.talk.say(format_args!("wrote {}", file.display()));
                }
            } else {
                output::print(|out| out.write_all(formatted.as_bytes()))?;
            }
        }
        Ok(ending)
    }
}

/// Writes beside the file, with its permissions, and renames.
fn write(file: &PathBuf, text: &str) -> Result<(), Problem> {
    let failed = |error: &std::io::Error| Problem::io("write", file.display(), error);
    let permissions = std::fs::metadata(file).map_err(|error| failed(&error))?.permissions();
    let beside = beside(file)?;
    std::fs::write(beside.path(), text).map_err(|error| failed(&error))?;
    std::fs::set_permissions(beside.path(), permissions).map_err(|error| failed(&error))?;
    beside.as_file().sync_all().map_err(|error| failed(&error))?;
    beside.persist(file).map_err(|error| {
        Problem::new(format!("can't write `{}`: {}", file.display(), reason(&error.error)))
    })?;
    Ok(())
}
