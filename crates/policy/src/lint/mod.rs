//! What is wrong with a policy, beyond what keeps it from being read.
//!
//! Errors are what IAM refuses, as far as its pages say so; warnings what does not do what it seems to.

mod actions;
mod conditions;
mod principals;
mod resources;

use serde_json::Value;

use crate::json::minified;
use crate::{Catalogue, Code, Diagnostic, Document, Level};

/// All that is wrong with a policy's text, in the order in which it stands there. Pointers are into
/// the text as it was written.
pub fn lint(text: &str, catalogue: &Catalogue) -> Vec<Diagnostic> {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => return error.diagnostics,
    };
    let mut found = Found { diagnostics: Vec::new() };
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return document.warnings().to_vec();
    };
    characters(text, &mut found);
    let statements = value.get("Statement");
    for (at, statement) in items(statements).enumerate() {
        let pointer = match statements {
            Some(Value::Array(_)) => format!("/Statement/{at}"),
            _ => "/Statement".to_owned(),
        };
        let statement = Statement { value: statement, pointer };
        actions::check(&statement, catalogue, &mut found);
        resources::check(&statement, &mut found);
        principals::check(&statement, &mut found);
        conditions::check(&statement, &mut found);
    }
    // The parser puts up with what it can read; here the same place may have a better answer.
    let Found { mut diagnostics } = found;
    let is_told = |it: &Diagnostic| diagnostics.iter().any(|other| other.pointer == it.pointer);
    let others: Vec<_> = document.warnings().iter().filter(|it| !is_told(it)).cloned().collect();
    diagnostics.extend(others);
    diagnostics.sort_by_cached_key(|it| crate::locate(text, &it.pointer));
    diagnostics
}

/// A statement, and where it stands.
struct Statement<'a> {
    value: &'a Value,
    pointer: String,
}

impl<'a> Statement<'a> {
    /// The texts of an element that may be one or a list, with the pointer of each.
    fn texts(&self, element: &str) -> Vec<(String, &'a str)> {
        let own = format!("{}/{element}", self.pointer);
        texts(self.value.get(element), &own)
    }

    /// Whether it allows.
    fn allows(&self) -> bool {
        self.value.get("Effect").and_then(Value::as_str) == Some("Allow")
    }
}

/// The texts of a value that may be one or a list, with the pointer of each.
fn texts<'a>(value: Option<&'a Value>, pointer: &str) -> Vec<(String, &'a str)> {
    match value {
        Some(Value::String(text)) => vec![(pointer.to_owned(), text.as_str())],
        Some(Value::Array(items)) => {
            let numbered = items.iter().enumerate();
            let texts = numbered.filter_map(|(at, item)| Some((at, item.as_str()?)));
            texts.map(|(at, text)| (format!("{pointer}/{at}"), text)).collect()
        }
        _ => Vec::new(),
    }
}

/// A list, or one item without a list.
fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let (list, one) = match value {
        Some(Value::Array(items)) => (items.as_slice(), None),
        other => (&[][..], other),
    };
    list.iter().chain(one)
}

/// What was found.
struct Found {
    diagnostics: Vec<Diagnostic>,
}

impl Found {
    fn add(&mut self, level: Level, code: Code, pointer: &str, message: impl Into<String>) {
        let pointer = pointer.to_owned();
        self.diagnostics.push(Diagnostic { pointer, code, level, message: message.into() });
    }

    fn error(&mut self, code: Code, pointer: &str, message: impl Into<String>) {
        self.add(Level::Error, code, pointer, message);
    }

    fn warning(&mut self, code: Code, pointer: &str, message: impl Into<String>) {
        self.add(Level::Warning, code, pointer, message);
    }
}

/// A name as a step of a JSON Pointer.
fn step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// IAM takes tab, line feed, carriage return and the characters from U+0020 to U+00FF.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
fn characters(text: &str, found: &mut Found) {
    let other = minified(text).chars().find(|it| !matches!(*it, '\u{20}'..='\u{ff}'));
    if let Some(other) = other {
        let message = format!("IAM takes no character such as U+{:04X}", u32::from(other));
        found.error(Code::InvalidCharacter, "", message);
    }
}
