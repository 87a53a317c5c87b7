//! AWS Organizations: accounts, the tree that they hang in, and control policies.

use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::{Account, ChildType, PolicySummary, PolicyType};
use keyward_snapshot::Call;
use serde_json::Value;

use super::{about, whole};
use crate::ask::{Page, Sink};
use crate::json::{list, object};
use crate::session::{Session, client};

/// The kinds of policy that control access.
const KINDS: [PolicyType; 2] =
    [PolicyType::ServiceControlPolicy, PolicyType::ResourceControlPolicy];

/// Reads the organization.
pub(super) async fn collect(session: &Session, sink: &Sink) {
    let client = client!(session, aws_sdk_organizations, &session.home);
    let answer = client.describe_organization().send();
    let described = sink
        .ask(whole(Call::DescribeOrganization), answer, |out| {
            let organization = out.organization().map(|organization| {
                object! {
                    "Id": organization.id(),
                    "MasterAccountId": organization.master_account_id(),
                    "FeatureSet": organization.feature_set().map(|set| set.as_str()),
                }
            });
            object! { "Organization": organization }
        })
        .await;
    // The importer uses the other answers only where the organization is known.
    if described.is_none() {
        return;
    }
    accounts(&client, sink).await;
    let roots = roots(&client, sink).await;
    tree(&client, sink, roots).await;
    policies(&client, sink).await;
}

async fn accounts(client: &Client, sink: &Sink) {
    let send = |token| client.list_accounts().max_results(20).set_next_token(token).send();
    sink.ask_all(whole(Call::ListAccounts), send, |out| {
        let accounts = list(out.accounts(), account);
        Page::new(object! { "Accounts": accounts }, out.next_token)
    })
    .await;
}

/// `State` takes the place of `Status`, and is not there everywhere yet.
fn state(account: &Account) -> Option<&str> {
    let state = account.state().map(|state| state.as_str());
    state.or(account.status().map(|status| status.as_str()))
}

fn account(account: &Account) -> Value {
    object! {
        "Id": account.id(),
        "Name": account.name(),
        "Email": account.email(),
        "State": state(account),
    }
}

/// Gives back the ids of the roots.
async fn roots(client: &Client, sink: &Sink) -> Vec<String> {
    let mut ids = Vec::new();
    let send = |token| client.list_roots().max_results(20).set_next_token(token).send();
    sink.ask_all(whole(Call::ListRoots), send, |out| {
        ids.extend(out.roots().iter().filter_map(|root| root.id.clone()));
        let roots = list(out.roots(), |root| {
            let types = list(root.policy_types(), |found| {
                object! {
                    "Type": found.r#type().map(|kind| kind.as_str()),
                    "Status": found.status().map(|status| status.as_str()),
                }
            });
            object! { "Id": root.id(), "PolicyTypes": types }
        });
        Page::new(object! { "Roots": roots }, out.next_token)
    })
    .await;
    ids
}

/// Asks each parent for its children, which takes far fewer calls than asking each child for its
/// parent.
async fn tree(client: &Client, sink: &Sink, roots: Vec<String>) {
    let mut open = roots;
    while let Some(parent) = open.pop() {
        for kind in [ChildType::Account, ChildType::OrganizationalUnit] {
            let mut children = Vec::new();
            let send = |token| {
                client
                    .list_children()
                    .parent_id(&parent)
                    .child_type(kind.clone())
                    .max_results(20)
                    .set_next_token(token)
                    .send()
            };
            sink.ask_all(about(Call::ListChildren, &parent), send, |out| {
                children.extend(out.children().iter().filter_map(|child| child.id.clone()));
                let children = list(out.children(), |child| {
                    object! {
                        "Id": child.id(),
                        "Type": child.r#type().map(|kind| kind.as_str()),
                    }
                });
                Page::new(object! { "Children": children }, out.next_token)
            })
            .await;
            if kind == ChildType::OrganizationalUnit {
                open.extend(children);
            }
        }
    }
}

async fn policies(client: &Client, sink: &Sink) {
    let mut ids = Vec::new();
    for kind in KINDS {
        let send = |token| {
            client.list_policies().filter(kind.clone()).max_results(20).set_next_token(token).send()
        };
        sink.ask_all(about(Call::ListPolicies, kind.as_str()), send, |out| {
            ids.extend(out.policies().iter().filter_map(|policy| policy.id.clone()));
            let policies = list(out.policies(), summary);
            Page::new(object! { "Policies": policies }, out.next_token)
        })
        .await;
    }
    for id in &ids {
        let answer = client.describe_policy().policy_id(id).send();
        sink.ask(about(Call::DescribePolicy, id), answer, |out| {
            let policy = out.policy().map(|policy| {
                object! {
                    "PolicySummary": policy.policy_summary().map(summary),
                    "Content": policy.content(),
                }
            });
            object! { "Policy": policy }
        })
        .await;
        let send = |token| {
            client
                .list_targets_for_policy()
                .policy_id(id)
                .max_results(20)
                .set_next_token(token)
                .send()
        };
        sink.ask_all(about(Call::ListTargetsForPolicy, id), send, |out| {
            let targets = list(out.targets(), |target| object! { "TargetId": target.target_id() });
            Page::new(object! { "Targets": targets }, out.next_token)
        })
        .await;
    }
}

fn summary(policy: &PolicySummary) -> Value {
    object! {
        "Id": policy.id(),
        "Name": policy.name(),
        "Type": policy.r#type().map(|kind| kind.as_str()),
    }
}
