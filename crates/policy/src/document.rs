//! A policy document: the text as it was written, and what it means.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::json::{Text, minified};
use crate::parse::not_json;
use crate::{Code, Diagnostic, Level, Policy, Position};

/// A policy document: its JSON text as it was written, beside the parsed policy.
///
/// In JSON it is the policy object itself. AWS's APIs also give it as a string that holds the
/// percent-encoded text (RFC 3986); that form is read too, and written as the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    text: Box<str>,
    policy: Policy,
    warnings: Box<[Diagnostic]>,
}

/// The text is not a policy that can be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct DocumentError {
    /// All that is wrong; at least one entry is an error.
    pub diagnostics: Vec<Diagnostic>,
    /// Where the text stops being JSON, if that is what is wrong. Where it was a string that held
    /// the policy's text, this is a place in the decoded text. What the other diagnostics point
    /// to, [`crate::locate`] finds.
    pub stopped_at: Option<Position>,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a policy document: ")?;
        if let Some(Position { line, column, .. }) = self.stopped_at {
            write!(f, "line {line}, column {column}: ")?;
        }
        for (at, diagnostic) in self.diagnostics.iter().enumerate() {
            let separator = if at == 0 { "" } else { "; " };
            write!(f, "{separator}{diagnostic}")?;
        }
        Ok(())
    }
}

impl Document {
    /// Parses `text`. Elements and operators that AWS does not document are tolerated, see
    /// [`Document::warnings`]; what can't be evaluated is an error.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let (policy, warnings) = crate::parse::policy(text)?;
        let text = minified(text).into_boxed_str();
        Ok(Self { text, policy, warnings: warnings.into_boxed_slice() })
    }

    /// Reads the document from a JSON value: the policy object itself, or a string that holds its
    /// percent-encoded or plain text.
    pub fn from_json(json: &str) -> Result<Self, DocumentError> {
        if !json.trim_start().starts_with('"') {
            return Self::parse(json);
        }
        let Text(held) = serde_json::from_str(json).map_err(|error| not_json(json, &error))?;
        // Percent-encoded text begins with `%7B`, or with an encoded white space.
        if held.trim_start().starts_with('{') {
            return Self::parse(&held);
        }
        match percent_decode_str(&held).decode_utf8() {
            Ok(text) => Self::parse(&text),
            Err(_) => Err(DocumentError {
                diagnostics: vec![Diagnostic {
                    pointer: String::new(),
                    code: Code::NotJson,
                    level: Level::Error,
                    message: "the percent-encoded text is not UTF-8".to_owned(),
                }],
                stopped_at: None,
            }),
        }
    }

    /// The JSON text as it was written, but for the white space between its tokens, which is
    /// removed: the text is one line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the text means.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What the policy's author may not have meant: elements and operators that AWS does not
    /// document, values that match nothing. Pointers lead into [`Document::text`] and into the
    /// text that was parsed alike.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.text).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::from_json(raw.get()).map_err(D::Error::custom)
    }
}
