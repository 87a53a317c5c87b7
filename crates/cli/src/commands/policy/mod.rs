//! `keyward policy`: the policy language on files, without an estate.

mod eval;
mod scenario;

use clap::{Args, Subcommand};

use crate::problem::Problem;
use crate::session::{Ending, Session};

const EXAMPLES: &str = "\
Examples:
  keyward policy eval scenario.json
  keyward policy eval requests.jsonl > answers.jsonl";

/// The IAM policy language on files: no estate, no AWS
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Policy {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Eval(eval::Eval),
}

impl Policy {
    /// Runs it.
    pub(super) fn run(self, session: &Session) -> Result<Ending, Problem> {
        match self.what {
            What::Eval(command) => command.run(session),
        }
    }
}
