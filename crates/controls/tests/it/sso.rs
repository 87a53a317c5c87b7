//! Identity Center: what the examples of the controls do not show.

use std::sync::Arc;

use keyward_controls::{Finding, Settings, Severity, State, about_organization, by_id};
use keyward_policy::Document;
use keyward_snapshot::{
    AccountId, Assignment, AttachedPolicy, Call, CenterInstance, DirectoryGroup, DirectoryUser,
    FeatureSet, Gap, GroupMembership, Head, Known, Listing, Membership, Organization,
    PermissionSet, PrincipalKind,
};
use keyward_testing::taken_at;

const SET: &str = "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444";

/// A center with one permission set and nobody in it, of accounts that are in no organization.
fn head(set: PermissionSet) -> Head {
    let mut head = Head::new(taken_at());
    head.organization = Known::Value(Membership::None);
    let center = &mut head.identity_center;
    center.instances = Listing::complete(vec![CenterInstance {
        arn: "arn:aws:sso:::instance/ssoins-1111222233334444".to_owned(),
        owner: None,
        identity_store: None,
        status: None,
    }]);
    center.permission_sets = Listing::complete(vec![set]);
    center.assignments = Listing::complete(Vec::new());
    center.users = Listing::complete(Vec::new());
    center.groups = Listing::complete(Vec::new());
    center.memberships = Listing::complete(Vec::new());
    head
}

fn set(inline: &str) -> PermissionSet {
    PermissionSet {
        arn: SET.to_owned(),
        name: "operations".to_owned(),
        session_seconds: 3600,
        managed: Known::Value(Vec::new()),
        inline: Known::Value(Some(Arc::new(Document::parse(inline).unwrap()))),
    }
}

fn administrators() -> PermissionSet {
    set(
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#,
    )
}

fn readers() -> PermissionSet {
    let managed = vec![AttachedPolicy {
        arn: "arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned(),
        name: "ReadOnlyAccess".to_owned(),
    }];
    PermissionSet { managed: Known::Value(managed), inline: Known::Value(None), ..administrators() }
}

fn assigned(kind: PrincipalKind, id: &str) -> Assignment {
    Assignment {
        account: AccountId::from("444455556666"),
        permission_set: SET.to_owned(),
        principal_kind: kind,
        principal_id: id.to_owned(),
    }
}

fn person(id: &str, external: &[&str]) -> DirectoryUser {
    DirectoryUser {
        id: id.to_owned(),
        name: format!("{id}@example.com"),
        external_ids: external.iter().map(|&id| id.to_owned()).collect(),
    }
}

fn findings(control: &str, head: &Head) -> Vec<Finding> {
    about_organization(head, &Settings::default(), [&by_id(control).unwrap()])
}

#[track_caller]
fn case(control: &str, head: &Head, states: &[State]) {
    let found = findings(control, head);
    let states_found: Vec<_> = found.iter().map(|finding| finding.state).collect();
    assert_eq!(states_found, states, "{found:#?}");
}

#[test]
fn without_an_instance_only_one_control_speaks() {
    let mut head = head(administrators());
    head.identity_center.instances = Listing::complete(Vec::new());
    case("sso-not-enabled", &head, &[State::Weak]);
    for control in ["sso-without-identity-provider", "sso-long-sessions", "sso-assigned-to-people"]
    {
        case(control, &head, &[]);
    }
    let gap = Gap::not_collected(Call::ListInstances);
    head.identity_center.instances = Listing::missing(gap);
    for control in ["sso-not-enabled", "sso-long-sessions", "sso-orphaned-assignments"] {
        case(control, &head, &[State::CannotTell]);
    }
}

#[test]
fn an_instance_that_does_not_work_is_none() {
    let mut head = head(readers());
    head.identity_center.instances.items[0].status = Some("DELETE_IN_PROGRESS".to_owned());
    case("sso-not-enabled", &head, &[State::Weak]);
}

#[test]
fn an_instance_counts_only_if_the_management_account_owns_it() {
    let owned = |management: Option<&str>, owner: Option<&str>| {
        let mut head = head(readers());
        head.identity_center.instances.items[0].owner = owner.map(AccountId::from);
        if let Some(management) = management {
            head.organization = Known::Value(Membership::Member(Box::new(Organization {
                id: "o-exampleorgid".to_owned(),
                management_account: AccountId::from(management),
                features: FeatureSet::All,
                roots: Listing::complete(Vec::new()),
                accounts: Listing::complete(Vec::new()),
                parents: Listing::complete(Vec::new()),
                policies: Listing::complete(Vec::new()),
            })));
        }
        head
    };
    let (own, member) = ("111122223333", "444455556666");
    case("sso-not-enabled", &owned(Some(own), Some(own)), &[State::Sound]);
    case("sso-not-enabled", &owned(Some(own), Some(member)), &[State::Weak]);
    case("sso-not-enabled", &owned(Some(own), None), &[State::CannotTell]);
    case("sso-not-enabled", &owned(None, Some(own)), &[State::Weak]);
    let mut unread = owned(Some(own), Some(own));
    unread.organization = Known::Gap(Gap::not_collected(Call::DescribeOrganization));
    case("sso-not-enabled", &unread, &[State::CannotTell]);
}

#[test]
fn a_directory_with_a_provider_and_some_by_hand_is_low() {
    let control = "sso-without-identity-provider";
    let mut head = head(readers());
    case(control, &head, &[State::Sound]);
    head.identity_center.users =
        Listing::complete(vec![person("first", &["00u1"]), person("second", &[])]);
    let found = findings(control, &head);
    assert_eq!((found[0].state, found[0].severity), (State::Weak, Severity::Low), "{found:#?}");
    head.identity_center.users.gaps.push(Gap::truncated(Call::ListDirectoryUsers));
    case(control, &head, &[State::CannotTell]);
}

/// Puts `count` people into a group, and assigns the group and the first of them.
fn populate(head: &mut Head, count: usize) {
    let center = &mut head.identity_center;
    let member = |index| GroupMembership { group: "group".to_owned(), user: format!("{index}") };
    center.memberships = Listing::complete((0..count).map(member).collect());
    center.assignments = Listing::complete(vec![
        assigned(PrincipalKind::Group, "group"),
        assigned(PrincipalKind::User, "0"),
    ]);
}

#[test]
fn people_count_once_however_they_are_assigned() {
    let control = "sso-administrator-assigned-widely";
    let mut head = head(administrators());
    populate(&mut head, 5);
    case(control, &head, &[State::Sound]);
    populate(&mut head, 6);
    case(control, &head, &[State::Weak]);
}

#[test]
fn what_was_not_read_is_never_called_narrow() {
    let control = "sso-administrator-assigned-widely";
    let mut head = head(administrators());
    populate(&mut head, 1);
    head.identity_center.memberships.gaps.push(Gap::truncated(Call::ListGroupMemberships));
    case(control, &head, &[State::CannotTell]);
    populate(&mut head, 6);
    head.identity_center.memberships.gaps.push(Gap::truncated(Call::ListGroupMemberships));
    case(control, &head, &[State::Weak]);
    let unread = Gap::not_collected(Call::ListManagedPoliciesInPermissionSet);
    head.identity_center.permission_sets.items[0].managed = Known::Gap(unread);
    case(control, &head, &[State::Weak]);
}

#[test]
fn a_permission_set_makes_administrators_by_what_it_allows() {
    let control = "sso-administrator-assigned-widely";
    case(control, &head(readers()), &[]);
    let mut attached = readers();
    attached.managed = Known::Value(vec![AttachedPolicy {
        arn: "arn:aws:iam::aws:policy/AdministratorAccess".to_owned(),
        name: "anything".to_owned(),
    }]);
    case(control, &head(attached), &[State::Sound]);
    let conditional = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*",
        "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}]}"#;
    case(control, &head(set(conditional)), &[State::CannotTell]);
}

#[test]
fn sessions_are_as_long_as_they_may_be() {
    let control = "sso-long-sessions";
    let lasting =
        |set: PermissionSet, session_seconds: u32| head(PermissionSet { session_seconds, ..set });
    case(control, &lasting(readers(), 8 * 3600), &[State::Sound]);
    case(control, &lasting(readers(), 8 * 3600 + 1), &[State::Weak]);
    case(control, &lasting(administrators(), 3600), &[State::Sound]);
    case(control, &lasting(administrators(), 3601), &[State::Weak]);
    let gap = Gap::not_collected(Call::GetInlinePolicyForPermissionSet);
    let unread = PermissionSet { inline: Known::Gap(gap), ..readers() };
    case(control, &lasting(unread.clone(), 3600), &[State::CannotTell]);
    case(control, &lasting(unread, 12 * 3600), &[State::Weak]);
}

#[test]
fn an_assignment_is_orphaned_only_by_a_whole_list() {
    let control = "sso-orphaned-assignments";
    let mut head = head(readers());
    head.identity_center.assignments = Listing::complete(vec![
        assigned(PrincipalKind::User, "known"),
        assigned(PrincipalKind::User, "gone"),
        assigned(PrincipalKind::Group, "platform"),
    ]);
    head.identity_center.users = Listing::complete(vec![person("known", &[])]);
    head.identity_center.groups = Listing::complete(vec![DirectoryGroup {
        id: "platform".to_owned(),
        name: "platform".to_owned(),
        external_ids: Vec::new(),
    }]);
    case(control, &head, &[State::Sound, State::Weak, State::Sound]);
    head.identity_center.users.gaps.push(Gap::truncated(Call::ListDirectoryUsers));
    case(control, &head, &[State::CannotTell; 3]);
}
