//! `keyward policy eval`: scenarios in, answers out.

use serde_json::{Value, json};

use crate::support::{Folder, Run};

const ALLOW: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}"#;

fn scenario(more: &Value) -> Value {
    let mut scenario = json!({
        "id": 7,
        "identity": [serde_json::from_str::<Value>(ALLOW).unwrap()],
        "request": {
            "principal": "arn:aws:iam::111122223333:user/deploy",
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::example-bucket/a",
        },
    });
    for (name, value) in more.as_object().unwrap() {
        match (value, &mut scenario[name]) {
            (Value::Object(new), Value::Object(old)) => old.extend(new.clone()),
            (_, place) => *place = value.clone(),
        }
    }
    scenario
}

fn eval(input: &str) -> Run {
    let folder = Folder::with(&[("in.jsonl", input)]);
    folder.run(&["policy", "eval", "in.jsonl"])
}

fn answers(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[track_caller]
fn answer(more: &Value) -> Value {
    let run = eval(&scenario(more).to_string());
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let [answer] = <[Value; 1]>::try_from(answers(&run)).unwrap();
    answer
}

#[test]
fn an_answer_names_the_statements_that_decide() {
    assert_eq!(
        answer(&json!({})),
        json!({
            "id": 7, "decision": "allow", "explicit": false, "depends_on": [],
            "because": [
                {"policy": "/identity/0", "statement": "/Statement/0", "sid": "Read", "effect": "Allow"},
            ],
        })
    );
    let deny = json!({"Version": "2012-10-17", "Statement":
        {"Effect": "Deny", "Action": "*", "Resource": "*"}});
    let allow: Value = serde_json::from_str(ALLOW).unwrap();
    assert_eq!(
        answer(&json!({"scps": [[allow], [allow, deny]]})),
        json!({
            "id": 7, "decision": "deny", "explicit": true, "depends_on": [],
            "because": [
                {"policy": "/scps/1/1", "statement": "/Statement/0", "sid": null, "effect": "Deny"},
            ],
        })
    );
}

#[test]
fn unknown_keys_that_decide_are_named() {
    let with_mfa = json!([{"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]}]);
    let ask = |more: Value| answer(&json!({"identity": with_mfa, "request": more}));
    let open = ask(json!({"unknown": ["aws:MultiFactorAuthPresent"]}));
    assert_eq!(open["decision"], "depends");
    assert_eq!(open["depends_on"], json!(["aws:multifactorauthpresent"]));
    let known = ask(json!({"context": {"aws:MultiFactorAuthPresent": true}}));
    assert_eq!(known["decision"], "allow");
    assert_eq!(ask(json!({}))["decision"], "deny");
}

#[test]
fn every_kind_of_principal_can_ask() {
    let public = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]});
    for (principal, action) in [
        (json!("arn:aws:sts::111122223333:assumed-role/ci/build-7"), "s3:GetObject"),
        (json!({"service": "lambda.amazonaws.com"}), "s3:GetObject"),
        (json!({"federated": "accounts.google.com"}), "sts:AssumeRoleWithWebIdentity"),
        (json!({"anonymous": true}), "s3:GetObject"),
    ] {
        let account = "111122223333";
        let request =
            json!({"principal": principal, "action": action, "resource_account": account});
        let answer = answer(&json!({"identity": [], "resource": public, "request": request}));
        assert_eq!(answer["decision"], "allow", "{principal}");
    }
}

#[test]
fn answers_come_in_order_and_faults_between_them() {
    let first = scenario(&json!({"id": "a"}));
    let cases = scenario(&json!({"request": {
        "context": {"aws:SourceIp": "203.0.113.7", "aws:sourceip": "203.0.113.8"}}}));
    let second = scenario(&json!({"id": "b", "request": {"action": "s3:PutObject"}}));
    let broken = scenario(&json!({"identity": [{"Statement": [{"Effect": "Maybe"}]}]}));
    let twice = scenario(&json!({"request": {
        "context": {"aws:SourceIp": "203.0.113.7"}, "unknown": ["AWS:sourceip"]}}));
    let lines = [
        first.to_string(),
        String::new(),
        "{".to_owned(),
        broken.to_string(),
        r#"{"request": 1, "what": 2}"#.to_owned(),
        twice.to_string(),
        cases.to_string(),
        second.to_string(),
    ];
    let run = eval(&lines.join("\n"));
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("5 lines of in.jsonl are no scenarios"), "{}", run.stderr);
    let answers = answers(&run);
    let lines: Vec<&Value> = answers.iter().map(|answer| &answer["line"]).collect();
    assert_eq!(json!(lines), json!([null, 3, 4, 5, 6, 7, null]));
    assert_eq!((&answers[0]["id"], &answers[0]["decision"]), (&json!("a"), &json!("allow")));
    assert_eq!((&answers[6]["id"], &answers[6]["decision"]), (&json!("b"), &json!("deny")));
    let fault = answers[2]["error"].as_str().unwrap();
    assert!(fault.contains("/Statement/0/Effect"), "{fault}");
    assert!(answers[4]["error"].as_str().unwrap().contains("sourceip"), "{}", answers[4]);
}

#[test]
fn one_scenario_may_fill_many_lines() {
    let text = serde_json::to_string_pretty(&scenario(&json!({}))).unwrap();
    let run = eval(&text);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(answers(&run)[0]["decision"], "allow");
    let run = eval(&text[..text.len() - 3]);
    assert_eq!((run.code, answers(&run)[0]["line"].clone()), (2, json!(1)));
}

#[test]
fn stdin_is_read_where_no_file_is_named() {
    use std::io::Write as _;
    use std::process::Stdio;
    let folder = Folder::new();
    let mut child = folder
        .command(&["policy", "eval"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{}", scenario(&json!({}))).unwrap();
    let run = Run::of(child.wait_with_output().unwrap());
    assert_eq!((run.code, answers(&run).len()), (0, 1));
    assert_eq!(folder.run(&["policy", "eval", "missing.json"]).code, 2);
}
