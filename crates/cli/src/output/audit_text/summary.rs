//! What an audit comes to, on one screen: counts, what to do first, what could not be read.

use std::cmp::Reverse;
use std::io::{self, Write};

use keyward_controls::{Severity, by_id};
use keyward_snapshot::{Call, Reason};

use textwrap::core::display_width;

use super::{Layout, Source, account_label};
use crate::audit::{Audit, Tally, Waiting};
use crate::output::style::{self, paint};
use crate::output::table::{self, Cell, counted, grouped};

/// How many accounts the table names.
const ACCOUNTS_MAX: usize = 12;
/// How many controls are named as the first to see to.
const FIRST_MAX: usize = 5;
/// How many calls are named that were not answered, unless all details are wanted.
const CALLS_MAX: usize = 8;
/// Longer names of estates are not repeated.
const ESTATE_MAX: usize = 40;

/// Writes it.
pub(super) fn write(
    out: &mut dyn Write,
    audit: &Audit,
    layout: Layout,
    source: Source<'_>,
) -> io::Result<()> {
    write_unread(out, audit, layout)?;
    write_unanswered(out, audit, layout)?;
    write_counts(out, audit)?;
    write_first(out, audit)?;
    write_next(out, audit, layout, source)
}

fn heading(out: &mut dyn Write, text: &str) -> io::Result<()> {
    writeln!(out, "{}", paint(style::HEADING, text))
}

fn write_counts(out: &mut dyn Write, audit: &Audit) -> io::Result<()> {
    let taken_at = audit.taken_at.strftime("%Y-%m-%d %H:%M UTC");
    let accounts = counted(audit.accounts.len(), "account");
    heading(out, &format!("Summary of {accounts}, as of {taken_at}"))?;
    let mut worst: Vec<_> = audit.tallies.iter().collect();
    worst.sort_by_key(|(account, tally)| {
        let weak: Vec<usize> = tally.by_severity().map(|(_, count)| count).collect();
        (Reverse(weak), Reverse(tally.cannot_tell), *account)
    });
    let total = audit.total();
    let mut rows = vec![header(total)];
    for (account, tally) in worst.iter().take(ACCOUNTS_MAX) {
        let (id, name) = account_label(audit, account.as_ref());
        rows.push(row([Cell::new(id), Cell::new(name)], **tally, total));
    }
    if let more @ 1.. = worst.len().saturating_sub(ACCOUNTS_MAX) {
        let text = format!("… {} more", grouped(more));
        rows.push(vec![Cell::new(text).styled(style::FAINT)]);
    }
    if worst.len() > 1 {
        let label = Cell::new("all").styled(style::HEADING);
        rows.push(row([label, Cell::new("")], total, total));
    }
    table::write(out, "  ", &rows)?;
    if audit.less_severe > 0 {
        let text = format!("{} not shown: less severe", counted(audit.less_severe, "finding"));
        writeln!(out, "  {}", paint(style::FAINT, text))?;
    }
    writeln!(out)
}

fn header(total: Tally) -> Vec<Cell> {
    let mut names: Vec<&str> = Severity::ALL.into_iter().map(Severity::name).collect();
    names.extend(["cannot tell", "sound"]);
    names.extend((total.excepted > 0).then_some("excepted"));
    let names = names.into_iter().map(|name| Cell::new(name).right().styled(style::FAINT));
    [Cell::new(""), Cell::new("")].into_iter().chain(names).collect()
}

fn row(label: [Cell; 2], tally: Tally, total: Tally) -> Vec<Cell> {
    let weak = tally
        .by_severity()
        .map(|(severity, count)| Cell::count(count).styled(style::of_severity(severity)));
    let open = Cell::count(tally.cannot_tell).styled(style::OPEN);
    let sound = Cell::count(tally.sound).styled(style::GOOD);
    let excepted = (total.excepted > 0).then(|| Cell::count(tally.excepted));
    label.into_iter().chain(weak).chain([open, sound]).chain(excepted).collect()
}

fn write_first(out: &mut dyn Write, audit: &Audit) -> io::Result<()> {
    if audit.weak.is_empty() {
        return Ok(());
    }
    heading(out, "Fix first")?;
    let rows: Vec<Vec<Cell>> = first(audit)
        .into_iter()
        .map(|(id, severity, count)| {
            let title = by_id(id).map_or("", |control| control.title());
            vec![
                Cell::new(severity.name()).styled(style::of_severity(severity)),
                Cell::new(grouped(count)).right(),
                Cell::new(id).styled(style::NAME),
                Cell::new(title),
            ]
        })
        .collect();
    table::write(out, "  ", &rows)?;
    writeln!(out)
}

/// The controls to see to first: the worst, and of those the ones with the most findings.
fn first(audit: &Audit) -> Vec<(&'static str, Severity, usize)> {
    let mut found: Vec<_> =
        audit.weak.iter().map(|(id, (severity, count))| (*id, *severity, *count)).collect();
    found.sort_by_key(|(id, severity, count)| (Reverse(*severity), Reverse(*count), *id));
    found.truncate(FIRST_MAX);
    found
}

fn write_unread(out: &mut dyn Write, audit: &Audit, layout: Layout) -> io::Result<()> {
    if audit.unread.is_empty() {
        return Ok(());
    }
    let accounts = counted(audit.unread.len(), "account");
    heading(out, &format!("Not read: {accounts} of the organization"))?;
    let named = if layout.unfolded { audit.unread.len() } else { ACCOUNTS_MAX };
    let label = |account| {
        let (id, name) = account_label(audit, Some(account));
        vec![Cell::new(id), Cell::new(name)]
    };
    let mut rows: Vec<Vec<Cell>> = audit.unread.iter().take(named).map(label).collect();
    if let more @ 1.. = audit.unread.len().saturating_sub(named) {
        let text = format!("… {} more", grouped(more));
        rows.push(vec![Cell::new(text).styled(style::FAINT)]);
    }
    table::write(out, "  ", &rows)?;
    writeln!(out)
}

fn write_unanswered(out: &mut dyn Write, audit: &Audit, layout: Layout) -> io::Result<()> {
    if audit.waiting.is_empty() {
        return Ok(());
    }
    let accounts = audit.accounts.len();
    let mut waiting: Vec<_> = audit.waiting.iter().collect();
    waiting.sort_by_key(|(key, it)| (Reverse(it.controls.len()), *key));
    heading(out, "Not answered, because AWS's answer to these calls is missing")?;
    let listed = if layout.unfolded { waiting.len() } else { CALLS_MAX };
    let rows: Vec<Vec<Cell>> = waiting
        .iter()
        .take(listed)
        .map(|((call, reason), it)| {
            let controls = it.controls.len();
            let waits = match controls {
                0 => "no control waits".to_owned(),
                1 => "1 control waits".to_owned(),
                controls => format!("{} wait", counted(controls, "control")),
            };
            vec![
                Cell::new(call.command()).styled(style::NAME),
                Cell::new(waits),
                Cell::new(circumstances(reason, it, accounts)).styled(style::FAINT),
            ]
        })
        .collect();
    table::write(out, "  ", &rows)?;
    if let more @ 1.. = waiting.len().saturating_sub(listed) {
        let text = format!("… and {}: -v lists all", counted(more, "more call"));
        writeln!(out, "  {}", paint(style::FAINT, text))?;
    }
    writeln!(out)
}

/// Why, and where if not everywhere.
fn circumstances(reason: &Reason, waiting: &Waiting, accounts: usize) -> String {
    let mut text = match reason {
        Reason::NotCollected => String::new(),
        Reason::Refused(code) => format!("refused: {}", style::clean(code)),
        Reason::Failed(why) => format!("failed: {}", style::clean(why)),
        Reason::Truncated => "broke off".to_owned(),
    };
    let mut add = |more: String| {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&more);
    };
    let mut about = waiting.about.iter();
    match (waiting.is_whole, about.next(), about.next()) {
        (false, Some(only), None) => {
            let name = only.rsplit(['/', ':']).next().unwrap_or(only);
            add(format!("about {}", style::clean(name)));
        }
        (false, Some(_), Some(_)) => {
            add(format!("about {}", counted(waiting.about.len(), "thing")));
        }
        _ => {}
    }
    if waiting.accounts.len() < accounts {
        let mut named = waiting.accounts.iter().flatten();
        match (named.next(), named.next()) {
            (Some(only), None) => add(format!("in {}", style::clean(only.as_str()))),
            _ => add(format!("in {}", counted(waiting.accounts.len(), "account"))),
        }
    }
    let mut regions = waiting.regions.iter();
    match (regions.next(), regions.next()) {
        (Some(only), None) => add(format!("in {}", style::clean(only))),
        (Some(_), Some(_)) => add(format!("in {}", counted(waiting.regions.len(), "region"))),
        _ => {}
    }
    text
}

fn write_next(
    out: &mut dyn Write,
    audit: &Audit,
    layout: Layout,
    source: Source<'_>,
) -> io::Result<()> {
    let mut steps: Vec<(String, String)> = Vec::new();
    if let Some((id, _, _)) = first(audit).first() {
        let why = "what it means, and how to fix it";
        steps.push((format!("keyward explain {id}"), why.to_owned()));
    }
    let missing = audit
        .waiting
        .iter()
        .filter(|((_, reason), it)| it.is_whole && *reason == Reason::NotCollected);
    let most = missing.max_by_key(|(key, it)| (it.controls.len(), Reverse(*key)));
    if let Some(((call, _), it)) = most {
        let command = format!("{} > {}", call.command(), file_name(*call));
        let controls = counted(it.controls.len(), "control");
        steps.push((command, format!("answers {controls}: add the file, and audit again")));
    }
    if audit.weak.is_empty() && audit.waiting.is_empty() {
        let why = "what was looked at".to_owned();
        steps.push(("keyward controls".to_owned(), why));
    }
    match source {
        Source::Demo => {
            let command = "aws iam get-account-authorization-details > details.json".to_owned();
            steps.push((command, "begins with an account of your own".to_owned()));
            let why = "audits it".to_owned();
            steps.push(("keyward audit details.json".to_owned(), why));
        }
        Source::Named(estate) if audit.total().weak() > 0 && estate.len() <= ESTATE_MAX => {
            let why = "for a pipeline: exit code 1 from high on".to_owned();
            let estate = style::clean(estate);
            steps.push((format!("keyward audit {estate} --fail-on high"), why));
        }
        Source::Named(_) => {}
    }
    heading(out, if audit.weak.is_empty() { "No weakness found. Next" } else { "Next" })?;
    let width_of =
        |texts: [&String; 2]| texts.map(|text| display_width(text)).iter().sum::<usize>();
    if steps.iter().any(|(command, why)| width_of([command, why]) + 4 > layout.width) {
        for (command, why) in &steps {
            writeln!(out, "  {}", paint(style::NAME, command))?;
            writeln!(out, "    {}", paint(style::FAINT, why))?;
        }
        return Ok(());
    }
    let rows: Vec<Vec<Cell>> = steps
        .into_iter()
        .map(|(command, why)| {
            vec![Cell::new(command).styled(style::NAME), Cell::new(why).styled(style::FAINT)]
        })
        .collect();
    table::write(out, "  ", &rows)
}

/// A file name for the answer of a call: `get-account-summary.json`.
fn file_name(call: Call) -> String {
    let verb = call.command().split(' ').nth(2).unwrap_or("answer");
    format!("{verb}.json")
}
