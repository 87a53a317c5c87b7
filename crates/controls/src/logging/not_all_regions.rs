use keyward_snapshot::{Call, Gap};

use super::trails;
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "logging-not-all-regions",
    docs: crate::docs! {
        /// # Account without a trail for all regions
        ///
        /// No trail records the account in every region.
        ///
        /// ## Why it matters
        ///
        /// Whoever holds stolen credentials works where nobody looks. In a region without a trail,
        /// instances can be started and keys can be used, and after the 90 days of CloudTrail's
        /// event history nothing is left to say so.
        ///
        /// ## What is checked
        ///
        /// Whether the account has a trail with `IsMultiRegionTrail`; the organization's trail
        /// counts. Whether the trail records at the moment is `logging-stopped`; which events it
        /// selects is not looked at. Where the trails were not read, the answer is cannot-tell.
        ///
        /// ## Fix
        ///
        /// Best through an organization trail (`logging-no-organization-trail`). For one account:
        /// `aws cloudtrail update-trail --name … --is-multi-region-trail --include-global-service-events`,
        /// run in the trail's home region.
        ///
        /// ## Fix safety
        ///
        /// Nothing is disrupted; the bucket receives more files. Where other regions have trails of
        /// their own, the second copy of management events costs money until those are deleted.
        /// `--no-is-multi-region-trail` undoes it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"trailList": [{
        ///   "Name": "frankfurt",
        ///   "TrailARN": "arn:aws:cloudtrail:eu-central-1:111122223333:trail/frankfurt",
        ///   "HomeRegion": "eu-central-1",
        ///   "IncludeGlobalServiceEvents": true,
        ///   "IsMultiRegionTrail": false,
        ///   "IsOrganizationTrail": false,
        ///   "LogFileValidationEnabled": true
        /// }]}
        /// ```
        ///
        /// ## Weak: no trail at all
        ///
        /// ```json
        /// {"trailList": []}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"trailList": [{
        ///   "Name": "all-regions",
        ///   "TrailARN": "arn:aws:cloudtrail:eu-central-1:111122223333:trail/all-regions",
        ///   "HomeRegion": "eu-central-1",
        ///   "IncludeGlobalServiceEvents": true,
        ///   "IsMultiRegionTrail": true,
        ///   "IsOrganizationTrail": false,
        ///   "LogFileValidationEnabled": true
        /// }]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/receive-cloudtrail-log-files-from-multiple-regions.html>
        /// - <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html>
    },
    severity: Severity::High,
    needs: &[Call::DescribeTrails],
    refines: &[],
    watch: &["cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail"],
    preventable: &["cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    vec![Answer::settle(view.subject(), answer(view))]
}

fn answer<'a>(view: &View<'a>) -> Result<Answer, &'a Gap> {
    if let Some(trail) = view.account.trails.iter().find(|trail| trail.multi_region) {
        let title = format!("Trail `{}` records all regions", trail.name);
        return Ok(Answer::sound(view.subject(), title).evidence("trail", &trail.arn));
    }
    let seen = view.account.trails.whole()?;
    let title = match seen {
        [] => "No trail records the account".to_owned(),
        [only] => format!("The only trail, `{}`, records {} alone", only.name, only.home_region),
        _ => format!("None of {} trails records all regions", seen.len()),
    };
    let answer = Answer::weak(view.subject(), title).evidence("trails", seen.len());
    Ok(seen.iter().fold(answer, |answer, it| answer.evidence("trail", trails::in_words(it))))
}
