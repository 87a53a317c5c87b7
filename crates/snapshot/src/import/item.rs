//! One value out of a file, held as text: parsed into its type, with exact places for errors.

use std::sync::Arc;

use keyward_policy::{Document, DocumentError, Level};
use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::documents::Documents;
use super::error::{At, Fault, ImportError};
use super::locate;

/// A value of a document, and where it stands.
pub(super) struct Item<'i> {
    pub(super) path: &'i str,
    /// The member of the document that holds the value.
    pub(super) key: &'i str,
    /// Its index, if the member is a list.
    pub(super) index: Option<usize>,
    /// Where the text begins.
    pub(super) at: At,
    pub(super) text: &'i str,
}

impl<'i> Item<'i> {
    /// Reads the value as `T`.
    pub(super) fn parse<T: Deserialize<'i>>(&self) -> Result<T, ImportError> {
        serde_json::from_str(self.text).map_err(|error| {
            let offset = locate::offset_of(self.text, error.line(), error.column());
            if error.is_data() {
                // The column is that of the last byte that was read.
                let spot = locate::value_at(self.text, offset + 1);
                self.error(&spot.pointer, spot.start, fault_of(error))
            } else {
                self.error("", offset, fault_of(error))
            }
        })
    }

    /// Reads the policy of `entity` out of `raw`, which is a part of this value.
    pub(super) fn policy(
        &self,
        documents: &mut Documents,
        raw: &RawValue,
        entity: &str,
    ) -> Result<Arc<Document>, ImportError> {
        documents.intern(raw.get()).map_err(|error| self.not_a_policy(raw, entity, &error))
    }

    fn not_a_policy(&self, raw: &RawValue, entity: &str, error: &DocumentError) -> ImportError {
        let start = raw.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        let first = error.diagnostics.iter().find(|found| found.level == Level::Error);
        let inner = first.map_or("", |found| found.pointer.as_str());
        let message = first.map_or("it can't be read", |found| &found.message).into();
        let outer = locate::value_at(self.text, start + 1);
        // A document that comes as a string has no places inside that the file could show.
        let offset = start + locate::start_of(raw.get(), inner);
        let fault = Fault::Policy { entity: entity.into(), message };
        self.error(&format!("{}{inner}", outer.pointer), offset, fault)
    }

    /// A fault at `offset` bytes into the text.
    pub(super) fn error(&self, pointer: &str, offset: usize, fault: Fault) -> ImportError {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let index = self.index.map_or_else(String::new, |index| format!("/{index}"));
        ImportError::new(self.path, fault)
            .at(self.at.after(before))
            .in_field(format!("/{}{index}{pointer}", self.key))
    }

    /// The member `pointer` has a value that AWS does not document.
    pub(super) fn invalid(&self, pointer: &str, expected: &str) -> ImportError {
        let fault = Fault::InvalidValue(expected.into());
        self.error(pointer, locate::start_of(self.text, pointer), fault)
    }
}

/// What failed, without the value at which it failed: it may be secret.
pub(super) fn fault_of(error: serde_json::Error) -> Fault {
    let message = error.to_string();
    let end = message.rfind(" at line ").unwrap_or(message.len());
    let message = message.get(..end).unwrap_or_default();
    match error.classify() {
        Category::Eof => Fault::BreaksOff,
        Category::Io => Fault::Read(error.into()),
        Category::Syntax if message.contains("unicode") => Fault::NotUtf8,
        Category::Syntax => Fault::Syntax(message.into()),
        Category::Data => data_fault(message),
    }
}

fn data_fault(message: &str) -> Fault {
    if let Some(name) = message.strip_prefix("missing field `") {
        return Fault::MissingField(name.trim_end_matches('`').into());
    }
    if let Some(expected) = message.strip_prefix(EXPECTED) {
        return Fault::InvalidValue(expected.into());
    }
    let found = message.strip_prefix("invalid type: ").unwrap_or_default();
    let kind = [
        ("string", "a string"),
        ("integer", "a number"),
        ("floating", "a number"),
        ("boolean", "a Boolean"),
        ("null", "null"),
        ("unit", "null"),
        ("map", "an object"),
        ("sequence", "a list"),
    ]
    .into_iter()
    .find_map(|(prefix, name)| found.starts_with(prefix).then_some(name));
    let expected = message.rsplit_once("expected ").map_or("another value", |(_, rest)| {
        // `serde` names the Rust type where it fills a structure.
        if rest.starts_with("struct ") || rest == "a map" {
            "an object"
        } else if rest == "a sequence" {
            "a list"
        } else if let "u16" | "u32" | "u64" | "i64" = rest {
            "a whole number"
        } else {
            rest
        }
    });
    Fault::WrongType { expected: expected.into(), found: kind.unwrap_or("something else") }
}

/// How our own types begin the messages that say what they take.
pub(super) const EXPECTED: &str = "keyward expects ";
