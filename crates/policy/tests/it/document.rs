//! Reading and writing documents.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use keyward_policy::{Code, Document, Effect, Level, PrincipalPattern, Version, locate};

const BUCKET: &str = r#"{
  "Version": "2012-10-17",
  "Id": "logs",
  "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
     "Resource": ["arn:aws:s3:::logs/*"]},
    {"Effect": "Deny", "NotPrincipal": {"AWS": ["111122223333"]}, "NotAction": ["s3:*"],
     "NotResource": "arn:aws:s3:::logs",
     "Condition": {"Bool": {"aws:SecureTransport": false},
                   "NumericLessThan": {"s3:max-keys": [10, "20"]}}}
  ]
}"#;

#[track_caller]
fn errors(text: &str) -> Vec<(String, Code)> {
    let error = Document::parse(text).unwrap_err();
    let errors = error.diagnostics.into_iter().filter(|it| it.level == Level::Error);
    errors.map(|it| (it.pointer, it.code)).collect()
}

#[track_caller]
fn wrong(text: &str, expected: &[(&str, Code)]) {
    let expected: Vec<_> =
        expected.iter().map(|(pointer, code)| ((*pointer).to_owned(), *code)).collect();
    assert_eq!(errors(text), expected);
}

#[track_caller]
fn warned(text: &str, pointer: &str, code: Code) {
    let document = Document::parse(text).unwrap();
    let warnings: Vec<_> =
        document.warnings().iter().map(|it| (it.pointer.as_str(), it.code, it.level)).collect();
    assert_eq!(warnings, [(pointer, code, Level::Warning)]);
}

#[test]
fn every_element_of_the_grammar_is_read() {
    let document = Document::parse(BUCKET).unwrap();
    assert_eq!(document.warnings(), []);
    let policy = document.policy();
    assert_eq!((policy.version, policy.id.as_deref()), (Version::V2012, Some("logs")));
    let [read, guard] = policy.statements.as_slice() else { panic!("two statements") };
    assert_eq!((read.sid.as_deref(), read.effect), (Some("Read"), Effect::Allow));
    let everyone = read.principals.as_ref().unwrap();
    assert_eq!(
        (everyone.negated, everyone.patterns.as_slice()),
        (false, [PrincipalPattern::Everyone].as_slice())
    );
    assert!(guard.actions.negated && guard.principals.as_ref().unwrap().negated);
    assert!(guard.resources.as_ref().unwrap().negated);
    let conditions = guard.conditions.iter().map(|condition| {
        let values: Vec<&str> = condition.values.iter().map(|value| &**value).collect();
        (condition.operator.to_string(), &*condition.key, values)
    });
    assert_eq!(
        conditions.collect::<Vec<_>>(),
        [
            ("Bool".to_owned(), "aws:SecureTransport", vec!["false"]),
            ("NumericLessThan".to_owned(), "s3:max-keys", vec!["10", "20"]),
        ]
    );
}

#[test]
fn a_policy_without_version_has_the_older_one() {
    let version = |text| Document::parse(text).unwrap().policy().version;
    assert_eq!(version(r#"{"Statement": []}"#), Version::V2008);
    assert_eq!(version(r#"{"Version": "2008-10-17", "Statement": []}"#), Version::V2008);
    wrong(r#"{"Version": "2012-10-18", "Statement": []}"#, &[("/Version", Code::InvalidValue)]);
    wrong(r#"{"Version": 2012, "Statement": []}"#, &[("/Version", Code::WrongType)]);
}

#[test]
fn one_statement_needs_no_list() {
    let text = r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
    assert_eq!(Document::parse(text).unwrap().policy().statements.len(), 1);
    wrong(r#"{"Statement": {"Action": "s3:*"}}"#, &[("/Statement", Code::MissingElement)]);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[test]
fn principals_are_read_in_every_shape() {
    let document = Document::parse(
        r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Principal": {
            "AWS": ["*", "111122223333", "arn:aws:iam::444455556666:root",
                    "arn:aws:iam::111122223333:role/ci", "AROACKCEVSQ6C2EXAMPLE"],
            "Service": "lambda.amazonaws.com",
            "Federated": ["cognito-identity.amazonaws.com"],
            "CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}}}"#,
    )
    .unwrap();
    let principals = document.policy().statements[0].principals.clone().unwrap();
    assert_eq!(
        principals.patterns,
        [
            PrincipalPattern::Everyone,
            PrincipalPattern::Account("111122223333".into()),
            PrincipalPattern::Account("444455556666".into()),
            PrincipalPattern::Arn("arn:aws:iam::111122223333:role/ci".into()),
            PrincipalPattern::UniqueId("AROACKCEVSQ6C2EXAMPLE".into()),
            PrincipalPattern::Service("lambda.amazonaws.com".into()),
            PrincipalPattern::Federated("cognito-identity.amazonaws.com".into()),
            PrincipalPattern::CanonicalUser(
                "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be".into()
            ),
        ]
    );
    let statement = |principal: &str| {
        format!(
            r#"{{"Statement": {{"Effect": "Allow", "Action": "s3:*", "Principal": {principal}}}}}"#
        )
    };
    wrong(&statement(r#""111122223333""#), &[("/Statement/Principal", Code::InvalidValue)]);
    wrong(&statement("[]"), &[("/Statement/Principal", Code::WrongType)]);
    wrong(&statement(r#"{"AWS": 111122223333}"#), &[("/Statement/Principal/AWS", Code::WrongType)]);
    let wildcard = statement(r#"{"AWS": "arn:aws:iam::111122223333:role/*"}"#);
    warned(&wildcard, "/Statement/Principal/AWS", Code::InvalidValue);
    let short = statement(r#"{"AWS": "AROA"}"#);
    warned(&short, "/Statement/Principal/AWS", Code::InvalidValue);
    warned(&statement(r#"{"Service": "*"}"#), "/Statement/Principal/Service", Code::InvalidValue);
}

#[test]
fn everything_that_is_wrong_is_reported_at_once() {
    wrong(
        r#"{"Statement": [
            {"Effect": "allow", "Action": 7, "NotAction": "s3:*", "Resource": ["*", null]},
            {"Resource": "*", "NotResource": "*", "Condition": {"Bool": {"a": {}, "b": [[]]}}},
            "statement"
        ], "Id": 3}"#,
        &[
            ("/Id", Code::WrongType),
            ("/Statement/0/Effect", Code::InvalidValue),
            ("/Statement/0", Code::ExclusiveElements),
            ("/Statement/0/Action", Code::WrongType),
            ("/Statement/0/Resource/1", Code::WrongType),
            ("/Statement/1", Code::MissingElement),
            ("/Statement/1", Code::MissingElement),
            ("/Statement/1", Code::ExclusiveElements),
            ("/Statement/1/Condition/Bool/a", Code::WrongType),
            ("/Statement/1/Condition/Bool/b/0", Code::WrongType),
            ("/Statement/2", Code::WrongType),
        ],
    );
}

#[test]
fn what_is_no_policy_object_is_an_error() {
    for text in ["[]", "7", "null", r#""{}""#] {
        wrong(text, &[("", Code::WrongType)]);
    }
    wrong("{}", &[("", Code::MissingElement)]);
    wrong(r#"{"Statement": "s3:*"}"#, &[("/Statement", Code::WrongType)]);
}

#[test]
fn an_empty_list_of_statements_is_a_policy() {
    assert_eq!(Document::parse(r#"{"Statement": []}"#).unwrap().policy().statements, []);
}

#[test]
fn element_names_are_exact() {
    wrong(
        r#"{"statement": [], "Statement": {"Effect": "Allow", "action": "s3:*"}}"#,
        &[
            ("/Statement", Code::DuplicateKey),
            ("/statement", Code::UnknownElement),
            ("/Statement/action", Code::UnknownElement),
        ],
    );
    let unknown = r#"{"Statement": [], "a/b~c": 1}"#;
    warned(unknown, "/a~1b~0c", Code::UnknownElement);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>
#[test]
fn a_key_that_stands_twice_is_an_error() {
    wrong(
        r#"{"Statement": {"Effect": "Allow", "Effect": "Deny", "Action": "s3:*", "Condition":
            {"StringLike": {"aws:username": "a", "AWS:UserName": "b"}}}}"#,
        &[
            ("/Statement/Effect", Code::DuplicateKey),
            ("/Statement/Condition/StringLike/AWS:UserName", Code::DuplicateKey),
        ],
    );
}

#[test]
fn doubtful_values_are_warnings() {
    let action = |action: &str| {
        format!(r#"{{"Statement": {{"Effect": "Allow", "Action": {action}, "Resource": "*"}}}}"#)
    };
    warned(&action(r#""GetObject""#), "/Statement/Action", Code::InvalidValue);
    warned(&action(r#"["s3:Get*", "s*:Get"]"#), "/Statement/Action/1", Code::InvalidValue);
    warned(&action("[]"), "/Statement/Action", Code::InvalidValue);
    let resource = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "logs"}}"#;
    warned(resource, "/Statement/Resource", Code::InvalidValue);
    let service =
        r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s*:::x"}}"#;
    warned(service, "/Statement/Resource", Code::InvalidValue);
    let short = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke",
        "Resource": "execute-api:/prod/GET/*"}}"#;
    assert_eq!(Document::parse(short).unwrap().warnings(), []);
    let operator = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"StringMatches": {"aws:username": "deploy"}}}}"#;
    warned(operator, "/Statement/Condition/StringMatches", Code::UnknownOperator);
}

#[test]
fn text_that_is_not_json_says_where_it_stops() {
    let error = Document::parse("{\n  \"Version\": \"\u{e9}\" oops}").unwrap_err();
    let position = error.stopped_at.unwrap();
    assert_eq!((position.offset, position.line, position.column), (20, 2, 18));
    assert_eq!(error.diagnostics[0].code, Code::NotJson);
    assert!(error.to_string().starts_with("not a policy document: line 2, column 18: "), "{error}");
    let empty = Document::parse("").unwrap_err().stopped_at.unwrap();
    assert_eq!((empty.offset, empty.line, empty.column), (0, 1, 1));
}

#[test]
fn nesting_without_end_is_not_json() {
    for nested in ["[", "{\"a\":"] {
        let text = format!("{{\"Statement\": [], \"x\": {}", nested.repeat(100_000));
        wrong(&text, &[("", Code::NotJson)]);
    }
}

#[test]
fn a_pointer_is_found_in_the_text() {
    #[track_caller]
    fn case(pointer: &str, expected: Option<(usize, usize)>) {
        assert_eq!(locate(BUCKET, pointer), expected, "{pointer}");
    }
    case("", Some((1, 1)));
    case("/Statement", Some((4, 16)));
    case("/Statement/0/Resource/0", Some((6, 19)));
    case("/Statement/1/Condition/NumericLessThan/s3:max-keys/1", Some((10, 60)));
    case("/Statement/2", None);
    case("/Statement/01", None);
    case("/Nothing", None);
    case("Statement", None);
    assert_eq!(locate(r#"{"\u0061/b": "é", "~": 1}"#, "/a~1b"), Some((1, 14)));
    assert_eq!(locate(r#"{"\u0061/b": "é", "~": 1}"#, "/~0"), Some((1, 24)));
    assert_eq!(locate(r#"{"Statement": {"Effect": 1}}"#, "/Statement/0/Effect"), Some((1, 26)));
    assert_eq!(locate(r#"{"~1": 1}"#, "/~01"), Some((1, 8)));
    assert_eq!(locate("{", ""), None);
}

#[test]
fn a_document_holds_its_text_on_one_line() {
    let document = Document::parse(
        "{ \"Statement\" : [\r\n\t] , \"Id\": \"two  blanks, a \\\" and \\\\\" }\n",
    )
    .unwrap();
    assert_eq!(document.text(), r#"{"Statement":[],"Id":"two  blanks, a \" and \\"}"#);
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html>
#[test]
fn a_document_is_read_as_the_apis_give_it() {
    let object = r#"{"Statement":[],"Id":"a+b %41"}"#;
    let encoded = r#""%7B%22Statement%22%3A%5B%5D%2C%22Id%22%3A%22a+b%20%2541%22%7D""#;
    let plain = r#""{\"Statement\":[],\"Id\":\"a+b %41\"}""#;
    let expected = Document::parse(object).unwrap();
    let spaced = r#" "\n {\"Statement\":[],\"Id\":\"a+b %41\"}""#;
    for json in [object, encoded, plain, spaced] {
        assert_eq!(Document::from_json(json).unwrap(), expected, "{json}");
        assert_eq!(serde_json::from_str::<Document>(json).unwrap(), expected, "{json}");
    }
    assert_eq!(serde_json::to_string(&expected).unwrap(), object);
    for json in [r#""%7B%FF""#, r#""""#, "\"{", "7", r#""\ud800""#] {
        Document::from_json(json).unwrap_err();
    }
}
