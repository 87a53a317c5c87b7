//! `keyward help`

use std::io::IsTerminal as _;
use std::process::Command;

use clap::{Args, CommandFactory as _};

use crate::nearest::{nearest, question};
use crate::output;
use crate::problem::Problem;
use crate::session::Ending;

const EXAMPLES: &str = "\
Examples:
  keyward help
  keyward help audit";

/// Opens the man page of a command
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Help {
    /// The command
    #[arg(value_name = "COMMAND")]
    verb: Option<String>,
}

impl Help {
    /// Runs it.
    pub(super) fn run(self) -> Result<Ending, Problem> {
        let mut keyward = crate::Cli::command();
        keyward.build();
        let Some(verb) = self.verb else {
            return show(keyward);
        };
        let names: Vec<&str> = keyward.get_subcommands().map(clap::Command::get_name).collect();
        let near = question(&nearest(&verb, names.iter().copied()));
        let unknown = Problem::new(format!("there is no command `{verb}`"))
            .help(near.unwrap_or_else(|| format!("there are {}", names.join(", "))));
        show(keyward.find_subcommand(&verb).cloned().ok_or(unknown)?)
    }
}

/// Opens the page with `man` on a terminal that has it; prints the help otherwise.
fn show(mut command: clap::Command) -> Result<Ending, Problem> {
    if !(std::io::stdout().is_terminal() && open(&command)) {
        let help = command.render_long_help();
        output::print(|out| write!(out, "{}", help.ansi()))?;
    }
    Ok(Ending::Done)
}

fn open(command: &clap::Command) -> bool {
    let page = || {
        let mut file = tempfile::Builder::new().suffix(".1").tempfile()?;
        clap_mangen::Man::new(command.clone()).render(&mut file)?;
        Command::new("man").arg(file.path()).status()
    };
    page().is_ok_and(|status| status.success())
}
