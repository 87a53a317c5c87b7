//! Finds credentials in plain sight: in values that have a name, and in texts such as scripts.
//!
//! What is looked at is forgotten: what is kept is the kind of credential it looks like, and in a
//! text the number of the line. One set of rules serves both: `forms` knows what credentials look
//! like by themselves, `names` what stands under the name of a secret, and `text` finds names and
//! values in the lines of a text.

mod forms;
mod names;
mod text;

use crate::{SecretInText, SecretKind};

/// What kind of credential the variable, label or parameter `name` with this `value` holds, if any.
///
/// Where a value fits several kinds, the one that tells most comes out. References to a place that
/// keeps the secret (an ARN, `{{resolve:…}}`, a parameter's path) are no credentials. A value that
/// has a structure of its own, such as a JSON object, is looked at as a text too.
pub fn secret_kind(name: &str, value: &str) -> Option<SecretKind> {
    let inside = || {
        let has_structure = value.contains('\n') || value.trim_start().starts_with(['{', '[']);
        if has_structure { most_telling(&text::secrets(value)) } else { None }
    };
    single(name, value).or_else(inside)
}

/// The kind that tells most of those that were found.
pub fn most_telling(found: &[SecretInText]) -> Option<SecretKind> {
    const ORDER: [SecretKind; 6] = [
        SecretKind::PrivateKey,
        SecretKind::IssuedToken,
        SecretKind::UrlWithPassword,
        SecretKind::AwsSecretAccessKey,
        SecretKind::NamedLikeSecret,
        SecretKind::AwsAccessKeyId,
    ];
    ORDER.into_iter().find(|&kind| found.iter().any(|it| it.kind == kind))
}

/// The lines of `text` that hold credentials, and of what kind.
///
/// Looks for the forms of credentials anywhere, for literal values under names of secrets
/// (`export DB_PASSWORD=…`, `"password": "…"`, `--password …`), and into base64 that holds text.
/// What a script fetches or is given (`$(…)`, `${…}`, `{{resolve:…}}`, an ARN) is no credential.
pub fn secrets_in(text: &str) -> Vec<SecretInText> {
    text::secrets(text)
}

/// The kind of a value that is nothing but a value.
fn single(name: &str, value: &str) -> Option<SecretKind> {
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    forms::kind(name, value).or_else(|| {
        let is_named = names::is_named_like_secret(name) && names::is_literal(name, value);
        is_named.then_some(SecretKind::NamedLikeSecret)
    })
}
