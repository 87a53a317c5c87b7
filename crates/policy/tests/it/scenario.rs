//! The one door through which tests evaluate requests.

use keyward_policy::{
    Caller, Context, Decision, Document, Policies, Policy, Request, Verdict, Version, evaluate,
};

pub(crate) const USER: &str = "arn:aws:iam::111122223333:user/deploy";
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/ci";
pub(crate) const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/ci/build-7";
pub(crate) const ROOT: &str = "arn:aws:iam::111122223333:root";
pub(crate) const OTHER_USER: &str = "arn:aws:iam::444455556666:user/audit";
pub(crate) const SECRET: &str =
    "arn:aws:secretsmanager:eu-west-1:111122223333:secret:database-AbCdEf";
pub(crate) const KEY: &str =
    "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001";
pub(crate) const GET_SECRET: &str = "secretsmanager:GetSecretValue";

pub(crate) const ALLOWED: Verdict = Verdict::Allow;
pub(crate) const DENIED: Verdict = Verdict::Deny { explicit: true };
pub(crate) const NOT_ALLOWED: Verdict = Verdict::Deny { explicit: false };
pub(crate) const DEPENDS: Verdict = Verdict::Depends;

/// Parses a policy from the text of its statements.
#[track_caller]
pub(crate) fn policy(statements: &str) -> Policy {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    Document::parse(&text).unwrap().policy().clone()
}

pub(crate) fn caller(text: &str) -> Caller {
    match text {
        "anonymous" => Caller::Anonymous,
        arn if arn.starts_with("arn:") && arn.contains("-provider/") => {
            Caller::Federated(arn.to_owned())
        }
        arn if arn.starts_with("arn:") => Caller::Arn(arn.to_owned()),
        service => Caller::Service(service.to_owned()),
    }
}

/// A request and the policies around it, owned.
#[derive(Clone)]
pub(crate) struct Scenario {
    identity: Vec<Policy>,
    boundary: Option<Policy>,
    session: Vec<Policy>,
    scps: Vec<Vec<Policy>>,
    rcps: Vec<Vec<Policy>>,
    resource: Option<Policy>,
    endpoint: Option<Policy>,
    request: Request,
}

impl Scenario {
    /// A request with no policy around it and no context.
    pub(crate) fn new(who: &str, action: &str, resource: &str) -> Self {
        Self {
            identity: Vec::new(),
            boundary: None,
            session: Vec::new(),
            scps: Vec::new(),
            rcps: Vec::new(),
            resource: None,
            endpoint: None,
            request: Request {
                caller: caller(who),
                action: action.to_owned(),
                resource: resource.to_owned(),
                resource_account: None,
                context: Context::closed(),
            },
        }
    }

    pub(crate) fn identity(mut self, statements: &str) -> Self {
        self.identity.push(policy(statements));
        self
    }

    /// Adds an identity policy of the older version.
    pub(crate) fn older_identity(mut self, statements: &str) -> Self {
        self.identity.push(Policy { version: Version::V2008, ..policy(statements) });
        self
    }

    pub(crate) fn boundary(mut self, statements: &str) -> Self {
        self.boundary = Some(policy(statements));
        self
    }

    pub(crate) fn session(mut self, statements: &str) -> Self {
        self.session.push(policy(statements));
        self
    }

    /// Adds a level of service control policies, one policy for each text.
    pub(crate) fn scps(mut self, policies: &[&str]) -> Self {
        self.scps.push(policies.iter().map(|statements| policy(statements)).collect());
        self
    }

    pub(crate) fn rcp(mut self, statements: &str) -> Self {
        self.rcps.push(vec![policy(statements)]);
        self
    }

    pub(crate) fn resource(mut self, statements: &str) -> Self {
        self.resource = Some(policy(statements));
        self
    }

    pub(crate) fn endpoint(mut self, statements: &str) -> Self {
        self.endpoint = Some(policy(statements));
        self
    }

    pub(crate) fn owner(mut self, account: &str) -> Self {
        self.request.resource_account = Some(account.to_owned());
        self
    }

    pub(crate) fn context(mut self, context: Context) -> Self {
        self.request.context = context;
        self
    }

    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        self.request.context = self.request.context.with(key, value);
        self
    }

    pub(crate) fn decision(&self) -> Decision {
        let policies = Policies {
            identity: self.identity.iter().collect(),
            boundary: self.boundary.as_ref(),
            session: self.session.iter().collect(),
            scps: self.scps.iter().map(|level| level.iter().collect()).collect(),
            rcps: self.rcps.iter().map(|level| level.iter().collect()).collect(),
            resource: self.resource.as_ref(),
            endpoint: self.endpoint.as_ref(),
        };
        evaluate(&policies, &self.request)
    }

    #[track_caller]
    pub(crate) fn is(&self, verdict: Verdict) {
        assert_eq!(self.decision().verdict, verdict);
    }
}

/// A statement that allows everything.
pub(crate) const ALLOW_ALL: &str = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;

/// A statement that allows `action` on everything.
pub(crate) fn allow(action: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}"#)
}

/// A statement that denies `action` on everything.
pub(crate) fn deny(action: &str) -> String {
    format!(r#"{{"Effect": "Deny", "Action": "{action}", "Resource": "*"}}"#)
}

/// A statement of a resource policy; `principal` is JSON.
pub(crate) fn grant(principal: &str, action: &str) -> String {
    format!(
        r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "{action}", "Resource": "*"}}"#
    )
}

/// A statement of a role's trust policy; `principal` is JSON.
pub(crate) fn trust(principal: &str, action: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "{action}"}}"#)
}
