//! The names of condition operators.

use std::fmt;

use crate::{Comparison, Operator, Quantifier};

impl Operator {
    /// Reads an operator with its prefix and suffix, such as `ForAnyValue:StringLikeIfExists`.
    /// Case does not count. What AWS does not document, among it `NullIfExists`, becomes
    /// [`Comparison::Unrecognised`] with the whole text.
    pub fn parse(text: &str) -> Self {
        Self::documented(text).unwrap_or_else(|| Self {
            quantifier: None,
            comparison: Comparison::Unrecognised(text.into()),
            if_exists: false,
        })
    }

    fn documented(text: &str) -> Option<Self> {
        let (quantifier, rest) = match text.split_once(':') {
            None => (None, text),
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAllValues") => {
                (Some(Quantifier::ForAllValues), rest)
            }
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAnyValue") => {
                (Some(Quantifier::ForAnyValue), rest)
            }
            Some(_) => return None,
        };
        let suffix_at = rest.len().checked_sub(SUFFIX.len());
        let (name, if_exists) = match suffix_at.and_then(|at| rest.split_at_checked(at)) {
            Some((name, suffix)) if suffix.eq_ignore_ascii_case(SUFFIX) => (name, true),
            _ => (rest, false),
        };
        let (_, comparison) =
            COMPARISONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        let comparison = comparison.clone();
        let valid = !(if_exists && comparison == Comparison::Null);
        valid.then_some(Self { quantifier, comparison, if_exists })
    }

    /// Whether the operator holds where none of its values matches, as `StringNotEquals` does; a
    /// missing key then satisfies it.
    pub fn is_negated(&self) -> bool {
        self.comparison.positive() != &self.comparison
    }
}

impl Comparison {
    /// The comparison that this one negates, or itself.
    pub(crate) fn positive(&self) -> &Self {
        match self {
            Self::StringNotEquals => &Self::StringEquals,
            Self::StringNotEqualsIgnoreCase => &Self::StringEqualsIgnoreCase,
            Self::StringNotLike => &Self::StringLike,
            Self::NumericNotEquals => &Self::NumericEquals,
            Self::DateNotEquals => &Self::DateEquals,
            Self::NotIpAddress => &Self::IpAddress,
            Self::ArnNotEquals => &Self::ArnEquals,
            Self::ArnNotLike => &Self::ArnLike,
            positive => positive,
        }
    }

    /// Whether policy variables are replaced in the operator's values: strings and ARNs only.
    pub(crate) fn takes_variables(&self) -> bool {
        matches!(
            self.positive(),
            Self::StringEquals
                | Self::StringEqualsIgnoreCase
                | Self::StringLike
                | Self::ArnEquals
                | Self::ArnLike
        )
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.quantifier {
            None => "",
            Some(Quantifier::ForAllValues) => "ForAllValues:",
            Some(Quantifier::ForAnyValue) => "ForAnyValue:",
        })?;
        let name = COMPARISONS.iter().find(|(_, known)| *known == self.comparison);
        match (&self.comparison, name) {
            (Comparison::Unrecognised(text), _) => f.write_str(text)?,
            (_, Some((name, _))) => f.write_str(name)?,
            (comparison, None) => write!(f, "{comparison:?}")?,
        }
        f.write_str(if self.if_exists { SUFFIX } else { "" })
    }
}

const SUFFIX: &str = "IfExists";

const COMPARISONS: [(&str, Comparison); 27] = [
    ("StringEquals", Comparison::StringEquals),
    ("StringNotEquals", Comparison::StringNotEquals),
    ("StringEqualsIgnoreCase", Comparison::StringEqualsIgnoreCase),
    ("StringNotEqualsIgnoreCase", Comparison::StringNotEqualsIgnoreCase),
    ("StringLike", Comparison::StringLike),
    ("StringNotLike", Comparison::StringNotLike),
    ("NumericEquals", Comparison::NumericEquals),
    ("NumericNotEquals", Comparison::NumericNotEquals),
    ("NumericLessThan", Comparison::NumericLessThan),
    ("NumericLessThanEquals", Comparison::NumericLessThanEquals),
    ("NumericGreaterThan", Comparison::NumericGreaterThan),
    ("NumericGreaterThanEquals", Comparison::NumericGreaterThanEquals),
    ("DateEquals", Comparison::DateEquals),
    ("DateNotEquals", Comparison::DateNotEquals),
    ("DateLessThan", Comparison::DateLessThan),
    ("DateLessThanEquals", Comparison::DateLessThanEquals),
    ("DateGreaterThan", Comparison::DateGreaterThan),
    ("DateGreaterThanEquals", Comparison::DateGreaterThanEquals),
    ("Bool", Comparison::Bool),
    ("BinaryEquals", Comparison::BinaryEquals),
    ("IpAddress", Comparison::IpAddress),
    ("NotIpAddress", Comparison::NotIpAddress),
    ("ArnEquals", Comparison::ArnEquals),
    ("ArnNotEquals", Comparison::ArnNotEquals),
    ("ArnLike", Comparison::ArnLike),
    ("ArnNotLike", Comparison::ArnNotLike),
    ("Null", Comparison::Null),
];
