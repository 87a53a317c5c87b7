//! The files that the arguments name, and those in the folders that they name.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use walkdir::{DirEntry, WalkDir};

use crate::problem::Problem;
use crate::talk::Talk;

/// The argument that stands for stdin.
const STDIN: &str = "-";

/// The files under `paths`, those of a folder in the order of their names.
pub(super) fn list(paths: &[PathBuf], talk: Talk) -> Result<Vec<PathBuf>, Problem> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, &mut found, talk)?;
        } else {
            found.push(path.clone());
        }
    }
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>, talk: Talk) -> Result<(), Problem> {
    let entries = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(folder).display().to_string();
            match error.io_error() {
                Some(error) => Problem::io("read", path, error),
                None => Problem::new(format!("`{path}` is a link to a folder that it is in")),
            }
        })?;
        if entry.file_type().is_file() {
            found.push(entry.into_path());
        } else if !entry.file_type().is_dir() {
            talk.note(format_args!("`{}` is skipped: no regular file", entry.path().display()));
        }
    }
    Ok(())
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

/// Opens a file, or stdin for `-`.
pub(super) fn open(path: &Path) -> Result<Box<dyn BufRead>, Problem> {
    if path == Path::new(STDIN) {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let file = File::open(path).map_err(|error| Problem::io("read", path.display(), &error))?;
    Ok(Box::new(BufReader::with_capacity(64 << 10, file)))
}

/// When the newest of the files was written; for stdin, now.
pub(super) fn newest(paths: &[PathBuf]) -> SystemTime {
    let written = |path: &PathBuf| std::fs::metadata(path).and_then(|it| it.modified());
    paths.iter().filter_map(|path| written(path).ok()).max().unwrap_or_else(SystemTime::now)
}
