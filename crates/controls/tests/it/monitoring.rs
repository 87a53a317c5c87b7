//! What watches an account: regions that are off, not read or not known, and analyzers that other
//! accounts have.

use keyward_controls::{Finding, Settings, State};
use keyward_snapshot::{Call, Gap, Known, Snapshot};

use crate::estate::{NO_ORGANIZATION, estate, expect, fact, finding, findings, titles};

const CONFIG: &str = "monitoring-config-off";
const RULES: &str = "monitoring-config-rules-missing";
const HUB: &str = "monitoring-security-hub-off";
const GUARDDUTY: &str = "monitoring-guardduty-off";
const EXTERNAL: &str = "monitoring-external-access-unanalyzed";
const UNUSED: &str = "monitoring-unused-access-unanalyzed";

const DETECTORS: &str = r#"{"DetectorIds": ["12abc34d567e8fa901bc2d34eexample"]}"#;
const NO_DETECTORS: &str = r#"{"DetectorIds": []}"#;
const ON: &str = r#"{"Status": "ENABLED", "FindingPublishingFrequency": "SIX_HOURS"}"#;
const DENIED: &str = "An error occurred (AccessDeniedException) when calling the ListDetectors \
                      operation: no";

fn regions(names: &[&str]) -> String {
    let region = |name: &&str| {
        format!(r#"{{"RegionName": "{name}", "Endpoint": "ec2.{name}.example.com"}}"#)
    };
    let items: Vec<String> = names.iter().map(region).collect();
    format!(r#"{{"Regions": [{}]}}"#, items.join(", "))
}

#[track_caller]
fn only(id: &str, files: &[(&str, &str)]) -> Finding {
    finding(id, &estate(files), &Settings::default())
}

/// The state of the only finding, and its title.
#[track_caller]
fn check(id: &str, files: &[(&str, &str)], state: State, title: &str) {
    let found = only(id, files);
    expect(&found, state);
    assert_eq!(found.title, title);
}

#[test]
fn regions_are_counted_and_named() {
    let three = regions(&["eu-west-1", "us-east-1", "us-west-2"]);
    let on = [("eu-west-1/l.json", DETECTORS), ("eu-west-1/d.json", ON)];
    let off = [("us-east-1/l.json", NO_DETECTORS), ("us-west-2/l.json", NO_DETECTORS)];
    let files = [&[("r.json", three.as_str())], on.as_slice(), off.as_slice()].concat();
    let found = only(GUARDDUTY, &files);
    assert_eq!(found.title, "GuardDuty is off in 2 of 3 regions");
    assert_eq!(fact(&found, "off in"), Some("us-east-1, us-west-2"));
    assert_eq!(fact(&found, "on in"), Some("eu-west-1"));
}

#[test]
fn a_region_that_was_refused_is_open_unless_another_is_off() {
    let two = regions(&["eu-west-1", "us-east-1"]);
    let on = [("r.json", two.as_str()), ("eu-west-1/l.json", DETECTORS), ("eu-west-1/d.json", ON)];
    let refused = [on.as_slice(), &[("us-east-1/l.txt", DENIED)]].concat();
    let found = only(GUARDDUTY, &refused);
    let gap = Gap::refused(Call::ListDetectors, "AccessDeniedException").in_region("us-east-1");
    assert_eq!((found.state, found.gap.as_ref()), (State::CannotTell, Some(&gap)));
    assert_eq!(fact(&found, "not read in"), Some("us-east-1"));

    let off = [("eu-west-1/l.json", NO_DETECTORS), ("us-east-1/l.txt", DENIED)];
    let files = [&[("r.json", two.as_str())], off.as_slice()].concat();
    check(GUARDDUTY, &files, State::Weak, "GuardDuty is off in eu-west-1");
}

#[test]
fn a_region_that_nobody_asked_is_open() {
    let two = regions(&["eu-west-1", "us-east-1"]);
    let files =
        [("r.json", two.as_str()), ("eu-west-1/l.json", DETECTORS), ("eu-west-1/d.json", ON)];
    let gap = Gap::not_collected(Call::ListDetectors).in_region("us-east-1");
    assert_eq!(only(GUARDDUTY, &files).gap, Some(gap));
}

#[test]
fn without_the_regions_that_are_enabled_nothing_is_sound() {
    let on = [("eu-west-1/l.json", DETECTORS), ("eu-west-1/d.json", ON)];
    let gap = Gap::not_collected(Call::DescribeRegions);
    assert_eq!(only(GUARDDUTY, &on).gap, Some(gap));
    let off = [("eu-west-1/l.json", NO_DETECTORS)];
    check(GUARDDUTY, &off, State::Weak, "GuardDuty is off in an unknown region");
    let nothing = [("caller.json", r#"{"UserId": "A", "Account": "111122223333", "Arn": "a"}"#)];
    let gap = Gap::not_collected(Call::ListDetectors);
    assert_eq!(only(GUARDDUTY, &nothing).gap, Some(gap));
}

#[test]
fn something_whose_region_is_unknown_may_be_in_any() {
    let two = regions(&["eu-west-1", "us-east-1"]);
    let files = [
        ("r.json", two.as_str()),
        ("a/l.json", DETECTORS),
        ("a/d.json", ON),
        ("b/l.json", NO_DETECTORS),
    ];
    let found = only(GUARDDUTY, &files);
    assert_eq!(
        (found.state, found.gap.map(|gap| gap.call)),
        (State::CannotTell, Some(Call::ListDetectors))
    );
}

fn recorder(group: &str, rest: &str) -> String {
    format!(
        r#"{{"ConfigurationRecorders": [{{"name": "default", "recordingGroup": {{{group}}}{rest}}}]}}
           {{"ConfigurationRecordersStatus": [{{"name": "default", "recording": true{rest}}}]}}"#
    )
}

#[test]
fn what_a_recorder_records_of_iam_counts() {
    let one = regions(&["eu-west-1"]);
    let config = |group: &str, state| {
        let files = [("r.json", one.as_str()), ("eu-west-1/c.json", &recorder(group, ""))];
        expect(&only(CONFIG, &files), state);
    };
    config(r#""allSupported": true, "includeGlobalResourceTypes": true"#, State::Sound);
    config(r#""allSupported": true"#, State::Weak);
    let types = r#""AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::Policy""#;
    config(&format!(r#""allSupported": false, "resourceTypes": [{types}]"#), State::Sound);
    config(r#""allSupported": false, "resourceTypes": ["AWS::IAM::User"]"#, State::Weak);
    let exclusion = |name| {
        format!(
            r#""exclusionByResourceTypes": {{"resourceTypes": ["{name}"]}},
               "recordingStrategy": {{"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}}"#
        )
    };
    config(&exclusion("AWS::EC2::Volume"), State::Sound);
    config(&exclusion("AWS::IAM::Role"), State::Weak);
}

#[test]
fn a_recorder_that_a_service_made_for_itself_is_none() {
    let one = regions(&["eu-west-1"]);
    let group = r#""allSupported": true, "includeGlobalResourceTypes": true"#;
    let own = recorder(group, r#", "servicePrincipal": "securityhub.amazonaws.com""#);
    let files = [("r.json", one.as_str()), ("eu-west-1/c.json", own.as_str())];
    check(CONFIG, &files, State::Weak, "AWS Config is off in eu-west-1");
}

fn rule(region: &str, identifier: &str, rest: &str) -> String {
    format!(
        r#"{{"ConfigRuleName": "{identifier}", "ConfigRuleArn":
            "arn:aws:config:{region}:111122223333:config-rule/config-rule-abcdef",
            "Source": {{"Owner": "AWS", "SourceIdentifier": "{identifier}"}}{rest}}}"#
    )
}

const IAM_RULES: [&str; 7] = [
    "ROOT_ACCOUNT_HARDWARE_MFA_ENABLED",
    "IAM_ROOT_ACCESS_KEY_CHECK",
    "MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS",
    "ACCESS_KEYS_ROTATED",
    "IAM_USER_UNUSED_CREDENTIALS_CHECK",
    "IAM_PASSWORD_POLICY",
    "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS",
];
const REGIONAL_RULES: [&str; 2] =
    ["SECRETSMANAGER_SECRET_PERIODIC_ROTATION", "INCOMING_SSH_DISABLED"];

/// What is said where one region has all rules, and another these.
#[track_caller]
fn with_rules(second: &[String]) -> Finding {
    let all = IAM_RULES.iter().chain(&REGIONAL_RULES);
    let first: Vec<String> = all.map(|identifier| rule("eu-west-1", identifier, "")).collect();
    let list = |rules: &[String]| format!(r#"{{"ConfigRules": [{}]}}"#, rules.join(", "));
    let (regions, first, second) =
        (regions(&["eu-west-1", "us-east-1"]), list(&first), list(second));
    only(
        RULES,
        &[("r.json", &regions), ("eu-west-1/c.json", &first), ("us-east-1/c.json", &second)],
    )
}

#[test]
fn rules_about_iam_are_needed_in_one_region_and_the_others_in_all() {
    let found = with_rules(&[]);
    assert_eq!(found.title, "AWS Config has no rule for secret rotation and SSH from anywhere");
    let missing = "secret rotation in us-east-1: SECRETSMANAGER_ROTATION_ENABLED_CHECK or \
                   SECRETSMANAGER_SECRET_PERIODIC_ROTATION";
    assert_eq!(fact(&found, "no rule for"), Some(missing));
    let regional = REGIONAL_RULES.map(|identifier| rule("us-east-1", identifier, ""));
    expect(&with_rules(&regional), State::Sound);
}

#[test]
fn a_rule_that_looks_at_a_part_or_goes_does_not_count() {
    let with = |rest: &str| {
        let first = rule("us-east-1", REGIONAL_RULES[0], "");
        with_rules(&[first, rule("us-east-1", "INCOMING_SSH_DISABLED", rest)]).state
    };
    assert_eq!(with(""), State::Sound);
    assert_eq!(with(r#", "Scope": {"TagKey": "team"}"#), State::Weak);
    assert_eq!(with(r#", "ConfigRuleState": "DELETING""#), State::Weak);
}

#[test]
fn a_rule_that_may_be_in_a_region_that_was_not_read_is_open() {
    let (two, none) = (regions(&["eu-west-1", "us-east-1"]), r#"{"ConfigRules": []}"#);
    let files = [("r.json", two.as_str()), ("eu-west-1/c.json", none)];
    let found = only(RULES, &files);
    assert_eq!(found.title, "AWS Config has no rule for secret rotation and SSH from anywhere");
    let regional = REGIONAL_RULES.map(|identifier| rule("eu-west-1", identifier, ""));
    let regional = format!(r#"{{"ConfigRules": [{}]}}"#, regional.join(", "));
    let found = only(RULES, &[files[0], ("eu-west-1/c.json", &regional)]);
    let gap = Gap::not_collected(Call::DescribeConfigRules).in_region("us-east-1");
    assert_eq!(found.gap, Some(gap));
}

#[test]
fn a_hub_that_is_on_is_enough_and_one_that_was_not_read_leaves_it_open() {
    let one = regions(&["eu-west-1"]);
    let cspm = r#"{"HubArn": "arn:aws:securityhub:eu-west-1:111122223333:hub/default"}"#;
    let found = only(HUB, &[("r.json", &one), ("h.json", cspm)]);
    expect(&found, State::Sound);
    assert_eq!(fact(&found, "Security Hub CSPM in"), Some("eu-west-1"));
    let off = "An error occurred (InvalidAccessException) when calling the DescribeHub operation: \
               Account 111122223333 is not subscribed to AWS Security Hub";
    let found = only(HUB, &[("r.json", &one), ("eu-west-1/h.txt", off)]);
    assert_eq!(found.gap.map(|gap| gap.call), Some(Call::DescribeSecurityHubV2));
}

fn analyzers(owner: &str, kind: &str, rest: &str) -> String {
    format!(
        r#"{{"analyzers": [{{"arn": "arn:aws:access-analyzer:eu-west-1:{owner}:analyzer/a",
            "name": "a", "type": "{kind}", "status": "ACTIVE"{rest}}}]}}"#
    )
}

const MEMBERS: &str = r#"{"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
    {"Accounts": [
        {"Id": "111122223333", "Arn": "arn:aws:organizations::111122223333:account/o-exampleorgid/111122223333", "Name": "management", "Email": "aws@example.com", "Status": "ACTIVE"},
        {"Id": "444455556666", "Arn": "arn:aws:organizations::111122223333:account/o-exampleorgid/444455556666", "Name": "security", "Email": "aws+security@example.com", "Status": "ACTIVE"}]}"#;

/// Two accounts of an organization, the first without analyzers and the second with these.
fn two_accounts(second: &str) -> Snapshot {
    let (own, none) = (regions(&["eu-west-1"]), r#"{"analyzers": []}"#);
    let caller = r#"{"UserId": "A", "Account": "444455556666", "Arn": "a"}"#;
    estate(&[
        ("members.json", MEMBERS),
        ("eu-west-1/r.json", &own),
        ("eu-west-1/a.json", none),
        ("444455556666/caller.json", caller),
        ("444455556666/eu-west-1/r.json", &own),
        ("444455556666/eu-west-1/a.json", second),
    ])
}

/// The states of the first account and of the second.
#[track_caller]
fn states(id: &str, snapshot: &Snapshot, expected: [State; 2]) {
    let found = findings(id, snapshot, &Settings::default());
    let states: Vec<State> = found.iter().map(|it| it.state).collect();
    assert_eq!(states, expected, "{:?}", titles(&found));
}

#[test]
fn an_analyzer_of_the_organization_looks_at_every_account() {
    use State::{Sound, Weak};
    let with = |kind: &str, rest: &str| two_accounts(&analyzers("444455556666", kind, rest));
    states(EXTERNAL, &with("ORGANIZATION", ""), [Sound, Sound]);
    states(EXTERNAL, &with("ACCOUNT", ""), [Weak, Sound]);
    states(EXTERNAL, &with("ORGANIZATION_UNUSED_ACCESS", ""), [Weak, Weak]);
    states(UNUSED, &with("ORGANIZATION_UNUSED_ACCESS", ""), [Sound, Sound]);
    states(UNUSED, &with("ACCOUNT_UNUSED_ACCESS", ""), [Weak, Sound]);
    let rest = r#", "configuration": {"unusedAccess": {"analysisRule": {"exclusions":
        [{"accountIds": ["111122223333"]}]}}}"#;
    states(UNUSED, &with("ORGANIZATION_UNUSED_ACCESS", rest), [Weak, Sound]);
}

#[test]
fn analyzers_that_do_not_work_do_not_count() {
    let failed = analyzers("444455556666", "ORGANIZATION", "").replace("ACTIVE", "FAILED");
    states(EXTERNAL, &two_accounts(&failed), [State::Weak, State::Weak]);
}

#[test]
fn an_account_that_is_not_in_the_snapshot_may_have_the_analyzer() {
    let own = regions(&["eu-west-1"]);
    let files = [
        ("members.json", MEMBERS),
        ("r.json", own.as_str()),
        ("eu-west-1/a.json", r#"{"analyzers": []}"#),
    ];
    for id in [EXTERNAL, UNUSED] {
        let gap = Gap::not_collected(Call::ListAnalyzers).about("444455556666");
        assert_eq!(only(id, &files).gap, Some(gap), "{id}");
    }
    let refused = "An error occurred (AccessDeniedException) when calling the ListAnalyzers \
                   operation: no";
    for id in [EXTERNAL, UNUSED] {
        let found = findings(id, &two_accounts(refused), &Settings::default());
        let gap = Gap::refused(Call::ListAnalyzers, "AccessDeniedException").in_region("eu-west-1");
        let gaps = [Some(gap.clone().about("444455556666")), Some(gap)];
        assert_eq!(found.into_iter().map(|it| it.gap).collect::<Vec<_>>(), gaps, "{id}");
    }
}

#[test]
fn an_account_whose_regions_are_unknown_may_have_the_analyzer_elsewhere() {
    let mut snapshot = two_accounts(r#"{"analyzers": []}"#);
    states(EXTERNAL, &snapshot, [State::Weak, State::Weak]);
    let gap = Gap::not_collected(Call::DescribeRegions);
    snapshot.accounts[1].regions = Known::Gap(gap.clone());
    snapshot.head.note_analyzers(&snapshot.accounts);
    for id in [EXTERNAL, UNUSED] {
        let found = findings(id, &snapshot, &Settings::default());
        assert_eq!(found[0].gap, Some(gap.clone().about("444455556666")), "{id}");
    }
}

#[test]
fn an_account_of_its_own_needs_an_analyzer_of_its_own() {
    let own = regions(&["eu-west-1"]);
    let alone = [("o.txt", NO_ORGANIZATION), ("r.json", own.as_str())];
    let none = [alone.as_slice(), &[("eu-west-1/a.json", r#"{"analyzers": []}"#)]].concat();
    check(EXTERNAL, &none, State::Weak, "Analysis of access from outside is off in eu-west-1");
    check(UNUSED, &none, State::Weak, "No access analyzer looks for unused access");
    let unknown = [("r.json", own.as_str()), ("eu-west-1/a.json", r#"{"analyzers": []}"#)];
    let gap = Gap::not_collected(Call::DescribeOrganization);
    assert_eq!(only(EXTERNAL, &unknown).gap, Some(gap));
}
