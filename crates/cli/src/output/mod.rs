//! The forms in which answers are printed.

pub(crate) mod audit_json;
pub(crate) mod audit_text;
pub(crate) mod iam_policy;
pub(crate) mod markdown;
pub(crate) mod style;
pub(crate) mod table;

use std::io::{self, BufWriter, IsTerminal as _, Write};

use anstream::AutoStream;
use serde::Serialize;

use crate::problem::{Problem, reason};

/// The width of text that does not go to a terminal.
const WIDTH_ELSEWHERE: usize = 100;
/// Narrower than this, lines are broken by the terminal rather than by us.
const WIDTH_MIN: usize = 40;
/// Lines that are longer are hard to read, whatever the terminal's width.
const WIDTH_MAX: usize = 140;

/// The forms that `--format` chooses among.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// One JSON document
    Json,
    /// JSON Lines, one row a line
    Jsonl,
    /// Configuration for Terraform
    Terraform,
    /// A template of CloudFormation, as JSON
    Cloudformation,
}

impl Format {
    /// The name by which it is chosen.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Terraform => "terraform",
            Self::Cloudformation => "cloudformation",
        }
    }
}

/// How wide text on stdout may be.
pub(crate) fn width() -> usize {
    width_of(io::stdout().is_terminal(), terminal_size::terminal_size_of(io::stdout()))
}

/// How wide text on stderr may be.
pub(crate) fn width_of_stderr() -> usize {
    width_of(io::stderr().is_terminal(), terminal_size::terminal_size_of(io::stderr()))
}

fn width_of(
    is_terminal: bool,
    size: Option<(terminal_size::Width, terminal_size::Height)>,
) -> usize {
    match size {
        Some((columns, _)) if is_terminal => usize::from(columns.0).clamp(WIDTH_MIN, WIDTH_MAX),
        _ => WIDTH_ELSEWHERE,
    }
}

/// Writes text to stdout, with its colours where they are wanted.
pub(crate) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Problem> {
    let mut out = BufWriter::new(AutoStream::auto(io::stdout().lock()));
    finish(write(&mut out).and_then(|()| out.flush()))
}

/// Writes one JSON document to stdout.
pub(crate) fn print_json<T: Serialize + ?Sized>(value: &T) -> Result<(), Problem> {
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let written = serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from);
    finish(written.and_then(|()| writeln!(out)).and_then(|()| out.flush()))
}

/// Writes one line of JSON for each row to stdout.
pub(crate) fn print_json_lines<T: Serialize>(
    rows: impl IntoIterator<Item = T>,
) -> Result<(), Problem> {
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let write = || {
        for row in rows {
            serde_json::to_writer(&mut out, &row)?;
            writeln!(out)?;
        }
        out.flush()
    };
    finish(write())
}

/// Writes lines to stdout as they come.
pub(crate) fn write_lines(
    write: impl FnOnce(&mut BufWriter<io::StdoutLock<'_>>) -> io::Result<()>,
) -> Result<(), Problem> {
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    finish(write(&mut out).and_then(|()| out.flush()))
}

/// Whoever closes the pipe has read enough: that is no error.
fn finish(written: io::Result<()>) -> Result<(), Problem> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Problem::new(format!("can't write the output: {}", reason(&error))))
        }
        _ => Ok(()),
    }
}
