//! Collections that were killed, and what they left.

use std::time::{Duration, Instant};

use super::Live;

#[test]
fn a_collection_that_was_killed_is_gone_on_with() {
    let live = Live::seeded("many_accounts", &["--accounts", "40"]);
    let mut arguments = vec!["collect", "-o", "many.kwd", "--accounts-at-once", "2"];
    arguments.extend(live.flags.iter().map(String::as_str));
    let mut child = live.folder.command(&arguments).spawn().unwrap();
    let partial = live.folder.file("many.kwd.partial");
    let done = || {
        std::fs::read_dir(&partial).map_or(0, |files| {
            let is_piece = |name: &str| name.len() == "111122223333.kwd".len();
            files.filter(|it| is_piece(it.as_ref().unwrap().file_name().to_str().unwrap())).count()
        })
    };
    let began = Instant::now();
    while done() < 3 {
        assert!(began.elapsed() < Duration::from_mins(1), "nothing was read within a minute");
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!live.folder.file("many.kwd").exists());

    let refused = live.run(&["collect", "-o", "many.kwd"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("`--resume`"), "{}", refused.stderr);
    let resumed = live.run(&["collect", "-o", "many.kwd", "--accounts-at-once", "2", "--resume"]);
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    assert!(resumed.stderr.contains("were read before"), "{}", resumed.stderr);
    assert!(!partial.exists());
    let document = live.folder.run(&["audit", "many.kwd", "--format", "json"]).json(0);
    assert!(document["accounts"].as_array().unwrap().len() >= 40);
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
