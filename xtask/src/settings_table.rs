//! The table of settings at the end of `docs/configuration.md`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use keyward_controls::Settings;
use serde_json::Value;

const HEAD: &str = "| key in `[controls]` | default | meaning |\n";

/// The page that ends in the table.
pub fn path(root: &Path) -> PathBuf {
    root.join("docs/configuration.md")
}

/// The page with the table that the settings make.
pub fn page(page: &str) -> Result<String> {
    let (before, _) = page.split_once(HEAD).context("the page has no table of settings")?;
    let defaults = serde_json::to_value(Settings::default())?;
    let mut text = format!("{before}{HEAD}|---|---|---|\n");
    for setting in Settings::ALL {
        let default = match defaults.get(setting.key) {
            Some(Value::Array(items)) if items.is_empty() => "none".to_owned(),
            Some(value) => value.to_string(),
            None => String::new(),
        };
        let meaning = setting.docs.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(text, "| `{}` | {default} | {meaning} |", setting.key)?;
    }
    Ok(text)
}

/// Writes the table anew.
pub fn write(root: &Path) -> Result<()> {
    let path = path(root);
    let page = page(&std::fs::read_to_string(&path)?)?;
    Ok(std::fs::write(&path, page)?)
}
