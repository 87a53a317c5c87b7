//! A small estate to ask about: one member account of an organization with nothing in it yet.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

use std::sync::Arc;

use keyward_policy::Document;
use keyward_snapshot::{
    Account, AccountId, AttachedPolicy, ControlPolicy, FeatureSet, Group, Head, InlinePolicy,
    Known, Listing, ManagedPolicy, Membership, Organization, PolicyKind, Role, RoleLastUsed, Root,
    User,
};

pub(crate) const MANAGEMENT: &str = "111122223333";
pub(crate) const MEMBER: &str = "444455556666";
pub(crate) const ROOT: &str = "r-examplerootid111";
pub(crate) const UNIT: &str = "ou-examplerootid111-exampleouid111";

pub(crate) const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

pub(crate) fn document(text: &str) -> Arc<Document> {
    Arc::new(Document::parse(text).unwrap())
}

/// A policy with one statement; `rest` follows its effect.
pub(crate) fn statement(effect: &str, rest: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}",{rest}}}]}}"#)
}

pub(crate) fn allow(action: &str, resource: &str) -> String {
    statement("Allow", &format!(r#""Action":"{action}","Resource":"{resource}""#))
}

pub(crate) fn deny(action: &str, resource: &str) -> String {
    statement("Deny", &format!(r#""Action":"{action}","Resource":"{resource}""#))
}

pub(crate) fn inline(name: &str, text: &str) -> InlinePolicy {
    InlinePolicy { name: name.to_owned(), document: document(text) }
}

pub(crate) fn attached(arn: &str) -> AttachedPolicy {
    AttachedPolicy {
        arn: arn.to_owned(),
        name: arn.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

pub(crate) fn managed(name: &str, text: &str) -> ManagedPolicy {
    ManagedPolicy {
        arn: arn(&format!("policy/{name}")),
        name: name.to_owned(),
        attachments: 1,
        boundary_uses: 0,
        document: document(text),
    }
}

/// The ARN of something of IAM in the member account.
pub(crate) fn arn(resource: &str) -> String {
    format!("arn:aws:iam::{MEMBER}:{resource}")
}

pub(crate) fn user(name: &str) -> User {
    User {
        name: name.to_owned(),
        arn: arn(&format!("user/{name}")),
        id: "AIDAEXAMPLE".to_owned(),
        created: None,
        groups: Vec::new(),
        inline: Vec::new(),
        attached: Vec::new(),
        boundary: None,
        tags: Vec::new(),
    }
}

pub(crate) fn role(name: &str) -> Role {
    Role {
        name: name.to_owned(),
        path: "/".to_owned(),
        arn: arn(&format!("role/{name}")),
        id: "AROAEXAMPLE".to_owned(),
        created: None,
        trust: document(&statement(
            "Allow",
            r#""Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole""#,
        )),
        inline: Vec::new(),
        attached: Vec::new(),
        boundary: None,
        instance_profiles: Vec::new(),
        last_used: RoleLastUsed::NotReported,
        max_session_seconds: None,
        tags: Vec::new(),
    }
}

pub(crate) fn group(name: &str) -> Group {
    Group {
        name: name.to_owned(),
        arn: arn(&format!("group/{name}")),
        inline: Vec::new(),
        attached: Vec::new(),
    }
}

/// The member account, of which IAM was read and nothing else.
pub(crate) fn account() -> Account {
    let mut account = Account::unread(AccountId::from(MEMBER));
    account.users = Listing::complete(Vec::new());
    account.groups = Listing::complete(Vec::new());
    account.roles = Listing::complete(Vec::new());
    account.policies = Listing::complete(Vec::new());
    account
}

pub(crate) fn scp(name: &str, text: &str, targets: &[&str]) -> ControlPolicy {
    ControlPolicy {
        id: format!("p-{name}"),
        name: name.to_owned(),
        kind: PolicyKind::ServiceControl,
        document: Known::Value(document(text)),
        targets: Known::Value(targets.iter().map(ToString::to_string).collect()),
    }
}

/// Without an organization.
pub(crate) fn alone() -> Head {
    let mut head = Head::new("2026-01-02T03:04:05Z".parse().unwrap());
    head.accounts = vec![AccountId::from(MEMBER)];
    head.organization = Known::Value(Membership::None);
    head
}

/// With an organization, in which the member account stands in one unit below the root.
pub(crate) fn organized(policies: Vec<ControlPolicy>) -> Head {
    with(organization(policies))
}

pub(crate) fn with(organization: Organization) -> Head {
    Head { organization: Known::Value(Membership::Member(Box::new(organization))), ..alone() }
}

pub(crate) fn organization(policies: Vec<ControlPolicy>) -> Organization {
    let edge = |child: &str, parent: &str| (child.to_owned(), parent.to_owned());
    Organization {
        id: "o-exampleorgid".to_owned(),
        management_account: AccountId::from(MANAGEMENT),
        features: FeatureSet::All,
        roots: Listing::complete(vec![Root {
            id: ROOT.to_owned(),
            enabled_policy_types: vec!["SERVICE_CONTROL_POLICY".to_owned()],
        }]),
        accounts: Listing::complete(Vec::new()),
        parents: Listing::complete(vec![
            edge(MANAGEMENT, ROOT),
            edge(UNIT, ROOT),
            edge(MEMBER, UNIT),
        ]),
        policies: Listing::complete(policies),
    }
}
