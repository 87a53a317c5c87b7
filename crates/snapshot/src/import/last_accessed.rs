//! Reports of which services users and roles used: whether everybody was asked about.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Deserialize;

use super::error::ImportError;
use super::gathered::or_lead;
use super::item::Item;
use super::origin::Origin;
use super::time::Time;
use crate::{Account, Call, Gap, LastAccessed, Listing, Reason, ServiceUse};

/// One page of a report.
pub(super) struct Page {
    /// What the call asked about: an ARN, or in the name of a file a name.
    pub(super) subject: String,
    pub(super) reported: Timestamp,
    pub(super) services: Vec<Service>,
}

/// One service, and who AWS says used it.
pub(super) struct Service {
    used: ServiceUse,
    entity: Option<String>,
}

/// An item of `ServicesLastAccessed`.
pub(super) fn service(item: &Item<'_>) -> Result<Service, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw {
        service_namespace: String,
        last_authenticated: Option<Time>,
        last_authenticated_entity: Option<String>,
    }
    let raw: Raw = item.parse()?;
    let last = raw.last_authenticated.map(|time| time.0);
    Ok(Service {
        used: ServiceUse { service: raw.service_namespace, last },
        entity: raw.last_authenticated_entity,
    })
}

/// The reports of one account.
#[derive(Default)]
pub(super) struct Reports {
    /// Pages, and whether another one follows.
    pages: Vec<(Page, bool)>,
    refused: Vec<(Origin, Gap)>,
}

impl Reports {
    /// One page; `more` says that another one follows.
    pub(super) fn page(&mut self, more: bool, page: Page) {
        self.pages.push((page, more));
    }

    /// One of the two calls has no answer.
    pub(super) fn refuse(&mut self, origin: &Origin, gap: Gap) {
        self.refused.push((origin.clone(), gap));
    }

    /// All reports, and a gap for each user and role of whom there has to be one and is not.
    pub(super) fn listing(self, account: &Account) -> Listing<LastAccessed> {
        let call = Call::GetServiceLastAccessedDetails;
        let Self { pages, refused } = self;
        let users = account.users.iter().map(|user| user.arn.as_str());
        let all: Vec<&str> = users.chain(account.roles.iter().map(|it| it.arn.as_str())).collect();
        let mut reports: BTreeMap<&str, (LastAccessed, bool)> = BTreeMap::new();
        for (page, more) in pages {
            let Some(arn) = page.principal(&all) else { continue };
            let new = || {
                let principal = arn.to_owned();
                let report =
                    LastAccessed { principal, reported: page.reported, services: Vec::new() };
                (report, false)
            };
            let (report, ended) = reports.entry(arn).or_insert_with(new);
            for Service { used, .. } in page.services {
                match report.services.iter_mut().find(|it| it.service == used.service) {
                    Some(known) => known.last = known.last.max(used.last),
                    None => report.services.push(used),
                }
            }
            *ended |= !more;
        }
        let subjects = account.last_accessed_subjects();
        let unread = account.users.gaps.iter().chain(&account.roles.gaps);
        let mut gaps = BTreeSet::new();
        if unread.clone().next().is_some() {
            // Nobody knows about whom to ask.
            gaps.insert(or_lead(call, unread));
        } else if let Some(gap) = whole(&refused).filter(|_| reports.is_empty()) {
            gaps.insert(gap);
        } else if reports.is_empty() && refused.is_empty() {
            gaps.extend((!subjects.is_empty()).then(|| Gap::not_collected(call)));
        } else {
            for arn in subjects {
                let gap = || {
                    let mut refused = refused.iter();
                    let refusal = refused.find(|(origin, gap)| is_about(origin, gap, arn));
                    refusal.map_or_else(|| Gap::not_collected(call), |(_, gap)| gap.clone())
                };
                match reports.get(arn) {
                    Some((_, true)) => {}
                    Some((_, false)) if gap().reason == Reason::NotCollected => {
                        gaps.insert(Gap::truncated(call).about(arn));
                    }
                    _ => drop(gaps.insert(gap().about(arn))),
                }
            }
        }
        let items = reports.into_values().filter(|(_, ended)| *ended).map(|(report, _)| report);
        Listing { items: items.collect(), gaps: gaps.into_iter().collect() }
    }
}

impl Page {
    /// Whose report it is. A name may be that of a user and a role, or of a group or a policy, for
    /// which there are reports too: whom AWS names as having used something has to be the same.
    fn principal<'a>(&self, all: &[&'a str]) -> Option<&'a str> {
        let entities = || self.services.iter().filter_map(|it| it.entity.as_deref());
        let fits =
            |arn: &&&str| is_meant(&self.subject, arn) && entities().all(|entity| entity == **arn);
        let mut found = all.iter().filter(fits);
        found.next().copied().filter(|_| found.next().is_none())
    }
}

/// The one refusal that all are, if they are one.
fn whole(refused: &[(Origin, Gap)]) -> Option<Gap> {
    let (_, first) = refused.first()?;
    refused.iter().all(|(_, gap)| gap == first).then(|| first.clone())
}

fn is_about(origin: &Origin, gap: &Gap, arn: &str) -> bool {
    origin.argument_of(gap.call).is_none_or(|asked| is_meant(asked, arn))
}

/// Whether the argument of a call is this user or role: the ARN, or in the name of a file the name.
fn is_meant(argument: &str, arn: &str) -> bool {
    argument == arn || arn.rsplit('/').next() == Some(argument)
}
