//! Whether a permission set makes administrators.

use keyward_access::{Answer as Permitted, Origin, Permissions};
use keyward_snapshot::{Gap, PermissionSet};

/// What a permission set makes of its people.
#[derive(Debug)]
pub(super) enum Power<'a> {
    /// They may do everything, by this policy.
    Administrator(String),
    /// They may not, as far as the policies in the set itself tell.
    Limited,
    /// They may do everything under conditions on these context keys.
    Depends(Vec<String>),
    /// A policy of the set was not read.
    Unknown(&'a Gap),
}

/// The one AWS-managed policy whose content is taken for granted.
///
/// Source: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html>.
const ADMINISTRATOR_ACCESS: &str = ":iam::aws:policy/AdministratorAccess";

/// What the set makes of its people. What is certain from one policy is said although the other
/// was not read.
pub(super) fn power(set: &PermissionSet) -> Power<'_> {
    let attached = set
        .managed
        .value()
        .map(|policies| policies.iter().find(|policy| policy.arn.ends_with(ADMINISTRATOR_ACCESS)));
    if let Ok(Some(policy)) = attached {
        return Power::Administrator(format!("managed policy `{}`", policy.arn));
    }
    let inline = match set.inline.value() {
        Ok(Some(document)) => {
            let origin = Origin::Inline { name: "inline policy" };
            // The role that Identity Center makes has a random end to its name; what stands for it
            // is any role of that path.
            let role = "arn:aws:iam::000000000000:role/aws-reserved/sso.amazonaws.com/any";
            match Permissions::of_document(document, origin).administrator(role) {
                Permitted::Yes(_) => return Power::Administrator("inline policy".to_owned()),
                Permitted::Depends(keys) => Power::Depends(keys),
                Permitted::No(_) | Permitted::CannotTell(_) => Power::Limited,
            }
        }
        Ok(None) => Power::Limited,
        Err(gap) => Power::Unknown(gap),
    };
    match attached {
        Err(gap) => Power::Unknown(gap),
        Ok(_) => inline,
    }
}

/// Whether both kinds of policy were read: only then is anything about the set's power whole.
pub(super) fn policies_read(set: &PermissionSet) -> Result<(), &Gap> {
    set.managed.value()?;
    set.inline.value()?;
    Ok(())
}
