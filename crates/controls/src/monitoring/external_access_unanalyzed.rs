use std::collections::BTreeSet;

use keyward_snapshot::{Call, Gap};

use super::analyzers::{Kinds, all_known, found};
use super::regions::Regions;
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "monitoring-external-access-unanalyzed",
    docs: crate::docs! {
        /// # Access from outside not analyzed
        ///
        /// An account has regions in which no access analyzer looks for what outsiders can reach.
        ///
        /// ## Why it matters
        ///
        /// Buckets, keys, queues, secrets, snapshots and roles carry policies of their own, and each
        /// can let somebody in from outside without a word in IAM. IAM Access Analyzer works out who
        /// can get in, for every such policy and after every change. The analysis of access from
        /// outside is free.
        ///
        /// ## What is checked
        ///
        /// Whether every region that is enabled in the account (`ec2 describe-regions`) has an
        /// analyzer of type `ACCOUNT`, or one of type `ORGANIZATION` of the account's organization,
        /// whose status is `ACTIVE`. An analyzer sees its own region only. There is one answer an
        /// account; the evidence names the regions and the analyzers.
        ///
        /// The organization's analyzers belong to the management account or a delegated administrator,
        /// and no other account sees them. So where an account has none of its own, the answer is
        /// open as long as an account of the organization is missing in the snapshot, or its regions or
        /// analyzers were not read. It is open too where the organization, or which regions are
        /// enabled, is not known.
        ///
        /// ## Fix
        ///
        /// For an organization: register a delegated administrator, and in that account create an
        /// analyzer in each region.
        ///
        /// ```text
        /// aws organizations register-delegated-administrator \
        ///   --service-principal access-analyzer.amazonaws.com --account-id …
        /// aws accessanalyzer create-analyzer --region … --analyzer-name organization --type ORGANIZATION
        /// ```
        ///
        /// For one account: `aws accessanalyzer create-analyzer --region … --analyzer-name account --type ACCOUNT`.
        ///
        /// ## Fix safety
        ///
        /// Nothing is disrupted; the analyzer reads policies through a service-linked role. The first
        /// findings are many: archive what is intended by a rule. `delete-analyzer` undoes it, and
        /// loses the findings.
        ///
        /// ## Weak
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"Regions": [
        ///   {"RegionName": "eu-west-1", "OptInStatus": "opt-in-not-required", "Endpoint": "ec2.eu-west-1.amazonaws.com"},
        ///   {"RegionName": "us-east-1", "OptInStatus": "opt-in-not-required", "Endpoint": "ec2.us-east-1.amazonaws.com"}
        /// ]}
        /// ```
        ///
        /// ```json eu-west-1/list-analyzers.json
        /// {"analyzers": [{
        ///   "arn": "arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/account",
        ///   "name": "account", "type": "ACCOUNT", "status": "ACTIVE"
        /// }]}
        /// ```
        ///
        /// ```json us-east-1/list-analyzers.json
        /// {"analyzers": []}
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
        /// ```json eu-west-1/list-analyzers.json
        /// {"analyzers": [{
        ///   "arn": "arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/account",
        ///   "name": "account", "type": "ACCOUNT", "status": "ACTIVE"
        /// }]}
        /// ```
        ///
        /// ## Sound: an analyzer of the organization
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"Regions": [
        ///   {"RegionName": "eu-west-1", "OptInStatus": "opt-in-not-required", "Endpoint": "ec2.eu-west-1.amazonaws.com"}
        /// ]}
        /// ```
        ///
        /// ```json eu-west-1/list-analyzers.json
        /// {"analyzers": [{
        ///   "arn": "arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/organization",
        ///   "name": "organization", "type": "ORGANIZATION", "status": "ACTIVE"
        /// }]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-create-external.html>
        /// - <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListAnalyzers.html>
    },
    severity: Severity::Medium,
    needs: &[
        Call::DescribeRegions,
        Call::ListAnalyzers,
        Call::DescribeOrganization,
        Call::ListAccounts,
    ],
    refines: &[],
    watch: &[
        "access-analyzer:DeleteAnalyzer",
        "organizations:DeregisterDelegatedAdministrator",
        "organizations:DisableAWSServiceAccess",
        "account:EnableRegion",
    ],
    preventable: &["access-analyzer:DeleteAnalyzer"],
    find: Find::Account(find),
    prevent: None,
};

const EXTERNAL: Kinds = Kinds { account: "ACCOUNT", organization: "ORGANIZATION" };

fn find(view: &View<'_>) -> Vec<Answer> {
    let regions = Regions::of(view, |region| is_analyzed(view, region));
    let analyzers: BTreeSet<&str> = regions
        .on
        .iter()
        .filter_map(|region| found(view, &EXTERNAL, Some(region)))
        .map(|analyzer| analyzer.arn.as_str())
        .collect();
    let answer = regions.answer(view, "Analysis of access from outside");
    vec![analyzers.iter().fold(answer, |answer, arn| answer.evidence("analyzer", arn))]
}

fn is_analyzed(view: &View<'_>, region: &str) -> Result<bool, Gap> {
    if found(view, &EXTERNAL, Some(region)).is_some() {
        return Ok(true);
    }
    all_known(view, region).map(|()| false)
}
