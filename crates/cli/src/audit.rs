//! An audit: what the controls say about an estate, as far as it is to be shown.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use keyward_controls::{
    Control, Finding, Settings, Severity, State, about_account, about_organization,
};
use keyward_snapshot::{AccountId, Call, Gap, Head, Known, Membership, Reason};

use crate::estate::Estate;
use crate::problem::Problem;
use crate::talk::Talk;

/// What is asked, and how much of the answer is shown.
#[derive(Debug)]
pub(crate) struct Question {
    /// The controls to ask.
    pub(crate) controls: Vec<&'static Control>,
    /// Findings below this severity are only counted.
    pub(crate) severity_min: Severity,
    /// Whether sound and excepted findings are shown too.
    pub(crate) all: bool,
}

/// The answer.
#[derive(Debug)]
pub(crate) struct Audit {
    /// The time of the estate.
    pub(crate) taken_at: Timestamp,
    /// The accounts that were audited, sorted.
    pub(crate) accounts: Vec<AccountId>,
    /// Their names, where the organization tells.
    pub(crate) names: BTreeMap<AccountId, String>,
    /// The organization's active accounts of which nothing was read, sorted.
    pub(crate) unread: Vec<AccountId>,
    /// What could not be read, and where.
    pub(crate) gaps: BTreeSet<(Option<AccountId>, Gap)>,
    /// The calls whose answers are missing, and the controls that wait for them.
    pub(crate) waiting: BTreeMap<(Call, Reason), Waiting>,
    /// How many findings there are, shown or not, by account.
    pub(crate) tallies: BTreeMap<Option<AccountId>, Tally>,
    /// How many weak findings each control has, shown or not, with the worst severity.
    pub(crate) weak: BTreeMap<&'static str, (Severity, usize)>,
    /// What is shown: worst first, then by account, control, region, resource and id.
    pub(crate) findings: Vec<Finding>,
    /// How many findings are not shown because they are not severe enough.
    pub(crate) less_severe: usize,
}

/// What waits for a call that was not answered.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    /// The ids of the controls.
    pub(crate) controls: BTreeSet<&'static str>,
    /// Where.
    pub(crate) accounts: BTreeSet<Option<AccountId>>,
    /// In which regions, as far as they are known.
    pub(crate) regions: BTreeSet<String>,
    /// What about, where the call was answered about other things.
    pub(crate) about: BTreeSet<String>,
    /// Whether the call was not answered at all somewhere.
    pub(crate) is_whole: bool,
}

/// Counts of findings.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    weak: [usize; Severity::ALL.len()],
    /// What can't be told.
    pub(crate) cannot_tell: usize,
    /// What is sound.
    pub(crate) sound: usize,
    /// What a person accepted.
    pub(crate) excepted: usize,
}

/// Audits account by account, with one of them in memory.
pub(crate) fn audit(
    estate: Estate,
    question: &Question,
    settings: &Settings,
    talk: Talk,
) -> Result<Audit, Problem> {
    let (head, accounts) = estate.into_parts();
    let mut audit = Audit::begin(&head);
    audit.note(question, None, &head.gaps());
    audit.take(question, about_organization(&head, settings, &question.controls));
    let mut progress = talk.progress("accounts audited", head.accounts.len());
    for account in accounts {
        let account = account?;
        audit.tallies.entry(Some(account.id.clone())).or_default();
        audit.note(question, Some(&account.id), &account.gaps());
        audit.take(question, about_account(&head, &account, settings, &question.controls));
        progress.advance();
    }
    audit.findings.sort_by_cached_key(|it| {
        let place = (it.account.clone(), it.control.id, it.region.clone(), it.resource.clone());
        (Reverse(it.severity), place, it.id.clone())
    });
    Ok(audit)
}

impl Audit {
    fn begin(head: &Head) -> Self {
        let members = match &head.organization {
            Known::Value(Membership::Member(organization)) => {
                organization.accounts.items.as_slice()
            }
            Known::Value(Membership::None) | Known::Gap(_) => &[],
        };
        let names = members.iter().map(|member| (member.id.clone(), member.name.clone())).collect();
        let mut unread: Vec<AccountId> = members
            .iter()
            .filter(|member| member.active && !head.accounts.contains(&member.id))
            .map(|member| member.id.clone())
            .collect();
        unread.sort();
        let gap = Gap::not_collected(Call::GetAccountAuthorizationDetails);
        let gaps = unread.iter().map(|account| (Some(account.clone()), gap.clone())).collect();
        Self {
            taken_at: head.taken_at,
            accounts: head.accounts.clone(),
            names,
            unread,
            gaps,
            waiting: BTreeMap::new(),
            tallies: BTreeMap::new(),
            weak: BTreeMap::new(),
            findings: Vec::new(),
            less_severe: 0,
        }
    }

    fn take(&mut self, question: &Question, findings: Vec<Finding>) {
        for finding in findings {
            self.count(&finding);
            let is_listed =
                question.all || matches!(finding.state, State::Weak | State::CannotTell);
            if is_listed && finding.severity < question.severity_min {
                self.less_severe += 1;
            } else if is_listed {
                self.findings.push(finding);
            }
        }
    }

    /// Takes note of what was asked for and not answered, even where no control waits for it: what
    /// was found may be less than there is.
    fn note(&mut self, question: &Question, account: Option<&AccountId>, gaps: &[&Gap]) {
        let is_everything_asked = question.controls.len() == keyward_controls::all().count();
        let is_read = |call: &Call| {
            let mut controls = question.controls.iter();
            is_everything_asked
                || *call == Call::AssumeRole
                || controls.any(|it| it.needs.contains(call) || it.refines.contains(call))
        };
        for gap in gaps.iter().filter(|gap| gap.reason != Reason::NotCollected) {
            if is_read(&gap.call) {
                self.miss(account, gap);
            }
        }
    }

    fn miss(&mut self, account: Option<&AccountId>, gap: &Gap) -> &mut Waiting {
        self.gaps.insert((account.cloned(), gap.clone()));
        let waiting = self.waiting.entry((gap.call, gap.reason.clone())).or_default();
        waiting.accounts.insert(account.cloned());
        waiting.regions.extend(gap.region.clone());
        waiting.about.extend(gap.about.clone());
        waiting.is_whole |= gap.about.is_none();
        waiting
    }

    fn count(&mut self, finding: &Finding) {
        self.tallies.entry(finding.account.clone()).or_default().count(finding);
        if finding.state == State::Weak {
            let (worst, count) =
                self.weak.entry(finding.control.id).or_insert((finding.severity, 0));
            *worst = finding.severity.max(*worst);
            *count += 1;
        }
        if let Some(gap) = &finding.gap {
            let waiting = self.miss(finding.account.as_ref(), gap);
            waiting.controls.insert(finding.control.id);
        }
    }

    /// The counts of all accounts together.
    pub(crate) fn total(&self) -> Tally {
        let mut total = Tally::default();
        for tally in self.tallies.values() {
            total.add(*tally);
        }
        total
    }
}

impl Tally {
    fn count(&mut self, finding: &Finding) {
        match finding.state {
            State::Weak => {
                let severities = Severity::ALL.iter().zip(&mut self.weak);
                for (_, count) in severities.filter(|(it, _)| **it == finding.severity) {
                    *count += 1;
                }
            }
            State::CannotTell => self.cannot_tell += 1,
            State::Excepted => self.excepted += 1,
            State::Sound => self.sound += 1,
        }
    }

    fn add(&mut self, other: Self) {
        for (sum, count) in self.weak.iter_mut().zip(other.weak) {
            *sum += count;
        }
        self.cannot_tell += other.cannot_tell;
        self.excepted += other.excepted;
        self.sound += other.sound;
    }

    /// How many weak findings there are of each severity, the worst first.
    pub(crate) fn by_severity(self) -> impl Iterator<Item = (Severity, usize)> {
        Severity::ALL.into_iter().zip(self.weak)
    }

    /// How many weak findings there are at `level` or above.
    pub(crate) fn weak_at_least(self, level: Severity) -> usize {
        self.by_severity().filter(|(it, _)| *it >= level).map(|(_, count)| count).sum()
    }

    /// How many weak findings there are.
    pub(crate) fn weak(self) -> usize {
        self.weak.iter().sum()
    }
}
