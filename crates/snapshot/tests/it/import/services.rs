//! Secrets Manager, Lambda and CloudTrail, by the examples of AWS's CLI reference.

use keyward_snapshot::{
    Call, EnvironmentVariable, Function, Gap, Known, Listing, RotationRules, Secret, SecretKind,
    Trail,
};

use super::{account, answers, error, recognised, time};

const SECRET: &str = "arn:aws:secretsmanager:us-west-2:123456789012:secret:MyTestSecret-a1b2c3";

const SECRETS: &str = r#"{"SecretList": [
    {"ARN": "arn:aws:secretsmanager:us-west-2:123456789012:secret:MyTestSecret-a1b2c3",
     "Name": "MyTestSecret", "LastChangedDate": 1523477145.729,
     "SecretVersionsToStages": {"EXAMPLE1": ["AWSCURRENT"]}},
    {"ARN": "arn:aws:secretsmanager:us-west-2:123456789012:secret:rds!cluster-1-a1b2c3",
     "Name": "rds!cluster-1", "RotationRules": {"AutomaticallyAfterDays": 1},
     "LastChangedDate": 1673477781.275, "LastRotatedDate": 1673477781.26, "OwningService": "rds",
     "RotationEnabled": true, "CreatedDate": 1673467300.7, "LastAccessedDate": 1673395200.0,
     "DeletedDate": 1673500000.0, "KmsKeyId": "alias/own"}]}"#;

#[test]
fn secrets_are_read_and_their_policies_are_asked_for() {
    answers("s.json", SECRETS, &[Call::ListSecrets]);
    let account = account(&[("s.json", SECRETS)]);
    assert_eq!(account.id.as_str(), "123456789012");
    let plain = Secret {
        arn: SECRET.to_owned(),
        name: "MyTestSecret".to_owned(),
        region: "us-west-2".to_owned(),
        created: None,
        last_changed: Some(time("2018-04-11T20:05:45.729Z")),
        last_rotated: None,
        last_accessed: None,
        next_rotation: None,
        rotation_enabled: false,
        rotation_function: None,
        rotation_rules: None,
        deleted: false,
        owning_service: None,
        kms_key: None,
        resource_policy: Known::Gap(Gap::not_collected(Call::GetResourcePolicy).about(SECRET)),
    };
    assert_eq!(account.secrets.whole().unwrap()[0], plain);
    let managed = &account.secrets.items[1];
    assert_eq!(
        managed.rotation_rules,
        Some(RotationRules { automatically_after_days: Some(1), schedule: None })
    );
    assert!(managed.deleted && managed.rotation_enabled);
    assert_eq!(managed.owning_service.as_deref(), Some("rds"));
    assert_eq!(managed.last_rotated, Some(time("2023-01-11T22:56:21.26Z")));
}

#[test]
fn a_resource_policy_finds_its_secret() {
    let policy = format!(
        r#"{{"ARN": "{SECRET}", "Name": "MyTestSecret", "ResourcePolicy":
        "{{\n\"Version\":\"2012-10-17\",\n\"Statement\":[{{\n\"Effect\":\"Allow\",\n\"Principal\":{{\n\"AWS\":\"arn:aws:iam::123456789012:root\"\n}},\"Action\":\"secretsmanager:GetSecretValue\",\"Resource\":\"*\"\n}}]\n}}"}}"#
    );
    let none = format!(r#"{{"ARN": "{SECRET}", "Name": "MyTestSecret"}}"#);
    answers("p.json", &policy, &[Call::GetResourcePolicy]);
    answers("p.json", &none, &[Call::GetResourcePolicy]);

    let account = super::account(&[("s.json", SECRETS), ("p.json", &policy)]);
    let found = account.secrets.items[0].resource_policy.value().unwrap();
    assert!(found.as_ref().unwrap().text().contains("GetSecretValue"));
    assert!(account.secrets.items[1].resource_policy.value().is_err(), "it is about one secret");

    let account = super::account(&[("p.json", &none), ("s.json", SECRETS)]);
    assert_eq!(account.secrets.items[0].resource_policy, Known::Value(None));
}

#[test]
fn a_description_or_a_value_of_a_secret_is_no_resource_policy() {
    for more in [r#""RotationEnabled": true"#, r#""SecretString": "hunter2""#] {
        let text = format!(r#"{{"ARN": "{SECRET}", "Name": "MyTestSecret", {more}}}"#);
        let unused = format!("{:?}", recognised("secret.json", &text));
        assert!(unused.starts_with("Unused"), "{unused}");
        assert!(!unused.contains("hunter2"));
    }
}

const FUNCTION: &str = "arn:aws:lambda:us-west-2:123456789012:function:helloworld";

#[test]
fn functions_keep_names_of_variables_and_kinds_of_secrets_only() {
    let text = format!(
        r#"{{"Functions": [
        {{"FunctionName": "helloworld", "FunctionArn": "{FUNCTION}:7", "Version": "7",
          "Role": "arn:aws:iam::123456789012:role/old"}},
        {{"FunctionName": "helloworld", "FunctionArn": "{FUNCTION}:$LATEST", "Version": "$LATEST",
          "Role": "arn:aws:iam::123456789012:role/hello", "Runtime": "python3.13",
          "Environment": {{"Variables": {{"STAGE": "prod", "DB_PASSWORD": "hunter2hunter2"}}}}}},
        {{"FunctionName": "closed", "FunctionArn": "{FUNCTION}-closed", "Version": "$LATEST",
          "Role": "arn:aws:iam::123456789012:role/hello",
          "Environment": {{"Error": {{"ErrorCode": "AccessDeniedException", "Message": "no"}}}}}}
        ]}}"#
    );
    answers("f.json", &text, &[Call::ListFunctions]);
    let account = account(&[("f.json", &text)]);
    let variable = |name: &str, secret| EnvironmentVariable { name: name.to_owned(), secret };
    assert_eq!(
        account.functions.whole().unwrap(),
        [
            Function {
                arn: FUNCTION.to_owned(),
                name: "helloworld".to_owned(),
                region: "us-west-2".to_owned(),
                role: "arn:aws:iam::123456789012:role/hello".to_owned(),
                environment: vec![
                    variable("DB_PASSWORD", Some(SecretKind::NamedLikeSecret)),
                    variable("STAGE", None),
                ],
                environment_withheld: false,
            },
            Function {
                arn: format!("{FUNCTION}-closed"),
                name: "closed".to_owned(),
                region: "us-west-2".to_owned(),
                role: "arn:aws:iam::123456789012:role/hello".to_owned(),
                environment: vec![],
                environment_withheld: true,
            },
        ]
    );
    assert!(!format!("{account:?}").contains("hunter2"));
}

const TRAILS: &str = r#"{"trailList": [
    {"Name": "Trail1", "TrailARN": "arn:aws:cloudtrail:us-east-1:123456789012:trail/Trail1",
     "IncludeGlobalServiceEvents": true, "LogFileValidationEnabled": false,
     "IsMultiRegionTrail": false, "S3BucketName": "amzn-s3-demo-bucket", "HomeRegion": "us-east-1",
     "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:CloudTrail:*"},
    {"Name": "org", "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/org",
     "IsOrganizationTrail": true, "IsMultiRegionTrail": true, "LogFileValidationEnabled": true,
     "S3BucketName": "amzn-s3-demo-bucket2", "KmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/a",
     "HomeRegion": "us-east-1"}]}"#;

const STATUS: &str = r#"{"IsLogging": true, "LatestDeliveryTime": 1454022144.869,
    "StartLoggingTime": 1446834998.695, "TimeLoggingStopped": "2015-11-06T18:36:36Z"}"#;

#[test]
fn trails_are_read_and_an_organizations_trail_does_not_name_the_account() {
    answers("t.json", TRAILS, &[Call::DescribeTrails]);
    let account = account(&[("t.json", TRAILS)]);
    assert_eq!(account.id.as_str(), "123456789012");
    let gap = |arn: &str| Known::Gap(Gap::not_collected(Call::GetTrailStatus).about(arn));
    let arn = "arn:aws:cloudtrail:us-east-1:123456789012:trail/Trail1";
    assert_eq!(
        account.trails.whole().unwrap()[0],
        Trail {
            arn: arn.to_owned(),
            name: "Trail1".to_owned(),
            home_region: "us-east-1".to_owned(),
            multi_region: false,
            organization: false,
            global_service_events: true,
            validation: false,
            bucket: Some("amzn-s3-demo-bucket".to_owned()),
            kms_key: None,
            log_group: Some(
                "arn:aws:logs:us-east-1:123456789012:log-group:CloudTrail:*".to_owned()
            ),
            logging: gap(arn),
            management_events: Known::Gap(Gap::not_collected(Call::GetEventSelectors).about(arn)),
        }
    );
    assert!(account.trails.items[1].organization);
}

#[test]
fn a_trails_state_goes_to_the_trail_that_the_path_names() {
    let state = |files: &[(&str, &str)]| {
        let account = account(files);
        let states = account.trails.iter().map(|trail| trail.logging.value().ok().copied());
        states.collect::<Vec<_>>()
    };
    answers("x.json", STATUS, &[Call::GetTrailStatus]);
    assert_eq!(state(&[("t.json", TRAILS), ("status-org.json", STATUS)]), [None, Some(true)]);
    assert_eq!(state(&[("Trail1/status.json", STATUS), ("t.json", TRAILS)]), [Some(true), None]);
    assert_eq!(
        state(&[("t.json", TRAILS), ("status.json", STATUS)]),
        [Some(true), None],
        "the only trail that is the account's own"
    );
}

#[test]
fn a_trails_state_that_could_be_any_trails_is_an_error() {
    let two = TRAILS.replace("111122223333:trail", "123456789012:trail");
    let mut import = super::new();
    import.read("trails.json", two.as_bytes()).unwrap();
    import.read("status.json", STATUS.as_bytes()).unwrap();
    let error = import.finish().unwrap_err();
    assert_eq!(
        error.to_string(),
        "status.json: the answer of `aws cloudtrail get-trail-status` does not say which trail it \
         is about: put the trail's name into the name of the file"
    );
}

#[test]
fn a_state_without_trails_is_no_error() {
    assert_eq!(
        account(&[("status.json", STATUS)]).trails,
        Listing::missing(Gap::not_collected(Call::DescribeTrails))
    );
}

#[test]
fn a_value_of_the_wrong_type_is_not_quoted() {
    let text = r#"{"Functions": [{"FunctionName": "f", "FunctionArn": "arn:aws:lambda:a:b:function:f",
        "Role": "r", "Environment": {"Variables": "hunter2hunter2"}}]}"#;
    let error = error("f.json", text.as_bytes());
    assert_eq!(
        error.to_string(),
        "f.json:2:51: expected an object, found a string (at `/Functions/0/Environment/Variables`)"
    );
    assert!(!format!("{error:?}").contains("hunter2"));
}
