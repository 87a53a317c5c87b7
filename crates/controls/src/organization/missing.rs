use keyward_snapshot::{Call, Membership};

use crate::{Answer, Control, Find, Overview, Severity};

pub(crate) static CONTROL: Control = Control {
    id: "organization-missing",
    docs: crate::docs! {
        /// # Account outside any organization
        ///
        /// The account belongs to no organization of AWS Organizations.
        ///
        /// ## Why it matters
        ///
        /// What limits an account from outside exists in organizations only: control policies that
        /// bind administrators and the root user, central control of root credentials, an
        /// organization trail that the account's own administrators can't stop, single sign-on over
        /// all accounts. An account on its own is as safe as its most careless administrator.
        ///
        /// ## What is checked
        ///
        /// Whether `describe-organization` answers with an organization, or with
        /// `AWSOrganizationsNotInUseException`. Refused or not asked, the answer is cannot-tell.
        ///
        /// ## Fix
        ///
        /// Make an organization from an account that runs nothing else
        /// (`aws organizations create-organization --feature-set ALL`), and invite this account
        /// (`aws organizations invite-account-to-organization --target Id=…,Type=ACCOUNT`). The
        /// account that makes the organization becomes its management account, which control
        /// policies do not bind: do not use one with workloads.
        ///
        /// ## Fix safety
        ///
        /// Joining moves the bill to the management account, and the account's own agreements and
        /// credits may end. Access does not change until a control policy is attached. A member can
        /// leave again.
        ///
        /// ## Weak
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
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
        /// - <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_introduction.html>
        /// - <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html>
    },
    severity: Severity::Medium,
    needs: &[Call::DescribeOrganization],
    refines: &[],
    watch: &[
        "organizations:LeaveOrganization",
        "organizations:RemoveAccountFromOrganization",
        "organizations:DeleteOrganization",
    ],
    // The other two are calls of the management account, which control policies do not bind.
    preventable: &["organizations:LeaveOrganization"],
    find: Find::Organization(find),
    prevent: None,
};

fn find(overview: &Overview<'_>) -> Vec<Answer> {
    let subject = overview.subject();
    let answer = overview.head.organization.value().map(|membership| match membership {
        Membership::None => Answer::weak(subject.clone(), "The account is in no organization")
            .evidence("DescribeOrganization", "AWSOrganizationsNotInUseException"),
        Membership::Member(organization) => {
            Answer::sound(subject.clone(), format!("The organization is `{}`", organization.id))
                .evidence("management account", &organization.management_account)
        }
    });
    vec![Answer::settle(subject.clone(), answer)]
}
