//! The secrets that can be read: those that wait for their deletion can't, and are left out.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html>.

use keyward_snapshot::Secret;

use crate::{Answer, Subject, View};

/// One answer for each secret, and one `cannot-tell` for each gap in the list.
pub(super) fn each<'a>(
    view: &View<'a>,
    mut answer: impl FnMut(&'a Secret) -> Answer,
) -> Vec<Answer> {
    view.each(&view.account.secrets, |secret| (!secret.deleted).then(|| answer(secret)))
}

/// The secret as a finding's resource.
pub(super) fn subject(secret: &Secret) -> Subject {
    Subject::new(&secret.arn).in_region(&secret.region)
}

/// The number with its noun: `1 day`, `12 days`.
pub(super) fn days(number: i64) -> String {
    if number == 1 { "1 day".to_owned() } else { format!("{number} days") }
}
