//! What happens on Ctrl-C or when the system asks the process to end.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The exit code of an interrupted run.
const INTERRUPTED: i32 = 130;

/// The file that is being written, which must not stay behind.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Ends the process with code 130 when it is interrupted, and removes the unfinished file.
pub(crate) fn watch() {
    // Without a handler the system ends the process in its own way, which is good enough.
    let _ = ctrlc::set_handler(|| {
        let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut stderr = anstream::stderr();
        let _ = writeln!(stderr);
        if let Some(path) = unfinished {
            let _ = std::fs::remove_file(path);
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
    /// Names the file that is being written. There is one at a time.
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
