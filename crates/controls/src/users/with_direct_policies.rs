use keyward_snapshot::{Call, User};

use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "users-with-direct-policies",
    docs: crate::docs! {
        /// # Policies attached to an IAM user
        ///
        /// An IAM user holds policies of its own, instead of getting its permissions from groups.
        ///
        /// ## Why it matters
        ///
        /// What a person may do should follow from the job, and a group stands for a job. Policies
        /// on single users are given in a hurry, are not taken back when the job changes, and have
        /// to be reviewed user by user.
        ///
        /// ## What is checked
        ///
        /// Each IAM user's inline policies and the managed policies attached to it. One is enough
        /// to be weak. A permissions boundary is not counted, since it grants nothing.
        ///
        /// The severity is info where Identity Center has an instance: people's permissions then
        /// belong into permission sets, and groups of IAM users are not worth the work any more.
        ///
        /// ## Fix
        ///
        /// Make a group that stands for the job, attach the policies to it, add the user, then take
        /// them from the user:
        ///
        /// ```sh
        /// aws iam create-group --group-name auditors
        /// aws iam attach-group-policy --group-name auditors --policy-arn arn:aws:iam::aws:policy/SecurityAudit
        /// aws iam add-user-to-group --group-name auditors --user-name reports
        /// aws iam detach-user-policy --user-name reports --policy-arn arn:aws:iam::aws:policy/SecurityAudit
        /// ```
        ///
        /// An inline policy goes into the group with `aws iam put-group-policy`, and off the user
        /// with `aws iam delete-user-policy --user-name reports --policy-name …`.
        ///
        /// ## Fix safety
        ///
        /// In this order the user never lacks a permission. Other members of a group that existed
        /// before get the policy too, so look at them first. Attaching the policy to the user again
        /// undoes it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"UserDetailList": [{"UserName": "reports", "Path": "/", "UserId": "AIDAEXAMPLEREPORTS", "Arn": "arn:aws:iam::111122223333:user/reports", "CreateDate": "2024-05-02T08:00:00+00:00",
        ///   "GroupList": [], "AttachedManagedPolicies": [{"PolicyName": "SecurityAudit", "PolicyArn": "arn:aws:iam::aws:policy/SecurityAudit"}]}],
        ///   "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"UserDetailList": [{"UserName": "reports", "Path": "/", "UserId": "AIDAEXAMPLEREPORTS", "Arn": "arn:aws:iam::111122223333:user/reports", "CreateDate": "2024-05-02T08:00:00+00:00",
        ///   "GroupList": ["auditors"], "AttachedManagedPolicies": []}],
        ///   "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html>
    },
    severity: Severity::Low,
    needs: &[Call::GetAccountAuthorizationDetails],
    refines: &[Call::ListInstances],
    watch: &["iam:AttachUserPolicy", "iam:PutUserPolicy"],
    preventable: &["iam:AttachUserPolicy", "iam:PutUserPolicy"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.users, |user| Some(answer(view, user)))
}

fn answer(view: &View<'_>, user: &User) -> Answer {
    let (subject, name) = (Subject::new(user.arn.as_str()), &user.name);
    let count = user.attached.len() + user.inline.len();
    if count == 0 {
        return Answer::sound(subject, format!("`{name}` holds no policies of its own"))
            .evidence("policies", 0)
            .evidence("groups", user.groups.len());
    }
    let policies = if count == 1 { "1 policy".to_owned() } else { format!("{count} policies") };
    let answer = Answer::weak(subject, format!("`{name}` holds {policies} of its own"));
    let attached = user.attached.iter().map(|policy| ("managed policy", policy.arn.as_str()));
    let inline = user.inline.iter().map(|policy| ("inline policy", policy.name.as_str()));
    let answer =
        attached.chain(inline).fold(answer, |answer, (what, policy)| answer.evidence(what, policy));
    if view.head.identity_center.instances.iter().next().is_some() {
        answer.severity(Severity::Info, "Identity Center is there to replace IAM users")
    } else {
        answer
    }
}
