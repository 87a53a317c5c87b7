//! `Resource` and `NotResource`.

use super::{Found, Statement};
use crate::Code;

/// Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>.
pub(super) fn check(statement: &Statement<'_>, found: &mut Found) {
    for element in ["Resource", "NotResource"] {
        if statement.value.get(element).is_some_and(|it| it.as_array().is_some_and(Vec::is_empty)) {
            let message = format!("an empty `{element}` gives no permission and denies none");
            found.warning(Code::EmptyList, &format!("{}/{element}", statement.pointer), message);
        }
        for (pointer, resource) in statement.texts(element) {
            one(resource, &pointer, found);
        }
    }
}

fn one(resource: &str, pointer: &str, found: &mut Found) {
    if resource == "*" || resource.starts_with("${") {
        return;
    }
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let [head, _, service, ..] = parts.as_slice() else {
        let message = format!("`{resource}` is neither an ARN nor `*`");
        return found.error(Code::InvalidResource, pointer, message);
    };
    if *head != "arn" {
        let message = format!("`{resource}` is neither an ARN nor `*`");
        found.error(Code::InvalidResource, pointer, message);
    } else if parts.len() < 6 {
        let message = format!("`{resource}` has {} of the six parts of an ARN", parts.len());
        found.error(Code::InvalidResource, pointer, message);
    } else if service.contains(['*', '?']) {
        let message = format!("IAM takes no wildcard in the service of `{resource}`");
        found.error(Code::InvalidResource, pointer, message);
    } else if service.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let message =
            format!("the service in an ARN is in lower case: `{}`", service.to_lowercase());
        found.error(Code::InvalidResource, pointer, message);
    }
}
