//! Collections that were killed, and what they left.

use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use super::{Live, said};

/// How many accounts a collection under way has read.
fn read(partial: &Path) -> usize {
    let is_piece = |name: &str| name.len() == "111122223333.kwd".len();
    std::fs::read_dir(partial).map_or(0, |files| {
        files.filter(|it| is_piece(it.as_ref().unwrap().file_name().to_str().unwrap())).count()
    })
}

fn start(live: &Live, arguments: &[&str]) -> Child {
    let flags = live.flags.iter().map(String::as_str);
    let all: Vec<&str> = arguments.iter().copied().chain(flags).collect();
    live.folder.command(&all).spawn().unwrap()
}

/// Kills it as soon as so many accounts were read.
fn kill_at(mut child: Child, partial: &Path, accounts: usize) {
    let began = Instant::now();
    while read(partial) < accounts {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
        assert!(began.elapsed() < Duration::from_mins(5), "it reads no more accounts");
        std::thread::sleep(Duration::from_millis(5));
    }
    // SIGKILL: nothing of its own runs at its end.
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_collection_that_was_killed_five_times_gives_the_same_snapshot() {
    let live = Live::seeded("many_accounts", &["--accounts", "200"]);
    live.run(&["collect", "-o", "whole.kwd"]).text(0);

    let partial = live.folder.file("many.kwd.partial");
    kill_at(start(&live, &["collect", "-o", "many.kwd"]), &partial, 15);
    let refused = live.run(&["collect", "-o", "many.kwd"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("`--resume`"), "{}", refused.stderr);
    for accounts in [50, 90, 130, 170] {
        kill_at(start(&live, &["collect", "-o", "many.kwd", "--resume"]), &partial, accounts);
        assert!(!live.folder.file("many.kwd").exists());
    }
    let resumed = live.run(&["collect", "-o", "many.kwd", "--resume"]);
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    assert!(resumed.stderr.contains("were read before"), "{}", resumed.stderr);
    assert!(!partial.exists());

    let audit = |file| {
        let arguments = ["audit", file, "--all", "--format", "json"];
        live.folder.run(&arguments).json(0)
    };
    let (whole, many) = (audit("whole.kwd"), audit("many.kwd"));
    assert_eq!(many["accounts"].as_array().unwrap().len(), 200);
    assert_eq!(many["gaps"], whole["gaps"]);
    assert!(said(&whole).len() > 1000, "{}", said(&whole).len());
    assert_eq!(said(&many), said(&whole));
}

#[test]
fn what_a_removal_left_without_its_plan_is_not_taken_for_read() {
    let live = Live::seeded("many_accounts", &["--accounts", "2"]);
    live.run(&["collect", "-o", "first.kwd"]).text(0);
    let management = &live.organization.management;
    // A piece that can't be read would fail the collection, if it were used.
    live.folder.write(&format!("second.kwd.partial/{management}.kwd"), "of another time");
    let run = live.run(&["collect", "-o", "second.kwd"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stderr.contains("were read before"), "{}", run.stderr);
}
