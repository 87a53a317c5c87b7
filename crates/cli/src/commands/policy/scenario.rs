//! One request with the policies around it, as JSON.

use std::collections::{BTreeMap, BTreeSet};

use keyward_policy::{
    Caller, Context, Decision, Document, Effect, Fact, Layer, Policies, Request, Verdict, evaluate,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// A scenario as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    identity: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    boundary: Option<&'a RawValue>,
    #[serde(borrow, default)]
    session: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    scps: Vec<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    rcps: Vec<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    resource: Option<&'a RawValue>,
    #[serde(borrow, default)]
    endpoint: Option<&'a RawValue>,
    request: Asked,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    principal: Principal,
    action: String,
    resource: String,
    #[serde(default)]
    resource_account: Option<String>,
    #[serde(default)]
    context: BTreeMap<String, Value>,
    #[serde(default)]
    unknown: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "an ARN, or an object with `service`, `federated` or `anonymous`")]
enum Principal {
    Arn(String),
    Service(Service),
    Federated(Federated),
    Anonymous(Anonymous),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    service: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Federated {
    federated: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Anonymous {
    anonymous: bool,
}

/// The answer to a scenario.
#[derive(Serialize)]
pub(super) struct Answer<'a> {
    id: Option<&'a RawValue>,
    decision: &'static str,
    explicit: bool,
    because: Vec<Reason>,
    depends_on: Vec<String>,
}

/// A statement that decided.
#[derive(Serialize)]
struct Reason {
    policy: String,
    statement: String,
    sid: Option<String>,
    effect: &'static str,
}

/// The policies of a scenario, parsed.
struct Parsed {
    identity: Vec<Document>,
    boundary: Option<Document>,
    session: Vec<Document>,
    scps: Vec<Vec<Document>>,
    rcps: Vec<Vec<Document>>,
    resource: Option<Document>,
    endpoint: Option<Document>,
}

/// Answers one scenario; otherwise says what is wrong with it.
pub(super) fn answer(text: &str) -> Result<Answer<'_>, String> {
    let written: Written<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let parsed = Parsed::of(&written)?;
    let request = request(written.request)?;
    let decision = evaluate(&parsed.policies(), &request);
    let Decision { verdict, because, depends_on } = decision;
    let (decision, explicit) = match verdict {
        Verdict::Allow => ("allow", false),
        Verdict::Deny { explicit } => ("deny", explicit),
        Verdict::Depends => ("depends", false),
    };
    let because = because
        .into_iter()
        .filter_map(|it| {
            let (policy, document) = parsed.find(it.layer)?;
            Some(reason(policy, document, it.statement))
        })
        .collect();
    Ok(Answer { id: written.id, decision, explicit, because, depends_on })
}

/// A single statement counts as a list of one, as it does in diagnostics.
fn reason(policy: String, document: &Document, index: usize) -> Reason {
    let statement = document.policy().statements.get(index);
    Reason {
        policy,
        statement: format!("/Statement/{index}"),
        sid: statement.and_then(|it| it.sid.as_deref().map(str::to_owned)),
        effect: match statement.map(|it| it.effect) {
            Some(Effect::Deny) => "Deny",
            _ => "Allow",
        },
    }
}

fn request(asked: Asked) -> Result<Request, String> {
    let Asked { principal, action, resource, resource_account, context: given, unknown } = asked;
    let caller = match principal {
        Principal::Arn(arn) => Caller::Arn(arn),
        Principal::Service(Service { service }) => Caller::Service(service),
        Principal::Federated(Federated { federated }) => Caller::Federated(federated),
        Principal::Anonymous(Anonymous { anonymous: true }) => Caller::Anonymous,
        Principal::Anonymous(_) => {
            return Err("`request.principal.anonymous` has to be true".to_owned());
        }
    };
    let mut context = Context::closed();
    let mut keys = BTreeSet::new();
    for (key, value) in &given {
        if !keys.insert(key.to_ascii_lowercase()) {
            return Err(format!("`request.context` names `{key}` twice: case does not matter"));
        }
        context = context.with_fact(key, fact(key, value)?);
    }
    for key in unknown {
        if keys.contains(&key.to_ascii_lowercase()) {
            return Err(format!("`{key}` is in `request.context` and in `request.unknown`"));
        }
        context = context.with_fact(&key, Fact::Unknown);
    }
    Ok(Request { caller, action, resource, resource_account, context })
}

/// The value of a context key. A list without values is a key that the request does not carry.
fn fact(key: &str, value: &Value) -> Result<Fact, String> {
    let text = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(is) => Ok(is.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(format!("`request.context.{key}` is neither a text nor a list of texts")),
    };
    match value {
        Value::Array(values) if values.is_empty() => Ok(Fact::Absent),
        Value::Array(values) => Ok(Fact::Known(values.iter().map(text).collect::<Result<_, _>>()?)),
        value => Ok(Fact::Known(vec![text(value)?])),
    }
}

impl Parsed {
    fn of(written: &Written<'_>) -> Result<Self, String> {
        Ok(Self {
            identity: list("/identity", &written.identity)?,
            boundary: single("/boundary", written.boundary)?,
            session: list("/session", &written.session)?,
            scps: levels("/scps", &written.scps)?,
            rcps: levels("/rcps", &written.rcps)?,
            resource: single("/resource", written.resource)?,
            endpoint: single("/endpoint", written.endpoint)?,
        })
    }

    fn policies(&self) -> Policies<'_> {
        fn all(documents: &[Document]) -> Vec<&keyward_policy::Policy> {
            documents.iter().map(Document::policy).collect()
        }
        Policies {
            identity: all(&self.identity),
            boundary: self.boundary.as_ref().map(Document::policy),
            session: all(&self.session),
            scps: self.scps.iter().map(|level| all(level)).collect(),
            rcps: self.rcps.iter().map(|level| all(level)).collect(),
            resource: self.resource.as_ref().map(Document::policy),
            endpoint: self.endpoint.as_ref().map(Document::policy),
        }
    }

    /// A policy, and the pointer to it in the scenario.
    fn find(&self, layer: Layer) -> Option<(String, &Document)> {
        match layer {
            Layer::Identity(at) => Some((format!("/identity/{at}"), self.identity.get(at)?)),
            Layer::Session(at) => Some((format!("/session/{at}"), self.session.get(at)?)),
            Layer::Boundary => Some(("/boundary".to_owned(), self.boundary.as_ref()?)),
            Layer::Resource => Some(("/resource".to_owned(), self.resource.as_ref()?)),
            Layer::Endpoint => Some(("/endpoint".to_owned(), self.endpoint.as_ref()?)),
            Layer::Scp { level, policy } => in_levels("/scps", &self.scps, level, policy),
            Layer::Rcp { level, policy } => in_levels("/rcps", &self.rcps, level, policy),
        }
    }
}

fn in_levels<'a>(
    pointer: &str,
    levels: &'a [Vec<Document>],
    level: usize,
    policy: usize,
) -> Option<(String, &'a Document)> {
    Some((format!("{pointer}/{level}/{policy}"), levels.get(level)?.get(policy)?))
}

fn document(pointer: &str, raw: &RawValue) -> Result<Document, String> {
    Document::from_json(raw.get()).map_err(|error| format!("{pointer}: {error}"))
}

fn single(pointer: &str, raw: Option<&RawValue>) -> Result<Option<Document>, String> {
    raw.map(|raw| document(pointer, raw)).transpose()
}

fn list(pointer: &str, raw: &[&RawValue]) -> Result<Vec<Document>, String> {
    let numbered = raw.iter().enumerate();
    numbered.map(|(at, raw)| document(&format!("{pointer}/{at}"), raw)).collect()
}

fn levels(pointer: &str, raw: &[Vec<&RawValue>]) -> Result<Vec<Vec<Document>>, String> {
    let numbered = raw.iter().enumerate();
    numbered.map(|(at, level)| list(&format!("{pointer}/{at}"), level)).collect()
}
