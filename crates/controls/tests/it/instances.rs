//! Which rules of security groups are open to the Internet, and what instances lack.

use keyward_controls::{Finding, Settings, Severity, State, about_account, by_id};
use keyward_snapshot::{
    Account, Call, Gap, Head, Instance, InstanceState, Known, Listing, ManagedInstance, Membership,
    MetadataOptions, NetworkInterface, PrefixList, Rule, SecurityGroup, SessionPreferences, Source,
};

const REGION: &str = "us-east-1";
const GROUP: &str = "sg-903004f8";
const LIST: &str = "pl-0123456789abcdef0";

fn head() -> Head {
    let mut head = Head::new(keyward_testing::taken_at());
    head.organization = Known::Value(Membership::None);
    head
}

fn account() -> Account {
    Account::unread("111122223333".into())
}

fn findings(control: &str, account: &Account) -> Vec<Finding> {
    let control = by_id(control).unwrap();
    about_account(&head(), account, &Settings::default(), [&control])
}

#[track_caller]
fn only(control: &str, account: &Account) -> Finding {
    let mut found = findings(control, account);
    assert_eq!(found.len(), 1, "{:#?}", found.iter().map(|it| &it.title).collect::<Vec<_>>());
    found.remove(0)
}

/// A rule: its protocol, its ports, and sources by the look of their ids.
type Written<'a> = (&'a str, Option<(u16, u16)>, &'a [&'a str]);

fn rule(&(protocol, ports, sources): &Written<'_>) -> Rule {
    let source = |it: &&str| match *it {
        list if list.starts_with("pl-") => Source::PrefixList(list.to_owned()),
        group if group.starts_with("sg-") => Source::SecurityGroup(group.to_owned()),
        range => Source::Range(range.to_owned()),
    };
    Rule { protocol: protocol.to_owned(), ports, sources: sources.iter().map(source).collect() }
}

fn with_rules(rules: &[Written<'_>]) -> Account {
    let mut account = account();
    account.security_groups = Listing::complete(vec![SecurityGroup {
        id: GROUP.to_owned(),
        name: "bastion".to_owned(),
        region: REGION.to_owned(),
        vpc: None,
        inbound: rules.iter().map(rule).collect(),
    }]);
    account.prefix_lists = Listing::complete(Vec::new());
    account
}

fn with_list(rules: &[Written<'_>], ranges: &[&str]) -> Account {
    let mut account = with_rules(rules);
    account.prefix_lists = Listing::complete(vec![PrefixList {
        id: LIST.to_owned(),
        region: Some(REGION.to_owned()),
        ranges: ranges.iter().map(|&range| range.to_owned()).collect(),
    }]);
    account
}

#[track_caller]
fn check_open(account: &Account, state: State, severity: Severity) {
    let finding = only("instances-ssh-open", account);
    assert_eq!((finding.state, finding.severity), (state, severity), "{}", finding.title);
}

#[track_caller]
fn open(rules: &[Written<'_>]) {
    check_open(&with_rules(rules), State::Weak, Severity::Critical);
}

#[track_caller]
fn closed(rules: &[Written<'_>]) {
    check_open(&with_rules(rules), State::Sound, Severity::Critical);
}

#[test]
fn the_port_is_open_in_every_spelling_of_the_rule() {
    open(&[("tcp", Some((22, 22)), &["0.0.0.0/0"])]);
    open(&[("6", Some((22, 22)), &["0.0.0.0/0"])]);
    open(&[("tcp", Some((0, 65535)), &["0.0.0.0/0"])]);
    open(&[("tcp", Some((20, 22)), &["0.0.0.0/0"])]);
    open(&[("tcp", None, &["0.0.0.0/0"])]);
    open(&[("-1", None, &["0.0.0.0/0"])]);
    open(&[("tcp", Some((22, 22)), &["::/0"])]);
    open(&[("tcp", Some((22, 22)), &["2000::/3"])]);
    open(&[("tcp", Some((22, 22)), &["10.0.0.0/8", "sg-1a2b3c4d", "0.0.0.0/0"])]);
}

#[test]
fn ranges_of_several_rules_count_together() {
    open(&[("tcp", Some((22, 22)), &["0.0.0.0/1", "128.0.0.0/1"])]);
    open(&[("tcp", Some((22, 22)), &["0.0.0.0/1"]), ("-1", None, &["128.0.0.0/1"])]);
    open(&[("tcp", Some((22, 22)), &["::/1", "8000::/1"])]);
    // Nothing but private addresses is left out.
    open(&[(
        "tcp",
        Some((22, 22)),
        &[
            "0.0.0.0/5",
            "8.0.0.0/7",
            "11.0.0.0/8",
            "12.0.0.0/6",
            "16.0.0.0/4",
            "32.0.0.0/3",
            "64.0.0.0/2",
            "128.0.0.0/1",
        ],
    )]);
}

#[test]
fn other_rules_do_not_open_the_port() {
    closed(&[]);
    closed(&[("tcp", Some((22, 22)), &["10.0.0.0/8", "203.0.113.7/32"])]);
    closed(&[("tcp", Some((22, 22)), &["sg-1a2b3c4d"])]);
    closed(&[("tcp", Some((22, 22)), &[])]);
    closed(&[("udp", Some((22, 22)), &["0.0.0.0/0"])]);
    closed(&[("icmp", None, &["0.0.0.0/0"])]);
    closed(&[("tcp", Some((23, 65535)), &["0.0.0.0/0"])]);
    closed(&[("tcp", Some((0, 21)), &["::/0"])]);
    // The halves are of different ports.
    closed(&[("tcp", Some((443, 443)), &["0.0.0.0/1"]), ("tcp", Some((22, 22)), &["128.0.0.0/1"])]);
}

#[test]
fn most_of_the_internet_is_high_and_not_critical() {
    let rules: &[Written<'_>] = &[("tcp", Some((22, 22)), &["0.0.0.0/1"])];
    check_open(&with_rules(rules), State::Weak, Severity::High);
}

#[test]
fn prefix_lists_are_resolved() {
    let rules: &[Written<'_>] = &[("tcp", Some((22, 22)), &[LIST])];
    check_open(&with_list(rules, &["0.0.0.0/0"]), State::Weak, Severity::Critical);
    check_open(&with_list(rules, &["0.0.0.0/1", "128.0.0.0/1"]), State::Weak, Severity::Critical);
    check_open(&with_list(rules, &["203.0.113.0/24"]), State::Sound, Severity::Critical);
    check_open(&with_list(rules, &[]), State::Sound, Severity::Critical);
    let half: &[Written<'_>] = &[("tcp", Some((22, 22)), &[LIST, "0.0.0.0/1"])];
    check_open(&with_list(half, &["128.0.0.0/1"]), State::Weak, Severity::Critical);
}

#[test]
fn an_unread_prefix_list_is_a_gap_only_where_it_could_decide() {
    let unread = |rules: &[Written<'_>]| {
        let mut account = with_rules(rules);
        account.prefix_lists = account_without_lists();
        account
    };
    let alone = unread(&[("tcp", Some((22, 22)), &[LIST])]);
    let finding = only("instances-ssh-open", &alone);
    assert_eq!(finding.state, State::CannotTell);
    let gap = finding.gap.unwrap();
    assert_eq!((gap.call, gap.about.as_deref()), (Call::GetManagedPrefixListEntries, Some(LIST)));

    let open_anyway = unread(&[("tcp", Some((22, 22)), &[LIST, "0.0.0.0/0"])]);
    check_open(&open_anyway, State::Weak, Severity::Critical);
    let of_another_port = unread(&[("tcp", Some((443, 443)), &[LIST])]);
    check_open(&of_another_port, State::Sound, Severity::Critical);
}

fn account_without_lists() -> Listing<PrefixList> {
    Listing::missing(Gap::not_collected(Call::GetManagedPrefixListEntries))
}

#[test]
fn a_prefix_list_that_broke_off_is_not_called_harmless() {
    let mut account = with_list(&[("tcp", Some((22, 22)), &[LIST])], &["203.0.113.0/24"]);
    account.prefix_lists.gaps.push(Gap::truncated(Call::GetManagedPrefixListEntries).about(LIST));
    check_open(&account, State::CannotTell, Severity::Critical);
}

#[test]
fn a_group_that_nothing_uses_is_high_and_an_unknown_use_counts_as_one() {
    let rules: &[Written<'_>] = &[("tcp", Some((22, 22)), &["0.0.0.0/0"])];
    let mut account = with_rules(rules);
    check_open(&account, State::Weak, Severity::Critical);
    account.network_interfaces = Listing::complete(Vec::new());
    check_open(&account, State::Weak, Severity::High);
    let interface = |region: &str| NetworkInterface {
        id: "eni-686ea200".to_owned(),
        region: region.to_owned(),
        security_groups: vec![GROUP.to_owned()],
        instance: None,
        public_address: None,
    };
    account.network_interfaces = Listing::complete(vec![interface(REGION)]);
    check_open(&account, State::Weak, Severity::Critical);
    account.network_interfaces = Listing::complete(vec![interface("eu-west-1")]);
    check_open(&account, State::Weak, Severity::High);
}

#[test]
fn remote_desktop_has_its_own_port() {
    let ssh = with_rules(&[("tcp", Some((22, 22)), &["0.0.0.0/0"])]);
    assert_eq!(only("instances-rdp-open", &ssh).state, State::Sound);
    let rdp = with_rules(&[("tcp", Some((3389, 3389)), &["0.0.0.0/0"])]);
    assert_eq!(only("instances-rdp-open", &rdp).state, State::Weak);
    assert_eq!(only("instances-ssh-open", &rdp).state, State::Sound);
}

#[test]
fn any_rule_for_the_port_allows_it_whatever_its_source() {
    for source in ["10.0.0.0/8", LIST, GROUP] {
        let account = with_rules(&[("tcp", Some((22, 22)), &[source])]);
        let finding = only("instances-ssh-allowed", &account);
        assert_eq!((finding.state, finding.severity), (State::Weak, Severity::Info), "{source}");
        assert_eq!(only("instances-rdp-allowed", &account).state, State::Sound);
    }
    let nobody = with_rules(&[("tcp", Some((22, 22)), &[])]);
    assert_eq!(only("instances-ssh-allowed", &nobody).state, State::Sound);
}

fn instance(state: InstanceState) -> Instance {
    Instance {
        id: "i-1234567890abcdef0".to_owned(),
        region: REGION.to_owned(),
        name: None,
        state,
        instance_profile: None,
        metadata: None,
        security_groups: Vec::new(),
        public_address: None,
        platform: None,
        launched: None,
        user_data: Known::Gap(Gap::not_collected(Call::DescribeInstanceAttribute)),
    }
}

fn with_instance(state: InstanceState) -> Account {
    let mut account = account();
    account.instances = Listing::complete(vec![instance(state)]);
    account
}

#[test]
fn metadata_options_that_were_not_read_are_not_called_sound() {
    let mut account = with_instance(InstanceState::Stopped);
    assert_eq!(only("instances-metadata-v1", &account).state, State::CannotTell);
    let cases = [
        ((true, false), State::Weak),
        ((true, true), State::Sound),
        ((false, false), State::Sound),
    ];
    for ((enabled, tokens_required), state) in cases {
        account.instances.items[0].metadata = Some(MetadataOptions { enabled, tokens_required });
        assert_eq!(only("instances-metadata-v1", &account).state, state);
    }
    assert!(
        findings("instances-metadata-v1", &with_instance(InstanceState::Terminated)).is_empty()
    );
}

fn managed(online: bool) -> Listing<ManagedInstance> {
    let id = "i-1234567890abcdef0".to_owned();
    Listing::complete(vec![ManagedInstance { id, region: None, online }])
}

#[test]
fn an_instance_is_unmanaged_only_by_a_list_that_was_read() {
    let mut account = with_instance(InstanceState::Running);
    assert_eq!(only("instances-not-managed", &account).state, State::CannotTell);
    account.managed_instances = Listing::complete(Vec::new());
    assert_eq!(only("instances-not-managed", &account).state, State::Weak);
    account.managed_instances.gaps =
        vec![Gap::not_collected(Call::DescribeInstanceInformation).in_region("eu-west-1")];
    assert_eq!(only("instances-not-managed", &account).state, State::Weak);
    account.managed_instances = managed(false);
    assert_eq!(only("instances-not-managed", &account).state, State::Sound);
}

#[test]
fn an_instance_without_a_role_has_permissions_if_its_agent_is_online() {
    let mut account = with_instance(InstanceState::Running);
    let control = "instances-without-session-permissions";
    assert_eq!(only(control, &account).state, State::CannotTell);
    account.managed_instances = Listing::complete(Vec::new());
    assert_eq!(only(control, &account).state, State::Weak);
    account.managed_instances = managed(false);
    assert_eq!(only(control, &account).state, State::Weak);
    account.managed_instances = managed(true);
    assert_eq!(only(control, &account).state, State::Sound);
}

fn preferences(region: &str, log_group: Option<&str>) -> SessionPreferences {
    SessionPreferences {
        region: Some(region.to_owned()),
        exists: log_group.is_some(),
        s3_bucket: None,
        s3_encryption_enabled: false,
        cloudwatch_log_group: log_group.map(str::to_owned),
        cloudwatch_encryption_enabled: false,
        kms_key: None,
        run_as_enabled: false,
        idle_timeout_minutes: None,
        max_duration_minutes: None,
    }
}

#[test]
fn sessions_are_judged_region_by_region() {
    let control = "instances-sessions-not-logged";
    let mut account = with_instance(InstanceState::Running);
    account.session_preferences =
        Listing::complete(vec![preferences(REGION, None), preferences("eu-west-1", None)]);
    let found: Vec<_> =
        findings(control, &account).iter().map(|it| (it.state, it.severity)).collect();
    assert_eq!(found, [(State::Weak, Severity::High), (State::Weak, Severity::Low)]);

    account.session_preferences = Listing::complete(vec![preferences(REGION, Some("sessions"))]);
    assert_eq!(only(control, &account).state, State::Sound);
    account.session_preferences = Listing::complete(vec![preferences(REGION, Some(""))]);
    assert_eq!(only(control, &account).state, State::Weak);
}

#[test]
fn a_region_with_instances_and_without_an_answer_is_a_gap() {
    let control = "instances-sessions-not-logged";
    let mut account = with_instance(InstanceState::Running);
    account.session_preferences =
        Listing::complete(vec![preferences("eu-west-1", Some("sessions"))]);
    let found = findings(control, &account);
    let missing = found.iter().find(|it| it.state == State::CannotTell).unwrap();
    assert_eq!(missing.region.as_deref(), Some(REGION));

    account.instances = Listing::complete(vec![instance(InstanceState::Stopped)]);
    assert_eq!(only(control, &account).state, State::Sound);
}

#[test]
fn resources_of_a_region_have_the_arn_of_its_partition() {
    #[track_caller]
    fn check(region: &str, partition: &str) {
        let mut account = with_rules(&[("tcp", Some((22, 22)), &["0.0.0.0/0"])]);
        account.security_groups.items[0].region = region.to_owned();
        let found = only("instances-ssh-open", &account);
        let arn = format!("arn:{partition}:ec2:{region}:111122223333:security-group/{GROUP}");
        assert_eq!(found.resource, arn);
    }
    check("eu-central-1", "aws");
    check("cn-north-1", "aws-cn");
    check("us-gov-west-1", "aws-us-gov");
    check("eusc-de-east-1", "aws-eusc");
}
