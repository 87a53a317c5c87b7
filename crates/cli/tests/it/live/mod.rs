//! Live collection: the real binary against an emulator of AWS, over HTTP.

mod faults;
mod interrupted;
mod permissions;
mod planted;
mod requests;
mod twins;

use std::collections::{BTreeMap, BTreeSet};

use keyward_testing::emulator::{Emulator, Organization, Proxy};
use serde_json::Value;

use crate::support::{Folder, Run};

/// An organization that was made by a seed, and a folder in which to run the binary as its caller.
struct Live {
    organization: Organization,
    members: Vec<String>,
    made: Value,
    flags: Vec<String>,
    folder: Folder,
}

impl Live {
    fn seeded(seed: &str, arguments: &[&str]) -> Self {
        let emulator = Emulator::get();
        let organization = emulator.organization();
        let made = emulator.seed(seed, &organization, arguments);
        let ids: Vec<&Value> = match (&made["accounts"], &made["members"]) {
            (Value::Object(by_name), _) => by_name.values().collect(),
            (Value::Array(ids), _) | (_, Value::Array(ids)) => ids.iter().collect(),
            _ => Vec::new(),
        };
        let ids = ids.into_iter().filter_map(Value::as_str);
        let members = ids.filter(|id| *id != organization.management).map(str::to_owned).collect();
        let mut flags = vec!["--rate".to_owned(), "100".to_owned()];
        if let Some(reader) = made["reader"].as_str() {
            let role = reader.rsplit('/').next().unwrap_or(reader);
            flags.extend(["--role".to_owned(), role.to_owned()]);
        }
        let mut folder = Folder::new();
        for (name, value) in emulator.environment(&organization.credentials) {
            folder.set(&name, &value);
        }
        Self { organization, members, made, flags, folder }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let flags = self.flags.iter().map(String::as_str);
        self.folder.run(&arguments.iter().copied().chain(flags).collect::<Vec<_>>())
    }

    /// The audit with everything in it, and what more is asked for.
    fn audit(&self, arguments: &[&str]) -> Value {
        let audit = ["audit", "--live", "--all", "--format", "json"];
        self.run(&audit.iter().chain(arguments).copied().collect::<Vec<_>>()).json(0)
    }

    /// The same organization, behind a proxy.
    fn through(&mut self, proxy: &Proxy) {
        for (name, value) in proxy.environment(&self.organization.credentials) {
            self.folder.set(&name, &value);
        }
    }

    fn management(&self) -> &str {
        &self.organization.management
    }

    fn member_accounts(&self) -> Vec<&str> {
        self.members.iter().map(String::as_str).collect()
    }

    fn all_accounts(&self) -> Vec<&str> {
        let members = self.members.iter().map(String::as_str);
        [self.management()].into_iter().chain(members).collect()
    }
}

/// What is weak, and how often, by control.
fn weak(document: &Value) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for finding in document["findings"].as_array().unwrap() {
        if finding["state"] == "weak" {
            *found.entry(finding["control"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    found
}

/// What every finding says, without evidence, which may hold times.
fn said(document: &Value) -> BTreeSet<[&str; 4]> {
    let findings = document["findings"].as_array().unwrap().iter();
    let parts = ["id", "state", "resource", "title"];
    findings.map(|finding| parts.map(|part| finding[part].as_str().unwrap_or_default())).collect()
}

/// The number of sound findings.
fn sound(document: &Value) -> u64 {
    document["summary"]["sound"].as_u64().unwrap()
}

/// The titles of what is sound in a document, and was not in the whole one. A finding is known by its
/// id, or where the organization is not known, which ids hold, by what it says.
fn newly_sound<'a>(document: &'a Value, whole: &'a Value) -> Vec<&'a str> {
    let findings = |document: &'a Value| -> Vec<[&'a str; 4]> {
        said(document).into_iter().filter(|[_, state, ..]| *state == "sound").collect()
    };
    let before = findings(whole);
    let is_known = |[id, _, resource, title]: &[&str; 4]| {
        let mut before = before.iter();
        before.any(|it| it[0] == *id || (it[2], it[3]) == (*resource, *title))
    };
    let new = findings(document).into_iter().filter(|finding| !is_known(finding));
    new.map(|[.., title]| title).collect()
}

/// The permissions that gaps name.
fn gaps(document: &Value) -> BTreeSet<&str> {
    let gaps = document["gaps"].as_array().unwrap().iter();
    gaps.map(|gap| gap["permission"].as_str().unwrap()).collect()
}
