//! Condition keys.

/// A condition key.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name; a part that varies is a variable: `aws:RequestTag/${TagKey}`.
    pub name: &'static str,
    /// What its values are; `None` where AWS names the key without describing it.
    pub kind: Option<KeyKind>,
    /// Whether a request may carry several values, so that a set operator is needed.
    pub is_multivalued: bool,
}

/// What the values of a key are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are AWS's names")]
pub enum KeyKind {
    String,
    Arn,
    Bool,
    Numeric,
    Date,
    IpAddress,
}

impl Key {
    /// Whether a policy that says `name` means this key. Keys have no case; variables, which AWS
    /// writes as `${TagKey}` or `<key>`, stand for at least one character.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let own = self.name;
        let Some(start) = own.find(['$', '<']) else { return own.eq_ignore_ascii_case(name) };
        let end = own.rfind(['}', '>']).map_or(own.len(), |end| end + 1);
        let (before, after) = (own.get(..start).unwrap_or(own), own.get(end..).unwrap_or(""));
        let begins = name.get(..before.len()).is_some_and(|it| it.eq_ignore_ascii_case(before));
        let tail = name.len().checked_sub(after.len()).filter(|tail| *tail > before.len());
        let ends = tail.and_then(|tail| name.get(tail..));
        begins && ends.is_some_and(|it| it.eq_ignore_ascii_case(after))
    }
}
