//! Secrets of Secrets Manager.

use std::sync::Arc;

use jiff::Timestamp;
use keyward_policy::Document;
use serde::{Deserialize, Serialize};

use crate::Known;

/// A secret as Secrets Manager lists it, without its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When its value or its description last changed.
    pub last_changed: Option<Timestamp>,
    /// When it was last rotated; `None` if never.
    pub last_rotated: Option<Timestamp>,
    /// The day on which it was last read; `None` if never.
    pub last_accessed: Option<Timestamp>,
    /// When it is due to be rotated next.
    pub next_rotation: Option<Timestamp>,
    /// Whether rotation is on.
    pub rotation_enabled: bool,
    /// The function that rotates it; none where a service rotates it itself.
    pub rotation_function: Option<String>,
    /// How often it is rotated.
    pub rotation_rules: Option<RotationRules>,
    /// Whether it waits for its deletion.
    pub deleted: bool,
    /// The service that made it and keeps it, such as `rds`.
    pub owning_service: Option<String>,
    /// The key that encrypts it; `None` for the account's `aws/secretsmanager`.
    pub kms_key: Option<String>,
    /// Its resource policy; `None` where AWS says that it has none.
    pub resource_policy: Known<Option<Arc<Document>>>,
}

/// How often a secret is rotated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationRules {
    /// The number of days between two rotations.
    pub automatically_after_days: Option<u32>,
    /// A `rate(…)` or `cron(…)` expression.
    pub schedule: Option<String>,
}
