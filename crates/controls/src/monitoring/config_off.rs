use std::collections::BTreeSet;

use keyward_snapshot::{Call, Gap, RecordedTypes};

use super::regions::{Regions, absent, list};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "monitoring-config-off",
    docs: crate::docs! {
        /// # AWS Config off
        ///
        /// An account has regions in which AWS Config records nothing, or records IAM nowhere.
        ///
        /// ## Why it matters
        ///
        /// CloudTrail says which call was made; AWS Config says what a role's trust policy, a security
        /// group or a bucket looked like before and after it. Without that history nobody can say
        /// since when something was open, and no Config rule, conformance pack or check of Security
        /// Hub CSPM has anything to look at.
        ///
        /// ## What is checked
        ///
        /// 1. Every region that is enabled in the account (`ec2 describe-regions`) has a configuration
        ///    recorder that records (`recording` of `describe-configuration-recorder-status`).
        /// 2. In at least one region a recorder that is on records IAM users, groups, roles and
        ///    policies. They are the same in every region, so one is enough, and AWS Config leaves
        ///    them out unless `includeGlobalResourceTypes` is set, or the types are listed.
        ///
        /// Recorders that services make for their own use do not count. There is one answer an account,
        /// and its evidence names the regions. Which other types are recorded is not looked at, nor
        /// whether the files arrive in the bucket.
        ///
        /// A region whose recorders were not read leaves the answer open, unless AWS Config is off in
        /// another region. So do enabled regions that are not known.
        ///
        /// ## Fix
        ///
        /// For an organization: Systems Manager, **Quick Setup**, **AWS Config recording**, which
        /// covers all accounts and regions. For one account, in each region:
        ///
        /// ```text
        /// aws configservice put-configuration-recorder --region … \
        ///   --configuration-recorder name=default,roleARN=… \
        ///   --recording-group allSupported=true,includeGlobalResourceTypes=…
        /// aws configservice put-delivery-channel --region … \
        ///   --delivery-channel name=default,s3BucketName=…
        /// aws configservice start-configuration-recorder --region … --configuration-recorder-name default
        /// ```
        ///
        /// `includeGlobalResourceTypes=true` in one region, `false` in the others, so that IAM is not
        /// recorded, and paid for, many times.
        ///
        /// ## Fix safety
        ///
        /// Nothing is disrupted. AWS Config costs money for each change that it records; where
        /// resources come and go all day, begin with the frequency `DAILY`, or exclude types.
        /// `stop-configuration-recorder` undoes it and keeps the history.
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
        /// ```json eu-west-1/recorders.json
        /// {"ConfigurationRecorders": [{
        ///   "name": "default",
        ///   "roleARN": "arn:aws:iam::111122223333:role/config",
        ///   "recordingGroup": {"allSupported": true, "includeGlobalResourceTypes": true, "resourceTypes": []}
        /// }]}
        /// {"ConfigurationRecordersStatus": [{"name": "default", "recording": true, "lastStatus": "SUCCESS"}]}
        /// ```
        ///
        /// ```json us-east-1/recorders.json
        /// {"ConfigurationRecorders": []}
        /// {"ConfigurationRecordersStatus": []}
        /// ```
        ///
        /// ## Weak: IAM is not recorded
        ///
        /// ```json
        /// {"Regions": [
        ///   {"RegionName": "eu-west-1", "OptInStatus": "opt-in-not-required", "Endpoint": "ec2.eu-west-1.amazonaws.com"}
        /// ]}
        /// ```
        ///
        /// ```json eu-west-1/recorders.json
        /// {"ConfigurationRecorders": [{
        ///   "name": "default",
        ///   "roleARN": "arn:aws:iam::111122223333:role/config",
        ///   "recordingGroup": {"allSupported": true, "includeGlobalResourceTypes": false, "resourceTypes": []}
        /// }]}
        /// {"ConfigurationRecordersStatus": [{"name": "default", "recording": true, "lastStatus": "SUCCESS"}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Regions": [
        ///   {"RegionName": "eu-west-1", "OptInStatus": "opt-in-not-required", "Endpoint": "ec2.eu-west-1.amazonaws.com"},
        ///   {"RegionName": "us-east-1", "OptInStatus": "opt-in-not-required", "Endpoint": "ec2.us-east-1.amazonaws.com"}
        /// ]}
        /// ```
        ///
        /// ```json eu-west-1/recorders.json
        /// {"ConfigurationRecorders": [{
        ///   "name": "default",
        ///   "roleARN": "arn:aws:iam::111122223333:role/config",
        ///   "recordingGroup": {"allSupported": true, "includeGlobalResourceTypes": true, "resourceTypes": []}
        /// }]}
        /// {"ConfigurationRecordersStatus": [{"name": "default", "recording": true, "lastStatus": "SUCCESS"}]}
        /// ```
        ///
        /// ```json us-east-1/recorders.json
        /// {"ConfigurationRecorders": [{
        ///   "name": "default",
        ///   "roleARN": "arn:aws:iam::111122223333:role/config",
        ///   "recordingGroup": {"allSupported": true, "includeGlobalResourceTypes": false, "resourceTypes": []}
        /// }]}
        /// {"ConfigurationRecordersStatus": [{"name": "default", "recording": true, "lastStatus": "SUCCESS"}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/config/latest/developerguide/select-resources.html>
        /// - <https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html>
        /// - <https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeConfigurationRecorderStatus.html>
    },
    severity: Severity::Medium,
    needs: &[
        Call::DescribeRegions,
        Call::DescribeConfigurationRecorders,
        Call::DescribeConfigurationRecorderStatus,
    ],
    refines: &[],
    watch: &[
        "config:StopConfigurationRecorder",
        "config:DeleteConfigurationRecorder",
        "config:PutConfigurationRecorder",
        "config:DeleteDeliveryChannel",
        "account:EnableRegion",
    ],
    preventable: &[
        "config:StopConfigurationRecorder",
        "config:DeleteConfigurationRecorder",
        "config:DeleteDeliveryChannel",
    ],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    let regions = Regions::of(view, |region| records(view, region));
    let iam = regions_with_iam(view, &regions);
    let answer = if !regions.off.is_empty() || regions.gap().is_some() {
        regions.answer(view, "AWS Config")
    } else if !iam.is_empty() {
        let answer = regions.answer(view, "AWS Config");
        answer.evidence("IAM recorded in", list(&iam))
    } else {
        match view.account.configuration_recorders.whole() {
            Ok(_) => regions.evidence(
                Answer::weak(view.subject(), "AWS Config records IAM in no region")
                    .evidence("IAM recorded in", "no region"),
            ),
            Err(gap) => Answer::cannot_tell(view.subject(), gap),
        }
    };
    vec![answer]
}

/// Whether the account's own recorder of `region` records.
fn records(view: &View<'_>, region: &str) -> Result<bool, Gap> {
    let statuses = &view.account.recorder_statuses;
    let mut here = statuses.iter().filter(|it| it.region == region && it.service.is_none());
    if here.any(|status| status.recording) {
        return Ok(true);
    }
    let call = Call::DescribeConfigurationRecorderStatus;
    absent(statuses, call, region, |it| &it.region).map(|()| false)
}

/// The regions in which a recorder that is on records IAM.
fn regions_with_iam<'a>(view: &View<'a>, regions: &Regions<'a>) -> Vec<&'a str> {
    let recorders = view.account.configuration_recorders.iter();
    let own = recorders.filter(|it| it.service.is_none() && includes_iam(&it.records));
    let found: BTreeSet<&str> = own.map(|recorder| recorder.region.as_str()).collect();
    regions.on.iter().copied().filter(|region| found.contains(region)).collect()
}

fn includes_iam(types: &RecordedTypes) -> bool {
    const IAM: [&str; 4] =
        ["AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::Policy"];
    let names = |list: &[String], name: &str| list.iter().any(|it| it == name);
    match types {
        RecordedTypes::All => true,
        RecordedTypes::AllButIam => false,
        RecordedTypes::Only(list) => IAM.iter().all(|name| names(list, name)),
        RecordedTypes::AllExcept(list) => !IAM.iter().any(|name| names(list, name)),
    }
}
