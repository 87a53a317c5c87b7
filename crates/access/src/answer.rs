//! Yes, no, it depends, or nobody can tell.

use keyward_policy::{
    Because, Caller, Context, Document, Fact, Layer, Policies, Policy, Request, Verdict, evaluate,
};
use keyward_snapshot::{ControlPolicy, Gap};

use crate::Permissions;
use crate::identities::ALLOW_EVERYTHING;
use crate::permissions::Principal;

/// The answer to a question about a principal's permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes, whatever is unknown; with the deciding statements in words.
    Yes(Vec<String>),
    /// No, whatever is unknown; with the deciding statements in words.
    No(Vec<String>),
    /// It depends on these context keys, lower case and sorted.
    Depends(Vec<String>),
    /// A policy that was not read could change the answer.
    CannotTell(Gap),
}

impl Permissions<'_> {
    /// Whether the principal may do `action` on `resource`, as far as its own side decides: what
    /// the resource's policy adds, requires or takes away is not looked at.
    ///
    /// `caller_arn` is the user's ARN, the role's (for any session of it) or a role session's.
    ///
    /// With gaps, each missing policy is thought of at its kindest: an identity policy or a control
    /// policy that allows everything, a boundary that limits nothing. What is denied even then
    /// (an explicit deny, a boundary or a level of control policies without an allow) stays
    /// [`Answer::No`]. Everything else becomes [`Answer::CannotTell`], a yes too, since each kind
    /// of policy can also deny.
    pub fn may(&self, caller_arn: &str, action: &str, resource: &str, context: Context) -> Answer {
        let request = Request {
            caller: Caller::Arn(caller_arn.to_owned()),
            action: action.to_owned(),
            resource: resource.to_owned(),
            resource_account: None,
            context: self.with_facts(context),
        };
        self.answer(&self.policies(), &request)
    }

    /// Answers one request against [`Self::policies`].
    pub(crate) fn answer(&self, policies: &Policies<'_>, request: &Request) -> Answer {
        let decision = evaluate(policies, request);
        let in_words = |because: &[Because]| -> Vec<String> {
            because.iter().filter_map(|because| self.in_words(*because)).collect()
        };
        match (decision.verdict, self.gaps.first()) {
            (Verdict::Deny { explicit: true }, _) => Answer::No(in_words(&decision.because)),
            (Verdict::Deny { explicit: false }, _) => Answer::No(vec![format!(
                "nothing allows `{}` on `{}`",
                request.action, request.resource
            )]),
            (_, Some(gap)) => Answer::CannotTell(gap.clone()),
            (Verdict::Allow, None) => Answer::Yes(in_words(&decision.because)),
            (Verdict::Depends, None) => Answer::Depends(decision.depends_on),
        }
    }

    /// The policies as the evaluator takes them, missing ones at their kindest. The order is that
    /// of [`Self::identity`] and [`Self::scps`].
    pub(crate) fn policies(&self) -> Policies<'_> {
        let mut identity: Vec<&Policy> =
            self.identity.iter().map(|held| held.document.policy()).collect();
        if self.identity_incomplete {
            identity.push(ALLOW_EVERYTHING.policy());
        }
        Policies {
            identity,
            boundary: self.boundary.map(Document::policy),
            scps: self
                .scps
                .iter()
                .map(|level| level.iter().copied().map(kindest).collect())
                .collect(),
            ..Policies::default()
        }
    }

    /// The same context with what the snapshot tells of the principal, where it is unknown so far.
    pub(crate) fn with_facts(&self, context: Context) -> Context {
        let kind = self.principal.map(|principal| match principal {
            Principal::User => "User",
            Principal::Role => "AssumedRole",
        });
        let facts = [("aws:PrincipalType", kind), ("aws:PrincipalOrgID", self.organization_id)];
        facts.into_iter().fold(context, |context, (key, value)| match (context.fact(key), value) {
            (Fact::Unknown, Some(value)) => context.with(key, value),
            _ => context,
        })
    }

    /// A statement that decided, in words; `None` for what stands in for a missing policy.
    pub(crate) fn in_words(&self, because: Because) -> Option<String> {
        let (document, policy) = match because.layer {
            Layer::Identity(index) => {
                let held = self.identity.get(index)?;
                (held.document, held.origin.to_string())
            }
            Layer::Boundary => {
                (self.boundary?, format!("permissions boundary `{}`", self.boundary_arn?))
            }
            Layer::Scp { level, policy } => {
                let scp = self.scps.get(level)?.get(policy)?;
                let document = scp.document.value().ok()?;
                (&**document, format!("service control policy `{}` ({})", scp.name, scp.id))
            }
            Layer::Session(_) | Layer::Rcp { .. } | Layer::Resource | Layer::Endpoint => {
                return None;
            }
        };
        let statement = document.policy().statements.get(because.statement)?;
        Some(match &statement.sid {
            Some(sid) if !sid.is_empty() => format!("statement `{sid}` of {policy}"),
            _ => format!("statement {} of {policy}", because.statement + 1),
        })
    }
}

fn kindest(scp: &ControlPolicy) -> &Policy {
    scp.document.value().map_or_else(|_| ALLOW_EVERYTHING.policy(), |document| document.policy())
}
