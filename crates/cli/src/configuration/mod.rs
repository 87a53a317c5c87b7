//! The configuration: flags before variables before `keyward.toml` before defaults.

mod file;
mod key;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use keyward_controls::Settings;
use serde_json::Value;

use crate::nearest::nearest;
use crate::output::Format;
use crate::problem::{GUTTER, Place, Problem};
use crate::talk::Talk;
use key::Key;

pub(crate) use key::is_account_id;

/// The name of the configuration file.
const FILE: &str = "keyward.toml";
/// Names the configuration file.
const FILE_VARIABLE: &str = "KEYWARD_CONFIG";

/// What the flags say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flags {
    /// `--format`
    pub(crate) format: Option<Format>,
    /// `--color`
    pub(crate) color: Option<clap::ColorChoice>,
    /// `--config`
    pub(crate) file: Option<PathBuf>,
}

/// The effective configuration.
#[derive(Debug)]
pub(crate) struct Configuration {
    /// Thresholds and lists of the controls.
    pub(crate) settings: Settings,
    /// Every key, in the order in which they are documented.
    pub(crate) entries: Vec<Entry>,
    /// The file that was read.
    pub(crate) file: Option<PathBuf>,
}

/// One key, its value, and where the value came from.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The key as it stands in the file: `controls.key_age_days_max`.
    pub(crate) key: String,
    /// The value.
    pub(crate) value: Value,
    /// Where it came from.
    pub(crate) origin: Origin,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The program.
    Default,
    /// This line of the file.
    File(usize),
    /// An environment variable.
    Variable(String),
    /// A flag.
    Flag(&'static str),
}

impl Configuration {
    /// Gathers all sources, each of which has to be free of mistakes.
    pub(crate) fn load(flags: &Flags, talk: Talk) -> Result<Self, Problem> {
        let keys = key::all();
        let mut entries: Vec<Entry> = keys.iter().map(Key::default_entry).collect();
        let path = find(flags.file.as_deref())?;
        if let Some(path) = &path {
            let found = file::read(path, &keys)?;
            overlay(&keys, &mut entries, found);
        }
        overlay(&keys, &mut entries, variables(&keys, talk)?);
        overlay(&keys, &mut entries, of_flags(flags));
        let settings = settings(&keys, &entries)?;
        Ok(Self { settings, entries, file: path })
    }

    /// The form of output that was asked for by a flag.
    pub(crate) fn format(&self) -> (Format, &Origin) {
        let entry = self.entries.iter().find(|entry| entry.key == "format");
        let format = entry.and_then(|entry| Format::from_str(entry.value.as_str()?, false).ok());
        (format.unwrap_or(Format::Text), entry.map_or(&Origin::Default, |entry| &entry.origin))
    }

    /// A text that somebody set; `None` where the default holds.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        let text = entry.value.as_str().filter(|text| !text.is_empty());
        text.filter(|_| entry.origin != Origin::Default)
    }

    /// The texts of a list.
    pub(crate) fn texts(&self, key: &str) -> Vec<String> {
        let entry = self.entries.iter().find(|entry| entry.key == key);
        let texts = entry.and_then(|entry| entry.value.as_array()).into_iter().flatten();
        texts.filter_map(|text| text.as_str().map(str::to_owned)).collect()
    }

    /// Whether output is coloured.
    pub(crate) fn color(&self) -> clap::ColorChoice {
        let entry = self.entries.iter().find(|entry| entry.key == "color");
        entry
            .and_then(|entry| clap::ColorChoice::from_str(entry.value.as_str()?, false).ok())
            .unwrap_or_default()
    }
}

type Found = BTreeMap<&'static str, (Value, Origin)>;

fn overlay(keys: &[Key], entries: &mut [Entry], mut found: Found) {
    for (key, entry) in keys.iter().zip(entries) {
        if let Some((value, origin)) = found.remove(key.name) {
            entry.value = value;
            entry.origin = origin;
        }
    }
}

/// The file that `--config` or the variable names, or the nearest one, or that of the user.
fn find(flag: Option<&Path>) -> Result<Option<PathBuf>, Problem> {
    let named = flag.map(Path::to_path_buf).or_else(|| variable_path(FILE_VARIABLE));
    if let Some(path) = named {
        return match std::fs::metadata(&path) {
            Ok(_) => Ok(Some(path)),
            Err(error) => Err(Problem::io("read the configuration", path.display(), &error)),
        };
    }
    let here = std::env::current_dir().unwrap_or_default();
    let above = here.ancestors().map(|folder| folder.join(FILE));
    let home = || Some(variable_path("HOME")?.join(".config"));
    let of_user = variable_path("XDG_CONFIG_HOME").or_else(home);
    let of_user = of_user.map(|folder| folder.join("keyward").join(FILE));
    Ok(above.chain(of_user).find(|path| path.is_file()))
}

fn variable_path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn variables(keys: &[Key], talk: Talk) -> Result<Found, Problem> {
    let mut found = Found::new();
    let names: Vec<String> = keys.iter().map(Key::variable).collect();
    let mut set: Vec<_> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .filter(|(name, _)| name.starts_with("KEYWARD_") && name != FILE_VARIABLE)
        .collect();
    set.sort();
    for (name, value) in set {
        let Some(key) = keys.iter().find(|key| key.variable() == name) else {
            let near = nearest(&name, names.iter().map(String::as_str));
            let hint = near.first().map_or(String::new(), |near| format!("; is it `{near}`?"));
            talk.warn(format_args!("`{name}` is no variable that keyward knows{hint}"));
            continue;
        };
        let text = value.to_string_lossy();
        let value = key.parse(&text).map_err(|wanted| {
            let example = key.example_variable();
            Problem::new(format!("`{name}` is `{text}`, which is not {wanted}"))
                .help(format!("for example: {example}"))
        })?;
        found.insert(key.name, (value, Origin::Variable(name)));
    }
    Ok(found)
}

fn of_flags(flags: &Flags) -> Found {
    let mut found = Found::new();
    if let Some(format) = flags.format {
        found.insert("format", (format.name().into(), Origin::Flag("--format")));
    }
    if let Some(color) = flags.color {
        found.insert("color", (color.to_string().into(), Origin::Flag("--color")));
    }
    found
}

fn settings(keys: &[Key], entries: &[Entry]) -> Result<Settings, Problem> {
    let of_controls = keys.iter().zip(entries).filter(|(key, _)| key.is_of_controls);
    let values = of_controls.map(|(key, entry)| (key.name.to_owned(), entry.value.clone()));
    serde_json::from_value(Value::Object(values.collect()))
        .map_err(|error| Problem::new(format!("the configuration does not fit: {error}")))
}

/// The place of a mistake in the file.
fn place(path: &Path, text: &str, offset: usize, field: Option<String>) -> Place {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line = 1 + before.matches('\n').count();
    let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
    let width = crate::output::width_of_stderr().saturating_sub(GUTTER);
    Place {
        path: path.display().to_string(),
        line: Some(line),
        column: Some(column),
        field,
        excerpt: crate::excerpt::of_text(text, line, column, width),
    }
}
