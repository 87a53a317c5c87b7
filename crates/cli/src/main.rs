//! Keeps the critical identities and credentials of an AWS organization safe.
//!
//! Invariants:
//! - No security logic: the commands show what the libraries return.
//! - Data goes to stdout, everything else to stderr.
//! - Nothing is half written: files are written beside and renamed.

mod audit;
mod collection;
mod commands;
mod configuration;
mod estate;
mod excerpt;
mod files;
mod interrupt;
mod nearest;
mod output;
mod problem;
mod session;
mod talk;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anstream::ColorChoice;
use clap::Parser;

use commands::Command;
use configuration::{Configuration, Flags};
use output::Format;
use problem::Problem;
use session::{Ending, Session};
use talk::Talk;

/// Finds weaknesses of root users, IAM users, keys, roles, single sign-on, instances and secrets of
/// an AWS organization: live, or without credentials in what AWS's CLI wrote.
#[derive(Debug, Parser)]
#[command(name = "keyward", bin_name = "keyward", version, about, long_about = None, arg_required_else_help = true)]
#[command(disable_help_subcommand = true, propagate_version = true, max_term_width = 100)]
#[command(after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// The form of the output
    #[arg(long, global = true, value_name = "text|json|jsonl", help_heading = GLOBAL)]
    #[arg(hide_possible_values = true)]
    format: Option<Format>,

    /// When to use colours
    #[arg(long, global = true, value_name = "auto|always|never", help_heading = GLOBAL)]
    #[arg(hide_possible_values = true)]
    color: Option<clap::ColorChoice>,

    /// Says nothing but errors
    #[arg(long, short, global = true, help_heading = GLOBAL)]
    quiet: bool,

    /// Shows evidence and details
    #[arg(long, short, global = true, action = clap::ArgAction::Count, help_heading = GLOBAL)]
    verbose: u8,

    /// The configuration file, in place of the nearest `keyward.toml`
    #[arg(long, global = true, value_name = "FILE", help_heading = GLOBAL)]
    config: Option<PathBuf>,
}

const GLOBAL: &str = "Global options";
const EXAMPLES: &str = "\
Examples:
  keyward demo
  aws iam get-account-authorization-details > details.json && keyward audit details.json
  keyward explain root-without-mfa";

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Whoever closed the pipe does not want the help.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    colour(cli.color.unwrap_or_default());
    match run(cli) {
        Ok(ending) => ending.into(),
        Err(problem) => {
            let _ = write!(anstream::stderr(), "{}", problem.draw());
            ExitCode::from(problem.code())
        }
    }
}

fn run(cli: Cli) -> Result<Ending, Problem> {
    let Cli { command, format, color, quiet, verbose, config } = cli;
    command.run(|| {
        let talk = Talk { quiet, verbose: verbose > 0, is_chatty: verbose > 1 };
        let flags = Flags { format, color, file: config };
        let configuration = Configuration::load(&flags, talk)?;
        colour(configuration.color());
        interrupt::watch();
        Ok(Session { configuration, talk })
    })
}

fn colour(choice: clap::ColorChoice) {
    let choice = match choice {
        clap::ColorChoice::Auto => ColorChoice::Auto,
        clap::ColorChoice::Always => ColorChoice::Always,
        clap::ColorChoice::Never => ColorChoice::Never,
    };
    choice.write_global();
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_contradict_nowhere() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn every_help_ends_with_examples() {
        let command = super::Cli::command();
        let verbs = || command.get_subcommands();
        let things = verbs().flat_map(clap::Command::get_subcommands);
        for verb in verbs().chain(things).chain([&command]) {
            let examples = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
            let count = examples.lines().filter(|line| line.contains("keyward ")).count();
            assert!(examples.starts_with("Examples:"), "{}", verb.get_name());
            assert!((2..=3).contains(&count), "{}", verb.get_name());
        }
    }
}
