use std::collections::BTreeSet;

use keyward_snapshot::{Call, Gap};

use super::regions::{Regions, absent};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "monitoring-guardduty-off",
    docs: crate::docs! {
        /// # GuardDuty off
        ///
        /// An account has regions in which GuardDuty does not look at what happens.
        ///
        /// ## Why it matters
        ///
        /// GuardDuty reads CloudTrail, flow logs and DNS queries, and reports what stolen credentials
        /// look like in use: an instance's credentials that come from outside AWS, calls from
        /// anonymizing networks, a root user at work. A trail only keeps the record; somebody has to
        /// look at it, and that same night. Whoever has keys picks the region in which nobody looks,
        /// so a region without workloads needs a detector as well, and costs next to nothing.
        ///
        /// ## What is checked
        ///
        /// Whether every region that is enabled in the account (`ec2 describe-regions`) has a detector
        /// whose status is `ENABLED`. There is one answer an account, and the evidence names the
        /// regions. Protection plans that are off are named too, but make nothing weak.
        ///
        /// A region whose detectors were not read, or whose detector's status was not read, leaves
        /// the answer open, unless GuardDuty is off in another region. So do enabled regions that
        /// are not known.
        ///
        /// ## Fix
        ///
        /// For an organization: name an administrator account and let it enroll everybody, in each
        /// region.
        ///
        /// ```text
        /// aws guardduty enable-organization-admin-account --region … --admin-account-id …
        /// aws guardduty update-organization-configuration --region … --detector-id … \
        ///   --auto-enable-organization-members ALL
        /// ```
        ///
        /// The second line runs in the administrator account. For one account:
        /// `aws guardduty create-detector --enable --region …`, or for a suspended detector
        /// `aws guardduty update-detector --enable --region … --detector-id …`.
        ///
        /// ## Fix safety
        ///
        /// Nothing is disrupted: GuardDuty reads copies, and switches nothing on in the account. It
        /// costs money by the volume of events; the console shows an estimate in the 30 days that are
        /// free. `update-detector --no-enable` suspends it again and keeps the findings;
        /// `delete-detector` loses them.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"Regions": [
        ///   {"RegionName": "eu-west-1", "OptInStatus": "opt-in-not-required", "Endpoint": "ec2.eu-west-1.amazonaws.com"},
        ///   {"RegionName": "us-east-1", "OptInStatus": "opt-in-not-required", "Endpoint": "ec2.us-east-1.amazonaws.com"}
        /// ]}
        /// ```
        ///
        /// ```json eu-west-1/list-detectors.json
        /// {"DetectorIds": ["12abc34d567e8fa901bc2d34eexample"]}
        /// ```
        ///
        /// ```json eu-west-1/get-detector.json
        /// {"Status": "ENABLED", "FindingPublishingFrequency": "SIX_HOURS"}
        /// ```
        ///
        /// ```json us-east-1/list-detectors.json
        /// {"DetectorIds": []}
        /// ```
        ///
        /// ## Weak: suspended
        ///
        /// ```json eu-west-1/list-detectors.json
        /// {"DetectorIds": ["12abc34d567e8fa901bc2d34eexample"]}
        /// ```
        ///
        /// ```json eu-west-1/get-detector.json
        /// {"Status": "DISABLED", "FindingPublishingFrequency": "SIX_HOURS"}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Regions": [
        ///   {"RegionName": "eu-west-1", "OptInStatus": "opt-in-not-required", "Endpoint": "ec2.eu-west-1.amazonaws.com"}
        /// ]}
        /// ```
        ///
        /// ```json eu-west-1/list-detectors.json
        /// {"DetectorIds": ["12abc34d567e8fa901bc2d34eexample"]}
        /// ```
        ///
        /// ```json eu-west-1/get-detector.json
        /// {"Status": "ENABLED", "FindingPublishingFrequency": "SIX_HOURS", "Features": [
        ///   {"Name": "CLOUD_TRAIL", "Status": "ENABLED"},
        ///   {"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}
        /// ]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_settingup.html>
        /// - <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetDetector.html>
    },
    severity: Severity::High,
    needs: &[Call::DescribeRegions, Call::ListDetectors, Call::GetDetector],
    refines: &[],
    watch: &[
        "guardduty:DeleteDetector",
        "guardduty:UpdateDetector",
        "guardduty:DisassociateFromAdministratorAccount",
        "guardduty:DisassociateMembers",
        "guardduty:StopMonitoringMembers",
        "account:EnableRegion",
    ],
    preventable: &[
        "guardduty:DeleteDetector",
        "guardduty:UpdateDetector",
        "guardduty:DisassociateFromAdministratorAccount",
        "guardduty:DisassociateMembers",
        "guardduty:StopMonitoringMembers",
    ],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    let answer = Regions::of(view, |region| is_on(view, region)).answer(view, "GuardDuty");
    let off = plans_off(view);
    vec![if off.is_empty() { answer } else { answer.evidence("protection plans off", off) }]
}

fn is_on(view: &View<'_>, region: &str) -> Result<bool, Gap> {
    let detectors = &view.account.detectors;
    match detectors.iter().find(|detector| detector.region == region) {
        Some(detector) => detector.state.value().map(|state| state.enabled).map_err(Gap::clone),
        None => absent(detectors, Call::ListDetectors, region, |it| &it.region).map(|()| false),
    }
}

/// The protection plans that a detector that is on leaves off, in any region.
fn plans_off(view: &View<'_>) -> String {
    let states = view.account.detectors.iter().filter_map(|it| it.state.value().ok());
    let features = states.filter(|state| state.enabled).flat_map(|state| &state.features);
    let off = features.filter(|(_, is_on)| !is_on).map(|(name, _)| name.as_str());
    off.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}
