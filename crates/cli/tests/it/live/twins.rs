//! The organization in which everything is weak, and its mended twin.

use std::collections::{BTreeMap, BTreeSet};

use keyward_testing::emulator::Emulator;
use serde_json::Value;

use super::{Live, gaps, said, sound, weak};
use crate::support::Folder;

#[test]
fn an_organization_without_weaknesses_has_none() {
    let live = Live::seeded("sound", &[]);
    let document = live.run(&["audit", "--live", "--all", "--format", "json"]).json(0);
    assert_eq!(weak(&document), BTreeMap::new());
    assert_eq!(document["accounts"].as_array().unwrap().len(), 5);
    assert!(sound(&document) > 300, "{}", sound(&document));
    assert_eq!(Emulator::get().missing_operations(&live.all_accounts()), BTreeMap::new());
}

/// A finding's resource without what differs from run to run.
fn resource(finding: &Value, made: &Value) -> String {
    let text = finding["resource"].as_str().unwrap();
    let own = text.splitn(6, ':').nth(5).unwrap_or("organization");
    let control = finding["control"].as_str().unwrap();
    let (kind, id) = own.split_once('/').unwrap_or((own, ""));
    let in_title = finding["title"].as_str().unwrap().split('`').nth(1).unwrap_or_default();
    let made = |kind: &str| -> String {
        let mut names = made[kind].as_object().unwrap().iter();
        let (path, _) = names.find(|(_, made)| **made == id).unwrap();
        path.rsplit('/').next().unwrap().to_owned()
    };
    match kind {
        _ if control.starts_with("root-") => "root user".to_owned(),
        "root" => "account".to_owned(),
        "document" => "session preferences".to_owned(),
        "instance" if id.starts_with("ssoins") => "Identity Center".to_owned(),
        "permissionSet" | "launch-template" => format!("{kind}/{in_title}"),
        "security-group" => format!("{kind}/{}", made("security_groups")),
        "instance" => format!("{kind}/{}", made("instances")),
        // Secrets Manager adds six characters to the name.
        secret if secret.starts_with("secret:") => secret[..secret.len() - 7].to_owned(),
        _ => own.to_owned(),
    }
}

/// What is weak, as the lines of the golden file say it: control, resource, accounts and regions.
fn lines(document: &Value, made: &Value) -> Vec<String> {
    let accounts = made["accounts"].as_object().unwrap();
    let names: BTreeMap<&str, &str> =
        accounts.iter().map(|(name, id)| (id.as_str().unwrap(), name.as_str())).collect();
    let mut places: BTreeMap<[String; 2], BTreeMap<&str, BTreeMap<&str, usize>>> = BTreeMap::new();
    for finding in document["findings"].as_array().unwrap() {
        if finding["state"] != "weak" {
            continue;
        }
        let control = finding["control"].as_str().unwrap().to_owned();
        let place = places.entry([control, resource(finding, made)]).or_default();
        let account = place.entry(names[finding["account"].as_str().unwrap()]).or_default();
        *account.entry(finding["region"].as_str().unwrap_or_default()).or_default() += 1;
    }
    let mut lines = Vec::new();
    for ([control, resource], accounts) in places {
        let mut alike: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (account, regions) in accounts {
            let regions = regions.into_iter().map(|(region, count)| match count {
                1 => region.to_owned(),
                _ => format!("{region} ×{count}").trim().to_owned(),
            });
            alike.entry(regions.collect::<Vec<_>>().join(" ")).or_default().push(account);
        }
        for (regions, accounts) in alike {
            let regions = if regions.is_empty() { regions } else { format!(" | {regions}") };
            lines.push(format!("{control} | {resource} | {}{regions}", accounts.join(" ")));
        }
    }
    lines
}

/// Each line of the golden file ends with the reason why the seed makes it so.
#[test]
fn in_the_weak_organization_exactly_what_was_made_weak_is_found() {
    let live = Live::seeded("weak", &[]);
    let document = live.audit(&[]);
    assert_eq!(gaps(&document), BTreeSet::new());
    let golden = include_str!("../data/weak.golden").lines();
    let (expected, reasons): (Vec<&str>, Vec<&str>) =
        golden.map(|line| line.split_once(" # ").unwrap()).unzip();
    assert!(reasons.iter().all(|reason| reason.len() >= 5));
    assert_eq!(lines(&document, &live.made), expected);

    live.run(&["collect", "-o", "weak.kwd"]).text(0);
    let again = live.folder.run(&["audit", "weak.kwd", "--all", "--format", "json"]).json(0);
    assert_eq!(said(&again), said(&document));
    assert_eq!(again["gaps"], document["gaps"]);
    assert_eq!(Emulator::get().missing_operations(&live.all_accounts()), BTreeMap::new());
}

/// The controls that exclude what the weak organization has.
#[test]
fn what_an_organization_cannot_have_besides_is_found_in_others() {
    let cases = [
        ("standalone", "organization-missing", 1),
        ("consolidated_billing", "organization-not-all-features", 1),
        // Both kinds of control policy.
        ("consolidated_billing", "organization-control-policies-off", 2),
        ("without_single_sign_on", "sso-not-enabled", 1),
    ];
    for (seed, control, count) in cases {
        let live = Live::seeded(seed, &[]);
        let found = weak(&live.audit(&[]));
        assert_eq!(found.get(control), Some(&count), "{seed}: {found:?}");
    }
}

#[test]
fn every_control_is_weak_somewhere() {
    let controls = Folder::new().run(&["controls", "--format", "json"]).json(0);
    let ids = controls["controls"].as_array().unwrap().iter();
    let elsewhere = [
        "organization-missing",
        "organization-not-all-features",
        "organization-control-policies-off",
        "sso-not-enabled",
    ];
    let golden = include_str!("../data/weak.golden");
    let is_found = |id: &&str| {
        elsewhere.contains(id) || golden.lines().any(|line| line.starts_with(&format!("{id} |")))
    };
    let silent: Vec<&str> =
        ids.map(|it| it["id"].as_str().unwrap()).filter(|id| !is_found(id)).collect();
    assert_eq!(silent, [""; 0]);
}
