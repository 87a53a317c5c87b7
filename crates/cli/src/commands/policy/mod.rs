//! `keyward policy`: the policy language on files, without an estate.

mod eval;
mod format;
mod lint;
mod scenario;
mod size;

use std::io::{self, Read as _};
use std::path::Path;

use clap::{Args, Subcommand};
use keyward_policy::Document;

use crate::problem::{Place, Problem};
use crate::session::{Ending, Session};

const EXAMPLES: &str = "\
Examples:
  keyward policy lint policy.json
  keyward policy eval requests.jsonl > answers.jsonl
  keyward policy size --type scp guardrail.json";

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
    Lint(lint::Lint),
    Format(format::Format),
    Size(size::Size),
}

impl Policy {
    /// Runs it.
    pub(super) fn run(self, session: &Session) -> Result<Ending, Problem> {
        match self.what {
            What::Eval(command) => command.run(session),
            What::Lint(command) => command.run(session),
            What::Format(command) => command.run(session),
            What::Size(command) => command.run(session),
        }
    }
}

/// The text of a policy. What is no policy is an error that says where.
fn read(file: &Path) -> Result<String, Problem> {
    let (name, text) = read_text(file)?;
    match Document::parse(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(Problem::new(error.to_string()).at(Place::file(&name))),
    }
}

/// A file's name, and its text.
fn read_text(file: &Path) -> Result<(String, String), Problem> {
    let is_stdin = file.as_os_str() == "-";
    let name = if is_stdin { "stdin".to_owned() } else { file.display().to_string() };
    let bytes = if is_stdin {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    let bytes = bytes.map_err(|error| Problem::io("read", &name, &error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Problem::new("the policy is not UTF-8").at(Place::file(&name)))?;
    Ok((name, text))
}
