//! Yes, no, it depends, or nobody can tell.

use keyward_policy::{
    Actions, Because, Caller, Context, Document, Effect, Fact, Layer, Policies, Policy,
    PrincipalPattern, Principals, Request, Resources, Statement, Verdict, Version, evaluate,
};
use keyward_snapshot::{ControlPolicy, Gap, Known, Membership};

use crate::identities::ALLOW_EVERYTHING;
use crate::{Held, Origin, Permissions};

/// The answer to a question about a principal's permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes, whatever is unknown; with the deciding statements in words.
    Yes(Vec<String>),
    /// No, whatever is unknown; with the deciding statements in words, or what does not allow it.
    No(Vec<String>),
    /// It depends on these context keys, lower case and sorted.
    Depends(Vec<String>),
    /// A policy that was not read could change the answer.
    CannotTell(Gap),
}

impl Permissions<'_> {
    /// Whether the principal may do `action` on `resource`, as far as its own side decides.
    ///
    /// The resource's side is thought of as leaving it to the caller's account: where another
    /// policy has to agree (a role's trust policy, a KMS key's policy, the policy of a resource in
    /// another account) it does, and it adds nothing of its own.
    ///
    /// `caller_arn` is the user's ARN, the role's (for any session of it) or a role session's.
    /// What the snapshot tells of the caller (the organization, a user's tags) is filled in where
    /// `context` leaves it unknown.
    ///
    /// With gaps, each missing policy is thought of at its kindest: an identity policy or a control
    /// policy that allows everything, a boundary that limits nothing. What is denied even then
    /// (by an explicit deny, by a boundary or a level of control policies without an allow) stays
    /// [`Answer::No`]. Everything else becomes [`Answer::CannotTell`], a yes too, since a policy of
    /// each kind can also deny. [`Self::overlooking_unread_scps`] makes an exception.
    pub fn may(&self, caller_arn: &str, action: &str, resource: &str, context: Context) -> Answer {
        if !self.could(action) {
            return Answer::No(vec![nothing_allows(action, resource)]);
        }
        let consent = consent(caller_arn);
        let request = self.request(caller_arn, action, resource, context);
        self.answer(&self.policies(consent.as_ref()), request)
    }

    /// Whether an identity policy allows `action` on anything in any request, or one that was not
    /// read may. Most principals' policies say nothing of most actions, and then no closer question
    /// needs to be asked.
    pub fn could(&self, action: &str) -> bool {
        let statements = self.identity.iter().flat_map(|held| &held.document.policy().statements);
        let allows = |statement: &Statement| {
            statement.effect == Effect::Allow && statement.actions.matches(action)
        };
        self.identity_incomplete || statements.into_iter().any(allows)
    }

    /// How the principal came by policies that allow something of `service`, such as `s3`, to
    /// somebody in some request. What denies it, or limits it, is not looked at.
    pub fn granting(&self, service: &str) -> impl Iterator<Item = Origin<'_>> {
        let allows = |statement: &Statement| {
            statement.effect == Effect::Allow && statement.actions.reach_service(service)
        };
        let grants = move |held: &&Held<'_>| held.document.policy().statements.iter().any(allows);
        self.identity.iter().filter(grants).map(|held| held.origin)
    }

    /// Whether identity policies take part that were not read.
    pub fn is_identity_incomplete(&self) -> bool {
        self.identity_incomplete
    }

    /// The request of the caller, with what the snapshot tells.
    pub(crate) fn request(
        &self,
        caller_arn: &str,
        action: &str,
        resource: &str,
        context: Context,
    ) -> Request {
        let organization = self.head.and_then(|head| match &head.organization {
            Known::Value(Membership::Member(organization)) => Some(&organization.id),
            Known::Value(Membership::None) | Known::Gap(_) => None,
        });
        let context = match (organization, context.fact("aws:PrincipalOrgID")) {
            (Some(id), Fact::Unknown) => context.with("aws:PrincipalOrgID", id),
            _ => context,
        };
        Request {
            caller: Caller::Arn(caller_arn.to_owned()),
            action: action.to_owned(),
            resource: resource.to_owned(),
            resource_account: None,
            context,
        }
    }

    /// Answers one request against [`Self::policies`].
    pub(crate) fn answer(&self, policies: &Policies<'_>, mut request: Request) -> Answer {
        let mut decision = evaluate(policies, &request);
        // Each round names another key, of which the policies hold only so many.
        while let Some(tagged) = self.with_tags(&request.context, &decision.depends_on) {
            request.context = tagged;
            decision = evaluate(policies, &request);
        }
        // A control policy may be attached at several levels.
        let in_words = |because: &[Because]| -> Vec<String> {
            let mut said = Vec::new();
            for words in because.iter().filter_map(|because| self.in_words(*because)) {
                if !said.contains(&words) {
                    said.push(words);
                }
            }
            said
        };
        match (decision.verdict, self.decisive_gap()) {
            (Verdict::Deny { explicit: true }, _) => Answer::No(in_words(&decision.because)),
            (Verdict::Deny { explicit: false }, _) => {
                Answer::No(vec![self.silence(policies, &request)])
            }
            (_, Some(gap)) => Answer::CannotTell(gap.clone()),
            (Verdict::Allow, None) => {
                let mut because = in_words(&decision.because);
                because.extend(self.unread_scps.first().map(|gap| {
                    format!(
                        "service control policies were not read (`{}`) and may hold it back",
                        gap.call
                    )
                }));
                Answer::Yes(because)
            }
            (Verdict::Depends, None) => Answer::Depends(decision.depends_on),
        }
    }

    /// The first policy that was not read and could change a yes.
    fn decisive_gap(&self) -> Option<&Gap> {
        let scps = self.unread_scps.first().filter(|_| !self.overlooks_unread_scps);
        self.gaps.first().or(scps)
    }

    /// The policies as the evaluator takes them, missing ones at their kindest. The order is that
    /// of [`Self::identity`] and [`Self::scps`].
    pub(crate) fn policies<'p>(&'p self, consent: Option<&'p Policy>) -> Policies<'p> {
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
            resource: consent,
            ..Policies::default()
        }
    }

    /// The context with the principal's tags, if the decision hangs on any and all are known.
    fn with_tags(&self, context: &Context, depends_on: &[String]) -> Option<Context> {
        let tags = self.tags?;
        let mut tagged = None;
        for key in depends_on {
            let Some(tag) = key.strip_prefix("aws:principaltag/") else { continue };
            let context = tagged.take().unwrap_or_else(|| context.clone());
            // IAM does not tell tag keys apart by case.
            // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
            tagged = Some(match tags.iter().find(|(name, _)| name.eq_ignore_ascii_case(tag)) {
                Some((_, value)) => context.with(key, value),
                None => context.without(key),
            });
        }
        tagged
    }

    /// What keeps silent where no statement allows the request.
    fn silence(&self, policies: &Policies<'_>, request: &Request) -> String {
        let allowed = |policies: &Policies<'_>| {
            !matches!(evaluate(policies, request).verdict, Verdict::Deny { explicit: false })
        };
        let without_scps = Policies { scps: Vec::new(), ..policies.clone() };
        let what = if policies.scps.is_empty() || !allowed(&without_scps) {
            match self.boundary_arn {
                Some(arn) if allowed(&Policies { boundary: None, ..without_scps }) => {
                    format!("the permissions boundary `{arn}` does not allow")
                }
                _ => return nothing_allows(&request.action, &request.resource),
            }
        } else {
            "a level of service control policies does not allow".to_owned()
        };
        format!("{what} `{}` on `{}`", request.action, request.resource)
    }

    /// A statement that decided, in words; `None` for what stands in for a missing policy.
    fn in_words(&self, because: Because) -> Option<String> {
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

pub(crate) fn nothing_allows(action: &str, resource: &str) -> String {
    format!("no identity policy allows `{action}` on `{resource}`")
}

fn kindest(scp: &ControlPolicy) -> &Policy {
    scp.document.value().map_or_else(|_| ALLOW_EVERYTHING.policy(), |document| document.policy())
}

/// The policy of a resource that leaves its access to the caller's account. In that account it
/// allows nothing by itself; elsewhere it is the other half of the permission.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
pub(crate) fn consent(caller_arn: &str) -> Option<Policy> {
    let account = caller_arn.split(':').nth(4).filter(|account| !account.is_empty())?;
    let everything = || vec!["*".into()];
    Some(Policy {
        version: Version::V2012,
        id: None,
        statements: vec![Statement {
            sid: None,
            effect: Effect::Allow,
            principals: Some(Principals {
                negated: false,
                patterns: vec![PrincipalPattern::Account(account.into())],
            }),
            actions: Actions { negated: false, patterns: everything() },
            resources: Some(Resources { negated: false, patterns: everything() }),
            conditions: Vec::new(),
        }],
    })
}
