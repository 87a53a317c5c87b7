//! The trails that an account answers for: an organization's trail is seen in every member account,
//! and is mended only in the account that owns it.

use keyward_snapshot::{AccountId, Trail};

use crate::{Answer, Subject, View};

/// One answer for each trail of the account, and one `cannot-tell` for each gap in the list. A
/// trail of another account takes part if that account is not in the snapshot.
pub(super) fn each<'a>(
    view: &View<'a>,
    mut answer: impl FnMut(&'a Trail) -> Answer,
) -> Vec<Answer> {
    let answers_elsewhere = |trail: &Trail| {
        let owner = trail.arn.split(':').nth(4).map(AccountId::from);
        owner.is_some_and(|owner| owner != view.account.id && view.head.accounts.contains(&owner))
    };
    view.each(&view.account.trails, |trail| (!answers_elsewhere(trail)).then(|| answer(trail)))
}

/// The trail as a finding's resource.
pub(super) fn subject(trail: &Trail) -> Subject {
    Subject::new(&trail.arn).in_region(&trail.home_region)
}

/// What the trail records, in words.
pub(super) fn in_words(trail: &Trail) -> String {
    let whose = if trail.organization { "the organization" } else { "the account" };
    let regions = if trail.multi_region { "all regions" } else { trail.home_region.as_str() };
    format!("`{}` records {whose} in {regions}", trail.name)
}
