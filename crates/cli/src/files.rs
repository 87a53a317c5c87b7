//! Files that are written: beside their place, and renamed when they are whole.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use keyward_snapshot::file::is_snapshot;
use tempfile::NamedTempFile;

use crate::problem::Problem;

/// Refuses to replace a file that is no snapshot: it was hardly meant. A device or a pipe is never
/// replaced, since the rename at the end would put a file in its place.
pub(crate) fn spare(path: &Path, force: bool) -> Result<(), Problem> {
    let Ok(metadata) = std::fs::metadata(path) else { return Ok(()) };
    if metadata.is_dir() {
        return Err(Problem::new(format!("`{}` is a folder", path.display()))
            .help(format!("name a file: -o {}", path.join("organization.kwd").display())));
    }
    if !metadata.is_file() {
        return Err(Problem::new(format!("`{}` is no regular file", path.display()))
            .help("name a file: a snapshot is written beside it and renamed"));
    }
    if force {
        return Ok(());
    }
    let mut first_bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(64).read_to_end(&mut first_bytes));
    if read.is_ok() && (first_bytes.is_empty() || is_snapshot(&first_bytes)) {
        return Ok(());
    }
    Err(Problem::new(format!("`{}` is there already, and is no snapshot", path.display()))
        .help("name another file, or replace it with `--force`"))
}

/// An empty file beside `path`, to be renamed when it is whole.
pub(crate) fn beside(path: &Path) -> Result<NamedTempFile, Problem> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    tempfile::Builder::new()
        .prefix(".keyward-")
        .suffix(".kwd.tmp")
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .map_err(|error| Problem::io("write", path.display(), &error))
}
