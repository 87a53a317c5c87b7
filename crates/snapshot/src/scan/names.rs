//! What stands under the name of a secret, and whether it is the secret itself.

/// The parts of a name in capitals: `dbPassword` and `DB_PASSWORD` are both `DB`, `PASSWORD`.
pub(super) fn name_parts(name: &str) -> Vec<String> {
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

pub(super) fn is_named_like_secret(name: &str) -> bool {
    /// What a variable holds that tells about a secret without being one.
    const ABOUT: &[&str] = &[
        "ALG",
        "ALGORITHM",
        "ARN",
        "AUDIENCE",
        "BUCKET",
        "CHECKSUM",
        "COUNT",
        "DAYS",
        "DIGEST",
        "DIR",
        "DISABLED",
        "DURATION",
        "ENABLED",
        "ENCODING",
        "ENCRYPTION",
        "ENDPOINT",
        "EXPIRATION",
        "EXPIRES",
        "EXPIRY",
        "FIELD",
        "FILE",
        "FORMAT",
        "HASH",
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
        "METHOD",
        "MIN",
        "MINUTES",
        "MODE",
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
        "STDIN",
        "STORE",
        "TABLE",
        "TIMEOUT",
        "TTL",
        "TYPE",
        "URI",
        "URL",
        "USERNAME",
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
    let Some(last) = parts.last() else { return false };
    if ABOUT.contains(&last.as_str()) || parts.as_slice() == ["PWD"] {
        return false;
    }
    // Where the next page of a list begins.
    let pages = ["PAGE", "NEXT", "PAGINATION", "CONTINUATION"];
    if last == "TOKEN" && parts.iter().any(|part| pages.contains(&part.as_str())) {
        return false;
    }
    // Short for a password at the end of a longer name only: `DB_PASS`, but not `PASS_COUNT`.
    let is_short = parts.len() > 1 && matches!(last.as_str(), "PASS" | "PW" | "PSWD");
    let is_key = parts
        .iter()
        .zip(parts.iter().skip(1))
        .any(|(first, second)| second == "KEY" && KEYS.contains(&first.as_str()));
    is_short
        || is_key
        || parts.iter().any(|part| SECRET.contains(&part.as_str()) || part.ends_with("PASSWORD"))
}

/// Whether the value is the secret itself, and no reference, switch, number or place.
pub(super) fn is_literal(name: &str, value: &str) -> bool {
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
        "read",
        "write",
        "files",
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
        "enc[",
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
pub(super) fn is_placeholder(value: &str) -> bool {
    let wrapped =
        [("${", "}"), ("$(", ")"), ("<", ">"), ("{{", "}}"), ("%", "%"), ("{", "}"), ("__", "__")];
    wrapped.iter().any(|(start, end)| value.starts_with(start) && value.ends_with(end))
        || value.starts_with('$')
            && value.bytes().skip(1).all(|b| b.is_ascii_uppercase() || b == b'_')
        || value.chars().all(|c| matches!(c, '*' | 'x' | 'X' | '.' | '-' | '•'))
        || value.eq_ignore_ascii_case("redacted")
        || value.eq_ignore_ascii_case("[redacted]")
}

/// Whether a shell, a template or a program puts something in the place of `value` or of a part of
/// it: `$NAME`, `${NAME}`, `$(command)`, `{{ name }}`. The hash of a password begins like that too.
pub(super) fn refers(value: &str) -> bool {
    const INSIDE: &[&str] = &["${", "$(", "`", "{{", "<%", "%(", "#{"];
    let after_dollar = value.strip_prefix('$').and_then(|rest| rest.chars().next());
    after_dollar.is_some_and(|c| c.is_ascii_alphanumeric() || "_{(*@#?!".contains(c))
        || INSIDE.iter().any(|mark| value.contains(mark))
}

/// Whether letters of both cases and digits alternate as they do by chance: words, paths and names
/// change much more rarely.
pub(super) fn looks_random(text: &str) -> bool {
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
