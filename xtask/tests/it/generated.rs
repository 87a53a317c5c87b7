//! Generated files are up to date. `cargo xtask generate` makes them so.

use std::collections::BTreeMap;
use std::fs::File;

use keyward_snapshot::Snapshot;
use keyward_snapshot::file::Reader;
use xtask::{control_pages, demo, settings_table, single_calls};

use crate::workspace;

#[test]
fn the_pages_of_the_controls_say_what_the_controls_say() {
    let folder = control_pages::folder(&workspace());
    let on_disk: BTreeMap<String, String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    let generated = control_pages::pages();
    let names = |pages: &BTreeMap<String, String>| pages.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&on_disk), names(&generated), "run `cargo xtask generate`");
    for (name, text) in &generated {
        assert!(
            on_disk[name] == *text,
            "docs/controls/{name} is stale: run `cargo xtask generate`"
        );
    }
}

#[test]
fn the_demo_holds_what_its_folder_holds() {
    let reader = Reader::open(File::open(demo::path(&workspace())).unwrap()).unwrap();
    let head = reader.head().clone();
    let accounts = reader.map(Result::unwrap).collect();
    let bundled = Snapshot { head, accounts };
    let made = demo::snapshot(&workspace()).unwrap();
    assert!(bundled == made, "the demo is stale: run `cargo xtask generate`");
}

#[test]
fn the_table_of_settings_lists_the_settings() {
    let page = std::fs::read_to_string(settings_table::path(&workspace())).unwrap();
    assert!(settings_table::page(&page).unwrap() == page, "run `cargo xtask generate`");
}

#[test]
fn the_table_of_calls_about_one_thing_lists_each() {
    let page = std::fs::read_to_string(single_calls::path(&workspace())).unwrap();
    assert!(single_calls::page(&page).unwrap() == page, "run `cargo xtask generate`");
}
