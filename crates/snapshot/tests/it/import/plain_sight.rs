//! Places where credentials stand in plain sight, by the examples of AWS's CLI reference: what is
//! kept of them, and what is not.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use keyward_snapshot::import::Recognised;
use keyward_snapshot::{
    Account, BuildProject, Call, Container, EnvironmentVariable, Gap, Known, LaunchTemplateVersion,
    Listing, Parameter, ParameterValue, SecretInText, SecretKind, TaskDefinition, Unreadable,
    UserData,
};
use proptest::prelude::*;

use super::{account, answers, error, new, recognised};

const NAMED: SecretKind = SecretKind::NamedLikeSecret;

fn base64(text: impl AsRef<[u8]>) -> String {
    STANDARD.encode(text)
}

fn gzip(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_ref()).unwrap();
    encoder.finish().unwrap()
}

fn instance(id: &str) -> String {
    format!(
        r#"{{"Reservations": [{{"OwnerId": "123456789012", "Instances": [{{"InstanceId": "{id}",
            "State": {{"Name": "running"}}, "Placement": {{"AvailabilityZone": "us-east-2a"}}}}]}}]}}"#
    )
}

fn attribute(id: &str, value: &str) -> String {
    format!(r#"{{"InstanceId": "{id}", "UserData": {{"Value": "{value}"}}}}"#)
}

/// What is kept of the user data with this base64.
#[track_caller]
fn user_data(base64: &str) -> UserData {
    let account = account(&[("i.json", &instance("i-1")), ("u.json", &attribute("i-1", base64))]);
    account.instances.items[0].user_data.value().unwrap().clone()
}

fn found(lines: u32, secrets: &[(u32, SecretKind)]) -> UserData {
    let secrets = secrets.iter().map(|&(line, kind)| SecretInText { line, kind }).collect();
    UserData { lines, secrets, unreadable: None }
}

#[test]
fn user_data_is_looked_at_line_by_line() {
    answers("u.json", &attribute("i-1", ""), &[Call::DescribeInstanceAttribute]);
    let script = "#!/bin/bash\nexport DB_PASSWORD=hunter2hunter2\n";
    assert_eq!(user_data(&base64(script)), found(2, &[(2, NAMED)]));
    assert_eq!(user_data(&base64("#!/bin/bash\nuptime\n")), found(2, &[]));
    assert_eq!(user_data(""), UserData::default());
    let none = r#"{"InstanceId": "i-1", "UserData": {}}"#;
    let account = account(&[("i.json", &instance("i-1")), ("u.json", none)]);
    assert_eq!(account.instances.items[0].user_data, Known::Value(UserData::default()));
}

#[test]
fn compressed_user_data_is_decompressed() {
    let script = "#!/bin/bash\nexport DB_PASSWORD=hunter2hunter2\n";
    assert_eq!(user_data(&base64(gzip(script))), found(2, &[(2, NAMED)]));
}

#[test]
fn the_parts_of_a_mime_message_are_looked_at() {
    let encoded = base64("#!/bin/bash\nuptime\nmysql --password hunter2hunter2\n");
    let message = format!(
        "Content-Type: multipart/mixed; boundary=\"==B==\"\nMIME-Version: 1.0\n\n--==B==\n\
         Content-Type: text/cloud-config\n\npassword: hunter2hunter2\n\n--==B==\n\
         Content-Type: text/x-shellscript\nContent-Transfer-Encoding: base64\n\n{encoded}\n\n\
         --==B==\nContent-Type: text/plain\n\nTOKEN=a1b2c3d4e5\n--==B==--\n"
    );
    let expected = found(19, &[(7, NAMED), (13, NAMED), (18, NAMED)]);
    assert_eq!(user_data(&base64(&message)), expected);
    assert_eq!(user_data(&base64(gzip(&message))), expected);
    let broken = message.replace(&encoded, "no base64!");
    let expected = UserData {
        unreadable: Some(Unreadable::NotBase64),
        ..found(19, &[(7, NAMED), (18, NAMED)])
    };
    assert_eq!(user_data(&base64(&broken)), expected);
}

#[test]
fn user_data_that_nobody_can_read_is_not_called_empty() {
    let unreadable = |why| UserData { unreadable: Some(why), ..UserData::default() };
    assert_eq!(user_data("no base64!"), unreadable(Unreadable::NotBase64));
    assert_eq!(user_data(&base64(b"\x7FELF\0\x01")), unreadable(Unreadable::NotText));
    let cut = &gzip("#!/bin/bash\nuptime\n")[..20];
    assert_eq!(user_data(&base64(cut)), unreadable(Unreadable::NotText));
    assert_eq!(user_data(&base64(gzip("a".repeat(2 << 20)))), unreadable(Unreadable::TooLong));
}

#[test]
fn an_instance_whose_user_data_was_not_read_says_why() {
    let gap = |files: &[(&str, &str)]| {
        let account = account(files);
        account.instances.items[0].user_data.value().unwrap_err().clone()
    };
    let instance = instance("i-0abc");
    let call = Call::DescribeInstanceAttribute;
    let not_collected = Gap::not_collected(call).about("i-0abc").in_region("us-east-2");
    assert_eq!(gap(&[("i.json", &instance)]), not_collected);
    let refusal = "An error occurred (UnauthorizedOperation) when calling the \
                   DescribeInstanceAttribute operation: You are not authorized.";
    let refused =
        Gap::refused(call, "UnauthorizedOperation").about("i-0abc").in_region("us-east-2");
    for path in ["refused.txt", "us-east-2/x.txt", "describe-instance-attribute-i-0abc.txt"] {
        assert_eq!(gap(&[("us-east-2/i.json", &instance), (path, refusal)]), refused, "{path}");
    }
    for path in ["eu-west-1/x.txt", "describe-instance-attribute-i-0def.txt"] {
        assert_eq!(gap(&[("i.json", &instance), (path, refusal)]), not_collected, "{path}");
    }
}

const TEMPLATES: &str = r#"{"LaunchTemplateVersions": [
    {"LaunchTemplateId": "lt-068f72b72934aff71", "LaunchTemplateName": "Webservers",
     "VersionNumber": 3, "CreatedBy": "arn:aws:iam::123456789102:root",
     "LaunchTemplateData": {"KeyName": "kp-us-east", "UserData": "UEFTU1dPUkQ9aHVudGVyMmh1bnRlcjI="},
     "DefaultVersion": false, "CreateTime": "2017-11-20T13:19:54.000Z"},
    {"LaunchTemplateId": "lt-068f72b72934aff71", "LaunchTemplateName": "Webservers",
     "VersionNumber": 1, "LaunchTemplateData": {"UserData": ""}, "DefaultVersion": true}]}"#;

#[test]
fn versions_of_launch_templates_are_read() {
    answers("t.json", TEMPLATES, &[Call::DescribeLaunchTemplateVersions]);
    let account = account(&[("us-east-1/t.json", TEMPLATES)]);
    let version = |version, is_default, user_data| LaunchTemplateVersion {
        template: "lt-068f72b72934aff71".to_owned(),
        name: "Webservers".to_owned(),
        region: "us-east-1".to_owned(),
        version,
        is_default,
        user_data,
    };
    assert_eq!(
        account.launch_templates,
        Listing::complete(vec![
            version(3, false, found(1, &[(1, NAMED)])),
            version(1, true, UserData::default()),
        ])
    );
}

const FAMILIES: &str = r#"{"families": ["hello_world", "web-timer"]}"#;

const DEFINITION: &str = r#"{"taskDefinition": {
    "taskDefinitionArn": "arn:aws:ecs:us-east-1:012345678910:task-definition/hello_world:8",
    "containerDefinitions": [
        {"cpu": 10, "environment": [], "essential": true, "image": "wordpress", "links": ["mysql"],
         "entryPoint": ["sh", "-c"], "command": ["wp --password", "hunter2hunter2"],
         "secrets": [{"name": "API_TOKEN", "valueFrom": "arn:aws:ssm:us-east-1:012345678910:parameter/t"}],
         "logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": "hunter2hunter2"}},
         "name": "wordpress"},
        {"environment": [{"name": "MYSQL_ROOT_PASSWORD", "value": "password"}], "image": "mysql",
         "dockerLabels": {"com.example.team": "shop"}, "name": "mysql"}],
    "family": "hello_world", "revision": 8, "status": "ACTIVE"}, "tags": []}"#;

fn variable(name: &str, secret: Option<SecretKind>) -> EnvironmentVariable {
    EnvironmentVariable { name: name.to_owned(), secret }
}

fn container(name: &str) -> Container {
    Container {
        name: name.to_owned(),
        environment: vec![],
        labels: vec![],
        log_options: vec![],
        command: None,
    }
}

#[test]
fn task_definitions_are_read_and_families_without_one_are_gaps() {
    answers("f.json", FAMILIES, &[Call::ListTaskDefinitionFamilies]);
    answers("d.json", DEFINITION, &[Call::DescribeTaskDefinition]);
    let account = account(&[("us-east-1/f.json", FAMILIES), ("d.json", DEFINITION)]);
    assert_eq!(account.id.as_str(), "012345678910");
    let definition = TaskDefinition {
        arn: "arn:aws:ecs:us-east-1:012345678910:task-definition/hello_world:8".to_owned(),
        family: "hello_world".to_owned(),
        region: "us-east-1".to_owned(),
        containers: vec![
            Container {
                log_options: vec![variable("splunk-token", Some(NAMED))],
                command: Some(NAMED),
                ..container("wordpress")
            },
            Container {
                environment: vec![variable("MYSQL_ROOT_PASSWORD", Some(NAMED))],
                labels: vec![variable("com.example.team", None)],
                ..container("mysql")
            },
        ],
    };
    let call = Call::DescribeTaskDefinition;
    let gap = Gap::not_collected(call).about("web-timer").in_region("us-east-1");
    assert_eq!(account.task_definitions, Listing { items: vec![definition], gaps: vec![gap] });
}

#[test]
fn a_list_of_revisions_names_families_too() {
    let revisions = r#"{"taskDefinitionArns": [
        "arn:aws:ecs:us-east-1:012345678910:task-definition/hello_world:7",
        "arn:aws:ecs:us-east-1:012345678910:task-definition/hello_world:8",
        "arn:aws:ecs:us-east-1:012345678910:task-definition/web-timer:1"]}"#;
    let account = account(&[("r.json", revisions), ("d.json", DEFINITION)]);
    let gap = Gap::not_collected(Call::DescribeTaskDefinition).about("web-timer");
    assert_eq!(account.task_definitions.gaps, [gap.in_region("us-east-1")]);
}

#[test]
fn of_several_revisions_the_latest_is_kept() {
    let newer = DEFINITION.replace("hello_world:8", "hello_world:10");
    let account = account(&[("a.json", &newer), ("b.json", DEFINITION)]);
    let arns: Vec<&str> = account.task_definitions.iter().map(|it| it.arn.as_str()).collect();
    assert_eq!(arns, ["arn:aws:ecs:us-east-1:012345678910:task-definition/hello_world:10"]);
    assert_eq!(
        account.task_definitions.gaps,
        [Gap::not_collected(Call::ListTaskDefinitionFamilies)]
    );
}

const PARAMETERS: &str = r#"{"Parameters": [
    {"Name": "MySecureStringParameter", "Type": "SecureString", "KeyId": "alias/aws/ssm",
     "LastModifiedDate": 1582155479.205, "Version": 2, "Tier": "Advanced"},
    {"Name": "MyStringListParameter", "Type": "StringList", "Version": 1},
    {"Name": "/my/token", "Type": "String", "Version": 1,
     "ARN": "arn:aws:ssm:us-east-2:111222333444:parameter/my/token"},
    {"Name": "latestAmi", "Type": "String", "Version": 3}]}"#;

const VALUES: &str = r#"{"Parameters": [
    {"Name": "MyStringListParameter", "Type": "StringList", "Value": "alpha,beta,gamma", "Version": 1,
     "ARN": "arn:aws:ssm:us-east-2:111222333444:parameter/MyStringListParameter", "DataType": "text"},
    {"Name": "/my/token", "Type": "String", "Value": "hunter2hunter2", "Version": 3,
     "ARN": "arn:aws:ssm:us-east-2:111222333444:parameter/my/token", "DataType": "text"}],
    "InvalidParameters": ["MyInvalidParameterName"]}"#;

#[test]
fn parameters_are_listed_and_their_values_are_looked_at() {
    answers("p.json", PARAMETERS, &[Call::DescribeParameters]);
    answers("v.json", VALUES, &[Call::GetParameters]);
    let account = account(&[("us-east-2/p.json", PARAMETERS), ("v.json", VALUES)]);
    assert_eq!(account.id.as_str(), "111222333444");
    let parameter = |name: &str, arn: bool, value| Parameter {
        arn: arn.then(|| {
            format!("arn:aws:ssm:us-east-2:111222333444:parameter/{}", name.trim_matches('/'))
        }),
        name: name.to_owned(),
        region: "us-east-2".to_owned(),
        value,
    };
    let plain = |kind| ParameterValue::Plain(Known::Value(kind));
    let gap = Gap::not_collected(Call::GetParameters).about("latestAmi").in_region("us-east-2");
    assert_eq!(
        account.parameters,
        Listing::complete(vec![
            parameter("MySecureStringParameter", false, ParameterValue::Encrypted),
            parameter("MyStringListParameter", true, plain(None)),
            parameter("/my/token", true, plain(Some(NAMED))),
            parameter("latestAmi", false, ParameterValue::Plain(Known::Gap(gap))),
        ])
    );
}

#[test]
fn a_value_that_was_decrypted_is_not_looked_at() {
    let values = r#"{"Parameters": [{"Name": "a", "Type": "SecureString", "Value": "hunter2hunter2",
        "ARN": "arn:aws:ssm:us-east-2:111222333444:parameter/a"}], "InvalidParameters": []}"#;
    let account = account(&[("v.json", values)]);
    assert_eq!(account.parameters.items[0].value, ParameterValue::Encrypted);
    assert!(!format!("{account:?}").contains("hunter2"));
}

#[test]
fn parameters_of_other_services_are_left_alone() {
    for item in [
        r#"{"ParameterName": "max_connections", "ParameterValue": "1000", "DataType": "integer"}"#,
        r#"{"Name": "activedefrag", "Value": "yes", "DataType": "string"}"#,
        r#"{"Name": "parameter", "Type": {"ScalarType": "BIGINT"}}"#,
        r#"{"ParameterKey": "Password", "NoEcho": true}"#,
        // An old value, of `get-parameter-history`.
        r#"{"Name": "a", "Type": "String", "Value": "hunter2hunter2", "Version": 1}"#,
    ] {
        let text = format!(r#"{{"Parameters": [{item}]}}"#);
        let unused = Recognised::Unused("`Parameters`".to_owned());
        assert_eq!(recognised("p.json", &text), unused, "{item}");
    }
}

const PROJECTS: &str = r#"{"projects": ["codebuild-demo-project2", "my-other-demo-project"]}"#;

const PROJECT: &str = r#"{"projectsNotFound": [], "projects": [{
    "encryptionKey": "arn:aws:kms:us-west-2:123456789012:alias/aws/s3",
    "name": "codebuild-demo-project2",
    "source": {"buildspec": "version: 0.2\n\nphases:\n  build:\n    commands:\n      - deploy --token hunter2hunter2\n", "type": "NO_SOURCE"},
    "arn": "arn:aws:codebuild:us-west-2:123456789012:project/codebuild-demo-project2",
    "environment": {"environmentVariables": [
        {"name": "STAGE", "value": "prod", "type": "PLAINTEXT"},
        {"name": "API_TOKEN", "value": "hunter2hunter2"},
        {"name": "DB_PASSWORD", "value": "db:password", "type": "SECRETS_MANAGER"},
        {"name": "DB_USER_TOKEN", "value": "token", "type": "PARAMETER_STORE"}]}}]}"#;

#[test]
fn build_projects_are_read_and_names_without_one_are_gaps() {
    answers("p.json", PROJECTS, &[Call::ListProjects]);
    answers("b.json", PROJECT, &[Call::BatchGetProjects]);
    let account = account(&[("us-west-2/p.json", PROJECTS), ("b.json", PROJECT)]);
    assert_eq!(account.id.as_str(), "123456789012");
    let project = BuildProject {
        arn: "arn:aws:codebuild:us-west-2:123456789012:project/codebuild-demo-project2".to_owned(),
        name: "codebuild-demo-project2".to_owned(),
        region: "us-west-2".to_owned(),
        environment: vec![variable("STAGE", None), variable("API_TOKEN", Some(NAMED))],
        buildspec: vec![SecretInText { line: 6, kind: NAMED }],
    };
    let gap = Gap::not_collected(Call::BatchGetProjects).about("my-other-demo-project");
    let gaps = vec![gap.in_region("us-west-2")];
    assert_eq!(account.build_projects, Listing { items: vec![project], gaps });
}

#[test]
fn projects_of_other_services_are_left_alone() {
    for item in [
        r#"{"arn": "arn:aws:devicefarm:us-west-2:123456789012:project:a", "name": "a"}"#,
        r#""arn:aws:codebuild:us-west-2:444455556666:project/shared""#,
        "{}",
    ] {
        let text = format!(r#"{{"projects": [{item}]}}"#);
        assert_eq!(recognised("p.json", &text), Recognised::Unused("`projects`".to_owned()));
    }
}

#[test]
fn an_empty_list_counts_where_the_name_of_the_file_tells_whose_it_is() {
    for (member, call, command) in [
        ("Parameters", Call::DescribeParameters, "describe-parameters"),
        ("projects", Call::ListProjects, "list-projects"),
    ] {
        let text = format!(r#"{{"{member}": []}}"#);
        answers(&format!("us-east-1/{command}.json"), &text, &[call]);
        assert_eq!(recognised("x.json", &text), Recognised::Unused(format!("`{member}`")));
    }
    answers("x.json", r#"{"families": []}"#, &[Call::ListTaskDefinitionFamilies]);
    let empty = account(&[("us-east-1/list-projects.json", r#"{"projects": []}"#)]);
    assert_eq!(empty.build_projects, Listing::complete(vec![]));
}

#[test]
fn a_page_that_another_one_follows_is_not_the_end() {
    let page = r#"{"nextToken": "Ci33ACF6", "projects": ["codebuild-demo-project"]}"#;
    let account = account(&[("us-east-1/list-projects.json", page)]);
    let gap = Gap::truncated(Call::ListProjects).in_region("us-east-1");
    assert!(account.build_projects.gaps.contains(&gap));
}

#[test]
fn a_refused_list_of_names_is_the_gap_of_the_whole() {
    let refusal = |operation: &str| {
        format!("An error occurred (AccessDenied) when calling the {operation} operation: no")
    };
    let account = account(&[
        ("us-east-1/a.txt", &refusal("ListTaskDefinitionFamilies")),
        ("us-east-1/b.txt", &refusal("DescribeParameters")),
        ("us-east-1/c.txt", &refusal("ListProjects")),
        ("us-east-1/d.txt", &refusal("DescribeLaunchTemplateVersions")),
    ]);
    let gap = |call| vec![Gap::refused(call, "AccessDenied").in_region("us-east-1")];
    assert_eq!(account.task_definitions.gaps, gap(Call::ListTaskDefinitionFamilies));
    assert_eq!(account.parameters.gaps, gap(Call::DescribeParameters));
    assert_eq!(account.build_projects.gaps, gap(Call::ListProjects));
    assert_eq!(account.launch_templates.gaps, gap(Call::DescribeLaunchTemplateVersions));
}

#[test]
fn a_list_that_a_region_was_not_asked_for_is_a_gap() {
    let account = account(&[("us-east-1/f.json", FAMILIES), ("us-west-2/p.json", PROJECTS)]);
    let gap = |call, region: &str| Gap::not_collected(call).in_region(region);
    assert!(
        account.task_definitions.gaps.contains(&gap(Call::ListTaskDefinitionFamilies, "us-west-2"))
    );
    assert!(account.build_projects.gaps.contains(&gap(Call::ListProjects, "us-east-1")));
}

/// Every place that is looked into, with `secret` in it.
fn documents(secret: &str) -> Vec<String> {
    let quoted = serde_json::to_string(secret).unwrap();
    let inner = &quoted[1..quoted.len() - 1];
    let script = format!(
        "#!/bin/bash\nexport DB_PASSWORD={secret}\napp --token {secret}\n{secret}\n\
         db: postgres://app:{secret}@db.example.com\n{{\"key\": {quoted}}}\n"
    );
    let data = base64(&script);
    let spec = serde_json::to_string(&script).unwrap();
    vec![
        instance("i-1"),
        attribute("i-1", &data),
        format!(
            r#"{{"LaunchTemplateVersions": [{{"LaunchTemplateId": "lt-1", "LaunchTemplateName": "a",
            "VersionNumber": 1, "LaunchTemplateData": {{"UserData": "{data}"}}}}]}}"#
        ),
        format!(
            r#"{{"taskDefinition": {{"family": "a", "containerDefinitions": [{{"name": "c",
            "environment": [{{"name": "A", "value": {quoted}}}, {{"name": "A_TOKEN", "value": {quoted}}}],
            "command": ["--password", {quoted}, {quoted}], "entryPoint": [{quoted}],
            "healthCheck": {{"command": [{quoted}]}}, "dockerLabels": {{"token": {quoted}}},
            "logConfiguration": {{"options": {{"splunk-token": {quoted}}}}}}}],
            "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/a:1"}}}}"#
        ),
        format!(
            r#"{{"Parameters": [{{"Name": "token", "Type": "String", "Value": {quoted},
            "ARN": "arn:aws:ssm:us-east-1:123456789012:parameter/token"}},
            {{"Name": "b", "Type": "StringList", "Value": "a,{inner}",
            "ARN": "arn:aws:ssm:us-east-1:123456789012:parameter/b"}}], "InvalidParameters": []}}"#
        ),
        format!(
            r#"{{"projects": [{{"name": "a", "source": {{"buildspec": {spec}}},
            "arn": "arn:aws:codebuild:us-east-1:123456789012:project/a", "environment":
            {{"environmentVariables": [{{"name": "A_TOKEN", "value": {quoted}}}]}}}}]}}"#
        ),
        format!(
            r#"{{"Functions": [{{"FunctionName": "f", "Role": "r",
            "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
            "Environment": {{"Variables": {{"A_TOKEN": {quoted}}}}}}}]}}"#
        ),
    ]
}

fn without_secret(what: &str, secret: &str) -> Result<(), TestCaseError> {
    prop_assert!(!what.contains(secret), "`{}` is in {}", secret, what);
    Ok(())
}

fn of_documents(documents: &[String]) -> Account {
    let files: Vec<(String, &str)> =
        (0..).zip(documents).map(|(i, it): (u32, _)| (format!("{i}"), it.as_str())).collect();
    account(&files.iter().map(|(path, text)| (path.as_str(), *text)).collect::<Vec<_>>())
}

#[test]
fn every_place_is_looked_into() {
    let account = of_documents(&documents("hunter2hunter2"));
    let definition = &account.task_definitions.items[0].containers[0];
    assert!(definition.command.is_some() && definition.labels[0].secret.is_some());
    assert!(
        definition.environment[1].secret.is_some() && definition.log_options[0].secret.is_some()
    );
    assert!(!account.launch_templates.items[0].user_data.secrets.is_empty());
    assert!(!account.instances.items[0].user_data.value().unwrap().secrets.is_empty());
    assert!(!account.build_projects.items[0].buildspec.is_empty());
    assert!(account.functions.items[0].environment[0].secret.is_some());
}

#[test]
fn values_of_the_wrong_type_are_not_quoted() {
    let (secret, quoted) = ("hunter2hunter2", "\"hunter2hunter2\"");
    for document in documents(secret).iter().skip(1) {
        for wrong in [
            r#"{"hunter2hunter2": 1}"#,
            r#"{"hunter2hunter2": {"hunter2hunter2": "hunter2hunter2"}}"#,
            r#"["hunter2hunter2"]"#,
            r#"[{"hunter2hunter2": 5}]"#,
        ] {
            let base64 = base64(secret);
            let places = document.match_indices(quoted).map(|(at, it)| (at, it.len()));
            let data = document
                .find("UserData")
                .and_then(|at| document[at..].find("\": \"").map(|it| (at, it)));
            let data =
                data.map(|(at, it)| (at + it + 3, document[at + it + 4..].find('"').unwrap() + 2));
            for (at, length) in places.chain(data) {
                let text = format!("{}{wrong}{}", &document[..at], &document[at + length..]);
                let error = error("f.json", text.as_bytes());
                let said = format!("{error} {error:?}");
                assert!(!said.contains("hunter2") && !said.contains(&base64), "{said}\n{text}");
                assert!(said.contains("expected"), "{said}\n{text}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_value_is_kept(secret in "Zq[A-Za-z0-9!#%^&*+=:/@~ .,;'\"$(){}\\[\\]_-]{10,40}") {
        without_secret(&format!("{:?}", of_documents(&documents(&secret))), &secret)?;
    }

    #[test]
    fn no_value_of_a_broken_file_is_quoted(
        secret in "Zq[A-Za-z0-9+=:/@~_-]{10,40}", document in 1_usize..7, at: prop::sample::Index,
        put in prop::option::of(prop::sample::select(b"{}[]:,\"0n x\\".as_slice())),
    ) {
        let mut bytes = documents(&secret)[document].clone().into_bytes();
        let at = at.index(bytes.len());
        match put {
            Some(byte) => bytes[at] = byte,
            None => bytes.truncate(at),
        }
        let mut import = new();
        let read = import.read("f.json", bytes.as_slice());
        without_secret(&format!("{read:?}"), &secret)?;
        if let Err(error) = read {
            without_secret(&error.to_string(), &secret)?;
        } else if let Err(error) = import.finish() {
            without_secret(&format!("{error} {error:?}"), &secret)?;
        }
    }
}
