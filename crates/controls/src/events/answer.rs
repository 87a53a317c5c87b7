//! From what became of each event of a kind to one answer.

use std::collections::{BTreeMap, BTreeSet};

use keyward_snapshot::Gap;

use super::sample::{Actor, Sample};
use super::search::Search;
use super::{Kind, Watch};
use crate::{Answer, Subject};

/// How many facts of one sort an answer names.
const FACTS_MAX: usize = 8;

/// Whether somebody is told of all events of a kind. `None` where the account leaves that to another
/// account of the snapshot, to whose log group the organization's trail writes. `regions` are the
/// regions that count for regional events, if not all of the account's do.
pub(crate) fn answer(
    watch: &Watch<'_>,
    kind: &Kind,
    regions: Option<&BTreeSet<&str>>,
    subject: Subject,
) -> Option<Answer> {
    let mut tally = Tally::default();
    for sample in watch.samples(kind, regions) {
        let search = watch.follow(&sample);
        let by_region = sample.is_regional && regions.is_none() && !search.is_told_in_all_regions;
        if by_region && search.told.is_some() {
            // There may be regions that nobody knows of.
            tally.gap = tally.gap.or(watch.view.account.regions.value().err().cloned());
        }
        tally.count(&sample, search);
    }
    tally.answer(watch, kind, subject)
}

/// What became of the events of a kind.
#[derive(Default)]
struct Tally {
    events: usize,
    told: BTreeSet<String>,
    missed: Missed,
    missed_count: usize,
    gap: Option<Gap>,
    open: BTreeSet<String>,
    broken: BTreeSet<String>,
    is_elsewhere: bool,
    is_told_for_all: bool,
}

/// Events of which nobody is told: name, and by whom and where.
#[derive(Default)]
struct Missed(BTreeMap<String, BTreeSet<(Actor, String)>>);

impl Tally {
    fn count(&mut self, sample: &Sample<'_>, search: Search) {
        self.is_told_for_all = search.is_told_for_all && (self.events == 0 || self.is_told_for_all);
        self.events += 1;
        if let Some(way) = search.told {
            self.told.insert(way);
        } else if search.elsewhere.is_some() {
            self.is_elsewhere = true;
        } else if let Some(gap) = search.gap {
            self.gap.get_or_insert(gap);
        } else if let Some(why) = search.open {
            self.open.insert(why);
        } else {
            self.missed_count += 1;
            let about = (sample.actor, sample.region.to_owned());
            self.missed.0.entry(sample.name.to_owned()).or_default().insert(about);
            self.broken.extend(search.broken);
        }
    }

    fn answer(self, watch: &Watch<'_>, kind: &Kind, subject: Subject) -> Option<Answer> {
        if self.is_elsewhere {
            return None;
        }
        let title = kind.title;
        if self.missed_count > 0 {
            let title = if self.missed_count == self.events {
                format!("Nobody is told of {title}")
            } else {
                format!("Nobody is told of some {title}")
            };
            let answer = Answer::weak(subject, title).evidence(
                "events without anybody told",
                format!("{} of {}", self.missed_count, self.events),
            );
            let answer = named(answer, "event", self.missed.in_words());
            let answer = named(answer, "way that breaks off", self.broken);
            return Some(named(answer, "told of others", self.told));
        }
        if let Some(gap) = self.gap {
            return Some(Answer::cannot_tell(subject, &gap));
        }
        if !self.open.is_empty() {
            let title = format!("Whether anybody is told of {title} is open");
            return Some(named(Answer::undecided(subject, title), "open", self.open));
        }
        if self.leaves_members_open(watch) {
            let title = format!("Whether anybody is told of {title} in other accounts is open");
            let why = "the organization's trail writes their events to a log group of this account, \
                       and no alarm on it is for all of them";
            let answer = Answer::undecided(subject, title).evidence("open", why);
            return Some(named(answer, "told in this account", self.told));
        }
        let answer = Answer::sound(subject, format!("Somebody is told of {title}"))
            .evidence("events", self.events);
        Some(named(answer, "told", self.told))
    }

    /// Whether other accounts of the snapshot leave it to this one, which sees its own events only.
    fn leaves_members_open(&self, watch: &Watch<'_>) -> bool {
        let account = watch.view.account;
        let is_for_members = account.trails.iter().any(|trail| {
            let group = trail.log_group.as_deref().unwrap_or_default();
            trail.organization && group.split(':').nth(4) == Some(account.id.as_str())
        });
        is_for_members && watch.view.head.accounts.len() > 1 && !self.is_told_for_all
    }
}

impl Missed {
    fn in_words(&self) -> impl Iterator<Item = String> {
        let all: BTreeSet<_> = self.0.values().flatten().collect();
        self.0.iter().map(move |(name, about)| {
            if about.len() == all.len() {
                return format!("`{name}`");
            }
            let actors: BTreeSet<_> = about.iter().map(|(actor, _)| *actor).collect();
            let by = match actors.first() {
                Some(Actor::Role) => " by a role",
                Some(Actor::User) if actors.len() == 1 => " by an IAM user",
                _ => "",
            };
            let regions: BTreeSet<_> = about.iter().map(|(_, region)| region.as_str()).collect();
            let regions: Vec<_> = regions.into_iter().collect();
            format!("`{name}`{by} in {}", regions.join(", "))
        })
    }
}

/// Names some facts, and how many more there are.
fn named(answer: Answer, what: &str, facts: impl IntoIterator<Item = String>) -> Answer {
    let facts: Vec<String> = facts.into_iter().collect();
    let rest = facts.len().saturating_sub(FACTS_MAX);
    let answer =
        facts.iter().take(FACTS_MAX).fold(answer, |answer, fact| answer.evidence(what, fact));
    if rest == 0 { answer } else { answer.evidence(what, format!("and {rest} more")) }
}
