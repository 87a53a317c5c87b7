//! The findings, grouped by account and subject, the worst first.

use std::cmp::Reverse;
use std::io::{self, Write};

use keyward_controls::{Finding, SUBJECTS, State};
use keyward_snapshot::AccountId;

use super::{Layout, account_label};
use crate::audit::Audit;
use crate::output::style::{self, clean, paint};
use crate::output::table::grouped;

/// How many findings of one control are listed for one account unless all are wanted.
const LISTED_MAX: usize = 10;
/// How many are listed where there are more than that.
const LISTED_OF_MANY: usize = 8;
/// Where the text of a finding begins.
const INDENT: &str = "              ";

/// Writes all that is shown, except what waits for a call: the summary tells that.
pub(super) fn write(out: &mut dyn Write, audit: &Audit, layout: Layout) -> io::Result<()> {
    let shown = audit.findings.iter().filter(|finding| finding.gap.is_none());
    let mut shown: Vec<&Finding> = shown.collect();
    shown.sort_by_key(|it| (&it.account, place_of(it.control.id), it.state, Reverse(it.severity)));
    for of_account in shown.chunk_by(|one, other| one.account == other.account) {
        write_account(out, audit, layout, of_account)?;
    }
    Ok(())
}

/// The place of the control's subject in the catalogue.
fn place_of(control: &str) -> Option<usize> {
    let subject = control.split('-').next();
    SUBJECTS.iter().position(|it| Some(it.name) == subject)
}

fn write_account(
    out: &mut dyn Write,
    audit: &Audit,
    layout: Layout,
    findings: &[&Finding],
) -> io::Result<()> {
    let account = findings.first().and_then(|finding| finding.account.as_ref());
    let (id, name) = account_label(audit, account);
    writeln!(out, "{}", format!("{}  {name}", paint(style::HEADING, &id)).trim_end())?;
    let same_subject =
        |one: &&Finding, other: &&Finding| one.control.subject() == other.control.subject();
    for of_subject in findings.chunk_by(same_subject) {
        let name = of_subject.first().map(|finding| finding.control.subject());
        let subject = SUBJECTS.iter().find(|it| Some(it.name) == name);
        writeln!(out)?;
        writeln!(out, "  {}", paint(style::HEADING, subject.map_or("", |it| it.title)))?;
        let same_control = |one: &&Finding, other: &&Finding| {
            (one.control.id, one.severity, one.state)
                == (other.control.id, other.severity, other.state)
        };
        for of_control in of_subject.chunk_by(same_control) {
            write_control(out, layout, account, of_control)?;
        }
    }
    writeln!(out)
}

fn write_control(
    out: &mut dyn Write,
    layout: Layout,
    account: Option<&AccountId>,
    findings: &[&Finding],
) -> io::Result<()> {
    let Some(first) = findings.first() else { return Ok(()) };
    let (label, colour) = match first.state {
        State::Weak => (first.severity.name(), style::of_severity(first.severity)),
        state => (state.name(), style::of_state(state)),
    };
    let id = paint(style::NAME, first.control.id);
    writeln!(out, "    {}  {id}", paint(colour, format_args!("{label:<8}")).trim_end())?;
    let is_folded = !layout.unfolded && findings.len() > LISTED_MAX;
    let listed = if is_folded { LISTED_OF_MANY } else { findings.len() };
    for finding in findings.iter().take(listed) {
        write_finding(out, layout, account, finding)?;
    }
    if is_folded {
        let more = grouped(findings.len() - listed);
        let text = format!("… and {more} more of this control: -v or --format json lists all");
        writeln!(out, "{INDENT}  {}", paint(style::FAINT, text))?;
    }
    Ok(())
}

fn write_finding(
    out: &mut dyn Write,
    layout: Layout,
    account: Option<&AccountId>,
    finding: &Finding,
) -> io::Result<()> {
    let title = clean(&finding.title);
    let place = if layout.evidence { String::new() } else { clean(&place(finding, account)) };
    let hanging = format!("{INDENT}  ");
    let deeper = format!("{INDENT}    ");
    let options = textwrap::Options::new(layout.width)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .initial_indent(INDENT)
        .subsequent_indent(&hanging);
    let words = place.split(' ').filter(|word| !word.is_empty());
    let text = [title].into_iter().chain(words.map(|word| paint(style::FAINT, word)));
    let text = text.collect::<Vec<_>>().join("  ");
    writeln!(out, "{}", textwrap::fill(&text, &options))?;
    if layout.evidence {
        let facts = finding.evidence.iter().map(|fact| (fact.what.as_str(), fact.value.as_str()));
        let place = [("resource", finding.resource.as_str())];
        let id = [("finding", finding.id.as_str())];
        for (what, value) in place.into_iter().chain(facts).chain(id) {
            let text = format!("{what}: {}", clean(value));
            let options = options.clone().initial_indent(&hanging).subsequent_indent(&deeper);
            for line in textwrap::wrap(&text, options) {
                writeln!(out, "{}", paint(style::FAINT, line))?;
            }
        }
    }
    Ok(())
}

/// The region and the resource, as far as neither the account's heading nor the title says them.
fn place(finding: &Finding, account: Option<&AccountId>) -> String {
    let resource = short(&finding.resource, account);
    let resource = if is_told(&finding.title, resource) { None } else { Some(resource) };
    let parts: Vec<&str> = finding.region.as_deref().into_iter().chain(resource).collect();
    parts.join("  ")
}

/// The resource without what the account's heading says.
fn short<'a>(resource: &'a str, account: Option<&AccountId>) -> &'a str {
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, _, _, owner, rest] if account.is_some_and(|it| it.as_str() == *owner) => rest,
        _ => resource,
    }
}

/// Whether the title says already which resource it is about: by its name, or because there is
/// one such thing only.
fn is_told(title: &str, resource: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || "-_+=,.@".contains(it);
    let says = |name: &str| {
        title.split(|it| !is_part(it)).chain(title.split('`')).any(|words| words == name)
    };
    if let Some(name) = resource.strip_prefix("secret:") {
        // Secrets Manager appends a dash and six characters to the name.
        return name.rsplit_once('-').is_some_and(|(name, _)| says(name));
    }
    let name = resource.rsplit(['/', ':']).next().unwrap_or(resource);
    matches!(resource, "root" | "organization") || says(name)
}
