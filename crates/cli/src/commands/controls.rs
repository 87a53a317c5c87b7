//! `keyward controls`

use std::io::{self, Write};

use clap::Args;
use keyward_controls::{Control, SUBJECTS, Severity, SubjectFolder};
use serde::Serialize;

use crate::output::style::{self, paint};
use crate::output::table::{self, Cell};
use crate::output::{self, Format};
use crate::problem::Problem;
use crate::session::{Ending, Session};

const EXAMPLES: &str = "\
Examples:
  keyward controls
  keyward controls --subject keys
  keyward controls --format json";

/// Lists the weaknesses that keyward knows
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Controls {
    /// Lists the controls of this subject only
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    subject: Vec<String>,
}

impl Controls {
    /// Runs it.
    pub(super) fn run(self, session: &Session) -> Result<Ending, Problem> {
        let mut named = Vec::new();
        for name in &self.subject {
            named.push(super::subject(name)?.name);
        }
        let is_asked = |it: &&SubjectFolder| named.is_empty() || named.contains(&it.name);
        let subjects: Vec<&SubjectFolder> = SUBJECTS.iter().filter(is_asked).collect();
        let rows = || subjects.iter().flat_map(|it| it.controls).map(|it| Row::new(it));
        match session.format(&[Format::Text, Format::Json, Format::Jsonl])? {
            Format::Json => output::print_json(&Document {
                schema: "keyward.controls/1",
                controls: rows().collect(),
            })?,
            Format::Jsonl => output::print_json_lines(rows())?,
            _ => output::print(|out| write(out, &subjects))?,
        }
        Ok(Ending::Done)
    }
}

fn write(out: &mut dyn Write, subjects: &[&SubjectFolder]) -> io::Result<()> {
    for (index, subject) in subjects.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let name = paint(style::FAINT, format_args!("--subject {}", subject.name));
        writeln!(out, "{}  {name}", paint(style::HEADING, subject.title))?;
        let rows: Vec<Vec<Cell>> = subject
            .controls
            .iter()
            .map(|control| {
                let severity = control.severity;
                vec![
                    Cell::new(severity.name()).styled(style::of_severity(severity)),
                    Cell::new(control.id).styled(style::NAME),
                    Cell::new(control.title()),
                ]
            })
            .collect();
        table::write(out, "  ", &rows)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    controls: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    id: &'static str,
    subject: &'static str,
    severity: Severity,
    title: &'static str,
    needs: Vec<&'static str>,
    refines: Vec<&'static str>,
}

impl Row {
    fn new(control: &'static Control) -> Self {
        let permissions =
            |calls: &[keyward_snapshot::Call]| calls.iter().map(|call| call.action()).collect();
        Self {
            id: control.id,
            subject: control.subject(),
            severity: control.severity,
            title: control.title(),
            needs: permissions(control.needs),
            refines: permissions(control.refines),
        }
    }
}
