//! `keyward config`

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use crate::configuration::{Configuration, Entry, Origin};
use crate::output::style;
use crate::output::table::{self, Cell};
use crate::output::{self, Format};
use crate::problem::Problem;
use crate::session::{Ending, Session};

const EXAMPLES: &str = "\
Examples:
  keyward config
  KEYWARD_KEY_AGE_DAYS_MAX=60 keyward config
  keyward config --config keyward.toml --format json";

/// Shows the effective configuration, and where each value came from
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Config {}

/// Runs it.
pub(super) fn run(session: &Session) -> Result<Ending, Problem> {
    let configuration = &session.configuration;
    match session.format(&[Format::Text, Format::Json])? {
        Format::Json | Format::Jsonl => output::print_json(&Document::new(configuration))?,
        _ => output::print(|out| write(out, configuration))?,
    }
    Ok(Ending::Done)
}

fn write(out: &mut dyn Write, configuration: &Configuration) -> io::Result<()> {
    let file = configuration.file.as_ref();
    match file {
        Some(path) => writeln!(out, "{}", path.display())?,
        None => writeln!(out, "no keyward.toml")?,
    }
    writeln!(out)?;
    let rows: Vec<Vec<Cell>> = configuration
        .entries
        .iter()
        .map(|Entry { key, value, origin }| {
            let (source, from) = source(origin);
            let from = match origin {
                Origin::Default => Cell::new(source).styled(style::FAINT),
                Origin::File(_) => Cell::new(format!("line {}", from.unwrap_or_default())),
                _ => Cell::new(from.unwrap_or_default()),
            };
            vec![Cell::new(key).styled(style::NAME), Cell::new(plain(value)), from]
        })
        .collect();
    table::write(out, "", &rows)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// The kind of source, and which one: a line of the file, a variable, a flag.
fn source(origin: &Origin) -> (&'static str, Option<String>) {
    match origin {
        Origin::Default => ("default", None),
        Origin::File(line) => ("file", Some(line.to_string())),
        Origin::Variable(name) => ("variable", Some(name.clone())),
        Origin::Flag(name) => ("flag", Some((*name).to_owned())),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    file: Option<String>,
    values: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    key: &'a str,
    value: &'a Value,
    source: &'static str,
    from: Option<String>,
}

impl<'a> Document<'a> {
    fn new(configuration: &'a Configuration) -> Self {
        let file = configuration.file.as_ref().map(|path| path.display().to_string());
        let row = |entry: &'a Entry| {
            let (source, from) = source(&entry.origin);
            let from = match &file {
                Some(path) if source == "file" => from.map(|line| format!("{path}:{line}")),
                _ => from,
            };
            Row { key: &entry.key, value: &entry.value, source, from }
        };
        let values = configuration.entries.iter().map(row).collect();
        Self { schema: "keyward.config/1", file, values }
    }
}
