//! The table of calls about one thing at a time, at the end of `docs/collect.md`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use keyward_controls::{Control, all};
use keyward_snapshot::Call;

const HEAD: &str = "| IAM action | for each | needed by | sharpens |\n";

/// The page that ends in the table.
pub fn path(root: &Path) -> PathBuf {
    root.join("docs/collect.md")
}

/// The page with the table that the calls make.
pub fn page(page: &str) -> Result<String> {
    let (before, _) = page.split_once(HEAD).context("the page has no table of calls")?;
    let mut text = format!("{before}{HEAD}|---|---|---|---|\n");
    for call in Call::ALL.iter().filter(|call| call.instead().is_none()) {
        let Some(thing) = call.each() else { continue };
        let needed = ids(*call, |control| control.needs);
        let refined = ids(*call, |control| control.refines);
        writeln!(text, "| `{}` | {thing} | {needed} | {refined} |", call.action())?;
    }
    Ok(text)
}

fn ids(call: Call, of: fn(&Control) -> &'static [Call]) -> String {
    let using = all().filter(|control| of(control).contains(&call));
    using.map(|control| format!("`{}`", control.id)).collect::<Vec<_>>().join(", ")
}

/// Writes the table anew.
pub fn write(root: &Path) -> Result<()> {
    let path = path(root);
    let page = page(&std::fs::read_to_string(&path)?)?;
    Ok(std::fs::write(&path, page)?)
}
