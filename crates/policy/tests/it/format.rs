//! The layout of policies, and their sizes.

use keyward_policy::{Document, SIZE_LIMITS, format};
use proptest::prelude::*;
use serde_json::Value;

#[test]
fn each_value_gets_a_line() {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":[],"Condition":{}}]}"#;
    let expected = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "s3:Get*",
        "s3:List*"
      ],
      "Resource": [],
      "Condition": {}
    }
  ]
}
"#;
    assert_eq!(format(text), expected);
    assert_eq!(format(expected), expected);
}

#[test]
fn what_was_written_is_kept() {
    let text = r#"{ "b" : 1.0e5 , "a" : "{\"x\\\": [1, 2]", "b" : "é ☃", "n": -0 }"#;
    let formatted = format(text);
    let kept = r#"{"b":1.0e5,"a":"{\"x\\\": [1, 2]","b":"é ☃","n":-0}"#;
    let tokens: Vec<&str> = formatted.lines().map(str::trim).collect();
    assert_eq!(tokens.join("").replace("\": ", "\":").replace("\\\":[", "\\\": ["), kept);
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        r#"[ -~\t"\\{}\[\]:,é]{0,8}"#.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(r#"[a-c"\\:]{0,3}"#, inner, 0..4)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn formatting_changes_no_value_and_is_stable(value in json()) {
        let formatted = format(&value.to_string());
        prop_assert_eq!(serde_json::from_str::<Value>(&formatted).unwrap(), value);
        prop_assert_eq!(format(&formatted), formatted);
    }

    #[test]
    fn anything_is_laid_out_without_a_loss(text in r#"[ -~\n"{}\[\]:,]{0,40}"#) {
        let solid = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(solid(&format(&text)), solid(&text));
    }
}

#[test]
fn a_formatted_policy_means_the_same() {
    let text = r#"{"Statement":{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}}"#;
    let (one, other) = (Document::parse(text).unwrap(), Document::parse(&format(text)).unwrap());
    assert_eq!(one.policy(), other.policy());
}

#[test]
fn white_space_counts_where_aws_counts_it() {
    let limit = |kind| SIZE_LIMITS.iter().find(|limit| limit.kind == kind).unwrap();
    let text = "{ \"Version\": \"a b\" }\n";
    assert_eq!(limit("managed").counted(text), r#"{"Version":"a b"}"#.len());
    assert_eq!(limit("scp").counted(text), text.len());
    assert!(
        SIZE_LIMITS.iter().all(|limit| limit.source.starts_with("https://docs.aws.amazon.com/"))
    );
}
