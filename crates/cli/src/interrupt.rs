//! What happens on Ctrl-C or when the system asks the process to end.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The exit code of an interrupted run.
const INTERRUPTED: i32 = 130;

/// The file or folder that is being written, which must not stay behind.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// The folder of what was done so far, with which another run goes on.
static RESUMABLE: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Ends the process with code 130 when it is interrupted, and removes the unfinished file.
pub(crate) fn watch() {
    // Without a handler the system ends the process in its own way, which is good enough.
    let _ = ctrlc::set_handler(|| {
        let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut stderr = anstream::stderr();
        let _ = writeln!(stderr);
        let resumable = RESUMABLE.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(path) = &unfinished {
            let _ = std::fs::remove_file(path).or_else(|_| std::fs::remove_dir_all(path));
        }
        if let Some(folder) = resumable {
            let folder = folder.display();
            let _ = writeln!(stderr, "interrupted: what was read so far is in `{folder}`");
            let _ = writeln!(stderr, "go on with: {}", command_to_resume());
        } else if unfinished.is_some() {
            let _ = writeln!(stderr, "interrupted: nothing was written; run the command again");
        } else {
            let _ = writeln!(stderr, "interrupted");
        }
        std::process::exit(INTERRUPTED);
    });
}

/// While it lives, `path` is removed when the process is interrupted.
pub(crate) struct Unfinished(());

impl Unfinished {
    /// Names the file or folder that is being written. There is one at a time.
    pub(crate) fn new(path: &Path) -> Self {
        *UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner) = Some(path.to_path_buf());
        Self(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// While it lives, what stands in `folder` is kept when the process is interrupted, and the person at
/// the terminal is told how to go on.
pub(crate) struct Resumable(());

impl Resumable {
    /// Names the folder.
    pub(crate) fn new(folder: &Path) -> Self {
        *RESUMABLE.lock().unwrap_or_else(PoisonError::into_inner) = Some(folder.to_path_buf());
        Self(())
    }
}

impl Drop for Resumable {
    fn drop(&mut self) {
        RESUMABLE.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// The command that was run, with `--resume`.
fn command_to_resume() -> String {
    let arguments = std::env::args_os().skip(1).filter(|it| it != "--restart" && it != "--resume");
    let mut command = "keyward".to_owned();
    for argument in arguments {
        command.push(' ');
        command.push_str(&quoted(&argument.to_string_lossy()));
    }
    command + " --resume"
}

/// The text as a shell takes it.
pub(crate) fn quoted(text: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || "/._-+,:@%=".contains(it);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
