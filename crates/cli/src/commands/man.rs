//! `keyward man`

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};

use crate::problem::Problem;
use crate::session::Ending;

const EXAMPLES: &str = "\
Examples:
  keyward man ~/.local/share/man/man1
  keyward man . && man ./keyward-audit.1";

/// Writes the man pages into a folder
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Man {
    /// The folder, which is made if it is not there
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

impl Man {
    /// Runs it.
    pub(super) fn run(self) -> Result<Ending, Problem> {
        let dir = &self.dir;
        std::fs::create_dir_all(dir)
            .map_err(|error| Problem::io("make the folder", dir.display(), &error))?;
        clap_mangen::generate_to(crate::Cli::command(), dir)
            .map_err(|error| Problem::io("write into", dir.display(), &error))?;
        Ok(Ending::Done)
    }
}
