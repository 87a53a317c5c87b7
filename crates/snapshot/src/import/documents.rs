//! Policy documents, each kept once however often it occurs.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use keyward_policy::{Document, DocumentError};

/// The policy documents of one import, shared by text.
#[derive(Default)]
pub(super) struct Documents(HashSet<ByText>);

impl Documents {
    /// The document that `json` holds: the policy object itself, or a string of its text.
    pub(super) fn intern(&mut self, json: &str) -> Result<Arc<Document>, DocumentError> {
        // White space says nothing, and AWS's CLI writes a lot of it.
        let compact = compact(json);
        if let Some(known) = self.0.get(compact.as_str()) {
            return Ok(Arc::clone(&known.0));
        }
        let document = Document::from_json(&compact)?;
        // A string holds a text that may have come as an object before.
        if let Some(known) = self.0.get(document.text()) {
            return Ok(Arc::clone(&known.0));
        }
        let document = Arc::new(document);
        self.0.insert(ByText(Arc::clone(&document)));
        Ok(document)
    }
}

struct ByText(Arc<Document>);

impl Borrow<str> for ByText {
    fn borrow(&self) -> &str {
        self.0.text()
    }
}

impl PartialEq for ByText {
    fn eq(&self, other: &Self) -> bool {
        self.0.text() == other.0.text()
    }
}

impl Eq for ByText {}

impl Hash for ByText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text().hash(state);
    }
}

/// `json` without the white space between its tokens.
fn compact(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(quote) = rest.find('"') {
        let (before, from) = rest.split_at(quote);
        text.extend(before.split_ascii_whitespace());
        let end = end_of_string(from);
        let (string, after) = from.split_at(end);
        text.push_str(string);
        rest = after;
    }
    text.extend(rest.split_ascii_whitespace());
    text
}

/// The length of the JSON string at the beginning of `text`.
fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn white_space_inside_a_string_stays() {
        assert_eq!(compact("{\n  \"a b\": [1,\t\"\\\" c\"]\n}"), r#"{"a b":[1,"\" c"]}"#);
    }
}
