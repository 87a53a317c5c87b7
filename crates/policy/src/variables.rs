//! Policy variables: `${aws:username}`, `${aws:username, 'nobody'}`, `${*}`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.

use crate::context::{Fact, Scope};
use crate::pattern::{Symbol, Token};

/// A text of a policy with its variables replaced.
pub(crate) enum Replaced {
    /// A variable has no value in the request, so the text matches nothing.
    Nothing,
    /// The text, in which the value of a variable stands for itself, even where it holds a `*`.
    Tokens {
        tokens: Vec<Token>,
        /// True if a variable's value is unknown.
        open: bool,
    },
}

/// Whether the policy language looks for a variable in `text`.
pub(crate) fn has_variable(text: &str) -> bool {
    text.contains("${")
}

/// Replaces the variables of `text`; `wildcards` says whether its `*` and `?` are wildcards.
pub(crate) fn replace(text: &str, wildcards: bool, scope: Scope<'_>) -> Replaced {
    let mut tokens = Vec::with_capacity(text.len());
    match push(text, wildcards, scope, &mut tokens) {
        Some(open) => Replaced::Tokens { tokens, open },
        None => Replaced::Nothing,
    }
}

/// As [`replace`] does for a pattern with wildcards, but leaves alone what stands before the fifth
/// colon: AWS replaces no variables there.
pub(crate) fn replace_in_arn(text: &str, scope: Scope<'_>) -> Replaced {
    let fifth_colon = text.bytes().enumerate().filter(|(_, byte)| *byte == b':').nth(4);
    let (head, tail) = text.split_at(fifth_colon.map_or(text.len(), |(index, _)| index));
    let mut tokens: Vec<Token> = head.bytes().map(Symbol::token).collect();
    match push(tail, true, scope, &mut tokens) {
        Some(open) => Replaced::Tokens { tokens, open },
        None => Replaced::Nothing,
    }
}

/// The keys of the variables in `text`.
pub(crate) fn keys(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (_, variable, after) = next(rest)?;
            rest = after;
            if let Variable::Key { key, .. } = variable {
                return Some(key);
            }
        }
    })
}

/// Appends the tokens of `text`; `None` if a variable has no value, else whether one is unknown.
fn push(text: &str, wildcards: bool, scope: Scope<'_>, tokens: &mut Vec<Token>) -> Option<bool> {
    let mut rest = text;
    let mut open = false;
    let plain = |text: &str, tokens: &mut Vec<Token>| {
        let token = |byte: u8| if wildcards { byte.token() } else { Token::Byte(byte) };
        tokens.extend(text.bytes().map(token));
    };
    while let Some((before, variable, after)) = next(rest) {
        plain(before, tokens);
        rest = after;
        match variable {
            Variable::Character(byte) => tokens.push(Token::Byte(byte)),
            Variable::Key { key, default } => match (scope.fact(key), default) {
                (Fact::Unknown, _) => {
                    tokens.push(Token::Unknown);
                    open = true;
                }
                (Fact::Known(values), _) if values.len() == 1 => {
                    tokens.extend(values.iter().flat_map(|value| value.bytes()).map(Token::Byte));
                }
                (_, Some(default)) => tokens.extend(default.bytes().map(Token::Byte)),
                // No value, or several: a multivalued key can't be a variable.
                (_, None) => return None,
            },
        }
    }
    plain(rest, tokens);
    Some(open)
}

enum Variable<'a> {
    /// `${*}`, `${?}` or `${$}`: that character itself.
    Character(u8),
    /// A context key, with the text that stands in where it has no value.
    Key { key: &'a str, default: Option<&'a str> },
}

/// The first variable of `text`, with what stands before and after it.
fn next(text: &str) -> Option<(&str, Variable<'_>, &str)> {
    let (before, rest) = text.split_once("${")?;
    if let Some((key, default, after)) = with_default(rest) {
        return Some((before, Variable::Key { key, default: Some(default) }, after));
    }
    let (name, after) = rest.split_once('}')?;
    let variable = match name {
        "*" => Variable::Character(b'*'),
        "?" => Variable::Character(b'?'),
        "$" => Variable::Character(b'$'),
        key => Variable::Key { key: key.trim(), default: None },
    };
    Some((before, variable, after))
}

/// Reads `key, 'default'}` from the start of `text`.
fn with_default(text: &str) -> Option<(&str, &str, &str)> {
    let end = text.find(['}', ','])?;
    let (key, rest) = text.split_at(end);
    let quoted = rest.strip_prefix(',')?.trim_start().strip_prefix('\'')?;
    let (default, after) = quoted.split_once('\'')?;
    Some((key.trim(), default, after.trim_start().strip_prefix('}')?))
}
