//! Puts together what answers of calls about single rules, topics and trails say.

use std::collections::BTreeMap;

use super::alarms;
use super::answer::Answer;
use super::argument;
use super::documents::Documents;
use super::error::ImportError;
use super::gathered::{Gathered, list_of_region};
use super::origin::Origin;
use super::place::{account_of_arn, region_of_arn};
use super::recognise::item_of;
use crate::{Account, Call, Gap, Known, ManagementEvents, RuleTarget, Topic};

/// The trail of an answer of `get-event-selectors`, and the management events that it selects.
pub(super) fn event_selectors(
    path: &str,
    answer: &mut Answer,
) -> Result<Option<(String, Vec<ManagementEvents>)>, ImportError> {
    let names = ["TrailARN", "EventSelectors", "AdvancedEventSelectors"];
    let held = names.map(|name| answer.held.remove(name));
    let [Some(arn), basic, advanced] = held else { return Ok(None) };
    if basic.is_none() && advanced.is_none() {
        return Ok(None);
    }
    let mut selected = Vec::new();
    if let Some(basic) = basic {
        selected = alarms::event_selectors(&item_of(path, "EventSelectors", &basic))?;
    }
    if let Some(advanced) = advanced {
        let advanced = item_of(path, "AdvancedEventSelectors", &advanced);
        selected.extend(alarms::advanced_selectors(&advanced)?);
    }
    Ok(Some((item_of(path, "TrailARN", &arn).parse()?, selected)))
}

/// The topic of an answer of `get-topic-attributes`.
pub(super) fn topic(
    path: &str,
    answer: &mut Answer,
    documents: &mut Documents,
) -> Result<Option<Topic>, ImportError> {
    match answer.held.remove("Attributes") {
        Some(held) => alarms::topic(&item_of(path, "Attributes", &held), documents),
        None => Ok(None),
    }
}

/// The answers about single rules, topics and trails of one account.
#[derive(Default)]
pub(super) struct Parts {
    targets: Vec<(Origin, Option<String>, Vec<RuleTarget>)>,
    topics: Gathered<Topic>,
    /// The management events of trails, by ARN.
    selections: BTreeMap<String, Vec<ManagementEvents>>,
}

impl Parts {
    /// The targets of a rule, which `origin` names.
    pub(super) fn targets(
        &mut self,
        origin: &Origin,
        region: Option<&str>,
        targets: Vec<RuleTarget>,
    ) {
        self.targets.push((origin.clone(), region.map(str::to_owned), targets));
    }

    /// The attributes of a topic.
    pub(super) fn topic(&mut self, topic: Topic) {
        self.topics.page(&format!("about {}", topic.arn), false, [topic]);
    }

    /// A call about a topic has no answer.
    pub(super) fn refuse_topic(&mut self, origin: &Origin, gap: Gap, resource: Option<&str>) {
        let named = resource.or_else(|| origin.argument_of(Call::GetTopicAttributes));
        let list = match named.filter(|named| named.starts_with("arn:")) {
            Some(arn) => format!("about {arn}"),
            None => list_of_region(gap.region.as_deref(), origin.folder()),
        };
        self.topics.refuse(&list, gap);
    }

    /// The management events that a trail selects.
    pub(super) fn selection(&mut self, trail: String, selected: Vec<ManagementEvents>) {
        self.selections.insert(trail, selected);
    }

    /// Puts everything into the account, whose lists are there.
    pub(super) fn assemble(mut self, account: &mut Account) -> Result<(), ImportError> {
        for trail in &mut account.trails.items {
            if let Some(selected) = self.selections.remove(&trail.arn) {
                trail.management_events = Known::Value(selected);
            }
        }
        for (origin, region, targets) in self.targets {
            set_targets(account, &origin, region.as_deref(), targets)?;
        }
        let wanted = topics_of_account(account);
        let call = Call::GetTopicAttributes;
        let key = |topic: &Topic| topic.arn.clone();
        let is_known = account.alarms.gaps.is_empty() && account.event_rules.gaps.is_empty();
        account.topics = if wanted.is_empty() && !is_known {
            // Which topics there are to ask about is not known.
            self.topics.listing(call, key)
        } else {
            self.topics.about(call, &wanted, key, |topic| Some(topic.arn.as_str()))
        };
        Ok(())
    }
}

/// The account's own topics that its alarms and rules name, with their regions.
fn topics_of_account(account: &Account) -> BTreeMap<String, Option<String>> {
    let actions = account.alarms.iter().flat_map(|alarm| &alarm.actions);
    let targets = account.event_rules.iter().filter_map(|rule| rule.targets.value().ok());
    let targets = targets.flatten().map(|target| &target.arn);
    actions
        .chain(targets)
        .filter(|arn| arn.split(':').nth(2) == Some("sns"))
        .filter(|arn| account_of_arn(arn).is_none_or(|id| id == account.id.as_str()))
        .map(|arn| (arn.clone(), region_of_arn(arn).map(str::to_owned)))
        .collect()
}

/// An answer of `list-targets-by-rule` does not name the rule: the path does. Rules of one name may
/// stand in several regions.
fn set_targets(
    account: &mut Account,
    origin: &Origin,
    region: Option<&str>,
    targets: Vec<RuleTarget>,
) -> Result<(), ImportError> {
    if account.event_rules.items.is_empty() {
        // Without rules there is nothing to say, and their list is a gap.
        return Ok(());
    }
    let named = account.event_rules.items.iter_mut().filter(|rule| origin.names(&rule.name));
    let mut found: Vec<_> = named.collect();
    let longest = found.iter().map(|rule| rule.name.len()).max();
    found.retain(|rule| Some(rule.name.len()) == longest);
    if found.len() > 1 {
        found.retain(|rule| Some(rule.region.as_str()) == region);
    }
    let [rule] = found.as_mut_slice() else {
        return Err(argument::unknown(&origin.path, Call::ListTargetsByRule));
    };
    match &mut rule.targets {
        Known::Value(known) => known.extend(targets),
        gap @ Known::Gap(_) => *gap = Known::Value(targets),
    }
    Ok(())
}
