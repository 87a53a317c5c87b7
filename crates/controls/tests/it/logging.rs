//! Trails: who answers for an organization's trail, and from what.

use keyward_controls::{Finding, Settings, State, about_account, by_id};
use keyward_snapshot::{
    Account, AccountId, Call, FeatureSet, Gap, Head, Known, Listing, Membership, Organization,
    Trail,
};
use keyward_testing::taken_at;

const MANAGEMENT: &str = "111122223333";
const MEMBER: &str = "444455556666";
const OTHER: &str = "777788889999";

fn organization() -> Known<Membership> {
    Known::Value(Membership::Member(Box::new(Organization {
        id: "o-exampleorgid".to_owned(),
        management_account: AccountId::from(MANAGEMENT),
        features: FeatureSet::All,
        roots: Listing::complete(Vec::new()),
        accounts: Listing::complete(Vec::new()),
        parents: Listing::complete(Vec::new()),
        policies: Listing::complete(Vec::new()),
    })))
}

/// A trail for all regions, of the organization if the management account owns it.
fn trail(owner: &str) -> Trail {
    Trail {
        arn: format!("arn:aws:cloudtrail:eu-west-1:{owner}:trail/all"),
        name: "all".to_owned(),
        home_region: "eu-west-1".to_owned(),
        multi_region: true,
        organization: owner == MANAGEMENT,
        global_service_events: true,
        validation: true,
        bucket: None,
        kms_key: None,
        log_group: None,
        logging: Known::Value(false),
        management_events: Known::Value(Vec::new()),
    }
}

fn account(id: &str, trails: Option<Vec<Trail>>) -> Account {
    let mut account = Account::unread(AccountId::from(id));
    if let Some(trails) = trails {
        account.trails = Listing::complete(trails);
    }
    account
}

fn findings(control: &str, organization: Known<Membership>, accounts: &[Account]) -> Vec<Finding> {
    let ids = accounts.iter().map(|account| account.id.clone()).collect();
    let head = Head { organization, accounts: ids, ..Head::new(taken_at()) };
    let control = by_id(control).unwrap();
    let settings = Settings::default();
    let about = |account| about_account(&head, account, &settings, [&control]);
    accounts.iter().flat_map(about).collect()
}

/// The state of the one answer there is about the organization's trail, and who gives it.
#[track_caller]
fn check(organization: Known<Membership>, accounts: &[Account], state: State, speaker: &str) {
    let found = findings("logging-no-organization-trail", organization, accounts);
    let states: Vec<_> =
        found.iter().map(|it| (it.state, it.account.clone().map(|id| id.0))).collect();
    assert_eq!(states, [(state, Some(speaker.to_owned()))]);
}

#[test]
fn the_management_account_answers_for_the_organization() {
    let own = || account(MANAGEMENT, Some(vec![trail(MANAGEMENT)]));
    let member = || account(MEMBER, Some(vec![]));
    check(organization(), &[own(), member()], State::Sound, MANAGEMENT);
    let none = account(MANAGEMENT, Some(vec![]));
    check(organization(), &[none, member()], State::Weak, MANAGEMENT);
    let unread = account(MANAGEMENT, None);
    check(organization(), &[unread, member()], State::CannotTell, MANAGEMENT);
}

#[test]
fn the_first_member_answers_where_the_management_account_is_not_in_the_snapshot() {
    let other = || account(OTHER, Some(vec![]));
    let member = |trails| account(MEMBER, trails);
    let seen = Some(vec![trail(MANAGEMENT)]);
    check(organization(), &[member(seen), other()], State::Sound, MEMBER);
    let only_own = Some(vec![trail(MEMBER)]);
    check(organization(), &[member(only_own), other()], State::Weak, MEMBER);
    check(organization(), &[member(None), other()], State::CannotTell, MEMBER);
}

#[test]
fn an_organization_trail_for_one_region_is_not_enough() {
    let one_region = Trail { multi_region: false, ..trail(MANAGEMENT) };
    check(organization(), &[account(MANAGEMENT, Some(vec![one_region]))], State::Weak, MANAGEMENT);
}

#[test]
fn an_unread_organization_is_open_and_a_lone_account_has_no_answer() {
    let seen = || account(MEMBER, Some(vec![trail(MANAGEMENT)]));
    let unread = Known::Gap(Gap::not_collected(Call::DescribeOrganization));
    check(unread, &[seen(), account(OTHER, None)], State::CannotTell, MEMBER);
    let alone = Known::Value(Membership::None);
    assert!(findings("logging-no-organization-trail", alone, &[seen()]).is_empty());
}

#[test]
fn a_trail_is_answered_for_by_its_owner_if_the_owner_is_there() {
    for control in ["logging-stopped", "logging-without-validation"] {
        let own = account(MANAGEMENT, Some(vec![trail(MANAGEMENT)]));
        let shadow = || account(MEMBER, Some(vec![trail(MANAGEMENT), trail(MEMBER)]));
        let both = findings(control, organization(), &[own, shadow()]);
        assert_eq!(both.len(), 2, "{control}: {both:#?}");
        let alone = findings(control, organization(), &[shadow()]);
        assert_eq!(alone.len(), 2, "{control}: {alone:#?}");
    }
}

#[test]
fn a_trail_whose_status_was_not_read_is_not_called_sound() {
    let gap = Gap::not_collected(Call::GetTrailStatus);
    let unread = Trail { logging: Known::Gap(gap.clone()), ..trail(MANAGEMENT) };
    let own = account(MANAGEMENT, Some(vec![unread]));
    let found = findings("logging-stopped", organization(), &[own]);
    assert_eq!(found.iter().map(|it| it.gap.clone()).collect::<Vec<_>>(), [Some(gap)]);
}

#[test]
fn the_organizations_trail_counts_as_a_members_trail_for_all_regions() {
    let member = account(MEMBER, Some(vec![trail(MANAGEMENT)]));
    let found = findings("logging-not-all-regions", organization(), &[member]);
    assert_eq!(found.iter().map(|it| it.state).collect::<Vec<_>>(), [State::Sound]);
}
