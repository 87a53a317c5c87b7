use keyward_snapshot::Call;

use super::analyzers::{Kinds, all_known, found};
use super::regions::Regions;
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "monitoring-unused-access-unanalyzed",
    docs: crate::docs! {
        /// # Unused access not analyzed
        ///
        /// No access analyzer looks for roles, users, keys and permissions that the account does not
        /// use.
        ///
        /// ## Why it matters
        ///
        /// Access grows by itself and shrinks only if somebody removes it. The analyzer follows each
        /// user and role, down to the actions of most services, and says which grants nobody
        /// needed for months: what can be taken away before somebody misuses it.
        ///
        /// ## What is checked
        ///
        /// Whether the account has an analyzer of type `ACCOUNT_UNUSED_ACCESS`, or its organization
        /// one of type `ORGANIZATION_UNUSED_ACCESS` that does not exclude the account, whose status is
        /// `ACTIVE`. IAM is the same in every region, so an analyzer in any one region is enough. The
        /// tracking period is not looked at.
        ///
        /// The organization's analyzers belong to the management account or a delegated administrator,
        /// and no other account sees them. So where none was found, the answer is open as long as an
        /// account of the organization is missing in the snapshot, its regions or analyzers were not
        /// read, or the organization is not known.
        ///
        /// Keyward finds unused users, keys and roles itself (`users-unused`, `keys-unused`,
        /// `roles-unused`); permissions that are not used it does not find.
        ///
        /// ## Fix
        ///
        /// In the management account or the delegated administrator for access analyzers, in one region:
        ///
        /// ```text
        /// aws accessanalyzer create-analyzer --analyzer-name unused --type ORGANIZATION_UNUSED_ACCESS \
        ///   --configuration '{"unusedAccess": {"unusedAccessAge": 90}}'
        /// ```
        ///
        /// For one account: the same with `--type ACCOUNT_UNUSED_ACCESS`.
        ///
        /// ## Fix safety
        ///
        /// Nothing is disrupted. It costs money for each user and role a month, and for each analyzer:
        /// one for the organization, not one an account and region. Sandboxes can be excluded.
        /// `delete-analyzer` undoes it.
        ///
        /// ## Weak
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
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
        /// ## Sound
        ///
        /// ```json eu-west-1/list-analyzers.json
        /// {"analyzers": [{
        ///   "arn": "arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/unused",
        ///   "name": "unused", "type": "ACCOUNT_UNUSED_ACCESS", "status": "ACTIVE",
        ///   "configuration": {"unusedAccess": {"unusedAccessAge": 90}}
        /// }]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-create-unused.html>
        /// - <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListAnalyzers.html>
    },
    severity: Severity::Low,
    needs: &[
        Call::DescribeRegions,
        Call::ListAnalyzers,
        Call::DescribeOrganization,
        Call::ListAccounts,
    ],
    refines: &[],
    watch: &[
        "access-analyzer:DeleteAnalyzer",
        "access-analyzer:UpdateAnalyzer",
        "organizations:DeregisterDelegatedAdministrator",
        "organizations:DisableAWSServiceAccess",
    ],
    preventable: &["access-analyzer:DeleteAnalyzer", "access-analyzer:UpdateAnalyzer"],
    find: Find::Account(find),
    prevent: None,
};

const UNUSED: Kinds =
    Kinds { account: "ACCOUNT_UNUSED_ACCESS", organization: "ORGANIZATION_UNUSED_ACCESS" };

fn find(view: &View<'_>) -> Vec<Answer> {
    let subject = view.subject();
    if let Some(analyzer) = found(view, &UNUSED, None) {
        let title = format!("Access analyzer `{}` looks for unused access", analyzer.name);
        return vec![Answer::sound(subject, title).evidence("analyzer", &analyzer.arn)];
    }
    let regions = Regions::of(view, |region| all_known(view, region).map(|()| false));
    let answer = match regions.gap() {
        Some(gap) => Answer::cannot_tell(subject, gap),
        None => Answer::weak(subject, "No access analyzer looks for unused access"),
    };
    let seen = view.account.analyzers.iter().filter(|it| it.kind != "ACCOUNT");
    let answer = seen.fold(answer, |answer, it| {
        answer.evidence("analyzer", format!("{}: {}, {}", it.name, it.kind, it.status))
    });
    vec![answer.evidence("analyzers of the account", view.account.analyzers.items.len())]
}
