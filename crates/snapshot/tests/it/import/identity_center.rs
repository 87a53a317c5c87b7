//! IAM Identity Center and its identity store.

use keyward_snapshot::{
    Assignment, AttachedPolicy, Call, CenterInstance, DirectoryGroup, DirectoryUser, Gap,
    GroupMembership, IdentityCenter, Known, Listing, PermissionSet, PrincipalKind,
};

use super::organizations::{ACCOUNTS, ORGANIZATION};
use super::{answers, id, import};

const SET: &str = "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef";

fn center(files: &[(&str, &str)]) -> IdentityCenter {
    import(files).head.identity_center
}

#[test]
fn instances_are_read_and_none_is_an_answer() {
    let text = r#"{"Instances": [{"CreatedDate": "2023-10-27T10:00:00+00:00",
        "IdentityStoreId": "d-1234567890", "InstanceArn": "arn:aws:sso:::instance/ssoins-1234567890abcdef",
        "OwnerAccountId": "111122223333", "Status": "ACTIVE"}]}"#;
    answers("i.json", text, &[Call::ListInstances]);
    let instance = CenterInstance {
        arn: "arn:aws:sso:::instance/ssoins-1234567890abcdef".to_owned(),
        owner: Some(id("111122223333")),
        identity_store: Some("d-1234567890".to_owned()),
        status: Some("ACTIVE".to_owned()),
    };
    assert_eq!(center(&[("i.json", text)]).instances, Listing::complete(vec![instance]));
    let none = r#"{"Instances": []}"#;
    assert_eq!(center(&[("i.json", none)]).instances, Listing::complete(vec![]));
}

fn described() -> String {
    format!(
        r#"{{"PermissionSet": {{"Name": "AdminAccess", "PermissionSetArn": "{SET}",
        "CreatedDate": "2023-10-27T10:00:00+00:00", "SessionDuration": "PT12H"}}}}"#
    )
}

fn named() -> String {
    format!(r#"{{"PermissionSets": ["{SET}"]}}"#)
}

const MANAGED: &str = r#"{"AttachedManagedPolicies": [{"Name": "AdministratorAccess",
    "Arn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}"#;

const INLINE: &str = r#"{"InlinePolicy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}"}"#;

#[test]
fn permission_sets_are_read_and_what_is_in_them_is_asked_for() {
    let described = described();
    answers("d.json", &described, &[Call::DescribePermissionSet]);
    let sets = center(&[("d.json", &described)]).permission_sets;
    let gap = |call| Known::Gap(Gap::not_collected(call).about(SET));
    assert_eq!(
        sets.items,
        [PermissionSet {
            arn: SET.to_owned(),
            name: "AdminAccess".to_owned(),
            session_seconds: 43_200,
            managed: gap(Call::ListManagedPoliciesInPermissionSet),
            inline: Known::Gap(
                Gap::not_collected(Call::GetInlinePolicyForPermissionSet).about(SET)
            ),
        }]
    );
    assert_eq!(sets.gaps, [Gap::not_collected(Call::ListPermissionSets)], "are these all?");
    answers("l.json", &named(), &[Call::ListPermissionSets]);
    assert_eq!(center(&[("d.json", &described), ("l.json", &named())]).permission_sets.gaps, []);
}

#[test]
fn a_permission_set_that_was_not_described_is_a_gap() {
    let gap = Gap::not_collected(Call::DescribePermissionSet).about(SET);
    assert_eq!(center(&[("l.json", &named())]).permission_sets, Listing::missing(gap));
}

#[test]
fn policies_find_their_permission_set_by_the_path() {
    let described = described();
    let managed = ("managed-ps-1234567890abcdef.json", MANAGED);
    let inline = ("ps-1234567890abcdef/inline.json", INLINE);
    answers(managed.0, managed.1, &[Call::ListManagedPoliciesInPermissionSet]);
    answers(inline.0, inline.1, &[Call::GetInlinePolicyForPermissionSet]);
    let sets = center(&[managed, inline, ("d.json", &described)]).permission_sets;
    assert_eq!(
        sets.items[0].managed,
        Known::Value(vec![AttachedPolicy {
            arn: "arn:aws:iam::aws:policy/AdministratorAccess".to_owned(),
            name: "AdministratorAccess".to_owned(),
        }])
    );
    let document = sets.items[0].inline.value().unwrap().clone().unwrap();
    assert!(document.text().contains("s3:*"));

    let none = (inline.0, r#"{"InlinePolicy": ""}"#);
    let sets = center(&[none, ("d.json", &described)]).permission_sets;
    assert_eq!(sets.items[0].inline, Known::Value(None));
}

#[test]
fn policies_of_an_unknown_permission_set_are_not_used() {
    let described = described();
    let files = [("inline.json", INLINE), ("d.json", described.as_str())];
    assert!(center(&files).permission_sets.items[0].inline.value().is_err());
}

fn assignments() -> String {
    format!(
        r#"{{"AccountAssignments": [{{"AccountId": "111111111111", "PermissionSetArn": "{SET}",
        "PrincipalType": "GROUP", "PrincipalId": "94482488-3041-7054-1234-EXAMPLE"}}]}}"#
    )
}

#[test]
fn assignments_are_read() {
    answers("a.json", &assignments(), &[Call::ListAccountAssignments]);
    let listing = center(&[("a.json", &assignments())]).assignments;
    assert_eq!(
        listing.items,
        [Assignment {
            account: id("111111111111"),
            permission_set: SET.to_owned(),
            principal_kind: PrincipalKind::Group,
            principal_id: "94482488-3041-7054-1234-EXAMPLE".to_owned(),
        }]
    );
    assert_eq!(listing.gaps, [Gap::not_collected(Call::ListAccountAssignments)]);
}

#[test]
fn assignments_are_complete_once_every_account_and_set_is_covered() {
    let (described, named, assignments) = (described(), named(), assignments());
    let accounts = ACCOUNTS.replace("PENDING_CLOSURE", "ACTIVE");
    let mut files = vec![
        ("o.json", ORGANIZATION),
        ("accounts.json", accounts.as_str()),
        ("d.json", described.as_str()),
        ("l.json", named.as_str()),
        ("a.json", assignments.as_str()),
    ];
    let gap = Gap::not_collected(Call::ListAccountAssignments).about(SET);
    assert_eq!(center(&files).assignments.gaps, [gap]);
    files.push(("444444444444/ps-1234567890abcdef.json", r#"{"AccountAssignments": []}"#));
    assert_eq!(center(&files).assignments.gaps, []);
}

const PROVISIONED: &str = r#"{"AccountIds": ["111111111111"]}"#;

#[test]
fn an_account_in_which_a_set_is_not_provisioned_has_no_assignments_of_it() {
    let path = "provisioned-ps-1234567890abcdef.json";
    answers(path, PROVISIONED, &[Call::ListAccountsForProvisionedPermissionSet]);
    let (described, named, assignments) = (described(), named(), assignments());
    let sets = [("d.json", described.as_str()), ("l.json", named.as_str())];
    let gaps = |files: &[(&str, &str)]| center(&[&sets, files].concat()).assignments.gaps;
    let gap = Gap::not_collected(Call::ListAccountAssignments).about(SET);
    assert_eq!(gaps(&[(path, PROVISIONED)]), std::slice::from_ref(&gap));
    assert_eq!(gaps(&[(path, PROVISIONED), ("a.json", &assignments)]), []);
    assert_eq!(gaps(&[(path, r#"{"AccountIds": []}"#)]), [], "it is provisioned nowhere");
    let first = r#"{"AccountIds": ["111111111111"], "NextToken": "t"}"#;
    let truncated = Gap::truncated(Call::ListAccountsForProvisionedPermissionSet).about(SET);
    assert_eq!(gaps(&[(path, first), ("a.json", &assignments)]), [truncated]);
    let other = r#"{"AccountIds": ["111111111111", "444444444444"]}"#;
    assert_eq!(gaps(&[(path, other), ("a.json", &assignments)]), [gap]);
}

#[test]
fn a_broken_list_of_assignments_covers_nothing() {
    let (described, named) = (described(), named());
    let first = assignments().replacen('{', r#"{"NextToken": "t", "#, 1);
    let path = "ps-1234567890abcdef/111111111111.json";
    let mut files = vec![
        ("d.json", described.as_str()),
        ("l.json", named.as_str()),
        ("provisioned-ps-1234567890abcdef.json", PROVISIONED),
        (path, first.as_str()),
    ];
    let gap = Gap::truncated(Call::ListAccountAssignments).about(SET);
    assert_eq!(center(&files).assignments.gaps, [gap]);
    files.push((path, r#"{"AccountAssignments": []}"#));
    assert_eq!(center(&files).assignments.gaps, []);
}

#[test]
fn an_empty_answer_is_about_the_account_that_its_path_names_last() {
    let (described, named) = (described(), named());
    let provisioned = r#"{"AccountIds": ["111111111111", "444444444444"]}"#;
    let files = [
        ("d.json", described.as_str()),
        ("l.json", named.as_str()),
        ("provisioned-ps-1234567890abcdef.json", provisioned),
        ("111111111111/444444444444-ps-1234567890abcdef.json", r#"{"AccountAssignments": []}"#),
    ];
    let gap = Gap::not_collected(Call::ListAccountAssignments).about(SET);
    assert_eq!(center(&files).assignments.gaps, [gap], "the folder's account was not asked about");
}

const REFUSED: &str = "An error occurred (AccessDeniedException) when calling the ListPermissionSets \
                       operation: no";

#[test]
fn a_refused_list_of_permission_sets_is_why_the_rest_is_missing() {
    let center = center(&[("e.txt", REFUSED)]);
    let gap = Gap::refused(Call::ListPermissionSets, "AccessDeniedException");
    assert_eq!(center.permission_sets, Listing::missing(gap.clone()));
    assert_eq!(center.assignments, Listing::missing(gap));
}

#[test]
fn without_permission_sets_there_are_no_assignments() {
    let center = center(&[("l.json", r#"{"PermissionSets": []}"#)]);
    assert_eq!(center.permission_sets, Listing::complete(vec![]));
    assert_eq!(center.assignments, Listing::complete(vec![]));
}

const USERS: &str = r#"{"Users": [{"UserName": "ops@example.com", "UserId": "94482488-3041-7054-1234-EXAMPLE",
    "ExternalIds": [{"Issuer": "https://idp.example.com", "Id": "00u1"}],
    "Name": {"FamilyName": "Team", "GivenName": "Operations"}, "DisplayName": "Operations",
    "IdentityStoreId": "d-1234567890"}]}"#;

const GROUPS: &str = r#"{"Groups": [
    {"GroupId": "b4e85458-0001", "DisplayName": "admins", "IdentityStoreId": "d-1234567890"},
    {"GroupId": "b4e85458-0002", "DisplayName": "empty", "IdentityStoreId": "d-1234567890"}]}"#;

const MEMBERS: &str = r#"{"GroupMemberships": [{"IdentityStoreId": "d-1234567890",
    "MembershipId": "m-1", "GroupId": "b4e85458-0001",
    "MemberId": {"UserId": "94482488-3041-7054-1234-EXAMPLE"}}]}"#;

#[test]
fn the_directory_is_read() {
    answers("u.json", USERS, &[Call::ListDirectoryUsers]);
    answers("g.json", GROUPS, &[Call::ListDirectoryGroups]);
    answers("m.json", MEMBERS, &[Call::ListGroupMemberships]);
    let center = center(&[("u.json", USERS), ("g.json", GROUPS), ("m.json", MEMBERS)]);
    assert_eq!(
        center.users,
        Listing::complete(vec![DirectoryUser {
            id: "94482488-3041-7054-1234-EXAMPLE".to_owned(),
            name: "ops@example.com".to_owned(),
            external_ids: vec!["00u1".to_owned()],
        }])
    );
    assert_eq!(
        center.groups.whole().unwrap()[0],
        DirectoryGroup {
            id: "b4e85458-0001".to_owned(),
            name: "admins".to_owned(),
            external_ids: vec![],
        }
    );
    assert_eq!(
        center.memberships.items,
        [GroupMembership {
            group: "b4e85458-0001".to_owned(),
            user: "94482488-3041-7054-1234-EXAMPLE".to_owned(),
        }]
    );
    let gap = Gap::not_collected(Call::ListGroupMemberships).about("b4e85458-0002");
    assert_eq!(center.memberships.gaps, [gap]);
}

#[test]
fn an_empty_group_is_known_by_the_path() {
    let files = [
        ("g.json", GROUPS),
        ("m.json", MEMBERS),
        ("members-b4e85458-0002.json", r#"{"GroupMemberships": []}"#),
    ];
    assert_eq!(center(&files).memberships.gaps, []);
}
