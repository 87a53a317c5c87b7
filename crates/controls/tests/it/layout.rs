//! A control is one file, named after its id, listed by its folder, with the sections that readers
//! rely on.

use std::collections::BTreeSet;
use std::path::Path;

use keyward_controls::{SUBJECTS, all};

fn files_of(folder: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| name != "mod")
        .collect()
}

#[test]
fn each_folder_lists_the_controls_of_its_files_and_no_others() {
    for subject in SUBJECTS {
        let listed: BTreeSet<String> = subject
            .controls
            .iter()
            .map(|control| {
                let name =
                    control.id.strip_prefix(subject.name).and_then(|it| it.strip_prefix('-'));
                name.unwrap_or_else(|| panic!("{} is not of {}", control.id, subject.name))
                    .replace('-', "_")
            })
            .collect();
        // A file that shares code among its siblings is named in the folder's module docs.
        let module = format!("{}/src/{}/mod.rs", env!("CARGO_MANIFEST_DIR"), subject.name);
        let module = std::fs::read_to_string(module).unwrap();
        let shared = |name: &str| module.contains(&format!("//! `{name}` is shared"));
        let files: BTreeSet<String> =
            files_of(subject.name).into_iter().filter(|name| !shared(name)).collect();
        assert_eq!(files, listed, "the files of `{}` and its list differ", subject.name);
    }
}

#[test]
fn ids_are_unique() {
    let ids: BTreeSet<_> = all().map(|control| control.id).collect();
    assert_eq!(ids.len(), all().count());
}

#[test]
fn every_documentation_has_the_sections_that_readers_rely_on() {
    let sections = [
        "## Why it matters",
        "## What is checked",
        "## Fix",
        "## Fix safety",
        "## Weak",
        "## Sound",
        "## References",
    ];
    for control in all() {
        let documentation = control.documentation();
        assert!(documentation.starts_with("# "), "{}", control.id);
        let headings: Vec<&str> =
            documentation.lines().filter(|line| line.starts_with("## ")).collect();
        let mut last = 0;
        for section in sections {
            let at = headings.iter().position(|heading| heading.starts_with(section));
            let at = at.unwrap_or_else(|| panic!("{} has no `{section}`", control.id));
            assert!(at >= last, "`{section}` of {} is out of order", control.id);
            last = at;
        }
    }
}

#[test]
fn what_a_policy_can_prevent_is_part_of_what_is_watched() {
    for control in all() {
        for action in control.preventable {
            assert!(control.watch.contains(action), "{}: {action}", control.id);
        }
        assert!(!control.watch.is_empty(), "{} watches nothing", control.id);
        assert!(!control.needs.is_empty(), "{} needs nothing", control.id);
    }
}

#[test]
fn controls_name_the_calls_that_keyward_makes() {
    let named = all().flat_map(|control| control.needs.iter().chain(control.refines));
    let others = named.filter(|call| call.instead().is_some());
    assert_eq!(others.map(|call| call.action()).collect::<Vec<_>>(), [""; 0]);
}
