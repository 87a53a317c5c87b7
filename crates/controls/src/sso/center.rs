//! Identity Center: the instance, and what stands in its directory.

use std::collections::HashMap;

use keyward_snapshot::{Assignment, CenterInstance, Gap, PrincipalKind};

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

/// What the ids in assignments stand for, as far as it was read.
pub(super) struct Names<'a> {
    sets: HashMap<&'a str, &'a str>,
    users: HashMap<&'a str, &'a str>,
    groups: HashMap<&'a str, &'a str>,
}

impl<'a> Names<'a> {
    pub(super) fn of(overview: &Overview<'a>) -> Self {
        let center = &overview.head.identity_center;
        let named = |(id, name): (&'a String, &'a String)| (id.as_str(), name.as_str());
        Self {
            sets: center.permission_sets.iter().map(|it| (&it.arn, &it.name)).map(named).collect(),
            users: center.users.iter().map(|it| (&it.id, &it.name)).map(named).collect(),
            groups: center.groups.iter().map(|it| (&it.id, &it.name)).map(named).collect(),
        }
    }

    /// The permission set's name, or where nobody knows it, its ARN.
    pub(super) fn set(&self, assignment: &'a Assignment) -> &'a str {
        let arn = assignment.permission_set.as_str();
        self.sets.get(arn).copied().unwrap_or(arn)
    }

    /// The user's or group's name, or where nobody knows it, the id.
    pub(super) fn principal(&self, kind: PrincipalKind, id: &'a str) -> &'a str {
        self.listed(kind, id).filter(|name| !name.is_empty()).unwrap_or(id)
    }

    /// The user's or group's name, if it stands in the directory's list.
    pub(super) fn listed(&self, kind: PrincipalKind, id: &str) -> Option<&'a str> {
        let names = match kind {
            PrincipalKind::User => &self.users,
            PrincipalKind::Group => &self.groups,
        };
        names.get(id).copied()
    }
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
