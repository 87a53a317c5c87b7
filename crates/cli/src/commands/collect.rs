//! `keyward collect`

use std::path::PathBuf;

use clap::Args;

use crate::collection::{self, Reading, Start};
use crate::files::spare;
use crate::problem::Problem;
use crate::session::{Ending, Session};

const EXAMPLES: &str = "\
Examples:
  keyward collect
  keyward collect -o organization.kwd --profile audit --role keyward --regions us-east-1,eu-west-1
  keyward collect -o organization.kwd --resume";

/// Reads an organization, or one account, from AWS into a snapshot
///
/// Without an organization, or from a member account, the account of the caller is read. From the
/// management account, or that of a delegated administrator, all accounts are read, each through
/// its role. Nothing is changed. What could not be read is a gap of the snapshot.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct Collect {
    /// The snapshot file to write; a snapshot that is there is replaced
    #[arg(long, short, value_name = "FILE", default_value = "organization.kwd")]
    output: PathBuf,
    /// Replaces whatever file is there
    #[arg(long)]
    force: bool,
    /// Goes on with a collection that was interrupted: accounts that are done are not read again
    #[arg(long, conflicts_with = "restart")]
    resume: bool,
    /// Throws away what an interrupted collection left, and starts anew
    #[arg(long)]
    restart: bool,
    /// Ends with code 3 if something could not be read
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    reading: Reading,
}

impl Collect {
    /// Runs it.
    pub(super) fn run(self, session: &Session) -> Result<Ending, Problem> {
        spare(&self.output, self.force)?;
        let start = match (self.resume, self.restart) {
            (true, _) => Start::Resume,
            (_, true) => Start::Anew,
            _ => Start::Fresh,
        };
        let talk = session.talk;
        let reading = self.reading.or(&session.configuration);
        let done = collection::collect(&reading, &self.output, start, talk)?;
        done.say(talk);
        let output = self.output.display();
        talk.say(format_args!("wrote {output}"));
        talk.say(format_args!("next: keyward audit {output}"));
        Ok(if self.strict && !done.gaps.is_empty() { Ending::Incomplete } else { Ending::Done })
    }
}
