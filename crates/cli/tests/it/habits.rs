//! Habits that all commands share.

use std::io::Read as _;
use std::process::Stdio;

use crate::support::{Folder, WEAK};

const VERBS: [&str; 9] =
    ["demo", "audit", "import", "explain", "controls", "config", "completions", "man", "help"];

#[test]
fn every_help_goes_to_stdout_and_ends_with_examples() {
    let folder = Folder::new();
    for verb in VERBS {
        for arguments in [[verb, "--help"], ["help", verb]] {
            let run = folder.run(&arguments);
            let text = run.text(0);
            assert_eq!(run.stderr, "");
            assert!(text.contains("Usage: keyward "), "{text}");
            let (_, examples) = text.split_once("\nExamples:\n").expect("examples at the end");
            assert!(examples.lines().all(|line| line.starts_with("  ")), "{text}");
        }
    }
}

#[test]
fn without_a_verb_the_help_is_an_error() {
    let run = Folder::new().run(&[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("Usage: keyward"), "{}", run.stderr);
}

#[test]
fn an_unknown_verb_is_an_error_that_names_what_is_near() {
    let run = Folder::new().run(&["adit"]);
    assert!(run.error().contains("'audit'"), "{}", run.stderr);
    let run = Folder::new().run(&["help", "adit"]);
    insta::assert_snapshot!(run.error(), @"
    error: there is no command `adit`
    help: is it `audit`?
    ");
}

#[test]
fn colours_follow_the_flag_and_the_variables() {
    let coloured = |folder: &Folder, arguments: &[&str]| {
        let run = folder.run(&[&["controls"], arguments].concat());
        run.text(0).contains('\u{1b}')
    };
    let mut folder = Folder::new();
    assert!(!coloured(&folder, &[]), "a pipe is no terminal");
    assert!(coloured(&folder, &["--color", "always"]));
    folder.set("CLICOLOR_FORCE", "1");
    assert!(coloured(&folder, &[]));
    folder.set("NO_COLOR", "1");
    assert!(!coloured(&folder, &[]));
    assert!(coloured(&folder, &["--color", "always"]), "a flag beats a variable");
    assert!(!coloured(&folder, &["--color", "never"]));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = Folder::with(&[("111122223333/summary.json", WEAK)]);
    for arguments in [&["controls"][..], &["audit", "."], &["audit", ".", "--format", "json"]] {
        let mut command = folder.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{said}");
        assert_eq!(said, "");
    }
}

#[test]
fn completions_are_made_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = Folder::new().run(&["completions", shell]);
        assert!(run.text(0).contains("explain"), "{shell}");
    }
}

#[test]
fn there_is_a_man_page_for_every_command() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["man", "pages/man1"]).text(0), "");
    for verb in VERBS {
        let page = folder.file(&format!("pages/man1/keyward-{verb}.1"));
        assert!(std::fs::read_to_string(page).unwrap().contains("Examples:"), "{verb}");
    }
    let folder = Folder::with(&[("file", "")]);
    assert!(folder.run(&["man", "file/below"]).error().contains("`file/below`"));
}

#[test]
fn the_version_is_that_of_the_package() {
    let run = Folder::new().run(&["--version"]);
    assert_eq!(run.text(0), format!("keyward {}\n", env!("CARGO_PKG_VERSION")));
}
