//! What is wrong with a policy, and where.

use std::fmt;

/// One thing that is wrong with a policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where, as a JSON Pointer (RFC 6901) into the document: `/Statement/2/Action`.
    pub pointer: String,
    /// What kind of fault it is.
    pub code: Code,
    /// How bad it is.
    pub level: Level,
    /// The fault in words: lower case, no full stop.
    pub message: String,
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// AWS would not accept the document, and it can't be evaluated.
    Error,
    /// The document can be evaluated, but not as its author seems to have meant it.
    Warning,
}

/// The kinds of fault that the parser knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// The text is not JSON.
    NotJson,
    /// A value has the wrong JSON type.
    WrongType,
    /// A required element is missing.
    MissingElement,
    /// Two elements exclude each other.
    ExclusiveElements,
    /// A value is not one of those that AWS takes.
    InvalidValue,
    /// One object names the same key twice.
    DuplicateKey,
    /// An element that the grammar does not have.
    UnknownElement,
    /// A condition operator that AWS does not document.
    UnknownOperator,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{pointer}: {}", self.message)
    }
}
