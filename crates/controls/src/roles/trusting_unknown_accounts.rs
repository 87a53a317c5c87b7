use keyward_policy::Caller;
use keyward_snapshot::{AccountId, Call, Role};

use super::accounts::{
    Standing, admitted, in_organization, named_organizations, organization, standing,
};
use super::outsiders::{of_request, outside_account, principals};
use super::trust::{Outcome, Visitor, assume, trusted_in_words};
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "roles-trusting-unknown-accounts",
    docs: crate::docs! {
        /// # Role that trusts an unknown account
        ///
        /// A role's trust policy lets in an account that is neither in the organization nor on the
        /// configured lists.
        ///
        /// ## Why it matters
        ///
        /// Trust between accounts is written once and seldom read again. The consultancy's account,
        /// the account that was closed and sold, a digit that was mistyped: each goes on holding
        /// the role. And a line with a foreign account number in a trust policy is the oldest back
        /// door there is.
        ///
        /// ## What is checked
        ///
        /// The accounts that the trust policy names in a principal, or in a condition on
        /// `aws:PrincipalAccount` or `aws:PrincipalArn`, are taken one by one. An account is let in
        /// unless the policy certainly denies its principals `sts:AssumeRole`: those whom the
        /// policy names, and any others. Of an account outside the organization it is known that it
        /// does not have the organization's `aws:PrincipalOrgID`.
        ///
        /// Weak, if an account is let in that is not in the organization and neither in the setting
        /// `trusted_accounts` nor in `vendor_accounts`; also, if the policy lets in a whole
        /// organization that is not one's own. Sound, if all accounts that are let in are known. In
        /// an account that is known to have no organization, all other accounts are outside it.
        ///
        /// Cannot-tell, if the roles were not read, and for every role that lets in another
        /// account, if the list of the organization's accounts was not read. Roles that let in no
        /// other account get no answer, nor do service-linked roles. What lets in everybody is
        /// found by `roles-trusting-everyone`.
        ///
        /// ## Fix
        ///
        /// Find out whose account it is: the owner of the role should know, and CloudTrail's
        /// `AssumeRole` events show whether it still comes. If it is yours or a vendor's, put it on
        /// `trusted_accounts` or `vendor_accounts`. If not, take it out of the trust policy: `aws
        /// iam update-assume-role-policy --role-name reports --policy-document file://trust.json`.
        ///
        /// ## Fix safety
        ///
        /// The account is locked out at once; sessions that it already has go on until they expire,
        /// unless you revoke them (console: the role, *Revoke sessions*). Putting the old document
        /// back undoes it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"Accounts": [{"Id": "111122223333", "Name": "management", "Email": "aws@example.com", "Status": "ACTIVE"},
        ///   {"Id": "444455556666", "Name": "workloads", "Email": "aws+workloads@example.com", "Status": "ACTIVE"}]}
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "reports", "RoleId": "AROAEXAMPLEREPORTS", "Arn": "arn:aws:iam::111122223333:role/reports",
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::444455556666:root", "arn:aws:iam::123456789012:role/reader"]},
        ///       "Action": "sts:AssumeRole"}]}}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"Accounts": [{"Id": "111122223333", "Name": "management", "Email": "aws@example.com", "Status": "ACTIVE"},
        ///   {"Id": "444455556666", "Name": "workloads", "Email": "aws+workloads@example.com", "Status": "ACTIVE"}]}
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "reports", "RoleId": "AROAEXAMPLEREPORTS", "Arn": "arn:aws:iam::111122223333:role/reports",
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "sts:AssumeRole"}]}}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html>
        /// - <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html>
    },
    severity: Severity::High,
    needs: &[Call::GetAccountAuthorizationDetails, Call::DescribeOrganization, Call::ListAccounts],
    refines: &[],
    watch: &[
        "iam:CreateRole",
        "iam:UpdateAssumeRolePolicy",
        "organizations:RemoveAccountFromOrganization",
        "organizations:LeaveOrganization",
    ],
    preventable: &["organizations:LeaveOrganization"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.roles, |role| {
        if role.is_service_linked() {
            return None;
        }
        let accounts = Vec::from_iter(admitted(view, role));
        let organizations = admitted_organizations(view, role);
        let concerned = !accounts.is_empty() || !organizations.is_empty();
        concerned.then(|| answer(view, role, &accounts, &organizations))
    })
}

fn answer(
    view: &View<'_>,
    role: &Role,
    accounts: &[AccountId],
    organizations: &[String],
) -> Answer {
    let subject = Subject::new(role.arn.as_str());
    if let Err(gap) = organization(view) {
        return Answer::cannot_tell(subject, gap)
            .evidence("trusts", trusted_in_words(role.trust.policy()));
    }
    let name = &role.name;
    let unknown: Vec<&str> = accounts
        .iter()
        .filter(|account| standing(view, account) == Standing::Unknown)
        .map(AccountId::as_str)
        .chain(organizations.iter().map(String::as_str))
        .collect();
    let answer = match unknown.as_slice() {
        [] => {
            let title = format!("All accounts that `{name}` trusts are known");
            Answer::sound(subject, title)
        }
        [one] if one.starts_with("o-") => {
            let title = format!("`{name}` trusts all accounts of the foreign organization {one}");
            Answer::weak(subject, title)
        }
        [one] => Answer::weak(subject, format!("`{name}` trusts the unknown account {one}")),
        more => {
            let title = format!("`{name}` trusts unknown accounts: {}", more.join(", "));
            Answer::weak(subject, title)
        }
    };
    let answer = accounts.iter().fold(answer, |answer, account| {
        let what = format!("account {account}");
        answer.evidence(&what, standing(view, account).in_words())
    });
    organizations.iter().fold(answer, |answer, id| answer.evidence("foreign organization", id))
}

/// The organizations beside one's own whose every account may assume the role, at least under
/// conditions.
fn admitted_organizations(view: &View<'_>, role: &Role) -> Vec<String> {
    let organizations = named_organizations(view, role);
    if organizations.is_empty() {
        return Vec::new();
    }
    let account = outside_account(view, role);
    let enters = |id: &String| {
        let context = in_organization(&of_request(view, role), role.trust.policy(), id);
        let visitor = |arn| Visitor {
            caller: Caller::Arn(arn),
            context: context.clone(),
            says: String::new(),
        };
        let visitors: Vec<Visitor> = principals(role, &account).into_iter().map(visitor).collect();
        !matches!(assume(role, "sts:AssumeRole", &visitors, &[]), Outcome::Denied)
    };
    organizations.into_iter().filter(enters).collect()
}
