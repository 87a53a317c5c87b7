//! IAM: everything that one call answers for a whole account.

use std::time::Duration;

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{
    AttachedPermissionsBoundary, AttachedPolicy, GroupDetail, ManagedPolicyDetail, PolicyDetail,
    ReportStateType, RoleDetail, Tag, UserDetail,
};
use base64::Engine as _;
use keyward_snapshot::import::Import;
use keyward_snapshot::{Account, Call};
use serde_json::Value;

use super::account::Place;
use super::{about, whole};
use crate::ask::{Calls, Failure, Page, Sink};
use crate::json::{list, object, policy, strings};
use crate::session::client;

/// How long the report of a large account may take.
const REPORT_WAITS: [u64; 10] = [1, 2, 3, 5, 5, 10, 10, 15, 15, 30];

/// Reads what IAM says about the account as a whole. Gives back the account as far as its
/// authorization details tell, for what has to be asked next.
pub(super) async fn collect(place: &Place) -> Option<Account> {
    let client = client!(place.session, aws_sdk_iam, &place.session.home);
    let account = authorization_details(place, &client).await;
    for arn in account.iter().flat_map(Account::unlisted_boundaries) {
        unlisted_policy(place, &client, arn).await;
    }
    summary(place, &client).await;
    password_policy(place, &client).await;
    providers(place, &client).await;
    virtual_mfa_devices(place, &client).await;
    account
}

async fn authorization_details(place: &Place, client: &Client) -> Option<Account> {
    let import = Import::new(place.taken_at).with_account(place.session.account.clone());
    let early = Sink::new(import, Calls::default());
    let send =
        |token| client.get_account_authorization_details().max_items(1000).set_marker(token).send();
    place
        .sink
        .ask_all(whole(Call::GetAccountAuthorizationDetails), send, |out| {
            let answer = object! {
                "UserDetailList": list(out.user_detail_list(), user),
                "GroupDetailList": list(out.group_detail_list(), group),
                "RoleDetailList": list(out.role_detail_list(), role),
                "Policies": list(out.policies(), managed_policy),
            };
            early.answered(&whole(Call::GetAccountAuthorizationDetails), &answer);
            Page::new(answer, out.marker)
        })
        .await;
    early.finish().ok()?.accounts.pop()
}

/// A policy of AWS that is a permissions boundary and attached to nothing: the authorization details
/// leave it out.
async fn unlisted_policy(place: &Place, client: &Client, arn: &str) {
    let answer = client.get_policy().policy_arn(arn).send();
    let described = place
        .sink
        .ask(about(Call::GetPolicy, arn), answer, |out| {
            let policy = out.policy().map(|policy| {
                object! {
                    "PolicyName": policy.policy_name(),
                    "Arn": policy.arn(),
                    "DefaultVersionId": policy.default_version_id(),
                    "AttachmentCount": policy.attachment_count(),
                    "PermissionsBoundaryUsageCount": policy.permissions_boundary_usage_count(),
                }
            });
            object! { "Policy": policy }
        })
        .await;
    let version = described.and_then(|out| out.policy).and_then(|it| it.default_version_id);
    let Some(version) = version else { return };
    let answer = client.get_policy_version().policy_arn(arn).version_id(version).send();
    place
        .sink
        .ask(about(Call::GetPolicyVersion, arn), answer, |out| {
            let version = out.policy_version().map(|version| {
                object! {
                    "Document": version.document().map(policy),
                    "VersionId": version.version_id(),
                    "IsDefaultVersion": version.is_default_version(),
                }
            });
            object! { "PolicyVersion": version }
        })
        .await;
}

fn user(user: &UserDetail) -> Value {
    object! {
        "Path": user.path(),
        "UserName": user.user_name(),
        "UserId": user.user_id(),
        "Arn": user.arn(),
        "CreateDate": user.create_date(),
        "GroupList": strings(user.group_list()),
        "UserPolicyList": list(user.user_policy_list(), inline),
        "AttachedManagedPolicies": list(user.attached_managed_policies(), attached),
        "PermissionsBoundary": user.permissions_boundary().map(boundary),
        "Tags": list(user.tags(), tag),
    }
}

fn group(group: &GroupDetail) -> Value {
    object! {
        "GroupName": group.group_name(),
        "Arn": group.arn(),
        "GroupPolicyList": list(group.group_policy_list(), inline),
        "AttachedManagedPolicies": list(group.attached_managed_policies(), attached),
    }
}

fn role(role: &RoleDetail) -> Value {
    let last_used = role.role_last_used().map(|used| {
        object! { "LastUsedDate": used.last_used_date(), "Region": used.region() }
    });
    object! {
        "Path": role.path(),
        "RoleName": role.role_name(),
        "RoleId": role.role_id(),
        "Arn": role.arn(),
        "CreateDate": role.create_date(),
        "AssumeRolePolicyDocument": role.assume_role_policy_document().map(policy),
        "InstanceProfileList": list(role.instance_profile_list(), |profile| {
            object! { "Arn": profile.arn() }
        }),
        "RolePolicyList": list(role.role_policy_list(), inline),
        "AttachedManagedPolicies": list(role.attached_managed_policies(), attached),
        "PermissionsBoundary": role.permissions_boundary().map(boundary),
        "RoleLastUsed": last_used,
        "Tags": list(role.tags(), tag),
    }
}

fn managed_policy(details: &ManagedPolicyDetail) -> Value {
    object! {
        "PolicyName": details.policy_name(),
        "Arn": details.arn(),
        "AttachmentCount": details.attachment_count(),
        "PermissionsBoundaryUsageCount": details.permissions_boundary_usage_count(),
        "DefaultVersionId": details.default_version_id(),
        "PolicyVersionList": list(details.policy_version_list(), |version| {
            object! {
                "Document": version.document().map(policy),
                "VersionId": version.version_id(),
                "IsDefaultVersion": version.is_default_version(),
            }
        }),
    }
}

fn inline(details: &PolicyDetail) -> Value {
    object! {
        "PolicyName": details.policy_name(),
        "PolicyDocument": details.policy_document().map(policy),
    }
}

fn attached(policy: &AttachedPolicy) -> Value {
    object! { "PolicyName": policy.policy_name(), "PolicyArn": policy.policy_arn() }
}

fn boundary(boundary: &AttachedPermissionsBoundary) -> Value {
    object! { "PermissionsBoundaryArn": boundary.permissions_boundary_arn() }
}

fn tag(tag: &Tag) -> Value {
    object! { "Key": tag.key(), "Value": tag.value() }
}

/// Has IAM make a credential report, reads it, and gives it back as CSV.
pub(super) async fn credential_report(place: &Place, client: &Client) -> Option<Vec<u8>> {
    if let Err(failure) = generate(place, client).await {
        place.sink.unanswered(&whole(Call::GenerateCredentialReport), &failure);
    }
    if !place.sink.makes(Call::GetCredentialReport) {
        return None;
    }
    match client.get_credential_report().send().await {
        Ok(out) => {
            let csv = out.content.map(aws_smithy_types::Blob::into_inner).unwrap_or_default();
            let answer = object! {
                "Content": base64::engine::general_purpose::STANDARD.encode(&csv).as_str(),
                "ReportFormat": out.report_format.as_ref().map(|format| format.as_str()),
                "GeneratedTime": out.generated_time.as_ref(),
            };
            place.sink.answered(&whole(Call::GetCredentialReport), &answer);
            Some(csv)
        }
        Err(error) => {
            // What kept IAM from making one comes first, and is the reason.
            place.sink.unanswered(&whole(Call::GetCredentialReport), &Failure::of(&error));
            None
        }
    }
}

async fn generate(place: &Place, client: &Client) -> Result<(), Failure> {
    if !place.sink.makes(Call::GenerateCredentialReport) {
        return Ok(());
    }
    for wait in REPORT_WAITS {
        let out = client.generate_credential_report().send().await;
        let out = out.map_err(|error| Failure::of(&error))?;
        if out.state() == Some(&ReportStateType::Complete) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(wait)).await;
    }
    Err(Failure::Failed("the report was not ready in time".to_owned()))
}

async fn summary(place: &Place, client: &Client) {
    let answer = client.get_account_summary().send();
    let convert = |out: &aws_sdk_iam::operation::get_account_summary::GetAccountSummaryOutput| {
        let members = out.summary_map().into_iter().flatten();
        let map = members.map(|(key, count)| (key.as_str().to_owned(), Value::from(*count)));
        object! { "SummaryMap": Value::Object(map.collect()) }
    };
    place.sink.ask(whole(Call::GetAccountSummary), answer, convert).await;
}

async fn password_policy(place: &Place, client: &Client) {
    let answer = client.get_account_password_policy().send();
    place
        .sink
        .ask(whole(Call::GetAccountPasswordPolicy), answer, |out| {
            let policy = out.password_policy().map(|policy| {
                object! {
                    "MinimumPasswordLength": policy.minimum_password_length(),
                    "RequireSymbols": policy.require_symbols(),
                    "RequireNumbers": policy.require_numbers(),
                    "RequireUppercaseCharacters": policy.require_uppercase_characters(),
                    "RequireLowercaseCharacters": policy.require_lowercase_characters(),
                    "MaxPasswordAge": policy.max_password_age(),
                    "PasswordReusePrevention": policy.password_reuse_prevention(),
                }
            });
            object! { "PasswordPolicy": policy }
        })
        .await;
}

async fn providers(place: &Place, client: &Client) {
    let answer = client.list_saml_providers().send();
    place
        .sink
        .ask(whole(Call::ListSamlProviders), answer, |out| {
            let providers = list(out.saml_provider_list(), |provider| {
                object! { "Arn": provider.arn(), "ValidUntil": provider.valid_until() }
            });
            object! { "SAMLProviderList": providers }
        })
        .await;
    let answer = client.list_open_id_connect_providers().send();
    place
        .sink
        .ask(whole(Call::ListOpenIdConnectProviders), answer, |out| {
            let providers = list(out.open_id_connect_provider_list(), |provider| {
                object! { "Arn": provider.arn() }
            });
            object! { "OpenIDConnectProviderList": providers }
        })
        .await;
}

async fn virtual_mfa_devices(place: &Place, client: &Client) {
    let send = |token| client.list_virtual_mfa_devices().max_items(1000).set_marker(token).send();
    place
        .sink
        .ask_all(whole(Call::ListVirtualMfaDevices), send, |out| {
            let devices = list(out.virtual_mfa_devices(), |device| {
                let user = device.user().map(|user| object! { "Arn": user.arn() });
                object! { "SerialNumber": device.serial_number(), "User": user }
            });
            Page::new(object! { "VirtualMFADevices": devices }, out.marker)
        })
        .await;
}
