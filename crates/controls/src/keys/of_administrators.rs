use keyward_access::{Answer as Permitted, Identities, Permissions};
use keyward_policy::Context;
use keyward_snapshot::{Call, User};

use super::slots::{ActiveKey, each_active};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "keys-of-administrators",
    docs: crate::docs! {
        /// # Access key of an administrator
        ///
        /// An IAM user who may do everything in the account has an active access key.
        ///
        /// ## Why it matters
        ///
        /// An access key is two lines of text that work from anywhere, without a second factor and
        /// without an end. If those two lines belong to an administrator, one leaked file is the
        /// whole account: all data, all backups, and every trace of what happened.
        ///
        /// ## What is checked
        ///
        /// For each active key in the credential report: whether its user is an administrator. What
        /// counts is what the user's policies say together: inline, attached, those of its groups,
        /// and the permissions boundary. Some requests are tried that only an administrator gets
        /// through, from reading a secret to changing a role's policies, in a session with MFA. If
        /// the policies allow all of them, the user is an administrator, whatever the policies are
        /// called.
        ///
        /// Where the policies allow nothing of the kind without MFA, the key alone is not enough,
        /// and the severity is high. Service control policies are left out on purpose: they bound
        /// what happens in the account, and the user is still its administrator.
        ///
        /// Cannot-tell, if there is no credential report, if a policy was not read that could
        /// change the answer, if everything hangs on another condition (such as the address), which
        /// the answer names, or if the user is in the credential report and not in the
        /// authorization details. Users who can only make themselves administrators are not found
        /// here. Inactive keys get no answer, and neither do the root user's, which
        /// `root-with-access-key` is about.
        ///
        /// ## Fix
        ///
        /// - For a person: use Identity Center, whose keys last hours, and deactivate this one:
        ///   `aws iam update-access-key --user-name ops --access-key-id AKIA… --status Inactive`.
        /// - For software: give it a role where it runs, and only what it uses. On AWS that is an
        ///   instance profile, task role or execution role; outside, OIDC or Roles Anywhere.
        /// - Where neither can be done today, detach the administrator policy and attach one for
        ///   the services that the user really used: `aws iam
        ///   generate-service-last-accessed-details --arn arn:aws:iam::111122223333:user/ops`
        ///   prints a job id, and `aws iam get-service-last-accessed-details --job-id …` the
        ///   services.
        ///
        /// ## Fix safety
        ///
        /// Deactivating the key stops whatever signs with it, and is undone by `--status Active`.
        /// Detaching a policy is undone by attaching it again; until then, calls outside the
        /// smaller policy fail with `AccessDenied`.
        ///
        /// ## Weak
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// ops,arn:aws:iam::111122223333:user/ops,2026-01-10T09:00:00+00:00,false,N/A,N/A,N/A,false,true,2026-10-08T00:00:00+00:00,2026-11-23T08:00:00+00:00,us-east-1,ec2,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [{"UserName": "ops", "UserId": "AIDAEXAMPLEOPS", "Arn": "arn:aws:iam::111122223333:user/ops",
        ///    "GroupList": ["operators"]}],
        ///  "GroupDetailList": [{"GroupName": "operators", "Arn": "arn:aws:iam::111122223333:group/operators",
        ///    "GroupPolicyList": [{"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17",
        ///      "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]}],
        ///  "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// ops,arn:aws:iam::111122223333:user/ops,2026-01-10T09:00:00+00:00,false,N/A,N/A,N/A,false,true,2026-10-08T00:00:00+00:00,2026-11-23T08:00:00+00:00,us-east-1,ec2,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [{"UserName": "ops", "UserId": "AIDAEXAMPLEOPS", "Arn": "arn:aws:iam::111122223333:user/ops",
        ///    "UserPolicyList": [{"PolicyName": "instances", "PolicyDocument": {"Version": "2012-10-17",
        ///      "Statement": [{"Effect": "Allow", "Action": ["ec2:Describe*", "ec2:StopInstances"], "Resource": "*"}]}}]}],
        ///  "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
    },
    severity: Severity::Critical,
    needs: &[Call::GetCredentialReport, Call::GetAccountAuthorizationDetails],
    refines: &[Call::ListAccessKeys],
    watch: &[
        "iam:CreateAccessKey",
        "iam:UpdateAccessKey",
        "iam:AttachUserPolicy",
        "iam:PutUserPolicy",
        "iam:AddUserToGroup",
        "iam:AttachGroupPolicy",
        "iam:PutGroupPolicy",
        "iam:CreatePolicyVersion",
        "iam:SetDefaultPolicyVersion",
        "iam:DeleteUserPermissionsBoundary",
        "iam:PutUserPermissionsBoundary",
    ],
    // `iam:UpdateAccessKey` is also how a leaked key is deactivated, so nobody should deny it.
    preventable: &["iam:CreateAccessKey"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    let identities = Identities::new(view.head, view.account);
    each_active(view, |key| {
        let user = view.account.users.iter().find(|user| user.arn == key.row.arn);
        let answer = match (user, view.account.users.gaps.first()) {
            (Some(user), _) => answer(&identities, key, user),
            (None, Some(gap)) => Answer::cannot_tell(key.subject(), gap),
            (None, None) => {
                let title = format!("{}: the authorization details lack the user", key.name());
                Answer::undecided(key.subject(), title)
            }
        };
        key.described(answer)
    })
}

fn answer<'a>(identities: &Identities<'a>, key: &ActiveKey<'_>, user: &'a User) -> Answer {
    let name = key.name();
    let permissions = own_permissions(identities, user);
    match permissions.administrator(&user.arn) {
        Permitted::Yes(because) => {
            let title = format!("{name} belongs to an administrator");
            let answer = because.iter().fold(Answer::weak(key.subject(), title), |answer, it| {
                answer.evidence("allowed by", it)
            });
            // A request that a long-term key signs does not carry the key at all.
            let alone = Context::open().without("aws:MultiFactorAuthPresent");
            match permissions.may(&user.arn, "keyward-nonexistent:DoAnything", "*", alone) {
                Permitted::No(_) => answer.severity(
                    Severity::High,
                    "the key alone is not enough, since the policies ask for a second factor",
                ),
                _ => answer,
            }
        }
        Permitted::No(because) => because.iter().fold(
            Answer::sound(key.subject(), format!("{name} does not belong to an administrator")),
            |answer, because| answer.evidence("not an administrator", because),
        ),
        Permitted::Depends(keys) => {
            let title = format!("{name} belongs to an administrator, depending on a condition");
            Answer::undecided(key.subject(), title).evidence("depends on", keys.join(", "))
        }
        Permitted::CannotTell(gap) => Answer::cannot_tell(key.subject(), &gap),
    }
}

/// The user's own side, without the organization's control policies.
fn own_permissions<'a>(identities: &Identities<'a>, user: &'a User) -> Permissions<'a> {
    let mut permissions = identities.user(user);
    permissions.scps.clear();
    permissions.unread_scps.clear();
    permissions
}
