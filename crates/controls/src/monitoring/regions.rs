//! In which of an account's regions something is on.

use std::collections::BTreeSet;

use keyward_snapshot::{Account, Call, Gap, Listing};

use crate::{Answer, View};

/// What stands for the region of an answer whose region nobody knows.
const UNKNOWN: &str = "unknown";

/// Where something is on, where it is off, and where nobody knows.
pub(super) struct Regions<'a> {
    pub(super) on: Vec<&'a str>,
    pub(super) off: Vec<&'a str>,
    open: Vec<(&'a str, Gap)>,
    /// Why nobody knows whether these are all regions.
    others: Option<&'a Gap>,
}

impl<'a> Regions<'a> {
    /// Asks `is_on` about every region that is enabled in the account. Where AWS was not asked
    /// which these are, about every region in which the snapshot shows anything.
    pub(super) fn of(view: &View<'a>, is_on: impl Fn(&str) -> Result<bool, Gap>) -> Self {
        let (names, others) = match view.account.regions.value() {
            Ok(regions) => (regions.iter().map(String::as_str).collect(), None),
            Err(gap) => (seen(view.account), Some(gap)),
        };
        let mut found = Self { on: Vec::new(), off: Vec::new(), open: Vec::new(), others };
        for name in names {
            match is_on(name) {
                Ok(true) => found.on.push(name),
                Ok(false) => found.off.push(name),
                Err(gap) => found.open.push((name, gap)),
            }
        }
        found
    }

    /// The first thing that was not read, if anything was not.
    pub(super) fn gap(&self) -> Option<&Gap> {
        self.open.first().map(|(_, gap)| gap).or(self.others)
    }

    /// Weak where `what` is off somewhere, sound where it is on in every region.
    pub(super) fn answer(&self, view: &View<'_>, what: &str) -> Answer {
        let subject = view.subject();
        let answer = match self.gap() {
            _ if !self.off.is_empty() => {
                Answer::weak(subject, format!("{what} is off in {}", self.off_in_words()))
            }
            Some(gap) => Answer::cannot_tell(subject, gap),
            None => Answer::sound(subject, format!("{what} is on in {}", all(&self.on))),
        };
        self.evidence(answer)
    }

    /// Adds which regions are which.
    pub(super) fn evidence(&self, mut answer: Answer) -> Answer {
        let open: Vec<&str> = self.open.iter().map(|(region, _)| *region).collect();
        for (what, regions) in [("off in", &self.off), ("on in", &self.on), ("not read in", &open)]
        {
            if !regions.is_empty() {
                answer = answer.evidence(what, list(regions));
            }
        }
        answer
    }

    fn off_in_words(&self) -> String {
        let known = self.on.len() + self.off.len() + self.open.len();
        match self.off.as_slice() {
            [only] => name(only).to_owned(),
            off if off.len() == known && self.others.is_none() => all(off),
            off => format!("{} of {known} regions", off.len()),
        }
    }
}

/// Whether `list`, which has nothing of `region`, was read there.
pub(super) fn absent<T>(
    list: &Listing<T>,
    call: Call,
    region: &str,
    region_of: impl Fn(&T) -> &str,
) -> Result<(), Gap> {
    // That the regions are unknown is no reason to doubt what was read in this one.
    let mut own = list.gaps.iter().filter(|gap| gap.call != Call::DescribeRegions);
    if let Some(gap) = own.find(|gap| gap.region.as_deref().is_none_or(|it| it == region)) {
        return Err(gap.clone());
    }
    // Something whose region nobody knows may be from this one.
    if region != UNKNOWN && list.iter().any(|item| region_of(item) == UNKNOWN) {
        return Err(Gap::not_collected(call).in_region(region));
    }
    Ok(())
}

/// Regions as a reader sees them.
pub(super) fn list(regions: &[&str]) -> String {
    regions.iter().map(|region| name(region)).collect::<Vec<_>>().join(", ")
}

fn name(region: &str) -> &str {
    if region == UNKNOWN { "an unknown region" } else { region }
}

/// The name of the only one, or how many they are.
fn all(regions: &[&str]) -> String {
    match regions {
        [only] => name(only).to_owned(),
        _ => format!("all {} regions", regions.len()),
    }
}

/// The regions in which the snapshot shows anything of the account; if in none, one of which
/// nothing is known.
fn seen(account: &Account) -> BTreeSet<&str> {
    fn of<'a, T>(
        list: &'a Listing<T>,
        region: impl Fn(&'a T) -> &'a String + 'a,
    ) -> impl Iterator<Item = &'a str> {
        list.iter().map(move |item| region(item).as_str())
    }
    let mut seen: BTreeSet<&str> = of(&account.instances, |it| &it.region)
        .chain(of(&account.security_groups, |it| &it.region))
        .chain(of(&account.network_interfaces, |it| &it.region))
        .chain(of(&account.secrets, |it| &it.region))
        .chain(of(&account.functions, |it| &it.region))
        .chain(of(&account.configuration_recorders, |it| &it.region))
        .chain(of(&account.recorder_statuses, |it| &it.region))
        .chain(of(&account.config_rules, |it| &it.region))
        .chain(of(&account.security_hubs, |it| &it.region))
        .chain(of(&account.security_hubs_v2, |it| &it.region))
        .chain(of(&account.detectors, |it| &it.region))
        .chain(of(&account.analyzers, |it| &it.region))
        .collect();
    if seen.is_empty() {
        seen.insert(UNKNOWN);
    }
    seen
}
