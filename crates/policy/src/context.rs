//! The context of a request: what is known of each key.

use std::collections::BTreeMap;

use crate::Version;
use crate::variables::has_variable;

/// What is known of one context key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The key has these values; a single-valued key has one.
    Known(Vec<String>),
    /// The request does not carry the key.
    Absent,
    /// Nobody knows whether the request carries the key, or with which value.
    Unknown,
}

/// The context keys of a request. Names are compared without regard to case.
#[derive(Clone, Debug)]
pub struct Context {
    facts: BTreeMap<String, Fact>,
    others: Fact,
}

impl Context {
    /// A context in which every key that is not named is absent.
    pub fn closed() -> Self {
        Self { facts: BTreeMap::new(), others: Fact::Absent }
    }

    /// A context in which every key that is not named is unknown.
    pub fn open() -> Self {
        Self { facts: BTreeMap::new(), others: Fact::Unknown }
    }

    /// The same context, with one value for `key`.
    #[must_use]
    pub fn with(self, key: &str, value: &str) -> Self {
        self.with_fact(key, Fact::Known(vec![value.to_owned()]))
    }

    /// The same context, in which `key` is absent.
    #[must_use]
    pub fn without(self, key: &str) -> Self {
        self.with_fact(key, Fact::Absent)
    }

    /// The same context, with `fact` for `key`.
    #[must_use]
    pub fn with_fact(mut self, key: &str, fact: Fact) -> Self {
        self.facts.insert(key.to_ascii_lowercase(), fact);
        self
    }

    /// What is known of `key`.
    pub fn fact(&self, key: &str) -> &Fact {
        self.named(key).unwrap_or(&self.others)
    }

    /// What is said of `key` by its name. Contexts are small, so a walk through them costs less
    /// than a lower-case copy of each key that policies ask for.
    fn named(&self, key: &str) -> Option<&Fact> {
        self.facts.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, fact)| fact)
    }
}

/// Where the texts of one policy find the values of context keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    /// What the request says.
    pub(crate) context: &'a Context,
    /// What follows from the caller, for keys that `context` does not name.
    pub(crate) derived: &'a [(&'static str, Fact)],
    /// The version of the policy whose texts are read.
    pub(crate) version: Version,
}

impl<'a> Scope<'a> {
    /// What is known of `key`.
    pub(crate) fn fact(&self, key: &str) -> &'a Fact {
        let derived = || self.derived.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        self.context
            .named(key)
            .or_else(|| derived().map(|(_, fact)| fact))
            .unwrap_or(&self.context.others)
    }

    /// The same, for a policy of another version.
    pub(crate) fn under(self, version: Version) -> Self {
        Self { version, ..self }
    }

    /// Whether `text` has variables that this version of the language replaces.
    pub(crate) fn replaces_in(&self, text: &str) -> bool {
        self.version == Version::V2012 && has_variable(text)
    }
}
