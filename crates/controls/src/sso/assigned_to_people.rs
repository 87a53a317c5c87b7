use keyward_snapshot::{Assignment, Call, PrincipalKind};

use super::center::{Names, subject, with_instance};
use crate::{Answer, Control, Find, Overview, Severity};

pub(crate) static CONTROL: Control = Control {
    id: "sso-assigned-to-people",
    docs: crate::docs! {
        /// # Permission set assigned to a person
        ///
        /// A permission set is assigned to a single person and not to a group.
        ///
        /// ## Why it matters
        ///
        /// Groups say why somebody has access, and the identity provider empties them when people
        /// change teams. An assignment to a person stays until somebody thinks of it, and a review
        /// that reads the groups does not see it.
        ///
        /// ## What is checked
        ///
        /// Each assignment of a permission set in an account: to a user is weak, to a group sound.
        /// Names stand in for ids where the directory and the permission sets were read. Where an
        /// assignment could not be read, the answer is cannot-tell. Without an instance of Identity
        /// Center there is no answer.
        ///
        /// ## Fix
        ///
        /// Make a group in the identity provider, assign the permission set to it, let the person
        /// sign in once through the group, and take the old assignment away: `aws sso-admin
        /// delete-account-assignment --instance-arn … --permission-set-arn … --target-type
        /// AWS_ACCOUNT --target-id 111122223333 --principal-type USER --principal-id …`.
        ///
        /// ## Fix safety
        ///
        /// In this order nobody loses access, since both assignments lead to the same role. Making
        /// the assignment again undoes it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1234567890", "Status": "ACTIVE"}]}
        /// {"AccountAssignments": [{"AccountId": "444455556666", "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444",
        ///   "PrincipalType": "USER", "PrincipalId": "11111111-2222-3333-4444-555555555555"}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1234567890", "Status": "ACTIVE"}]}
        /// {"AccountAssignments": [{"AccountId": "444455556666", "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444",
        ///   "PrincipalType": "GROUP", "PrincipalId": "aaaaaaaa-1111-2222-3333-444444444444"}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/singlesignon/latest/userguide/useraccess.html>
        /// - <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignments.html>
    },
    severity: Severity::Low,
    needs: &[
        Call::ListInstances,
        Call::ListPermissionSets,
        Call::ListAccountsForProvisionedPermissionSet,
        Call::ListAccountAssignments,
    ],
    refines: &[Call::DescribePermissionSet, Call::ListDirectoryUsers, Call::ListDirectoryGroups],
    watch: &["sso:CreateAccountAssignment"],
    preventable: &[],
    find: Find::Organization(find),
    prevent: None,
};

fn find(overview: &Overview<'_>) -> Vec<Answer> {
    with_instance(overview, |_| {
        let names = Names::of(overview);
        overview.each(&overview.head.identity_center.assignments, |assignment| {
            Some(answer(&names, assignment))
        })
    })
}

fn answer<'a>(names: &Names<'a>, assignment: &'a Assignment) -> Answer {
    let Assignment { account, principal_kind, principal_id, .. } = assignment;
    let set = names.set(assignment);
    let principal = names.principal(*principal_kind, principal_id);
    let answer = match principal_kind {
        PrincipalKind::User => {
            let title = format!("`{set}` in {account} is assigned to the person `{principal}`");
            Answer::weak(subject(assignment), title)
        }
        PrincipalKind::Group => {
            let title = format!("`{set}` in {account} is assigned to the group `{principal}`");
            Answer::sound(subject(assignment), title)
        }
    };
    answer.evidence("principal", principal_id).evidence("account", account)
}
