use std::collections::BTreeSet;

use keyward_policy::{Comparison, Fact, Policy};
use keyward_snapshot::{AccountId, Call, Role};

use super::accounts::{Standing, admitted, of_account, organization, standing};
use super::trust::{Outcome, Visitor, assume, trusted_in_words};
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "roles-trusting-vendors-without-external-id",
    docs: crate::docs! {
        /// # Role that trusts a vendor without an external id
        ///
        /// An account of somebody else's may assume a role without saying a value that only this
        /// trust expects.
        ///
        /// ## Why it matters
        ///
        /// A vendor's account acts for many customers. If one of them enters your role's ARN as
        /// their own, the vendor's software assumes your role and shows them your data: it is a
        /// confused deputy. The external id, which the vendor gives to each customer and sends with
        /// each request, is what keeps the customers apart.
        ///
        /// ## What is checked
        ///
        /// For each role, the accounts that its trust policy names and lets in and that are
        /// somebody else's: not in the organization, and not in the setting `trusted_accounts`.
        /// Those in `vendor_accounts` count, since a vendor needs an external id all the more.
        /// Their principals try `sts:AssumeRole` once without `sts:ExternalId` and once with
        /// another customer's.
        ///
        /// - Either is allowed, whatever else the request carries: weak.
        /// - Both are denied, and the policy names the ids that it accepts: sound.
        /// - The policy accepts ids that fit a pattern, such as `c0a8-*`: cannot-tell, since only
        ///   the vendor knows whether another customer's id fits. Cannot-tell too, if it depends on
        ///   something else, which the answer names.
        ///
        /// Cannot-tell also, if the roles were not read, and for every role that lets in another
        /// account, if the list of the organization's accounts was not read. Roles that let in
        /// nobody from outside get no answer, nor do service-linked roles.
        ///
        /// ## Fix
        ///
        /// Ask the vendor for your external id (a good vendor shows it and does not let you choose
        /// it), and add it to the statement: `aws iam update-assume-role-policy --role-name scanner
        /// --policy-document file://trust.json`.
        ///
        /// ```json
        /// {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        ///   "Principal": {"AWS": "123456789012"},
        ///   "Condition": {"StringEquals": {"sts:ExternalId": "the-vendor's-id-for-you"}}}]}
        /// ```
        ///
        /// Where the other account is your own, list it in `trusted_accounts`.
        ///
        /// ## Fix safety
        ///
        /// The vendor is locked out until its software sends the id, so enter it there first: an id
        /// that the policy does not ask for does no harm. Putting the old document back undoes it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"Accounts": [{"Id": "111122223333", "Name": "management", "Email": "aws@example.com", "Status": "ACTIVE"}]}
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "scanner", "RoleId": "AROAEXAMPLESCANNER", "Arn": "arn:aws:iam::111122223333:role/scanner",
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole"}]}}]}
        /// ```
        ///
        /// ## Weak: any external id will do
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"Accounts": [{"Id": "111122223333", "Name": "management", "Email": "aws@example.com", "Status": "ACTIVE"}]}
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "scanner", "RoleId": "AROAEXAMPLESCANNER", "Arn": "arn:aws:iam::111122223333:role/scanner",
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole",
        ///       "Condition": {"StringLike": {"sts:ExternalId": "*"}}}]}}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"Accounts": [{"Id": "111122223333", "Name": "management", "Email": "aws@example.com", "Status": "ACTIVE"}]}
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "scanner", "RoleId": "AROAEXAMPLESCANNER", "Arn": "arn:aws:iam::111122223333:role/scanner",
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole",
        ///       "Condition": {"StringEquals": {"sts:ExternalId": "c0a8-4711"}}}]}}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
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

/// The context key, as it is named where an answer depends on it.
const EXTERNAL_ID: &str = "sts:externalid";

/// An external id that no trust policy expects of its own vendor.
const OF_ANOTHER_CUSTOMER: &str = "external-id-of-another-customer";

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.roles, |role| {
        if role.is_service_linked() {
            return None;
        }
        let admitted = admitted(view, role);
        if admitted.is_empty() {
            return None;
        }
        let subject = Subject::new(role.arn.as_str());
        if let Err(gap) = organization(view) {
            let trusts = trusted_in_words(role.trust.policy());
            return Some(Answer::cannot_tell(subject, gap).evidence("trusts", trusts));
        }
        let outside: Vec<(AccountId, Standing)> = admitted
            .into_iter()
            .map(|account| (account.clone(), standing(view, &account)))
            .filter(|(_, standing)| standing.is_outside())
            .collect();
        (!outside.is_empty()).then(|| answer(view, role, &outside))
    })
}

fn answer(view: &View<'_>, role: &Role, outside: &[(AccountId, Standing)]) -> Answer {
    let subject = Subject::new(role.arn.as_str());
    let name = &role.name;
    let tried: Vec<(&AccountId, Standing, Outcome)> = outside
        .iter()
        .map(|(account, standing)| (account, *standing, without_external_id(view, role, account)))
        .collect();
    let entering = |wanted: fn(&Outcome) -> bool| -> Vec<&str> {
        let found = tried.iter().filter(|(_, _, outcome)| wanted(outcome));
        found.map(|(account, _, _)| account.as_str()).collect()
    };
    let free = entering(|outcome| matches!(outcome, Outcome::Allowed(_)));
    let open: BTreeSet<&str> = tried
        .iter()
        .filter_map(|(_, _, outcome)| match outcome {
            Outcome::Open(keys) => Some(keys.iter().map(String::as_str)),
            _ => None,
        })
        .flatten()
        .collect();
    let answer = if !free.is_empty() {
        let accounts = free.join(", ");
        let title = format!("`{name}` trusts {accounts} without an external id of its own");
        Answer::weak(subject, title)
    } else if open.iter().eq([&EXTERNAL_ID]) {
        let title = format!("`{name}` asks others for an external id that fits a pattern");
        Answer::undecided(subject, title)
    } else if !open.is_empty() {
        let keys = Vec::from_iter(open).join(", ");
        let title = format!("Whether `{name}` asks others for an external id depends on {keys}");
        Answer::undecided(subject, title)
    } else {
        let title = format!("`{name}` asks others for an external id");
        Answer::sound(subject, title)
    };
    tried.iter().fold(answer, |answer, (account, standing, outcome)| {
        let answer = answer.evidence(&format!("account {account}"), standing.in_words());
        match outcome {
            Outcome::Allowed(allowed) => allowed.proves(answer, role),
            Outcome::Denied => {
                answer.evidence("denied", "without the external id, and with others")
            }
            Outcome::Open(_) => answer,
        }
    })
}

/// What comes of asking for the role without an external id, and with somebody else's.
fn without_external_id(view: &View<'_>, role: &Role, account: &AccountId) -> Outcome {
    let mut facts = vec![
        (Fact::Absent, "no external id"),
        (Fact::Known(vec![OF_ANOTHER_CUSTOMER.to_owned()]), "another customer's external id"),
    ];
    // Whether another customer's id fits a pattern depends on how the vendor makes its ids.
    if has_pattern(role.trust.policy()) {
        facts.push((Fact::Unknown, "some external id"));
    }
    let visitors: Vec<Visitor> = of_account(view, role, account)
        .into_iter()
        .flat_map(|visitor| {
            facts
                .iter()
                .map(|(fact, says)| Visitor {
                    caller: visitor.caller.clone(),
                    context: visitor.context.clone().with_fact("sts:ExternalId", fact.clone()),
                    says: (*says).to_owned(),
                })
                .collect::<Vec<_>>()
        })
        .collect();
    assume(role, "sts:AssumeRole", &visitors, &[])
}

/// Whether the policy expects external ids that fit a pattern, and not certain ones.
fn has_pattern(policy: &Policy) -> bool {
    let conditions = policy.statements.iter().flat_map(|statement| &statement.conditions);
    conditions
        .filter(|condition| condition.key.eq_ignore_ascii_case("sts:ExternalId"))
        .filter(|condition| condition.operator.comparison == Comparison::StringLike)
        .any(|condition| condition.values.iter().any(|value| value.contains(['*', '?'])))
}
