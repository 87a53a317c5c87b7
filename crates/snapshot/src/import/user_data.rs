//! User data: from base64 to the lines that hold credentials. The text itself is dropped.

use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::MultiGzDecoder;

use crate::scan::secrets_in;
use crate::{Unreadable, UserData};

/// How long decompressed user data may be, in bytes. What is given to an instance has 16 KiB.
const LENGTH_MAX: u64 = 1 << 20;

/// What the base64 of AWS's answers holds: a script, cloud-init's configuration, several of them
/// in one MIME message, or any of that compressed.
///
/// Source: <https://docs.cloud-init.io/en/latest/explanation/format.html>.
pub(super) fn look_at(base64: &str) -> UserData {
    let failed = |unreadable| UserData { unreadable: Some(unreadable), ..UserData::default() };
    match decode(base64).and_then(text) {
        Ok(text) => of_text(&text),
        Err(unreadable) => failed(unreadable),
    }
}

fn decode(base64: &str) -> Result<Vec<u8>, Unreadable> {
    let compact: String = base64.split_ascii_whitespace().collect();
    STANDARD.decode(compact).map_err(|_| Unreadable::NotBase64)
}

fn text(bytes: Vec<u8>) -> Result<String, Unreadable> {
    let bytes = if bytes.starts_with(&[0x1F, 0x8B]) { decompress(&bytes)? } else { bytes };
    if bytes.contains(&0) {
        return Err(Unreadable::NotText);
    }
    // A script may have a letter of an older encoding in a comment.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn decompress(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let mut found = Vec::new();
    let read = MultiGzDecoder::new(bytes).take(LENGTH_MAX + 1).read_to_end(&mut found);
    match read {
        Err(_) => Err(Unreadable::NotText),
        Ok(length) if length as u64 > LENGTH_MAX => Err(Unreadable::TooLong),
        Ok(_) => Ok(found),
    }
}

fn of_text(whole: &str) -> UserData {
    let (plain, encoded) = parts(whole);
    let mut secrets = secrets_in(&plain);
    let mut unreadable = None;
    for part in encoded {
        match decode(&part.base64).and_then(text) {
            Ok(text) => secrets.extend(secrets_in(&text).into_iter().map(|mut found| {
                found.line = part.line;
                found
            })),
            Err(why) => unreadable = Some(why),
        }
    }
    secrets.sort_unstable();
    secrets.dedup();
    let lines = u32::try_from(whole.lines().count()).unwrap_or(u32::MAX);
    UserData { lines, secrets, unreadable }
}

/// The body of a part that is base64, and the line where it begins.
struct Encoded {
    line: u32,
    base64: String,
}

/// The text without the bodies that are base64, line by line as it was, and those bodies.
fn parts(whole: &str) -> (String, Vec<Encoded>) {
    enum At {
        Text,
        /// In the header of a part whose body is base64.
        Header,
        Body,
    }
    let mut plain = String::with_capacity(whole.len());
    let mut encoded: Vec<Encoded> = Vec::new();
    let mut at = At::Text;
    for (number, line) in (1..).zip(whole.lines()) {
        at = match at {
            At::Text if is_encoded(line) => At::Header,
            At::Header if line.trim().is_empty() => {
                encoded.push(Encoded { line: number + 1, base64: String::new() });
                At::Body
            }
            At::Body if line.starts_with("--") => At::Text,
            at => at,
        };
        match (&at, encoded.last_mut()) {
            (At::Body, Some(part)) => part.base64.push_str(line.trim()),
            _ => plain.push_str(line),
        }
        plain.push('\n');
    }
    (plain, encoded)
}

fn is_encoded(line: &str) -> bool {
    let header = line.split_once(':').map(|(name, value)| (name.trim(), value.trim()));
    header.is_some_and(|(name, value)| {
        name.eq_ignore_ascii_case("Content-Transfer-Encoding")
            && value.eq_ignore_ascii_case("base64")
    })
}
