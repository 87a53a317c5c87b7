//! IAM Identity Center and its identity store: what their answers say.

use serde::Deserialize;

use super::ec2::filled;
use super::error::ImportError;
use super::item::Item;
use super::time::seconds;
use crate::{
    AccountId, Assignment, AttachedPolicy, Call, CenterInstance, DirectoryGroup, DirectoryUser,
    Gap, GroupMembership, Known, PermissionSet, PrincipalKind,
};

/// How long a session lasts where the permission set does not say.
///
/// Source: <https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html>.
const SESSION_SECONDS_DEFAULT: u32 = 3600;

/// An item of `Instances`, if it is one of Identity Center.
pub(super) fn instance(item: &Item<'_>) -> Result<Option<CenterInstance>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        instance_arn: Option<String>,
        identity_store_id: Option<String>,
        owner_account_id: Option<String>,
        status: Option<String>,
    }
    let raw: Raw = item.parse()?;
    Ok(raw.instance_arn.map(|arn| CenterInstance {
        arn,
        owner: filled(raw.owner_account_id).map(AccountId),
        identity_store: filled(raw.identity_store_id),
        status: filled(raw.status),
    }))
}

/// `PermissionSet`; what is in it is the answer to other calls.
pub(super) fn permission_set(item: &Item<'_>) -> Result<PermissionSet, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        name: String,
        permission_set_arn: String,
        session_duration: Option<String>,
    }
    let raw: Raw = item.parse()?;
    let session_seconds = match raw.session_duration.as_deref() {
        None => SESSION_SECONDS_DEFAULT,
        Some(text) => seconds(text).ok_or_else(|| {
            item.invalid("/SessionDuration", "a duration in ISO 8601, such as `PT12H`")
        })?,
    };
    let arn = raw.permission_set_arn;
    let gap = |call| Gap::not_collected(call).about(&arn);
    Ok(PermissionSet {
        managed: Known::Gap(gap(Call::ListManagedPoliciesInPermissionSet)),
        inline: Known::Gap(gap(Call::GetInlinePolicyForPermissionSet)),
        name: raw.name,
        session_seconds,
        arn,
    })
}

/// An item of `AttachedManagedPolicies`.
pub(super) fn managed_policy(item: &Item<'_>) -> Result<AttachedPolicy, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        name: String,
        arn: String,
    }
    let raw: Raw = item.parse()?;
    Ok(AttachedPolicy { arn: raw.arn, name: raw.name })
}

/// An item of `AccountAssignments`.
pub(super) fn assignment(item: &Item<'_>) -> Result<Assignment, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        account_id: String,
        permission_set_arn: String,
        principal_type: PrincipalKind,
        principal_id: String,
    }
    let raw: Raw = item.parse()?;
    Ok(Assignment {
        account: AccountId(raw.account_id),
        permission_set: raw.permission_set_arn,
        principal_kind: raw.principal_type,
        principal_id: raw.principal_id,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawExternalId {
    id: String,
}

/// An item of `Users`, if it is one of the identity store and not one of IAM or another service.
pub(super) fn user(item: &Item<'_>) -> Result<Option<DirectoryUser>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        identity_store_id: Option<serde::de::IgnoredAny>,
        arn: Option<serde::de::IgnoredAny>,
        user_id: Option<String>,
        user_name: Option<String>,
        external_ids: Option<Vec<RawExternalId>>,
    }
    let raw: Raw = item.parse()?;
    let own = raw.identity_store_id.is_some() && raw.arn.is_none();
    Ok(raw.user_id.filter(|_| own).map(|id| DirectoryUser {
        name: raw.user_name.unwrap_or_default(),
        external_ids: ids(raw.external_ids),
        id,
    }))
}

/// An item of `Groups`, if it is one of the identity store.
pub(super) fn group(item: &Item<'_>) -> Result<Option<DirectoryGroup>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        identity_store_id: Option<serde::de::IgnoredAny>,
        arn: Option<serde::de::IgnoredAny>,
        group_id: Option<String>,
        display_name: Option<String>,
        external_ids: Option<Vec<RawExternalId>>,
    }
    let raw: Raw = item.parse()?;
    let own = raw.identity_store_id.is_some() && raw.arn.is_none();
    Ok(raw.group_id.filter(|_| own).map(|id| DirectoryGroup {
        name: raw.display_name.unwrap_or_default(),
        external_ids: ids(raw.external_ids),
        id,
    }))
}

fn ids(ids: Option<Vec<RawExternalId>>) -> Vec<String> {
    ids.unwrap_or_default().into_iter().map(|external| external.id).collect()
}

/// An item of `GroupMemberships`.
pub(super) fn membership(item: &Item<'_>) -> Result<GroupMembership, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct RawMember {
        user_id: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        group_id: String,
        member_id: RawMember,
    }
    let raw: Raw = item.parse()?;
    Ok(GroupMembership { group: raw.group_id, user: raw.member_id.user_id })
}
