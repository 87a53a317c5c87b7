//! Which access analyzers look at an account: its own, and those of the organization, which stand
//! in the management account or a delegated administrator's.

use keyward_snapshot::{AccountId, Analyzer, Call, Gap, Membership};

use super::regions::absent;
use crate::View;

/// An analyzer of `kind` for the account, or of `ORGANIZATION…` for all, that is at work. `region`
/// is where it has to be; none for any region.
pub(super) fn found<'a>(
    view: &View<'a>,
    kinds: &Kinds,
    region: Option<&str>,
) -> Option<&'a Analyzer> {
    let works = |analyzer: &&Analyzer| {
        analyzer.status == "ACTIVE" && region.is_none_or(|region| analyzer.region == region)
    };
    let own = view.account.analyzers.iter().filter(works);
    let own = own.filter(|it| it.kind == kinds.account || it.kind == kinds.organization);
    let id = view.account.id.as_str();
    let of_all = view.organization().map(|_| view.head.organization_analyzers.iter());
    let of_all = of_all.into_iter().flatten().filter(works);
    let of_all = of_all.filter(|it| it.kind == kinds.organization);
    let covers = |it: &&Analyzer| it.excluded_accounts.iter().all(|excluded| excluded != id);
    own.chain(of_all).find(covers)
}

/// What the two kinds of analyzers that look for one thing are called.
pub(super) struct Kinds {
    pub(super) account: &'static str,
    pub(super) organization: &'static str,
}

/// Whether all analyzers that could look at the account in `region` are known, after none was
/// found.
pub(super) fn all_known(view: &View<'_>, region: &str) -> Result<(), Gap> {
    absent(&view.account.analyzers, Call::ListAnalyzers, region, |it| &it.region)?;
    let Membership::Member(organization) = view.head.organization.value().map_err(Gap::clone)?
    else {
        return Ok(());
    };
    // Any account of the organization may be the one that is trusted with its analyzers.
    let members = organization.accounts.whole().map_err(Gap::clone)?;
    let is_unread = |id: &AccountId| !view.head.accounts.contains(id);
    if let Some(unread) = members.iter().find(|member| member.active && is_unread(&member.id)) {
        return Err(Gap::not_collected(Call::ListAnalyzers).about(unread.id.as_str()));
    }
    let mut gaps = view.head.organization_analyzers.gaps.iter();
    match gaps.find(|gap| gap.region.as_deref().is_none_or(|it| it == region)) {
        Some(gap) => Err(gap.clone()),
        None => Ok(()),
    }
}
