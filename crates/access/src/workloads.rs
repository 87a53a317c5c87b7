//! Which role a machine or a function acts as.

use keyward_snapshot::{Account, Function, Gap, Instance, Role};

/// The role whose credentials the instance's metadata service hands out; `None` where the instance
/// has no instance profile, or a profile that holds no role (any more).
///
/// A profile that no role names is a gap as long as the list of roles is not whole.
pub fn instance_role<'a>(
    account: &'a Account,
    instance: &Instance,
) -> Result<Option<&'a Role>, Gap> {
    let Some(profile) = instance.instance_profile.as_deref() else { return Ok(None) };
    find(account, profile, |role| role.instance_profiles.iter().any(|arn| arn == profile))
}

/// The role that the function runs as; `None` where the account has no such role (any more).
///
/// A role that is not listed is a gap as long as the list of roles is not whole.
pub fn function_role<'a>(
    account: &'a Account,
    function: &Function,
) -> Result<Option<&'a Role>, Gap> {
    find(account, &function.role, |role| role.arn == function.role)
}

fn find<'a>(
    account: &'a Account,
    about: &str,
    is_it: impl Fn(&Role) -> bool,
) -> Result<Option<&'a Role>, Gap> {
    match account.roles.iter().find(|role| is_it(role)) {
        Some(role) => Ok(Some(role)),
        None => account.roles.whole().map(|_| None).map_err(|gap| gap.clone().about(about)),
    }
}
