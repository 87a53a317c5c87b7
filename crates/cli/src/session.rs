//! What every command is given, and how it may end.

use std::process::ExitCode;

use crate::configuration::{Configuration, Origin};
use crate::output::Format;
use crate::problem::Problem;
use crate::talk::Talk;

/// What every command is given.
#[derive(Debug)]
pub(crate) struct Session {
    /// The effective configuration.
    pub(crate) configuration: Configuration,
    /// How much is said.
    pub(crate) talk: Talk,
}

/// How a command ends when nothing is wrong with its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Done.
    Done,
    /// The answer is bad news.
    BadNews,
    /// The answer is incomplete, and only a complete one will do.
    Incomplete,
}

impl Session {
    /// The form of output. A form that the command does not offer is an error if a flag asks for
    /// it; the configuration speaks for all commands, so there the nearest form will do.
    pub(crate) fn format(&self, offered: &[Format]) -> Result<Format, Problem> {
        let (format, origin) = self.configuration.format();
        if offered.contains(&format) {
            return Ok(format);
        }
        if matches!(origin, Origin::Flag(_)) {
            let names: Vec<String> = offered.iter().map(|it| format!("`{}`", it.name())).collect();
            return Err(Problem::new(format!("this command has no form `{}`", format.name()))
                .help(format!("it has {}", names.join(" and "))));
        }
        let json = offered.contains(&Format::Json) && format == Format::Jsonl;
        Ok(if json { Format::Json } else { Format::Text })
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(match ending {
            Ending::Done => 0,
            Ending::BadNews => 1,
            Ending::Incomplete => 3,
        })
    }
}
