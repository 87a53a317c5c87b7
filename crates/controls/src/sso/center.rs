//! Identity Center: the instance, and what stands in its directory.

use keyward_snapshot::{Assignment, CenterInstance, Gap, PermissionSet, PrincipalKind};

use crate::{Answer, Overview, Subject};

/// The answers about an instance, or the gap where the list of instances was not read. Without an
/// instance there is nothing to ask; `sso-not-enabled` says so.
pub(super) fn with_instance(
    overview: &Overview<'_>,
    answers: impl FnOnce(&CenterInstance) -> Vec<Answer>,
) -> Vec<Answer> {
    match instance(overview) {
        Ok(instance) => instance.map(answers).unwrap_or_default(),
        Err(gap) => vec![Answer::cannot_tell(overview.subject(), gap)],
    }
}

fn instance<'a>(overview: &Overview<'a>) -> Result<Option<&'a CenterInstance>, &'a Gap> {
    overview.head.identity_center.instances.whole().map(<[CenterInstance]>::first)
}

/// The permission set with this ARN, if it was read.
pub(super) fn permission_set<'a>(overview: &Overview<'a>, arn: &str) -> Option<&'a PermissionSet> {
    overview.head.identity_center.permission_sets.iter().find(|set| set.arn == arn)
}

/// A permission set at the beginning of a title: its name, or where nobody knows it, its ARN.
pub(super) fn set_name<'a>(overview: &Overview<'a>, assignment: &'a Assignment) -> &'a str {
    let arn = &assignment.permission_set;
    permission_set(overview, arn).map_or(arn, |set| &set.name)
}

/// A user's or group's name, or where nobody knows it, the id.
pub(super) fn principal_name<'a>(
    overview: &Overview<'a>,
    kind: PrincipalKind,
    id: &'a str,
) -> &'a str {
    let center = &overview.head.identity_center;
    let name = match kind {
        PrincipalKind::User => {
            center.users.iter().find(|user| user.id == id).map(|user| user.name.as_str())
        }
        PrincipalKind::Group => {
            center.groups.iter().find(|group| group.id == id).map(|group| group.name.as_str())
        }
    };
    name.filter(|name| !name.is_empty()).unwrap_or(id)
}

/// An assignment as a part of its permission set.
pub(super) fn subject(assignment: &Assignment) -> Subject {
    let Assignment { account, permission_set, principal_kind, principal_id } = assignment;
    let kind = kind_name(*principal_kind);
    Subject::new(permission_set.as_str()).part(format!("{kind} {principal_id} in {account}"))
}

/// The word for a kind of principal.
pub(super) fn kind_name(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::User => "user",
        PrincipalKind::Group => "group",
    }
}
