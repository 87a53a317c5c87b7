//! The policies that `keyward permissions collect` prints: enough, and not too much.

use std::collections::{BTreeMap, BTreeSet};

use keyward_testing::emulator::Emulator;
use serde_json::Value;

use super::{Live, gaps, newly_sound, sound};
use crate::support::Folder;

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

#[test]
fn the_template_makes_a_role_that_reads_everything() {
    let live = Live::seeded("organization", &["--weak", "--every-call"]);
    let flags = ["--role", "audit/keyward", "--external-id", "audit-1"];
    let print = ["permissions", "collect", "--format", "cloudformation"];
    let template = live.folder.run(&[&print[..], &flags].concat());
    live.folder.write("role.json", template.text(0));
    let emulator = Emulator::get();
    let file = live.folder.file("role.json");
    let caller = format!("KeywardCaller=arn:aws:iam::{}:root", live.management());
    let arguments = ["--template", file.to_str().unwrap(), "--parameter", &caller];
    let made = emulator.seed("stack", &live.organization, &arguments);
    assert_eq!(made["accounts"].as_array().unwrap().len(), 1);

    let collect = ["collect", "-o", "role.kwd", "--strict", "--rate", "100"];
    live.folder.run(&[&collect[..], &flags].concat()).text(0);
    // Without the external id the role is not for us.
    let refused = live.folder.run(&[&collect[..], &flags[..2]].concat());
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    let document = live.folder.run(&["audit", "role.kwd", "--format", "json"]).json(0);
    assert_eq!(gaps(&document), BTreeSet::from(["sts:AssumeRole"]));
    let member = live.members[0].as_str();
    let is_about_member = |gap: &Value| gap["account"] == member || gap["about"] == member;
    assert!(document["gaps"].as_array().unwrap().iter().all(is_about_member), "{document}");
}

/// The strings in a list of a block.
fn strings(block: &hcl::Block, name: &str) -> Vec<String> {
    let found = block.body.attributes().find(|it| it.key() == name).unwrap();
    let hcl::Expression::Array(items) = found.expr() else { panic!("`{name}` is no list") };
    let text = items.iter().map(|item| match item {
        hcl::Expression::String(text) => text.clone(),
        other => panic!("{other:?} is no string"),
    });
    text.collect()
}

#[test]
fn the_configuration_for_terraform_says_what_the_policy_says() {
    let folder = Folder::new();
    for whose in ["caller", "member"] {
        let flags = ["--for", whose, "--role", "keyward", "--external-id", "audit-1"];
        let print = |format| {
            let command = ["permissions", "collect", "--root-sessions", "--format", format];
            folder.run(&[&command[..], &flags].concat())
        };
        let policy = print("json").json(0);
        let body = hcl::parse(print("terraform").text(0)).unwrap();
        let is_policy = |block: &&hcl::Block| {
            block.identifier() == "data" && block.labels()[1].as_str() == "keyward_collect"
        };
        let document = body.blocks().find(is_policy).unwrap();
        let statements: Vec<_> = document.body.blocks().collect();
        assert_eq!(statements.len(), policy["Statement"].as_array().unwrap().len());
        for (block, statement) in statements.iter().zip(policy["Statement"].as_array().unwrap()) {
            assert_eq!(serde_json::json!(strings(block, "actions")), statement["Action"]);
            assert_eq!(serde_json::json!(strings(block, "resources")), statement["Resource"]);
            assert_eq!(block.body.blocks().count() > 0, statement.get("Condition").is_some());
        }
        let has_role = body.blocks().any(|block| block.labels()[0].as_str() == "aws_iam_role");
        assert_eq!(has_role, whose == "member");
    }
}

#[test]
fn a_role_that_could_not_be_one_is_refused() {
    let folder = Folder::new();
    for flags in [["--role", "a b"], ["--role", "a/"], ["--external-id", "${x}"]] {
        let command = ["permissions", "collect", "--for", "member"];
        let run = folder.run(&[&command[..], &flags].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{flags:?}");
        assert!(run.error().contains(flags[1]) || flags[1] == "a/", "{}", run.stderr);
    }
    let quoted = ["permissions", "collect", "--format", "terraform", "--role", "a\"b"];
    assert_eq!(folder.run(&quoted).code, 2);
    let run = folder.run(&["permissions", "collect", "--without", "iam:GetSummary"]);
    assert!(run.error().contains("iam:GetAccountSummary"), "{}", run.stderr);
}

#[test]
fn the_role_and_the_regions_of_the_configuration_are_used() {
    let live = Live::seeded("sound", &[]);
    let role = live.made["reader"].as_str().unwrap();
    live.folder.write(
        "keyward.toml",
        format!("role = \"{role}\"\nregions = [\"eu-west-1\"]\nsession_name = \"nightly\"\n"),
    );
    live.folder.run(&["collect", "-o", "own.kwd", "--rate", "100"]).text(0);
    let counts = live.folder.run(&["audit", "own.kwd", "--format", "json"]).json(0);
    let regions: BTreeSet<&str> =
        counts["gaps"].as_array().unwrap().iter().filter_map(|it| it["region"].as_str()).collect();
    // The other region was not asked, which is a gap and no refusal.
    assert_eq!(regions, BTreeSet::from(["us-east-1"]));
    assert!(counts["gaps"].as_array().unwrap().iter().all(|it| it["reason"] == "not-collected"));
}

#[test]
fn identity_center_is_found_in_a_region_that_is_not_read() {
    let live = Live::seeded("many_accounts", &["--accounts", "1"]);
    let emulator = Emulator::get();
    let place = |name: &str, value: Value, service: &str| {
        let (account, region) = (live.management(), "aws");
        emulator.control(&serde_json::json!({
            "do": "set_extra", "service": service, "account": account, "region": region,
            "name": name, "value": value,
        }));
    };
    place("regions", serde_json::json!(["us-east-1", "eu-west-1"]), "ec2");
    place("region", "eu-west-1".into(), "sso-admin");
    let ask = |control: &str| live.audit(&["--regions", "us-east-1", "--control", control]);
    assert_eq!(ask("sso-not-enabled")["summary"]["weak"], 0);
    place("region", "none".into(), "sso-admin");
    assert_eq!(ask("sso-not-enabled")["summary"]["weak"], 1);
}

#[test]
fn aws_knows_every_action_that_is_printed() {
    let folder = Folder::new();
    for whose in ["caller", "member"] {
        let print = ["permissions", "collect", "--root-sessions", "--for", whose];
        folder.write("policy.json", folder.run(&print).text(0));
        // An action that the catalogue does not know would be a warning.
        assert_eq!(folder.run(&["policy", "lint", "policy.json"]).text(0), "");
        folder.run(&["policy", "size", "--type", "managed", "policy.json"]).text(0);
    }
}
