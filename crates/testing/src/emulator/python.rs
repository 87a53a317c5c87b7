//! Python with the packages of `emulator/requirements.txt`, in the target folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};

use super::{fail, folder};

/// An interpreter with the packages.
#[derive(Clone)]
pub(super) struct Python {
    place: PathBuf,
}

impl Python {
    /// Installs the packages if this was not done yet. Test processes that run side by side wait
    /// for the one that does it.
    pub(super) fn ready() -> Self {
        prepare().unwrap_or_else(|error| fail(&format!("no Python for the emulator: {error}")))
    }

    /// A command that runs Python.
    pub(super) fn command(&self) -> Command {
        let own = interpreter_in(&self.place);
        let mut command = if own.exists() {
            Command::new(own)
        } else {
            let mut command = Command::new(system_python());
            command.env("PYTHONPATH", self.place.join("packages"));
            command
        };
        command.env("PYTHONPYCACHEPREFIX", self.place.join("compiled"));
        command.env_remove("PYTHONHOME");
        command
    }
}

fn prepare() -> Result<Python, String> {
    let requirements = folder().join("requirements.txt");
    let text = fs::read(&requirements).map_err(|error| error.to_string())?;
    let hash = Sha256::digest(&text).first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    let target = target_folder()?;
    let place = target.join(format!("emulator-{hash:016x}"));
    if place.exists() {
        return Ok(Python { place });
    }
    let lock = File::create(target.join("emulator.lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    if !place.exists() {
        let beside = target.join(format!("emulator-{hash:016x}.{}", std::process::id()));
        install(&beside, &requirements)?;
        fs::rename(&beside, &place).map_err(|error| error.to_string())?;
    }
    Ok(Python { place })
}

/// A virtual environment; a folder of packages where Python can't make one: Debian's has no
/// `ensurepip` unless `python3-venv` is installed.
fn install(place: &Path, requirements: &Path) -> Result<(), String> {
    let _ = fs::remove_dir_all(place);
    let venv = run(Command::new(system_python()).args(["-m", "venv"]).arg(place));
    let mut pip = Command::new(interpreter_in(place));
    pip.args(["-m", "pip", "install"]);
    if venv.is_err() {
        let _ = fs::remove_dir_all(place);
        pip = Command::new(system_python());
        pip.args(["-m", "pip", "install", "--target"]).arg(place.join("packages"));
    }
    pip.args(["--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "-r"]);
    run(pip.arg(requirements))
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr)))
}

fn interpreter_in(place: &Path) -> PathBuf {
    place.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

fn system_python() -> String {
    std::env::var("KEYWARD_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// Cargo marks its target folder, in which this program was built.
fn target_folder() -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let marked = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
    marked.map(Path::to_path_buf).ok_or_else(|| "this was not built by cargo".to_owned())
}
