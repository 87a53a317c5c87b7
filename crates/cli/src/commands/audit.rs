//! `keyward audit`

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use keyward_controls::{Control, Severity, all};

use crate::audit::{self, Question};
use crate::collection::{self, Reading, Start};
use crate::estate::{About, Estate};
use crate::interrupt::{self, quoted};
use crate::output::audit_text::{self, Layout, Source};
use crate::output::{self, Format, audit_json, table};
use crate::problem::Problem;
use crate::session::{Ending, Session};

const EXAMPLES: &str = "\
Examples:
  keyward audit --live
  keyward audit evidence/ --subject root,keys --severity high
  keyward audit organization.kwd --format json --fail-on high --strict > findings.json";

/// Finds what is weak: live in AWS, in a snapshot, or in what AWS's CLI wrote
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Audit {
    /// A snapshot file, or files and folders of CLI output; `-` is stdin [default: live AWS]
    #[arg(value_name = "ESTATE")]
    estate: Vec<PathBuf>,
    /// Collects from AWS, and keeps nothing
    #[arg(long, conflicts_with = "estate")]
    live: bool,
    #[command(flatten)]
    about: About,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    reading: Reading,
}

/// What is asked, what is shown, and when the command fails. The demo takes it too.
#[derive(Debug, Args)]
pub(super) struct Choice {
    /// Asks this control only
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    control: Vec<String>,
    /// Asks the controls of this subject only
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    subject: Vec<String>,
    /// Shows findings from this severity on; the others are counted
    #[arg(long, value_name = "LEVEL", value_parser = severities())]
    severity: Option<Severity>,
    /// Shows every finding, sound and excepted ones too
    #[arg(long)]
    all: bool,
    /// Ends with code 1 if there is a weak finding from this severity on
    #[arg(long, value_name = "LEVEL", value_parser = severities())]
    fail_on: Option<Severity>,
    /// Ends with code 3 if something could not be read
    #[arg(long)]
    strict: bool,
}

impl Audit {
    /// Runs it.
    pub(super) fn run(self, session: &Session) -> Result<Ending, Problem> {
        let question = self.choice.question()?;
        session.format(FORMATS)?;
        if self.live || self.estate.is_empty() {
            return self.run_live(&question, session);
        }
        let estate = Estate::open(&self.estate, &self.about, session.talk)?;
        let names: Vec<String> =
            self.estate.iter().map(|path| quoted(&path.display().to_string())).collect();
        show(estate, &question, &self.choice, Source::Named(&names.join(" ")), session)
    }
}

impl Audit {
    /// Collects into a snapshot that nobody keeps, and audits it.
    fn run_live(&self, question: &Question, session: &Session) -> Result<Ending, Problem> {
        self.about.refuse_for_live()?;
        let reading = self.reading.clone().or(&session.configuration);
        let folder = tempfile::Builder::new()
            .prefix("keyward-")
            .tempdir()
            .map_err(|error| Problem::io("make", "a temporary folder", &error))?;
        let guard = interrupt::Unfinished::new(folder.path());
        let snapshot = folder.path().join("live.kwd");
        let done = collection::collect(&reading, &snapshot, Start::Once, session.talk)
            .map_err(|problem| {
                problem
                    .help("an audit without AWS reads a snapshot, or files and folders of what AWS's CLI wrote:")
                    .help("aws iam get-account-authorization-details > details.json")
                    .help("keyward audit details.json")
            })?;
        done.say(session.talk);
        let estate = Estate::open(&[snapshot], &self.about, session.talk)?;
        let ending = show(estate, question, &self.choice, Source::Named("--live"), session);
        drop(guard);
        ending
    }
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::Jsonl];

impl Choice {
    /// What is asked.
    pub(super) fn question(&self) -> Result<Question, Problem> {
        let mut named: Vec<&'static Control> = Vec::new();
        for id in &self.control {
            named.push(super::control(id)?);
        }
        for name in &self.subject {
            named.extend(super::subject(name)?.controls);
        }
        let is_asked = |control: &&'static Control| {
            (self.control.is_empty() && self.subject.is_empty())
                || named.iter().any(|it| it.id == control.id)
        };
        Ok(Question {
            controls: all().filter(is_asked).collect(),
            severity_min: self.severity.unwrap_or(Severity::Info),
            all: self.all,
        })
    }
}

/// Audits and prints.
pub(super) fn show(
    estate: Estate,
    question: &Question,
    choice: &Choice,
    source: Source<'_>,
    session: &Session,
) -> Result<Ending, Problem> {
    let format = session.format(FORMATS)?;
    let audit = audit::audit(estate, question, &session.configuration.settings, session.talk)?;
    match format {
        Format::Json => audit_json::print(&audit)?,
        Format::Jsonl => audit_json::print_lines(&audit)?,
        _ => {
            let verbose = session.talk.verbose;
            let layout = Layout {
                width: output::width(),
                unfolded: choice.all || verbose,
                evidence: verbose,
            };
            output::print(|out| audit_text::write(out, &audit, layout, source))?;
        }
    }
    if let Some(level) = choice.fail_on
        && let count @ 1.. = audit.total().weak_at_least(level)
    {
        let findings = table::counted(count, "weak finding");
        session.talk.say(format_args!("{findings} at {level} or above"));
        return Ok(Ending::BadNews);
    }
    if choice.strict && !audit.gaps.is_empty() {
        let gaps = table::counted(audit.gaps.len(), "gap");
        session.talk.say(format_args!("the answer is incomplete: {gaps}"));
        return Ok(Ending::Incomplete);
    }
    Ok(Ending::Done)
}

fn severities() -> impl clap::builder::TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(Severity::ALL.map(Severity::name)).map(|name| {
        let named = Severity::ALL.into_iter().find(|severity| severity.name() == name);
        named.unwrap_or(Severity::Info)
    })
}
