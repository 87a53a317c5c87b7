//! Statements that decide for every request without MFA.

use keyward_access::Permissions;
use keyward_policy::{
    Actions, Caller, Context, Effect, Policies, Policy, Request, Resources, Statement, Verdict,
    Version, evaluate, glob_matches,
};
use keyward_snapshot::User;

use super::requests::Mode;

/// Policies of one type, of which one has to allow a request.
pub(super) struct Layer<'a> {
    /// What they are, for evidence.
    pub(super) name: String,
    /// Each statement that was read, with its place in words.
    pub(super) statements: Vec<(String, Placed<'a>)>,
    /// Whether all policies of the layer were read: only then is its silence certain.
    is_whole: bool,
}

/// A statement, and the version of its policy's language.
#[derive(Clone, Copy)]
pub(super) struct Placed<'a> {
    pub(super) statement: &'a Statement,
    version: Version,
}

impl<'a> Layer<'a> {
    /// The identity policies, the boundary, and each level of service control policies.
    pub(super) fn all(permissions: &Permissions<'a>) -> Vec<Self> {
        let identity = permissions.identity.iter();
        let identity = identity
            .flat_map(|held| placed(held.document.policy(), &held.origin.to_string()))
            .collect();
        let mut layers = vec![Self {
            name: "the identity policies".to_owned(),
            statements: identity,
            is_whole: permissions.gaps.is_empty(),
        }];
        layers.extend(permissions.boundary.map(|document| Self {
            name: "the permissions boundary".to_owned(),
            statements: placed(document.policy(), "the permissions boundary"),
            is_whole: true,
        }));
        layers.extend(permissions.scps.iter().map(|level| {
            let read = level.iter().filter_map(|it| Some((it, it.document.value().ok()?)));
            let statements = read.flat_map(|(policy, document)| {
                placed(document.policy(), &format!("service control policy `{}`", policy.name))
            });
            Self {
                name: "a level of service control policies".to_owned(),
                statements: statements.collect(),
                is_whole: level.iter().all(|it| it.document.value().is_ok()),
            }
        }));
        layers
    }
}

fn placed<'a>(policy: &'a Policy, name: &str) -> Vec<(String, Placed<'a>)> {
    (1..)
        .zip(&policy.statements)
        .map(|(number, statement)| {
            let place = match statement.sid.as_deref() {
                Some(sid) if !sid.is_empty() => format!("statement `{sid}` of {name}"),
                _ => format!("statement {number} of {name}"),
            };
            (place, Placed { statement, version: policy.version })
        })
        .collect()
}

/// Why no request of the user's in this mode is allowed but those that registering a device takes;
/// `None` where that is not certain.
pub(super) fn closed(layers: &[Layer<'_>], user: &User, mode: Mode) -> Option<String> {
    let denying = layers.iter().flat_map(|layer| &layer.statements).find(|(_, it)| {
        it.denies_everything() && it.applies(user, mode) == Verdict::Deny { explicit: true }
    });
    if let Some((place, _)) = denying {
        return Some(format!("denied by {place}"));
    }
    let silent = layers.iter().filter(|layer| layer.is_whole).find(|layer| {
        let mut allowing =
            layer.statements.iter().filter(|(_, it)| it.statement.effect == Effect::Allow);
        allowing.all(|(_, it)| {
            it.is_for_mfa_only() || it.applies(user, mode) == Verdict::Deny { explicit: false }
        })
    })?;
    Some(format!("nothing else is allowed by {}", silent.name))
}

impl Placed<'_> {
    /// Whether the statement denies every action on every resource, but for what registering a
    /// device takes, as far as its conditions hold.
    fn denies_everything(self) -> bool {
        let Statement { effect, actions, resources, .. } = self.statement;
        let every_resource = resources.as_ref().is_some_and(|resources| {
            !resources.negated && resources.patterns.iter().any(|it| is_everything(it))
        });
        let every_action = if actions.negated {
            actions.patterns.iter().all(|pattern| is_needed_for_mfa(pattern))
        } else {
            actions.patterns.iter().any(|it| is_everything(it) || &**it == "*:*")
        };
        *effect == Effect::Deny && every_resource && every_action
    }

    fn is_for_mfa_only(self) -> bool {
        let Actions { negated, patterns } = &self.statement.actions;
        !negated && patterns.iter().all(|pattern| is_needed_for_mfa(pattern))
    }

    /// What the statement alone says to any request in this mode that its actions and resources
    /// fit: its conditions decide.
    fn applies(self, user: &User, mode: Mode) -> Verdict {
        let statement = Statement {
            actions: Actions { negated: false, patterns: vec!["*".into()] },
            resources: Some(Resources { negated: false, patterns: vec!["*".into()] }),
            ..self.statement.clone()
        };
        let policy = Policy { version: self.version, id: None, statements: vec![statement] };
        let policies = Policies { identity: vec![&policy], ..Policies::default() };
        let context: Context = mode.context(user);
        let request = Request {
            caller: Caller::Arn(user.arn.clone()),
            action: "ec2:DescribeInstances".to_owned(),
            resource: "*".to_owned(),
            resource_account: None,
            context,
        };
        evaluate(&policies, &request).verdict
    }
}

fn is_everything(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*')
}

/// Whether everything that an action pattern matches is needed to register a device, or harmless
/// beside it.
pub(super) fn is_needed_for_mfa(pattern: &str) -> bool {
    let pattern = pattern.to_lowercase();
    let is_listed = |action: &str| NEEDED.iter().any(|needed| needed.eq_ignore_ascii_case(action));
    if !pattern.contains(['*', '?']) {
        return is_listed(&pattern);
    }
    // With these words in it, a pattern matches actions on devices only.
    pattern.starts_with("iam:")
        && pattern.contains("mfadevice")
        && ON_DEVICES
            .iter()
            .filter(|action| glob_matches(&pattern, &action.to_lowercase()))
            .all(|action| is_listed(action))
}

/// What AWS's example policies leave open to users without MFA: to register a device and find
/// one's way to it, to change one's own password, and to start a session with MFA.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html>.
pub(super) const NEEDED: [&str; 22] = [
    "iam:ChangePassword",
    "iam:CreateVirtualMFADevice",
    "iam:DeleteVirtualMFADevice",
    "iam:EnableMFADevice",
    "iam:GetAccountPasswordPolicy",
    "iam:GetAccountSummary",
    "iam:GetLoginProfile",
    "iam:GetMFADevice",
    "iam:GetUser",
    "iam:ListAccessKeys",
    "iam:ListAccountAliases",
    "iam:ListMFADeviceTags",
    "iam:ListMFADevices",
    "iam:ListServiceSpecificCredentials",
    "iam:ListSigningCertificates",
    "iam:ListSSHPublicKeys",
    "iam:ListUsers",
    "iam:ListVirtualMFADevices",
    "iam:ResyncMFADevice",
    "iam:TagMFADevice",
    "sts:GetCallerIdentity",
    "sts:GetSessionToken",
];

/// All actions of IAM on MFA devices.
const ON_DEVICES: [&str; 11] = [
    "iam:CreateVirtualMFADevice",
    "iam:DeactivateMFADevice",
    "iam:DeleteVirtualMFADevice",
    "iam:EnableMFADevice",
    "iam:GetMFADevice",
    "iam:ListMFADeviceTags",
    "iam:ListMFADevices",
    "iam:ListVirtualMFADevices",
    "iam:ResyncMFADevice",
    "iam:TagMFADevice",
    "iam:UntagMFADevice",
];
