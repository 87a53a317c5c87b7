//! Wildcard patterns: `*` stands for any run of characters, `?` for one character.

/// What one symbol of a pattern stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// This byte.
    Byte(u8),
    /// `?`.
    One,
    /// `*`.
    Any,
    /// Text that nobody knows, from a policy variable; it may be anything.
    Unknown,
}

/// A symbol that patterns are made of: a byte of the text as written, or a token of a text in
/// which variables were replaced.
pub(crate) trait Symbol: Copy {
    /// What it stands for.
    fn token(self) -> Token;
}

impl Symbol for u8 {
    fn token(self) -> Token {
        match self {
            b'*' => Token::Any,
            b'?' => Token::One,
            byte => Token::Byte(byte),
        }
    }
}

impl Symbol for Token {
    fn token(self) -> Token {
        self
    }
}

/// How a pattern is compared with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Case counts, and wildcards run over every character.
    Exact,
    /// The case of ASCII letters does not count.
    IgnoreCase,
    /// Case counts, and wildcards stay within a segment between colons; a `*` that ends its
    /// segment runs on past the colon.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>.
    Segments,
}

/// Whether `text` matches `pattern`, in which `*` stands for any run of characters and `?` for one
/// character. Case counts.
pub fn glob_matches(pattern: &str, text: &str) -> bool {
    matches(pattern.as_bytes(), text, Style::Exact)
}

/// Whether `pattern` is nothing but `*`s, at least one.
pub(crate) fn is_everything(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*')
}

/// Whether `text` matches `pattern`.
///
/// After a mismatch the latest star takes one character more. A star that is bound to its segment
/// gives up at a colon; then the latest unbound star before it moves on. Of each kind only the
/// latest matters: where a bound star's successors begin is fixed by the colons around them.
pub(crate) fn matches<S: Symbol>(pattern: &[S], text: &str, style: Style) -> bool {
    let mut pattern = pattern;
    let mut text = text.as_bytes();
    let mut unbound: Option<(&[S], &[u8])> = None;
    let mut bound: Option<(&[S], &[u8])> = None;
    loop {
        let step = pattern.split_first().map(|(symbol, rest)| (symbol.token(), rest));
        let advanced = match step {
            None if text.is_empty() => return true,
            None => None,
            Some((Token::Any, rest)) if style == Style::Segments && !ends_segment(rest) => {
                bound = Some((rest, text));
                Some((rest, text))
            }
            Some((Token::Any | Token::Unknown, [])) => return true,
            Some((Token::Any | Token::Unknown, rest)) => {
                (unbound, bound) = (Some((rest, text)), None);
                Some((rest, text))
            }
            Some((Token::One, rest)) => match text.first() {
                None => None,
                Some(b':') if style == Style::Segments => None,
                Some(_) => Some((rest, after_character(text))),
            },
            Some((Token::Byte(byte), rest)) => match text.split_first() {
                Some((first, after)) if same(*first, byte, style) => Some((rest, after)),
                _ => None,
            },
        };
        if let Some(next) = advanced {
            (pattern, text) = next;
            continue;
        }
        let retry = bound.filter(|(_, tried)| !matches!(tried.first(), None | Some(b':')));
        let Some((after_star, tried)) = retry.or(unbound) else { return false };
        if tried.is_empty() {
            return false;
        }
        let next = (after_star, after_character(tried));
        if retry.is_some() {
            bound = Some(next);
        } else {
            unbound = Some(next);
        }
        (pattern, text) = next;
    }
}

fn ends_segment<S: Symbol>(rest: &[S]) -> bool {
    rest.first().is_none_or(|symbol| symbol.token() == Token::Byte(b':'))
}

fn same(left: u8, right: u8, style: Style) -> bool {
    if style == Style::IgnoreCase { left.eq_ignore_ascii_case(&right) } else { left == right }
}

/// `text`, which is UTF-8, without its first character.
fn after_character(text: &[u8]) -> &[u8] {
    let continuation = text.iter().skip(1).take_while(|byte| *byte & 0xC0 == 0x80).count();
    text.get(1 + continuation..).unwrap_or_default()
}
