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
    /// A character that IAM does not take.
    InvalidCharacter,
    /// An action that IAM does not take.
    InvalidAction,
    /// A service that the catalogue does not know, which may be new.
    UnknownService,
    /// An action that the catalogue does not know, which may be new.
    UnknownAction,
    /// A resource that IAM does not take.
    InvalidResource,
    /// A principal that IAM does not take.
    InvalidPrincipal,
    /// A list without items, which makes the statement, or the condition, mean nothing.
    EmptyList,
    /// A condition that always holds, or never.
    UselessCondition,
    /// An element that reaches further than it seems to.
    DangerousElement,
}

impl Code {
    /// Its name, as `keyward policy lint` prints it: `unknown-action`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotJson => "not-json",
            Self::WrongType => "wrong-type",
            Self::MissingElement => "missing-element",
            Self::ExclusiveElements => "exclusive-elements",
            Self::InvalidValue => "invalid-value",
            Self::DuplicateKey => "duplicate-key",
            Self::UnknownElement => "unknown-element",
            Self::UnknownOperator => "unknown-operator",
            Self::InvalidCharacter => "invalid-character",
            Self::InvalidAction => "invalid-action",
            Self::UnknownService => "unknown-service",
            Self::UnknownAction => "unknown-action",
            Self::InvalidResource => "invalid-resource",
            Self::InvalidPrincipal => "invalid-principal",
            Self::EmptyList => "empty-list",
            Self::UselessCondition => "useless-condition",
            Self::DangerousElement => "dangerous-element",
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{pointer}: {}", self.message)
    }
}
