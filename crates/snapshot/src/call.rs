//! The calls of AWS's API whose answers a snapshot is made of: one table.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What one answer of a call covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Nothing of an estate: a call that whoever collects makes to get into an account.
    Caller,
    /// One account.
    Account,
    /// The root user of one account, in a session that [`Call::AssumeRoot`] opens and whose policy
    /// of AWS allows the call. Files may hold its answers about users too.
    RootSession,
    /// One region of one account.
    Region,
    /// The organization, asked in its management account or a delegated administrator's.
    Organization,
}

macro_rules! calls {
    ($(
        $variant:ident: $action:literal, $reach:ident, $command:literal
        $(, each $thing:literal)? $(, instead $made:ident)?;
    )+) => {
        /// One call of AWS's API. In JSON it is the IAM action that the call needs, such as
        /// `iam:GetAccountSummary`, which is also its [`fmt::Display`] form.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "the variants are AWS's names; the table describes them")]
        pub enum Call {
            $(#[serde(rename = $action)] $variant,)+
        }

        impl Call {
            /// All calls, in the order in which they are documented.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The IAM action that it needs, such as `iam:GetAccountSummary`.
            pub fn action(self) -> &'static str {
                match self { $(Self::$variant => $action,)+ }
            }

            /// What to run for it with AWS's CLI, such as `aws iam get-account-summary`.
            pub fn command(self) -> &'static str {
                match self { $(Self::$variant => concat!("aws ", $command),)+ }
            }

            /// The call that keyward makes in place of this one, for the same answer. `None` for the
            /// calls that it makes itself; the others are read from files only.
            pub fn instead(self) -> Option<Self> {
                match self {
                    $($(Self::$variant => Some(Self::$made),)?)+
                    _ => None,
                }
            }

            /// What it is made for, one at a time, such as `secret`: AWS has no call that answers
            /// for many. `None` for calls whose number does not depend on what is there, but for
            /// pages.
            pub fn each(self) -> Option<&'static str> {
                match self {
                    $($(Self::$variant => Some($thing),)?)+
                    _ => None,
                }
            }

            /// What one answer covers.
            pub fn reach(self) -> Reach {
                match self { $(Self::$variant => Reach::$reach,)+ }
            }
        }
    };
}

calls! {
    AssumeRole: "sts:AssumeRole", Caller, "sts assume-role";
    GetAccountAuthorizationDetails: "iam:GetAccountAuthorizationDetails", Account, "iam get-account-authorization-details";
    GenerateCredentialReport: "iam:GenerateCredentialReport", Account, "iam generate-credential-report";
    GetCredentialReport: "iam:GetCredentialReport", Account, "iam get-credential-report";
    GetAccountSummary: "iam:GetAccountSummary", Account, "iam get-account-summary";
    GetAccountPasswordPolicy: "iam:GetAccountPasswordPolicy", Account, "iam get-account-password-policy";
    ListAccessKeys: "iam:ListAccessKeys", Account, "iam list-access-keys", each "user with access keys";
    ListMfaDevices: "iam:ListMFADevices", RootSession, "iam list-mfa-devices", each "root session";
    ListVirtualMfaDevices: "iam:ListVirtualMFADevices", Account, "iam list-virtual-mfa-devices";
    ListSamlProviders: "iam:ListSAMLProviders", Account, "iam list-saml-providers";
    ListOpenIdConnectProviders: "iam:ListOpenIDConnectProviders", Account, "iam list-open-id-connect-providers";
    AssumeRoot: "sts:AssumeRoot", Caller, "sts assume-root", each "member account";
    GetLoginProfile: "iam:GetLoginProfile", RootSession, "iam get-login-profile", each "root session";
    ListSigningCertificates: "iam:ListSigningCertificates", RootSession, "iam list-signing-certificates", each "root session";
    GetPolicy: "iam:GetPolicy", Account, "iam get-policy", each "policy of AWS that is a permissions boundary and attached to nothing";
    GetPolicyVersion: "iam:GetPolicyVersion", Account, "iam get-policy-version", each "policy of AWS that is a permissions boundary and attached to nothing";
    GenerateServiceLastAccessedDetails: "iam:GenerateServiceLastAccessedDetails", Account, "iam generate-service-last-accessed-details", each "user and role that has permissions";
    GetServiceLastAccessedDetails: "iam:GetServiceLastAccessedDetails", Account, "iam get-service-last-accessed-details", each "user and role that has permissions";
    DescribeRegions: "ec2:DescribeRegions", Account, "ec2 describe-regions";
    DescribeInstances: "ec2:DescribeInstances", Region, "ec2 describe-instances";
    DescribeSecurityGroups: "ec2:DescribeSecurityGroups", Region, "ec2 describe-security-groups";
    DescribeNetworkInterfaces: "ec2:DescribeNetworkInterfaces", Region, "ec2 describe-network-interfaces";
    GetManagedPrefixListEntries: "ec2:GetManagedPrefixListEntries", Region, "ec2 get-managed-prefix-list-entries", each "prefix list that a security group names";
    DescribeInstanceAttribute: "ec2:DescribeInstanceAttribute", Region, "ec2 describe-instance-attribute --attribute userData", each "instance";
    DescribeLaunchTemplateVersions: "ec2:DescribeLaunchTemplateVersions", Region, "ec2 describe-launch-template-versions --versions '$Latest' '$Default'";
    DescribeInstanceInformation: "ssm:DescribeInstanceInformation", Region, "ssm describe-instance-information";
    GetDocument: "ssm:GetDocument", Region, "ssm get-document --name SSM-SessionManagerRunShell";
    DescribeParameters: "ssm:DescribeParameters", Region, "ssm describe-parameters";
    GetParameters: "ssm:GetParameters", Region, "ssm get-parameters";
    ListSecrets: "secretsmanager:ListSecrets", Region, "secretsmanager list-secrets";
    GetResourcePolicy: "secretsmanager:GetResourcePolicy", Region, "secretsmanager get-resource-policy", each "secret";
    ListFunctions: "lambda:ListFunctions", Region, "lambda list-functions";
    ListTaskDefinitionFamilies: "ecs:ListTaskDefinitionFamilies", Region, "ecs list-task-definition-families --status ACTIVE";
    DescribeTaskDefinition: "ecs:DescribeTaskDefinition", Region, "ecs describe-task-definition", each "family of task definitions";
    ListProjects: "codebuild:ListProjects", Region, "codebuild list-projects";
    BatchGetProjects: "codebuild:BatchGetProjects", Region, "codebuild batch-get-projects";
    DescribeTrails: "cloudtrail:DescribeTrails", Region, "cloudtrail describe-trails";
    GetTrailStatus: "cloudtrail:GetTrailStatus", Region, "cloudtrail get-trail-status", each "trail";
    DescribeConfigurationRecorders: "config:DescribeConfigurationRecorders", Region, "configservice describe-configuration-recorders";
    DescribeConfigurationRecorderStatus: "config:DescribeConfigurationRecorderStatus", Region, "configservice describe-configuration-recorder-status";
    DescribeConfigRules: "config:DescribeConfigRules", Region, "configservice describe-config-rules";
    DescribeHub: "securityhub:DescribeHub", Region, "securityhub describe-hub";
    DescribeSecurityHubV2: "securityhub:DescribeSecurityHubV2", Region, "securityhub describe-security-hub-v2";
    ListDetectors: "guardduty:ListDetectors", Region, "guardduty list-detectors";
    GetDetector: "guardduty:GetDetector", Region, "guardduty get-detector", each "detector";
    ListAnalyzers: "access-analyzer:ListAnalyzers", Region, "accessanalyzer list-analyzers";
    GetEventSelectors: "cloudtrail:GetEventSelectors", Region, "cloudtrail get-event-selectors", each "trail";
    DescribeMetricFilters: "logs:DescribeMetricFilters", Region, "logs describe-metric-filters";
    DescribeAlarms: "cloudwatch:DescribeAlarms", Region, "cloudwatch describe-alarms";
    ListRules: "events:ListRules", Region, "events list-rules";
    ListTargetsByRule: "events:ListTargetsByRule", Region, "events list-targets-by-rule", each "rule";
    ListSubscriptions: "sns:ListSubscriptions", Region, "sns list-subscriptions";
    GetTopicAttributes: "sns:GetTopicAttributes", Region, "sns get-topic-attributes", each "topic";
    DescribeOrganization: "organizations:DescribeOrganization", Organization, "organizations describe-organization";
    ListAccounts: "organizations:ListAccounts", Organization, "organizations list-accounts";
    ListRoots: "organizations:ListRoots", Organization, "organizations list-roots";
    ListChildren: "organizations:ListChildren", Organization, "organizations list-children", each "root and organizational unit";
    ListParents: "organizations:ListParents", Organization, "organizations list-parents", instead ListChildren;
    ListPolicies: "organizations:ListPolicies", Organization, "organizations list-policies";
    DescribePolicy: "organizations:DescribePolicy", Organization, "organizations describe-policy", each "control policy";
    ListTargetsForPolicy: "organizations:ListTargetsForPolicy", Organization, "organizations list-targets-for-policy", each "control policy";
    ListInstances: "sso:ListInstances", Organization, "sso-admin list-instances";
    ListPermissionSets: "sso:ListPermissionSets", Organization, "sso-admin list-permission-sets";
    DescribePermissionSet: "sso:DescribePermissionSet", Organization, "sso-admin describe-permission-set", each "permission set";
    ListManagedPoliciesInPermissionSet: "sso:ListManagedPoliciesInPermissionSet", Organization, "sso-admin list-managed-policies-in-permission-set", each "permission set";
    GetInlinePolicyForPermissionSet: "sso:GetInlinePolicyForPermissionSet", Organization, "sso-admin get-inline-policy-for-permission-set", each "permission set";
    ListAccountsForProvisionedPermissionSet: "sso:ListAccountsForProvisionedPermissionSet", Organization, "sso-admin list-accounts-for-provisioned-permission-set", each "permission set";
    ListAccountAssignments: "sso:ListAccountAssignments", Organization, "sso-admin list-account-assignments", each "permission set and account";
    ListDirectoryUsers: "identitystore:ListUsers", Organization, "identitystore list-users";
    ListDirectoryGroups: "identitystore:ListGroups", Organization, "identitystore list-groups";
    ListGroupMemberships: "identitystore:ListGroupMemberships", Organization, "identitystore list-group-memberships", each "group of Identity Center";
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.action())
    }
}
