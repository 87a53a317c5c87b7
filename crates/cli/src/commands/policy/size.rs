//! `keyward policy size`

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use keyward_policy::{SIZE_LIMITS, SizeLimit};
use serde::Serialize;

use super::read;
use crate::output::table::{self, Cell, grouped};
use crate::output::{self, Format, style};
use crate::problem::Problem;
use crate::session::{Ending, Session};

const EXAMPLES: &str = "\
Examples:
  keyward policy size policy.json
  keyward policy size --type scp guardrails/*.json
  keyward policy size --type trust --limit 4096 trust.json";

/// Tells how long policies are, as AWS counts, and what its limits are
///
/// With `--type` it ends with code 1 if one is too long. Limits change, and some can be raised:
/// `--limit` sets another.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Size {
    /// The policies; `-` is stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Only this kind of policy [possible values: managed, inline-user, inline-group, inline-role,
    /// trust, session, scp, rcp, endpoint]
    #[arg(long = "type", value_name = "KIND", value_parser = kind)]
    kind: Option<SizeLimit>,
    /// Another limit, in characters
    #[arg(long, value_name = "N", requires = "kind")]
    limit: Option<usize>,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    policies: &'a [Measured],
}

/// A policy against one limit.
#[derive(Serialize)]
struct Measured {
    file: String,
    r#type: &'static str,
    counted: usize,
    limit: usize,
    fits: bool,
    note: &'static str,
    source: &'static str,
}

impl Size {
    /// Runs it.
    pub(super) fn run(self, session: &Session) -> Result<Ending, Problem> {
        let format = session.format(&[Format::Text, Format::Json, Format::Jsonl])?;
        let mut measured = Vec::new();
        for file in &self.files {
            let text = read(file)?;
            let limits = SIZE_LIMITS.iter().filter(|it| self.kind.is_none_or(|kind| kind == **it));
            measured.extend(limits.map(|it| {
                let (counted, limit) = (it.counted(&text), self.limit.unwrap_or(it.characters_max));
                Measured {
                    file: file.display().to_string(),
                    r#type: it.kind,
                    counted,
                    limit,
                    fits: counted <= limit,
                    note: it.note,
                    source: it.source,
                }
            }));
        }
        match format {
            Format::Json => output::print_json(&Document {
                schema: "keyward.policy-size/1",
                policies: &measured,
            })?,
            Format::Jsonl => output::print_json_lines(&measured)?,
            _ => output::print(|out| write(out, &measured))?,
        }
        let is_too_long = self.kind.is_some() && measured.iter().any(|it| !it.fits);
        Ok(if is_too_long { Ending::BadNews } else { Ending::Done })
    }
}

fn write(out: &mut dyn Write, measured: &[Measured]) -> io::Result<()> {
    for of_file in measured.chunk_by(|one, other| one.file == other.file) {
        if let Some(first) = of_file.first() {
            writeln!(out, "{}", style::clean(&first.file))?;
        }
        let rows: Vec<Vec<Cell>> = of_file
            .iter()
            .map(|it| {
                let verdict = if it.fits { "fits" } else { "too long" };
                let verdict = if it.fits {
                    Cell::new(verdict)
                } else {
                    Cell::new(verdict).styled(style::WARNING)
                };
                vec![
                    Cell::new(it.r#type).styled(style::NAME),
                    Cell::new(grouped(it.counted)).right(),
                    Cell::new(format!("of {}", grouped(it.limit))),
                    verdict,
                    Cell::new(it.note).styled(style::FAINT),
                ]
            })
            .collect();
        table::write(out, "  ", &rows)?;
    }
    Ok(())
}

fn kind(text: &str) -> Result<SizeLimit, String> {
    SIZE_LIMITS.iter().find(|limit| limit.kind == text).copied().ok_or_else(|| {
        let kinds: Vec<&str> = SIZE_LIMITS.iter().map(|limit| limit.kind).collect();
        format!("one of {}", kinds.join(", "))
    })
}
