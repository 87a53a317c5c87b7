//! Parameters of Systems Manager.

use serde::{Deserialize, Serialize};

use super::SecretKind;
use crate::Known;

/// A parameter of Parameter Store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its ARN, where AWS's answers have it.
    pub arn: Option<String>,
    /// Its name, which may be a path such as `/prod/db/password`.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its value.
    pub value: ParameterValue,
}

/// What is known of a parameter's value. It was looked at on the way in and dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterValue {
    /// It is encrypted (`SecureString`), and nobody looked.
    Encrypted,
    /// It is plain (`String` or `StringList`): the kind of credential that it looks like, if any.
    Plain(Known<Option<SecretKind>>),
}
