//! The members of answers that are single values, and are held until the document has ended.

/// The member of this name, if it is one of them.
pub(super) fn held(name: &str) -> Option<&'static str> {
    HELD.iter().find(|&&held| held == name).copied()
}

const HELD: &[&str] = &[
    "ARN",
    "Account",
    "AccountSharingInfoList",
    "AdvancedEventSelectors",
    "Arn",
    "Attributes",
    "Content",
    "DocumentFormat",
    "EventSelectors",
    "Features",
    "FindingPublishingFrequency",
    "GeneratedTime",
    "HubArn",
    "HubV2Arn",
    "InlinePolicy",
    "InstanceId",
    "IsLogging",
    "IsTruncated",
    "JobCompletionDate",
    "JobStatus",
    "Marker",
    "Message",
    "Name",
    "NextMarker",
    "NextToken",
    "Organization",
    "PasswordPolicy",
    "PermissionSet",
    "Policy",
    "PolicyVersion",
    "ReportFormat",
    "ResourcePolicy",
    "ServiceRole",
    "Status",
    "SummaryMap",
    "TrailARN",
    "UserData",
    "UserId",
    "nextToken",
    "taskDefinition",
];
