//! Follows an event through an account.

use std::collections::BTreeSet;

use keyward_snapshot::{AccountId, Alarm, EventRule, Gap, MetricFilter, MetricTransformation};
use keyward_snapshot::{RuleState, RuleTarget, Trail};

use super::reach::{self, Publisher, gap_in, name_of, part_of};
use super::sample::{Sample, Scene};
use super::search::{Reach, Search};
use super::{EventPattern, FilterPattern, Kind, Place, Truth};
use crate::View;

/// An account, and what in it may tell somebody of an event.
pub(crate) struct Watch<'a> {
    pub(super) view: View<'a>,
    filters: Vec<(&'a MetricFilter, Result<FilterPattern, String>)>,
    rules: Vec<(&'a EventRule, Result<EventPattern, String>)>,
    /// The regions that are on in the account, or in which it is known to have something.
    regions: BTreeSet<&'a str>,
    global: &'static str,
    partition: &'a str,
}

/// Whether a trail records an event.
enum Recorded {
    Yes,
    No,
    Unread(Gap),
    Open(String),
}

impl<'a> Watch<'a> {
    /// The account of the view.
    pub(crate) fn of(view: View<'a>) -> Self {
        let account = view.account;
        let filters = account.metric_filters.iter();
        let patterns = account.event_rules.iter().filter(|rule| rule.state != RuleState::Disabled);
        let partition = view.partition();
        Self {
            view,
            filters: filters.map(|it| (it, FilterPattern::parse(&it.pattern))).collect(),
            rules: patterns
                .filter_map(|it| Some((it, EventPattern::parse(it.pattern.as_deref()?))))
                .collect(),
            regions: regions(view),
            global: global_region(partition),
            partition,
        }
    }

    /// The samples of a kind, in all regions in which its events appear; `limited` are the regions
    /// that count, if not all do.
    pub(super) fn samples<'k>(
        &'k self,
        kind: &'k Kind,
        limited: Option<&'k BTreeSet<&'k str>>,
    ) -> impl Iterator<Item = Sample<'k>> {
        let scene = Scene { account: self.view.account.id.as_str(), partition: self.partition };
        kind.groups.iter().flat_map(move |group| {
            let global = Some(self.global).filter(|it| {
                group.place == Place::Global || (limited.is_none() && !self.regions.contains(it))
            });
            let all: &BTreeSet<&str> = limited.unwrap_or(&self.regions);
            let regional = all.iter().copied().filter(move |_| group.place == Place::Regional);
            global.into_iter().chain(regional).flat_map(move |it| scene.samples(kind, group, it))
        })
    }

    /// Follows one event on all its ways.
    pub(super) fn follow(&self, sample: &Sample<'_>) -> Search {
        let mut search = Search::default();
        let mut is_recorded = false;
        for trail in &self.view.account.trails {
            match records(trail, sample) {
                Recorded::Yes => {
                    is_recorded = true;
                    self.through_log_group(trail, sample, &mut search);
                }
                Recorded::No => {}
                Recorded::Unread(gap) => search.unread(&gap),
                Recorded::Open(why) => {
                    search.note(&format!("trail `{}`", trail.name), Reach::Open(why));
                }
            }
        }
        // A trail for all regions is shown in each of them; other trails record their own.
        if let Some(gap) = gap_in(&self.view.account.trails, sample.region) {
            search.unread(gap);
        }
        if is_recorded {
            self.through_rules(sample.region, sample, true, &mut search);
        } else {
            // EventBridge gets the events of CloudTrail that a trail records.
            search.broken.insert("no trail is known to record it".to_owned());
        }
        search
    }

    /// Trail, log group, metric filter, alarm.
    fn through_log_group(&self, trail: &Trail, sample: &Sample<'_>, search: &mut Search) {
        let way = format!("trail `{}`", trail.name);
        let Some(group) = trail.log_group.as_deref() else {
            search.note(&way, Reach::Broken("it has no log group".to_owned()));
            return;
        };
        let (region, owner) = (part_of(group, 3), AccountId::from(part_of(group, 4)));
        if owner != self.view.account.id {
            if self.view.head.accounts.contains(&owner) {
                search.elsewhere = Some(owner);
            } else {
                let why = format!("its log group is in account {owner}, which was not read");
                search.note(&way, Reach::Open(why));
            }
            return;
        }
        // `arn:…:log-group:NAME:*`
        let name = part_of(group, 6);
        let mut found = Search::default();
        for (filter, pattern) in &self.filters {
            if filter.log_group != name || filter.region != region {
                continue;
            }
            let way = format!("{way}, filter `{}`", filter.name);
            match filter_matches(filter, pattern, sample) {
                Truth::No => {}
                Truth::Open(why) => found.note(&way, Reach::Open(why)),
                Truth::Yes => self.through_alarms(filter, &way, sample, &mut found),
            }
        }
        if let Some(gap) = gap_in(&self.view.account.metric_filters, region) {
            found.unread(gap);
        }
        found.is_told_in_all_regions = trail.multi_region && found.told.is_some();
        found.is_told_for_all = trail.organization && found.told.is_some();
        search.add(found);
    }

    fn through_alarms(
        &self,
        filter: &MetricFilter,
        way: &str,
        sample: &Sample<'_>,
        search: &mut Search,
    ) {
        let mut is_used = false;
        for metric in &filter.transformations {
            let alarms = self.view.account.alarms.iter().filter(|alarm| {
                alarm.region == filter.region
                    && alarm.namespace.as_ref() == Some(&metric.namespace)
                    && alarm.metric.as_ref() == Some(&metric.metric)
            });
            for alarm in alarms {
                is_used = true;
                let way = format!("{way}, alarm `{}`", alarm.name);
                if let Err(hindrance) = goes_off(alarm, metric, sample.is_counted) {
                    search.note(&way, hindrance);
                    continue;
                }
                if alarm.actions.is_empty() {
                    search.note(&way, Reach::Broken("it has no actions".to_owned()));
                }
                for action in &alarm.actions {
                    search.note(&way, reach::of_action(&self.view, &alarm.arn, action));
                }
            }
        }
        if let Some(gap) = gap_in(&self.view.account.alarms, &filter.region) {
            search.unread(gap);
        } else if !is_used {
            search.note(way, Reach::Broken("no alarm is on its metric".to_owned()));
        }
    }

    /// Rule of EventBridge, target. A rule may hand the event on to the default bus of another
    /// region, once.
    fn through_rules(
        &self,
        region: &str,
        sample: &Sample<'_>,
        may_go_on: bool,
        search: &mut Search,
    ) {
        for (rule, pattern) in self.rules.iter().filter(|(rule, _)| rule.region == region) {
            let way = format!("rule `{}` in {region}", rule.name);
            let matches = match pattern {
                Ok(pattern) => pattern.matches(&sample.event),
                Err(why) => Truth::open(why),
            };
            match matches {
                Truth::No => continue,
                Truth::Open(why) => {
                    search.note(&way, Reach::Open(why));
                    continue;
                }
                Truth::Yes if sample.is_read && rule.state == RuleState::Enabled => {
                    let why = "it is not enabled for events that only read";
                    search.note(&way, Reach::Broken(why.to_owned()));
                    continue;
                }
                Truth::Yes => {}
            }
            match rule.targets.value() {
                Err(gap) => search.unread(gap),
                Ok(targets) if targets.is_empty() => {
                    search.note(&way, Reach::Broken("it has no targets".to_owned()));
                }
                Ok(targets) => {
                    for target in targets {
                        self.through_target(&way, target, sample, may_go_on, search);
                    }
                }
            }
        }
        if let Some(gap) = gap_in(&self.view.account.event_rules, region) {
            search.unread(gap);
        }
    }

    fn through_target(
        &self,
        way: &str,
        target: &RuleTarget,
        sample: &Sample<'_>,
        may_go_on: bool,
        search: &mut Search,
    ) {
        let arn = target.arn.as_str();
        let (service, region, owner) = (part_of(arn, 2), part_of(arn, 3), part_of(arn, 4));
        let reach = match service {
            "sns" if target.role.is_some() => {
                Reach::Open("it publishes as a role, whose permissions are not looked at".into())
            }
            "sns" => reach::of_topic(&self.view, arn, Publisher::Rule),
            "events" if arn.contains(":event-bus/") => {
                if owner != self.view.account.id.as_str() {
                    Reach::Open(format!("it hands the event to a bus of account {owner}"))
                } else if may_go_on && name_of(arn) == "default" {
                    self.through_rules(region, sample, false, search);
                    return;
                } else {
                    Reach::Open(format!("it hands the event to the bus `{}`", name_of(arn)))
                }
            }
            "logs" => Reach::Broken("a log group stores the event and tells nobody".to_owned()),
            _ => Reach::Told(reach::taken(service, arn)),
        };
        search.note(way, reach);
    }
}

fn records(trail: &Trail, sample: &Sample<'_>) -> Recorded {
    if !trail.multi_region && trail.home_region != sample.region {
        return Recorded::No;
    }
    let selected = match trail.logging.value() {
        Ok(false) => return Recorded::No,
        Err(gap) => return Recorded::Unread(gap.clone()),
        Ok(true) => trail.management_events.value(),
    };
    let selected = match selected {
        Ok(selected) => selected,
        Err(gap) => return Recorded::Unread(gap.clone()),
    };
    let mut fitting = selected.iter().filter(|it| {
        (if sample.is_read { it.read } else { it.write })
            && !it.excluded_sources.contains(&sample.source)
    });
    match (fitting.clone().any(|it| !it.is_narrowed), fitting.next()) {
        (true, _) => Recorded::Yes,
        (false, Some(_)) => Recorded::Open("its event selectors have further conditions".into()),
        (false, None) => Recorded::No,
    }
}

fn filter_matches(
    filter: &MetricFilter,
    pattern: &Result<FilterPattern, String>,
    sample: &Sample<'_>,
) -> Truth {
    match pattern {
        Err(why) => Truth::open(format!("its pattern is not understood: {why}")),
        Ok(_) if filter.on_transformed_logs => {
            Truth::open("it looks at logs that a transformer has changed")
        }
        Ok(pattern) => pattern.matches(&sample.record),
    }
}

/// Whether an alarm goes off after one event, or where `is_counted`, after enough of them.
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html>.
fn goes_off(alarm: &Alarm, metric: &MetricTransformation, is_counted: bool) -> Result<(), Reach> {
    let broken = |why: &str| Err(Reach::Broken(why.to_owned()));
    let open = |why: &str| Err(Reach::Open(why.to_owned()));
    if !alarm.actions_enabled {
        return broken("its actions are off");
    }
    match (metric.dimensions.is_empty(), alarm.dimensions.is_empty()) {
        (true, true) => {}
        (false, false) => return open("its metric has dimensions"),
        _ => return broken("its dimensions are not those of the metric"),
    }
    let Some(written) = metric.value.parse::<f64>().ok().filter(|value| value.is_finite()) else {
        return open("its metric's value is taken from the event");
    };
    let value = match alarm.statistic.as_deref() {
        Some("Sum" | "Maximum") => written,
        Some("Average" | "Minimum") if !metric.has_default => written,
        Some("SampleCount") if !metric.has_default => 1.0,
        _ => return open("its statistic does not tell how one event counts"),
    };
    let adds_up = matches!(alarm.statistic.as_deref(), Some("Sum" | "SampleCount")) && value > 0.0;
    let Some(threshold) = alarm.threshold.as_ref().and_then(|it| it.parse::<f64>().ok()) else {
        return open("its threshold is no number");
    };
    let crosses = match alarm.operator.as_deref() {
        Some("GreaterThanOrEqualToThreshold") => value >= threshold,
        Some("GreaterThanThreshold") => value > threshold,
        Some("LessThanThreshold" | "LessThanOrEqualToThreshold") => {
            return broken("it goes off when there are few events, not when there is one");
        }
        _ => return open("how it compares is not understood"),
    };
    let suffices = crosses || (is_counted && adds_up);
    if !suffices {
        return broken("one event does not cross its threshold");
    }
    let periods = alarm.datapoints_to_alarm.unwrap_or(alarm.evaluation_periods);
    if periods > 1 && !is_counted {
        if alarm.missing_data.as_deref() == Some("breaching") {
            return open("periods without values count as crossing its threshold");
        }
        return broken("it waits for more than one period");
    }
    Ok(())
}

/// The regions that are on in the account, and those in which it is known to have something.
fn regions(view: View<'_>) -> BTreeSet<&str> {
    let account = view.account;
    let enabled = account.regions.value().ok().into_iter().flatten().map(String::as_str);
    let groups = account.security_groups.iter().map(|it| it.region.as_str());
    let instances = account.instances.iter().map(|it| it.region.as_str());
    let interfaces = account.network_interfaces.iter().map(|it| it.region.as_str());
    let secrets = account.secrets.iter().map(|it| it.region.as_str());
    let functions = account.functions.iter().map(|it| it.region.as_str());
    let alarms = account.alarms.iter().map(|it| it.region.as_str());
    let filters = account.metric_filters.iter().map(|it| it.region.as_str());
    let rules = account.event_rules.iter().map(|it| it.region.as_str());
    let unasked = account.event_rules.gaps.iter().filter_map(|gap| gap.region.as_deref());
    let all =
        enabled.chain(groups).chain(instances).chain(interfaces).chain(secrets).chain(functions);
    all.chain(alarms)
        .chain(filters)
        .chain(rules)
        .chain(unasked)
        .filter(|region| !matches!(*region, "" | "unknown"))
        .collect()
}

/// The region in which the events of global services appear.
fn global_region(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        _ => "us-east-1",
    }
}
