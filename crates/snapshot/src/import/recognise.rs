//! Which calls a document answers, by what is in it.

mod credentials;
mod head;

use std::sync::Arc;

use keyward_policy::Document;

use super::answer::{Answer, Held};
use super::credential_report;
use super::documents::Documents;
use super::ec2::{self, PREFERENCES};
use super::error::ImportError;
use super::iam::PolicyAlone;
use super::item::Item;
use super::lists::{self, Page};
use super::organizations::Described;
use super::origin::Origin;
use super::place::Evidence;
use super::policies::Version;
use super::time::Time;
use super::{argument, by_name, iam, last_accessed, monitoring, root, watching};
use crate::{
    AccessKey, AccountId, AccountSummary, Assignment, AttachedPolicy, Call, CenterInstance,
    ControlPolicy, CredentialReport, DetectorState, DirectoryGroup, DirectoryUser, Function, Group,
    GroupMembership, ManagedPolicy, ManagementEvents, MemberAccount, MfaDevice, PasswordPolicy,
    PermissionSet, Reason, Role, Root, RuleTarget, SecurityHub, SessionPreferences, Topic, Trail,
    User,
};

/// A part of a file that one call answered.
pub(super) struct Part {
    pub(super) origin: Origin,
    /// The account, where the answer tells.
    pub(super) account: Option<AccountId>,
    /// The region, where the answer or its origin tells.
    pub(super) region: Option<String>,
    /// Whether another page follows.
    pub(super) more: bool,
    pub(super) content: Content,
}

/// What a call answered.
pub(super) enum Content {
    Caller(AccountId),
    Account(AccountContent),
    Organization(OrganizationContent),
    Center(CenterContent),
}

/// What belongs to one account.
pub(super) enum AccountContent {
    Authorization {
        users: Option<Vec<User>>,
        groups: Option<Vec<Group>>,
        roles: Option<Vec<Role>>,
        policies: Option<Vec<ManagedPolicy>>,
    },
    LastAccessed(last_accessed::Page),
    PolicyAlone(PolicyAlone),
    PolicyVersion(Version),
    CredentialReport(CredentialReport),
    Summary(AccountSummary),
    PasswordPolicy(Option<PasswordPolicy>),
    Root(root::Answer),
    AccessKeys(Vec<AccessKey>),
    MfaDevices(Vec<MfaDevice>),
    Regions(Vec<String>),
    PrefixListEntries(String, Vec<String>),
    PrefixLists(Vec<(String, Option<String>)>),
    Preferences(SessionPreferences),
    ResourcePolicy(String, Option<Arc<Document>>),
    Functions(Vec<(Function, bool)>),
    Trails(Vec<Trail>),
    TrailStatus(bool),
    /// What `describe-hub` or `describe-security-hub-v2` found.
    SecurityHub(Call, SecurityHub),
    DetectorState(DetectorState),
    /// The ARN of a trail, and what it selects.
    EventSelectors(String, Vec<ManagementEvents>),
    RuleTargets(Vec<RuleTarget>),
    Topic(Topic),
    List(Page),
    ByName(by_name::Content),
    /// A call without an answer, and the resource that it asked about.
    Refused(Call, Reason, Option<String>),
}

/// What belongs to the organization.
pub(super) enum OrganizationContent {
    Described(Described),
    None,
    Accounts(Vec<MemberAccount>),
    AccountsOf(String, Vec<String>),
    Chains(Vec<(String, String)>),
    Roots(Vec<Root>),
    Parents(String, Vec<String>),
    Children(String, Vec<String>),
    Policies(Vec<ControlPolicy>),
    PoliciesOf(String, Vec<ControlPolicy>),
    Policy(ControlPolicy),
    Targets(String, Vec<String>),
    Refused(Call, Reason, Option<String>),
}

/// What belongs to Identity Center.
pub(super) enum CenterContent {
    Instances(Vec<CenterInstance>),
    PermissionSets(Vec<String>),
    PermissionSet(PermissionSet),
    /// The last part of a permission set's ARN, and the accounts that it is provisioned in.
    Provisioned(String, Vec<String>),
    Managed(String, Vec<AttachedPolicy>),
    Inline(String, Option<Arc<Document>>),
    Assignments(Vec<Assignment>),
    Users(Vec<DirectoryUser>),
    Groups(Vec<DirectoryGroup>),
    Memberships(Vec<GroupMembership>),
    Refused(Call, Reason),
}

/// The calls that a document answers, and what they answered. Without parts it answers none.
#[derive(Default)]
pub(super) struct Recognition {
    pub(super) calls: Vec<Call>,
    pub(super) parts: Vec<Part>,
}

/// Sorts what a document holds by call.
pub(super) fn recognise(
    origin: &Origin,
    answer: Answer,
    documents: &mut Documents,
) -> Result<Recognition, ImportError> {
    let mut sorting = Sorting {
        origin,
        path: &origin.path,
        more: is_followed(&answer),
        account: answer.evidence.account(),
        region: origin.region().map(str::to_owned),
        answer,
        found: Recognition::default(),
    };
    sorting.iam();
    sorting.credentials()?;
    sorting.single_values(documents)?;
    sorting.lists();
    sorting.by_name()?;
    sorting.regional()?;
    sorting.organization(documents)?;
    sorting.identity_center(documents)?;
    Ok(sorting.found)
}

struct Sorting<'p> {
    origin: &'p Origin,
    path: &'p str,
    answer: Answer,
    more: bool,
    account: Option<AccountId>,
    region: Option<String>,
    found: Recognition,
}

impl Sorting<'_> {
    /// Whether the member is there, and all of it is this call's.
    fn has(&self, name: &str) -> bool {
        self.answer.present.contains(name) && !self.answer.foreign.contains(name)
    }

    fn put(&mut self, call: Option<Call>, content: Content) {
        if call.is_some_and(|call| !self.origin.may_answer(call)) {
            return;
        }
        self.found.calls.extend(call);
        self.found.parts.push(Part {
            origin: self.origin.clone(),
            account: self.account.clone(),
            region: self.region.clone(),
            more: self.more,
            content,
        });
    }

    fn put_account(&mut self, call: Call, content: AccountContent) {
        self.put(Some(call), Content::Account(content));
    }

    /// A part of a regional list; `region` is the first that an item names.
    fn put_region(&mut self, call: Call, region: Option<String>, content: AccountContent) {
        let by_path = self.region.clone();
        self.region = region.filter(|region| !region.is_empty()).or(self.region.take());
        self.put_account(call, content);
        self.region = by_path;
    }

    fn iam(&mut self) {
        use std::mem::take;
        let names = ["UserDetailList", "GroupDetailList", "RoleDetailList"];
        let has_details = names.iter().any(|name| self.has(name));
        let policies = self.has("Policies")
            && self.answer.lists.control_policies.is_empty()
            && self.answer.lists.other_policies == 0
            && (has_details || !self.answer.lists.policies.is_empty());
        if has_details || policies {
            let [users, groups, roles] = names.map(|name| self.has(name));
            let lists = &mut self.answer.lists;
            let content = AccountContent::Authorization {
                users: users.then(|| take(&mut lists.users)),
                groups: groups.then(|| take(&mut lists.groups)),
                roles: roles.then(|| take(&mut lists.roles)),
                policies: policies.then(|| take(&mut lists.policies)),
            };
            self.put_account(Call::GetAccountAuthorizationDetails, content);
        }
    }

    fn single_values(&mut self, documents: &mut Documents) -> Result<(), ImportError> {
        if let Some(held) = self.hold("SummaryMap") {
            let summary = iam::summary(&item_of(self.path, "SummaryMap", &held))?;
            self.put_account(Call::GetAccountSummary, AccountContent::Summary(summary));
        }
        if let Some(held) = self.hold("PasswordPolicy") {
            let policy = iam::password_policy(&item_of(self.path, "PasswordPolicy", &held))?;
            let content = AccountContent::PasswordPolicy(Some(policy));
            self.put_account(Call::GetAccountPasswordPolicy, content);
        }
        if let Some(held) = self.hold("IsLogging") {
            let is_logging = item_of(self.path, "IsLogging", &held).parse()?;
            self.put_account(Call::GetTrailStatus, AccountContent::TrailStatus(is_logging));
        }
        if self.has("ServicesLastAccessed") {
            self.last_accessed()?;
        }
        if let Some(held) = self.hold("PolicyVersion") {
            let call = Call::GetPolicyVersion;
            let policy = self.origin.argument_of(call).map(str::to_owned);
            let policy = policy.ok_or_else(|| argument::unknown(self.path, call))?;
            let item = item_of(self.path, "PolicyVersion", &held);
            let version = iam::policy_version(&item, documents, &policy)?;
            self.put_account(call, AccountContent::PolicyVersion(version));
        }
        self.security_hubs()?;
        self.detector()?;
        if let Some(held) = self.hold("Content") {
            self.content(&held)?;
        }
        self.resource_policy(documents)?;
        self.watching(documents)?;
        if let (true, true, Some(held)) =
            (self.has("UserId"), self.has("Arn"), self.hold("Account"))
        {
            let id = AccountId(item_of(self.path, "Account", &held).parse()?);
            self.account = Some(id.clone());
            self.put(None, Content::Caller(id));
        }
        Ok(())
    }

    /// A report of which services somebody used; a job that is not over has none.
    fn last_accessed(&mut self) -> Result<(), ImportError> {
        let call = Call::GetServiceLastAccessedDetails;
        let services = std::mem::take(&mut self.answer.lists.services_used);
        let subject = self.origin.argument_of(call).map(str::to_owned);
        let subject = subject.ok_or_else(|| argument::unknown(self.path, call))?;
        let status = self.hold("JobStatus");
        let status = status.map(|held| item_of(self.path, "JobStatus", &held).parse::<String>());
        let completed = self.hold("JobCompletionDate");
        let completed: Option<Option<Time>> = completed
            .map(|held| item_of(self.path, "JobCompletionDate", &held).parse())
            .transpose()?;
        let failed = |why: &str| AccountContent::Refused(call, Reason::Failed(why.into()), None);
        let content = match (status.transpose()?.as_deref(), completed.flatten()) {
            (Some("COMPLETED"), Some(time)) => {
                let page = last_accessed::Page { subject, reported: time.0, services };
                AccountContent::LastAccessed(page)
            }
            (Some("FAILED"), _) => failed("AWS could not make the report"),
            _ => failed("AWS had not made the report yet"),
        };
        self.put_account(call, content);
        Ok(())
    }

    fn security_hubs(&mut self) -> Result<(), ImportError> {
        for (name, call) in
            [("HubArn", Call::DescribeHub), ("HubV2Arn", Call::DescribeSecurityHubV2)]
        {
            if let Some(held) = self.hold(name) {
                let mut evidence = Evidence::default();
                let hub =
                    monitoring::security_hub(&item_of(self.path, name, &held), &mut evidence)?;
                self.account = evidence.account();
                let region = Some(hub.region.clone());
                self.put_region(call, region, AccountContent::SecurityHub(call, hub));
            }
        }
        Ok(())
    }

    /// `get-detector` tells neither the detector nor its region; many answers have a `Status`.
    fn detector(&mut self) -> Result<(), ImportError> {
        let held = ["FindingPublishingFrequency", "Status", "Features", "ServiceRole"];
        let [Some(_), Some(status), features, role] = held.map(|name| self.hold(name)) else {
            return Ok(());
        };
        let features = features.as_ref().map(|held| item_of(self.path, "Features", held));
        let status = item_of(self.path, "Status", &status);
        let state = monitoring::detector_state(&status, features.as_ref())?;
        if let Some(role) = role {
            let arn: String = item_of(self.path, "ServiceRole", &role).parse()?;
            self.account = super::place::account_of_arn(&arn).map(AccountId::from);
        }
        self.put_account(Call::GetDetector, AccountContent::DetectorState(state));
        Ok(())
    }

    /// `Content` of a credential report, or of a document of Systems Manager.
    fn content(&mut self, held: &Held) -> Result<(), ImportError> {
        let content = item_of(self.path, "Content", held);
        if self.has("ReportFormat") || self.has("GeneratedTime") {
            let generated = self.hold("GeneratedTime");
            let generated: Option<Time> = generated
                .map(|held| item_of(self.path, "GeneratedTime", &held).parse())
                .transpose()?;
            let report = credential_report::of_item(&content, generated)?;
            self.account = credential_report::account_of(&report);
            self.put_account(Call::GetCredentialReport, AccountContent::CredentialReport(report));
        } else if let Some(name) = self.hold("Name")
            && item_of(self.path, "Name", &name).parse::<String>()? == PREFERENCES
        {
            let preferences = ec2::preferences(&content)?;
            self.put_account(Call::GetDocument, AccountContent::Preferences(preferences));
        }
        Ok(())
    }

    /// The answer has these members and no others; `describe-secret` and `get-secret-value` have
    /// more beside the first two.
    fn resource_policy(&mut self, documents: &mut Documents) -> Result<(), ImportError> {
        let held = ["ARN", "Name", "ResourcePolicy"].map(|name| self.hold(name));
        let [Some(arn), Some(_), policy] = held else { return Ok(()) };
        if self.answer.count != 2 + usize::from(policy.is_some()) {
            return Ok(());
        }
        let arn: String = item_of(self.path, "ARN", &arn).parse()?;
        if !arn.contains(":secretsmanager:") {
            return Ok(());
        }
        let entity = format!("`{arn}`");
        let policy = policy
            .map(|held| {
                item_of(self.path, "ResourcePolicy", &held).policy(documents, &held.raw, &entity)
            })
            .transpose()?;
        self.account = super::place::account_of_arn(&arn).map(AccountId::from);
        let region = super::place::region_of_arn(&arn).map(str::to_owned);
        let content = AccountContent::ResourcePolicy(arn, policy);
        self.put_region(Call::GetResourcePolicy, region, content);
        Ok(())
    }

    /// What is about a single trail or topic, and names it.
    fn watching(&mut self, documents: &mut Documents) -> Result<(), ImportError> {
        if let Some((trail, selected)) = watching::event_selectors(self.path, &mut self.answer)? {
            let content = AccountContent::EventSelectors(trail, selected);
            self.put_account(Call::GetEventSelectors, content);
        }
        if let Some(topic) = watching::topic(self.path, &mut self.answer, documents)? {
            self.account = super::place::account_of_arn(&topic.arn).map(AccountId::from);
            self.put_account(Call::GetTopicAttributes, AccountContent::Topic(topic));
        }
        Ok(())
    }

    /// What is asked about one thing at a time.
    fn by_name(&mut self) -> Result<(), ImportError> {
        let found = by_name::recognise(self.origin, &mut self.answer)?;
        self.account = self.answer.evidence.account().or(self.account.take());
        for (call, region, content) in found {
            self.put_region(call, region, AccountContent::ByName(content));
        }
        Ok(())
    }

    /// The lists of the table.
    fn lists(&mut self) {
        for row in lists::ROWS {
            if !self.answer.present.contains(row.member) || !self.origin.may_answer(row.call) {
                continue;
            }
            let page = (row.page)(&mut self.answer.items);
            let is_meant = if page.is_empty() {
                // Of an empty list nobody can tell whose it is, where several calls have one.
                !self.answer.filled.contains(row.member)
                    && (!lists::is_shared(row.member) || self.origin.names_call(row.call))
            } else {
                !self.answer.foreign.contains(row.member)
            };
            if is_meant {
                let region = page.region().map(str::to_owned);
                self.put_region(row.call, region, AccountContent::List(page));
            }
        }
    }

    fn regional(&mut self) -> Result<(), ImportError> {
        use std::mem::take;
        fn first<T>(items: &[T], region: impl Fn(&T) -> &str) -> Option<String> {
            items.iter().map(region).find(|region| !region.is_empty()).map(str::to_owned)
        }
        if self.has("Regions") && !self.answer.lists.regions.is_empty() {
            let items = take(&mut self.answer.lists.regions);
            self.put_account(Call::DescribeRegions, AccountContent::Regions(items));
        }
        if self.has("Entries") {
            let items = take(&mut self.answer.lists.prefix_list_entries);
            match self.origin.argument(argument::prefix_list_id) {
                Some(id) => self.put_account(
                    Call::GetManagedPrefixListEntries,
                    AccountContent::PrefixListEntries(id.to_owned(), items),
                ),
                None if items.is_empty() => {}
                None => {
                    return Err(argument::unknown(self.path, Call::GetManagedPrefixListEntries));
                }
            }
        }
        if self.has("PrefixLists") && !self.answer.lists.prefixes.is_empty() {
            let items = take(&mut self.answer.lists.prefixes);
            self.put(None, Content::Account(AccountContent::PrefixLists(items)));
        }
        if self.has("Functions") {
            let items = take(&mut self.answer.lists.functions);
            let region = first(&items, |(item, _)| &item.region);
            self.put_region(Call::ListFunctions, region, AccountContent::Functions(items));
        }
        if self.has("trailList") {
            let items = take(&mut self.answer.lists.trails);
            self.put_account(Call::DescribeTrails, AccountContent::Trails(items));
        }
        Ok(())
    }

    fn hold(&mut self, name: &'static str) -> Option<Held> {
        self.answer.held.remove(name)
    }
}

pub(super) fn item_of<'i>(path: &'i str, key: &'static str, held: &'i Held) -> Item<'i> {
    Item { path, key, index: None, at: held.at, text: held.raw.get() }
}

/// Whether AWS says that the list goes on.
fn is_followed(answer: &Answer) -> bool {
    let text = |name: &str| answer.held.get(name).map(|held| held.raw.get());
    let is_filled = |name: &str| text(name).is_some_and(|text| text != "null" && text != "\"\"");
    match text("IsTruncated") {
        Some(is_truncated) => is_truncated == "true" || is_filled("NextToken"),
        None => ["NextToken", "nextToken", "NextMarker", "Marker"].into_iter().any(is_filled),
    }
}
