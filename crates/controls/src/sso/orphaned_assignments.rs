use keyward_snapshot::{Assignment, Call, Gap, PrincipalKind};

use super::center::{Names, kind_name, subject, with_instance};
use crate::{Answer, Control, Find, Overview, Severity};

pub(crate) static CONTROL: Control = Control {
    id: "sso-orphaned-assignments",
    docs: crate::docs! {
        /// # Assignment to somebody who no longer exists
        ///
        /// A permission set is assigned to a user or group that is not in the directory any more.
        ///
        /// ## Why it matters
        ///
        /// It grants nothing today. But nobody can read it: a review meets an id and can't tell who
        /// was meant, or whether the access was ever taken away on purpose. Such leftovers are how
        /// the list of assignments grows until nobody looks through it.
        ///
        /// ## What is checked
        ///
        /// Each assignment's principal is looked up among the users and groups of the identity
        /// store. Not there is weak, if the list was read to its end; there is sound. If the list of
        /// users or that of groups was not read to its end, no assignment is called sound, and none
        /// whose principal could be in the missing part is called weak.
        ///
        /// ## Fix
        ///
        /// `aws sso-admin delete-account-assignment --instance-arn … --permission-set-arn …
        /// --target-type AWS_ACCOUNT --target-id 111122223333 --principal-type USER --principal-id
        /// …`, with the ids in the evidence.
        ///
        /// ## Fix safety
        ///
        /// Nobody loses access, since nobody has it. Ids are not given out again, so the assignment
        /// can't come back to life, and need not be undone.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1234567890", "Status": "ACTIVE"}]}
        /// {"AccountAssignments": [{"AccountId": "444455556666", "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444",
        ///   "PrincipalType": "USER", "PrincipalId": "99999999-2222-3333-4444-555555555555"}]}
        /// {"Users": [{"UserName": "operator@example.com", "UserId": "11111111-2222-3333-4444-555555555555", "IdentityStoreId": "d-1234567890"}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1234567890", "Status": "ACTIVE"}]}
        /// {"AccountAssignments": [{"AccountId": "444455556666", "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444",
        ///   "PrincipalType": "GROUP", "PrincipalId": "aaaaaaaa-1111-2222-3333-444444444444"}]}
        /// {"Users": [{"UserName": "operator@example.com", "UserId": "11111111-2222-3333-4444-555555555555", "IdentityStoreId": "d-1234567890"}]}
        /// {"Groups": [{"DisplayName": "platform", "GroupId": "aaaaaaaa-1111-2222-3333-444444444444", "IdentityStoreId": "d-1234567890"}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignments.html>
        /// - <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteAccountAssignment.html>
        /// - <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListUsers.html>
    },
    severity: Severity::Low,
    needs: &[
        Call::ListInstances,
        Call::ListPermissionSets,
        Call::ListAccountsForProvisionedPermissionSet,
        Call::ListAccountAssignments,
        Call::ListDirectoryUsers,
        Call::ListDirectoryGroups,
    ],
    refines: &[Call::DescribePermissionSet],
    watch: &[
        "identitystore:DeleteUser",
        "identitystore:DeleteGroup",
        "sso-directory:DeleteUser",
        "sso-directory:DeleteGroup",
    ],
    preventable: &[],
    find: Find::Organization(find),
    prevent: None,
};

fn find(overview: &Overview<'_>) -> Vec<Answer> {
    with_instance(overview, |_| {
        let names = Names::of(overview);
        overview.each(&overview.head.identity_center.assignments, |assignment| {
            Some(Answer::settle(subject(assignment), answer(overview, &names, assignment)))
        })
    })
}

fn answer<'a>(
    overview: &Overview<'a>,
    names: &Names<'a>,
    assignment: &'a Assignment,
) -> Result<Answer, &'a Gap> {
    let center = &overview.head.identity_center;
    let Assignment { account, principal_kind, principal_id, .. } = assignment;
    let set = names.set(assignment);
    let kind = kind_name(*principal_kind);
    let answer = if let Some(name) = names.listed(*principal_kind, principal_id) {
        center.users.whole()?;
        center.groups.whole()?;
        let title = format!("`{set}` in {account} is assigned to the {kind} `{name}`");
        Answer::sound(subject(assignment), title)
    } else {
        let unread = match principal_kind {
            PrincipalKind::User => center.users.gaps.first(),
            PrincipalKind::Group => center.groups.gaps.first(),
        };
        if let Some(gap) = unread {
            return Err(gap);
        }
        let title = format!("`{set}` in {account} is assigned to a {kind} that no longer exists");
        Answer::weak(subject(assignment), title)
    };
    Ok(answer.evidence("principal", principal_id).evidence("account", account))
}
