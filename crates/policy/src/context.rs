//! The context of a request: what is known of each key.

use std::collections::BTreeMap;

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
        self.facts.get(&key.to_ascii_lowercase()).unwrap_or(&self.others)
    }
}
