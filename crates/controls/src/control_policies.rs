//! What service control policies leave to a caller whom nothing else limits.

use keyward_access::{ALLOW_EVERYTHING, Answer, Origin, Permissions, control_policies};
use keyward_policy::Context;
use keyward_snapshot::{Call, Gap, Known, Membership, PolicyKind};

use crate::View;

/// The calls that tell which service control policies bind an account, and what they say.
pub(crate) const CALLS: [Call; 6] = [
    Call::DescribeOrganization,
    Call::ListRoots,
    Call::ListChildren,
    Call::ListPolicies,
    Call::DescribePolicy,
    Call::ListTargetsForPolicy,
];

/// How an account stands to service control policies.
#[derive(Debug)]
pub(crate) enum Standing<'a> {
    /// It is in no organization, so there are none.
    Alone,
    /// It is the management account, which they do not bind.
    Management,
    /// They bind it.
    Member(Ceiling<'a>),
}

/// The service control policies over a member account.
#[derive(Debug)]
pub(crate) struct Ceiling<'a> {
    permissions: Permissions<'a>,
    organization_id: &'a str,
}

/// Where the account of `view` stands, or what was not read to tell.
pub(crate) fn standing<'a>(view: &View<'a>) -> Result<Standing<'a>, Gap> {
    let organization = match &view.head.organization {
        Known::Gap(gap) => return Err(gap.clone()),
        Known::Value(Membership::None) => return Ok(Standing::Alone),
        Known::Value(Membership::Member(organization)) => organization,
    };
    if view.is_management_account() {
        return Ok(Standing::Management);
    }
    let levels = control_policies(view.head, &view.account.id, PolicyKind::ServiceControl)?;
    let mut permissions =
        Permissions::of_document(&ALLOW_EVERYTHING, Origin::Inline { name: "everything" });
    let unread = levels.iter().flatten().filter_map(|policy| policy.document.value().err());
    permissions.gaps.extend(unread.cloned());
    permissions.scps = levels;
    Ok(Standing::Member(Ceiling { permissions, organization_id: &organization.id }))
}

impl Ceiling<'_> {
    /// Whether no policy at all binds the account: their type is not enabled.
    pub(crate) fn is_open(&self) -> bool {
        self.permissions.scps.is_empty()
    }

    /// Whether the policies let `caller`, who carries no tags, call `action` of IAM on `resource`
    /// directly. What else the request may carry is unknown.
    pub(crate) fn leaves(&self, caller: &str, action: &str, resource: &str) -> Answer {
        self.permissions.may(caller, action, resource, self.context())
    }

    fn context(&self) -> Context {
        let context = Context::open()
            .with("aws:PrincipalOrgID", self.organization_id)
            // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html:
            // calls to IAM are always made to this region.
            .with("aws:RequestedRegion", "us-east-1")
            .with("aws:ViaAWSService", "false")
            .without("aws:CalledVia")
            .without("aws:CalledViaFirst")
            .without("aws:CalledViaLast")
            .without("aws:AssumedRoot");
        let policies = self.permissions.scps.iter().flatten();
        policies
            .filter_map(|policy| policy.document.value().ok())
            .flat_map(|document| &document.policy().statements)
            .flat_map(|statement| &statement.conditions)
            .filter(|condition| condition.key.to_ascii_lowercase().starts_with("aws:principaltag/"))
            .fold(context, |context, condition| context.without(&condition.key))
    }
}
