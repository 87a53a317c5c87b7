//! Findings: what the controls say, with the identity by which a finding is followed over time.

use keyward_snapshot::{Account, AccountId, Gap, Head};
use sha2::{Digest, Sha256};

use crate::{Answer, Control, Evidence, Find, Overview, Settings, Severity, State, View};

/// A control's answer about one resource.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The same for the same control, account, region, resource and part, on every machine and in
    /// every run.
    pub id: String,
    /// The control.
    pub control: &'static Control,
    /// Weak, sound, excepted, or unknown.
    pub state: State,
    /// How bad it is.
    pub severity: Severity,
    /// The account; none where the organization's management account is not known.
    pub account: Option<AccountId>,
    /// The region.
    pub region: Option<String>,
    /// The resource's ARN or id.
    pub resource: String,
    /// What is the case, in one line.
    pub title: String,
    /// What the answer rests on.
    pub evidence: Vec<Evidence>,
    /// What could not be read, where that is why nobody can tell.
    pub gap: Option<Gap>,
}

/// What `controls` say about the organization as a whole.
pub fn about_organization<'c>(
    head: &Head,
    settings: &Settings,
    controls: impl IntoIterator<Item = &'c &'static Control>,
) -> Vec<Finding> {
    let overview = Overview { head, settings };
    let account = overview.organization().map(|known| &known.management_account);
    let mut findings = Vec::new();
    for control in controls {
        if let Find::Organization(find) = control.find {
            findings.extend(find(&overview).into_iter().map(|it| finding(control, account, it)));
        }
    }
    findings
}

/// What `controls` say about one account.
pub fn about_account<'c>(
    head: &Head,
    account: &Account,
    settings: &Settings,
    controls: impl IntoIterator<Item = &'c &'static Control>,
) -> Vec<Finding> {
    let view = View { head, account, settings };
    let mut findings = Vec::new();
    for control in controls {
        if let Find::Account(find) = control.find {
            let answers = find(&view).into_iter();
            findings.extend(answers.map(|it| finding(control, Some(&account.id), it)));
        }
    }
    findings
}

fn finding(control: &'static Control, account: Option<&AccountId>, answer: Answer) -> Finding {
    Finding {
        id: id(control, account, &answer),
        control,
        state: answer.state,
        severity: answer.severity.unwrap_or(control.severity),
        account: account.cloned(),
        region: answer.subject.region,
        resource: answer.subject.resource,
        title: answer.title,
        evidence: answer.evidence,
        gap: answer.gap,
    }
}

/// 16 hexadecimal digits of a SHA-256. The fields are ended by a byte that none of them can hold,
/// so that no two different sets of fields look alike.
fn id(control: &Control, account: Option<&AccountId>, answer: &Answer) -> String {
    let mut hash = Sha256::new();
    let fields = [
        Some(control.id),
        account.map(AccountId::as_str),
        answer.subject.region.as_deref(),
        Some(answer.subject.resource.as_str()),
        answer.subject.part.as_deref(),
    ];
    for field in fields {
        hash.update(field.unwrap_or_default());
        hash.update([0xff]);
    }
    let digest = hash.finalize();
    let first = digest.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    format!("{first:016x}")
}
