//! Amazon Resource Names and their six parts.

use crate::pattern::{Style, Symbol, Token, matches};

/// An ARN by its parts.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    pub(crate) partition: &'a str,
    pub(crate) service: &'a str,
    pub(crate) account: &'a str,
    pub(crate) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes `text` apart, if it is an ARN.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
        let (partition, service, _region) = (parts.next()?, parts.next()?, parts.next()?);
        let (account, resource) = (parts.next()?, parts.next()?);
        Some(Self { partition, service, account, resource })
    }
}

/// Whether `text` is an account id: 12 digits.
pub(crate) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `ArnLike` and `ArnEquals`: each of the six parts has to match its own pattern. A pattern that is
/// `*` alone matches every ARN.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.
pub(crate) fn arn_like<S: Symbol>(pattern: &[S], arn: &str) -> bool {
    if arn.bytes().filter(|byte| *byte == b':').count() < 5 {
        return false;
    }
    if matches!(pattern, [star] if star.token() == Token::Any) {
        return true;
    }
    let (mut pattern, mut arn) = (pattern, arn);
    for _ in 0..5 {
        let Some(colon) = pattern.iter().position(|symbol| symbol.token() == Token::Byte(b':'))
        else {
            return false;
        };
        let Some((part, rest)) = arn.split_once(':') else { return false };
        let (part_pattern, after) = pattern.split_at(colon);
        if !matches(part_pattern, part, Style::Exact) {
            return false;
        }
        (pattern, arn) = (after.get(1..).unwrap_or_default(), rest);
    }
    matches(pattern, arn, Style::Exact)
}
