//! What a control says about one resource.

use std::fmt;

use keyward_snapshot::Gap;
use serde::{Deserialize, Serialize};

/// What a control says about one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The resource.
    pub subject: Subject,
    /// Weak, sound, or unknown.
    pub state: State,
    /// The severity, where the evidence raises or lowers the control's own.
    pub severity: Option<Severity>,
    /// One line that says what is the case: no full stop.
    pub title: String,
    /// What the answer rests on.
    pub evidence: Vec<Evidence>,
    /// What could not be read, for [`State::CannotTell`].
    pub gap: Option<Gap>,
}

/// The resource that an answer is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Its ARN, or for what has none, its id.
    pub resource: String,
    /// Its region, if it has one.
    pub region: Option<String>,
    /// What part of the resource, where one resource can have several findings of one control:
    /// `access key 2`, a statement's pointer. It takes part in the finding's id.
    pub part: Option<String>,
}

/// The states of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The weakness is there.
    Weak,
    /// What would decide could not be read.
    #[serde(rename = "cannot-tell")]
    CannotTell,
    /// A person accepted the weakness.
    Excepted,
    /// The weakness is not there.
    Sound,
}

/// How bad a weakness is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Mend it when you pass by.
    Low,
    /// Plan it.
    Medium,
    /// Mend it this week.
    High,
    /// Mend it today.
    Critical,
}

/// One fact that an answer rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// What it is, in a word or two: `last used`, `statement`.
    pub what: String,
    /// Its value as text.
    pub value: String,
}

impl Subject {
    /// A resource by its ARN or id.
    pub fn new(resource: impl Into<String>) -> Self {
        Self { resource: resource.into(), region: None, part: None }
    }

    /// The same resource, in `region`.
    #[must_use]
    pub fn in_region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// One part of the resource.
    #[must_use]
    pub fn part(mut self, part: impl Into<String>) -> Self {
        self.part = Some(part.into());
        self
    }
}

impl Answer {
    /// The weakness is there.
    pub fn weak(subject: Subject, title: impl Into<String>) -> Self {
        Self::new(subject, State::Weak, title)
    }

    /// The weakness is not there.
    pub fn sound(subject: Subject, title: impl Into<String>) -> Self {
        Self::new(subject, State::Sound, title)
    }

    /// Nobody knows, since `gap` was not read.
    pub fn cannot_tell(subject: Subject, gap: &Gap) -> Self {
        let mut answer = Self::new(subject, State::CannotTell, "");
        answer.title = format!("Cannot tell without `{}`", gap.call.command());
        answer.gap = Some(gap.clone());
        answer
    }

    /// Nobody knows although everything was read: the question is open for the reason `title`.
    pub fn undecided(subject: Subject, title: impl Into<String>) -> Self {
        Self::new(subject, State::CannotTell, title)
    }

    /// The answer, or `cannot-tell` with the gap that stood in its way.
    pub fn settle(subject: Subject, answer: Result<Self, &Gap>) -> Self {
        answer.unwrap_or_else(|gap| Self::cannot_tell(subject, gap))
    }

    /// Adds a fact that the answer rests on.
    #[must_use]
    pub fn evidence(mut self, what: &str, value: impl fmt::Display) -> Self {
        self.evidence.push(Evidence { what: what.to_owned(), value: value.to_string() });
        self
    }

    /// Raises or lowers the severity, and says why.
    #[must_use]
    pub fn severity(mut self, severity: Severity, because: &str) -> Self {
        self.severity = Some(severity);
        self.evidence("severity", format!("{severity}: {because}"))
    }

    fn new(subject: Subject, state: State, title: impl Into<String>) -> Self {
        Self {
            subject,
            state,
            severity: None,
            title: title.into(),
            evidence: Vec::new(),
            gap: None,
        }
    }
}

impl Severity {
    /// All severities, the worst first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The name used in output and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl State {
    /// The name used in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::CannotTell => "cannot-tell",
            Self::Excepted => "excepted",
            Self::Sound => "sound",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
