//! The table of edges, and what every crate has to obey.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::workspace;

/// Which crate may use which of ours, outside tests.
const EDGES: &[(&str, &[&str])] = &[
    ("keyward-policy", &[]),
    ("keyward-snapshot", &["keyward-policy"]),
    ("keyward-access", &["keyward-policy", "keyward-snapshot"]),
    ("keyward-aws", &["keyward-snapshot"]),
    ("keyward-controls", &["keyward-access", "keyward-policy", "keyward-snapshot"]),
    (
        "keyward",
        &[
            "keyward-access",
            "keyward-aws",
            "keyward-controls",
            "keyward-policy",
            "keyward-snapshot",
            "keyward-testing",
        ],
    ),
    ("keyward-testing", &["keyward-snapshot"]),
    ("xtask", &["keyward-controls", "keyward-snapshot", "keyward-testing"]),
];

/// Crates that do no I/O and read no clock.
const PURE: &[&str] = &["access", "controls", "policy", "snapshot"];

/// What no pure crate may have anywhere below it.
const IMPURE: &[&str] = &["tokio", "reqwest", "hyper", "rustls", "mio", "socket2"];

fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(workspace().join("Cargo.toml")).exec().unwrap()
}

fn dependencies(package: &Package) -> BTreeSet<String> {
    let of_use = |kind| matches!(kind, DependencyKind::Normal | DependencyKind::Build);
    let used = package.dependencies.iter().filter(|dependency| of_use(dependency.kind));
    used.map(|dependency| dependency.name.clone()).collect()
}

#[test]
fn crates_use_each_other_as_the_table_says() {
    let metadata = metadata();
    let ours: BTreeSet<String> =
        metadata.workspace_packages().iter().map(|package| package.name.to_string()).collect();
    let table: BTreeMap<&str, &[&str]> = EDGES.iter().copied().collect();
    let listed: BTreeSet<String> = table.keys().map(ToString::to_string).collect();
    assert_eq!(
        ours, listed,
        "a crate is missing from the table, or stands there and does not exist"
    );
    for package in metadata.workspace_packages() {
        let allowed = table[package.name.as_str()];
        for used in dependencies(package).intersection(&ours) {
            assert!(allowed.contains(&used.as_str()), "{} must not use {used}", package.name);
        }
    }
}

#[test]
fn test_support_is_used_by_tests_only() {
    // `cargo xtask test` starts the emulator.
    for package in metadata().workspace_packages().iter().filter(|it| it.name != "xtask") {
        assert!(!dependencies(package).contains("keyward-testing"), "{}", package.name);
    }
}

#[test]
fn nothing_below_a_pure_crate_does_input_or_output() {
    let metadata = metadata();
    let resolve = metadata.resolve.as_ref().unwrap();
    let name_of = |id| metadata[id].name.to_string();
    for pure in PURE {
        let package = format!("keyward-{pure}");
        let start = resolve.nodes.iter().find(|node| name_of(&node.id) == package).unwrap();
        let mut seen = BTreeSet::new();
        let mut open = vec![&start.id];
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let name = name_of(id);
            assert!(!IMPURE.contains(&name.as_str()), "{package} has {name} below it");
            let node = resolve.nodes.iter().find(|node| node.id == *id).unwrap();
            let used = node.deps.iter().filter(|dependency| {
                dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
            });
            open.extend(used.map(|dependency| &dependency.pkg));
        }
        assert!(seen.len() > 1, "{package} was not walked");
    }
}

#[test]
fn pure_crates_switch_the_list_of_disallowed_methods_on() {
    for pure in PURE {
        let path = workspace().join(format!("crates/{pure}/src/lib.rs"));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("#![deny(clippy::disallowed_methods)]"), "{}", path.display());
    }
}

#[test]
fn every_crate_takes_lints_and_versions_from_the_workspace() {
    for package in metadata().workspace_packages() {
        let text = std::fs::read_to_string(&package.manifest_path).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        let lints = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        assert_eq!(lints.and_then(toml::Value::as_bool), Some(true), "lints of {}", package.name);
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(entries) = manifest.get(section).and_then(toml::Value::as_table) else {
                continue;
            };
            for (name, entry) in entries {
                let shared = entry.get("workspace").and_then(toml::Value::as_bool);
                assert_eq!(shared, Some(true), "{section}.{name} of {}", package.name);
            }
        }
    }
}

#[test]
fn every_library_says_what_it_is_for_and_which_invariants_it_keeps() {
    for pure in PURE {
        let path = workspace().join(format!("crates/{pure}/src/lib.rs"));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{}", path.display());
        assert!(text.contains("//! Invariants:"), "{}", path.display());
    }
}

#[test]
fn no_source_file_is_too_long_to_read_in_one_sitting() {
    const LINES_MAX: usize = 600;
    let folders = ["crates", "xtask"].map(|folder| workspace().join(folder));
    let files = folders.iter().flat_map(walkdir::WalkDir::new).map(Result::unwrap);
    let mut seen = 0;
    for file in files.filter(|file| file.path().extension().is_some_and(|it| it == "rs")) {
        let lines = std::fs::read_to_string(file.path()).unwrap().lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines", file.path().display());
        seen += 1;
    }
    assert!(seen > 50, "only {seen} files were found");
}
