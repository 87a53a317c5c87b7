//! `keyward explain`

use std::io::{self, Write};

use clap::Args;
use keyward_controls::{Control, SUBJECTS};
use serde::Serialize;

use crate::output::style::{self, paint};
use crate::output::{self, Format, markdown};
use crate::problem::Problem;
use crate::session::{Ending, Session};

const EXAMPLES: &str = "\
Examples:
  keyward explain root-without-mfa
  keyward explain root-without-mfa --format json";

/// How wide running text is at most: longer lines are hard to read.
const PROSE_WIDTH_MAX: usize = 88;

/// Says what a control looks for, why it matters, and how to fix what it finds
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Explain {
    /// The control's id, such as `root-without-mfa`
    #[arg(value_name = "CONTROL")]
    control: String,
}

impl Explain {
    /// Runs it.
    pub(super) fn run(self, session: &Session) -> Result<Ending, Problem> {
        let control = super::control(&self.control)?;
        match session.format(&[Format::Text, Format::Json])? {
            Format::Json | Format::Jsonl => output::print_json(&Document::new(control))?,
            _ => output::print(|out| write(out, control))?,
        }
        Ok(Ending::Done)
    }
}

fn write(out: &mut dyn Write, control: &Control) -> io::Result<()> {
    let width = output::width().min(PROSE_WIDTH_MAX);
    let severity = control.severity;
    let subject = SUBJECTS.iter().find(|subject| subject.name == control.subject());
    writeln!(
        out,
        "{}  {}  {}",
        paint(style::NAME, control.id),
        paint(style::of_severity(severity), severity),
        subject.map_or("", |subject| subject.title),
    )?;
    let commands = |calls: &[keyward_snapshot::Call]| -> Vec<&'static str> {
        calls.iter().map(|call| call.command()).collect()
    };
    write_list(out, "reads", &commands(control.needs), width)?;
    write_list(out, "reads also", &commands(control.refines), width)?;
    write_list(out, "watches", control.watch, width)?;
    writeln!(out)?;
    write!(out, "{}", markdown::render(&control.documentation(), width))
}

/// A label, and the items beside it, each kept on one line.
fn write_list(out: &mut dyn Write, label: &str, items: &[&str], width: usize) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    let mut line = paint(style::FAINT, format_args!("{label:<11}"));
    let mut used = 11;
    for (index, item) in items.iter().enumerate() {
        let comma = if index + 1 < items.len() { "," } else { "" };
        if index > 0 && used + item.len() + 2 > width {
            writeln!(out, "{line}")?;
            line = " ".repeat(11);
            used = 11;
        } else if index > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(item);
        line.push_str(comma);
        used += item.len() + comma.len();
    }
    writeln!(out, "{line}")
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    id: &'static str,
    title: &'static str,
    subject: &'static str,
    severity: keyward_controls::Severity,
    needs: Vec<Read>,
    refines: Vec<Read>,
    watch: &'static [&'static str],
    preventable: &'static [&'static str],
    documentation: String,
}

#[derive(Serialize)]
struct Read {
    permission: &'static str,
    command: &'static str,
}

impl Document {
    fn new(control: &Control) -> Self {
        let reads = |calls: &[keyward_snapshot::Call]| {
            let reads = calls
                .iter()
                .map(|call| Read { permission: call.action(), command: call.command() });
            reads.collect()
        };
        Self {
            schema: "keyward.control/1",
            id: control.id,
            title: control.title(),
            subject: control.subject(),
            severity: control.severity,
            needs: reads(control.needs),
            refines: reads(control.refines),
            watch: control.watch,
            preventable: control.preventable,
            documentation: control.documentation(),
        }
    }
}
