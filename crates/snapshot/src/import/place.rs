//! Which account and which region an answer is from, where the answer itself does not say.

use std::collections::{BTreeMap, BTreeSet};

use crate::AccountId;

/// The account in an ARN, if it has one.
pub(super) fn account_of_arn(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|id| is_account_id(id))
}

/// The region in an ARN, if it has one.
pub(super) fn region_of_arn(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).filter(|region| !region.is_empty())
}

/// The region of an availability zone or local zone, such as `us-west-2-lax-1a`.
pub(super) fn region_of_zone(zone: &str) -> Option<&str> {
    let number = zone.find(|c: char| c.is_ascii_digit())?;
    let digits = zone.get(number..)?.bytes().take_while(u8::is_ascii_digit).count();
    zone.get(..number + digits).filter(|region| is_region(region))
}

/// The deepest region that a path names: a component, or a part of one between dashes.
pub(super) fn region_in_path(path: &str) -> Option<&str> {
    path.rsplit('/').find_map(|component| {
        let starts = std::iter::once(0)
            .chain(component.match_indices(['-', '_', '.', ' ']).map(|(i, _)| i + 1));
        starts.filter_map(|start| component.get(start..)).find_map(|rest| {
            let region = region_of_zone(rest)?;
            let next = rest.get(region.len()..)?.chars().next();
            next.is_none_or(|c| !c.is_ascii_alphanumeric()).then_some(region)
        })
    })
}

/// Whether `text` is built as the names of AWS's regions are: `us-east-1`, `us-gov-west-1`.
fn is_region(text: &str) -> bool {
    const AREAS: &[&str] = &["af", "ap", "ca", "cn", "eu", "eusc", "il", "me", "mx", "sa", "us"];
    const DIRECTIONS: &[&str] = &[
        "central",
        "east",
        "north",
        "northeast",
        "northwest",
        "south",
        "southeast",
        "southwest",
        "west",
    ];
    let parts: Vec<&str> = text.split('-').collect();
    let (area, direction, number) = match parts.as_slice() {
        [area, direction, number] => (area, direction, number),
        [area, part, direction, number] if part.bytes().all(|b| b.is_ascii_lowercase()) => {
            (area, direction, number)
        }
        _ => return false,
    };
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    AREAS.contains(area) && DIRECTIONS.contains(direction) && is_number
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The folder of a file; the topmost is empty.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last component of a path, without what stands behind its last dot.
pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// What an answer says of its own account.
#[derive(Default)]
pub(super) struct Evidence {
    arns: BTreeMap<String, usize>,
    owners: BTreeMap<String, usize>,
}

impl Evidence {
    /// Something of the account's own has this ARN.
    pub(super) fn arn(&mut self, arn: &str) {
        if let Some(id) = account_of_arn(arn) {
            count(&mut self.arns, id);
        }
    }

    /// AWS says that this account owns something in the answer.
    pub(super) fn owner(&mut self, id: Option<&str>) {
        if let Some(id) = id.filter(|id| is_account_id(id)) {
            count(&mut self.owners, id);
        }
    }

    /// The account that most of the answer is about: shared things name their owner.
    pub(super) fn account(&self) -> Option<AccountId> {
        let most = |votes: &BTreeMap<String, usize>| {
            votes.iter().max_by_key(|(_, count)| **count).map(|(id, _)| AccountId(id.clone()))
        };
        most(&self.arns).or_else(|| most(&self.owners))
    }
}

fn count(votes: &mut BTreeMap<String, usize>, id: &str) {
    match votes.get_mut(id) {
        Some(count) => *count += 1,
        None => drop(votes.insert(id.to_owned(), 1)),
    }
}

/// What the files say of accounts, to place the files that say nothing.
#[derive(Default)]
pub(super) struct Folders {
    /// Accounts that `sts get-caller-identity` named, by folder.
    callers: BTreeMap<String, BTreeSet<AccountId>>,
    /// Accounts that the answers in a folder are about, by folder.
    accounts: BTreeMap<String, BTreeSet<AccountId>>,
}

impl Folders {
    /// The file at `path` holds what `sts get-caller-identity` answered.
    pub(super) fn caller(&mut self, path: &str, id: AccountId) {
        self.callers.entry(folder(path).to_owned()).or_default().insert(id.clone());
        self.seen(path, id);
    }

    /// The file at `path` is about an account.
    pub(super) fn seen(&mut self, path: &str, id: AccountId) {
        self.accounts.entry(folder(path).to_owned()).or_default().insert(id);
    }

    /// All callers.
    pub(super) fn callers(&self) -> impl Iterator<Item = &AccountId> {
        self.callers.values().flatten()
    }

    /// The account of a file that does not say itself.
    pub(super) fn resolve(&self, path: &str) -> AccountId {
        self.caller_above(path)
            .or_else(|| self.in_path(path))
            .or_else(|| self.alone_near(path))
            .or_else(|| only(&self.all()))
            .unwrap_or_else(|| AccountId::from(AccountId::UNKNOWN))
    }

    fn caller_above(&self, path: &str) -> Option<AccountId> {
        folders_up(path).find_map(|folder| only(self.callers.get(folder)?))
    }

    /// A component that is an account's 12 digits, or that holds those of a known account.
    fn in_path(&self, path: &str) -> Option<AccountId> {
        let known = self.all();
        let holds = |component: &str| {
            let mut runs = component.split(|c: char| !c.is_ascii_digit());
            runs.find_map(|run| known.get(&AccountId::from(run)).cloned())
        };
        std::iter::once(stem(path)).chain(folder(path).rsplit('/')).find_map(|component| {
            if is_account_id(component) {
                Some(AccountId::from(component))
            } else {
                holds(component)
            }
        })
    }

    /// The only account in the nearest folder in which there is any: in its own files, or, if
    /// those say nothing, in the folders below.
    fn alone_near(&self, path: &str) -> Option<AccountId> {
        let found = folders_up(path).find_map(|folder| {
            let own = self.accounts.get(folder).cloned();
            own.or_else(|| Some(self.below(folder)).filter(|ids| !ids.is_empty()))
        })?;
        only(&found)
    }

    fn below(&self, folder: &str) -> BTreeSet<AccountId> {
        let is_below = |other: &str| {
            folder.is_empty()
                || other.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        let below = self.accounts.iter().filter(|(other, _)| is_below(other));
        below.flat_map(|(_, ids)| ids.iter().cloned()).collect()
    }

    fn all(&self) -> BTreeSet<AccountId> {
        self.accounts.values().flatten().cloned().collect()
    }
}

/// The folder of a file, the folder above it, and so on to the topmost.
fn folders_up(path: &str) -> impl Iterator<Item = &str> {
    let first = Some(folder(path));
    std::iter::successors(first, |&below| (!below.is_empty()).then(|| folder(below)))
}

fn only(ids: &BTreeSet<AccountId>) -> Option<AccountId> {
    if ids.len() == 1 { ids.first().cloned() } else { None }
}

#[cfg(test)]
mod tests {
    use super::{region_in_path, region_of_zone};

    #[track_caller]
    fn check(path: &str, region: Option<&str>) {
        assert_eq!(region_in_path(path), region, "{path}");
    }

    #[test]
    fn a_path_may_name_a_region() {
        check("111122223333/us-east-1/instances.json", Some("us-east-1"));
        check("describe-instances-eu-west-2.json", Some("eu-west-2"));
        check("us-gov-west-1.json", Some("us-gov-west-1"));
        check("us-east-1/eu-north-1/x.json", Some("eu-north-1"));
        check("us-east-1a/x.json", None);
        check("bus-east-1/x.json", None);
        check("list-east-1.json", None);
        check("iam/gaad.json", None);
    }

    #[test]
    fn a_zone_belongs_to_a_region() {
        assert_eq!(region_of_zone("us-east-2a"), Some("us-east-2"));
        assert_eq!(region_of_zone("us-west-2-lax-1a"), Some("us-west-2"));
        assert_eq!(region_of_zone("us-east-1-wl1-bos-wlz-1"), Some("us-east-1"));
        assert_eq!(region_of_zone("somewhere"), None);
    }
}
