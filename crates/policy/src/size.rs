//! How long a policy may be.

use crate::json::minified;

/// One of AWS's limits on the length of policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeLimit {
    /// The kind of policy, in a word that a command takes: `managed`, `scp`.
    pub kind: &'static str,
    /// How many characters are allowed.
    pub characters_max: usize,
    /// Whether white space between the tokens counts.
    pub counts_white_space: bool,
    /// What else there is to know; empty for nothing.
    pub note: &'static str,
    /// AWS's page.
    pub source: &'static str,
}

const IAM: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const ORGANIZATIONS: &str =
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html";

/// AWS's limits, as of November 2026. Limits change, and some can be raised on request.
pub const SIZE_LIMITS: &[SizeLimit] = &[
    SizeLimit {
        kind: "managed",
        characters_max: 6144,
        counts_white_space: false,
        note: "",
        source: IAM,
    },
    SizeLimit {
        kind: "inline-user",
        characters_max: 2048,
        counts_white_space: false,
        note: "all inline policies of the user together",
        source: IAM,
    },
    SizeLimit {
        kind: "inline-group",
        characters_max: 5120,
        counts_white_space: false,
        note: "all inline policies of the group together",
        source: IAM,
    },
    SizeLimit {
        kind: "inline-role",
        characters_max: 10_240,
        counts_white_space: false,
        note: "all inline policies of the role together",
        source: IAM,
    },
    SizeLimit {
        kind: "trust",
        characters_max: 2048,
        counts_white_space: false,
        note: "can be raised to 4096",
        source: IAM,
    },
    SizeLimit {
        kind: "session",
        characters_max: 2048,
        counts_white_space: true,
        note: "all session policies together, and a packed size that AWS alone computes",
        source: "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html",
    },
    SizeLimit {
        kind: "scp",
        characters_max: 5120,
        counts_white_space: true,
        note: "articles of May 2026 tell of 10240, which no page of AWS at hand confirms",
        source: ORGANIZATIONS,
    },
    SizeLimit {
        kind: "rcp",
        characters_max: 5120,
        counts_white_space: true,
        note: "",
        source: ORGANIZATIONS,
    },
    SizeLimit {
        kind: "endpoint",
        characters_max: 20_480,
        counts_white_space: true,
        note: "",
        source: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    },
];

impl SizeLimit {
    /// How many characters of the text count.
    pub fn counted(&self, text: &str) -> usize {
        if self.counts_white_space { text.chars().count() } else { minified(text).chars().count() }
    }
}
