//! `keyward import`

use crate::support::{Folder, SOUND, WEAK};

fn evidence() -> Folder {
    Folder::with(&[
        ("evidence/111122223333/summary.json", WEAK),
        ("evidence/444455556666/summary.json", SOUND),
    ])
}

#[test]
fn what_was_read_and_written_is_told_on_stderr() {
    let folder = evidence();
    let run = folder.run(&["import", "evidence", "-o", "estate.kwd"]);
    assert_eq!(run.text(0), "");
    let (before, rest) = run.stderr.split_once("estate.kwd (").unwrap();
    let (_, after) = rest.split_once(')').unwrap();
    let said = format!("{before}estate.kwd ([size]){after}");
    // Every call that is added makes the file longer.
    let size = run.stderr.split(['(', ')']).nth(1).unwrap();
    assert!(size.starts_with(|c: char| c.is_ascii_digit()), "{size}");
    let said = run.stderr.replace(size, "[size]");
    let calls = keyward_snapshot::Call::ALL.len();
    let said = said.replace(&format!("of {calls} calls"), "of [all] calls");
    insta::assert_snapshot!(said, @"
    read 2 files: 2 accounts, 1 of [all] calls
    wrote estate.kwd ([size])
    next: keyward audit estate.kwd
    ");
    assert_eq!(folder.names(), ["estate.kwd", "evidence"]);
}

#[test]
fn equal_files_make_equal_snapshots() {
    let folder = evidence();
    for output in ["one.kwd", "two.kwd"] {
        folder.run(&["import", "evidence", "--taken-at", "2026-11-24", "-o", output]).text(0);
    }
    let read = |name| std::fs::read(folder.file(name)).unwrap();
    assert_eq!(read("one.kwd"), read("two.kwd"));
}

#[test]
fn quiet_says_nothing_and_verbose_names_what_is_missing() {
    let folder = evidence();
    assert_eq!(folder.run(&["import", "evidence", "-o", "estate.kwd", "-q"]).stderr, "");
    let run = folder.run(&["import", "evidence", "-o", "estate.kwd", "-v"]);
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert!(
        lines.contains(&"evidence/111122223333/summary.json: aws iam get-account-summary"),
        "{lines:?}"
    );
    assert!(lines.contains(&"  not collected: aws iam get-credential-report"), "{lines:?}");
}

#[test]
fn a_snapshot_is_replaced_and_other_files_are_not() {
    let folder = evidence();
    folder.write("notes.txt", "precious");
    for _ in 0..2 {
        assert_eq!(folder.run(&["import", "evidence", "-o", "estate.kwd"]).code, 0);
    }
    let run = folder.run(&["import", "evidence", "-o", "notes.txt"]);
    insta::assert_snapshot!(run.error(), @"
    error: `notes.txt` is there already, and is no snapshot
    help: name another file, or replace it with `--force`
    ");
    assert_eq!(std::fs::read(folder.file("notes.txt")).unwrap(), b"precious");
    assert_eq!(folder.run(&["import", "evidence", "-o", "notes.txt", "--force"]).code, 0);
    assert!(std::fs::read(folder.file("notes.txt")).unwrap().starts_with(b"keyward snapshot "));
}

#[test]
fn a_folder_or_a_missing_folder_is_no_place_to_write_to() {
    let folder = evidence();
    let run = folder.run(&["import", "evidence", "-o", "evidence"]);
    insta::assert_snapshot!(run.error(), @"
    error: `evidence` is a folder
    help: name a file: -o evidence/organization.kwd
    ");
    let run = folder.run(&["import", "evidence", "-o", "missing/estate.kwd"]);
    insta::assert_snapshot!(run.error(), @"error: can't write `missing/estate.kwd`: no such file or directory");
    assert_eq!(folder.names(), ["evidence"]);
}

#[cfg(unix)]
#[test]
fn a_device_or_a_pipe_is_never_replaced() {
    use std::os::unix::fs::FileTypeExt as _;

    let folder = evidence();
    let made = std::process::Command::new("mkfifo").arg(folder.file("pipe")).status().unwrap();
    assert!(made.success());
    for force in [&[][..], &["--force"]] {
        let arguments = [&["import", "evidence", "-o", "pipe"][..], force].concat();
        let run = folder.run(&arguments);
        assert!(run.error().starts_with("error: `pipe` is no regular file\n"), "{}", run.stderr);
        let kind = std::fs::symlink_metadata(folder.file("pipe")).unwrap().file_type();
        assert!(kind.is_fifo());
    }
    assert_eq!(folder.names(), ["evidence", "pipe"]);
}

#[test]
fn a_snapshot_among_the_files_is_skipped() {
    let folder = evidence();
    folder.run(&["import", "evidence", "-o", "evidence/estate.kwd"]).text(0);
    let run = folder.run(&["import", "evidence", "-o", "evidence/estate.kwd"]);
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.starts_with("note: `evidence/estate.kwd` is skipped: a snapshot\n"),
        "{}",
        run.stderr
    );
    let run = folder.run(&["import", "evidence/estate.kwd", "-o", "other.kwd"]);
    insta::assert_snapshot!(run.error(), @"
    error: `evidence/estate.kwd` is a snapshot
    help: a snapshot is audited by itself: `keyward audit FILE.kwd`
    ");
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_import_leaves_nothing_behind() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    let folder = evidence();
    // A pipe that nobody writes to keeps the import waiting.
    assert!(Command::new("mkfifo").arg(folder.file("pipe")).status().unwrap().success());
    let mut command = folder.command(&["import", "evidence", "pipe", "-o", "estate.kwd"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The handler is there once the process waits in its second thread.
    let tasks = format!("/proc/{}/task", child.id());
    let start = Instant::now();
    while std::fs::read_dir(&tasks).map_or(0, Iterator::count) < 2 && start.elapsed().as_secs() < 10
    {
        std::thread::sleep(Duration::from_millis(5));
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let run = crate::support::Run::of(child.wait_with_output().unwrap());
    assert_eq!(run.code, 130, "{run:?}");
    assert!(run.stderr.contains("interrupted"), "{}", run.stderr);
    assert_eq!(folder.names(), ["evidence", "pipe"]);
}
