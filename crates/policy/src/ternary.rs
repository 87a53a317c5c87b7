//! Kleene's logic of three values.

use std::ops::Not;

/// A truth value of three: unknown context keys make the third.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ternary {
    /// Certainly not.
    No,
    /// It depends on something unknown.
    Maybe,
    /// Certainly.
    Yes,
}

impl Ternary {
    /// True if both are.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// True if one is.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// What both say, or [`Ternary::Maybe`] if they differ.
    #[must_use]
    pub(crate) fn agree(self, other: Self) -> Self {
        if self == other { self } else { Self::Maybe }
    }

    /// True if one of `truths` is; stops at the first certain one.
    pub(crate) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut found = Self::No;
        for truth in truths {
            found = found.or(truth);
            if found == Self::Yes {
                break;
            }
        }
        found
    }

    /// True if all of `truths` are; stops at the first that certainly is not.
    pub(crate) fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut found = Self::Yes;
        for truth in truths {
            found = found.and(truth);
            if found == Self::No {
                break;
            }
        }
        found
    }
}

impl Not for Ternary {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Maybe => Self::Maybe,
            Self::Yes => Self::No,
        }
    }
}

impl From<bool> for Ternary {
    fn from(truth: bool) -> Self {
        if truth { Self::Yes } else { Self::No }
    }
}
