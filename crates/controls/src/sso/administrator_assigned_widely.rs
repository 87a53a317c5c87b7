use std::collections::{BTreeMap, BTreeSet};

use keyward_snapshot::{
    AccountId, Assignment, Call, Gap, Known, Listing, Membership, PermissionSet, PrincipalKind,
};

use super::administrators::{Power, policies_read, power};
use super::center::{Names, kind_name, with_instance};
use crate::{Answer, Control, Find, Overview, Severity, Subject};

pub(crate) static CONTROL: Control = Control {
    id: "sso-administrator-assigned-widely",
    docs: crate::docs! {
        /// # Administrator access assigned widely
        ///
        /// A permission set that makes administrators is assigned to many people, or to somebody in
        /// every account of the organization.
        ///
        /// ## Why it matters
        ///
        /// Each administrator is a laptop, a browser session and a phone through which an account
        /// can be lost. Whoever is administrator everywhere can also change the account that holds
        /// the logs and the one that holds the backups, so that one stolen session is the whole
        /// organization.
        ///
        /// ## What is checked
        ///
        /// A permission set makes administrators if AWS's `AdministratorAccess` is attached to it,
        /// or if its inline policy allows any action on any resource. Its name does not matter, nor
        /// does a permissions boundary. Customer-managed policies and other AWS-managed ones are
        /// not looked into.
        ///
        /// People are counted once each, whether they are assigned themselves or through groups, in
        /// whatever accounts. Weak are more than 5 of them (setting `sso_administrators_max`), and a
        /// single user or group that has the set in all active accounts of an organization with
        /// more than one. Otherwise it is sound.
        ///
        /// Cannot-tell, if the set's policies, the assignments, the members of groups or the
        /// organization's accounts were not read and what was read does not make it weak, or if the
        /// inline policy allows everything under conditions only. Permission sets that make no
        /// administrators get no answer.
        ///
        /// ## Fix
        ///
        /// Give daily work a smaller permission set (`PowerUserAccess`, or `ReadOnlyAccess` with
        /// what the team operates), and keep the administrator's for a small group that people enter
        /// for a limited time. Take assignments away with `aws sso-admin delete-account-assignment
        /// --instance-arn … --permission-set-arn … --target-type AWS_ACCOUNT --target-id
        /// 111122223333 --principal-type GROUP --principal-id …`. Leave out the management account,
        /// the log archive and the security account first.
        ///
        /// ## Fix safety
        ///
        /// Whoever loses the assignment can't open new sessions, and running ones go on until they
        /// expire. Deployments by hand may turn out to need a permission that the smaller set
        /// lacks. Making the assignment again undoes it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"Accounts": [{"Id": "111122223333", "Name": "management", "Email": "aws@example.com", "Status": "ACTIVE"},
        ///   {"Id": "444455556666", "Name": "workloads", "Email": "aws+workloads@example.com", "Status": "ACTIVE"}]}
        /// {"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1234567890", "Status": "ACTIVE"}]}
        /// {"PermissionSet": {"Name": "operations", "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444", "SessionDuration": "PT1H"}}
        /// {"AccountAssignments": [
        ///   {"AccountId": "111122223333", "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444", "PrincipalType": "GROUP", "PrincipalId": "aaaaaaaa-1111-2222-3333-444444444444"},
        ///   {"AccountId": "444455556666", "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444", "PrincipalType": "GROUP", "PrincipalId": "aaaaaaaa-1111-2222-3333-444444444444"}]}
        /// {"GroupMemberships": [{"GroupId": "aaaaaaaa-1111-2222-3333-444444444444", "MembershipId": "m-1", "MemberId": {"UserId": "11111111-2222-3333-4444-555555555555"}}]}
        /// ```
        ///
        /// ```json list-managed-policies-in-permission-set/ps-1111222233334444.json
        /// {"AttachedManagedPolicies": [{"Name": "AdministratorAccess", "Arn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}
        /// ```
        ///
        /// ```json get-inline-policy-for-permission-set/ps-1111222233334444.json
        /// {"InlinePolicy": ""}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"Accounts": [{"Id": "111122223333", "Name": "management", "Email": "aws@example.com", "Status": "ACTIVE"},
        ///   {"Id": "444455556666", "Name": "workloads", "Email": "aws+workloads@example.com", "Status": "ACTIVE"}]}
        /// {"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1234567890", "Status": "ACTIVE"}]}
        /// {"PermissionSets": ["arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444"]}
        /// {"PermissionSet": {"Name": "operations", "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444", "SessionDuration": "PT1H"}}
        /// {"Groups": [{"DisplayName": "operators", "GroupId": "aaaaaaaa-1111-2222-3333-444444444444", "IdentityStoreId": "d-1234567890"}]}
        /// {"GroupMemberships": [{"GroupId": "aaaaaaaa-1111-2222-3333-444444444444", "MembershipId": "m-1", "MemberId": {"UserId": "11111111-2222-3333-4444-555555555555"}}]}
        /// ```
        ///
        /// ```json list-account-assignments/444455556666-ps-1111222233334444.json
        /// {"AccountAssignments": [
        ///   {"AccountId": "444455556666", "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444", "PrincipalType": "GROUP", "PrincipalId": "aaaaaaaa-1111-2222-3333-444444444444"}]}
        /// ```
        ///
        /// ```json list-account-assignments/111122223333-ps-1111222233334444.json
        /// {"AccountAssignments": []}
        /// ```
        ///
        /// ```json list-managed-policies-in-permission-set/ps-1111222233334444.json
        /// {"AttachedManagedPolicies": [{"Name": "AdministratorAccess", "Arn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}
        /// ```
        ///
        /// ```json get-inline-policy-for-permission-set/ps-1111222233334444.json
        /// {"InlinePolicy": ""}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html>
        /// - <https://docs.aws.amazon.com/singlesignon/latest/userguide/useraccess.html>
        /// - <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html>
    },
    severity: Severity::High,
    needs: &[
        Call::ListInstances,
        Call::ListPermissionSets,
        Call::DescribePermissionSet,
        Call::ListManagedPoliciesInPermissionSet,
        Call::GetInlinePolicyForPermissionSet,
        Call::ListAccountsForProvisionedPermissionSet,
        Call::ListAccountAssignments,
        Call::ListGroupMemberships,
        Call::DescribeOrganization,
        Call::ListAccounts,
    ],
    refines: &[Call::ListDirectoryUsers, Call::ListDirectoryGroups],
    watch: &[
        "sso:CreateAccountAssignment",
        "sso:AttachManagedPolicyToPermissionSet",
        "sso:PutInlinePolicyToPermissionSet",
        "identitystore:CreateGroupMembership",
        "sso-directory:AddMemberToGroup",
    ],
    preventable: &[],
    find: Find::Organization(find),
    prevent: None,
};

fn find(overview: &Overview<'_>) -> Vec<Answer> {
    with_instance(overview, |_| {
        let names = Names::of(overview);
        overview.each(&overview.head.identity_center.permission_sets, |set| match power(set) {
            Power::Limited => None,
            Power::Administrator(policy) => Some(
                answer(overview, &names, set)
                    .unwrap_or_else(|gap| Answer::cannot_tell(subject(set), gap))
                    .evidence("administrator by", policy),
            ),
            Power::Depends(keys) => {
                let keys = keys.join(", ");
                let title =
                    format!("Whether `{}` makes administrators depends on {keys}", set.name);
                Some(Answer::undecided(subject(set), title))
            }
            Power::Unknown(gap) => Some(Answer::cannot_tell(subject(set), gap)),
        })
    })
}

fn subject(set: &PermissionSet) -> Subject {
    Subject::new(set.arn.as_str())
}

fn answer<'a>(
    overview: &Overview<'a>,
    names: &Names<'a>,
    set: &'a PermissionSet,
) -> Result<Answer, &'a Gap> {
    let center = &overview.head.identity_center;
    let assignments: Vec<&Assignment> =
        center.assignments.iter().filter(|it| it.permission_set == set.arn).collect();
    let people = people(overview, &assignments);
    let accounts: BTreeSet<&AccountId> = assignments.iter().map(|it| &it.account).collect();
    let everywhere = everywhere(overview, &assignments);
    let described = |answer: Answer| {
        let answer = answer.evidence("people", people.len()).evidence("accounts", accounts.len());
        match everywhere {
            Some((kind, id)) => {
                let name = names.principal(kind, id);
                answer.evidence("in every account", format!("{} `{name}`", kind_name(kind)))
            }
            None => answer,
        }
    };
    let name = &set.name;
    let most = usize::try_from(overview.settings.sso_administrators_max).unwrap_or(usize::MAX);
    if people.len() > most {
        let title = format!("`{name}` makes {} people administrators", people.len());
        return Ok(described(Answer::weak(subject(set), title)));
    }
    if let Some((kind, id)) = everywhere {
        let principal = names.principal(kind, id);
        let kind = kind_name(kind);
        let title = format!("`{name}` makes {kind} `{principal}` administrator of every account");
        return Ok(described(Answer::weak(subject(set), title)));
    }
    // Sound only from the whole: whatever is missing could add people or accounts.
    policies_read(set)?;
    let groups = groups(&assignments);
    none_about(&center.assignments, |about| about == set.arn)?;
    none_about(&center.memberships, |about| groups.contains(about))?;
    if let Membership::Member(organization) = overview.head.organization.value()? {
        organization.accounts.whole()?;
    }
    let count = people.len();
    let title = match count {
        1 => format!("`{name}` makes 1 person administrator"),
        _ => format!("`{name}` makes {count} people administrators"),
    };
    Ok(described(Answer::sound(subject(set), title)))
}

/// The ids of the people who have the assignments, themselves or through groups.
fn people<'a>(overview: &Overview<'a>, assignments: &[&'a Assignment]) -> BTreeSet<&'a str> {
    let memberships = &overview.head.identity_center.memberships;
    let groups = groups(assignments);
    let members = memberships.iter().filter(|it| groups.contains(it.group.as_str()));
    let themselves =
        assignments.iter().filter(|assignment| assignment.principal_kind == PrincipalKind::User);
    members
        .map(|membership| membership.user.as_str())
        .chain(themselves.map(|assignment| assignment.principal_id.as_str()))
        .collect()
}

/// The ids of the groups among those who have the assignments.
fn groups<'a>(assignments: &[&'a Assignment]) -> BTreeSet<&'a str> {
    assignments
        .iter()
        .filter(|assignment| assignment.principal_kind == PrincipalKind::Group)
        .map(|assignment| assignment.principal_id.as_str())
        .collect()
}

/// The first gap of a list that says nothing of what it is about, or that is about this.
fn none_about<T>(list: &Listing<T>, concerns: impl Fn(&str) -> bool) -> Result<(), &Gap> {
    let concerning = |gap: &&Gap| gap.about.as_deref().is_none_or(&concerns);
    list.gaps.iter().find(concerning).map_or(Ok(()), Err)
}

/// A user or group that has the set in every active account of the organization, if its list of
/// accounts was read and has more than one.
fn everywhere<'a>(
    overview: &Overview<'a>,
    assignments: &[&'a Assignment],
) -> Option<(PrincipalKind, &'a str)> {
    let Known::Value(Membership::Member(organization)) = &overview.head.organization else {
        return None;
    };
    let members = organization.accounts.whole().ok()?;
    let active: BTreeSet<&AccountId> =
        members.iter().filter(|member| member.active).map(|member| &member.id).collect();
    let mut held: BTreeMap<&str, (PrincipalKind, BTreeSet<&AccountId>)> = BTreeMap::new();
    for assignment in assignments {
        let entry = held
            .entry(assignment.principal_id.as_str())
            .or_insert_with(|| (assignment.principal_kind, BTreeSet::new()));
        entry.1.insert(&assignment.account);
    }
    let mut everywhere = held.into_iter().filter(|(_, (_, accounts))| active.is_subset(accounts));
    let (id, (kind, _)) = everywhere.next()?;
    (active.len() > 1).then_some((kind, id))
}
