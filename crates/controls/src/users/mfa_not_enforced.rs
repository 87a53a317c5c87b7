mod requests;
mod statements;

use keyward_access::Identities;
use keyward_snapshot::{Call, CredentialRow, Gap, Listing, Membership, Organization, User};

use self::requests::{Mode, Tried, Witness, try_all};
use self::statements::{Layer, closed};
use super::rows;
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "users-mfa-not-enforced",
    docs: crate::docs! {
        /// # IAM user who can work without MFA
        ///
        /// An IAM user's permissions are there without MFA: with the password alone, or with a bare
        /// access key.
        ///
        /// ## Why it matters
        ///
        /// A registered device protects the sign-in to the console, and nothing else. The user's
        /// access keys never ask for it, and a user who removes the device, or never registered
        /// one, keeps all permissions. Only a policy that looks at `aws:MultiFactorAuthPresent`
        /// makes the second factor a condition of the work.
        ///
        /// ## What is checked
        ///
        /// For each IAM user with a password or an active access key: what the user's own policies,
        /// those of its groups, the permissions boundary and the service control policies together
        /// let the user do without MFA.
        ///
        /// Without MFA there are two kinds of request, and policies see them differently. If an
        /// access key signs it, `aws:MultiFactorAuthPresent` is missing. In a console session
        /// without MFA, or a session that `sts:GetSessionToken` gave to a key, it is `false`.
        ///
        /// Sound, if neither kind can do more than register a device, because of one of these:
        ///
        /// - A statement denies everything else.
        /// - The identity policies, the boundary, or the service control policies of one level
        ///   allow nothing else, and all of them were read.
        ///
        /// A user with neither a password nor an active access key is sound too. Service-specific
        /// credentials, SSH keys and signing certificates do not count here.
        ///
        /// Weak, if a request is allowed without MFA, whatever else it carries. Requests are made
        /// up from what the statements allow or leave undenied, with a plain word in place of each
        /// wildcard, and only of a kind that the user's credentials can make. Where a control
        /// policy lets only some regions through, one that it names is tried. The evidence shows
        /// action, resource and statement.
        ///
        /// Anything else is cannot-tell: permissions that depend on an address or a tag, denials of
        /// one service after the other, a user who may only assume roles, since their trust
        /// policies may ask for MFA themselves. So is a user about whom a policy, the credential
        /// report or the organization's policies were not read and could change the answer, and a
        /// user who is not in the report yet. Policies of resources, which can let a user in by
        /// name, are not looked at.
        ///
        /// What may stay open is what it takes to register a device and to start a session with it,
        /// and the reading around it that AWS's example policies grant: in `iam`
        /// `CreateVirtualMFADevice`, `DeleteVirtualMFADevice` (unassigned devices only),
        /// `EnableMFADevice`, `ResyncMFADevice`, `TagMFADevice`, `GetMFADevice`, `ListMFADevices`,
        /// `ListMFADeviceTags`, `ListVirtualMFADevices`, `ChangePassword`,
        /// `GetAccountPasswordPolicy`, `GetAccountSummary`, `GetLoginProfile`, `GetUser`,
        /// `ListUsers`, `ListAccountAliases`, `ListAccessKeys`, `ListSSHPublicKeys`,
        /// `ListSigningCertificates` and `ListServiceSpecificCredentials`; in `sts`
        /// `GetSessionToken` and `GetCallerIdentity`. `iam:DeactivateMFADevice` is not among them:
        /// whoever may call it without MFA can take the device away.
        ///
        /// ## Fix
        ///
        /// Put people into a group and attach a policy that denies everything else until MFA is
        /// there. `BoolIfExists` matters: with `Bool`, a request that an access key signs slips
        /// through.
        ///
        /// ```json
        /// {"Version": "2012-10-17", "Statement": [{
        ///   "Sid": "DenyWithoutMfa", "Effect": "Deny", "Resource": "*",
        ///   "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ResyncMFADevice", "iam:GetMFADevice",
        ///     "iam:ListMFADevices", "iam:ListVirtualMFADevices", "iam:GetUser", "sts:GetSessionToken"],
        ///   "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}]}
        /// ```
        ///
        /// ```sh
        /// aws iam create-policy --policy-name deny-without-mfa --policy-document file://deny-without-mfa.json
        /// aws iam attach-group-policy --group-name people --policy-arn arn:aws:iam::111122223333:policy/deny-without-mfa
        /// ```
        ///
        /// The policy allows nothing: the actions in its list have to be allowed by another one.
        /// Users of software can't answer with a code; give the software a role instead
        /// (`users-for-services`).
        ///
        /// ## Fix safety
        ///
        /// Disruptive: whoever works without MFA today is stopped at once, and so is software that
        /// uses the user's keys. Add users to the group one by one, after each has registered a
        /// device. At the command line, people then start sessions with `aws sts get-session-token
        /// --serial-number … --token-code …`. Detaching the policy undoes it.
        ///
        /// ## Weak
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [{"UserName": "deploy", "Path": "/", "UserId": "AIDAEXAMPLEDEPLOY", "Arn": "arn:aws:iam::111122223333:user/deploy", "CreateDate": "2024-05-02T08:00:00+00:00",
        ///   "GroupList": [], "AttachedManagedPolicies": [], "UserPolicyList": [{"PolicyName": "objects", "PolicyDocument":
        ///     {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}}]}],
        ///   "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// deploy,arn:aws:iam::111122223333:user/deploy,2024-05-02T08:00:00+00:00,true,2026-11-20T08:00:00+00:00,2026-09-01T08:00:00+00:00,N/A,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## Weak: access keys slip through
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [{"UserName": "deploy", "Path": "/", "UserId": "AIDAEXAMPLEDEPLOY", "Arn": "arn:aws:iam::111122223333:user/deploy", "CreateDate": "2024-05-02T08:00:00+00:00",
        ///   "GroupList": [], "AttachedManagedPolicies": [], "UserPolicyList": [{"PolicyName": "objects", "PolicyDocument":
        ///     {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        ///       {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}]}}]}],
        ///   "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// deploy,arn:aws:iam::111122223333:user/deploy,2024-05-02T08:00:00+00:00,true,2026-11-20T08:00:00+00:00,2026-09-01T08:00:00+00:00,N/A,true,true,2026-10-01T08:00:00+00:00,2026-11-20T08:00:00+00:00,us-east-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## Sound
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [{"UserName": "deploy", "Path": "/", "UserId": "AIDAEXAMPLEDEPLOY", "Arn": "arn:aws:iam::111122223333:user/deploy", "CreateDate": "2024-05-02T08:00:00+00:00",
        ///   "GroupList": [], "AttachedManagedPolicies": [], "UserPolicyList": [{"PolicyName": "objects", "PolicyDocument":
        ///     {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        ///       {"Sid": "DenyWithoutMfa", "Effect": "Deny", "NotAction": ["iam:EnableMFADevice", "iam:ListMFADevices", "sts:GetSessionToken"], "Resource": "*",
        ///        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}]}}]}],
        ///   "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// deploy,arn:aws:iam::111122223333:user/deploy,2024-05-02T08:00:00+00:00,true,2026-11-20T08:00:00+00:00,2026-09-01T08:00:00+00:00,N/A,true,true,2026-10-01T08:00:00+00:00,2026-11-20T08:00:00+00:00,us-east-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_iam_mfa-selfmanage.html>
    },
    severity: Severity::High,
    needs: &[
        Call::GetAccountAuthorizationDetails,
        Call::GetCredentialReport,
        Call::DescribeOrganization,
        Call::ListRoots,
        Call::ListChildren,
        Call::ListPolicies,
        Call::DescribePolicy,
        Call::ListTargetsForPolicy,
    ],
    refines: &[],
    watch: &[
        "iam:DetachUserPolicy",
        "iam:DeleteUserPolicy",
        "iam:RemoveUserFromGroup",
        "iam:DetachGroupPolicy",
        "iam:DeleteGroupPolicy",
        "iam:CreatePolicyVersion",
        "iam:SetDefaultPolicyVersion",
        "iam:CreateUser",
        "iam:AttachUserPolicy",
        "iam:PutUserPolicy",
        "iam:AddUserToGroup",
        "iam:AttachGroupPolicy",
        "iam:PutGroupPolicy",
        "iam:PutUserPermissionsBoundary",
        "iam:DeleteUserPermissionsBoundary",
        "iam:CreateLoginProfile",
        "iam:CreateAccessKey",
        "iam:UpdateAccessKey",
        "organizations:DetachPolicy",
        "organizations:UpdatePolicy",
        "organizations:DisablePolicyType",
        "organizations:MoveAccount",
    ],
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    let identities = Identities::new(view.head, view.account);
    view.each(&view.account.users, |user| {
        let answer = answer(view, &identities, user);
        Some(answer.unwrap_or_else(|gap| Answer::cannot_tell(subject(user), &gap)))
    })
}

fn subject(user: &User) -> Subject {
    Subject::new(user.arn.as_str())
}

fn answer(view: &View<'_>, identities: &Identities<'_>, user: &User) -> Result<Answer, Gap> {
    let report = view.account.credential_report.value().map_err(Gap::clone)?;
    read(view).map_err(Gap::clone)?;
    let mut permissions = identities.user(user);
    if let Some(gap) = permissions.gaps.first() {
        return Err(gap.clone());
    }
    let Some(row) = report.users().find(|row| row.arn == user.arn) else {
        let title = format!("The credential report does not know `{}` yet", user.name);
        return Ok(Answer::undecided(subject(user), title));
    };
    let modes = modes(row);
    if modes.is_empty() && row.password_enabled == Some(false) {
        let title = format!("`{}` has neither a password nor an active access key", user.name);
        return Ok(Answer::sound(subject(user), title)
            .evidence("password_enabled", false)
            .evidence("active access keys", 0));
    }

    let layers = Layer::all(&permissions);
    let reasons: Option<Vec<(Mode, String)>> =
        Mode::ALL.into_iter().map(|mode| Some((mode, closed(&layers, user, mode)?))).collect();
    if let Some(reasons) = reasons {
        let title = format!("`{}` can do nothing without MFA but register a device", user.name);
        let answer = Answer::sound(subject(user), title);
        return Ok(reasons.iter().fold(answer, |answer, (mode, reason)| {
            answer.evidence("aws:MultiFactorAuthPresent", format!("{}: {reason}", mode.in_words()))
        }));
    }
    Ok(match try_all(&permissions, &layers, &view.account.id, user, &modes) {
        Tried::Allowed(witness) => weak(user, &witness),
        Tried::Open(_) if !permissions.unread_scps.is_empty() => {
            return Err(permissions.unread_scps.swap_remove(0));
        }
        Tried::Open(keys) if keys.is_empty() => {
            let title = format!(
                "Nothing proves that `{}` can work without MFA, and nothing rules it out",
                user.name
            );
            Answer::undecided(subject(user), title)
        }
        Tried::Open(keys) => {
            let keys = keys.join(", ");
            let title = format!("Whether `{}` can work without MFA depends on {keys}", user.name);
            Answer::undecided(subject(user), title)
        }
    })
}

/// The forms of requests without MFA that the user's credentials can certainly make.
fn modes(row: &CredentialRow) -> Vec<Mode> {
    let key = rows::active_keys(row).next().map(|_| Mode::Key);
    let session = (row.password_enabled == Some(true)).then_some(Mode::Session);
    key.into_iter().chain(session).collect()
}

fn weak(user: &User, witness: &Witness) -> Answer {
    let Witness { mode, pattern, action, resource, region, because } = witness;
    let what =
        if pattern == action { format!("`{action}`") } else { format!("actions of `{pattern}`") };
    let title = format!("`{}` may call {what} without MFA", user.name);
    let answer = Answer::weak(subject(user), title)
        .evidence("action", action)
        .evidence("resource", resource)
        .evidence("aws:MultiFactorAuthPresent", mode.in_words());
    let answer = region.iter().fold(answer, |answer, region| answer.evidence("region", region));
    because.iter().fold(answer, |answer, it| answer.evidence("allowed by", it))
}

/// Whether what tells of service control policies was read, though it may not concern every user.
fn read<'a>(view: &View<'a>) -> Result<(), &'a Gap> {
    let organization: &Organization = match view.head.organization.value()? {
        Membership::None => return Ok(()),
        Membership::Member(organization) => organization,
    };
    begun(&organization.roots)?;
    begun(&organization.parents)?;
    begun(&organization.policies)?;
    some_known(organization.policies.iter().map(|policy| policy.document.value().map(|_| ())))?;
    some_known(organization.policies.iter().map(|policy| policy.targets.value().map(|_| ())))
}

fn begun<T>(list: &Listing<T>) -> Result<(), &Gap> {
    match list.gaps.first() {
        Some(gap) if list.items.is_empty() => Err(gap),
        _ => Ok(()),
    }
}

fn some_known<'a>(parts: impl Iterator<Item = Result<(), &'a Gap>>) -> Result<(), &'a Gap> {
    let mut first = Ok(());
    for part in parts {
        match part {
            Ok(()) => return Ok(()),
            Err(gap) => first = first.and(Err(gap)),
        }
    }
    first
}
