//! Credentials in the lines of a text: scripts, configuration, user data.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::names::{is_named_like_secret, name_parts, refers};
use super::{forms, single};
use crate::{SecretInText, SecretKind};

/// Shorter values say nothing.
const LENGTH_MIN: usize = 4;

/// How many characters of base64 are worth a look inside.
const BASE64_MIN: usize = 40;

/// What is found, by line, each kind of a line once.
pub(super) fn secrets(text: &str) -> Vec<SecretInText> {
    let mut found = Vec::new();
    let mut armour = false;
    let mut references: Option<usize> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let is_body = armour && is_base64(line.trim());
        armour = (armour && !line.contains("-----END ")) || opens_armour(line);
        if is_body {
            continue;
        }
        // A build specification names the places of secrets under these keys.
        let indentation = line.len() - line.trim_start().len();
        references = references.filter(|&above| line.trim().is_empty() || indentation > above);
        let mut kinds = of_line(line, references.is_some());
        if opens_references(line) {
            references = Some(references.unwrap_or(indentation));
        }
        for inner in line.split(|c: char| !is_base64_character(c)).filter_map(decoded) {
            kinds.extend(inner.lines().flat_map(|line| of_line(line, false)));
        }
        found.extend(kinds.into_iter().map(|kind| SecretInText { line: number, kind }));
    }
    found
}

fn of_line(line: &str, are_references: bool) -> BTreeSet<SecretKind> {
    // Quotes inside quotes, as in `echo "{\"password\": \"…\"}"`, become the other kind of quotes.
    let line = line.replace("\\\"", "'");
    let mut kinds: BTreeSet<SecretKind> = forms::kind("", &line).into_iter().collect();
    // Under a name stands what the form has told already; the id of a key is no secret by itself.
    let is_told = kinds.iter().any(|kind| *kind != SecretKind::AwsAccessKeyId);
    if !are_references && !is_told {
        let literal = |it: Named<'_>| single(it.name, it.literal()?);
        kinds.extend(assignments(&line).into_iter().filter_map(literal));
        kinds.extend(options(&line).into_iter().filter_map(literal));
        kinds.extend(holds_password_argument(&line).then_some(SecretKind::NamedLikeSecret));
    }
    kinds
}

/// A PEM block begins and does not end.
fn opens_armour(line: &str) -> bool {
    let begin = line.rfind("-----BEGIN ");
    begin.is_some_and(|begin| line.rfind("-----END ").is_none_or(|end| end < begin))
}

/// Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html>.
fn opens_references(line: &str) -> bool {
    let key = line.trim_matches(|c: char| c.is_whitespace() || "\"'{:".contains(c));
    matches!(key, "secrets-manager" | "parameter-store") && line.contains(':')
}

fn is_base64_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+/=".contains(c)
}

fn is_base64(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_base64_character)
}

/// The text that a word of base64 holds, if it holds text.
fn decoded(word: &str) -> Option<String> {
    // `NAME=` may stand before it; at its end the sign is padding.
    let start = word.trim_end_matches('=').rfind('=').map_or(0, |at| at + 1);
    let word = word.get(start..).filter(|word| word.len() >= BASE64_MIN)?;
    let text = String::from_utf8(STANDARD.decode(word).ok()?).ok()?;
    let is_text = text.chars().all(|c| !c.is_control() || c.is_ascii_whitespace());
    is_text.then_some(text)
}

/// A name, and what a line says it is.
struct Named<'l> {
    name: &'l str,
    value: &'l str,
    quote: Option<char>,
    /// Whether the sign between them has spaces around it, as it has in programs.
    is_spaced: bool,
}

impl<'l> Named<'l> {
    /// The value, unless it is put together elsewhere.
    fn literal(&self) -> Option<&'l str> {
        let Self { value, quote, .. } = *self;
        let bare = quote.is_none() && self.is_expression();
        // What a search looks for.
        let is_pattern = value.contains(".*") || value.contains("[^");
        // A variable in the middle of a string; single quotes would keep it from being replaced.
        let is_composed = quote != Some('\'') && has_variable(value);
        let is_own = value.len() >= LENGTH_MIN && !(refers(value) || bare || is_pattern);
        (is_own && !is_composed).then_some(value)
    }

    /// Without quotes: a call, another variable, a type, the begin of a structure.
    fn is_expression(&self) -> bool {
        const TYPES: &[&str] = &[
            "string",
            "integer",
            "number",
            "boolean",
            "object",
            "bytes",
            "unicode",
            "optional",
            "char",
            "text",
            "varchar",
            "secretstr",
            "securestring",
            "option",
            "options",
        ];
        let value = self.value;
        let is_word = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
        };
        let is_member = value.contains('.') && value.split('.').all(is_word);
        let is_variable = is_word(value) && value.contains('_') && is_named_like_secret(value);
        let is_class = is_word(value)
            && value.bytes().filter(u8::is_ascii_uppercase).count() > 1
            && value.bytes().any(|b| b.is_ascii_lowercase());
        let own = self.name.rsplit('.').next();
        value.starts_with(['!', '&', '|', '>', '<', '(', '[', '{', '@', '*', '%', '\\'])
            || value.contains(['(', '['])
            || is_member
            || is_variable
            || is_class
            || (self.is_spaced && is_word(value))
            || own == Some(value)
            || TYPES.contains(&value.to_ascii_lowercase().as_str())
    }
}

fn has_variable(value: &str) -> bool {
    value.match_indices('$').any(|(at, _)| {
        let next = value.get(at + 1..).and_then(|rest| rest.chars().next());
        next.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
    })
}

/// `name=value`, `name: value`, and what else languages write for it.
fn assignments(line: &str) -> Vec<Named<'_>> {
    let mut found = Vec::new();
    let mut open: Option<char> = None;
    let mut last = ' ';
    for (at, c) in line.char_indices() {
        match (open, c) {
            (Some(quote), c) if c == quote => open = None,
            // An apostrophe is no quote.
            (None, '"') => open = Some(c),
            (None, '\'') if !last.is_alphanumeric() => open = Some(c),
            (_, '=' | ':') => found.extend(assignment(line, at, c, open)),
            _ => {}
        }
        last = c;
    }
    found
}

/// The assignment whose sign `sign` stands at `at`, inside the quotes `open`.
fn assignment(line: &str, at: usize, sign: char, open: Option<char>) -> Option<Named<'_>> {
    let (left, right) = (line.get(..at)?, line.get(at + 1..)?);
    let (left, right) = if sign == '=' {
        if right.starts_with(['=', '~']) || left.ends_with(['=', '!', '<', '>', '~']) {
            return None;
        }
        (left.trim_end_matches([':', '+', '?']), right.strip_prefix('>').unwrap_or(right))
    } else if right.starts_with(['=', ':', '/', '-', '?']) || left.ends_with(':') {
        return None;
    } else {
        (left, right)
    };
    // In a shell `NAME= command` makes the variable empty.
    let is_spaced = left.ends_with(char::is_whitespace);
    if sign == '=' && right.starts_with(char::is_whitespace) && !is_spaced {
        return None;
    }
    let left = left.trim_end().trim_end_matches(']');
    let (left, is_quoted) = match left.strip_suffix(['"', '\'']) {
        Some(left) => (left, true),
        None => (left, false),
    };
    let start = left.rfind(|c: char| !is_name_character(c)).map_or(0, |last| {
        last + left.get(last..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    });
    let (before, name) = (left.get(..start)?, left.get(start..)?.trim_start_matches(['-', '.']));
    let is_test = ["[", "test"].iter().any(|it| before.trim_end_matches([' ', '$']).ends_with(it));
    if !is_named_like_secret(name)
        || (is_quoted && !before.ends_with(['"', '\'']))
        || (before.ends_with('$') && is_test)
        || before.ends_with("${")
        || (sign == ':' && !may_be_key(before, is_quoted, open))
    {
        return None;
    }
    let (value, quote) = value_of(right, sign, open);
    Some(Named { name, value, quote, is_spaced: is_spaced && sign == '=' })
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// A colon makes a key of what begins a line, an item, an object, or a header in quotes; elsewhere
/// it belongs to prose.
fn may_be_key(before: &str, is_quoted: bool, open: Option<char>) -> bool {
    let head = before.trim_end_matches(['"', '\'']).trim_end();
    let begins_header = !is_quoted && open.is_some_and(|quote| before.ends_with(quote));
    head.is_empty() || head.ends_with(['-', '{', ',']) || begins_header
}

/// The value that `right` begins with.
fn value_of(right: &str, sign: char, open: Option<char>) -> (&str, Option<char>) {
    let right = right.trim_start();
    let first = right.chars().next().filter(|c| matches!(c, '"' | '\''));
    if let Some(quote) = first.filter(|&quote| open != Some(quote)) {
        let inner = right.get(1..).unwrap_or_default();
        return (inner.split(quote).next().unwrap_or_default(), Some(quote));
    }
    let within = open.and_then(|quote| right.split(quote).next()).unwrap_or(right);
    if sign == ':' {
        let value = within.split(" #").next().unwrap_or_default();
        let value = value.trim().trim_end_matches(['}', ',', ';']).trim_end();
        // Several words are a sentence.
        return (if value.contains(char::is_whitespace) { "" } else { value }, None);
    }
    (bare(within), None)
}

/// The word that `text` begins with, as a shell would cut it.
fn bare(text: &str) -> &str {
    let ends =
        |c: char| c.is_whitespace() || matches!(c, ';' | '|' | '&' | ',' | ')' | '}' | '"' | '\'');
    text.split(ends).next().unwrap_or_default()
}

/// `--password value`; `--password=value` is an assignment.
fn options(line: &str) -> Vec<Named<'_>> {
    let starts = line.match_indices('-').map(|(at, _)| at).filter(|&at| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\''))
    });
    starts.filter_map(|at| option(line.get(at..)?)).collect()
}

fn option(text: &str) -> Option<Named<'_>> {
    let end = text.find(|c: char| !is_name_character(c))?;
    let (name, rest) = (text.get(..end)?.trim_start_matches('-'), text.get(end..)?);
    // `"--password", "value"` in a list.
    let rest = rest.strip_prefix("\",").or_else(|| rest.strip_prefix("',")).unwrap_or(rest);
    let is_negated = name_parts(name).first().is_some_and(|first| first == "NO");
    let is_reference = matches!(name, "secret" | "secrets");
    if !rest.starts_with(char::is_whitespace)
        || is_negated
        || is_reference
        || !is_named_like_secret(name)
    {
        return None;
    }
    let (value, quote) = value_of(rest, '=', None);
    let named = Named { name, value, quote, is_spaced: false };
    (quote.is_some() || !value.starts_with('-')).then_some(named)
}

/// Commands that take a password by its place: `curl -u name:password`,
/// `echo name:password | chpasswd`, `net user name password`, `ConvertTo-SecureString password`.
fn holds_password_argument(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let is_password = |value: &str, quote| {
        let named = Named { name: "password", value, quote, is_spaced: false };
        named.literal().is_some_and(|it| single("password", it).is_some())
    };
    let after = |mark: &str| {
        let at = lower.find(mark).map(|at| at + mark.len());
        at.and_then(|at| line.get(at..)).filter(|rest| rest.starts_with(char::is_whitespace))
    };
    let is_pair = |rest: &str| {
        let (value, quote) = value_of(rest, '=', None);
        let pair = value.split_once(':').filter(|(user, _)| user.chars().all(is_name_character));
        pair.is_some_and(|(user, word)| !user.is_empty() && is_password(word, quote))
    };
    let takes_pair = lower.contains("curl") || lower.contains("wget");
    let is_basic = takes_pair && [" -u", " --user"].iter().filter_map(|it| after(it)).any(is_pair);
    let sets = lower.contains("chpasswd") && after("echo").is_some_and(is_pair);
    let windows = after("net user").is_some_and(|rest| {
        let mut words = rest.split_whitespace().skip(1);
        let word = words.next().filter(|word| !word.starts_with(['/', '*']));
        word.is_some_and(|word| is_password(word.trim_matches(['"', '\'']), None))
    });
    let plain = lower.contains("-asplaintext")
        && after("convertto-securestring").is_some_and(|rest| {
            let rest = rest.trim_start().trim_start_matches("-String").trim_start();
            let (value, quote) = value_of(rest, '=', None);
            quote.is_some() && is_password(value, quote)
        });
    is_basic || sets || windows || plain
}
