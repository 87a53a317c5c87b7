//! `Action` and `NotAction`.

use super::{Found, Statement};
use crate::{Catalogue, Code};

/// Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>.
pub(super) fn check(statement: &Statement<'_>, catalogue: &Catalogue, found: &mut Found) {
    for element in ["Action", "NotAction"] {
        if statement.value.get(element).is_some_and(|it| it.as_array().is_some_and(Vec::is_empty)) {
            let message = format!("an empty `{element}` gives no permission and denies none");
            found.warning(Code::EmptyList, &format!("{}/{element}", statement.pointer), message);
        }
        for (pointer, action) in statement.texts(element) {
            one(action, &pointer, catalogue, found);
        }
    }
}

fn one(action: &str, pointer: &str, catalogue: &Catalogue, found: &mut Found) {
    let is_all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte == b'*');
    if is_all(action) {
        return;
    }
    let Some((prefix, name)) = action.split_once(':') else {
        let message = format!("`{action}` is no action: it names no service, as in `s3:GetObject`");
        return found.error(Code::InvalidAction, pointer, message);
    };
    if prefix.contains(['*', '?']) {
        if !(is_all(prefix) && is_all(name)) {
            let message = format!("IAM takes no wildcard in the service of `{action}`");
            found.error(Code::InvalidAction, pointer, message);
        }
    } else if catalogue.service(prefix).is_none() {
        let message = format!("no service with the prefix `{prefix}` is known");
        found.warning(Code::UnknownService, pointer, message);
    } else if catalogue.matching(action).next().is_none() {
        let message = if name.contains(['*', '?']) {
            format!("`{action}` matches no action that is known")
        } else {
            format!("no action `{action}` is known")
        };
        found.warning(Code::UnknownAction, pointer, message);
    }
}
