//! Task definitions of ECS, as far as they may hold credentials.

use serde::{Deserialize, Serialize};

use super::{EnvironmentVariable, SecretKind};

/// A revision of a task definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDefinition {
    /// Its ARN, which ends in the family and the number of the revision.
    pub arn: String,
    /// Its family.
    pub family: String,
    /// Its region.
    pub region: String,
    /// Its containers.
    pub containers: Vec<Container>,
}

/// A container of a task definition. Values were looked at on the way in and dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its environment variables, without those that come from a secret or a parameter.
    pub environment: Vec<EnvironmentVariable>,
    /// Its Docker labels.
    pub labels: Vec<EnvironmentVariable>,
    /// The options of its log driver, without those that come from a secret or a parameter.
    pub log_options: Vec<EnvironmentVariable>,
    /// What its command, its entry point or its health check holds, if any.
    pub command: Option<SecretKind>,
}
