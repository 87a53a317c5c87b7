use keyward_snapshot::{Call, Gap, Trail};

use super::trails;
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "logging-stopped",
    docs: crate::docs! {
        /// # Trail that does not record
        ///
        /// A trail of CloudTrail exists, and its logging is off.
        ///
        /// ## Why it matters
        ///
        /// Stopping the trail is the first thing that somebody does who wants to stay unseen, and
        /// in the console a stopped trail looks much like one that works. What happens while it is
        /// off is in no file, and what it recorded before is what an investigation ends with.
        ///
        /// ## What is checked
        ///
        /// `IsLogging` of `get-trail-status`, for every trail that the account owns. A trail of the
        /// organization that another account owns is answered for there; only if that account is
        /// not in the snapshot, the members that see the trail answer. A trail whose status was not
        /// read is cannot-tell. Which events it selects, and whether its files arrive in the bucket,
        /// is not looked at.
        ///
        /// ## Fix
        ///
        /// 1. Find out who stopped it: `aws cloudtrail lookup-events --lookup-attributes
        ///    AttributeKey=EventName,AttributeValue=StopLogging` in the trail's home region. If
        ///    nobody knows of it, treat the account as broken into.
        /// 2. `aws cloudtrail start-logging --name <trail's ARN>`.
        /// 3. A trail that is not needed any more: delete it, so that it does not pass for one that
        ///    works.
        ///
        /// ## Fix safety
        ///
        /// Nothing is disrupted. `stop-logging` undoes it.
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
        ///   "LogFileValidationEnabled": true
        /// }]}
        /// ```
        ///
        /// ```json get-trail-status/all-regions.json
        /// {"IsLogging": false, "StopLoggingTime": "2026-11-01T10:20:00+00:00"}
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
        /// ```json get-trail-status/all-regions.json
        /// {"IsLogging": true, "StartLoggingTime": "2024-02-01T10:20:00+00:00"}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html>
        /// - <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-turning-off-logging.html>
    },
    severity: Severity::Critical,
    needs: &[Call::DescribeTrails, Call::GetTrailStatus],
    refines: &[],
    // A trail that is made through the API does not record until it is started.
    watch: &["cloudtrail:CreateTrail", "cloudtrail:StopLogging"],
    preventable: &["cloudtrail:StopLogging"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    trails::each(view, |trail| Answer::settle(trails::subject(trail), answer(trail)))
}

fn answer(trail: &Trail) -> Result<Answer, &Gap> {
    let logging = *trail.logging.value()?;
    let subject = trails::subject(trail);
    let answer = if logging {
        Answer::sound(subject, format!("Trail `{}` records", trail.name))
    } else {
        Answer::weak(subject, format!("Trail `{}` does not record", trail.name))
    };
    Ok(answer.evidence("IsLogging", logging).evidence("trail", trails::in_words(trail)))
}
