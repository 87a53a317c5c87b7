//! The argument of a call, which its answer does not repeat, out of the path of the file.

use super::error::{Fault, ImportError};
use super::place::{folder, stem};
use crate::Call;

/// A control policy's id, such as `p-FullAWSAccess`.
pub(super) fn policy_id(path: &str) -> Option<&str> {
    in_components(path, |text| id(text, "p-", 8..=128, |b| b.is_ascii_alphanumeric() || b == b'_'))
}

/// A managed prefix list's id, such as `pl-0123456abcabcabc1`.
pub(super) fn prefix_list_id(path: &str) -> Option<&str> {
    in_components(path, |text| id(text, "pl-", 8..=17, |b| b.is_ascii_hexdigit()))
}

/// The last part of a permission set's ARN, such as `ps-1234567890abcdef`.
pub(super) fn permission_set_id(path: &str) -> Option<&str> {
    in_components(path, |text| id(text, "ps-", 8..=32, |b| b.is_ascii_alphanumeric()))
}

/// The id of an organization's root or unit, such as `ou-ab12-34567890`.
pub(super) fn parent_id(path: &str) -> Option<&str> {
    in_components(path, |text| unit_id(text).or_else(|| root_id(text)))
}

/// The id of an account or a unit.
pub(super) fn child_id(path: &str) -> Option<&str> {
    in_components(path, |text| unit_id(text).or_else(|| account_id(text)))
}

/// What a control policy may be attached to: a root, a unit or an account. An account's id counts
/// in the name of the file only, since folders are called after the account that was asked.
pub(super) fn target_id(path: &str) -> Option<&str> {
    parent_id(path).or_else(|| account_id(stem(path)))
}

/// The account of an answer that is about one of them: the id that stands nearest to the end.
pub(super) fn account_of(path: &str) -> Option<&str> {
    let is_account = |word: &&str| word.len() == 12 && word.bytes().all(|b| b.is_ascii_digit());
    in_components(path, |text| text.split(|c: char| !c.is_ascii_alphanumeric()).find(is_account))
        .or_else(|| in_components(path, account_id))
}

/// The type of control policies that were listed, as the call names it.
pub(super) fn policy_type(path: &str) -> Option<&str> {
    ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"].into_iter().find(|it| path.contains(it))
}

/// The error for a file whose name does not tell.
pub(super) fn unknown(path: &str, call: Call) -> ImportError {
    let (what, hint) = match call {
        Call::ListTargetsForPolicy => {
            ("which policy", "put the policy's id (`p-…`) into the name of the file")
        }
        Call::ListParents => (
            "which account or unit",
            "put the account's 12 digits or the unit's id (`ou-…`) into the name of the file",
        ),
        Call::ListChildren => (
            "which root or unit",
            "put the root's id (`r-…`) or the unit's (`ou-…`) into the name of the file",
        ),
        Call::GetManagedPrefixListEntries => {
            ("which prefix list", "put the list's id (`pl-…`) into the name of the file")
        }
        Call::ListAccessKeys | Call::ListMfaDevices => (
            "which user",
            "an answer without `UserName` is one of a root session: put it into a folder `root-session`",
        ),
        Call::GetServiceLastAccessedDetails => (
            "which user or role",
            "call the file `get-service-last-accessed-details-NAME.json`, with the user's or role's name",
        ),
        Call::GetPolicyVersion => {
            ("which policy", "call the file `get-policy-version-NAME.json`, with the policy's name")
        }
        Call::GetDetector => (
            "which detector",
            "put the detector's id, or the region, into the name of the file or of a folder",
        ),
        Call::ListTargetsByRule => ("which rule", "put the rule's name into the name of the file"),
        Call::GetTrailStatus => ("which trail", "put the trail's name into the name of the file"),
        _ => (
            "which permission set",
            "put the last part of its ARN (`ps-…`) into the name of the file",
        ),
    };
    ImportError::new(path, Fault::Argument { call, what, hint })
}

/// Whether a component of the path is `name`, or ends in it after a dash, a dot or an underscore.
pub(super) fn names(path: &str, name: &str) -> bool {
    let ends = |component: &str| {
        component
            .strip_suffix(name)
            .is_some_and(|before| before.is_empty() || before.ends_with(['-', '_', '.', ' ', '=']))
    };
    !name.is_empty() && (ends(stem(path)) || path.split('/').any(ends))
}

/// Looks into the name of the file, then into its folder, and so on upwards.
fn in_components<'p>(path: &'p str, find: impl Fn(&'p str) -> Option<&'p str>) -> Option<&'p str> {
    std::iter::once(stem(path)).chain(folder(path).rsplit('/')).find_map(find)
}

fn unit_id(text: &str) -> Option<&str> {
    let start = find_start(text, "ou-")?;
    let rest = text.get(start..)?;
    let first = run(rest, 3, |b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if rest.as_bytes().get(first) != Some(&b'-') {
        return None;
    }
    let end = run(rest, first + 1, |b| b.is_ascii_lowercase() || b.is_ascii_digit());
    rest.get(..end).filter(|_| first > 3 && end > first + 1)
}

fn root_id(text: &str) -> Option<&str> {
    id(text, "r-", 4..=32, |b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

fn account_id(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 12)
}

fn id<'t>(
    text: &'t str,
    prefix: &str,
    length: std::ops::RangeInclusive<usize>,
    is_part: impl Fn(u8) -> bool,
) -> Option<&'t str> {
    let rest = text.get(find_start(text, prefix)?..)?;
    let end = run(rest, prefix.len(), is_part);
    rest.get(..end).filter(|_| length.contains(&(end - prefix.len())))
}

/// Where `prefix` begins a word.
fn find_start(text: &str, prefix: &str) -> Option<usize> {
    text.match_indices(prefix).map(|(index, _)| index).find(|&index| {
        text.get(..index).is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric()))
    })
}

fn run(text: &str, from: usize, is_part: impl Fn(u8) -> bool) -> usize {
    from + text.bytes().skip(from).take_while(|&byte| is_part(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::{
        child_id, names, parent_id, permission_set_id, policy_id, prefix_list_id, target_id,
    };

    #[test]
    fn ids_are_found_in_names_of_files_and_folders() {
        let policy = "org/list-targets-for-policy-p-examplepolicyid111.json";
        assert_eq!(policy_id(policy), Some("p-examplepolicyid111"));
        assert_eq!(policy_id("p-FullAWSAccess/targets.json"), Some("p-FullAWSAccess"));
        assert_eq!(policy_id("list-targets-for-policy.json"), None);
        assert_eq!(
            prefix_list_id("get-managed-prefix-list-entries-pl-0123456abcabcabc1.json"),
            Some("pl-0123456abcabcabc1")
        );
        assert_eq!(permission_set_id("ps-1234567890abcdef.json"), Some("ps-1234567890abcdef"));
        assert_eq!(permission_set_id("list-managed-policies-in-permission-set.json"), None);
        assert_eq!(parent_id("for-parent-r-ab12.json"), Some("r-ab12"));
        assert_eq!(parent_id("list-accounts-for-parent.json"), None);
        assert_eq!(parent_id("ou-ab12-34567890.json"), Some("ou-ab12-34567890"));
        assert_eq!(child_id("111122223333/parents/444455556666.json"), Some("444455556666"));
    }

    #[test]
    fn a_folder_of_an_account_is_no_target() {
        assert_eq!(target_id("111122223333/list-policies.json"), None);
        assert_eq!(target_id("policies-of-111122223333.json"), Some("111122223333"));
    }

    #[test]
    fn a_name_counts_whole() {
        assert!(names("keys/deploy.json", "deploy"));
        assert!(names("keys-deploy.json", "deploy"));
        assert!(names("ci.bot/keys.json", "ci.bot"));
        assert!(!names("redeploy.json", "deploy"));
    }
}
