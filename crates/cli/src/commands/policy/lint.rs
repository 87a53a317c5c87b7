//! `keyward policy lint`

use std::path::PathBuf;

use clap::Args;
use keyward_policy::{Catalogue, Diagnostic, Document, Level, Position, lint, locate};
use serde::Serialize;

use super::read_text;
use crate::excerpt;
use crate::output::{self, Format};
use crate::problem::{GUTTER, Kind, Place, Problem};
use crate::session::{Ending, Session};

const EXAMPLES: &str = "\
Examples:
  keyward policy lint policy.json
  keyward policy lint --format json policies/*.json";

/// Tells what is wrong with policies: what IAM refuses, and what does not do what it seems to
///
/// Actions are looked up in a catalogue, which lags behind AWS: one that it does not know is a
/// warning. The exit code is 1 if there is an error.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Lint {
    /// The policies; `-` is stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Answer<'a> {
    schema: &'static str,
    diagnostics: &'a [Row],
}

#[derive(Serialize)]
struct Row {
    file: String,
    pointer: String,
    line: Option<usize>,
    column: Option<usize>,
    code: &'static str,
    level: &'static str,
    message: String,
    #[serde(skip)]
    place: Place,
    #[serde(skip)]
    kind: Kind,
}

impl Lint {
    /// Runs it.
    pub(super) fn run(self, session: &Session) -> Result<Ending, Problem> {
        let format = session.format(&[Format::Text, Format::Json, Format::Jsonl])?;
        let mut rows = Vec::new();
        for file in &self.files {
            let (name, text) = read_text(file)?;
            let stopped_at = Document::parse(&text).err().and_then(|error| error.stopped_at);
            let found = lint(&text, Catalogue::bundled());
            rows.extend(found.into_iter().map(|it| row(&name, &text, stopped_at, it)));
        }
        match format {
            Format::Json => {
                output::print_json(&Answer { schema: "keyward.lint/1", diagnostics: &rows })?;
            }
            Format::Jsonl => output::print_json_lines(&rows)?,
            _ => {
                for Row { code, message, place, kind, .. } in &rows {
                    let drawn = Problem::new(format!("{message} [{code}]")).at(place.clone());
                    output::print(|out| out.write_all(drawn.draw_as(*kind).as_bytes()))?;
                }
            }
        }
        let is_wrong = rows.iter().any(|row| row.kind == Kind::Error);
        Ok(if is_wrong { Ending::BadNews } else { Ending::Done })
    }
}

fn row(name: &str, text: &str, stopped_at: Option<Position>, found: Diagnostic) -> Row {
    let Diagnostic { pointer, code, level, message } = found;
    let at = match stopped_at {
        Some(Position { line, column, .. }) => Some((line, column)),
        None => locate(text, &pointer),
    };
    let width = output::width().saturating_sub(GUTTER);
    let place = Place {
        path: name.to_owned(),
        line: at.map(|(line, _)| line),
        column: at.map(|(_, column)| column),
        field: (!pointer.is_empty()).then(|| pointer.clone()),
        excerpt: at.and_then(|(line, column)| excerpt::of_text(text, line, column, width)),
    };
    let (level, kind) = match level {
        Level::Error => ("error", Kind::Error),
        Level::Warning => ("warning", Kind::Warning),
    };
    Row {
        file: name.to_owned(),
        pointer,
        line: place.line,
        column: place.column,
        code: code.name(),
        level,
        message,
        place,
        kind,
    }
}
