//! AWS Config, Security Hub, GuardDuty and IAM Access Analyzer, by the examples of AWS's CLI
//! reference.

use keyward_snapshot::import::Asked;
use keyward_snapshot::{
    Analyzer, Call, ConfigRule, ConfigurationRecorder, Detector, DetectorState, Gap, Known,
    Listing, RecordedTypes, RecorderStatus, SecurityHub,
};

use super::{account, answers, error, import, recognised};

const RECORDERS: &str = r#"{"ConfigurationRecorders": [{
    "recordingGroup": {
        "allSupported": true, "resourceTypes": [], "includeGlobalResourceTypes": true},
    "roleARN": "arn:aws:iam::123456789012:role/config-ConfigRole-A1B2C3D4E5F6",
    "name": "default"}]}"#;

const STATUSES: &str = r#"{"ConfigurationRecordersStatus": [{
    "name": "default", "lastStatus": "SUCCESS", "recording": true,
    "lastStatusChangeTime": 1452193834.344, "lastStartTime": 1441039997.819,
    "lastStopTime": 1441039992.835}]}"#;

const RULES: &str = r#"{"ConfigRules": [{
    "ConfigRuleState": "ACTIVE",
    "Description": "Evaluates whether EC2 instances are the t2.micro type.",
    "ConfigRuleName": "InstanceTypesAreT2micro",
    "ConfigRuleArn": "arn:aws:config:us-east-1:123456789012:config-rule/config-rule-abcdef",
    "Source": {
        "Owner": "CUSTOM_LAMBDA",
        "SourceIdentifier": "arn:aws:lambda:us-east-1:123456789012:function:InstanceTypeCheck",
        "SourceDetails": [{
            "EventSource": "aws.config", "MessageType": "ConfigurationItemChangeNotification"}]},
    "InputParameters": "{\"desiredInstanceType\":\"t2.micro\"}",
    "Scope": {"ComplianceResourceTypes": ["AWS::EC2::Instance"]},
    "ConfigRuleId": "config-rule-abcdef"}]}"#;

const HUB: &str = r#"{
    "HubArn": "arn:aws:securityhub:us-west-1:123456789012:hub/default",
    "SubscribedAt": "2019-11-19T23:15:10.046Z",
    "AutoEnableControls": true,
    "ControlFindingGenerator": "SECURITY_CONTROL"}"#;

const DETECTORS: &str = r#"{"DetectorIds": ["12abc34d567e8fa901bc2d34eexample"]}"#;

const DETECTOR: &str = r#"{
    "Status": "ENABLED",
    "ServiceRole": "arn:aws:iam::111122223333:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty",
    "Tags": {},
    "FindingPublishingFrequency": "SIX_HOURS",
    "UpdatedAt": "2018-11-07T03:24:22.938Z",
    "CreatedAt": "2017-12-22T22:51:31.940Z"}"#;

const ID: &str = "12abc34d567e8fa901bc2d34eexample";

const ANALYZERS: &str = r#"{"analyzers": [
    {"arn": "arn:aws:access-analyzer:us-west-2:111122223333:analyzer/UnusedAccess-ConsoleAnalyzer-organization",
     "createdAt": "2024-02-15T00:46:40+00:00",
     "name": "UnusedAccess-ConsoleAnalyzer-organization",
     "status": "ACTIVE", "tags": {"auto-delete": "no"}, "type": "ORGANIZATION_UNUSED_ACCESS"},
    {"arn": "arn:aws:access-analyzer:us-west-2:111122223333:analyzer/ConsoleAnalyzer-account",
     "createdAt": "2019-12-03T07:28:17+00:00",
     "lastResourceAnalyzed": "arn:aws:sns:us-west-2:111122223333:config-topic",
     "lastResourceAnalyzedAt": "2024-02-15T18:01:53.003000+00:00",
     "name": "ConsoleAnalyzer-account",
     "status": "ACTIVE", "tags": {"auto-delete": "no"}, "type": "ACCOUNT"}]}"#;

fn refusal(call: &str, code: &str) -> String {
    format!("An error occurred ({code}) when calling the {call} operation: no")
}

#[test]
fn recorders_and_their_status_are_read() {
    answers("r.json", RECORDERS, &[Call::DescribeConfigurationRecorders]);
    answers("s.json", STATUSES, &[Call::DescribeConfigurationRecorderStatus]);
    let account = account(&[("us-east-1/r.json", RECORDERS), ("us-east-1/s.json", STATUSES)]);
    assert_eq!(account.id.as_str(), "123456789012");
    let recorder = ConfigurationRecorder {
        name: "default".to_owned(),
        region: "us-east-1".to_owned(),
        records: RecordedTypes::All,
        service: None,
    };
    assert_eq!(account.configuration_recorders, Listing::complete(vec![recorder]));
    let status = RecorderStatus {
        name: "default".to_owned(),
        region: "us-east-1".to_owned(),
        recording: true,
        service: None,
    };
    assert_eq!(account.recorder_statuses, Listing::complete(vec![status]));
}

#[track_caller]
fn records(group: &str, expected: &RecordedTypes) {
    let text = format!(
        r#"{{"ConfigurationRecorders": [{{"name": "default", "arn":
        "arn:aws:config:eu-west-1:123456789012:configuration-recorder/default/abc"{group}}}]}}"#
    );
    let account = account(&[("r.json", &text)]);
    let recorder = &account.configuration_recorders.whole().unwrap()[0];
    assert_eq!((&recorder.records, recorder.region.as_str()), (expected, "eu-west-1"));
}

#[test]
fn what_a_recorder_records_depends_on_its_strategy() {
    records("", &RecordedTypes::AllButIam);
    records(r#", "recordingGroup": {"allSupported": true}"#, &RecordedTypes::AllButIam);
    let roles = || vec!["AWS::IAM::Role".to_owned()];
    records(
        r#", "recordingGroup": {"allSupported": false, "resourceTypes": ["AWS::IAM::Role"]}"#,
        &RecordedTypes::Only(roles()),
    );
    records(
        r#", "recordingGroup": {"allSupported": false, "resourceTypes": ["AWS::IAM::Role"],
            "recordingStrategy": {"useOnly": "INCLUSION_BY_RESOURCE_TYPES"}}"#,
        &RecordedTypes::Only(roles()),
    );
    records(
        r#", "recordingGroup": {"allSupported": false, "resourceTypes": [],
            "exclusionByResourceTypes": {"resourceTypes": ["AWS::IAM::Role"]},
            "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}}"#,
        &RecordedTypes::AllExcept(roles()),
    );
    records(
        r#", "recordingGroup": {"allSupported": true, "includeGlobalResourceTypes": true,
            "recordingStrategy": {"useOnly": "ALL_SUPPORTED_RESOURCE_TYPES"}}"#,
        &RecordedTypes::All,
    );
}

#[test]
fn rules_are_read() {
    answers("r.json", RULES, &[Call::DescribeConfigRules]);
    let rule = ConfigRule {
        name: "InstanceTypesAreT2micro".to_owned(),
        region: "us-east-1".to_owned(),
        owner: "CUSTOM_LAMBDA".to_owned(),
        identifier: Some(
            "arn:aws:lambda:us-east-1:123456789012:function:InstanceTypeCheck".to_owned(),
        ),
        active: true,
        narrowed: false,
        created_by: None,
    };
    assert_eq!(account(&[("r.json", RULES)]).config_rules, Listing::complete(vec![rule]));
}

#[test]
fn a_rule_that_goes_or_looks_at_one_thing_is_told_apart() {
    let read = |from: &str, to: &str| {
        let account = account(&[("r.json", &RULES.replace(from, to))]);
        let rule = &account.config_rules.whole().unwrap()[0];
        (rule.active, rule.narrowed)
    };
    assert_eq!(read(r#""ACTIVE""#, r#""DELETING_RESULTS""#), (false, false));
    assert_eq!(read(r#""ACTIVE""#, r#""EVALUATING""#), (true, false));
    assert_eq!(read(r#""Scope": {"#, r#""Scope": {"TagKey": "team", "#), (true, true));
    assert_eq!(read(r#""Scope": {"#, r#""Scope": {"ComplianceResourceId": "i", "#), (true, true));
}

#[test]
fn hubs_are_read_and_tell_their_region() {
    answers("h.json", HUB, &[Call::DescribeHub]);
    let v2 = r#"{"HubV2Arn": "arn:aws:securityhub:us-east-1:123456789012:hubv2/0a1b2c3d", "SubscribedAt": "2026-01-20T09:00:00.000Z"}"#;
    answers("v.json", v2, &[Call::DescribeSecurityHubV2]);
    let account = account(&[("h.json", HUB), ("v.json", v2)]);
    let hub = |arn: &str, region: &str| {
        Listing::complete(vec![SecurityHub { arn: arn.to_owned(), region: region.to_owned() }])
    };
    let arn = "arn:aws:securityhub:us-west-1:123456789012:hub/default";
    assert_eq!(account.security_hubs.items, hub(arn, "us-west-1").items);
    let arn = "arn:aws:securityhub:us-east-1:123456789012:hubv2/0a1b2c3d";
    assert_eq!(account.security_hubs_v2.items, hub(arn, "us-east-1").items);
}

#[test]
fn security_hub_that_is_off_is_an_answer_and_a_refusal_is_a_gap() {
    let hubs = |code| {
        let text = refusal("DescribeHub", code);
        account(&[("123456789012/us-east-1/h.txt", &text)]).security_hubs
    };
    assert_eq!(hubs("InvalidAccessException"), Listing::complete(vec![]));
    let gap = Gap::refused(Call::DescribeHub, "AccessDeniedException").in_region("us-east-1");
    assert_eq!(hubs("AccessDeniedException"), Listing::missing(gap));

    let hubs = |code| {
        let text = refusal("DescribeSecurityHubV2", code);
        account(&[("123456789012/us-east-1/h.txt", &text)]).security_hubs_v2
    };
    assert_eq!(hubs("ResourceNotFoundException"), Listing::complete(vec![]));
    let call = Call::DescribeSecurityHubV2;
    let gap = Gap::refused(call, "InvalidAccessException").in_region("us-east-1");
    assert_eq!(hubs("InvalidAccessException"), Listing::missing(gap));
}

/// The detector, with this state.
fn detector(region: &str, state: Known<DetectorState>) -> Detector {
    Detector { id: ID.to_owned(), region: region.to_owned(), state }
}

fn on() -> Known<DetectorState> {
    Known::Value(DetectorState { enabled: true, features: vec![] })
}

#[test]
fn a_detector_is_listed_and_its_settings_are_asked_for() {
    answers("l.json", DETECTORS, &[Call::ListDetectors]);
    answers("d.json", DETECTOR, &[Call::GetDetector]);
    let listed = |files: &[(&str, &str)]| account(files).detectors;
    let list = ("111122223333/us-east-1/l.json", DETECTORS);
    let unread = Known::Gap(Gap::not_collected(Call::GetDetector).about(ID));
    assert_eq!(listed(&[list]), Listing::complete(vec![detector("us-east-1", unread.clone())]));
    let whole = Listing::complete(vec![detector("us-east-1", on())]);
    assert_eq!(listed(&[list, ("us-east-1/d.json", DETECTOR)]), whole);
    let elsewhere = listed(&[list, ("eu-west-1/d.json", DETECTOR)]);
    assert_eq!(elsewhere.items, [detector("us-east-1", unread)]);
}

#[test]
fn the_name_of_a_file_tells_the_detector() {
    let second = r#"{"DetectorIds": ["22abc34d567e8fa901bc2d34eexample"]}"#;
    let lists = [("us-east-1/l.json", DETECTORS), ("eu-west-1/l.json", second)];
    let named = format!("get-detector-{ID}.json");
    let mut files = lists.to_vec();
    files.push((&named, DETECTOR));
    let states: Vec<_> = account(&files).detectors.items.into_iter().map(|it| it.state).collect();
    let unread = Gap::not_collected(Call::GetDetector).about("22abc34d567e8fa901bc2d34eexample");
    assert_eq!(states, [on(), Known::Gap(unread)]);

    let mut import = super::new();
    for (path, text) in lists.iter().chain([&("d.json", DETECTOR)]) {
        import.read(path, text.as_bytes()).unwrap();
    }
    let message = import.finish().expect_err("which detector is unknown").to_string();
    assert!(message.contains("which detector"), "{message}");
}

#[test]
fn live_answers_are_about_the_detector_that_was_asked_about() {
    let mut import = super::new().with_account("111122223333".into());
    let asked = |call, region, about| Asked { call, region: Some(region), about };
    let json = |text: &str| serde_json::from_str(text).unwrap();
    for region in ["us-east-1", "eu-west-1"] {
        let list =
            DETECTORS.replace("12abc", if region == "eu-west-1" { "22abc" } else { "12abc" });
        import.answered(&asked(Call::ListDetectors, region, None), &json(&list)).unwrap();
        import.refused(&asked(Call::DescribeHub, region, None), "InvalidAccessException").unwrap();
    }
    import.answered(&asked(Call::GetDetector, "us-east-1", Some(ID)), &json(DETECTOR)).unwrap();
    let other = "22abc34d567e8fa901bc2d34eexample";
    let call = asked(Call::GetDetector, "eu-west-1", Some(other));
    import.refused(&call, "AccessDeniedException").unwrap();
    let account = import.finish().unwrap().accounts.remove(0);
    let states: Vec<_> = account.detectors.items.into_iter().map(|it| it.state).collect();
    let gap = Gap::refused(Call::GetDetector, "AccessDeniedException").in_region("eu-west-1");
    assert_eq!(states, [on(), Known::Gap(gap.about(other))]);
    assert_eq!(account.security_hubs, Listing::complete(vec![]));
}

#[test]
fn features_of_a_detector_are_read_and_a_refusal_names_it() {
    let features = r#"{"Status": "DISABLED", "FindingPublishingFrequency": "SIX_HOURS", "Features": [
        {"Name": "S3_DATA_EVENTS", "Status": "ENABLED", "UpdatedAt": 1600000000.0},
        {"Name": "RUNTIME_MONITORING", "Status": "DISABLED", "AdditionalConfiguration": []}]}"#;
    let list = ("111122223333/us-east-1/l.json", DETECTORS);
    let account_of = |text: &str| account(&[list, ("111122223333/us-east-1/d.json", text)]);
    let named = |name: &str, is_on| (name.to_owned(), is_on);
    let state = DetectorState {
        enabled: false,
        features: vec![named("S3_DATA_EVENTS", true), named("RUNTIME_MONITORING", false)],
    };
    assert_eq!(account_of(features).detectors.items[0].state, Known::Value(state));
    let refused = account_of(&refusal("GetDetector", "AccessDeniedException"));
    let gap = Gap::refused(Call::GetDetector, "AccessDeniedException");
    let gap = gap.about(ID).in_region("us-east-1");
    assert_eq!(refused.detectors.items[0].state, Known::Gap(gap));
}

#[test]
fn other_answers_with_a_status_are_not_of_a_detector() {
    let other = r#"{"Status": "ENABLED", "Features": [{"Name": 1}]}"#;
    assert!(matches!(recognised("x.json", other), keyward_snapshot::import::Recognised::Unused(_)));
    let wrong = r#"{"Status": 3, "FindingPublishingFrequency": "SIX_HOURS"}"#;
    assert_eq!(error("d.json", wrong.as_bytes()).field.as_deref(), Some("/Status"));
}

#[test]
fn analyzers_are_read_and_those_of_the_organization_stand_in_the_head() {
    answers("a.json", ANALYZERS, &[Call::ListAnalyzers]);
    let analyzer = |name: &str, kind: &str| Analyzer {
        arn: format!("arn:aws:access-analyzer:us-west-2:111122223333:analyzer/{name}"),
        name: name.to_owned(),
        region: "us-west-2".to_owned(),
        kind: kind.to_owned(),
        status: "ACTIVE".to_owned(),
        excluded_accounts: vec![],
    };
    let of_all =
        analyzer("UnusedAccess-ConsoleAnalyzer-organization", "ORGANIZATION_UNUSED_ACCESS");
    let own = analyzer("ConsoleAnalyzer-account", "ACCOUNT");
    let other = ("444455556666/us-west-2/a.txt", refusal("ListAnalyzers", "AccessDeniedException"));
    let snapshot = import(&[("a.json", ANALYZERS), (other.0, &other.1)]);
    let gap = Gap::refused(Call::ListAnalyzers, "AccessDeniedException").in_region("us-west-2");
    let regions = |account| Gap::not_collected(Call::DescribeRegions).about(account);
    let gaps = vec![regions("111122223333"), regions("444455556666"), gap.about("444455556666")];
    let expected = Listing { items: vec![of_all.clone()], gaps };
    assert_eq!(snapshot.head.organization_analyzers, expected);
    assert_eq!(snapshot.accounts[0].analyzers, Listing::complete(vec![of_all, own]));
}

#[test]
fn accounts_that_an_analyzer_leaves_out_are_read_but_not_where_tags_narrow_it() {
    let exclusions = r#""configuration": {"unusedAccess": {"unusedAccessAge": 90, "analysisRule":
        {"exclusions": [{"accountIds": ["444455556666"]},
            {"accountIds": ["777788889999"], "resourceTags": [{"team": "data"}]}]}}}, "tags""#;
    let text = ANALYZERS.replacen(r#""tags""#, exclusions, 1);
    let account = account(&[("a.json", &text)]);
    assert_eq!(account.analyzers.items[0].excluded_accounts, ["444455556666"]);
}
