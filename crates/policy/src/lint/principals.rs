//! `Principal` and `NotPrincipal`.

use serde_json::Value;

use super::{Found, Statement, texts};
use crate::Code;

/// Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>.
pub(super) fn check(statement: &Statement<'_>, found: &mut Found) {
    for element in ["Principal", "NotPrincipal"] {
        let pointer = format!("{}/{element}", statement.pointer);
        let Some(value) = statement.value.get(element) else { continue };
        if element == "NotPrincipal" && statement.allows() {
            let message =
                "`NotPrincipal` with `Allow` lets everybody else in, unsigned requests too";
            found.warning(Code::DangerousElement, &pointer, message);
        }
        let kinds = value.as_object().into_iter().flatten();
        for (kind, names) in kinds {
            names_of(kind, names, &format!("{pointer}/{kind}"), found);
        }
    }
}

fn names_of(kind: &str, names: &Value, pointer: &str, found: &mut Found) {
    for (pointer, name) in texts(Some(names), pointer) {
        match kind {
            "Service" | "Federated" if name == "*" => {
                let message = format!("`{kind}` can't be `*`");
                found.error(Code::InvalidPrincipal, &pointer, message);
            }
            "AWS" if name.contains(":group/") => {
                let message = format!("a group is no principal: `{name}`");
                found.error(Code::InvalidPrincipal, &pointer, message);
            }
            "AWS" if name != "*" && name.contains(['*', '?']) => {
                let message = format!("a principal's ARN takes no wildcards: `{name}`");
                found.error(Code::InvalidPrincipal, &pointer, message);
            }
            _ => {}
        }
    }
}
