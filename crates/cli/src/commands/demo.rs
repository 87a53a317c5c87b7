//! `keyward demo`

use clap::Args;

use super::audit::{Choice, show};
use crate::estate::Estate;
use crate::output::audit_text::Source;
use crate::problem::Problem;
use crate::session::{Ending, Session};

/// A small organization with many weaknesses, made from `demo/organization/`.
const SNAPSHOT: &[u8] = include_bytes!("../../demo/demo.kwd");

const EXAMPLES: &str = "\
Examples:
  keyward demo
  keyward demo --severity critical -v
  keyward demo --format json";

/// Audits a bundled organization that has many weaknesses: no AWS, no files
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Demo {
    #[command(flatten)]
    choice: Choice,
}

impl Demo {
    /// Runs it.
    pub(super) fn run(self, session: &Session) -> Result<Ending, Problem> {
        let question = self.choice.question()?;
        let estate = Estate::of_file("demo.kwd", SNAPSHOT)?;
        show(estate, &question, &self.choice, Source::Demo, session)
    }
}
