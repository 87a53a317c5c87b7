//! `keyward completions`

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::output;
use crate::problem::Problem;
use crate::session::Ending;

const EXAMPLES: &str = "\
Examples:
  keyward completions bash > ~/.local/share/bash-completion/completions/keyward
  keyward completions fish > ~/.config/fish/completions/keyward.fish
  keyward completions zsh > ~/.zfunc/_keyward";

/// Prints the completions for a shell
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    /// Runs it.
    pub(super) fn run(self) -> Result<Ending, Problem> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut crate::Cli::command(), "keyward", &mut script);
        output::print(|out| out.write_all(&script))?;
        Ok(Ending::Done)
    }
}
