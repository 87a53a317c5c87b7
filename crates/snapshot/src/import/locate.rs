//! From a place in JSON text to a JSON Pointer, and back. Needed for messages only, so it walks
//! the text again instead of slowing the parser down.

/// A value inside a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// Where it is, as a JSON Pointer.
    pub(super) pointer: String,
    /// Where it begins, in bytes.
    pub(super) start: usize,
}

/// The innermost value that holds the byte at `offset`, or ends right before it. `text` is JSON.
pub(super) fn value_at(text: &str, offset: usize) -> Spot {
    let mut spot = Spot { pointer: String::new(), start: skip_space(text, 0) };
    while let Some(child) = children(text, spot.start)
        .into_iter()
        .find(|child| child.start < offset && offset <= child.end)
    {
        spot.pointer.push('/');
        spot.pointer.push_str(&child.name.replace('~', "~0").replace('/', "~1"));
        spot.start = child.start;
    }
    spot
}

/// Where the value that `pointer` names begins, as far as the pointer can be followed.
pub(super) fn start_of(text: &str, pointer: &str) -> usize {
    let mut start = skip_space(text, 0);
    for name in pointer.split('/').skip(1) {
        let name = name.replace("~1", "/").replace("~0", "~");
        match children(text, start).into_iter().find(|child| child.name == name) {
            Some(child) => start = child.start,
            // In a policy a list of one may be written as its element.
            None if name == "0" => {}
            None => break,
        }
    }
    start
}

/// The byte at line `line` and column `column`, both counted from 1, the column in bytes.
pub(super) fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    text.floor_char_boundary((start + column.saturating_sub(1)).min(text.len()))
}

struct Child {
    name: String,
    start: usize,
    end: usize,
}

/// The members of the object, or the items of the list, that begins at `start`.
fn children(text: &str, start: usize) -> Vec<Child> {
    let is_object = match text.as_bytes().get(start) {
        Some(b'{') => true,
        Some(b'[') => false,
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    let mut at = start + 1;
    loop {
        at = skip_space(text, at);
        let mut name = found.len().to_string();
        if is_object {
            let end = skip_value(text, at);
            let key = text.get(at..end).unwrap_or_default();
            name = serde_json::from_str(key).unwrap_or_default();
            at = skip_space(text, skip_space(text, end) + 1);
        }
        let end = skip_value(text, at);
        if end <= at {
            return found;
        }
        found.push(Child { name, start: at, end });
        at = skip_space(text, end);
        if text.as_bytes().get(at) != Some(&b',') {
            return found;
        }
        at += 1;
    }
}

fn skip_space(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// The end of the value that begins at `from`.
fn skip_value(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (index, &byte) in rest.iter().enumerate() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    quoted = false;
                    if depth == 0 {
                        return from + index + 1;
                    }
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return from + index + 1,
            b'}' | b']' | b',' | b':' if depth == 0 => return from + index,
            b'}' | b']' => depth -= 1,
            _ if depth == 0 && byte.is_ascii_whitespace() => return from + index,
            _ => {}
        }
    }
    from + rest.len()
}

#[cfg(test)]
mod tests {
    use super::{Spot, offset_of, start_of, value_at};

    const TEXT: &str = r#"{"a/b": [1, {"c": "x\"]y"}], "d": null}"#;

    #[track_caller]
    fn check(pointer: &str, value: &str) {
        let start = TEXT.find(value).expect("the value is in the text");
        assert_eq!(start_of(TEXT, pointer), start);
        assert_eq!(
            value_at(TEXT, start + value.len()),
            Spot { pointer: pointer.to_owned(), start }
        );
    }

    #[test]
    fn a_place_and_a_pointer_name_the_same_value() {
        check("/a~1b/0", "1");
        check("/a~1b/1/c", r#""x\"]y""#);
        check("/d", "null");
    }

    #[test]
    fn a_pointer_that_leads_nowhere_is_followed_as_far_as_it_goes() {
        assert_eq!(start_of(TEXT, "/d/e"), TEXT.find("null").expect("it is there"));
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        assert_eq!(offset_of("ab\ncd", 2, 2), 4);
        assert_eq!(offset_of("ab", 9, 9), 2);
    }
}
