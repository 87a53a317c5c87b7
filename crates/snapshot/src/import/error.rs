//! What is wrong with a file, and where.

use std::fmt;

use crate::Call;

/// A file that can't be imported: which one, where in it, and why.
#[derive(Debug)]
#[non_exhaustive]
pub struct ImportError {
    /// The file, as the caller named it.
    pub path: String,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The character in the line, counted from 1.
    pub column: Option<usize>,
    /// A JSON Pointer (RFC 6901) into the document, or the column of the credential report.
    pub field: Option<String>,
    /// What failed.
    pub fault: Fault,
}

/// What failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Fault {
    #[error("the file can't be read: {0}")]
    Read(#[from] std::io::Error),
    #[error("the file is empty: the command that wrote it probably failed")]
    Empty,
    #[error("neither JSON, nor a credential report, nor an error message of a call")]
    Unrecognised,
    #[error("the text is not UTF-8")]
    NotUtf8,
    #[error("the text is UTF-16, as some shells write it: save it as UTF-8")]
    Utf16,
    #[error("not JSON: {0}")]
    Syntax(Box<str>),
    #[error("the file breaks off in the middle of a JSON value")]
    BreaksOff,
    #[error("one string, number or word is longer than {limit} bytes")]
    LongToken { limit: u64 },
    #[error("one line is longer than {limit} bytes")]
    LongLine { limit: u64 },
    #[error("one item of a list is longer than {limit} bytes")]
    LongItem { limit: u64 },
    #[error("the credential report is longer than {limit} bytes of base64")]
    LongReport { limit: u64 },
    #[error("nested deeper than {limit} levels")]
    Deep { limit: usize },
    #[error("expected {expected}, found {found}")]
    WrongType { expected: Box<str>, found: &'static str },
    #[error("`{0}` is missing")]
    MissingField(Box<str>),
    #[error("expected {0}")]
    InvalidValue(Box<str>),
    #[error("the policy document of {entity} is not a policy: {message}")]
    Policy { entity: Box<str>, message: Box<str> },
    #[error("the answer of `{}` does not say {what} it is about: {hint}", .call.command())]
    Argument { call: Call, what: &'static str, hint: &'static str },
    #[error("the credential report lacks {}", Quoted(.0))]
    MissingColumns(Vec<String>),
    #[error("a line of the credential report has {found} fields, its first line has {expected}")]
    UnequalLine { expected: u64, found: u64 },
    #[error("the credential report is not base64")]
    NotBase64,
    #[error("the document is YAML: ask for it with `--document-format JSON`")]
    Yaml,
    #[error(
        "a second, different answer of `{}`, and nothing tells which account either is from: put \
         the files of each account into a folder named after its 12 digits", .call.command()
    )]
    UnknownAccounts { call: Call },
    #[error("a second organization, `{second}`, beside `{first}`: import one at a time")]
    SecondOrganization { first: Box<str>, second: Box<str> },
}

impl ImportError {
    /// A fault of a whole file.
    pub(super) fn new(path: &str, fault: impl Into<Fault>) -> Self {
        Self { path: path.to_owned(), line: None, column: None, field: None, fault: fault.into() }
    }

    /// The same fault, at a place in the text.
    pub(super) fn at(mut self, at: At) -> Self {
        self.line = Some(at.line);
        self.column = Some(at.column);
        self
    }

    /// The same fault, in a field.
    pub(super) fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into()).filter(|field| !field.is_empty());
        self
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{number}")?;
        }
        write!(f, ": {}", self.fault)?;
        match &self.field {
            Some(field) => write!(f, " (at `{field}`)"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ImportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.fault)
    }
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    /// The line, counted from 1.
    pub(super) line: usize,
    /// The character in the line, counted from 1.
    pub(super) column: usize,
}

impl At {
    /// The place that is at `other` in a text that begins here.
    pub(super) fn then(self, other: Self) -> Self {
        let before = if other.line <= 1 { self.column - 1 } else { 0 };
        Self {
            line: self.line + other.line.saturating_sub(1),
            column: (before + other.column).max(1),
        }
    }

    /// The place that is `text` further on.
    pub(super) fn after(self, text: &str) -> Self {
        match text.rsplit_once('\n') {
            None => Self { line: self.line, column: self.column + text.chars().count() },
            Some((before, last)) => Self {
                line: self.line + 1 + before.matches('\n').count(),
                column: 1 + last.chars().count(),
            },
        }
    }
}

struct Quoted<'a>(&'a [String]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.0.len() == 1 { "the column" } else { "the columns" };
        write!(f, "{noun} ")?;
        for (index, name) in self.0.iter().enumerate() {
            write!(f, "{}`{name}`", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
