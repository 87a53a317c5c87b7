use keyward_snapshot::{Call, Trail};

use super::trails;
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "logging-without-validation",
    docs: crate::docs! {
        /// # Trail without log file validation
        ///
        /// CloudTrail writes no digests of the log files that a trail delivers.
        ///
        /// ## Why it matters
        ///
        /// A digest is signed by AWS and names the hash of every log file of the hour and of the
        /// digest before it. Without digests, whoever can write to the bucket can take an hour out
        /// of the record or change a line in it, and nothing shows it. The record then proves
        /// little, least of all against an administrator.
        ///
        /// ## What is checked
        ///
        /// `LogFileValidationEnabled` of every trail that the account owns. A trail of the
        /// organization that another account owns is answered for there; only if that account is
        /// not in the snapshot, the members that see the trail answer. Where the trails were not
        /// read, the answer is cannot-tell.
        ///
        /// ## Fix
        ///
        /// `aws cloudtrail update-trail --name <trail's ARN> --enable-log-file-validation`, in the
        /// account that owns the trail. Then check now and then with
        /// `aws cloudtrail validate-logs --trail-arn … --start-time …`.
        ///
        /// ## Fix safety
        ///
        /// Nothing is disrupted: an hourly digest file is added to the bucket. Files that were
        /// delivered before stay without a digest. `--no-enable-log-file-validation` undoes it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"trailList": [{
        ///   "Name": "all-regions",
        ///   "TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all-regions",
        ///   "HomeRegion": "eu-west-1",
        ///   "IsMultiRegionTrail": true,
        ///   "IsOrganizationTrail": false,
        ///   "LogFileValidationEnabled": false
        /// }]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"trailList": [{
        ///   "Name": "all-regions",
        ///   "TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all-regions",
        ///   "HomeRegion": "eu-west-1",
        ///   "IsMultiRegionTrail": true,
        ///   "IsOrganizationTrail": false,
        ///   "LogFileValidationEnabled": true
        /// }]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html>
        /// - <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html>
    },
    severity: Severity::Medium,
    needs: &[Call::DescribeTrails],
    refines: &[],
    watch: &["cloudtrail:CreateTrail", "cloudtrail:UpdateTrail"],
    preventable: &["cloudtrail:UpdateTrail"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    trails::each(view, answer)
}

fn answer(trail: &Trail) -> Answer {
    let subject = trails::subject(trail);
    let answer = if trail.validation {
        Answer::sound(subject, format!("Log files of trail `{}` are validated", trail.name))
    } else {
        Answer::weak(subject, format!("Log files of trail `{}` are not validated", trail.name))
    };
    answer.evidence("LogFileValidationEnabled", trail.validation)
}
