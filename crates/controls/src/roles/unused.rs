use keyward_snapshot::{Call, Gap, Role, RoleLastUsed};

use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "roles-unused",
    docs: crate::docs! {
        /// # Unused role
        ///
        /// Nobody has made a request with the role for 90 days.
        ///
        /// ## Why it matters
        ///
        /// A role that nobody uses keeps its permissions and its trust. It is where an intruder
        /// hides, because nobody expects to see it work and nobody notices when its policies change.
        ///
        /// ## What is checked
        ///
        /// AWS records when a role was last used, for the last 400 days. Weak is a role that was
        /// last used 90 or more days ago (setting `role_unused_days`), and one without any recorded
        /// use that was made 90 or more days ago. A younger role without any use is sound: its time
        /// is still to come.
        ///
        /// Service-linked roles and the roles that Identity Center keeps for its permission sets
        /// get no answer, since AWS makes and deletes them, nor do roles that the setting
        /// `break_glass` names. Cannot-tell, if the answer of AWS's that was read lacks the last use,
        /// or lacks the day on which a role without any use was made.
        ///
        /// ## Fix
        ///
        /// Lock the role before you delete it, so that what breaks can be mended in a minute:
        ///
        /// 1. Keep the trust policy: `aws iam get-role --role-name old-import --query
        ///    Role.AssumeRolePolicyDocument > old-import.json`.
        /// 2. Let nobody in: `aws iam update-assume-role-policy --role-name old-import
        ///    --policy-document file://nobody.json`, with the document below.
        /// 3. After a quiet period, take the policies and instance profiles off it (`aws iam
        ///    detach-role-policy`, `delete-role-policy`, `remove-role-from-instance-profile`), and
        ///    `aws iam delete-role --role-name old-import`.
        ///
        /// ```json
        /// {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
        ///   "Action": ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"]}]}
        /// ```
        ///
        /// ## Fix safety
        ///
        /// Locking is undone by the old trust policy. What it can break is the yearly job and the
        /// restore that nobody has rehearsed: ask the owner, and list roles that are meant to lie
        /// still in `break_glass`. Deletion is irreversible: a role of the same name gets another
        /// unique id, and policies that named the old one do not know it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "old-import", "RoleId": "AROAEXAMPLEIMPORT", "Arn": "arn:aws:iam::111122223333:role/old-import",
        ///    "CreateDate": "2024-02-01T09:00:00+00:00",
        ///    "RoleLastUsed": {"LastUsedDate": "2026-05-02T03:00:00+00:00", "Region": "eu-west-1"},
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}}]}
        /// ```
        ///
        /// ## Weak: never used
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "old-import", "RoleId": "AROAEXAMPLEIMPORT", "Arn": "arn:aws:iam::111122223333:role/old-import",
        ///    "CreateDate": "2024-02-01T09:00:00+00:00", "RoleLastUsed": {},
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "import", "RoleId": "AROAEXAMPLEIMPORT", "Arn": "arn:aws:iam::111122223333:role/import",
        ///    "CreateDate": "2024-02-01T09:00:00+00:00",
        ///    "RoleLastUsed": {"LastUsedDate": "2026-11-23T03:00:00+00:00", "Region": "eu-west-1"},
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_delete.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
    },
    severity: Severity::Medium,
    needs: &[Call::GetAccountAuthorizationDetails],
    refines: &[],
    watch: &["iam:CreateRole"],
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.roles, |role| {
        let apart = role.is_service_linked()
            || role.is_of_identity_center()
            || view.settings.is_break_glass(&role.arn);
        (!apart).then(|| answer(view, role))
    })
}

fn answer(view: &View<'_>, role: &Role) -> Answer {
    let subject = Subject::new(role.arn.as_str());
    let name = &role.name;
    let limit = i64::from(view.settings.role_unused_days);
    match (&role.last_used, role.created) {
        (RoleLastUsed::At(time, region), _) => {
            let idle = view.days_since(*time);
            let title = format!("`{name}` was last used {}", ago(idle));
            let region = region.as_deref().map_or(String::new(), |region| format!(" in {region}"));
            judged(subject, idle >= limit, title).evidence("last used", format!("{time}{region}"))
        }
        (RoleLastUsed::NotTracked, Some(created)) => {
            let age = view.days_since(created);
            let title = format!("`{name}` was made {}, and no use is recorded", ago(age));
            judged(subject, age >= limit, title)
                .evidence("last used", "never within AWS's tracking period of 400 days")
                .evidence("created", created)
        }
        (RoleLastUsed::NotTracked, None) => {
            let title =
                format!("No use of `{name}` is recorded, and nobody knows since when it exists");
            Answer::undecided(subject, title)
        }
        (RoleLastUsed::NotReported, _) => {
            let gap = Gap::not_collected(Call::GetAccountAuthorizationDetails).about(name);
            Answer::cannot_tell(subject, &gap)
        }
    }
}

fn judged(subject: Subject, unused: bool, title: String) -> Answer {
    if unused { Answer::weak(subject, title) } else { Answer::sound(subject, title) }
}

fn ago(days: i64) -> String {
    match days {
        ..=0 => "less than a day ago".to_owned(),
        1 => "1 day ago".to_owned(),
        _ => format!("{days} days ago"),
    }
}
