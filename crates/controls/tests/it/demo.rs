//! The demo organization: every control has something to find in it and something to approve of,
//! and what a control says it needs is what it needs.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use keyward_controls::{Control, Finding, Settings, State, about_account, about_organization, all};
use keyward_snapshot::import::Import;
use keyward_snapshot::{Call, Snapshot};
use keyward_testing::{take_away, taken_at};

static ESTATE: LazyLock<Snapshot> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/demo/organization");
    let mut import = Import::new(taken_at());
    for path in files_below(&folder) {
        let name: Vec<_> =
            path.strip_prefix(&folder).unwrap().iter().map(|part| part.to_str().unwrap()).collect();
        import.read(&name.join("/"), File::open(&path).unwrap()).unwrap();
    }
    import.finish().unwrap()
});

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] })
        .collect();
    files.sort();
    files
}

fn findings(control: &'static Control, snapshot: &Snapshot) -> Vec<Finding> {
    let settings = Settings::default();
    let mut found = about_organization(&snapshot.head, &settings, [&control]);
    for account in &snapshot.accounts {
        found.extend(about_account(&snapshot.head, account, &settings, [&control]));
    }
    found
}

/// What one organization can't show beside its opposite.
const EXCLUDED: &[(&str, State)] = &[
    ("logging-no-organization-trail", State::Sound),
    ("organization-missing", State::Weak),
    ("organization-not-all-features", State::Weak),
    ("sso-not-enabled", State::Weak),
    ("sso-without-identity-provider", State::Sound),
];

#[test]
fn it_is_four_accounts_of_which_everything_was_read() {
    assert_eq!(ESTATE.accounts.len(), 4);
    let open = all().flat_map(|control| findings(control, &ESTATE)).filter(|it| it.gap.is_some());
    let open: Vec<String> = open.map(|it| format!("{}: {}", it.control.id, it.title)).collect();
    assert_eq!(open, [""; 0]);
}

#[test]
fn every_control_finds_something_weak_and_something_sound() {
    let mut missing = Vec::new();
    for control in all() {
        let found = findings(control, &ESTATE);
        for state in [State::Weak, State::Sound] {
            let shows = found.iter().any(|finding| finding.state == state);
            let excluded = EXCLUDED.contains(&(control.id, state));
            if shows == excluded {
                missing.push(format!("{}: {state}, shown: {shows}", control.id));
            }
        }
    }
    assert_eq!(missing, [""; 0]);
}

#[test]
fn ids_of_findings_are_unique() {
    let mut seen = BTreeMap::new();
    for finding in all().flat_map(|control| findings(control, &ESTATE)) {
        let about = format!("{} about {}", finding.control.id, finding.resource);
        if let Some(other) = seen.insert(finding.id, about.clone()) {
            panic!("{about} has the id of {other}");
        }
    }
}

/// Which states there are, about what. Ids do not serve: those of findings about the organization
/// hold the management account, which a call may be taken away that tells it.
fn states(found: &[Finding]) -> Vec<(&str, Option<&str>, State)> {
    let mut states: Vec<_> =
        found.iter().map(|it| (it.resource.as_str(), it.region.as_deref(), it.state)).collect();
    states.sort_unstable();
    states
}

fn without(call: Call) -> Snapshot {
    let mut snapshot = ESTATE.clone();
    take_away(&mut snapshot, call);
    snapshot
}

/// What every control says when everything was read.
static BEFORE: LazyLock<Vec<(&'static Control, Vec<Finding>)>> =
    LazyLock::new(|| all().map(|control| (control, findings(control, &ESTATE))).collect());

#[test]
fn a_call_that_a_control_does_not_need_changes_no_state() {
    let mut broken = Vec::new();
    for call in Call::ALL {
        let snapshot = without(*call);
        for (control, before) in BEFORE.iter().filter(|(it, _)| !it.needs.contains(call)) {
            if states(before) != states(&findings(control, &snapshot)) {
                let kind = if control.refines.contains(call) { "refines" } else { "no need" };
                broken.push(format!("{} without {call} ({kind})", control.id));
            }
        }
    }
    assert_eq!(broken, [""; 0]);
}

#[test]
fn without_a_call_that_a_control_needs_nothing_is_sound() {
    let mut broken = Vec::new();
    for call in Call::ALL {
        let snapshot = without(*call);
        for (control, before) in BEFORE.iter().filter(|(it, _)| it.needs.contains(call)) {
            let after = Without { call: *call, before, after: findings(control, &snapshot) };
            let faults = after.faults(decides_for_some_only(control, *call));
            broken.extend(faults.map(|it| format!("{} without {call}: {it}", control.id)));
        }
    }
    assert_eq!(broken, [""; 0]);
}

/// What some resources are sound without, because it could not make them weak.
const DECIDES_FOR_SOME: &[(&[&str], &[Call])] = &[
    // Two lists: each is answered for by itself.
    (&["privilege-administrator-compute"], &[Call::DescribeInstances, Call::ListFunctions]),
    // Groups whose rules name no prefix list.
    (&["instances-rdp-open", "instances-ssh-open"], &[Call::GetManagedPrefixListEntries]),
    // A role that has the permissions needs no default ones.
    (&["instances-without-session-permissions"], &[Call::DescribeInstanceInformation]),
    // What was asked for by name stands without the list of names.
    (&["secrets-in-task-definitions"], &[Call::ListTaskDefinitionFamilies]),
    (&["secrets-in-build-projects"], &[Call::ListProjects]),
    // An encrypted parameter needs no look at its value, a value that was read no list.
    (&["secrets-in-plain-parameters"], &[Call::DescribeParameters, Call::GetParameters]),
    // Instances and launch templates are answered for by themselves.
    (
        &["secrets-in-user-data"],
        &[
            Call::DescribeInstances,
            Call::DescribeInstanceAttribute,
            Call::DescribeLaunchTemplateVersions,
        ],
    ),
    // Two ways: what an alarm reports needs no rule, and the reverse.
    (&["monitoring-changes-without-alarm", "root-use-without-alarm"], &[Call::DescribeRegions]),
    (
        &[
            "monitoring-changes-without-alarm",
            "root-use-without-alarm",
            "secrets-use-without-alarm",
        ],
        &[
            Call::DescribeMetricFilters,
            Call::DescribeAlarms,
            Call::ListRules,
            Call::ListTargetsByRule,
        ],
    ),
    // A secret without a resource policy is shared with nobody, whoever the organization is.
    (&["secrets-shared-outside"], &[Call::DescribeOrganization, Call::ListAccounts]),
    // Either of the two is enough.
    (&["monitoring-security-hub-off"], &[Call::DescribeHub, Call::DescribeSecurityHubV2]),
    // An analyzer of the account's own is enough, whatever the organization has.
    (
        &["monitoring-external-access-unanalyzed", "monitoring-unused-access-unanalyzed"],
        &[Call::DescribeOrganization, Call::ListAccounts],
    ),
    // And it may be in any region.
    (&["monitoring-unused-access-unanalyzed"], &[Call::DescribeRegions]),
];

fn decides_for_some_only(control: &Control, call: Call) -> bool {
    let mut rows = DECIDES_FOR_SOME.iter();
    rows.any(|(controls, calls)| controls.contains(&control.id) && calls.contains(&call))
}

/// What one control says without a call, beside what it said with it.
struct Without<'a> {
    call: Call,
    before: &'a [Finding],
    after: Vec<Finding>,
}

impl Without<'_> {
    fn faults(&self, some_stay_sound: bool) -> impl Iterator<Item = String> {
        let certain = |state| self.after.iter().filter(move |it| it.state == state);
        let is_new = |it: &&Finding| self.was(it) != Some(it.state);
        let sound = certain(State::Sound).filter(|it| is_new(it) || !some_stay_sound);
        let none_stays = some_stay_sound && certain(State::Sound).count() == 0;
        let unlike_others = self.before.iter().filter(|_| none_stays);
        let silent = self.before.iter().filter(|it| !self.is_covered(it));
        let unsaid = self.before.iter().filter(|it| it.state == State::Sound);
        [
            summary("weak now", certain(State::Weak).filter(is_new)),
            summary("still sound", sound),
            summary("may stay sound, and none does", unlike_others),
            summary("no longer spoken of", silent),
            summary("sound, and the gap is not named", unsaid.filter(|_| self.open().count() == 0)),
        ]
        .into_iter()
        .flatten()
    }

    fn was(&self, finding: &Finding) -> Option<State> {
        self.before.iter().find(|it| it.id == finding.id).map(|it| it.state)
    }

    /// What nobody can tell for want of the call.
    fn open(&self) -> impl Iterator<Item = &Finding> {
        let open = self.after.iter().filter(|it| it.state == State::CannotTell);
        open.filter(|it| it.gap.as_ref().is_some_and(|gap| gap.call == self.call))
    }

    /// Whether something is said of the resource still, or of the list that it stood in.
    fn is_covered(&self, finding: &Finding) -> bool {
        let is_list = |it: &Finding| {
            let near = it.account == finding.account || self.call == Call::DescribeOrganization;
            near && self.was(it).is_none()
        };
        self.after.iter().any(|it| it.id == finding.id) || self.open().any(is_list)
    }
}

/// How many findings there are of a kind, and the first of them.
fn summary<'a>(kind: &str, findings: impl Iterator<Item = &'a Finding>) -> Option<String> {
    let resources: Vec<&str> = findings.map(|it| it.resource.as_str()).collect();
    let first = resources.first()?;
    Some(format!("{} {kind}, such as {first}", resources.len()))
}
