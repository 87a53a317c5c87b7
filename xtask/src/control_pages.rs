//! `docs/controls/`: one page a control and an index, from the controls' own documentation.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use keyward_controls::{Control, SUBJECTS, all};
use keyward_snapshot::Call;

/// The folder that holds the pages, and nothing else.
pub fn folder(root: &Path) -> PathBuf {
    root.join("docs/controls")
}

/// The pages by file name.
pub fn pages() -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> =
        all().map(|control| (format!("{}.md", control.id), page(control))).collect();
    pages.insert("README.md".to_owned(), index());
    pages
}

/// Writes all pages anew, and removes those of controls that are gone.
pub fn write(root: &Path) -> Result<()> {
    let folder = folder(root);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    for (name, text) in pages() {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}

fn page(control: &Control) -> String {
    let mut text = control.documentation().trim_end().to_owned();
    let _ = write!(text, "\n\n## In short\n\n| | |\n|---|---|\n");
    let _ = writeln!(text, "| id | `{}` |", control.id);
    let _ = writeln!(text, "| severity | {} |", control.severity);
    let _ = writeln!(text, "| needs | {} |", calls(control.needs));
    if !control.refines.is_empty() {
        let _ = writeln!(text, "| is more exact with | {} |", calls(control.refines));
    }
    let _ = writeln!(text, "| calls that bring it back | {} |", names(control.watch));
    if !control.preventable.is_empty() {
        let _ = writeln!(text, "| a policy can deny | {} |", names(control.preventable));
    }
    text
}

fn index() -> String {
    let mut text =
        "# The catalogue of controls\n\nMade from the code by `cargo xtask generate`.\n".to_owned();
    for subject in SUBJECTS {
        let _ = write!(
            text,
            "\n## {}\n\n| control | severity | weakness |\n|---|---|---|\n",
            subject.title
        );
        for control in subject.controls {
            let (id, severity) = (control.id, control.severity);
            let _ = writeln!(text, "| [`{id}`]({id}.md) | {severity} | {} |", control.title());
        }
    }
    text.push_str(&calls_and_their_controls());
    text
}

fn calls_and_their_controls() -> String {
    let mut text = "\n## What is read, and for what\n\n".to_owned();
    text.push_str("| command | IAM action | needed by | sharpens |\n|---|---|---|---|\n");
    for call in Call::ALL {
        let ids = |of: fn(&Control) -> &'static [Call]| {
            let using = all().filter(|control| of(control).contains(call));
            names(&using.map(|control| control.id).collect::<Vec<_>>())
        };
        let needed = match call.instead() {
            Some(made) => format!("answers the same as `{}`", made.command()),
            None => ids(|control| control.needs),
        };
        let refined = ids(|control| control.refines);
        let (command, action) = (call.command(), call.action());
        let _ = writeln!(text, "| `{command}` | `{action}` | {needed} | {refined} |");
    }
    text
}

fn calls(calls: &[Call]) -> String {
    calls.iter().map(|call| format!("`{}`", call.command())).collect::<Vec<_>>().join(", ")
}

fn names(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
