//! `keyward policy eval`

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::scenario;
use crate::output::{self, Format};
use crate::problem::Problem;
use crate::session::{Ending, Session};

const EXAMPLES: &str = "\
Examples:
  keyward policy eval scenario.json
  keyward policy eval requests.jsonl > answers.jsonl
  generate-requests | keyward policy eval -";

/// Answers requests as AWS would, with the statements that decide
///
/// The input is one scenario as JSON, or one in each line; the answers come one a line, in order. A
/// scenario holds a request (`principal`, `action`, `resource`, `context`, `unknown`) and the
/// policies around it (`identity`, `boundary`, `session`, `scps`, `rcps`, `resource`, `endpoint`).
/// Keys of `unknown` may have any value or none: where they decide, the answer is `depends`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Eval {
    /// The scenarios; `-` is stdin
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
}

/// Stands in place of the answer to a line that is no scenario.
#[derive(Serialize)]
struct Fault {
    line: usize,
    error: String,
}

impl Eval {
    /// Runs it.
    pub(super) fn run(self, session: &Session) -> Result<Ending, Problem> {
        session.format(&[Format::Text, Format::Json, Format::Jsonl])?;
        let name =
            if self.is_stdin() { "stdin".to_owned() } else { self.file.display().to_string() };
        let failed = |error: &io::Error| Problem::io("read", &name, error);
        let input: Box<dyn Read> = if self.is_stdin() {
            Box::new(io::stdin().lock())
        } else {
            Box::new(File::open(&self.file).map_err(|error| failed(&error))?)
        };
        let mut faults = 0_usize;
        let mut broken = None;
        let scenarios = Scenarios { input: BufReader::new(input), line: 0, is_over: false };
        output::write_lines(|out| {
            for scenario in scenarios {
                match scenario {
                    Ok((line, text)) => faults += usize::from(!answer(out, line, &text)?),
                    Err(error) => {
                        broken = Some(failed(&error));
                        break;
                    }
                }
            }
            Ok(())
        })?;
        match (broken, faults) {
            (Some(problem), _) => Err(problem),
            (None, 0) => Ok(Ending::Done),
            (None, 1) => Err(Problem::new(format!("1 line of {name} is no scenario"))),
            (None, faults) => {
                Err(Problem::new(format!("{faults} lines of {name} are no scenarios")))
            }
        }
    }

    fn is_stdin(&self) -> bool {
        self.file.as_os_str() == "-"
    }
}

/// Writes the answer to a scenario, or what is wrong with it, and tells whether it was one.
fn answer(out: &mut BufWriter<io::StdoutLock<'_>>, line: usize, text: &str) -> io::Result<bool> {
    let answered = scenario::answer(text);
    match &answered {
        Ok(answer) => serde_json::to_writer(&mut *out, answer)?,
        Err(error) => serde_json::to_writer(&mut *out, &Fault { line, error: error.clone() })?,
    }
    writeln!(out)?;
    Ok(answered.is_ok())
}

/// The scenarios of an input, each with the line where it begins. An input whose first line is not
/// a whole JSON value is one scenario.
struct Scenarios<R> {
    input: R,
    line: usize,
    is_over: bool,
}

impl<R: BufRead> Scenarios<R> {
    /// A line as text. What is not UTF-8 is replaced, so that its error names it.
    fn read(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        if self.input.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        self.line += 1;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }
}

impl<R: BufRead> Iterator for Scenarios<R> {
    type Item = io::Result<(usize, String)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let is_first = self.line == 0;
        let mut text = loop {
            match self.read() {
                Ok(None) => return None,
                Ok(Some(text)) if text.trim().is_empty() => {}
                Ok(Some(text)) => break text,
                Err(error) => {
                    self.is_over = true;
                    return Some(Err(error));
                }
            }
        };
        let begins_at = self.line;
        let value = serde_json::from_str::<serde::de::IgnoredAny>(&text);
        if is_first && value.is_err_and(|error| error.is_eof()) {
            self.is_over = true;
            let mut rest = Vec::new();
            if let Err(error) = self.input.read_to_end(&mut rest) {
                return Some(Err(error));
            }
            text.push_str(&String::from_utf8_lossy(&rest));
        }
        Some(Ok((begins_at, text)))
    }
}
