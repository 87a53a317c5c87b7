use keyward_snapshot::{Call, Gap, Membership, Organization, Trail};

use super::trails;
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "logging-no-organization-trail",
    docs: crate::docs! {
        /// # Organization without an organization trail
        ///
        /// No trail of CloudTrail records every account of the organization in every region.
        ///
        /// ## Why it matters
        ///
        /// Without it each account is recorded as well as its owner set it up, and an administrator
        /// of the account can switch that off before doing what should not be seen. An organization
        /// trail belongs to the management account: members see it and can't change it, and a new
        /// account is recorded from its first minute.
        ///
        /// ## What is checked
        ///
        /// Whether a trail with `IsOrganizationTrail` and `IsMultiRegionTrail` exists. There is one
        /// answer for the organization, from the trails of the management account if that is in the
        /// snapshot, else from those of the snapshot's first account: CloudTrail shows an
        /// organization's trail to every member. Whether the trail records at the moment is
        /// `logging-stopped`; which events it selects is not looked at.
        ///
        /// Accounts that belong to no organization have no answer. Where the organization or those
        /// trails were not read, it is cannot-tell.
        ///
        /// ## Fix
        ///
        /// In the management account, with a bucket of the log archive account whose policy lets
        /// CloudTrail write for the organization:
        ///
        /// ```text
        /// aws organizations enable-aws-service-access --service-principal cloudtrail.amazonaws.com
        /// aws cloudtrail create-trail --name organization --s3-bucket-name … \
        ///   --is-organization-trail --is-multi-region-trail --enable-log-file-validation
        /// aws cloudtrail start-logging --name organization
        /// ```
        ///
        /// ## Fix safety
        ///
        /// Nothing is disrupted. CloudTrail delivers one copy of management events for free; where
        /// accounts have trails of their own, the second copy costs money until those are deleted.
        /// `delete-trail` undoes it and leaves the files.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"trailList": [{
        ///   "Name": "management-events",
        ///   "TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/management-events",
        ///   "HomeRegion": "eu-west-1",
        ///   "S3BucketName": "example-trail",
        ///   "IncludeGlobalServiceEvents": true,
        ///   "IsMultiRegionTrail": true,
        ///   "IsOrganizationTrail": false,
        ///   "LogFileValidationEnabled": true
        /// }]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"trailList": [{
        ///   "Name": "organization",
        ///   "TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/organization",
        ///   "HomeRegion": "eu-west-1",
        ///   "S3BucketName": "example-organization-trail",
        ///   "IncludeGlobalServiceEvents": true,
        ///   "IsMultiRegionTrail": true,
        ///   "IsOrganizationTrail": true,
        ///   "LogFileValidationEnabled": true
        /// }]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html>
        /// - <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html>
    },
    severity: Severity::High,
    needs: &[Call::DescribeOrganization, Call::DescribeTrails],
    refines: &[],
    watch: &[
        "cloudtrail:DeleteTrail",
        "cloudtrail:UpdateTrail",
        "organizations:DisableAWSServiceAccess",
    ],
    // In a delegated administrator account; the management account no control policy binds.
    preventable: &["cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    if !answers_for_the_organization(view) {
        return Vec::new();
    }
    let subject = Subject::new(view.organization().map_or("organization", |it| it.id.as_str()));
    match view.head.organization.value() {
        Ok(Membership::None) => Vec::new(),
        Ok(Membership::Member(organization)) => {
            vec![Answer::settle(subject.clone(), answer(view, organization, subject))]
        }
        Err(gap) => vec![Answer::cannot_tell(subject, gap)],
    }
}

/// One account of the snapshot answers for all: the management account where it is there.
fn answers_for_the_organization(view: &View<'_>) -> bool {
    let accounts = &view.head.accounts;
    let management = view.organization().map(|known| &known.management_account);
    let speaker = management.filter(|id| accounts.contains(id)).or(accounts.first());
    speaker.is_none_or(|id| *id == view.account.id)
}

fn answer<'a>(
    view: &View<'a>,
    organization: &Organization,
    subject: Subject,
) -> Result<Answer, &'a Gap> {
    let records_all = |trail: &&Trail| trail.organization && trail.multi_region;
    if let Some(trail) = view.account.trails.iter().find(records_all) {
        let title = format!("Trail `{}` records the whole organization", trail.name);
        return Ok(Answer::sound(subject, title).evidence("trail", &trail.arn));
    }
    let seen = view.account.trails.whole()?;
    let title = if seen.iter().any(|trail| trail.organization) {
        "The organization's trail records one region only"
    } else {
        "No trail records the whole organization"
    };
    let from = if organization.management_account == view.account.id {
        "the management account"
    } else {
        "a member account"
    };
    let answer = Answer::weak(subject, title)
        .evidence("account asked", format!("{}, {from}", view.account.id))
        .evidence("trails", seen.len());
    Ok(seen.iter().fold(answer, |answer, it| answer.evidence("trail", trails::in_words(it))))
}
