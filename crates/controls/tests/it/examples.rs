//! Every control's documentation carries examples, and they answer as they promise.

use keyward_controls::{Control, Finding, Settings, State, about_account, about_organization, all};
use keyward_snapshot::Snapshot;
use keyward_testing::{Example, Kind, examples};

fn findings(control: &'static Control, snapshot: &Snapshot) -> Vec<Finding> {
    let settings = Settings::default();
    let mut found = about_organization(&snapshot.head, &settings, [&control]);
    for account in &snapshot.accounts {
        found.extend(about_account(&snapshot.head, account, &settings, [&control]));
    }
    found
}

#[track_caller]
fn check(control: &'static Control, example: &Example) {
    let found = findings(control, &example.snapshot());
    let count = |state| found.iter().filter(|finding| finding.state == state).count();
    let holds = match example.kind {
        Kind::Weak => count(State::Weak) > 0,
        Kind::Sound => count(State::Sound) > 0 && count(State::Weak) == 0,
    };
    let answers: Vec<_> = found.iter().map(|it| format!("{}: {}", it.state, it.title)).collect();
    assert!(holds, "{}, {:?} example {:?}: {answers:#?}", control.id, example.kind, example.files);
}

#[test]
fn every_example_answers_as_its_section_promises() {
    for control in all() {
        for example in examples(&control.documentation()) {
            check(control, &example);
        }
    }
}

#[test]
fn every_control_has_a_weak_and_a_sound_example() {
    for control in all() {
        let kinds: Vec<Kind> =
            examples(&control.documentation()).iter().map(|example| example.kind).collect();
        assert!(kinds.contains(&Kind::Weak), "{} has no weak example", control.id);
        assert!(kinds.contains(&Kind::Sound), "{} has no sound example", control.id);
    }
}

#[test]
fn every_answer_that_is_weak_or_sound_names_its_evidence() {
    for control in all() {
        for example in examples(&control.documentation()) {
            for finding in findings(control, &example.snapshot()) {
                let named = finding.state == State::CannotTell || !finding.evidence.is_empty();
                assert!(named, "{}: `{}` has no evidence", control.id, finding.title);
            }
        }
    }
}
