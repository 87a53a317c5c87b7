//! Reads one JSON document in one pass: list items go into the model one at a time, single values
//! are held until the end, everything else is skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::documents::Documents;
use super::error::{At, Fault, ImportError};
use super::held::HELD;
use super::item::{Item, fault_of};
use super::lists::{self, Items};
use super::place::Evidence;
use super::source::{Source, Whereabouts};
use super::{alarms, by_name, ec2, iam, identity_center, last_accessed, organizations, services};
use crate::{
    AccessKey, Assignment, AttachedPolicy, CenterInstance, ControlPolicy, DirectoryGroup,
    DirectoryUser, Function, Group, GroupMembership, ManagedPolicy, MemberAccount, MfaDevice, Role,
    Root, RuleTarget, Trail, User,
};

/// How many names of unused members are kept for the message.
const NAMES_MAX: usize = 12;

/// What one document holds.
#[derive(Default)]
pub(super) struct Answer {
    /// Names of the members, the first few.
    pub(super) names: Vec<String>,
    /// How many members there are.
    pub(super) count: usize,
    /// The members that are read.
    pub(super) present: BTreeSet<&'static str>,
    /// Members of which an item belongs to another call that has a list of that name.
    pub(super) foreign: BTreeSet<&'static str>,
    /// Lists that have items.
    pub(super) filled: BTreeSet<&'static str>,
    /// Members that are single values.
    pub(super) held: BTreeMap<&'static str, Held>,
    pub(super) evidence: Evidence,
    pub(super) lists: Lists,
    /// What goes by the table of lists.
    pub(super) items: Items,
}

/// A single value, as text.
pub(super) struct Held {
    pub(super) raw: Box<RawValue>,
    pub(super) at: At,
}

/// The items of the lists that are not in the table.
#[derive(Default)]
pub(super) struct Lists {
    pub(super) users: Vec<User>,
    pub(super) groups: Vec<Group>,
    pub(super) roles: Vec<Role>,
    pub(super) policies: Vec<ManagedPolicy>,
    pub(super) access_keys: Vec<AccessKey>,
    pub(super) mfa_devices: Vec<MfaDevice>,
    pub(super) services_used: Vec<last_accessed::Service>,
    pub(super) regions: Vec<String>,
    pub(super) prefix_list_entries: Vec<String>,
    pub(super) prefixes: Vec<(String, Option<String>)>,
    pub(super) functions: Vec<(Function, bool)>,
    pub(super) trails: Vec<Trail>,
    pub(super) accounts: Vec<MemberAccount>,
    pub(super) parents_of: Vec<(String, String)>,
    pub(super) roots: Vec<Root>,
    pub(super) parents: Vec<String>,
    pub(super) children: Vec<String>,
    pub(super) units: Vec<String>,
    pub(super) control_policies: Vec<ControlPolicy>,
    pub(super) other_policies: usize,
    pub(super) targets: Vec<String>,
    pub(super) rule_targets: Vec<RuleTarget>,
    pub(super) center_instances: Vec<CenterInstance>,
    pub(super) permission_sets: Vec<String>,
    pub(super) account_ids: Vec<String>,
    pub(super) managed_of_set: Vec<AttachedPolicy>,
    pub(super) assignments: Vec<Assignment>,
    pub(super) directory_users: Vec<DirectoryUser>,
    pub(super) directory_groups: Vec<DirectoryGroup>,
    pub(super) memberships: Vec<GroupMembership>,
    pub(super) by_name: by_name::Items,
}

/// What happens to a member of a document.
enum Member {
    /// A list whose items are read one at a time.
    Each(&'static str, Take),
    /// A list of a name that several calls use: an item may belong to another call.
    EachOf(&'static str, Take),
    /// A list of the table.
    Row(&'static str),
    /// A value that is held.
    Hold(&'static str),
}

/// Puts an item where it belongs; false if it belongs to another call.
type Take = fn(&Item<'_>, &mut Documents, &mut Answer) -> Result<bool, ImportError>;

/// Puts a converted item into its list.
macro_rules! take {
    ($field:ident, $convert:expr) => {
        |item, documents, answer| {
            let convert: fn(&Item<'_>, &mut Documents, &mut Evidence) -> Result<_, ImportError> =
                $convert;
            let value = convert(item, documents, &mut answer.evidence)?;
            answer.lists.$field.push(value);
            Ok(true)
        }
    };
}

/// Puts a converted item into its list, if it is one of the call's.
macro_rules! take_own {
    ($field:ident, $convert:expr) => {
        |item, _, answer| match $convert(item)? {
            None => Ok(false),
            Some(value) => {
                answer.lists.$field.push(value);
                Ok(true)
            }
        }
    };
}

#[expect(clippy::too_many_lines, reason = "one table")]
fn member(name: &str) -> Option<Member> {
    use Member::{Each, EachOf, Hold, Row};
    Some(match name {
        "UserDetailList" => Each(
            "UserDetailList",
            take!(users, |item, documents, evidence| {
                let user = iam::user(item, documents)?;
                evidence.arn(&user.arn);
                Ok(user)
            }),
        ),
        "GroupDetailList" => Each(
            "GroupDetailList",
            take!(groups, |item, documents, evidence| {
                let group = iam::group(item, documents)?;
                evidence.arn(&group.arn);
                Ok(group)
            }),
        ),
        "RoleDetailList" => Each(
            "RoleDetailList",
            take!(roles, |item, documents, evidence| {
                let role = iam::role(item, documents)?;
                evidence.arn(&role.arn);
                Ok(role)
            }),
        ),
        "Policies" => EachOf("Policies", take_policy),
        "AccessKeyMetadata" => {
            Each("AccessKeyMetadata", take!(access_keys, |item, _, _| iam::access_key(item)))
        }
        "MFADevices" => Each(
            "MFADevices",
            take!(mfa_devices, |item, _, evidence| {
                let device = iam::mfa_device(item)?;
                evidence.arn(&device.serial_number);
                Ok(device)
            }),
        ),
        "Regions" => EachOf("Regions", take_own!(regions, ec2::region)),
        "ServicesLastAccessed" => Each(
            "ServicesLastAccessed",
            take!(services_used, |item, _, _| last_accessed::service(item)),
        ),
        "Entries" => EachOf("Entries", take_own!(prefix_list_entries, ec2::prefix_list_entry)),
        "PrefixLists" => EachOf("PrefixLists", take_own!(prefixes, ec2::prefix_list)),
        "Functions" => EachOf("Functions", |item, _, answer| {
            match services::function(item, &mut answer.evidence)? {
                None => Ok(false),
                Some(function) => {
                    answer.lists.functions.push(function);
                    Ok(true)
                }
            }
        }),
        "trailList" => {
            Each("trailList", take!(trails, |item, _, evidence| services::trail(item, evidence)))
        }
        "Accounts" => EachOf("Accounts", |item, _, answer| match organizations::account(item)? {
            None => Ok(false),
            Some((account, parents)) => {
                answer.lists.accounts.push(account);
                answer.lists.parents_of.extend(parents);
                Ok(true)
            }
        }),
        "Roots" => EachOf("Roots", take_own!(roots, organizations::root)),
        "Parents" => EachOf("Parents", take_own!(parents, organizations::parent)),
        "Children" => EachOf("Children", take_own!(children, organizations::child)),
        "OrganizationalUnits" => Each("OrganizationalUnits", |item, _, answer| {
            let (id, parents) = organizations::unit(item)?;
            answer.lists.units.push(id);
            answer.lists.parents_of.extend(parents);
            Ok(true)
        }),
        "Targets" => EachOf("Targets", take_target),
        "Instances" => EachOf("Instances", take_own!(center_instances, identity_center::instance)),
        "PermissionSets" => EachOf("PermissionSets", |item, _, answer| {
            answer.lists.permission_sets.push(item.parse()?);
            Ok(true)
        }),
        "AccountIds" => EachOf("AccountIds", |item, _, answer| {
            answer.lists.account_ids.push(item.parse()?);
            Ok(true)
        }),
        "AttachedManagedPolicies" => Each(
            "AttachedManagedPolicies",
            take!(managed_of_set, |item, _, _| identity_center::managed_policy(item)),
        ),
        "AccountAssignments" => Each(
            "AccountAssignments",
            take!(assignments, |item, _, _| identity_center::assignment(item)),
        ),
        "Users" => EachOf("Users", take_own!(directory_users, identity_center::user)),
        "Groups" => EachOf("Groups", take_own!(directory_groups, identity_center::group)),
        "GroupMemberships" => Each(
            "GroupMemberships",
            take!(memberships, |item, _, _| identity_center::membership(item)),
        ),
        _ => match HELD.iter().find(|&&held| held == name) {
            Some(held) => Hold(held),
            None => match by_name::MEMBERS.iter().find(|&&member| member == name) {
                Some(member) => EachOf(member, |item, _, answer| {
                    answer.lists.by_name.take(item, &mut answer.evidence)
                }),
                None => Row(lists::rows(name).next()?.member),
            },
        },
    })
}

/// An item of `Targets`: of Organizations, of EventBridge, or of another call.
fn take_target(
    item: &Item<'_>,
    _: &mut Documents,
    answer: &mut Answer,
) -> Result<bool, ImportError> {
    if let Some(target) = organizations::target(item)? {
        answer.lists.targets.push(target);
    } else if let Some(target) = alarms::rule_target(item)? {
        answer.lists.rule_targets.push(target);
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// An item of `Policies`: of IAM with all versions, of Organizations, or of another call.
fn take_policy(
    item: &Item<'_>,
    documents: &mut Documents,
    answer: &mut Answer,
) -> Result<bool, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Shape {
        policy_version_list: Option<IgnoredAny>,
        r#type: Option<IgnoredAny>,
        id: Option<IgnoredAny>,
    }
    let shape: Shape = item.parse()?;
    if shape.policy_version_list.is_some() {
        let policy = iam::policy(item, documents)?;
        answer.evidence.arn(&policy.arn);
        answer.lists.policies.push(policy);
        Ok(true)
    } else if shape.r#type.is_some() && shape.id.is_some() {
        match organizations::policy_summary(item)? {
            Some(policy) => answer.lists.control_policies.push(policy),
            None => answer.lists.other_policies += 1,
        }
        Ok(true)
    } else {
        Ok(false)
    }
}

/// Reads the document that begins at the next byte.
pub(super) fn read<R: Read>(
    path: &str,
    source: &mut Source<R>,
    documents: &mut Documents,
) -> Result<Answer, ImportError> {
    let whereabouts = source.whereabouts();
    let start = whereabouts.at();
    let mut reading = Reading {
        path,
        whereabouts: &whereabouts,
        documents,
        answer: Answer::default(),
        error: None,
        stopped_at: None,
    };
    let mut deserializer = serde_json::Deserializer::from_reader(source);
    match reading.deserialize(&mut deserializer) {
        Ok(()) => Ok(reading.answer),
        Err(error) => Err(reading.error.take().unwrap_or_else(|| {
            let place = At { line: error.line(), column: error.column() };
            let stopped_at = reading.stopped_at.unwrap_or_else(|| whereabouts.last());
            let fault = whereabouts.fault().unwrap_or_else(|| fault_of(error));
            let at = match fault {
                // `serde_json` looks at this when the value is over, and knows where it was.
                Fault::NotUtf8 => start.then(place),
                _ => stopped_at,
            };
            ImportError::new(path, fault).at(at)
        })),
    }
}

struct Reading<'r> {
    path: &'r str,
    whereabouts: &'r Whereabouts,
    documents: &'r mut Documents,
    answer: Answer,
    /// The error with its place; what passes through the deserializer is a token for it.
    error: Option<ImportError>,
    /// Where the text stopped making sense; after that the deserializer looks at a bit more of it.
    stopped_at: Option<At>,
}

impl Reading<'_> {
    fn fail<E: serde::de::Error>(&mut self, error: ImportError) -> E {
        self.error = Some(error);
        E::custom("see the error that was kept")
    }

    /// Keeps the place of the first error.
    fn noted<T, E: fmt::Display>(&mut self, result: Result<T, E>) -> Result<T, E> {
        if let (Err(error), None) = (&result, self.stopped_at) {
            // What is missing, or one thing too many, comes next; what is wrong was taken.
            let is_next = self.whereabouts.is_limited() || error.to_string().starts_with("EOF");
            let at = if is_next { self.whereabouts.at() } else { self.whereabouts.last() };
            self.stopped_at = Some(at);
        }
        result
    }
}

impl<'de> DeserializeSeed<'de> for &mut Reading<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Reading<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        loop {
            let key = map.next_key::<String>();
            let Some(name) = self.noted(key)? else { break };
            match member(&name) {
                Some(Member::Each(key, take)) => {
                    self.answer.present.insert(key);
                    map.next_value_seed(List { reading: self, key, take, is_shared: false })?;
                }
                Some(Member::EachOf(key, take)) => {
                    self.answer.present.insert(key);
                    map.next_value_seed(List { reading: self, key, take, is_shared: true })?;
                }
                Some(Member::Row(key)) => {
                    self.answer.present.insert(key);
                    let is_shared = lists::is_shared(key);
                    let take: Take = |_, _, _| Ok(false);
                    map.next_value_seed(List { reading: self, key, take, is_shared })?;
                }
                Some(Member::Hold(key)) => {
                    let held = map.next_value_seed(Capture(self.whereabouts));
                    let held = self.noted(held)?;
                    self.answer.present.insert(key);
                    self.answer.held.insert(key, held);
                }
                None => {
                    let ignored = map.next_value::<IgnoredAny>();
                    self.noted(ignored)?;
                }
            }
            self.answer.count += 1;
            if self.answer.names.len() < NAMES_MAX {
                self.answer.names.push(name.chars().take(60).collect());
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        loop {
            let ignored = seq.next_element::<IgnoredAny>();
            if self.noted(ignored)?.is_none() {
                return Ok(());
            }
        }
    }
}

/// The value of a member that is a list.
struct List<'a, 'r> {
    reading: &'a mut Reading<'r>,
    key: &'static str,
    take: Take,
    /// Whether other calls have a list of this name, so that items of other shapes are no errors.
    is_shared: bool,
}

impl<'de> DeserializeSeed<'de> for List<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl List<'_, '_> {
    /// Puts an item where it belongs; false if nothing takes it.
    fn take(
        take: Take,
        is_shared: bool,
        item: &Item<'_>,
        reading: &mut Reading<'_>,
    ) -> Result<bool, ImportError> {
        // Some lists are of names; the items of all others are objects.
        let is_name = item.text.starts_with('"');
        let is_object = item.text.starts_with('{');
        if is_shared && !is_object && !is_name {
            return Ok(false);
        }
        let is_of_names = matches!(item.key, "PermissionSets" | "AccountIds");
        let is_kind = is_name == is_of_names || by_name::MEMBERS.contains(&item.key);
        if (!is_shared || is_kind) && take(item, reading.documents, &mut reading.answer)? {
            return Ok(true);
        }
        let Answer { evidence, items, .. } = &mut reading.answer;
        for row in lists::rows(item.key) {
            if (row.take)(item, reading.documents, evidence, items)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A value that is no list.
    fn other<E: serde::de::Error>(self, found: &'static str) -> Result<(), E> {
        if self.is_shared {
            self.reading.answer.foreign.insert(self.key);
            return Ok(());
        }
        let fault = Fault::WrongType { expected: "a list".into(), found };
        let error = ImportError::new(self.reading.path, fault)
            .at(self.reading.whereabouts.at())
            .in_field(format!("/{}", self.key));
        Err(self.reading.fail(error))
    }
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let reading = self.reading;
        for index in 0.. {
            let held = seq.next_element_seed(Capture(reading.whereabouts));
            let Some(held) = reading.noted(held)? else { break };
            let item = Item {
                path: reading.path,
                key: self.key,
                index: Some(index),
                at: held.at,
                text: held.raw.get(),
            };
            reading.answer.filled.insert(self.key);
            match Self::take(self.take, self.is_shared, &item, reading) {
                Ok(true) => {}
                Ok(false) => drop(reading.answer.foreign.insert(self.key)),
                Err(error) => return Err(reading.fail(error)),
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if self.is_shared {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        }
        self.other("an object")
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        self.other("a string")
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        self.other("a Boolean")
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        self.other("a number")
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        self.other("a number")
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        self.other("a number")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.other("null")
    }
}

/// Reads a value as text, and finds out where it began.
struct Capture<'w>(&'w Whereabouts);

impl<'de> DeserializeSeed<'de> for Capture<'_> {
    type Value = Held;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Held, D::Error> {
        let (before, offset) = (self.0.at(), self.0.offset());
        self.0.begin_item();
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        self.0.end_item();
        let text = raw.get();
        // Objects, lists and strings end where the reader stands; a number ends one byte before.
        let ahead = u64::from(!text.ends_with(['}', ']', '"']));
        let length = u64::try_from(text.len()).map_err(D::Error::custom)?;
        let start = self.0.offset().saturating_sub(length + ahead);
        let lines = text.bytes().filter(|&byte| byte == b'\n').count();
        let line = self.0.at().line.saturating_sub(lines);
        let column = if line != before.line {
            1
        } else if start >= offset {
            before.column + usize::try_from(start - offset).unwrap_or_default()
        } else {
            // Of an item of a list the first byte was looked at already.
            before.column.saturating_sub(1)
        };
        Ok(Held { raw, at: At { line, column } })
    }
}
