//! Keeping a record on one line: see the module's documentation for the rule.

/// Replaces raw line breaks, which JSON has between tokens only.
pub(super) fn escape(json: Vec<u8>) -> Vec<u8> {
    let breaks = json.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    if breaks == 0 {
        return json;
    }
    let mut line = Vec::with_capacity(json.len() + breaks);
    for byte in json {
        match byte {
            b'\n' => line.extend(b"\r\t"),
            b'\r' => line.extend(b"\r "),
            other => line.push(other),
        }
    }
    line
}

/// Restores what [`escape`] replaced; `None` if `line` can't be its result.
pub(super) fn unescape(mut line: Vec<u8>) -> Option<Vec<u8>> {
    if !line.contains(&b'\r') {
        return Some(line);
    }
    let mut json = Vec::with_capacity(line.len());
    let mut bytes = line.drain(..);
    while let Some(byte) = bytes.next() {
        json.push(match byte {
            b'\r' => match bytes.next()? {
                b'\t' => b'\n',
                b' ' => b'\r',
                _ => return None,
            },
            other => other,
        });
    }
    drop(bytes);
    Some(json)
}
