//! IAM Identity Center and its identity store.

use aws_sdk_identitystore::Client as StoreClient;
use aws_sdk_ssoadmin::Client;
use aws_sdk_ssoadmin::types::InstanceMetadata;
use keyward_snapshot::Call;
use serde_json::Value;

use super::{about, regions, whole};
use crate::ask::{Failure, Page, Sink, each_page};
use crate::json::{list, object, strings};
use crate::session::{Session, client};

/// Reads Identity Center.
pub(super) async fn collect(session: &Session, sink: &Sink) {
    let Some((region, instances)) = find(session, sink).await else { return };
    let client = client!(session, aws_sdk_ssoadmin, &region);
    let store = client!(session, aws_sdk_identitystore, &region);
    for instance in &instances {
        if let Some(arn) = instance.instance_arn() {
            permission_sets(&client, sink, arn).await;
        }
        if let Some(id) = instance.identity_store_id() {
            directory(&store, sink, id).await;
        }
    }
}

/// Looks into the caller's region, and then into all others, whichever regions are to be read:
/// Identity Center lives in one.
async fn find(session: &Session, sink: &Sink) -> Option<(String, Vec<InstanceMetadata>)> {
    if !sink.makes(Call::ListInstances) {
        return None;
    }
    let call = whole(Call::ListInstances);
    let mut unread = None;
    let mut open = vec![session.home.clone()];
    let mut is_home = true;
    while let Some(region) = open.pop() {
        match instances(session, &region).await {
            Ok(found) if !found.is_empty() => {
                sink.answered(&call, &object! { "Instances": list(&found, instance) });
                return Some((region, found));
            }
            Ok(_) => {}
            Err(failure) => drop(unread.get_or_insert(failure)),
        }
        if is_home {
            is_home = false;
            match regions::enabled(session).await {
                Ok(others) => open.extend(others.into_iter().filter(|it| *it != session.home)),
                Err(failure) => drop(unread.get_or_insert(failure.by("ec2:DescribeRegions"))),
            }
        }
    }
    match unread {
        // In a region that did not answer it may still be.
        Some(failure) => sink.unanswered(&call, &failure),
        None => sink.answered(&call, &object! { "Instances": Vec::<Value>::new() }),
    }
    None
}

async fn instances(session: &Session, region: &str) -> Result<Vec<InstanceMetadata>, Failure> {
    let client = client!(session, aws_sdk_ssoadmin, region);
    let mut found = Vec::new();
    let send = |token| {
        let answer = client.list_instances().max_results(100).set_next_token(token).send();
        async { answer.await.map_err(|error| Failure::of(&error)) }
    };
    let convert = |out: aws_sdk_ssoadmin::operation::list_instances::ListInstancesOutput| {
        found.extend(out.instances.unwrap_or_default());
        Page::new(Value::Null, out.next_token)
    };
    each_page(send, convert, |_, _| {}).await?;
    Ok(found)
}

fn instance(instance: &InstanceMetadata) -> Value {
    object! {
        "InstanceArn": instance.instance_arn(),
        "IdentityStoreId": instance.identity_store_id(),
        "OwnerAccountId": instance.owner_account_id(),
        "Status": instance.status().map(|status| status.as_str()),
    }
}

async fn permission_sets(client: &Client, sink: &Sink, instance: &str) {
    let mut sets = Vec::new();
    let send = |token| {
        client
            .list_permission_sets()
            .instance_arn(instance)
            .max_results(100)
            .set_next_token(token)
            .send()
    };
    sink.ask_all(whole(Call::ListPermissionSets), send, |out| {
        sets.extend_from_slice(out.permission_sets());
        Page::new(object! { "PermissionSets": strings(out.permission_sets()) }, out.next_token)
    })
    .await;
    for set in &sets {
        permission_set(client, sink, instance, set).await;
        assignments(client, sink, instance, set).await;
    }
}

async fn permission_set(client: &Client, sink: &Sink, instance: &str, set: &str) {
    let answer =
        client.describe_permission_set().instance_arn(instance).permission_set_arn(set).send();
    sink.ask(about(Call::DescribePermissionSet, set), answer, |out| {
        let set = out.permission_set().map(|set| {
            object! {
                "Name": set.name(),
                "PermissionSetArn": set.permission_set_arn(),
                "SessionDuration": set.session_duration(),
            }
        });
        object! { "PermissionSet": set }
    })
    .await;
    let send = |token| {
        client
            .list_managed_policies_in_permission_set()
            .instance_arn(instance)
            .permission_set_arn(set)
            .max_results(100)
            .set_next_token(token)
            .send()
    };
    sink.ask_all(about(Call::ListManagedPoliciesInPermissionSet, set), send, |out| {
        let policies = list(out.attached_managed_policies(), |policy| {
            object! { "Name": policy.name(), "Arn": policy.arn() }
        });
        Page::new(object! { "AttachedManagedPolicies": policies }, out.next_token)
    })
    .await;
    let answer = client
        .get_inline_policy_for_permission_set()
        .instance_arn(instance)
        .permission_set_arn(set)
        .send();
    sink.ask(about(Call::GetInlinePolicyForPermissionSet, set), answer, |out| {
        object! { "InlinePolicy": out.inline_policy().unwrap_or_default() }
    })
    .await;
}

/// Asks who is assigned, in the accounts that have the permission set. In the others nobody can be,
/// since an assignment puts it there.
async fn assignments(client: &Client, sink: &Sink, instance: &str, set: &str) {
    let mut provisioned = Vec::new();
    let send = |token| {
        client
            .list_accounts_for_provisioned_permission_set()
            .instance_arn(instance)
            .permission_set_arn(set)
            .max_results(100)
            .set_next_token(token)
            .send()
    };
    let asked = about(Call::ListAccountsForProvisionedPermissionSet, set);
    sink.ask_all(asked, send, |out| {
        provisioned.extend_from_slice(out.account_ids());
        Page::new(object! { "AccountIds": strings(out.account_ids()) }, out.next_token)
    })
    .await;
    for account in &provisioned {
        let send = |token| {
            client
                .list_account_assignments()
                .instance_arn(instance)
                .permission_set_arn(set)
                .account_id(account)
                .max_results(100)
                .set_next_token(token)
                .send()
        };
        let pair = format!("{account}/{set}");
        sink.ask_all(about(Call::ListAccountAssignments, &pair), send, |out| {
            let assignments = list(out.account_assignments(), |assignment| {
                object! {
                    "AccountId": assignment.account_id(),
                    "PermissionSetArn": assignment.permission_set_arn(),
                    "PrincipalType": assignment.principal_type().map(|kind| kind.as_str()),
                    "PrincipalId": assignment.principal_id(),
                }
            });
            Page::new(object! { "AccountAssignments": assignments }, out.next_token)
        })
        .await;
    }
}

async fn directory(client: &StoreClient, sink: &Sink, id: &str) {
    let send = |token| {
        client.list_users().identity_store_id(id).max_results(100).set_next_token(token).send()
    };
    sink.ask_all(whole(Call::ListDirectoryUsers), send, |out| {
        let users = list(out.users(), |user| {
            object! {
                "IdentityStoreId": user.identity_store_id(),
                "UserId": user.user_id(),
                "UserName": user.user_name(),
                "ExternalIds": list(user.external_ids(), |external| object! { "Id": external.id() }),
            }
        });
        Page::new(object! { "Users": users }, out.next_token)
    })
    .await;
    let mut groups = Vec::new();
    let send = |token| {
        client.list_groups().identity_store_id(id).max_results(100).set_next_token(token).send()
    };
    sink.ask_all(whole(Call::ListDirectoryGroups), send, |out| {
        groups.extend(out.groups().iter().map(|group| group.group_id().to_owned()));
        let groups = list(out.groups(), |group| {
            object! {
                "IdentityStoreId": group.identity_store_id(),
                "GroupId": group.group_id(),
                "DisplayName": group.display_name(),
                "ExternalIds": list(group.external_ids(), |external| object! { "Id": external.id() }),
            }
        });
        Page::new(object! { "Groups": groups }, out.next_token)
    })
    .await;
    for group in &groups {
        let send = |token| {
            client
                .list_group_memberships()
                .identity_store_id(id)
                .group_id(group)
                .max_results(100)
                .set_next_token(token)
                .send()
        };
        sink.ask_all(about(Call::ListGroupMemberships, group), send, |out| {
            let memberships = list(out.group_memberships(), |membership| {
                let member = membership.member_id().and_then(|member| member.as_user_id().ok());
                object! {
                    "GroupId": membership.group_id(),
                    "MemberId": object! { "UserId": member },
                }
            });
            Page::new(object! { "GroupMemberships": memberships }, out.next_token)
        })
        .await;
    }
}
