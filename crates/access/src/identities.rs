//! The users and roles of one account, prepared for many questions.

use std::collections::HashMap;
use std::sync::LazyLock;

use keyward_policy::Document;
use keyward_snapshot::{
    Account, AttachedPolicy, Call, ControlPolicy, Gap, Group, Head, InlinePolicy, Listing,
    ManagedPolicy, PolicyKind, Reason, Role, User,
};

use crate::{Held, Origin, Permissions, control_policies};

/// One account's policies and groups by name, and the service control policies over it: what the
/// permissions of each of its principals are made of.
#[derive(Clone, Debug)]
pub struct Identities<'a> {
    head: &'a Head,
    account: &'a Account,
    policies: HashMap<&'a str, &'a ManagedPolicy>,
    groups: HashMap<&'a str, &'a Group>,
    scps: Result<Vec<Vec<&'a ControlPolicy>>, Gap>,
}

impl<'a> Identities<'a> {
    /// Prepares the account.
    pub fn new(head: &'a Head, account: &'a Account) -> Self {
        Self {
            head,
            account,
            policies: account.policies.iter().map(|policy| (policy.arn.as_str(), policy)).collect(),
            groups: account.groups.iter().map(|group| (group.name.as_str(), group)).collect(),
            scps: control_policies(head, &account.id, PolicyKind::ServiceControl),
        }
    }

    /// The permissions of a user of the account.
    pub fn user(&self, user: &'a User) -> Permissions<'a> {
        let mut permissions =
            Permissions { head: Some(self.head), tags: Some(&user.tags), ..Permissions::none() };
        self.hold(&mut permissions, &user.inline, &user.attached, None);
        for name in &user.groups {
            match self.groups.get(name.as_str()) {
                Some(group) => {
                    self.hold(&mut permissions, &group.inline, &group.attached, Some(name));
                }
                None => permissions.miss_identity(unlisted(&self.account.groups, name)),
            }
        }
        self.limit(&mut permissions, user.boundary.as_deref());
        self.control(&mut permissions);
        permissions
    }

    /// The permissions of a role of the account.
    pub fn role(&self, role: &'a Role) -> Permissions<'a> {
        let mut permissions = Permissions { head: Some(self.head), ..Permissions::none() };
        self.hold(&mut permissions, &role.inline, &role.attached, None);
        self.limit(&mut permissions, role.boundary.as_deref());
        // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html:
        // service control policies leave service-linked roles alone.
        if !role.is_service_linked() {
            self.control(&mut permissions);
        }
        permissions
    }

    fn hold(
        &self,
        permissions: &mut Permissions<'a>,
        inline: &'a [InlinePolicy],
        attached: &'a [AttachedPolicy],
        group: Option<&'a str>,
    ) {
        permissions.identity.extend(inline.iter().map(|policy| {
            let name = policy.name.as_str();
            let origin = match group {
                None => Origin::Inline { name },
                Some(group) => Origin::GroupInline { group, name },
            };
            Held { document: &policy.document, origin }
        }));
        for policy in attached {
            let arn = policy.arn.as_str();
            let origin = match group {
                None => Origin::Managed { arn },
                Some(group) => Origin::GroupManaged { group, arn },
            };
            match self.managed(arn) {
                Ok(document) => permissions.identity.push(Held { document, origin }),
                Err(gap) => permissions.miss_identity(gap),
            }
        }
    }

    fn limit(&self, permissions: &mut Permissions<'a>, boundary: Option<&'a str>) {
        permissions.boundary_arn = boundary;
        match boundary.map(|arn| self.managed(arn)) {
            None => {}
            Some(Ok(document)) => permissions.boundary = Some(document),
            // Policies of AWS that only bound are not in the account's list.
            Some(Err(Gap {
                call: Call::GetAccountAuthorizationDetails,
                reason,
                about,
                region,
            })) if reason == Reason::NotCollected && self.account.policies.gaps.is_empty() => {
                let call = Call::GetPolicyVersion;
                permissions.gaps.push(Gap { call, reason, about, region });
            }
            Some(Err(gap)) => permissions.gaps.push(gap),
        }
    }

    fn control(&self, permissions: &mut Permissions<'a>) {
        match &self.scps {
            Ok(levels) => {
                let unread = levels.iter().flatten().filter_map(|scp| scp.document.value().err());
                permissions.unread_scps.extend(unread.cloned());
                permissions.scps.clone_from(levels);
            }
            Err(gap) => permissions.unread_scps.push(gap.clone()),
        }
    }

    fn managed(&self, arn: &str) -> Result<&'a Document, Gap> {
        match self.policies.get(arn) {
            Some(policy) => Ok(&policy.document),
            None if is_administrator_access(arn) => Ok(&ALLOW_EVERYTHING),
            None => Err(unlisted(&self.account.policies, arn)),
        }
    }
}

/// The gap for something that is referred to and not in its list.
fn unlisted<T>(listing: &Listing<T>, about: &str) -> Gap {
    let own = listing.gaps.iter().find(|gap| gap.about.as_deref() == Some(about));
    match own.or(listing.gaps.first()) {
        Some(gap) => gap.clone().about(about),
        None => Gap::not_collected(Call::GetAccountAuthorizationDetails).about(about),
    }
}

/// The one AWS-managed policy whose content is taken for granted: AWS documents it, and it has to
/// allow everything to be what it is.
///
/// Source: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html>.
fn is_administrator_access(arn: &str) -> bool {
    arn.strip_prefix("arn:aws").and_then(|rest| rest.split_once(':')).is_some_and(
        |(partition, rest)| {
            (partition.is_empty() || partition.starts_with('-'))
                && rest == "iam::aws:policy/AdministratorAccess"
        },
    )
}

/// What allows every action on every resource.
#[expect(clippy::expect_used, reason = "a literal policy, which every test of it parses")]
pub static ALLOW_EVERYTHING: LazyLock<Document> = LazyLock::new(|| {
    Document::parse(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    )
    .expect("the literal is a policy")
});
