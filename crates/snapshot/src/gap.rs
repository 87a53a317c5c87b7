//! What was read, and what was not.

use serde::{Deserialize, Serialize};

use crate::Call;

/// Something that could not be read, and the call that would have answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gap {
    /// The call.
    pub call: Call,
    /// What about, where the call asks about one thing at a time (an ARN, an id, a name).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The region, where the call is regional and the region is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Why the answer is missing.
    pub reason: Reason,
}

/// Why an answer is missing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nobody made the call.
    NotCollected,
    /// AWS refused it, with this error code.
    Refused(String),
    /// A list broke off before its end.
    Truncated,
    /// It was asked and gave no answer that could be used: what went wrong.
    Failed(String),
}

impl Gap {
    /// The call was not made.
    pub fn not_collected(call: Call) -> Self {
        Self { call, about: None, region: None, reason: Reason::NotCollected }
    }

    /// The list that the call returns broke off before its end.
    pub fn truncated(call: Call) -> Self {
        Self { call, about: None, region: None, reason: Reason::Truncated }
    }

    /// AWS refused the call with the error code `code`.
    pub fn refused(call: Call, code: &str) -> Self {
        Self { call, about: None, region: None, reason: Reason::Refused(code.to_owned()) }
    }

    /// The call has no answer, for `reason`.
    pub fn because(call: Call, reason: Reason) -> Self {
        Self { call, about: None, region: None, reason }
    }

    /// The same gap, about one thing.
    #[must_use]
    pub fn about(mut self, thing: &str) -> Self {
        self.about = Some(thing.to_owned());
        self
    }

    /// The same gap, in one region.
    #[must_use]
    pub fn in_region(mut self, region: &str) -> Self {
        self.region = Some(region.to_owned());
        self
    }
}

/// A value, or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known<T> {
    /// What AWS answered.
    Value(T),
    /// Nobody knows.
    Gap(Gap),
}

impl<T> Known<T> {
    /// The value, or the gap: lets a control use `?`.
    pub fn value(&self) -> Result<&T, &Gap> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Gap(gap) => Err(gap),
        }
    }
}

/// A list that AWS returns, as far as it could be read.
///
/// Complete if there are no gaps. A list that nobody read has no items and one gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing<T> {
    /// What was read.
    pub items: Vec<T>,
    /// What was not.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
}

impl<T> Listing<T> {
    /// A list that was read to its end.
    pub fn complete(items: Vec<T>) -> Self {
        Self { items, gaps: Vec::new() }
    }

    /// A list of which nothing was read.
    pub fn missing(gap: Gap) -> Self {
        Self { items: Vec::new(), gaps: vec![gap] }
    }

    /// All items, or the first gap: for questions that only a whole list answers.
    pub fn whole(&self) -> Result<&[T], &Gap> {
        match self.gaps.first() {
            None => Ok(&self.items),
            Some(gap) => Err(gap),
        }
    }

    /// The items that were read.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }
}

impl<'a, T> IntoIterator for &'a Listing<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
