//! Finds credentials among environment variables, by value and by name.
//!
//! A value is looked at and forgotten: what is kept is the kind of credential it looks like.

use crate::SecretKind;

/// What kind of credential the environment variable `name` with this `value` holds, if any.
///
/// Where a value fits several kinds, the one that tells most comes out. References to a place that
/// keeps the secret (an ARN, `{{resolve:…}}`, a parameter's path) are no credentials.
pub fn secret_kind(name: &str, value: &str) -> Option<SecretKind> {
    let value = value.trim();
    if value.is_empty() {
        None
    } else if holds_private_key(value) {
        Some(SecretKind::PrivateKey)
    } else if words(value).any(is_issued_token) || holds_web_hook(value) {
        Some(SecretKind::IssuedToken)
    } else if holds_url_with_password(value) || is_connection_string(value) {
        Some(SecretKind::UrlWithPassword)
    } else if words(value).any(|word| is_aws_secret_key(name, word)) {
        Some(SecretKind::AwsSecretAccessKey)
    } else if words(value).any(is_aws_key_id) {
        Some(SecretKind::AwsAccessKeyId)
    } else if is_named_like_secret(name) && is_literal(name, value) {
        Some(SecretKind::NamedLikeSecret)
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
    ("ghp_", 30),
    ("gho_", 30),
    ("ghu_", 30),
    ("ghs_", 30),
    ("ghr_", 30),
    ("github_pat_", 22),
    ("glpat-", 20),
    ("gldt-", 20),
    ("xoxa-", 10),
    ("xoxb-", 10),
    ("xoxe-", 10),
    ("xoxp-", 10),
    ("xoxr-", 10),
    ("xoxs-", 10),
    ("xapp-", 10),
    ("sk_live_", 16),
    ("rk_live_", 16),
    ("whsec_", 20),
    ("npm_", 30),
    ("pypi-", 50),
    ("AIza", 35),
    ("SG.", 40),
    ("sk-ant-", 20),
    ("sk-proj-", 20),
    ("shpat_", 30),
    ("dop_v1_", 40),
    ("hvs.", 20),
    ("dapi", 32),
    ("lin_api_", 30),
];

fn is_issued_token(word: &str) -> bool {
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    let is_marked = TOKENS.iter().any(|&(prefix, length)| {
        word.strip_prefix(prefix).is_some_and(|rest| rest.len() >= length && !rest.contains('/'))
    });
    (is_marked && has_digit) || is_web_token(word)
}

/// A JSON Web Token: header and claims are objects, which begin with `{"`, and a signature.
fn is_web_token(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { return false };
    header.starts_with("eyJ") && claims.starts_with("eyJ") && signature.len() >= 20
}

/// Addresses that anybody may post to who knows them.
fn holds_web_hook(value: &str) -> bool {
    value.split_once("hooks.slack.com/services/").is_some_and(|(_, rest)| rest.len() >= 20)
}

fn holds_url_with_password(value: &str) -> bool {
    value.split("://").skip(1).any(|rest| {
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"'));
        // A password may hold a slash that nobody encoded, so the last `@` counts if there is one.
        let authority = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        authority
            .rsplit_once('@')
            .and_then(|(user, _)| user.split_once(':'))
            .is_some_and(|(_, password)| !password.is_empty() && !is_placeholder(password))
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
                && !value.is_empty()
                && !is_placeholder(value)
        })
}

/// The parts of a name in capitals: `dbPassword` and `DB_PASSWORD` are both `DB`, `PASSWORD`.
fn name_parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut last_was_lower = false;
    for c in name.chars() {
        let starts = c.is_ascii_uppercase() && last_was_lower;
        if !c.is_ascii_alphanumeric() || starts {
            parts.push(String::new());
        }
        if c.is_ascii_alphanumeric()
            && let Some(part) = parts.last_mut()
        {
            part.push(c.to_ascii_uppercase());
        }
        last_was_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn is_named_like_secret(name: &str) -> bool {
    /// What a variable holds that tells about a secret without being one.
    const ABOUT: &[&str] = &[
        "ALG",
        "ALGORITHM",
        "ARN",
        "AUDIENCE",
        "BUCKET",
        "COUNT",
        "DAYS",
        "DIR",
        "DISABLED",
        "DURATION",
        "ENABLED",
        "ENDPOINT",
        "EXPIRATION",
        "EXPIRES",
        "EXPIRY",
        "FIELD",
        "FILE",
        "HEADER",
        "HOURS",
        "ID",
        "ISSUER",
        "KIND",
        "LENGTH",
        "LIFETIME",
        "LIMIT",
        "LOCATION",
        "MAX",
        "MIN",
        "MINUTES",
        "NAME",
        "NAMES",
        "PARAM",
        "PARAMETER",
        "PATH",
        "POLICY",
        "PREFIX",
        "PROVIDER",
        "REF",
        "REGION",
        "REQUIRED",
        "SECONDS",
        "SIZE",
        "STAGE",
        "STORE",
        "TABLE",
        "TIMEOUT",
        "TTL",
        "TYPE",
        "URI",
        "URL",
        "VERSION",
    ];
    const SECRET: &[&str] = &[
        "APIKEY",
        "APITOKEN",
        "AUTHTOKEN",
        "PASSPHRASE",
        "PASSWD",
        "PASSWORD",
        "PRIVATEKEY",
        "PWD",
        "SECRET",
        "SECRETKEY",
        "TOKEN",
        "ACCESSTOKEN",
        "CLIENTSECRET",
        "CREDENTIALS",
    ];
    const KEYS: &[&str] = &["ACCESS", "API", "AUTH", "ENCRYPTION", "MASTER", "PRIVATE", "SIGNING"];
    let parts = name_parts(name);
    if parts.last().is_some_and(|last| ABOUT.contains(&last.as_str()))
        || parts.as_slice() == ["PWD"]
    {
        return false;
    }
    let is_key = parts
        .iter()
        .zip(parts.iter().skip(1))
        .any(|(first, second)| second == "KEY" && KEYS.contains(&first.as_str()));
    is_key || parts.iter().any(|part| SECRET.contains(&part.as_str()) || part.ends_with("PASSWORD"))
}

/// Whether the value is the secret itself, and no reference, switch, number or place.
fn is_literal(name: &str, value: &str) -> bool {
    const SWITCHES: &[&str] = &[
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "none",
        "null",
        "nil",
        "undefined",
        "enabled",
        "disabled",
        "required",
        "optional",
    ];
    const REFERENCES: &[&str] = &[
        "arn:",
        "{{",
        "ssm:",
        "secretsmanager:",
        "vault:",
        "op://",
        "kms:",
        "file:",
        "http://",
        "https://",
        "s3://",
        "env:",
        "alias/",
        // What AWS KMS encrypts begins so in base64.
        "AQICAH",
    ];
    let lower = value.to_ascii_lowercase();
    let is_number = value.len() < 6 && value.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let starts = |start: &&str| {
        let start = *start;
        if start == "AQICAH" { value.starts_with(start) } else { lower.starts_with(start) }
    };
    !(is_placeholder(value)
        || is_number
        || SWITCHES.contains(&lower.as_str())
        || REFERENCES.iter().any(starts)
        || is_place(name, value))
}

/// A file, a parameter's path, or the name of a secret that has folders.
fn is_place(name: &str, value: &str) -> bool {
    const FILES: &[&str] =
        &[".pem", ".key", ".json", ".txt", ".yml", ".yaml", ".env", ".p12", ".crt", ".conf"];
    let is_windows_path = value.get(1..3) == Some(":\\");
    let has_path_characters =
        value.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_.-+=@,:".contains(&b));
    let is_absolute = ["/", "./", "../", "~/"].iter().any(|start| value.starts_with(start));
    let is_name_of_secret =
        value.contains('/') && name_parts(name).iter().any(|part| part == "SECRET");
    is_windows_path
        || FILES.iter().any(|end| value.ends_with(end))
        || (has_path_characters && !looks_random(value) && (is_absolute || is_name_of_secret))
}

/// What stands where a secret will be put in, or where one was blacked out.
fn is_placeholder(value: &str) -> bool {
    let wrapped = [("${", "}"), ("$(", ")"), ("<", ">"), ("{{", "}}"), ("%", "%"), ("{", "}")];
    wrapped.iter().any(|(start, end)| value.starts_with(start) && value.ends_with(end))
        || value.starts_with('$')
            && value.bytes().skip(1).all(|b| b.is_ascii_uppercase() || b == b'_')
        || value.chars().all(|c| matches!(c, '*' | 'x' | 'X' | '.' | '-' | '•'))
        || value.eq_ignore_ascii_case("redacted")
        || value.eq_ignore_ascii_case("[redacted]")
}

/// Whether letters of both cases and digits alternate as they do by chance: words, paths and names
/// change much more rarely.
fn looks_random(text: &str) -> bool {
    let class = |byte: u8| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let pairs = text.bytes().zip(text.bytes().skip(1));
    let changes = pairs.filter(|&(left, right)| class(left) != class(right)).count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let mut seen = [false; 256];
    for byte in text.bytes() {
        if let Some(slot) = seen.get_mut(usize::from(byte)) {
            *slot = true;
        }
    }
    let distinct = seen.iter().filter(|&&seen| seen).count();
    text.len() >= 16
        && digits >= 2
        && changes * 5 >= text.len() * 2
        && distinct * 5 >= text.len() * 2
}
