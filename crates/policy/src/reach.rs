//! What no policy changes, and whom and what the control policies of an organization reach.

use crate::caller::Who;
use crate::context::{Fact, Scope};

/// Whether AWS answers the action whatever policies say, even against an explicit deny: every caller
/// with credentials may ask who it is, and users and root users may make sessions of their own.
///
/// Sources: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html>.
pub(crate) fn is_always_allowed(who: &Who<'_>, action: &str) -> bool {
    let is_signed = !matches!(who, Who::Anonymous | Who::Federated(_));
    let has_own_keys = matches!(who, Who::User(_) | Who::Root(_));
    is_signed && action.eq_ignore_ascii_case("sts:GetCallerIdentity")
        || has_own_keys && action.eq_ignore_ascii_case("sts:GetSessionToken")
}

/// Whether the action is the way back of an account that shut itself out of a bucket: no statement
/// of the bucket's own policy keeps the owner's root user from it.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html>.
pub(crate) fn is_way_back(action: &str) -> bool {
    ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"]
        .iter()
        .any(|other| action.eq_ignore_ascii_case(other))
}

/// Whether a policy of the resource can't let other accounts do this.
///
/// Source: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-limitations-of-custom-policies.html>.
pub(crate) fn stays_in_account(action: &str) -> bool {
    is_of(action, "sqs")
        && action.split_once(':').is_some_and(|(_, name)| {
            OWN_QUEUE_ACTIONS.iter().any(|other| name.eq_ignore_ascii_case(other))
        })
}

/// What only the owner of a queue may do.
const OWN_QUEUE_ACTIONS: [&str; 12] = [
    "AddPermission",
    "CancelMessageMoveTask",
    "CreateQueue",
    "DeleteQueue",
    "ListMessageMoveTasks",
    "ListQueues",
    "ListQueueTags",
    "RemovePermission",
    "SetQueueAttributes",
    "StartMessageMoveTask",
    "TagQueue",
    "UntagQueue",
];

/// Whether AWS refuses the action to callers of this kind whatever policies say.
///
/// Sources: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>,
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>,
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html>,
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>.
pub(crate) fn is_never_allowed(who: &Who<'_>, action: &str) -> bool {
    let is_one_of =
        |actions: &[&str]| actions.iter().any(|other| action.eq_ignore_ascii_case(other));
    match who {
        Who::FederatedUser(_) => ["iam", "sts"].iter().any(|service| is_of(action, service)),
        Who::Role(_) | Who::Session { .. } => {
            is_one_of(&["sts:GetFederationToken", "sts:GetSessionToken"])
        }
        Who::Root(_) => is_one_of(&["sts:AssumeRole", "sts:AssumeRoot"]),
        // Whom a provider vouches for has no credentials of AWS yet.
        Who::Federated(provider) => {
            let own = if provider.contains(":saml-provider/") {
                "sts:AssumeRoleWithSAML"
            } else {
                "sts:AssumeRoleWithWebIdentity"
            };
            !is_one_of(&[own, "sts:TagSession", "sts:SetSourceIdentity"])
        }
        _ => false,
    }
}

/// Whether service control policies of the caller's organization bind it. They bind the users, the
/// roles and the root user of member accounts; service-linked roles they do not. For callers of
/// the management account the list of policies is empty.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>.
pub(crate) fn service_control_policies_bind(who: &Who<'_>, scope: Scope<'_>) -> bool {
    who.is_principal() && !is_service_linked(who, scope)
}

/// Whether resource control policies of the resource's organization apply to the call. They leave
/// service-linked roles alone, as callers and as what is to be assumed.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>.
pub(crate) fn resource_control_policies_apply(
    who: &Who<'_>,
    action: &str,
    resource: &str,
    scope: Scope<'_>,
) -> bool {
    !is_service_linked(who, scope)
        && !resource.contains(SERVICE_LINKED_PATH)
        && !action.eq_ignore_ascii_case("kms:RetireGrant")
        && RESOURCE_CONTROL_POLICY_SERVICES.iter().any(|service| is_of(action, service))
}

/// Whether `action` is one of `service`.
pub(crate) fn is_of(action: &str, service: &str) -> bool {
    action.split_once(':').is_some_and(|(prefix, _)| prefix.eq_ignore_ascii_case(service))
}

/// A path that only AWS uses, for its service-linked roles.
const SERVICE_LINKED_PATH: &str = ":role/aws-service-role/";

/// Whether the caller is a service-linked role.
fn is_service_linked(who: &Who<'_>, scope: Scope<'_>) -> bool {
    match who {
        Who::Role(role) => role.arn.contains(SERVICE_LINKED_PATH),
        Who::Session { role, .. } => match scope.fact("aws:PrincipalArn") {
            Fact::Known(arns) => arns.iter().any(|arn| arn.contains(SERVICE_LINKED_PATH)),
            Fact::Absent | Fact::Unknown => role.name.starts_with("AWSServiceRoleFor"),
        },
        _ => false,
    }
}

/// The services on AWS's list, as of September 2026. It names OpenSearch Service `opensearch`,
/// whose actions begin with `es`.
const RESOURCE_CONTROL_POLICY_SERVICES: [&str; 63] = [
    "aoss",
    "appconfig",
    "appstream",
    "autoscaling",
    "autoscaling-plans",
    "budgets",
    "clouddirectory",
    "cloudfront",
    "cloudsearch",
    "cloudtrail-data",
    "codeartifact",
    "codebuild",
    "codecommit",
    "codepipeline",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "comprehendmedical",
    "compute-optimizer",
    "cost-optimization-hub",
    "dax",
    "dsql",
    "dynamodb",
    "ecr",
    "ecr-public",
    "es",
    "events",
    "firehose",
    "fis",
    "fms",
    "gamelift",
    "health",
    "inspector-scan",
    "kendra",
    "kinesisvideo",
    "kms",
    "logs",
    "memorydb",
    "networkmonitor",
    "notifications",
    "opensearch",
    "pca-connector-ad",
    "personalize",
    "polly",
    "pricing",
    "resource-groups",
    "rolesanywhere",
    "s3",
    "secretsmanager",
    "servicediscovery",
    "signin",
    "sqs",
    "sts",
    "support",
    "swf",
    "textract",
    "timestream-influxdb",
    "transcribe",
    "transfer",
    "translate",
    "wafv2",
    "workspaces",
    "xray",
];
