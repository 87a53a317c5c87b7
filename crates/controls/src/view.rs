//! What a control sees.

use jiff::Timestamp;
use keyward_snapshot::{Account, AccountId, Gap, Head, Known, Listing, Membership, Organization};

use crate::{Answer, Settings, Subject};

/// What a control about the organization sees.
#[derive(Clone, Copy, Debug)]
pub struct Overview<'a> {
    /// The organization and Identity Center.
    pub head: &'a Head,
    /// Thresholds and lists.
    pub settings: &'a Settings,
}

/// What a control about an account sees: one account, and what stands above it.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The organization and Identity Center.
    pub head: &'a Head,
    /// The account.
    pub account: &'a Account,
    /// Thresholds and lists.
    pub settings: &'a Settings,
}

impl<'a> Overview<'a> {
    /// The organization, if one is known.
    pub fn organization(&self) -> Option<&'a Organization> {
        organization(self.head)
    }

    /// The organization as a finding's resource; before it is known, a plain word.
    pub fn subject(&self) -> Subject {
        Subject::new(self.organization().map_or("organization", |known| known.id.as_str()))
    }

    /// One answer for each item, and one `cannot-tell` about the organization for each gap.
    pub fn each<T>(
        &self,
        list: &'a Listing<T>,
        mut answer: impl FnMut(&'a T) -> Option<Answer>,
    ) -> Vec<Answer> {
        let items = list.iter().filter_map(&mut answer);
        let gaps =
            list.gaps.iter().map(|gap| Answer::cannot_tell(lacking(self.subject(), gap), gap));
        items.chain(gaps).collect()
    }
}

impl<'a> View<'a> {
    /// The organization, if one is known.
    pub fn organization(&self) -> Option<&'a Organization> {
        organization(self.head)
    }

    /// Whether the account is known to be its organization's management account, which service
    /// control policies do not bind.
    pub fn is_management_account(&self) -> bool {
        self.organization().is_some_and(|known| known.management_account == self.account.id)
    }

    /// The ids of the organization's accounts, if they are known.
    pub fn is_in_organization(&self, account: &AccountId) -> bool {
        *account == self.account.id
            || self.organization().is_some_and(|known| {
                known.management_account == *account
                    || known.accounts.iter().any(|member| member.id == *account)
            })
    }

    /// How many whole days before the snapshot `time` was; negative if it was after.
    pub fn days_since(&self, time: Timestamp) -> i64 {
        self.head.taken_at.duration_since(time).as_hours().div_euclid(24)
    }

    /// The account's root user.
    pub fn root(&self) -> Subject {
        Subject::new(format!("arn:{}:iam::{}:root", self.partition(), self.account.id))
    }

    /// The account itself, for answers that no single resource carries.
    pub fn subject(&self) -> Subject {
        self.root()
    }

    /// The partition that the account is in, as its ARNs begin: `aws`, `aws-cn`, `aws-us-gov`.
    /// It is taken from something of the account's own, and is `aws` where nothing tells.
    pub fn partition(&self) -> &'a str {
        let Account { credential_report, users, roles, secrets, functions, trails, .. } =
            self.account;
        let report = credential_report.value().ok();
        let arns = report.and_then(|report| report.rows.first()).map(|row| &row.arn);
        let arns = arns.into_iter().chain(users.iter().next().map(|user| &user.arn));
        let arns = arns.chain(roles.iter().next().map(|role| &role.arn));
        let arns = arns.chain(secrets.iter().next().map(|secret| &secret.arn));
        let arns = arns.chain(functions.iter().next().map(|function| &function.arn));
        let mut arns = arns.chain(trails.iter().next().map(|trail| &trail.arn));
        let instance = || self.account.instances.iter().next().map(|it| &it.region);
        let group = || self.account.security_groups.iter().next().map(|it| &it.region);
        arns.find_map(|arn| arn.strip_prefix("arn:")?.split(':').next())
            .or_else(|| instance().or_else(group).map(|region| partition_of_region(region)))
            .unwrap_or("aws")
    }

    /// One answer for each item, and one `cannot-tell` about the account for each gap.
    pub fn each<T>(
        &self,
        list: &'a Listing<T>,
        mut answer: impl FnMut(&'a T) -> Option<Answer>,
    ) -> Vec<Answer> {
        let items = list.iter().filter_map(&mut answer);
        let gaps =
            list.gaps.iter().map(|gap| Answer::cannot_tell(lacking(self.subject(), gap), gap));
        items.chain(gaps).collect()
    }
}

/// The partition that a region is in.
pub(crate) fn partition_of_region(region: &str) -> &'static str {
    const PREFIXES: &[(&str, &str)] = &[
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("eusc-", "aws-eusc"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
    ];
    let found = PREFIXES.iter().find(|(prefix, _)| region.starts_with(prefix));
    found.map_or("aws", |(_, partition)| partition)
}

/// The part of `whole` that a gap leaves open, so that each gap of a list is a finding of its own.
fn lacking(whole: Subject, gap: &Gap) -> Subject {
    let whole = match &gap.region {
        Some(region) => whole.in_region(region),
        None => whole,
    };
    match &gap.about {
        Some(about) => whole.part(format!("{} of {about}", gap.call)),
        None => whole.part(gap.call.action()),
    }
}

fn organization(head: &Head) -> Option<&Organization> {
    match &head.organization {
        Known::Value(Membership::Member(organization)) => Some(organization),
        Known::Value(Membership::None) | Known::Gap(_) => None,
    }
}
