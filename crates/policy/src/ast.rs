//! The parsed form of a policy, as the grammar of the IAM JSON policy language has it.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.

/// One policy: its statements in the order in which they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Which version of the language applies; it decides whether variables are substituted.
    pub version: Version,
    /// The policy's own `Id`, where it has one.
    pub id: Option<Box<str>>,
    /// The statements; a single object counts as a list of one.
    pub statements: Vec<Statement>,
}

/// The version of the policy language. A policy that names none has the older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `2008-10-17`, and the default: policy variables are plain text.
    V2008,
    /// `2012-10-17`: policy variables are substituted.
    V2012,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The statement's `Sid`, where it has one.
    pub sid: Option<Box<str>>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Whom it is about; identity and control policies have none.
    pub principals: Option<Principals>,
    /// Which actions it is about.
    pub actions: Actions,
    /// Which resources it is about; role trust policies have none.
    pub resources: Option<Resources>,
    /// The conditions, all of which must hold.
    pub conditions: Vec<Condition>,
}

/// What a statement does when it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`.
    Deny,
}

/// `Action` or `NotAction`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actions {
    /// True for `NotAction`.
    pub negated: bool,
    /// The patterns as written, such as `s3:Get*`.
    pub patterns: Vec<Box<str>>,
}

/// `Resource` or `NotResource`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resources {
    /// True for `NotResource`.
    pub negated: bool,
    /// The patterns as written.
    pub patterns: Vec<Box<str>>,
}

/// `Principal` or `NotPrincipal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principals {
    /// True for `NotPrincipal`.
    pub negated: bool,
    /// Whom it lists.
    pub patterns: Vec<PrincipalPattern>,
}

/// One entry of a `Principal` element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrincipalPattern {
    /// `"*"` or `{"AWS": "*"}`: anybody, anonymous callers too.
    Everyone,
    /// A whole account, written as its 12 digits or as its root ARN; kept as the 12 digits.
    Account(Box<str>),
    /// The ARN of a user, a role, a role session or a federated user.
    Arn(Box<str>),
    /// The unique id (`AIDA…`, `AROA…`) that AWS shows for a principal that was deleted.
    UniqueId(Box<str>),
    /// A service, such as `lambda.amazonaws.com`.
    Service(Box<str>),
    /// An identity provider: a SAML or OIDC provider's ARN, or a built-in provider's name.
    Federated(Box<str>),
    /// A canonical user id of S3.
    CanonicalUser(Box<str>),
}

/// One condition: an operator, a key, and values of which one is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The operator.
    pub operator: Operator,
    /// The context key as written; keys are compared without regard to case.
    pub key: Box<str>,
    /// The values as written; Booleans and numbers as JSON writes them.
    pub values: Vec<Box<str>>,
}

/// A condition operator with its prefix and suffix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// `ForAllValues:` or `ForAnyValue:`.
    pub quantifier: Option<Quantifier>,
    /// How a value of the request is compared.
    pub comparison: Comparison,
    /// The suffix `IfExists`: a missing key satisfies the condition.
    pub if_exists: bool,
}

/// The set operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// Every value of the request has to match.
    ForAllValues,
    /// One value of the request has to match.
    ForAnyValue,
}

/// The comparisons of the condition operators.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the operator of that name in AWS's list")]
pub enum Comparison {
    StringEquals,
    StringNotEquals,
    StringEqualsIgnoreCase,
    StringNotEqualsIgnoreCase,
    StringLike,
    StringNotLike,
    NumericEquals,
    NumericNotEquals,
    NumericLessThan,
    NumericLessThanEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    DateEquals,
    DateNotEquals,
    DateLessThan,
    DateLessThanEquals,
    DateGreaterThan,
    DateGreaterThanEquals,
    Bool,
    BinaryEquals,
    IpAddress,
    NotIpAddress,
    ArnEquals,
    ArnNotEquals,
    ArnLike,
    ArnNotLike,
    Null,
    /// An operator that AWS does not document, as written. It never satisfies an `Allow`, and
    /// leaves open whether a `Deny` applies.
    Unrecognised(Box<str>),
}
