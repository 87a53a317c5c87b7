//! The demo's snapshot, `crates/cli/demo/demo.kwd`, made from the folder of CLI output beside it.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use keyward_snapshot::Snapshot;
use keyward_snapshot::file::Writer;
use keyward_snapshot::import::Import;
use walkdir::WalkDir;

/// When the demo's organization was read.
pub const TAKEN_AT: &str = "2026-11-24T00:00:00Z";

/// Where the snapshot stands.
pub fn path(root: &Path) -> PathBuf {
    root.join("crates/cli/demo/demo.kwd")
}

/// The snapshot that the folder makes.
pub fn snapshot(root: &Path) -> Result<Snapshot> {
    let folder = root.join("crates/cli/demo/organization");
    let mut import = Import::new(TAKEN_AT.parse()?);
    for entry in WalkDir::new(&folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(&folder)?.to_string_lossy().replace('\\', "/");
            let file = File::open(entry.path()).with_context(|| format!("can't open {name}"))?;
            import.read(&name, BufReader::new(file))?;
        }
    }
    Ok(import.finish()?)
}

/// Writes the snapshot anew.
pub fn write(root: &Path) -> Result<()> {
    let snapshot = snapshot(root)?;
    let mut writer = Writer::create(&snapshot.head, Vec::new())?;
    for account in &snapshot.accounts {
        writer.write(account)?;
    }
    std::fs::write(path(root), writer.finish()?)?;
    Ok(())
}
