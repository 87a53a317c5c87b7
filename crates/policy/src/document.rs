//! A policy document: the text as it was written, and what it means.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::{Diagnostic, Policy};

/// A policy document: its JSON text as it was written, beside the parsed policy.
///
/// In JSON it is the policy object itself. AWS's APIs also give it as a string that holds the
/// percent-encoded text (RFC 3986); that form is read too, and written as the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    text: Box<str>,
    policy: Policy,
}

/// The text is not a policy that can be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a policy document: {}", .diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct DocumentError {
    /// All that is wrong; at least one entry is an error.
    pub diagnostics: Vec<Diagnostic>,
}

impl Document {
    /// Parses `text`; unknown elements are tolerated, what can't be evaluated is an error.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let policy = crate::parse::policy(text)?;
        Ok(Self { text: text.into(), policy })
    }

    /// Reads the document from a JSON value: the policy object itself, or a string that holds its
    /// percent-encoded or plain text.
    pub fn from_json(json: &str) -> Result<Self, DocumentError> {
        Self::parse(json)
    }

    /// The JSON text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the text means.
    pub fn policy(&self) -> &Policy {
        &self.policy
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
