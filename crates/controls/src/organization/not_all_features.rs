use keyward_snapshot::{Call, FeatureSet, Membership};

use crate::{Answer, Control, Find, Overview, Severity};

pub(crate) static CONTROL: Control = Control {
    id: "organization-not-all-features",
    docs: crate::docs! {
        /// # Organization for billing only
        ///
        /// The organization has the feature set `CONSOLIDATED_BILLING`.
        ///
        /// ## Why it matters
        ///
        /// Such an organization shares a bill and nothing else. It has no control policies, no
        /// trusted access for CloudTrail or Identity Center, no central control of root
        /// credentials: every guardrail that binds administrators needs all features.
        ///
        /// ## What is checked
        ///
        /// `FeatureSet` of `describe-organization`. Where there is no organization there is no
        /// answer (`organization-missing` has it). Where it was not read, the answer is
        /// cannot-tell.
        ///
        /// ## Fix
        ///
        /// In the management account: `aws organizations enable-all-features`. Accounts that were
        /// invited have to accept the change; `list-handshakes-for-organization` shows who has not.
        /// When all have, finish it under *Settings* of the Organizations console.
        ///
        /// ## Fix safety
        ///
        /// Irreversible: there is no way back to billing only. Nothing changes for anybody's access
        /// until a control policy is attached, but from then on members can be limited, which is
        /// why they are asked.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "CONSOLIDATED_BILLING"}}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org_support-all-features.html>
        /// - <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html>
    },
    severity: Severity::High,
    needs: &[Call::DescribeOrganization],
    refines: &[],
    // All features can't be switched off again: the weakness comes with a new organization only.
    watch: &["organizations:CreateOrganization"],
    preventable: &[],
    find: Find::Organization(find),
    prevent: None,
};

fn find(overview: &Overview<'_>) -> Vec<Answer> {
    let subject = overview.subject();
    let features = match overview.head.organization.value() {
        Ok(Membership::None) => return Vec::new(),
        Ok(Membership::Member(organization)) => organization.features,
        Err(gap) => return vec![Answer::cannot_tell(subject, gap)],
    };
    vec![match features {
        FeatureSet::All => Answer::sound(subject, "The organization has all features")
            .evidence("FeatureSet", "ALL"),
        FeatureSet::ConsolidatedBilling => {
            Answer::weak(subject, "The organization is for billing only")
                .evidence("FeatureSet", "CONSOLIDATED_BILLING")
        }
    }]
}
