//! Makes JSON in the form in which AWS's CLI prints answers.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Map, Value};

/// A value that the CLI prints, or leaves out.
pub(crate) trait Member {
    /// `None` where the CLI prints nothing.
    fn member(self) -> Option<Value>;
}

impl Member for Value {
    fn member(self) -> Option<Value> {
        Some(self)
    }
}

impl Member for &str {
    fn member(self) -> Option<Value> {
        Some(self.into())
    }
}

impl Member for &String {
    fn member(self) -> Option<Value> {
        Some(self.as_str().into())
    }
}

impl Member for bool {
    fn member(self) -> Option<Value> {
        Some(self.into())
    }
}

impl Member for i32 {
    fn member(self) -> Option<Value> {
        Some(self.into())
    }
}

impl Member for i64 {
    fn member(self) -> Option<Value> {
        Some(self.into())
    }
}

impl Member for f64 {
    fn member(self) -> Option<Value> {
        Some(self.into())
    }
}

impl Member for &DateTime {
    /// ISO 8601, as version 2 of the CLI prints it.
    fn member(self) -> Option<Value> {
        Some(self.fmt(Format::DateTime).map_or_else(|_| self.secs().into(), Value::from))
    }
}

impl<T: Member> Member for Vec<T> {
    fn member(self) -> Option<Value> {
        Some(Value::Array(self.into_iter().filter_map(Member::member).collect()))
    }
}

impl<T: Member> Member for Option<T> {
    fn member(self) -> Option<Value> {
        self.and_then(Member::member)
    }
}

/// An object that is built member by member.
#[derive(Default)]
pub(crate) struct Object(pub(crate) Map<String, Value>);

impl Object {
    /// Adds a member, if the CLI prints it.
    pub(crate) fn with(mut self, name: &str, value: impl Member) -> Self {
        if let Some(value) = value.member() {
            self.0.insert(name.to_owned(), value);
        }
        self
    }
}

/// An object with these members; those that are `None` are left out, as the CLI does.
macro_rules! object {
    ($($name:literal: $value:expr),* $(,)?) => {
        serde_json::Value::Object($crate::json::Object::default()$(.with($name, $value))*.0)
    };
}

pub(crate) use object;

/// All items of a list, each converted.
pub(crate) fn list<T>(items: &[T], convert: impl Fn(&T) -> Value) -> Value {
    Value::Array(items.iter().map(convert).collect())
}

/// All strings of a list.
pub(crate) fn strings(items: &[String]) -> Value {
    list(items, |item| item.as_str().into())
}

/// A policy document, which IAM's API gives as JSON in percent-encoding and the CLI as an object.
pub(crate) fn policy(encoded: &str) -> Value {
    let text = percent_encoding::percent_decode_str(encoded).decode_utf8_lossy();
    serde_json::from_str(&text).unwrap_or_else(|_| text.as_ref().into())
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;
    use serde_json::json;

    use super::policy;

    #[test]
    fn members_that_aws_left_out_are_left_out() {
        let day = DateTime::from_secs(1_767_225_600);
        let none: Option<&str> = None;
        let made = object! { "Name": "ci", "Created": &day, "Used": none, "On": Some(true) };
        assert_eq!(made, json!({"Name": "ci", "Created": "2026-01-01T00:00:00Z", "On": true}));
    }

    #[test]
    fn policies_lose_their_encoding() {
        assert_eq!(
            policy("%7B%22Version%22%3A%222012-10-17%22%7D"),
            json!({"Version": "2012-10-17"})
        );
        assert_eq!(policy("no%20json"), json!("no json"));
    }
}
