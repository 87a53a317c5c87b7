//! Build projects of CodeBuild, as far as they may hold credentials.

use serde::{Deserialize, Serialize};

use super::{EnvironmentVariable, SecretInText};

/// A build project. Values were looked at on the way in and dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildProject {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its plain environment variables, without those that come from a secret or a parameter.
    pub environment: Vec<EnvironmentVariable>,
    /// The lines of its build specification that hold credentials, where the project holds it.
    pub buildspec: Vec<SecretInText>,
}
