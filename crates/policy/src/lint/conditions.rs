//! `Condition`.

use std::net::Ipv4Addr;

use serde_json::Value;

use super::{Found, Statement, step, texts};
use crate::Code;

/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>.
pub(super) fn check(statement: &Statement<'_>, found: &mut Found) {
    let operators = statement.value.get("Condition").and_then(Value::as_object);
    for (operator, keys) in operators.into_iter().flatten() {
        let pointer = format!("{}/Condition/{}", statement.pointer, step(operator));
        let (quantifier, plain) = match operator.split_once(':') {
            Some((quantifier, plain)) => (Some(quantifier), plain),
            None => (None, operator.as_str()),
        };
        let plain = plain.strip_suffix("IfExists").unwrap_or(plain);
        if quantifier.is_some() && plain.eq_ignore_ascii_case("Null") {
            let message = format!("`{operator}` does not look at the request at all: use `Null`");
            found.error(Code::UselessCondition, &pointer, message);
        }
        for (key, values) in keys.as_object().into_iter().flatten() {
            let pointer = format!("{pointer}/{}", step(key));
            if quantifier.is_some_and(|it| it.eq_ignore_ascii_case("ForAllValues"))
                && statement.allows()
            {
                let message =
                    format!("`{operator}` holds as well where the request has no `{key}`");
                found.warning(Code::DangerousElement, &pointer, message);
            }
            if values.as_array().is_some_and(Vec::is_empty) {
                let message = format!("`{key}` is compared with nothing");
                found.warning(Code::EmptyList, &pointer, message);
            }
            for (pointer, value) in texts(Some(values), &pointer) {
                one(plain, key, value, &pointer, found);
            }
        }
    }
}

fn one(operator: &str, key: &str, value: &str, pointer: &str, found: &mut Found) {
    let is = |names: &[&str]| names.iter().any(|name| operator.eq_ignore_ascii_case(name));
    let is_literal = is(&[
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
    ]);
    // A variable may stand for a wildcard that is meant: `${*}`.
    if is_literal && value.contains(['*', '?']) && !value.contains("${") {
        let message =
            format!("to `{operator}` the wildcard of `{value}` is plain text: use `StringLike`");
        found.warning(Code::UselessCondition, pointer, message);
    }
    if is(&["IpAddress", "NotIpAddress"]) && key.eq_ignore_ascii_case("aws:SourceIp") {
        let address = value.split('/').next().and_then(|it| it.parse::<Ipv4Addr>().ok());
        if address.is_some_and(|it| it.is_private()) {
            let message = format!("`aws:SourceIp` is never a private address such as `{value}`");
            found.error(Code::UselessCondition, pointer, message);
        }
    }
}
