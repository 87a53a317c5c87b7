//! From JSON text to a [`Policy`], with everything that is wrong on the way.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.

use std::collections::HashSet;

use crate::arn::{Arn, is_account_id};
use crate::json::{Json, Member};
use crate::locate::Position;
use crate::pattern::is_everything;
use crate::variables::has_variable;
use crate::{
    Actions, Code, Comparison, Condition, Diagnostic, DocumentError, Effect, Level, Operator,
    Policy, PrincipalPattern, Principals, Resources, Statement, Version,
};

/// Parses a policy; beside it stand the warnings.
pub(crate) fn policy(text: &str) -> Result<(Policy, Vec<Diagnostic>), DocumentError> {
    let json = serde_json::from_str(text).map_err(|error| not_json(text, &error))?;
    let mut parser = Parser { diagnostics: Vec::new() };
    let policy = parser.policy(&json);
    let diagnostics = parser.diagnostics;
    match policy {
        Some(policy) if diagnostics.iter().all(|it| it.level != Level::Error) => {
            Ok((policy, diagnostics))
        }
        _ => Err(DocumentError { diagnostics, stopped_at: None }),
    }
}

/// The error for a text that is not JSON.
pub(crate) fn not_json(text: &str, error: &serde_json::Error) -> DocumentError {
    let message = error.to_string();
    // The position is a field of its own.
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    DocumentError {
        diagnostics: vec![Diagnostic {
            pointer: String::new(),
            code: Code::NotJson,
            level: Level::Error,
            message: format!("the text is not JSON: {message}"),
        }],
        stopped_at: Some(Position::of_error(text, error)),
    }
}

/// Where the parser is: a chain of steps from the root, written out only for a diagnostic.
#[derive(Clone, Copy)]
enum Path<'a> {
    Root,
    Name(&'a Self, &'a str),
    Index(&'a Self, usize),
}

impl<'a> Path<'a> {
    fn name(&'a self, name: &'a str) -> Self {
        Self::Name(self, name)
    }

    fn write(&self, pointer: &mut String) {
        match self {
            Self::Root => {}
            Self::Name(parent, name) => {
                parent.write(pointer);
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Self::Index(parent, index) => {
                parent.write(pointer);
                pointer.push('/');
                pointer.push_str(&index.to_string());
            }
        }
    }
}

struct Parser {
    diagnostics: Vec<Diagnostic>,
}

impl Parser {
    fn report(&mut self, path: Path<'_>, code: Code, level: Level, message: String) {
        let mut pointer = String::new();
        path.write(&mut pointer);
        self.diagnostics.push(Diagnostic { pointer, code, level, message });
    }

    fn error(&mut self, path: Path<'_>, code: Code, message: impl Into<String>) {
        self.report(path, code, Level::Error, message.into());
    }

    fn warning(&mut self, path: Path<'_>, code: Code, message: impl Into<String>) {
        self.report(path, code, Level::Warning, message.into());
    }

    fn wrong_type(&mut self, path: Path<'_>, wanted: &str, found: &Json<'_>) {
        self.error(path, Code::WrongType, format!("expected {wanted}, found {}", found.kind()));
    }

    fn policy(&mut self, json: &Json<'_>) -> Option<Policy> {
        let path = Path::Root;
        let members = self.object(json, "a policy object", path)?;
        let known = ["Version", "Id", "Statement"];
        self.names(members, &known, path);
        let version = match get(members, "Version") {
            None => Version::V2008,
            Some(json) => self.version(json, path.name("Version")),
        };
        let id = self.optional_text(members, "Id", path);
        let statements = match get(members, "Statement") {
            None => {
                self.missing(members, "Statement", path);
                Vec::new()
            }
            Some(json) => self.statements(json, path.name("Statement")),
        };
        Some(Policy { version, id, statements })
    }

    fn version(&mut self, json: &Json<'_>, path: Path<'_>) -> Version {
        match json {
            Json::Text(text) if text == "2012-10-17" => return Version::V2012,
            Json::Text(text) if text == "2008-10-17" => {}
            Json::Text(text) => self.error(
                path,
                Code::InvalidValue,
                format!("version `{text}` is neither `2012-10-17` nor `2008-10-17`"),
            ),
            json => self.wrong_type(path, "a string", json),
        }
        Version::V2008
    }

    fn statements(&mut self, json: &Json<'_>, path: Path<'_>) -> Vec<Statement> {
        match json {
            Json::List(items) => {
                let items = items.iter().enumerate();
                items
                    .filter_map(|(at, item)| self.statement(item, Path::Index(&path, at)))
                    .collect()
            }
            json => self.statement(json, path).into_iter().collect(),
        }
    }

    fn statement(&mut self, json: &Json<'_>, path: Path<'_>) -> Option<Statement> {
        let members = self.object(json, "a statement object", path)?;
        let known = [
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition",
        ];
        self.names(members, &known, path);
        let sid = self.optional_text(members, "Sid", path);
        let effect = self.effect(members, path);
        let principals = self.one_of(members, ["Principal", "NotPrincipal"], path);
        let principals = principals.map(|(negated, json)| {
            let name = if negated { "NotPrincipal" } else { "Principal" };
            Principals { negated, patterns: self.principals(json, path.name(name)) }
        });
        let actions = match self.one_of(members, ["Action", "NotAction"], path) {
            None => {
                self.missing(members, "Action", path);
                None
            }
            Some((negated, json)) => {
                let path = path.name(if negated { "NotAction" } else { "Action" });
                Some(Actions { negated, patterns: self.patterns(json, path, action_fault) })
            }
        };
        let resources = self.one_of(members, ["Resource", "NotResource"], path);
        let resources = resources.map(|(negated, json)| {
            let path = path.name(if negated { "NotResource" } else { "Resource" });
            Resources { negated, patterns: self.patterns(json, path, resource_fault) }
        });
        let conditions = match get(members, "Condition") {
            None => Vec::new(),
            Some(json) => self.conditions(json, path.name("Condition")),
        };
        Some(Statement {
            sid,
            effect: effect?,
            principals,
            actions: actions?,
            resources,
            conditions,
        })
    }

    fn effect(&mut self, members: &[Member<'_>], path: Path<'_>) -> Option<Effect> {
        let Some(json) = get(members, "Effect") else {
            self.missing(members, "Effect", path);
            return None;
        };
        let path = path.name("Effect");
        match json {
            Json::Text(text) if text == "Allow" => return Some(Effect::Allow),
            Json::Text(text) if text == "Deny" => return Some(Effect::Deny),
            Json::Text(text) => self.error(
                path,
                Code::InvalidValue,
                format!("effect `{text}` is neither `Allow` nor `Deny`"),
            ),
            json => self.wrong_type(path, "a string", json),
        }
        None
    }

    fn principals(&mut self, json: &Json<'_>, path: Path<'_>) -> Vec<PrincipalPattern> {
        let members = match json {
            Json::Text(text) if text == "*" => return vec![PrincipalPattern::Everyone],
            Json::Text(text) => {
                let message = format!("`{text}` is neither `*` nor an object of principals");
                self.error(path, Code::InvalidValue, message);
                return Vec::new();
            }
            Json::Object(members) => members,
            json => {
                self.wrong_type(path, "`*` or an object", json);
                return Vec::new();
            }
        };
        self.names(members, &["AWS", "Service", "Federated", "CanonicalUser"], path);
        let mut patterns = Vec::new();
        for Member { name, value } in members {
            let read = match &**name {
                "AWS" => aws_principal,
                "Service" => |text: &str| PrincipalPattern::Service(text.into()),
                "Federated" => |text: &str| PrincipalPattern::Federated(text.into()),
                "CanonicalUser" => |text: &str| PrincipalPattern::CanonicalUser(text.into()),
                _ => continue,
            };
            let fault = if name == "AWS" { aws_principal_fault } else { other_principal_fault };
            let texts = self.patterns(value, path.name(name), fault);
            patterns.extend(texts.iter().map(|text| read(text)));
        }
        patterns
    }

    fn conditions(&mut self, json: &Json<'_>, path: Path<'_>) -> Vec<Condition> {
        let mut conditions = Vec::new();
        let Some(operators) = self.object(json, "an object of operators", path) else {
            return conditions;
        };
        self.repeated(operators, path);
        for Member { name, value } in operators {
            let path = path.name(name);
            let operator = Operator::parse(name);
            if let Comparison::Unrecognised(text) = &operator.comparison {
                let message = format!("`{text}` is not a condition operator that AWS documents");
                self.warning(path, Code::UnknownOperator, message);
            }
            let Some(keys) = self.object(value, "an object of context keys", path) else {
                continue;
            };
            self.repeated(keys, path);
            for Member { name, value } in keys {
                let values = self.condition_values(value, path.name(name));
                let (operator, key) = (operator.clone(), (&**name).into());
                conditions.push(Condition { operator, key, values });
            }
        }
        conditions
    }

    fn condition_values(&mut self, json: &Json<'_>, path: Path<'_>) -> Vec<Box<str>> {
        const WANTED: &str = "a string, a Boolean, a number or a list of them";
        match json {
            Json::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                for (at, item) in items.iter().enumerate() {
                    match scalar(item) {
                        Some(value) => values.push(value),
                        None => self.wrong_type(Path::Index(&path, at), WANTED, item),
                    }
                }
                values
            }
            json => {
                let value = scalar(json);
                if value.is_none() {
                    self.wrong_type(path, WANTED, json);
                }
                value.into_iter().collect()
            }
        }
    }

    /// A string or a list of strings; `fault` says what is doubtful about one of them.
    fn patterns(
        &mut self,
        json: &Json<'_>,
        path: Path<'_>,
        fault: fn(&str) -> Option<&'static str>,
    ) -> Vec<Box<str>> {
        let mut texts = Vec::new();
        let mut add = |parser: &mut Self, item: &Json<'_>, path: Path<'_>| {
            let Json::Text(text) = item else {
                return parser.wrong_type(path, "a string or a list of strings", item);
            };
            if let Some(fault) = fault(text) {
                parser.warning(path, Code::InvalidValue, format!("`{text}` {fault}"));
            }
            texts.push(Box::from(&**text));
        };
        match json {
            Json::List(items) => {
                if items.is_empty() {
                    self.warning(path, Code::InvalidValue, "the list is empty");
                }
                for (at, item) in items.iter().enumerate() {
                    add(self, item, Path::Index(&path, at));
                }
            }
            json => add(self, json, path),
        }
        texts
    }

    fn object<'j, 'a>(
        &mut self,
        json: &'j Json<'a>,
        wanted: &str,
        path: Path<'_>,
    ) -> Option<&'j [Member<'a>]> {
        if let Json::Object(members) = json {
            return Some(members);
        }
        self.wrong_type(path, wanted, json);
        None
    }

    /// Reports members whose names are not among `known`, or repeat.
    fn names(&mut self, members: &[Member<'_>], known: &[&str], path: Path<'_>) {
        self.repeated(members, path);
        for Member { name, .. } in members {
            if known.contains(&&**name) {
                continue;
            }
            let path = path.name(name);
            if let Some(known) = known.iter().find(|known| known.eq_ignore_ascii_case(name)) {
                let message = format!("element `{name}` has to be written `{known}`");
                self.error(path, Code::UnknownElement, message);
            } else {
                let message = format!("the policy language has no element `{name}` here");
                self.warning(path, Code::UnknownElement, message);
            }
        }
    }

    /// Reports names that differ from an earlier one in case at most.
    fn repeated(&mut self, members: &[Member<'_>], path: Path<'_>) {
        let mut seen = HashSet::with_capacity(members.len());
        for Member { name, .. } in members {
            if !seen.insert(name.to_ascii_lowercase()) {
                let message = format!("`{name}` stands here twice");
                self.error(path.name(name), Code::DuplicateKey, message);
            }
        }
    }

    /// Reports that `name` is missing, unless it is there in another case, which is reported as that.
    fn missing(&mut self, members: &[Member<'_>], name: &str, path: Path<'_>) {
        if !members.iter().any(|member| member.name.eq_ignore_ascii_case(name)) {
            self.error(path, Code::MissingElement, format!("element `{name}` is missing"));
        }
    }

    fn optional_text(
        &mut self,
        members: &[Member<'_>],
        name: &str,
        path: Path<'_>,
    ) -> Option<Box<str>> {
        match get(members, name)? {
            Json::Text(text) => Some(Box::from(&**text)),
            json => {
                self.wrong_type(path.name(name), "a string", json);
                None
            }
        }
    }

    /// The one of two elements that is there, and whether it is the second, the negated one.
    fn one_of<'j, 'a>(
        &mut self,
        members: &'j [Member<'a>],
        [plain, negated]: [&str; 2],
        path: Path<'_>,
    ) -> Option<(bool, &'j Json<'a>)> {
        match (get(members, plain), get(members, negated)) {
            (Some(json), None) => Some((false, json)),
            (None, Some(json)) => Some((true, json)),
            (None, None) => None,
            (Some(json), Some(_)) => {
                let message = format!("`{plain}` and `{negated}` exclude each other");
                self.error(path, Code::ExclusiveElements, message);
                Some((false, json))
            }
        }
    }
}

fn get<'j, 'a>(members: &'j [Member<'a>], name: &str) -> Option<&'j Json<'a>> {
    members.iter().find(|member| member.name == name).map(|member| &member.value)
}

fn scalar(json: &Json<'_>) -> Option<Box<str>> {
    match json {
        Json::Text(text) => Some(Box::from(&**text)),
        Json::Bool(true) => Some("true".into()),
        Json::Bool(false) => Some("false".into()),
        Json::Number(number) => Some(number.as_str().into()),
        Json::Null | Json::List(_) | Json::Object(_) => None,
    }
}

fn action_fault(pattern: &str) -> Option<&'static str> {
    match pattern.split_once(':') {
        None if is_everything(pattern) => None,
        None => Some("has no service prefix, so it matches no action"),
        Some((prefix, name)) if is_everything(prefix) && is_everything(name) => None,
        Some((prefix, _)) if prefix.contains(['*', '?']) => {
            Some("has a wildcard in its service prefix, so it matches no action")
        }
        Some(_) => None,
    }
}

fn resource_fault(pattern: &str) -> Option<&'static str> {
    // API Gateway completes the short form when it stores a policy.
    let short = pattern.starts_with("execute-api:/");
    if short || is_everything(pattern) || has_variable(pattern) {
        return None;
    }
    if !pattern.starts_with("arn:") {
        return Some("is neither an ARN nor `*`");
    }
    let service = Arn::parse(pattern).map_or("", |arn| arn.service);
    service.contains(['*', '?']).then_some("has a wildcard in its service part")
}

fn aws_principal(text: &str) -> PrincipalPattern {
    if text == "*" {
        return PrincipalPattern::Everyone;
    }
    if is_account_id(text) {
        return PrincipalPattern::Account(text.into());
    }
    match Arn::parse(text) {
        Some(arn) if arn.service == "iam" && arn.resource == "root" => {
            PrincipalPattern::Account(arn.account.into())
        }
        None if is_unique_id(text) => PrincipalPattern::UniqueId(text.into()),
        _ => PrincipalPattern::Arn(text.into()),
    }
}

/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>.
fn is_unique_id(text: &str) -> bool {
    text.len() >= 16
        && text.starts_with('A')
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn aws_principal_fault(text: &str) -> Option<&'static str> {
    if text == "*" {
        None
    } else if text.contains(['*', '?']) {
        Some("names nobody: a principal takes no wildcard beside `*` alone")
    } else if is_account_id(text) || is_unique_id(text) || Arn::parse(text).is_some() {
        None
    } else {
        Some("is no account, no ARN of a principal and no unique id")
    }
}

fn other_principal_fault(text: &str) -> Option<&'static str> {
    (text == "*").then_some("is not a principal that AWS takes here")
}
