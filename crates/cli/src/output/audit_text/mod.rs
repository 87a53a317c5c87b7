//! An audit for people: the findings by account and subject, then what it comes to.

mod findings;
mod summary;

use std::io::{self, Write};

use keyward_snapshot::AccountId;

use super::style::clean;
use crate::audit::Audit;

/// How an audit is laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// The width of a line.
    pub(crate) width: usize,
    /// Whether every finding is listed, however many a control has.
    pub(crate) unfolded: bool,
    /// Whether evidence and ids are shown.
    pub(crate) evidence: bool,
}

/// What was audited, for the commands at the end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    /// The bundled organization.
    Demo,
    /// What the user named, as a shell takes it.
    Named(&'a str),
}

/// Writes the whole audit.
pub(crate) fn write(
    out: &mut dyn Write,
    audit: &Audit,
    layout: Layout,
    source: Source<'_>,
) -> io::Result<()> {
    findings::write(out, audit, layout)?;
    summary::write(out, audit, layout, source)
}

/// The account's id and name, or what stands for them.
fn account_label(audit: &Audit, account: Option<&AccountId>) -> (String, String) {
    let Some(id) = account else {
        return ("Organization".to_owned(), String::new());
    };
    if id.as_str() == AccountId::UNKNOWN {
        return ("Unknown account".to_owned(), String::new());
    }
    let name = audit.names.get(id).map(|name| clean(name)).unwrap_or_default();
    (clean(id.as_str()), name)
}
