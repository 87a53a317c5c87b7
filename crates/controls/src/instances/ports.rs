//! What security groups let in to one TCP port.

use std::collections::BTreeSet;

use keyward_snapshot::{Call, Gap, Rule, SecurityGroup, Source};

use super::addresses::{Addresses, Share};
use crate::privilege::principals::abridged;
use crate::view::partition_of_region;
use crate::{Answer, Severity, Subject, View};

/// A port on which machines are administered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Port {
    pub(super) number: u16,
    pub(super) protocol: &'static str,
}

pub(super) const SSH: Port = Port { number: 22, protocol: "SSH" };
pub(super) const RDP: Port = Port { number: 3389, protocol: "RDP" };

/// For each security group, whether it opens the port to the Internet.
pub(super) fn open(view: &View<'_>, port: Port) -> Vec<Answer> {
    view.each(&view.account.security_groups, |group| Some(open_in(view, group, port)))
}

/// For each security group, whether any inbound rule is for the port.
pub(super) fn allowed(view: &View<'_>, port: Port) -> Vec<Answer> {
    view.each(&view.account.security_groups, |group| Some(allowed_in(view, group, port)))
}

fn open_in(view: &View<'_>, group: &SecurityGroup, port: Port) -> Answer {
    let Port { number, protocol } = port;
    let label = label(group);
    let inbound = Inbound::new(view, group, port);
    let v4 = inbound.addresses.share_of_v4();
    let v6 = inbound.addresses.share_of_v6();
    let Some(reach) = reach(v4, v6) else {
        if let Some(gap) = inbound.gap {
            return Answer::cannot_tell(subject(view, group), &gap);
        }
        if let Some(range) = inbound.unreadable {
            let title = format!("{label} lets `{range}` in, which is no range of addresses");
            return Answer::undecided(subject(view, group), title);
        }
        let title = format!("{label} does not open port {number} ({protocol}) to the Internet");
        return Answer::sound(subject(view, group), title)
            .evidence("sources let in", inbound.in_words());
    };
    let title = format!("{label} opens port {number} ({protocol}) to {reach}");
    let answer =
        Answer::weak(subject(view, group), title).evidence("sources let in", inbound.in_words());
    match users(view, group) {
        Some(users) if users.is_empty() => {
            answer.severity(Severity::High, "no network interface uses the group")
        }
        users if v4 != Share::Whole && v6 != Share::Whole => with_users(answer, users)
            .severity(Severity::High, "a part of the Internet stays shut out"),
        users => with_users(answer, users),
    }
}

fn with_users(answer: Answer, users: Option<Vec<String>>) -> Answer {
    match users {
        Some(users) => answer.evidence("used by", abridged(&users)),
        None => answer,
    }
}

fn allowed_in(view: &View<'_>, group: &SecurityGroup, port: Port) -> Answer {
    let Port { number, protocol } = port;
    let label = label(group);
    let sources: Vec<String> = rules(group, port).flat_map(sources_in_words).collect();
    if sources.is_empty() {
        let title = format!("{label} does not let port {number} ({protocol}) in");
        return Answer::sound(subject(view, group), title)
            .evidence("inbound rules", group.inbound.len());
    }
    Answer::weak(subject(view, group), format!("{label} lets port {number} ({protocol}) in"))
        .evidence("sources let in", abridged(&sources))
}

/// What rules for one port let in.
#[derive(Debug, Default)]
struct Inbound<'a> {
    addresses: Addresses,
    /// The rules and their sources in words.
    words: Vec<String>,
    /// A prefix list that was not read.
    gap: Option<Gap>,
    /// A source that is no range of addresses.
    unreadable: Option<&'a str>,
}

impl<'a> Inbound<'a> {
    fn new(view: &View<'a>, group: &'a SecurityGroup, port: Port) -> Self {
        let mut inbound = Self::default();
        for rule in rules(group, port) {
            inbound.words.extend(sources_in_words(rule));
            for source in &rule.sources {
                match source {
                    Source::Range(range) => inbound.let_in(range),
                    Source::PrefixList(id) => inbound.let_in_list(view, id, &group.region),
                    // Members of a group are machines of one's own, not the Internet.
                    Source::SecurityGroup(_) => {}
                }
            }
        }
        inbound
    }

    fn let_in(&mut self, range: &'a str) {
        if !self.addresses.add(range) {
            self.unreadable = Some(range);
        }
    }

    fn let_in_list(&mut self, view: &View<'a>, id: &str, region: &str) {
        let lists = &view.account.prefix_lists;
        let here = |of: Option<&str>| of.is_none_or(|of| of == region);
        let list = lists.iter().find(|list| list.id == id && here(list.region.as_deref()));
        list.iter().flat_map(|list| &list.ranges).for_each(|range| self.let_in(range));
        // A list that broke off has both ranges and a gap.
        let is_about = |gap: &&Gap| gap.about.as_deref() == Some(id);
        if let Some(gap) = lists.gaps.iter().find(is_about) {
            self.gap = Some(gap.clone());
        } else if list.is_none() {
            let unread = Gap::not_collected(Call::GetManagedPrefixListEntries);
            let gap = lists.gaps.first().cloned().unwrap_or(unread);
            self.gap = Some(gap.about(id).in_region(region));
        }
    }

    fn in_words(&self) -> String {
        if self.words.is_empty() { "none".to_owned() } else { abridged(&self.words) }
    }
}

/// The words for how far the port is open, if it is.
fn reach(v4: Share, v6: Share) -> Option<String> {
    let words = match (v4, v6) {
        (Share::Whole, Share::Whole) => "the whole Internet".to_owned(),
        (Share::Whole, _) => "the whole Internet over IPv4".to_owned(),
        (_, Share::Whole) => "the whole Internet over IPv6".to_owned(),
        (Share::Most(percent), _) => format!("{percent} % of the Internet over IPv4"),
        (_, Share::Most(percent)) => format!("{percent} % of the Internet over IPv6"),
        (Share::Less, Share::Less) => return None,
    };
    Some(words)
}

fn rules(group: &SecurityGroup, port: Port) -> impl Iterator<Item = &Rule> {
    group.inbound.iter().filter(move |rule| rule.admits_tcp(port.number))
}

fn sources_in_words(rule: &Rule) -> Vec<String> {
    let what = match (rule.protocol.as_str(), rule.ports) {
        ("-1", _) => "all traffic".to_owned(),
        (_, None) => "all TCP ports".to_owned(),
        (_, Some((from, to))) if from == to => format!("port {from}"),
        (_, Some((from, to))) => format!("ports {from}-{to}"),
    };
    let words = |source: &Source| match source {
        Source::Range(it) | Source::PrefixList(it) | Source::SecurityGroup(it) => {
            format!("{what} from {it}")
        }
    };
    rule.sources.iter().map(words).collect()
}

/// The instances, or else the network interfaces, that use the group; `None` where the network
/// interfaces of the region were not read.
fn users(view: &View<'_>, group: &SecurityGroup) -> Option<Vec<String>> {
    let interfaces = &view.account.network_interfaces;
    let here = |region: &str| region == group.region;
    if interfaces.gaps.iter().any(|gap| gap.region.as_deref().is_none_or(here)) {
        return None;
    }
    let users: BTreeSet<String> = interfaces
        .iter()
        .filter(|it| here(&it.region) && it.security_groups.contains(&group.id))
        .map(|it| it.instance.clone().unwrap_or_else(|| it.id.clone()))
        .collect();
    Some(users.into_iter().collect())
}

fn subject(view: &View<'_>, group: &SecurityGroup) -> Subject {
    let SecurityGroup { id, region, .. } = group;
    let partition = partition_of_region(region);
    Subject::new(format!("arn:{partition}:ec2:{region}:{}:security-group/{id}", view.account.id))
        .in_region(region)
}

fn label(group: &SecurityGroup) -> String {
    format!("Security group `{}` ({})", group.name, group.id)
}
