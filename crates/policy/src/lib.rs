//! The IAM policy language: parse a document, and answer one request.
//!
//! Invariants:
//! - No I/O, no clock, no async: the same arguments always give the same answer.
//! - Nothing that a policy or a request can contain makes this crate panic.
//! - What was written is kept: a [`Document`] holds its text beside the parsed form.
//! - A context key is known, absent or *unknown*. An unknown key never turns into a guess: where it
//!   could decide, the answer is [`Verdict::Depends`] and names the key.

#![deny(clippy::disallowed_methods)]

mod arn;
mod ast;
mod caller;
mod catalogue;
mod conditions;
mod context;
mod diagnostic;
mod document;
mod elements;
mod evaluate;
mod format;
mod json;
mod layers;
mod lint;
mod locate;
mod operators;
mod parse;
mod pattern;
mod principals;
mod reach;
mod size;
mod ternary;
mod values;
mod variables;

pub use ast::{
    Actions, Comparison, Condition, Effect, Operator, Policy, PrincipalPattern, Principals,
    Quantifier, Resources, Statement, Version,
};
pub use catalogue::{Access, Action, Catalogue, Key, KeyKind, ResourceType, ResourceUse, Service};
pub use context::{Context, Fact};
pub use diagnostic::{Code, Diagnostic, Level};
pub use document::{Document, DocumentError};
pub use evaluate::{Because, Caller, Decision, Layer, Policies, Request, Verdict, evaluate};
pub use format::format;
pub use lint::lint;
pub use locate::{Position, locate};
pub use pattern::glob_matches;
pub use size::{SIZE_LIMITS, SizeLimit};
pub use ternary::Ternary;
