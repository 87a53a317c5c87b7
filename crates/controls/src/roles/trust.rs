//! Whether somebody may assume a role, by its trust policy.

use std::collections::BTreeSet;

use keyward_access::{ALLOW_EVERYTHING, control_policies};
use keyward_policy::{
    Caller, Context, Decision, Effect, Fact, Layer, Policies, Policy, PrincipalPattern, Request,
    Statement, Verdict, evaluate,
};
use keyward_snapshot::{ControlPolicy, PolicyKind, Role};

use crate::{Answer, Severity, View};

/// How many combinations of chosen values are tried before the question is left open.
const COMBINATIONS_MAX: usize = 512;

/// One way to come to a role: who asks, and what is certain of the request. Keys that nobody
/// names are unknown.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub(super) caller: Caller,
    pub(super) context: Context,
    /// What is special about the request, in words; empty if nothing is.
    pub(super) says: String,
}

/// A context key that the visitor chooses, and the values that are worth trying.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) key: String,
    pub(super) values: Vec<Fact>,
}

/// What comes of trying to assume a role.
#[derive(Debug)]
pub(super) enum Outcome {
    /// This request is allowed, whatever its unknown keys are.
    Allowed(Box<Allowed>),
    /// Nothing that the visitors can do is allowed.
    Denied,
    /// It depends on these context keys.
    Open(BTreeSet<String>),
}

/// A request that is allowed.
#[derive(Debug)]
pub(super) struct Allowed {
    request: Request,
    says: String,
    /// The values that the visitor chose.
    chosen: Vec<(String, Fact)>,
    decision: Decision,
}

/// Tries to assume `role` through `action`, as each of the visitors.
pub(super) fn assume(
    role: &Role,
    action: &str,
    visitors: &[Visitor],
    choices: &[Choice],
) -> Outcome {
    let mut open = BTreeSet::new();
    for visitor in visitors {
        match assume_as(role, action, visitor, choices) {
            Outcome::Allowed(allowed) => return Outcome::Allowed(allowed),
            Outcome::Denied => {}
            Outcome::Open(keys) => open.extend(keys),
        }
    }
    if open.is_empty() { Outcome::Denied } else { Outcome::Open(open) }
}

fn assume_as(role: &Role, action: &str, visitor: &Visitor, choices: &[Choice]) -> Outcome {
    let unchosen = choices.iter().fold(visitor.context.clone(), |context, choice| {
        context.with_fact(&choice.key, Fact::Unknown)
    });
    let request = request(role, action, &visitor.caller, unchosen);
    let decision = evaluate(&policies(role), &request);
    match decision.verdict {
        Verdict::Allow => Outcome::Allowed(Box::new(Allowed {
            request,
            says: visitor.says.clone(),
            chosen: Vec::new(),
            decision,
        })),
        Verdict::Deny { .. } => Outcome::Denied,
        Verdict::Depends => {
            let relevant: Vec<&Choice> =
                choices.iter().filter(|choice| decision.depends_on.contains(&choice.key)).collect();
            let undecided = || Outcome::Open(decision.depends_on.iter().cloned().collect());
            choose(role, action, visitor, &relevant).unwrap_or_else(undecided)
        }
    }
}

/// Tries the values of all choices with each other. `None` if none of them brings the visitor any
/// further than the question did without them.
fn choose(role: &Role, action: &str, visitor: &Visitor, choices: &[&Choice]) -> Option<Outcome> {
    if choices.is_empty() {
        return None;
    }
    let mut open: Option<BTreeSet<String>> = None;
    for chosen in combinations(choices).take(COMBINATIONS_MAX) {
        let context = chosen.iter().fold(visitor.context.clone(), |context, (key, fact)| {
            context.with_fact(key, fact.clone())
        });
        let request = request(role, action, &visitor.caller, context);
        let decision = evaluate(&policies(role), &request);
        match decision.verdict {
            Verdict::Allow => {
                return Some(Outcome::Allowed(Box::new(Allowed {
                    request,
                    says: visitor.says.clone(),
                    chosen,
                    decision,
                })));
            }
            Verdict::Deny { .. } => {}
            Verdict::Depends => {
                let keys: BTreeSet<String> = decision.depends_on.into_iter().collect();
                if open.as_ref().is_none_or(|known| keys.len() < known.len()) {
                    open = Some(keys);
                }
            }
        }
    }
    open.map(Outcome::Open)
}

/// Every combination of one value for each choice.
fn combinations(choices: &[&Choice]) -> impl Iterator<Item = Vec<(String, Fact)>> {
    let total =
        choices.iter().fold(1_usize, |total, choice| total.saturating_mul(choice.values.len()));
    (0..total).map(move |index| {
        let mut rest = index;
        choices
            .iter()
            .filter_map(|choice| {
                let count = choice.values.len().max(1);
                let value = choice.values.get(rest % count)?;
                rest /= count;
                Some((choice.key.clone(), value.clone()))
            })
            .collect()
    })
}

fn request(role: &Role, action: &str, caller: &Caller, context: Context) -> Request {
    Request {
        caller: caller.clone(),
        action: action.to_owned(),
        resource: role.arn.clone(),
        resource_account: None,
        context,
    }
}

/// The trust policy, for somebody whose own side allows everything: nobody knows it, and whoever
/// wants to come in writes it.
fn policies(role: &Role) -> Policies<'_> {
    Policies {
        identity: vec![ALLOW_EVERYTHING.policy()],
        resource: Some(role.trust.policy()),
        ..Policies::default()
    }
}

impl Allowed {
    /// Adds the request and the statements that let it in to an answer.
    pub(super) fn proves(&self, answer: Answer, role: &Role) -> Answer {
        let who = match &self.request.caller {
            Caller::Arn(arn) => format!("`{arn}`"),
            Caller::Service(name) => format!("service `{name}`"),
            Caller::Federated(provider) => format!("somebody whom `{provider}` vouches for"),
            Caller::Anonymous => "anybody".to_owned(),
        };
        let chosen = self.chosen.iter().map(|(key, fact)| match fact {
            Fact::Known(values) => format!("{key} `{}`", values.join("`, `")),
            Fact::Absent | Fact::Unknown => format!("no {key}"),
        });
        let special = (!self.says.is_empty()).then(|| self.says.clone());
        let with: Vec<String> = special.into_iter().chain(chosen).collect();
        let with =
            if with.is_empty() { String::new() } else { format!(", with {}", with.join(", ")) };
        let answer =
            answer.evidence("allowed request", format!("{} by {who}{with}", self.request.action));
        let because = self.decision.because.iter().filter(|it| it.layer == Layer::Resource);
        because.fold(answer, |answer, because| {
            let statement = role.trust.policy().statements.get(because.statement);
            let sid = statement.and_then(|statement| statement.sid.as_deref());
            match sid.filter(|sid| !sid.is_empty()) {
                Some(sid) => answer.evidence("trust statement", format!("`{sid}`")),
                None => answer.evidence("trust statement", because.statement + 1),
            }
        })
    }

    /// Lowers the severity of a weak answer where a resource control policy of the organization
    /// denies this very request today. It stays weak: the trust policy is as open as it was, and
    /// the control policy is somebody else's to change.
    pub(super) fn under_control_policies(&self, answer: Answer, view: &View<'_>) -> Answer {
        let kind = PolicyKind::ResourceControl;
        let Ok(levels) = control_policies(view.head, &view.account.id, kind) else {
            return answer;
        };
        let documents = |level: &Vec<&'_ ControlPolicy>| {
            level.iter().filter_map(|policy| policy.document.value().ok()).cloned().collect()
        };
        let levels: Vec<Vec<_>> = levels.iter().map(documents).collect();
        let rcps = levels
            .iter()
            .map(|level| level.iter().map(|document| document.policy()).collect())
            .collect();
        let policies =
            Policies { rcps, identity: vec![ALLOW_EVERYTHING.policy()], ..Policies::default() };
        match evaluate(&policies, &self.request).verdict {
            Verdict::Deny { explicit: true } => answer.severity(
                Severity::Medium,
                "a resource control policy of the organization denies this request",
            ),
            _ => answer,
        }
    }
}

/// The values that the conditions of a policy give for `key`.
pub(super) fn values_of<'p>(policy: &'p Policy, key: &str) -> impl Iterator<Item = &'p str> {
    let conditions = policy.statements.iter().flat_map(|statement| &statement.conditions);
    conditions
        .filter(move |condition| condition.key.eq_ignore_ascii_case(key))
        .flat_map(|condition| condition.values.iter().map(|value| &**value))
}

/// The context keys that a policy's conditions ask for, in lower case.
pub(super) fn keys_of(policy: &Policy) -> BTreeSet<String> {
    let conditions = policy.statements.iter().flat_map(|statement| &statement.conditions);
    conditions.map(|condition| condition.key.to_ascii_lowercase()).collect()
}

/// The principals of the statements that allow something.
pub(super) fn trusted(policy: &Policy) -> impl Iterator<Item = &PrincipalPattern> {
    let allows = |statement: &&Statement| statement.effect == Effect::Allow;
    let principals =
        policy.statements.iter().filter(allows).filter_map(|it| it.principals.as_ref());
    principals.filter(|principals| !principals.negated).flat_map(|principals| &principals.patterns)
}

/// Whether some statement that allows is about more people than those whom it names.
pub(super) fn names_strangers(policy: &Policy) -> bool {
    let allows = policy.statements.iter().filter(|it| it.effect == Effect::Allow);
    let mut principals = allows.map(|statement| statement.principals.as_ref());
    principals.any(|principals| {
        principals.is_none_or(|principals| {
            principals.negated || principals.patterns.contains(&PrincipalPattern::Everyone)
        })
    })
}

/// Whom a trust policy names, for evidence.
pub(super) fn trusted_in_words(policy: &Policy) -> String {
    let names: BTreeSet<String> = trusted(policy)
        .map(|pattern| match pattern {
            PrincipalPattern::Everyone => "everyone".to_owned(),
            PrincipalPattern::Account(account) => format!("account {account}"),
            PrincipalPattern::Arn(name)
            | PrincipalPattern::UniqueId(name)
            | PrincipalPattern::Service(name)
            | PrincipalPattern::Federated(name)
            | PrincipalPattern::CanonicalUser(name) => name.to_string(),
        })
        .collect();
    if names.is_empty() { "nobody".to_owned() } else { Vec::from_iter(names).join(", ") }
}

/// A pattern with something for its wildcards.
pub(super) fn filled(pattern: &str) -> String {
    pattern.replace('*', "anything").replace('?', "x")
}
