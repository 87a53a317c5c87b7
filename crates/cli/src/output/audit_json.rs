//! `keyward.audit/1`: an audit for machines.

use keyward_controls::{Evidence, Finding, Severity, State};
use keyward_snapshot::{AccountId, Gap, Reason};
use serde::Serialize;

use crate::audit::Audit;
use crate::problem::Problem;

/// The version of the document. Keys are added without a new one.
const SCHEMA: &str = "keyward.audit/1";

/// Prints one document.
pub(crate) fn print(audit: &Audit) -> Result<(), Problem> {
    let total = audit.total();
    super::print_json(&Document {
        schema: SCHEMA,
        taken_at: audit.taken_at.to_string(),
        accounts: &audit.accounts,
        gaps: audit.gaps.iter().map(GapRow::new).collect(),
        summary: Summary {
            weak: total.weak(),
            sound: total.sound,
            cannot_tell: total.cannot_tell,
            excepted: total.excepted,
        },
        findings: audit.findings.iter().map(Row::new).collect(),
    })
}

/// Prints one finding a line.
pub(crate) fn print_lines(audit: &Audit) -> Result<(), Problem> {
    super::print_json_lines(audit.findings.iter().map(Row::new))
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    taken_at: String,
    accounts: &'a [AccountId],
    gaps: Vec<GapRow<'a>>,
    summary: Summary,
    findings: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Summary {
    weak: usize,
    sound: usize,
    cannot_tell: usize,
    excepted: usize,
}

#[derive(Serialize)]
struct GapRow<'a> {
    permission: &'static str,
    command: &'static str,
    account: Option<&'a AccountId>,
    region: Option<&'a str>,
    about: Option<&'a str>,
    reason: &'static str,
    error: Option<&'a str>,
}

impl<'a> GapRow<'a> {
    fn new((account, gap): &'a (Option<AccountId>, Gap)) -> Self {
        let (reason, error) = reason(&gap.reason);
        Self {
            permission: gap.call.action(),
            command: gap.call.command(),
            account: account.as_ref(),
            region: gap.region.as_deref(),
            about: gap.about.as_deref(),
            reason,
            error,
        }
    }
}

/// The word for the reason, and the error code of AWS's where there is one.
fn reason(reason: &Reason) -> (&'static str, Option<&str>) {
    match reason {
        Reason::NotCollected => ("not-collected", None),
        Reason::Refused(code) => ("refused", Some(code)),
        Reason::Failed(why) => ("failed", Some(why)),
        Reason::Truncated => ("truncated", None),
    }
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    control: &'static str,
    state: State,
    severity: Severity,
    account: Option<&'a AccountId>,
    region: Option<&'a str>,
    resource: &'a str,
    title: &'a str,
    evidence: Vec<Fact<'a>>,
    since: Option<&'a str>,
    fix: Option<&'a str>,
    frameworks: [&'a str; 0],
}

#[derive(Serialize)]
struct Fact<'a> {
    what: &'a str,
    value: &'a str,
}

impl<'a> Row<'a> {
    fn new(finding: &'a Finding) -> Self {
        let facts = finding.evidence.iter().map(|Evidence { what, value }| Fact { what, value });
        Self {
            id: &finding.id,
            control: finding.control.id,
            state: finding.state,
            severity: finding.severity,
            account: finding.account.as_ref(),
            region: finding.region.as_deref(),
            resource: &finding.resource,
            title: &finding.title,
            evidence: facts.chain(finding.gap.iter().flat_map(missing)).collect(),
            since: None,
            fix: None,
            frameworks: [],
        }
    }
}

/// What is missing, as evidence for not being able to tell.
fn missing(gap: &Gap) -> impl Iterator<Item = Fact<'_>> {
    let (word, error) = reason(&gap.reason);
    let facts = [
        ("missing permission", Some(gap.call.action())),
        ("answered by", Some(gap.call.command())),
        ("asked about", gap.about.as_deref()),
        ("asked in region", gap.region.as_deref()),
        ("reason", Some(word)),
        ("error", error),
    ];
    facts.into_iter().filter_map(|(what, value)| Some(Fact { what, value: value? }))
}
