use keyward_snapshot::{Call, Gap, Listing, SecurityHub};

use super::regions::{Regions, absent, list};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "monitoring-security-hub-off",
    docs: crate::docs! {
        /// # Security Hub off
        ///
        /// An account has regions in which neither Security Hub nor Security Hub CSPM is on.
        ///
        /// ## Why it matters
        ///
        /// What GuardDuty, Inspector, Macie and Access Analyzer find stays in the account and the
        /// region in which it was found. Security Hub brings it to one place, and its CSPM checks the
        /// configuration of every account against AWS's best practices and CIS all the time, not only
        /// when somebody audits. A region that is not connected is a region nobody looks at.
        ///
        /// ## What is checked
        ///
        /// Whether `describe-hub` (Security Hub CSPM) or `describe-security-hub-v2` (the newer
        /// Security Hub) finds a hub in every region that is enabled in the account
        /// (`ec2 describe-regions`). AWS answers the first with `InvalidAccessException` and the
        /// second with `ResourceNotFoundException` where they are off. There is one answer an account;
        /// the evidence names the regions, and which of the two is on where. Which standards are
        /// enabled is not looked at.
        ///
        /// A region that has neither as far as was read, and in which one of the two was not read,
        /// leaves the answer open, unless both are off in another region. So do enabled regions that
        /// are not known.
        ///
        /// ## Fix
        ///
        /// For an organization: name an administrator account
        /// (`aws securityhub enable-organization-admin-account --admin-account-id …`), and in that
        /// account use central configuration: Security Hub, **Configuration**, **Start central
        /// configuration**, with a policy for all accounts and all linked regions, new ones too. For
        /// one account: `aws securityhub enable-security-hub --region …`, or
        /// `aws securityhub enable-security-hub-v2 --region …`.
        ///
        /// The checks of Security Hub CSPM need AWS Config (`monitoring-config-off`).
        ///
        /// ## Fix safety
        ///
        /// Nothing is disrupted. It costs money by the number of checks and of findings; the first 30
        /// days are free. `disable-security-hub` undoes it; AWS deletes the findings 90 days later.
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
        /// ```json
        /// {"HubArn": "arn:aws:securityhub:eu-west-1:111122223333:hub/default",
        ///  "SubscribedAt": "2024-11-19T23:15:10.046Z", "AutoEnableControls": true}
        /// ```
        ///
        /// ```text us-east-1/describe-hub.txt
        /// An error occurred (InvalidAccessException) when calling the DescribeHub operation: Account 111122223333 is not subscribed to AWS Security Hub
        /// ```
        ///
        /// ```text us-east-1/describe-security-hub-v2.txt
        /// An error occurred (ResourceNotFoundException) when calling the DescribeSecurityHubV2 operation: Account is not subscribed to HubV2
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Regions": [
        ///   {"RegionName": "eu-west-1", "OptInStatus": "opt-in-not-required", "Endpoint": "ec2.eu-west-1.amazonaws.com"},
        ///   {"RegionName": "us-east-1", "OptInStatus": "opt-in-not-required", "Endpoint": "ec2.us-east-1.amazonaws.com"}
        /// ]}
        /// {"HubArn": "arn:aws:securityhub:eu-west-1:111122223333:hub/default",
        ///  "SubscribedAt": "2024-11-19T23:15:10.046Z", "AutoEnableControls": true}
        /// {"HubV2Arn": "arn:aws:securityhub:us-east-1:111122223333:hubv2/0a1b2c3d-4e5f-6789-abcd-ef0123456789",
        ///  "SubscribedAt": "2026-01-20T09:00:00.000Z"}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-settingup.html>
        /// - <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html>
        /// - <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeSecurityHubV2.html>
    },
    severity: Severity::Medium,
    needs: &[Call::DescribeRegions, Call::DescribeHub, Call::DescribeSecurityHubV2],
    refines: &[],
    watch: &[
        "securityhub:DisableSecurityHub",
        "securityhub:DisableSecurityHubV2",
        "securityhub:DisassociateFromAdministratorAccount",
        "account:EnableRegion",
    ],
    preventable: &[
        "securityhub:DisableSecurityHub",
        "securityhub:DisableSecurityHubV2",
        "securityhub:DisassociateFromAdministratorAccount",
    ],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    let mut answer = Regions::of(view, |region| is_on(view, region)).answer(view, "Security Hub");
    let account = view.account;
    for (what, hubs) in [
        ("Security Hub CSPM in", &account.security_hubs),
        ("Security Hub in", &account.security_hubs_v2),
    ] {
        let mut regions: Vec<&str> = hubs.iter().map(|hub| hub.region.as_str()).collect();
        regions.sort_unstable();
        if !regions.is_empty() {
            answer = answer.evidence(what, list(&regions));
        }
    }
    vec![answer]
}

fn is_on(view: &View<'_>, region: &str) -> Result<bool, Gap> {
    let is_in = |hubs: &Listing<SecurityHub>| hubs.iter().any(|hub| hub.region == region);
    let (cspm, v2) = (&view.account.security_hubs, &view.account.security_hubs_v2);
    if is_in(cspm) || is_in(v2) {
        return Ok(true);
    }
    absent(cspm, Call::DescribeHub, region, |hub| &hub.region)?;
    absent(v2, Call::DescribeSecurityHubV2, region, |hub| &hub.region)?;
    Ok(false)
}
