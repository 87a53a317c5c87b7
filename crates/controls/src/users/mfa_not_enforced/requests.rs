//! Requests that a user makes without MFA.

use keyward_access::{Answer, Permissions};
use keyward_policy::{Actions, Context, Effect, Resources, glob_matches};
use keyward_snapshot::{AccountId, User};

use super::statements::{Layer, is_needed_for_mfa};

/// How a request without MFA looks to policies.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// An access key signs it: it does not carry `aws:MultiFactorAuthPresent`.
    Key,
    /// It comes from a console session without MFA, or from a session that `GetSessionToken` gave
    /// to a key: the key is `false`.
    Session,
}

impl Mode {
    pub(super) const ALL: [Self; 2] = [Self::Key, Self::Session];

    /// What is known of the user's direct requests in this mode.
    pub(super) fn context(self, user: &User) -> Context {
        let context = Context::open()
            .without("aws:MultiFactorAuthAge")
            .with("aws:userid", &user.id)
            .with("aws:SecureTransport", "true")
            .with("aws:ViaAWSService", "false")
            .without("aws:CalledVia")
            .without("aws:CalledViaFirst")
            .without("aws:CalledViaLast");
        let tags = user.tags.iter();
        let context = tags.fold(context, |context, (key, value)| {
            context.with(&format!("aws:PrincipalTag/{key}"), value)
        });
        match self {
            Self::Key => context.without("aws:MultiFactorAuthPresent"),
            Self::Session => context.with("aws:MultiFactorAuthPresent", "false"),
        }
    }

    /// The mode as evidence.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Key => "absent, as in every request that an access key signs",
            Self::Session => "false, as after a sign-in with the password alone",
        }
    }
}

/// A request that is allowed without MFA, whatever else it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Witness {
    pub(super) mode: Mode,
    /// The pattern of the statement from which the action was made.
    pub(super) pattern: String,
    pub(super) action: String,
    pub(super) resource: String,
    /// The region, where control policies let only some through.
    pub(super) region: Option<String>,
    pub(super) because: Vec<String>,
}

/// What came of trying.
pub(super) enum Tried {
    /// A request is allowed.
    Allowed(Box<Witness>),
    /// No request is certainly allowed; some depend on these context keys.
    Open(Vec<String>),
}

/// Tries requests made from what the user's policies allow, in each of `modes`.
pub(super) fn try_all(
    permissions: &Permissions<'_>,
    layers: &[Layer<'_>],
    account: &AccountId,
    user: &User,
    modes: &[Mode],
) -> Tried {
    let regions = regions(layers);
    let mut open = Vec::new();
    for (pattern, action, resource) in candidates(permissions, layers, account, user) {
        for &mode in modes {
            let attempt = Attempt { user, mode, action: &action, resource: &resource };
            match attempt.answer(permissions, &regions) {
                (Answer::Yes(because), region) => {
                    return Tried::Allowed(Box::new(Witness {
                        mode,
                        pattern,
                        action,
                        resource,
                        region,
                        because,
                    }));
                }
                (Answer::Depends(keys), _) => open.extend(keys),
                (Answer::No(_) | Answer::CannotTell(_), _) => {}
            }
        }
    }
    open.sort();
    open.dedup();
    Tried::Open(open)
}

/// Requests that the user's statements might allow: pattern, action and resource. The actions come
/// from the statements that allow, and from what others exempt from their denial.
fn candidates(
    permissions: &Permissions<'_>,
    layers: &[Layer<'_>],
    account: &AccountId,
    user: &User,
) -> Vec<(String, String, String)> {
    let statements = layers.iter().flat_map(|layer| &layer.statements);
    let exempted: Vec<(String, String)> = statements
        .map(|(_, it)| it.statement)
        .filter(|statement| statement.effect == Effect::Deny && statement.actions.negated)
        .flat_map(|statement| &statement.actions.patterns)
        .flat_map(|pattern| actions_of(pattern))
        .collect();
    let identity = permissions.identity.iter();
    let allowing = identity
        .flat_map(|held| &held.document.policy().statements)
        .filter(|statement| statement.effect == Effect::Allow);
    let mut found = Vec::new();
    for statement in allowing {
        let resources = resources_of(statement.resources.as_ref(), account, user);
        let exempted = exempted.iter().filter(|(_, action)| fits(&statement.actions, action));
        let actions = all_actions_of(&statement.actions).into_iter().chain(exempted.cloned());
        for (pattern, action) in actions {
            let of = |it: &String| (pattern.clone(), action.clone(), it.clone());
            found.extend(resources.iter().map(of));
        }
    }
    found
}

/// One request.
struct Attempt<'r> {
    user: &'r User,
    mode: Mode,
    action: &'r str,
    resource: &'r str,
}

impl Attempt<'_> {
    /// The answer, and the region in which it holds, where that is not every one.
    fn answer(
        &self,
        permissions: &Permissions<'_>,
        regions: &[String],
    ) -> (Answer, Option<String>) {
        let ask = |context| permissions.may(&self.user.arn, self.action, self.resource, context);
        let context = self.mode.context(self.user);
        let answer = ask(context.clone());
        let by_region =
            matches!(&answer, Answer::Depends(keys) if keys.iter().any(|it| it == REGION));
        let regions = if by_region { regions } else { &[] };
        for region in regions {
            let there = ask(context.clone().with(REGION, region));
            if matches!(there, Answer::Yes(_)) {
                return (there, Some(region.clone()));
            }
        }
        (answer, None)
    }
}

const REGION: &str = "aws:requestedregion";

/// The regions that conditions of the policies name.
fn regions(layers: &[Layer<'_>]) -> Vec<String> {
    let statements = layers.iter().flat_map(|layer| &layer.statements);
    let conditions = statements.flat_map(|(_, it)| &it.statement.conditions);
    let mut regions: Vec<String> = conditions
        .filter(|condition| condition.key.eq_ignore_ascii_case(REGION))
        .flat_map(|condition| &condition.values)
        .filter(|value| !value.contains(['*', '?', '$']))
        .map(ToString::to_string)
        .collect();
    regions.push("us-east-1".to_owned());
    regions.sort();
    regions.dedup();
    regions
}

fn fits(actions: &Actions, action: &str) -> bool {
    actions.negated != actions.patterns.iter().any(|pattern| matches(pattern, action))
}

fn all_actions_of(actions: &Actions) -> Vec<(String, String)> {
    if actions.negated {
        let not = actions.patterns.join(", ");
        return ANYTHING
            .iter()
            .map(|action| (format!("all but {not}"), (*action).to_owned()))
            .collect();
    }
    actions.patterns.iter().flat_map(|pattern| actions_of(pattern)).collect()
}

/// Actions that match `pattern` and are not needed to register a device, each with the pattern.
///
/// Of IAM and STS, where some actions are needed and others are not, only actions that exist are
/// made from a wildcard; elsewhere a plain word takes its place.
fn actions_of(pattern: &str) -> Vec<(String, String)> {
    let of = |action: &str| (pattern.to_owned(), action.to_owned());
    if is_needed_for_mfa(pattern) {
        return Vec::new();
    }
    let Some((service, name)) = pattern.split_once(':') else {
        return if pattern.contains('*') {
            ANYTHING.iter().map(|it| of(it)).collect()
        } else {
            Vec::new()
        };
    };
    if !pattern.contains(['*', '?']) {
        return vec![of(pattern)];
    }
    if service.contains(['*', '?']) {
        let any = ANYTHING.iter().copied().filter(|action| matches(pattern, action));
        return any.map(of).collect();
    }
    if ["iam", "sts"].iter().any(|it| service.eq_ignore_ascii_case(it)) {
        let real = OF_IAM_AND_STS.iter().copied().filter(|action| matches(pattern, action));
        return real.map(of).collect();
    }
    vec![of(&format!("{service}:{}", in_place_of_wildcards(name, "Anything")))]
}

fn matches(pattern: &str, action: &str) -> bool {
    glob_matches(&pattern.to_lowercase(), &action.to_lowercase())
}

/// Resources that match what the statement names.
fn resources_of(resources: Option<&Resources>, account: &AccountId, user: &User) -> Vec<String> {
    match resources {
        Some(resources) if !resources.negated => resources
            .patterns
            .iter()
            .filter_map(|pattern| resource_of(pattern, account, user))
            .collect(),
        _ => vec!["*".to_owned(), "arn:aws:s3:::anything".to_owned()],
    }
}

/// A resource that matches `pattern`; none where it names a variable whose value is not known.
fn resource_of(pattern: &str, account: &AccountId, user: &User) -> Option<String> {
    if pattern.bytes().all(|byte| byte == b'*') {
        return Some("*".to_owned());
    }
    let pattern = pattern
        .replace("${aws:username}", &user.name)
        .replace("${aws:PrincipalAccount}", account.as_str());
    if pattern.contains("${") {
        return None;
    }
    let mut parts: Vec<&str> = pattern.splitn(6, ':').collect();
    if let Some(partition) = parts.get_mut(1).filter(|partition| partition.contains('*')) {
        *partition = user.arn.split(':').nth(1).unwrap_or("aws");
    }
    if let Some(owner) = parts.get_mut(4).filter(|owner| owner.contains('*')) {
        *owner = account.as_str();
    }
    Some(in_place_of_wildcards(&parts.join(":"), "anything"))
}

fn in_place_of_wildcards(pattern: &str, word: &str) -> String {
    pattern.replace('*', word).replace('?', "x")
}

/// What somebody can be expected to do who may do anything.
const ANYTHING: [&str; 4] =
    ["ec2:DescribeInstances", "s3:ListAllMyBuckets", "iam:ListRoles", "dynamodb:ListTables"];

/// Actions of IAM and STS that nobody needs in order to register a device.
const OF_IAM_AND_STS: [&str; 22] = [
    "iam:ListRoles",
    "iam:GetRole",
    "iam:GetPolicy",
    "iam:ListPolicies",
    "iam:GetAccountAuthorizationDetails",
    "iam:GenerateCredentialReport",
    "iam:CreateAccessKey",
    "iam:UpdateAccessKey",
    "iam:DeleteAccessKey",
    "iam:CreateUser",
    "iam:CreateRole",
    "iam:PassRole",
    "iam:AttachUserPolicy",
    "iam:PutUserPolicy",
    "iam:CreateLoginProfile",
    "iam:UpdateLoginProfile",
    "iam:DeactivateMFADevice",
    "iam:UploadSSHPublicKey",
    "iam:UploadSigningCertificate",
    "iam:CreateServiceSpecificCredential",
    "sts:AssumeRole",
    "sts:GetFederationToken",
];
