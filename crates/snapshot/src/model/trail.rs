//! Trails of CloudTrail.

use serde::{Deserialize, Serialize};

use super::ManagementEvents;
use crate::{Call, Gap, Known};

/// A trail of CloudTrail. An organization's trail is seen in its member accounts too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the fields are AWS's")]
pub struct Trail {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The region in which it was made.
    pub home_region: String,
    /// Whether it records all regions.
    pub multi_region: bool,
    /// Whether it records all accounts of the organization.
    pub organization: bool,
    /// Whether it records events of global services.
    pub global_service_events: bool,
    /// Whether CloudTrail writes digests, by which altered files are found.
    pub validation: bool,
    /// The bucket that it writes to.
    pub bucket: Option<String>,
    /// The key that encrypts its files.
    pub kms_key: Option<String>,
    /// The log group that it also writes to.
    pub log_group: Option<String>,
    /// Whether it records at the moment.
    pub logging: Known<bool>,
    /// The management events that it records.
    #[serde(default = "unread_events")]
    pub management_events: Known<Vec<ManagementEvents>>,
}

/// Files of older versions do not tell.
fn unread_events() -> Known<Vec<ManagementEvents>> {
    Known::Gap(Gap::not_collected(Call::GetEventSelectors))
}
