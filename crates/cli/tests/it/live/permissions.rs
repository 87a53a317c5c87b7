//! The policies that `keyward permissions collect` prints: enough, and not too much.

use std::collections::{BTreeMap, BTreeSet};

use keyward_testing::emulator::Emulator;
use serde_json::Value;

use super::{Live, gaps, newly_sound, sound};

/// What other answers are missing too, because nobody knows what to ask about.
const WAITING: &str = "ec2:DescribeRegions";

/// The policies of the caller and of the role, as actions.
struct Policies {
    caller: Vec<String>,
    member: Vec<String>,
}

impl Policies {
    fn of(live: &Live) -> Self {
        let of = |whose| {
            let arguments = ["permissions", "collect", "--root-sessions", "--for", whose];
            actions(&live.folder.run(&[&arguments[..], &["--format", "json"]].concat()).json(0))
        };
        Self { caller: of("caller"), member: of("member") }
    }

    /// Allows these, but for one.
    fn allow(&self, live: &Live, without: Option<&str>) {
        let left = |actions: &[String]| -> Vec<String> {
            actions.iter().filter(|it| Some(it.as_str()) != without).cloned().collect()
        };
        let emulator = Emulator::get();
        emulator.allow_all(&live.all_accounts());
        for (accounts, actions) in [
            (vec![live.management()], left(&self.caller)),
            (live.member_accounts(), left(&self.member)),
        ] {
            let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
            emulator.allow_only(&accounts, &actions);
        }
    }
}

fn actions(policy: &Value) -> Vec<String> {
    let statements = policy["Statement"].as_array().unwrap().iter();
    statements
        .flat_map(|statement| statement["Action"].as_array().unwrap())
        .map(|action| action.as_str().unwrap().to_owned())
        .collect()
}

fn audit(live: &Live) -> Value {
    live.audit(&["--root-sessions"])
}

#[test]
fn the_policies_are_enough_and_each_action_is_needed() {
    let live = Live::seeded("organization", &["--weak", "--every-call"]);
    let policies = Policies::of(&live);
    // Once there is a report, it is read for hours.
    policies.allow(&live, Some("iam:GenerateCredentialReport"));
    let unreported = audit(&live);

    policies.allow(&live, None);
    let emulator = Emulator::get();
    emulator.reset_counts(&live.all_accounts());
    let whole = audit(&live);
    assert_eq!(gaps(&whole), BTreeSet::new());
    assert!(sound(&whole) > 50, "{}", sound(&whole));
    let mut uncalled: BTreeSet<&str> =
        policies.caller.iter().filter_map(|action| action.split(':').nth(1)).collect();
    for account in live.all_accounts() {
        for (call, _) in emulator.counts(account) {
            uncalled.remove(call.split(':').nth(1).unwrap_or_default());
        }
    }
    assert_eq!(uncalled, BTreeSet::new(), "nothing showed that these are needed");

    let mut broken = BTreeMap::new();
    let mut check = |action: &str, document: &Value| {
        let new = newly_sound(document, &whole);
        let found = gaps(document);
        let is_exact = match action {
            WAITING => found.contains(WAITING) && others_name(document, WAITING),
            _ => found == BTreeSet::from([action]),
        };
        if !new.is_empty() || !is_exact {
            broken.insert(action.to_owned(), format!("{found:?}, sound: {new:?}"));
        }
    };
    check("iam:GenerateCredentialReport", &unreported);
    for action in policies.caller.iter().filter(|it| *it != "iam:GenerateCredentialReport") {
        policies.allow(&live, Some(action));
        check(action, &audit(&live));
    }
    assert_eq!(broken, BTreeMap::new());
}

/// Whether all gaps but those of an action say that they wait for it.
fn others_name(document: &Value, action: &str) -> bool {
    let mut others = document["gaps"].as_array().unwrap().iter();
    others.all(|gap| {
        gap["permission"] == action || gap["error"].as_str().unwrap_or_default().contains(action)
    })
}

#[test]
fn the_role_has_no_permission_that_the_caller_lacks() {
    let live = Live::seeded("standalone", &[]);
    let policies = Policies::of(&live);
    let caller: BTreeSet<&String> = policies.caller.iter().collect();
    assert!(policies.member.iter().all(|action| caller.contains(action)));
    assert!(policies.member.len() > 40, "{}", policies.member.len());
    let only = policies.caller.iter().filter(|action| !policies.member.contains(action));
    let services: BTreeSet<&str> = only.filter_map(|it| it.split(':').next()).collect();
    assert_eq!(services, BTreeSet::from(["identitystore", "organizations", "sso", "sts"]));
}
