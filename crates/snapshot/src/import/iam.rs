//! IAM: from what `get-account-authorization-details` and its siblings print to the model.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::documents::Documents;
use super::error::{Fault, ImportError};
use super::item::Item;
use super::place::Evidence;
use super::policies::Version;
use super::time::{Time, timestamp};
use crate::{
    AccessKey, AccountSummary, AttachedPolicy, Group, InlinePolicy, ManagedPolicy, MfaDevice,
    OidcProvider, PasswordPolicy, Role, RoleLastUsed, SamlProvider, User, VirtualMfaDevice,
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawUser<'a> {
    user_name: String,
    user_id: String,
    arn: String,
    create_date: Option<Time>,
    #[serde(default)]
    group_list: Vec<String>,
    #[serde(default, borrow)]
    user_policy_list: Vec<RawInline<'a>>,
    #[serde(default, deserialize_with = "one_or_many")]
    attached_managed_policies: Vec<RawAttached>,
    permissions_boundary: Option<RawBoundary>,
    #[serde(default)]
    tags: Vec<RawTag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawGroup<'a> {
    group_name: String,
    arn: String,
    #[serde(default, borrow)]
    group_policy_list: Vec<RawInline<'a>>,
    #[serde(default, deserialize_with = "one_or_many")]
    attached_managed_policies: Vec<RawAttached>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawRole<'a> {
    path: Option<String>,
    role_name: String,
    role_id: String,
    arn: String,
    create_date: Option<Time>,
    #[serde(borrow)]
    assume_role_policy_document: &'a RawValue,
    #[serde(default)]
    instance_profile_list: Vec<RawInstanceProfile>,
    #[serde(default, borrow)]
    role_policy_list: Vec<RawInline<'a>>,
    #[serde(default, deserialize_with = "one_or_many")]
    attached_managed_policies: Vec<RawAttached>,
    permissions_boundary: Option<RawBoundary>,
    role_last_used: Option<RawLastUsed>,
    max_session_duration: Option<u32>,
    #[serde(default)]
    tags: Vec<RawTag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawPolicy<'a> {
    policy_name: String,
    arn: String,
    #[serde(default)]
    attachment_count: u32,
    #[serde(default)]
    permissions_boundary_usage_count: u32,
    default_version_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    policy_version_list: Vec<RawVersion<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawVersion<'a> {
    #[serde(borrow)]
    document: Option<&'a RawValue>,
    version_id: Option<Cow<'a, str>>,
    #[serde(default)]
    is_default_version: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawInline<'a> {
    policy_name: String,
    #[serde(borrow)]
    policy_document: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawAttached {
    policy_name: String,
    policy_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawBoundary {
    permissions_boundary_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawInstanceProfile {
    arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawLastUsed {
    last_used_date: Option<Time>,
    region: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RawTag {
    pub(super) key: String,
    #[serde(default)]
    pub(super) value: String,
}

/// An item of `UserDetailList`.
pub(super) fn user(item: &Item<'_>, documents: &mut Documents) -> Result<User, ImportError> {
    let raw: RawUser<'_> = item.parse()?;
    Ok(User {
        inline: inline(item, documents, raw.user_policy_list, &raw.arn)?,
        name: raw.user_name,
        arn: raw.arn,
        id: raw.user_id,
        created: timestamp(raw.create_date),
        groups: raw.group_list,
        attached: attached(raw.attached_managed_policies),
        boundary: raw.permissions_boundary.map(|boundary| boundary.permissions_boundary_arn),
        tags: tags(raw.tags),
    })
}

/// An item of `GroupDetailList`.
pub(super) fn group(item: &Item<'_>, documents: &mut Documents) -> Result<Group, ImportError> {
    let raw: RawGroup<'_> = item.parse()?;
    Ok(Group {
        inline: inline(item, documents, raw.group_policy_list, &raw.arn)?,
        name: raw.group_name,
        arn: raw.arn,
        attached: attached(raw.attached_managed_policies),
    })
}

/// An item of `RoleDetailList`.
pub(super) fn role(item: &Item<'_>, documents: &mut Documents) -> Result<Role, ImportError> {
    let raw: RawRole<'_> = item.parse()?;
    let entity = format!("`{}`", raw.arn);
    Ok(Role {
        trust: item.policy(documents, raw.assume_role_policy_document, &entity)?,
        inline: inline(item, documents, raw.role_policy_list, &raw.arn)?,
        path: raw.path.unwrap_or_else(|| path_of(&raw.arn).to_owned()),
        name: raw.role_name,
        arn: raw.arn,
        id: raw.role_id,
        created: timestamp(raw.create_date),
        attached: attached(raw.attached_managed_policies),
        boundary: raw.permissions_boundary.map(|boundary| boundary.permissions_boundary_arn),
        instance_profiles: raw.instance_profile_list.into_iter().map(|p| p.arn).collect(),
        last_used: match raw.role_last_used {
            None => RoleLastUsed::NotReported,
            Some(RawLastUsed { last_used_date: None, .. }) => RoleLastUsed::NotTracked,
            Some(RawLastUsed { last_used_date: Some(time), region }) => {
                RoleLastUsed::At(time.0, region)
            }
        },
        max_session_seconds: raw.max_session_duration,
        tags: tags(raw.tags),
    })
}

/// An item of `Policies` that has its versions with it: the default version is kept.
pub(super) fn policy(
    item: &Item<'_>,
    documents: &mut Documents,
) -> Result<ManagedPolicy, ImportError> {
    let raw: RawPolicy<'_> = item.parse()?;
    let default = raw.policy_version_list.iter().find(|version| {
        version.is_default_version
            || (version.version_id.is_some() && version.version_id == raw.default_version_id)
    });
    let Some(document) = default.and_then(|version| version.document) else {
        return Err(item.invalid("/PolicyVersionList", "the default version with its document"));
    };
    Ok(ManagedPolicy {
        document: item.policy(documents, document, &format!("`{}`", raw.arn))?,
        arn: raw.arn,
        name: raw.policy_name,
        attachments: raw.attachment_count,
        boundary_uses: raw.permissions_boundary_usage_count,
    })
}

/// `Policy` as `get-policy` prints it, without its versions.
pub(super) struct PolicyAlone {
    pub(super) arn: String,
    pub(super) default_version: Option<String>,
    pub(super) attachments: u32,
    pub(super) boundary_uses: u32,
}

/// `Policy`, if it is one of IAM.
pub(super) fn policy_alone(item: &Item<'_>) -> Result<Option<PolicyAlone>, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        policy_name: Option<String>,
        arn: Option<String>,
        default_version_id: Option<String>,
        #[serde(default)]
        attachment_count: u32,
        #[serde(default)]
        permissions_boundary_usage_count: u32,
    }
    if !item.text.starts_with('{') {
        return Ok(None);
    }
    let raw: Raw = item.parse()?;
    let is_of_iam =
        |arn: &String| arn.split(':').nth(2) == Some("iam") && raw.policy_name.is_some();
    Ok(raw.arn.filter(is_of_iam).map(|arn| PolicyAlone {
        arn,
        default_version: raw.default_version_id,
        attachments: raw.attachment_count,
        boundary_uses: raw.permissions_boundary_usage_count,
    }))
}

/// `PolicyVersion` of the policy that was asked about.
pub(super) fn policy_version(
    item: &Item<'_>,
    documents: &mut Documents,
    policy: &str,
) -> Result<Version, ImportError> {
    let raw: RawVersion<'_> = item.parse()?;
    let Some(document) = raw.document else {
        return Err(item.error("", 0, Fault::MissingField("Document".into())));
    };
    Ok(Version {
        document: item.policy(documents, document, &format!("`{policy}`"))?,
        policy: policy.to_owned(),
        id: raw.version_id.map(Cow::into_owned),
        is_default: raw.is_default_version,
    })
}

fn inline(
    item: &Item<'_>,
    documents: &mut Documents,
    policies: Vec<RawInline<'_>>,
    arn: &str,
) -> Result<Vec<InlinePolicy>, ImportError> {
    let convert = |raw: RawInline<'_>| {
        let entity = format!("`{}` in `{arn}`", raw.policy_name);
        let document = item.policy(documents, raw.policy_document, &entity)?;
        Ok(InlinePolicy { name: raw.policy_name, document })
    };
    policies.into_iter().map(convert).collect()
}

fn attached(policies: Vec<RawAttached>) -> Vec<AttachedPolicy> {
    let convert = |raw: RawAttached| AttachedPolicy { arn: raw.policy_arn, name: raw.policy_name };
    policies.into_iter().map(convert).collect()
}

fn tags(tags: Vec<RawTag>) -> Vec<(String, String)> {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

/// The path in a role's ARN, with a slash at both ends.
fn path_of(arn: &str) -> &str {
    let Some((_, resource)) = arn.split_once(":role") else { return "/" };
    resource.rfind('/').and_then(|end| resource.get(..=end)).unwrap_or("/")
}

/// AWS's reference shows a single object where the API has a list.
fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct OneOrMany<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMany<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = seq.next_element()? {
                items.push(item);
            }
            Ok(items)
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
            Ok(vec![T::deserialize(MapAccessDeserializer::new(map))?])
        }
    }

    deserializer.deserialize_any(OneOrMany(PhantomData))
}

/// `SummaryMap`.
pub(super) fn summary(item: &Item<'_>) -> Result<AccountSummary, ImportError> {
    #[derive(Deserialize)]
    struct Raw {
        #[serde(rename = "AccountMFAEnabled")]
        mfa: i64,
        #[serde(rename = "AccountAccessKeysPresent")]
        access_keys: i64,
        #[serde(rename = "AccountSigningCertificatesPresent")]
        certificates: Option<i64>,
        #[serde(rename = "AccountPasswordPresent")]
        password: Option<i64>,
    }
    let raw: Raw = item.parse()?;
    Ok(AccountSummary {
        root_mfa: raw.mfa != 0,
        root_access_keys: raw.access_keys != 0,
        root_certificates: raw.certificates.map(|present| present != 0),
        root_password: raw.password.map(|present| present != 0),
    })
}

/// `PasswordPolicy`.
pub(super) fn password_policy(item: &Item<'_>) -> Result<PasswordPolicy, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    #[expect(clippy::struct_excessive_bools, reason = "the fields are AWS's")]
    struct Raw {
        minimum_password_length: u32,
        #[serde(default)]
        require_symbols: bool,
        #[serde(default)]
        require_numbers: bool,
        #[serde(default)]
        require_uppercase_characters: bool,
        #[serde(default)]
        require_lowercase_characters: bool,
        #[serde(default)]
        max_password_age: u32,
        #[serde(default)]
        password_reuse_prevention: u32,
    }
    let raw: Raw = item.parse()?;
    Ok(PasswordPolicy {
        minimum_length: raw.minimum_password_length,
        require_symbols: raw.require_symbols,
        require_numbers: raw.require_numbers,
        require_uppercase: raw.require_uppercase_characters,
        require_lowercase: raw.require_lowercase_characters,
        max_age_days: Some(raw.max_password_age).filter(|&days| days > 0),
        reuse_prevention: raw.password_reuse_prevention,
    })
}

/// An item of `AccessKeyMetadata`.
pub(super) fn access_key(item: &Item<'_>) -> Result<AccessKey, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw<'a> {
        #[serde(default)]
        user_name: String,
        access_key_id: String,
        status: Cow<'a, str>,
        create_date: Option<Time>,
    }
    let raw: Raw<'_> = item.parse()?;
    Ok(AccessKey {
        id: raw.access_key_id,
        user: raw.user_name,
        active: raw.status == "Active",
        created: timestamp(raw.create_date),
    })
}

/// An item of `MFADevices`.
pub(super) fn mfa_device(item: &Item<'_>) -> Result<MfaDevice, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        #[serde(default)]
        user_name: String,
        serial_number: String,
    }
    let raw: Raw = item.parse()?;
    Ok(MfaDevice { user: raw.user_name, serial_number: raw.serial_number })
}

/// An item of `VirtualMFADevices`.
pub(super) fn virtual_mfa_device(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<VirtualMfaDevice, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct RawUserOf {
        arn: Option<String>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        serial_number: String,
        user: Option<RawUserOf>,
    }
    let raw: Raw = item.parse()?;
    evidence.arn(&raw.serial_number);
    Ok(VirtualMfaDevice {
        serial_number: raw.serial_number,
        user_arn: raw.user.and_then(|user| user.arn),
    })
}

/// An item of `SAMLProviderList`.
pub(super) fn saml_provider(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<SamlProvider, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        arn: String,
        valid_until: Option<Time>,
    }
    let raw: Raw = item.parse()?;
    evidence.arn(&raw.arn);
    Ok(SamlProvider { arn: raw.arn, valid_until: timestamp(raw.valid_until) })
}

/// An item of `OpenIDConnectProviderList`.
pub(super) fn oidc_provider(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<OidcProvider, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        arn: String,
    }
    let raw: Raw = item.parse()?;
    evidence.arn(&raw.arn);
    Ok(OidcProvider { arn: raw.arn })
}
