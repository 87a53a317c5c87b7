//! Whether a pattern matches an event: yes, no, or open for a reason.

/// The answer to whether something is the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// Nobody can tell, for this reason.
    Open(String),
}

impl Truth {
    /// Open, for this reason.
    pub(super) fn open(why: impl Into<String>) -> Self {
        Self::Open(why.into())
    }

    /// Yes if all are, no if any is not.
    pub(super) fn all(each: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::Yes;
        for truth in each {
            match truth {
                Self::No => return Self::No,
                Self::Open(_) if result == Self::Yes => result = truth,
                Self::Open(_) | Self::Yes => {}
            }
        }
        result
    }

    /// Yes if any is, no if none is.
    pub(super) fn any(each: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::No;
        for truth in each {
            match truth {
                Self::Yes => return Self::Yes,
                Self::Open(_) if result == Self::No => result = truth,
                Self::Open(_) | Self::No => {}
            }
        }
        result
    }

    /// The reverse.
    pub(super) fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Open(why) => Self::Open(why),
        }
    }
}

impl From<bool> for Truth {
    fn from(is: bool) -> Self {
        if is { Self::Yes } else { Self::No }
    }
}
