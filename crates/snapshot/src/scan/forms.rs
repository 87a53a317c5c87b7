//! What credentials look like by themselves, whatever they are called.

use super::names::{is_placeholder, looks_random, name_parts, refers};
use crate::SecretKind;

/// The kind of credential that stands somewhere in `value`; `name` says what it is called, and may
/// be empty.
pub(super) fn kind(name: &str, value: &str) -> Option<SecretKind> {
    if holds_private_key(value) {
        Some(SecretKind::PrivateKey)
    } else if words(value).any(is_issued_token) || holds_web_hook(value) {
        Some(SecretKind::IssuedToken)
    } else if holds_url_with_password(value) || is_connection_string(value) {
        Some(SecretKind::UrlWithPassword)
    } else if words(value).any(|word| is_aws_secret_key(name, word)) {
        Some(SecretKind::AwsSecretAccessKey)
    } else if words(value).any(is_aws_key_id) {
        Some(SecretKind::AwsAccessKeyId)
    } else {
        None
    }
}

/// Runs of the characters that tokens and keys are made of.
fn words(value: &str) -> impl Iterator<Item = &str> {
    let words = value.split(|c: char| !(c.is_ascii_alphanumeric() || "_-./+=".contains(c)));
    // `KEY=value` is a name and a value; the padding of base64 says nothing.
    words.filter_map(|word| word.trim_end_matches('=').rsplit('=').next())
}

fn holds_private_key(value: &str) -> bool {
    value.split("-----BEGIN ").skip(1).any(|rest| {
        rest.split("-----").next().is_some_and(|label| {
            label.ends_with("PRIVATE KEY") || label.ends_with("PRIVATE KEY BLOCK")
        })
    })
}

/// Key ids of users and of temporary sessions.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>.
fn is_aws_key_id(word: &str) -> bool {
    word.len() == 20
        && (word.starts_with("AKIA") || word.starts_with("ASIA"))
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// 40 characters of base64: under a telling name any mixture will do, else it has to look random.
fn is_aws_secret_key(name: &str, word: &str) -> bool {
    if word.len() != 40 || !word.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/".contains(&b)) {
        return false;
    }
    let has = |test: fn(&u8) -> bool| word.as_bytes().iter().any(test);
    // Hashes in hexadecimal digits have letters of one case.
    let is_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    let parts = name_parts(name);
    let is_told = parts.iter().any(|part| part == "SECRET" || part == "AWS")
        || name.to_ascii_uppercase().contains("SECRETACCESSKEY");
    is_mixed && has(u8::is_ascii_digit) && (is_told || looks_random(word))
}

/// Prefixes by which issuers mark their tokens, and how many characters have to follow.
const TOKENS: &[(&str, usize)] = &[
    // GitHub.
    ("ghp_", 30),
    ("gho_", 30),
    ("ghu_", 30),
    ("ghs_", 30),
    ("ghr_", 30),
    ("github_pat_", 22),
    // GitLab: personal and project, deploy, runner, trigger, feed, agent tokens.
    ("glpat-", 20),
    ("gldt-", 20),
    ("glrt-", 20),
    ("glptt-", 20),
    ("glft-", 20),
    ("glagent-", 20),
    // Slack.
    ("xoxa-", 10),
    ("xoxb-", 10),
    ("xoxe-", 10),
    ("xoxp-", 10),
    ("xoxr-", 10),
    ("xoxs-", 10),
    ("xapp-", 10),
    // Stripe.
    ("sk_live_", 16),
    ("rk_live_", 16),
    ("whsec_", 20),
    // Registries.
    ("npm_", 30),
    ("pypi-", 50),
    ("rubygems_", 40),
    ("dckr_pat_", 20),
    // Clouds.
    ("AIza", 35),
    ("GOCSPX-", 20),
    ("ABSKQmVkcm9ja0FQSUtleS", 40),
    ("dop_v1_", 40),
    ("dapi", 32),
    // Others.
    ("SG.", 40),
    ("sk-ant-", 20),
    ("sk-proj-", 20),
    ("hf_", 30),
    ("shpat_", 30),
    ("shpss_", 30),
    ("hvs.", 20),
    ("hvb.", 20),
    ("lin_api_", 30),
    ("glsa_", 30),
    ("sntrys_", 30),
    ("NRAK-", 20),
    ("PMAK-", 30),
    ("ATATT3", 30),
];

fn is_issued_token(word: &str) -> bool {
    // A token may stand in an address: `https://TOKEN@example.com`.
    word.split('/').any(|part| {
        let has_digit = part.bytes().any(|byte| byte.is_ascii_digit());
        let is_marked = TOKENS
            .iter()
            .any(|&(prefix, length)| part.strip_prefix(prefix).is_some_and(|r| r.len() >= length));
        (is_marked && has_digit) || is_web_token(part)
    })
}

/// A JSON Web Token: header and claims are objects, which begin with `{"`, and a signature.
fn is_web_token(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { return false };
    header.starts_with("eyJ") && claims.starts_with("eyJ") && signature.len() >= 20
}

/// Addresses that anybody may post to who knows them.
fn holds_web_hook(value: &str) -> bool {
    const HOOKS: &[&str] = &[
        "hooks.slack.com/services/",
        "discord.com/api/webhooks/",
        "webhook.office.com/webhookb2/",
    ];
    let long =
        |rest: &str| !refers(rest) && rest.bytes().take_while(u8::is_ascii_graphic).count() >= 20;
    HOOKS.iter().any(|hook| value.split_once(hook).is_some_and(|(_, rest)| long(rest)))
}

fn holds_url_with_password(value: &str) -> bool {
    value.split("://").skip(1).any(|rest| {
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '`'));
        // A password may hold a slash that nobody encoded, so the last `@` counts if there is one.
        let authority = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        authority
            .rsplit_once('@')
            .and_then(|(user, _)| user.split_once(':'))
            .is_some_and(|(_, password)| is_own(password))
    })
}

/// `Server=db;User Id=app;Password=…`, and the same with other separators.
fn is_connection_string(value: &str) -> bool {
    let pairs: Vec<(&str, &str)> = value
        .split([';', '&', '?', ' '])
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.trim(), value.trim()))
        .collect();
    pairs.len() > 1
        && pairs.iter().any(|(key, value)| {
            let key = key.to_ascii_lowercase();
            matches!(key.as_str(), "password" | "pwd" | "accountkey" | "sharedaccesskey")
                && is_own(value.trim_matches(['"', '\'']))
                // Arguments of a call.
                && !value.ends_with([',', ')', ':'])
                && key != *value
        })
}

/// Whether a password is the password itself.
fn is_own(password: &str) -> bool {
    !password.is_empty() && !is_placeholder(password) && !refers(password)
}
