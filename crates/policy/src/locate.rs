//! From JSON Pointers to lines and columns.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::json::Text;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Bytes from the start of the text.
    pub offset: usize,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
}

impl Position {
    /// The position of the byte at `offset`, or of the text's end if that comes first.
    pub(crate) fn at(text: &str, offset: usize) -> Self {
        let offset = text.floor_char_boundary(offset);
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).map_or(0, |line| line.chars().count()) + 1;
        Self { offset, line: before.matches('\n').count() + 1, column }
    }

    /// Where serde_json stopped reading; it counts columns in bytes, and from 0 after a newline.
    pub(crate) fn of_error(text: &str, error: &serde_json::Error) -> Self {
        let line = error.line().saturating_sub(1);
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        Self::at(text, start + error.column().saturating_sub(1))
    }
}

/// The line and column, both counted from 1 and the column in characters, of the value that a JSON
/// Pointer (RFC 6901) names in `text`. `None` if `text` is not JSON or has no such value.
///
/// A list of one may be written as its element in policies, so `/Statement/0` also finds a single
/// statement. Where a name repeats, the first is found.
pub fn locate(text: &str, pointer: &str) -> Option<(usize, usize)> {
    let mut value: &RawValue = serde_json::from_str(text).ok()?;
    if !pointer.is_empty() {
        for step in pointer.strip_prefix('/')?.split('/') {
            let step = step.replace("~1", "/").replace("~0", "~");
            value = match child(value, &step) {
                Some(found) => found,
                None if step == "0" && !value.get().starts_with('[') => value,
                None => return None,
            };
        }
    }
    let offset = (value.get().as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let position = Position::at(text, offset);
    Some((position.line, position.column))
}

fn child<'a>(value: &'a RawValue, step: &str) -> Option<&'a RawValue> {
    serde_json::Deserializer::from_str(value.get()).deserialize_any(Child(step)).ok().flatten()
}

/// Finds one child of a list or object without reading the others.
struct Child<'s>(&'s str);

impl<'de> Visitor<'de> for Child<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        let mut index: usize = 0;
        while let Some(item) = items.next_element()? {
            if self.0 == index.to_string() {
                found = Some(item);
            }
            index += 1;
        }
        Ok(found)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(Text(name)) = members.next_key()? {
            let value = members.next_value()?;
            if name == self.0 && found.is_none() {
                found = Some(value);
            }
        }
        Ok(found)
    }
}
