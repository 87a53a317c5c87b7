//! Puts one account together from the parts that are about it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use keyward_policy::Document;

use super::error::ImportError;
use super::gathered::{Gathered, Regions, WHOLE, list_of_region};
use super::lists::{Lists, UNKNOWN_REGION};
use super::origin::Origin;
use super::policies::Policies;
use super::recognise::AccountContent;
use super::services::is_shadow;
use super::{argument, by_name, detectors, ec2, last_accessed, per_user, root, watching};
use crate::{
    Account, AccountId, Call, CredentialReport, Function, Gap, Group, Known, Listing,
    ManagedPolicy, PrefixList, Reach, Reason, Role, SecurityGroup, SecurityHub, SessionPreferences,
    Source, Trail, User,
};

/// The parts of one account, sorted by call.
#[derive(Default)]
pub(super) struct Parts {
    /// Regions that are on; several answers are taken together.
    enabled: Option<Known<Vec<String>>>,
    /// Why nobody could enter the account.
    shut: Option<Gap>,
    root: root::Parts,
    report: Option<Known<CredentialReport>>,
    summary: Option<Known<crate::AccountSummary>>,
    password_policy: Option<Known<Option<crate::PasswordPolicy>>>,
    users: Gathered<User>,
    groups: Gathered<Group>,
    roles: Gathered<Role>,
    policies: Gathered<ManagedPolicy>,
    asked_policies: Policies,
    last_accessed: last_accessed::Reports,
    /// Sections of `get-account-authorization-details` that were there, empty ones too.
    sections: BTreeSet<Section>,
    keys: per_user::Answers<crate::AccessKey>,
    mfa_devices: per_user::Answers<crate::MfaDevice>,
    lists: Lists,
    by_name: by_name::Parts,
    prefix_lists: Gathered<PrefixList>,
    /// Prefix lists that `describe-managed-prefix-lists` names, with their regions.
    named_prefix_lists: BTreeMap<String, Option<String>>,
    preferences: Gathered<SessionPreferences>,
    resource_policies: BTreeMap<String, Option<Arc<Document>>>,
    functions: Gathered<Function>,
    trails: Gathered<Trail>,
    watching: watching::Parts,
    /// Origin and region of an answer, and whether the trail records.
    trail_states: Vec<(Origin, Option<String>, bool)>,
    security_hubs: Gathered<SecurityHub>,
    security_hubs_v2: Gathered<SecurityHub>,
    detector_states: Vec<detectors::Answer>,
    /// Calls that ask about one thing and have no answer, and the resource if it is known.
    refused: Vec<(Gap, Origin, Option<String>)>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Users,
    Groups,
    Roles,
    Policies,
}

impl Parts {
    /// The call that had another answer before, if it has one answer in an account.
    pub(super) fn contradicted(&self, content: &AccountContent) -> Option<Call> {
        match (content, &self.summary, &self.password_policy) {
            (AccountContent::Summary(summary), Some(Known::Value(before)), _) => {
                (summary != before).then_some(Call::GetAccountSummary)
            }
            (AccountContent::PasswordPolicy(policy), _, Some(Known::Value(before))) => {
                (policy != before).then_some(Call::GetAccountPasswordPolicy)
            }
            _ => None,
        }
    }

    /// Adds a part that came from `origin`.
    pub(super) fn add(
        &mut self,
        origin: &Origin,
        region: Option<&str>,
        more: bool,
        content: AccountContent,
    ) {
        use AccountContent as Content;
        let list = list_of_region(region, origin.folder());
        let here = region.unwrap_or(UNKNOWN_REGION);
        match content {
            Content::Authorization { users, groups, roles, policies } => {
                self.section(Section::Users, users, more, |parts| &mut parts.users);
                self.section(Section::Groups, groups, more, |parts| &mut parts.groups);
                self.section(Section::Roles, roles, more, |parts| &mut parts.roles);
                self.section(Section::Policies, policies, more, |parts| &mut parts.policies);
            }
            Content::Regions(regions) => put_regions(&mut self.enabled, regions),
            Content::LastAccessed(page) => self.last_accessed.page(more, page),
            Content::PolicyAlone(policy) => self.asked_policies.policy(policy),
            Content::PolicyVersion(version) => self.asked_policies.version(version),
            Content::CredentialReport(report) => put_newer(&mut self.report, report),
            Content::Summary(summary) => self.summary = Some(Known::Value(summary)),
            Content::PasswordPolicy(policy) => self.password_policy = Some(Known::Value(policy)),
            Content::Root(answer) => self.root.answer(more, answer),
            Content::AccessKeys(keys) => self.keys.answer(origin, more, keys),
            Content::MfaDevices(devices) => self.mfa_devices.answer(origin, more, devices),
            Content::PrefixListEntries(id, ranges) => {
                let region = region.map(str::to_owned);
                self.prefix_lists.page(&id, more, [PrefixList { id: id.clone(), region, ranges }]);
            }
            Content::PrefixLists(lists) => self.named_prefix_lists.extend(lists),
            Content::Preferences(preferences) => {
                let region = region.map(str::to_owned);
                let preferences = SessionPreferences { region, ..preferences };
                self.preferences.page(&list, false, [preferences]);
            }
            Content::ResourcePolicy(arn, policy) => {
                self.resource_policies.insert(arn, policy);
            }
            Content::Functions(items) => {
                // The latest version comes first, and the others are dropped by their ARN.
                let mut items = items;
                items.sort_by_key(|(_, is_latest)| !is_latest);
                let items =
                    items.into_iter().map(|(item, _)| in_region(item, here, |i| &mut i.region));
                self.functions.page(&list, more, items);
            }
            Content::Trails(items) => self.trails.page(&list, more, items),
            Content::TrailStatus(is_logging) => {
                self.trail_states.push((origin.clone(), region.map(str::to_owned), is_logging));
            }
            Content::EventSelectors(trail, selected) => self.watching.selection(trail, selected),
            Content::RuleTargets(targets) => self.watching.targets(origin, region, targets),
            Content::Topic(topic) => self.watching.topic(topic),
            Content::ByName(content) => self.by_name.add(origin, region, more, content),
            Content::SecurityHub(Call::DescribeSecurityHubV2, hub) => {
                self.security_hubs_v2.page(&list, false, [hub]);
            }
            Content::SecurityHub(_, hub) => self.security_hubs.page(&list, false, [hub]),
            Content::DetectorState(state) => {
                let answer = detectors::Answer::new(origin, region, Known::Value(state));
                self.detector_states.push(answer);
            }
            Content::List(page) => self.lists.add(origin, region, more, page),
            Content::Refused(call, reason, resource) => {
                self.refuse(origin, region, call, reason, resource);
            }
        }
    }

    fn section<T>(
        &mut self,
        section: Section,
        items: Option<Vec<T>>,
        more: bool,
        gathered: impl Fn(&mut Self) -> &mut Gathered<T>,
    ) {
        if let Some(items) = items {
            self.sections.insert(section);
            gathered(self).page(WHOLE, more, items);
        }
    }

    fn refuse(
        &mut self,
        origin: &Origin,
        region: Option<&str>,
        call: Call,
        reason: Reason,
        resource: Option<String>,
    ) {
        let is_answer = |code: &str| reason == Reason::Refused(code.to_owned());
        let (is_no_entity, is_no_document) =
            (is_answer("NoSuchEntity"), is_answer("InvalidDocument"));
        // AWS's words for an account that has not switched it on.
        let is_no_hub_v2 = is_answer("ResourceNotFoundException");
        let is_no_hub = is_answer("InvalidAccessException") || is_no_hub_v2;
        let gap = Gap::because(call, reason);
        let gap = match region {
            Some(region) if call.reach() == Reach::Region => gap.in_region(region),
            _ => gap,
        };
        let list = list_of_region(region, origin.folder());
        if root::Parts::takes(call, origin.is_root_session()) {
            self.root.refuse(gap);
            return;
        }
        match call {
            Call::GetAccountAuthorizationDetails => {
                self.users.refuse(WHOLE, gap.clone());
                self.groups.refuse(WHOLE, gap.clone());
                self.roles.refuse(WHOLE, gap.clone());
                self.policies.refuse(WHOLE, gap);
            }
            Call::DescribeRegions => put_gap(&mut self.enabled, gap),
            Call::GenerateServiceLastAccessedDetails | Call::GetServiceLastAccessedDetails => {
                self.last_accessed.refuse(origin, gap);
            }
            Call::GetPolicy | Call::GetPolicyVersion => self.asked_policies.refuse(origin, gap),
            Call::AssumeRole => self.shut = Some(gap),
            Call::GenerateCredentialReport | Call::GetCredentialReport => {
                put_gap(&mut self.report, gap);
            }
            Call::GetAccountSummary => put_gap(&mut self.summary, gap),
            Call::GetAccountPasswordPolicy if is_no_entity => {
                self.password_policy = Some(Known::Value(None));
            }
            Call::GetAccountPasswordPolicy => put_gap(&mut self.password_policy, gap),
            Call::ListAccessKeys => self.keys.refuse(origin, gap),
            Call::ListMfaDevices => self.mfa_devices.refuse(origin, gap),
            Call::GetManagedPrefixListEntries => match origin.argument(argument::prefix_list_id) {
                Some(id) => self.prefix_lists.refuse(id, gap.about(id)),
                None => self.prefix_lists.refuse(&list, gap),
            },
            Call::GetDocument if is_no_document => {
                let region = region.map(str::to_owned);
                let preferences = SessionPreferences { region, ..ec2::no_preferences() };
                self.preferences.page(&list, false, [preferences]);
            }
            Call::GetDocument => self.preferences.refuse(&list, gap),
            Call::ListFunctions => self.functions.refuse(&list, gap),
            Call::DescribeTrails => self.trails.refuse(&list, gap),
            Call::DescribeHub if is_no_hub => self.security_hubs.page(&list, false, []),
            Call::DescribeHub => self.security_hubs.refuse(&list, gap),
            Call::DescribeSecurityHubV2 if is_no_hub_v2 => {
                self.security_hubs_v2.page(&list, false, []);
            }
            Call::DescribeSecurityHubV2 => self.security_hubs_v2.refuse(&list, gap),
            Call::GetDetector => {
                let answer = detectors::Answer::new(origin, region, Known::Gap(gap));
                self.detector_states.push(answer);
            }
            Call::GetTopicAttributes => {
                self.watching.refuse_topic(origin, gap, resource.as_deref());
            }
            Call::GetResourcePolicy
            | Call::GetTrailStatus
            | Call::GetEventSelectors
            | Call::ListTargetsByRule => {
                self.refused.push((gap, origin.clone(), resource));
            }
            _ if self.by_name.refuse(origin, region, &gap, resource.as_deref()) => {}
            _ => drop(self.lists.refuse(origin, region, &gap)),
        }
    }

    /// The regions in which the account is known to have something. Trails do not count: they are
    /// shown in regions other than their own.
    fn regions_in_use(&self) -> BTreeSet<String> {
        let preferences = self.preferences.items().iter().filter_map(|it| it.region.as_deref());
        let functions = self.functions.items().iter().map(|it| it.region.as_str());
        let hubs = self.security_hubs.items().iter().chain(self.security_hubs_v2.items());
        let others = preferences.chain(functions).chain(hubs.map(|it| it.region.as_str()));
        let mut regions = self.lists.regions();
        regions.extend(self.by_name.regions());
        regions.extend(
            others.filter(|region| !matches!(*region, "" | UNKNOWN_REGION)).map(str::to_owned),
        );
        regions
    }

    /// The account.
    pub(super) fn assemble(self, id: AccountId) -> Result<Account, ImportError> {
        let mut account = Account::unread(id);
        let enabled = Regions::enabled(self.enabled.as_ref());
        let regions = enabled.and(&self.regions_in_use());
        fill(&mut account.regions, self.enabled);
        // Where a filter is visible, an empty section may be empty because of it.
        let is_filtered = self.sections.len() < 4;
        account.users = details(self.users, is_filtered, |user| user.arn.clone());
        account.groups = details(self.groups, is_filtered, |group| group.arn.clone());
        account.roles = details(self.roles, is_filtered, |role| role.arn.clone());
        account.policies = details(self.policies, is_filtered, |policy| policy.arn.clone());
        self.asked_policies.complete(&mut account);
        account.last_accessed = self.last_accessed.listing(&account);
        account.root = self.root.assemble();
        fill(&mut account.credential_report, self.report);
        fill(&mut account.summary, self.summary);
        fill(&mut account.password_policy, self.password_policy);

        let users = per_user::Users::of(&account);
        let keys = self
            .keys
            .listing(Call::ListAccessKeys, &users, |key| (key.user.clone(), key.id.clone()));
        let devices = self.mfa_devices.listing(Call::ListMfaDevices, &users, |device| {
            (device.user.clone(), device.serial_number.clone())
        });
        account.access_keys = keys;
        account.mfa_devices = devices;
        self.lists.assemble(&regions, &mut account);
        self.by_name.assemble(&regions, &mut account);
        account.prefix_lists =
            prefix_lists(self.prefix_lists, &self.named_prefix_lists, &account.security_groups);
        account.session_preferences =
            self.preferences.regional(Call::GetDocument, &enabled, |item| item.region.clone());
        account.functions =
            self.functions.regional(Call::ListFunctions, &regions, |item| item.arn.clone());
        account.trails =
            self.trails.regional(Call::DescribeTrails, &enabled, |item| item.arn.clone());
        account.security_hubs =
            self.security_hubs.regional(Call::DescribeHub, &regions, |hub| hub.arn.clone());
        account.security_hubs_v2 =
            self.security_hubs_v2
                .regional(Call::DescribeSecurityHubV2, &regions, |hub| hub.arn.clone());
        detectors::settle(&mut account.detectors.items, self.detector_states)?;

        for secret in &mut account.secrets.items {
            if let Some(policy) = self.resource_policies.get(&secret.arn) {
                secret.resource_policy = Known::Value(policy.clone());
            }
        }
        for (gap, origin, resource) in &self.refused {
            apply_refusal(&mut account, gap, origin, resource.as_deref());
        }
        for (origin, region, is_logging) in &self.trail_states {
            set_trail_state(&mut account, origin, region.as_deref(), *is_logging)?;
        }
        self.watching.assemble(&mut account)?;
        if let Some(gap) = &self.shut {
            account.explain_unread(gap);
        }
        Ok(account)
    }
}

fn put_newer(slot: &mut Option<Known<CredentialReport>>, report: CredentialReport) {
    match slot {
        Some(Known::Value(old)) if old.generated_at > report.generated_at => {}
        _ => *slot = Some(Known::Value(report)),
    }
}

fn put_regions(slot: &mut Option<Known<Vec<String>>>, regions: Vec<String>) {
    let before = match slot.take() {
        Some(Known::Value(before)) => before,
        _ => Vec::new(),
    };
    let all = before.into_iter().chain(regions).filter(|region| !region.is_empty());
    let all: BTreeSet<String> = all.collect();
    *slot = Some(Known::Value(all.into_iter().collect()));
}

fn put_gap<T>(slot: &mut Option<Known<T>>, gap: Gap) {
    if slot.is_none() {
        *slot = Some(Known::Gap(gap));
    }
}

fn fill<T>(field: &mut Known<T>, value: Option<Known<T>>) {
    if let Some(value) = value {
        *field = value;
    }
}

fn in_region<T>(mut item: T, here: &str, region: impl Fn(&mut T) -> &mut String) -> T {
    let region = region(&mut item);
    if region.is_empty() {
        here.clone_into(region);
    }
    item
}

/// A section of `get-account-authorization-details`.
fn details<T>(gathered: Gathered<T>, is_filtered: bool, key: impl Fn(&T) -> String) -> Listing<T> {
    let call = Call::GetAccountAuthorizationDetails;
    if is_filtered && gathered.is_read() && gathered.items().is_empty() {
        return Listing::missing(Gap::not_collected(call));
    }
    gathered.listing(call, key)
}

/// Prefix lists: known ones whose entries were not read are gaps.
fn prefix_lists(
    gathered: Gathered<PrefixList>,
    named: &BTreeMap<String, Option<String>>,
    security_groups: &Listing<SecurityGroup>,
) -> Listing<PrefixList> {
    let call = Call::GetManagedPrefixListEntries;
    let is_read = gathered.is_read();
    // Pages of one list are several items here; they are joined before duplicates are dropped.
    let mut joined: BTreeMap<String, PrefixList> = BTreeMap::new();
    for page in gathered.items() {
        let list = joined
            .entry(page.id.clone())
            .or_insert_with(|| PrefixList { ranges: Vec::new(), ..page.clone() });
        for range in &page.ranges {
            if !list.ranges.contains(range) {
                list.ranges.push(range.clone());
            }
        }
        list.region = list.region.take().or_else(|| page.region.clone());
    }
    for (id, list) in &mut joined {
        if let Some(Some(region)) = named.get(id) {
            list.region = Some(region.clone());
        }
    }
    let mut gaps = gathered.listing(call, |list| list.id.clone()).gaps;
    let rules = security_groups.iter().flat_map(|group| &group.inbound);
    let used = rules.flat_map(|rule| &rule.sources).filter_map(|source| match source {
        Source::PrefixList(id) => Some(id),
        Source::Range(_) | Source::SecurityGroup(_) => None,
    });
    let wanted: BTreeSet<&String> = used.chain(named.keys()).collect();
    if !wanted.is_empty() || is_read || security_groups.gaps.is_empty() {
        gaps.retain(|gap| *gap != Gap::not_collected(call));
        let refused: BTreeSet<String> = gaps.iter().filter_map(|gap| gap.about.clone()).collect();
        let unread =
            wanted.into_iter().filter(|&id| !joined.contains_key(id) && !refused.contains(id));
        gaps.extend(unread.map(|id| Gap::not_collected(call).about(id)));
    }
    Listing { items: joined.into_values().collect(), gaps }
}

/// A call about one secret, trail or rule has no answer. Where it is unknown which one, it was one
/// of those that were not read.
fn apply_refusal(account: &mut Account, gap: &Gap, origin: &Origin, resource: Option<&str>) {
    let region = gap.region.as_deref();
    let is_here = |arn: &str| region.is_none_or(|region| arn.split(':').nth(3) == Some(region));
    // Rules of one name may stand in several regions.
    let is_anywhere = gap.call != Call::ListTargetsByRule;
    let is_meant = |arn: &str, name: &str| match resource {
        Some(resource) => resource == arn,
        None => (origin.names(arn) || origin.names(name)) && (is_anywhere || is_here(arn)),
    };
    macro_rules! apply {
        ($items:ident, $field:ident, about $about:ident) => {{
            let is_known = account.$items.iter().any(|item| is_meant(&item.arn, &item.name));
            for item in &mut account.$items.items {
                let is_meant = is_meant(&item.arn, &item.name) || (!is_known && is_here(&item.arn));
                if is_meant && matches!(item.$field, Known::Gap(_)) {
                    item.$field = Known::Gap(gap.clone().about(&item.$about));
                }
            }
        }};
    }
    match gap.call {
        Call::GetResourcePolicy => apply!(secrets, resource_policy, about arn),
        Call::ListTargetsByRule => apply!(event_rules, targets, about name),
        Call::GetEventSelectors => apply!(trails, management_events, about arn),
        _ => apply!(trails, logging, about arn),
    }
}

/// An answer of `get-trail-status` does not name the trail: the path does, or there is only one
/// that is the account's own.
fn set_trail_state(
    account: &mut Account,
    origin: &Origin,
    region: Option<&str>,
    is_logging: bool,
) -> Result<(), ImportError> {
    if account.trails.items.is_empty() {
        // Without trails there is nothing to say, and their list is a gap.
        return Ok(());
    }
    let id = account.id.clone();
    let named =
        account.trails.iter().filter(|trail| origin.names(&trail.name) || origin.names(&trail.arn));
    let longest = named.clone().map(|trail| trail.name.len()).max();
    let mut found: Vec<String> = named
        .filter(|trail| Some(trail.name.len()) == longest)
        .map(|trail| trail.arn.clone())
        .collect();
    if found.len() > 1 {
        found.retain(|arn| arn.split(':').nth(3) == region);
    }
    if found.is_empty() {
        let own = account.trails.iter().filter(|trail| !is_shadow(trail, id.as_str()));
        found = own.map(|trail| trail.arn.clone()).collect();
    }
    let [arn] = found.as_slice() else {
        return Err(argument::unknown(&origin.path, Call::GetTrailStatus));
    };
    for trail in &mut account.trails.items {
        if trail.arn == *arn {
            trail.logging = Known::Value(is_logging);
        }
    }
    Ok(())
}
