//! One line of a file, read again for an error message: in bounded memory, and without the values
//! that may be secret.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::Path;

use crate::output::style::clean;

/// How far a line is followed, in bytes. What is further off is not drawn.
const LINE_BYTES_MAX: usize = 4 << 20;
/// How much of one token is kept, in bytes.
const TOKEN_BYTES_MAX: usize = 512;
/// Longer numbers may be secret.
const NUMBER_BYTES_MAX: usize = 5;
/// Words of JSON and of its relatives, which can't be secret.
const WORDS: [&str; 9] =
    ["true", "false", "null", "True", "False", "None", "NaN", "undefined", "Infinity"];
/// Names of fields whose values may be secret.
const SECRETIVE: [&str; 7] =
    ["Environment", "Variables", "Content", "UserData", "SecretString", "Password", "Value"];

/// A line, or the part of it around a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The text; `…` stands for what is left out.
    pub(crate) text: String,
    /// The place of the error in it, in bytes.
    pub(crate) mark: Range<usize>,
}

/// The line of a file that AWS's CLI wrote, around `column`. Both numbers count from 1.
///
/// Names, numbers and punctuation are shown. Of JSON's text values only the one at the mark is, if
/// `field` says what it is and what it is can't be secret. Other files than JSON and credential
/// reports are not shown at all.
pub(crate) fn of_answer(
    path: &Path,
    line: usize,
    column: usize,
    field: Option<&str>,
    width: usize,
) -> Option<Excerpt> {
    let mut input = open(path)?;
    let head = input.fill_buf().ok()?;
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let first = head.iter().copied().find(|byte| !byte.is_ascii_whitespace())?;
    let shown = match first {
        b'{' | b'[' => Shown::Names {
            mark: field.is_some_and(|field| !SECRETIVE.iter().any(|name| field.contains(name))),
        },
        _ if head.starts_with(b"user,") => Shown::All,
        _ => return None,
    };
    scan(input, line, column, shown).map(|window| window.fit(width))
}

/// The line of a configuration file.
pub(crate) fn of_text(text: &str, line: usize, column: usize, width: usize) -> Option<Excerpt> {
    scan(text.as_bytes(), line, column, Shown::All).map(|window| window.fit(width))
}

fn open(path: &Path) -> Option<BufReader<File>> {
    // What is no regular file can't be read twice: to open a pipe again would wait for a writer.
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    File::open(path).ok().map(|file| BufReader::with_capacity(64 << 10, file))
}

#[derive(Clone, Copy)]
enum Shown {
    All,
    /// Names of fields, numbers, and the text value at the mark if `mark` is set.
    Names {
        mark: bool,
    },
}

#[derive(Default)]
struct Window {
    before: String,
    mark: String,
    after: String,
    cut: bool,
    found: bool,
}

fn scan(mut input: impl BufRead, line: usize, column: usize, shown: Shown) -> Option<Window> {
    if column > LINE_BYTES_MAX {
        return None;
    }
    for _ in 1..line {
        if skip_line(&mut input)? == 0 {
            return None;
        }
    }
    let mut tokens = Tokens { bytes: input.bytes_of_line(), column: 1, next: None };
    let mut window = Window::default();
    while let Some(token) = tokens.next_token() {
        let here = !window.found && (token.start..token.end).contains(&column);
        let text = token.show(shown, here, tokens.is_name(&token));
        window.push(&text, here);
        if window.after.len() > 2 * TOKEN_BYTES_MAX {
            break;
        }
    }
    Some(window)
}

/// Takes the rest of the line, and says how many bytes it had.
fn skip_line(input: &mut impl BufRead) -> Option<usize> {
    let mut taken = 0;
    loop {
        let buffer = input.fill_buf().ok()?;
        let end = memchr::memchr(b'\n', buffer);
        let count = end.map_or(buffer.len(), |index| index + 1);
        input.consume(count);
        taken += count;
        if end.is_some() || count == 0 {
            return Some(taken);
        }
    }
}

trait LineBytes: BufRead + Sized {
    fn bytes_of_line(self) -> impl Iterator<Item = u8>;
}

impl<R: BufRead> LineBytes for R {
    fn bytes_of_line(self) -> impl Iterator<Item = u8> {
        self.bytes()
            .map_while(Result::ok)
            .take(LINE_BYTES_MAX)
            .take_while(|byte| !matches!(byte, b'\n' | b'\r'))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Word,
    Space,
    Sign,
}

struct Token {
    kind: Kind,
    bytes: Vec<u8>,
    /// Whether more bytes belong to it than are kept.
    cut: bool,
    /// Whether it is a text that the line does not close.
    open: bool,
    start: usize,
    end: usize,
}

struct Tokens<I> {
    bytes: I,
    /// The column of the next byte.
    column: usize,
    /// A byte that was taken and not used.
    next: Option<u8>,
}

impl<I: Iterator<Item = u8>> Tokens<I> {
    fn peek(&mut self) -> Option<u8> {
        if self.next.is_none() {
            self.next = self.bytes.next();
        }
        self.next
    }

    fn take(&mut self, token: &mut Token) {
        if let Some(byte) = self.next.take() {
            // The other bytes of UTF-8 go on with a character that was counted.
            if byte & 0xC0 != 0x80 {
                self.column += 1;
            }
            token.end = self.column;
            if token.bytes.len() < TOKEN_BYTES_MAX {
                token.bytes.push(byte);
            } else {
                token.cut = true;
            }
        }
    }

    fn next_token(&mut self) -> Option<Token> {
        let first = self.peek()?;
        let kind = kind(first);
        let start = self.column;
        let mut token =
            Token { kind, bytes: Vec::new(), cut: false, open: false, start, end: start };
        self.take(&mut token);
        match kind {
            Kind::Sign => {}
            Kind::Text => self.take_text(&mut token),
            Kind::Word | Kind::Space => {
                while self.peek().is_some_and(|byte| self::kind(byte) == kind) {
                    self.take(&mut token);
                }
            }
        }
        Some(token)
    }

    fn take_text(&mut self, token: &mut Token) {
        let mut escaped = false;
        while let Some(byte) = self.peek() {
            self.take(token);
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => return,
                _ => {}
            }
        }
        token.open = true;
    }

    /// Whether a colon follows. AWS's CLI writes none but right after the name.
    fn is_name(&mut self, token: &Token) -> bool {
        token.kind == Kind::Text && self.peek() == Some(b':')
    }
}

fn kind(byte: u8) -> Kind {
    match byte {
        b'"' => Kind::Text,
        b' ' | b'\t' => Kind::Space,
        b'{' | b'}' | b'[' | b']' | b',' | b':' => Kind::Sign,
        _ => Kind::Word,
    }
}

impl Token {
    fn show(&self, shown: Shown, here: bool, is_name: bool) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        let visible = match (self.kind, shown) {
            (_, Shown::All) | (Kind::Space | Kind::Sign, _) => true,
            (Kind::Text, Shown::Names { mark }) => is_name || (mark && here),
            (Kind::Word, _) => {
                let is_number = text.parse::<f64>().is_ok() && text.len() <= NUMBER_BYTES_MAX;
                WORDS.contains(&&*text) || is_number
            }
        };
        match (visible, self.kind) {
            (true, _) if self.cut => format!("{}…", plain(&text)),
            (true, _) => plain(&text),
            (false, Kind::Text) if self.open => "\"…".to_owned(),
            (false, Kind::Text) => "\"…\"".to_owned(),
            (false, _) => "…".to_owned(),
        }
    }
}

/// The text with one visible character for each that would move the cursor.
fn plain(text: &str) -> String {
    clean(&text.replace('\t', " "))
}

impl Window {
    fn push(&mut self, text: &str, here: bool) {
        if here {
            self.found = true;
            text.clone_into(&mut self.mark);
        } else if self.found {
            self.after.push_str(text);
        } else {
            self.before.push_str(text);
            if self.before.len() > 8 * TOKEN_BYTES_MAX {
                self.cut = true;
                let start = self.before.ceil_char_boundary(self.before.len() - TOKEN_BYTES_MAX);
                self.before.drain(..start);
            }
        }
    }

    /// Cuts the line to `width` characters, the mark somewhere in its middle.
    fn fit(self, width: usize) -> Excerpt {
        let count = |text: &str| text.chars().count();
        let mark = first(&self.mark, width / 2);
        let room = width.saturating_sub(count(&mark) + 2);
        let after_wanted = count(&self.after).min(room / 2);
        let before = last(&self.before, room - after_wanted, self.cut);
        let after = first(&self.after, room.saturating_sub(count(&before)));
        let span = before.len()..before.len() + mark.len();
        Excerpt { text: format!("{before}{mark}{after}"), mark: span }
    }
}

/// The first `count` characters of a longer text, and `…`.
fn first(text: &str, count: usize) -> String {
    match text.char_indices().nth(count) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// The last `count` characters of a longer text, after `…`.
fn last(text: &str, count: usize, is_cut: bool) -> String {
    let surplus = text.chars().count().saturating_sub(count);
    let rest: String = text.chars().skip(surplus).collect();
    if surplus > 0 || is_cut { format!("…{rest}") } else { rest }
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, Shown, scan};

    #[track_caller]
    fn check(line: &str, column: usize, shown: Shown, width: usize, text: &str, mark: &str) {
        let excerpt: Excerpt = scan(line.as_bytes(), 1, column, shown).unwrap().fit(width);
        assert_eq!(excerpt.text, text);
        assert_eq!(&excerpt.text[excerpt.mark], mark);
    }

    const HIDDEN: Shown = Shown::Names { mark: false };
    const MARKED: Shown = Shown::Names { mark: true };

    #[test]
    fn text_values_are_hidden_and_names_and_numbers_are_not() {
        let line = r#"  "Timeout": 3, "Variables": {"TOKEN": "hunter2"}, "X": tru"#;
        let text = r#"  "Timeout": 3, "Variables": {"TOKEN": "…"}, "X": …"#;
        check(line, 14, HIDDEN, 80, text, "3");
    }

    #[test]
    fn the_value_at_the_mark_is_shown_where_it_may_be() {
        let line = r#"{"CreateDate": "yesterday", "Path": "/"}"#;
        check(
            line,
            16,
            MARKED,
            80,
            r#"{"CreateDate": "yesterday", "Path": "…"}"#,
            r#""yesterday""#,
        );
        check(line, 16, HIDDEN, 80, r#"{"CreateDate": "…", "Path": "…"}"#, r#""…""#);
    }

    #[test]
    fn a_value_that_is_not_closed_stays_hidden() {
        check(r#"{"a": "secret"#, 8, HIDDEN, 80, r#"{"a": "…"#, "\"…");
    }

    #[test]
    fn a_mark_behind_the_end_of_the_line_is_empty() {
        check(r#"{"a": ["#, 8, HIDDEN, 80, r#"{"a": ["#, "");
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let line = format!(r#"[{}"here", {}]"#, "1, ".repeat(5000), "2, ".repeat(5000));
        let text = r#"…, 1, 1, 1, 1, "here", 2, 2, 2, 2,…"#;
        check(&line, 15_002, MARKED, 36, text, r#""here""#);
    }

    #[test]
    fn columns_count_characters() {
        check(r#"{"é": "ü", "x": 1}"#, 17, HIDDEN, 80, r#"{"é": "…", "x": 1}"#, "1");
    }
}
