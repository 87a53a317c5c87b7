//! The chores of this workspace, run as `cargo xtask <chore>`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for this workspace's developers"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use keyward_testing::emulator::{Emulator, PORT_VARIABLE};
use xtask::{action_catalogue, control_pages, demo, settings_table, single_calls};

const USAGE: &str = "\
usage: cargo xtask <chore>

  test       runs every test of the workspace
  catalogue  fetches AWS's actions from the npm package, and prints what changed
  generate   writes docs/controls/, the tables of settings and of calls, and the demo's snapshot anew
";

fn main() -> Result<ExitCode> {
    let root = workspace();
    match std::env::args().nth(1).as_deref() {
        Some("test") => test(&root),
        Some("catalogue") => {
            print!("{}", action_catalogue::refresh(&root)?);
            Ok(ExitCode::SUCCESS)
        }
        Some("generate") => {
            control_pages::write(&root)?;
            demo::write(&root)?;
            settings_table::write(&root)?;
            single_calls::write(&root)?;
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprint!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}

/// Runs every test of the workspace, with one emulator of AWS for all of them.
fn test(root: &Path) -> Result<ExitCode> {
    let emulator = Emulator::start();
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(&cargo)
        .current_dir(root)
        .args(["test", "--workspace", "--locked"])
        .env(PORT_VARIABLE, emulator.port().to_string())
        .status()
        .with_context(|| format!("`{cargo}` could not be started"))?;
    if !status.success() {
        bail!("some tests failed");
    }
    Ok(ExitCode::SUCCESS)
}

fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
