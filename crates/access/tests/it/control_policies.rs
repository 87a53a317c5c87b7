//! Which control policies are over an account.

use keyward_access::control_policies;
use keyward_snapshot::{
    AccountId, Call, FeatureSet, Gap, Head, Known, Listing, Organization, PolicyKind,
};

use crate::estate::*;

type Levels = Result<Vec<Vec<String>>, Gap>;

fn levels(head: &Head, account: &str, kind: PolicyKind) -> Levels {
    let levels = control_policies(head, &AccountId::from(account), kind)?;
    let names = |level: &Vec<_>| {
        let names = level.iter().map(|policy: &&keyward_snapshot::ControlPolicy| &policy.name);
        names.cloned().collect()
    };
    Ok(levels.iter().map(names).collect())
}

fn of_member(organization: Organization) -> Levels {
    levels(&with(organization), MEMBER, PolicyKind::ServiceControl)
}

fn estate() -> Organization {
    organization(vec![
        scp("all", EVERYTHING, &[ROOT, UNIT, MEMBER]),
        scp("elsewhere", EVERYTHING, &["ou-elsewhere", MANAGEMENT]),
        scp("unit", EVERYTHING, &[UNIT]),
    ])
}

#[test]
fn the_levels_lead_from_the_root_to_the_account() {
    let expected = vec![vec!["all"], vec!["all", "unit"], vec!["all"]];
    assert_eq!(of_member(estate()).unwrap(), expected);
}

#[test]
fn a_level_without_policies_stays() {
    let organization = organization(vec![scp("root", EVERYTHING, &[ROOT])]);
    let expected: [&[&str]; 3] = [&["root"], &[], &[]];
    assert_eq!(of_member(organization).unwrap(), expected);
}

#[test]
fn none_applies_without_organization_to_its_management_account_and_to_disabled_types() {
    assert_eq!(levels(&alone(), MEMBER, PolicyKind::ServiceControl), Ok(Vec::new()));
    assert_eq!(levels(&with(estate()), MANAGEMENT, PolicyKind::ServiceControl), Ok(Vec::new()));
    assert_eq!(levels(&with(estate()), MEMBER, PolicyKind::ResourceControl), Ok(Vec::new()));
    let mut billing = estate();
    billing.features = FeatureSet::ConsolidatedBilling;
    assert_eq!(of_member(billing), Ok(Vec::new()));
}

#[test]
fn kinds_are_kept_apart() {
    let mut organization = estate();
    organization.roots.items[0].enabled_policy_types.push("RESOURCE_CONTROL_POLICY".to_owned());
    let mut rcp = scp("rcp", &deny("s3:*", "*"), &[ROOT]);
    rcp.kind = PolicyKind::ResourceControl;
    rcp.document = Known::Gap(Gap::not_collected(Call::DescribePolicy));
    organization.policies.items.push(rcp);
    let head = with(organization);
    let service = levels(&head, MEMBER, PolicyKind::ServiceControl).unwrap();
    assert_eq!(service, [vec!["all"], vec!["all", "unit"], vec!["all"]]);
    let resource: [&[&str]; 3] = [&["rcp"], &[], &[]];
    assert_eq!(levels(&head, MEMBER, PolicyKind::ResourceControl).unwrap(), resource);
}

#[test]
fn what_was_not_read_is_a_gap() {
    #[track_caller]
    fn case(change: impl Fn(&mut Organization), gap: Gap) {
        let mut organization = estate();
        change(&mut organization);
        assert_eq!(of_member(organization), Err(gap));
    }

    let gap = Gap::truncated(Call::ListPolicies);
    case(|it| it.policies.gaps = vec![gap.clone()], gap.clone());

    let gap = Gap::refused(Call::ListTargetsForPolicy, "AccessDeniedException");
    case(|it| it.policies.items[1].targets = Known::Gap(gap.clone()), gap.clone());

    let gap = Gap::refused(Call::ListRoots, "AccessDeniedException");
    case(|it| it.roots = Listing::missing(gap.clone()), gap.clone());
    case(|it| it.roots.items.clear(), Gap::not_collected(Call::ListChildren));

    let gap = Gap::truncated(Call::ListParents);
    case(|it| it.parents = Listing::missing(gap.clone()), gap.clone().about(MEMBER));
    let unlisted = Gap::not_collected(Call::ListChildren);
    case(|it| it.parents.items.retain(|(child, _)| child != UNIT), unlisted);

    let mut head = alone();
    let gap = Gap::not_collected(Call::DescribeOrganization);
    head.organization = Known::Gap(gap.clone());
    assert_eq!(levels(&head, MEMBER, PolicyKind::ServiceControl), Err(gap));
    let unknown = Gap::not_collected(Call::ListChildren);
    assert_eq!(levels(&with(estate()), "unknown", PolicyKind::ServiceControl), Err(unknown));
}

#[test]
fn a_gap_of_the_one_kind_leaves_the_other_whole() {
    let mut organization = estate();
    let gap = Gap::not_collected(Call::ListPolicies);
    organization.policies.gaps = vec![gap.about("RESOURCE_CONTROL_POLICY")];
    assert_eq!(of_member(organization).unwrap().len(), 3);
}

#[test]
fn a_tree_that_goes_in_a_circle_is_a_gap() {
    let mut organization = estate();
    organization.parents.items = vec![
        (MEMBER.to_owned(), UNIT.to_owned()),
        (UNIT.to_owned(), "ou-other".to_owned()),
        ("ou-other".to_owned(), UNIT.to_owned()),
    ];
    assert_eq!(of_member(organization).unwrap_err().call, Call::ListChildren);
}
