use keyward_snapshot::{Call, Role};

use super::outsiders::{self, outside_account};
use super::trust::{Allowed, Choice, Outcome, assume, keys_of, names_strangers, trusted_in_words};
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "roles-trusting-everyone",
    docs: crate::docs! {
        /// # Role that anybody may assume
        ///
        /// A role's trust policy lets principals of any AWS account become the role.
        ///
        /// ## Why it matters
        ///
        /// An AWS account costs nothing, and role names can be guessed or read in a repository.
        /// Whoever finds such a role has its permissions without stealing anything. Scanners try
        /// common names against every account number they learn.
        ///
        /// ## What is checked
        ///
        /// Whether the trust policy lets a complete outsider call `sts:AssumeRole`. The outsider is
        /// a role or a user of an account that is nowhere in the organization, the settings or the
        /// policy, once in no organization and once in a foreign one. Whatever an outsider can
        /// choose is tried: names (also those that patterns for `aws:PrincipalArn` ask for), tags
        /// of the principal and the session, session names, MFA.
        ///
        /// - Let in, from anywhere: weak, critical.
        /// - Let in only with an `sts:ExternalId` that the policy names: weak, high. An external id
        ///   is no secret: it keeps a vendor from mixing up its customers, stands in plain text in
        ///   the policy, and is passed around in tickets.
        /// - Let in only from a network that the policy names (`aws:SourceIp`, `aws:SourceVpc`,
        ///   `aws:SourceVpce` and their kin): weak, medium. Whoever gets into that network brings
        ///   credentials of an account of their own.
        /// - Never let in: sound.
        /// - Dependent on something that says nothing about who asks: cannot-tell, and the answer
        ///   names the condition keys.
        ///
        /// Where a resource control policy of the organization was read and denies the same
        /// request, the severity is lowered to medium, and the role stays weak. Cannot-tell, if the
        /// roles were not read.
        ///
        /// Trust in identity providers (`sts:AssumeRoleWithWebIdentity`, `sts:AssumeRoleWithSAML`)
        /// is not looked at here; `roles-trusting-any-repository` does so for pipelines.
        /// Service-linked roles get no answer, since AWS writes their trust.
        ///
        /// ## Fix
        ///
        /// Name who is meant. `aws iam update-assume-role-policy --role-name deploy
        /// --policy-document file://trust.json`, with the account or, better, the role in
        /// `Principal`:
        ///
        /// ```json
        /// {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        ///   "Principal": {"AWS": "arn:aws:iam::444455556666:role/pipeline"}}]}
        /// ```
        ///
        /// Where the whole organization is meant, keep `"AWS": "*"` and add the condition
        /// `"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}`.
        ///
        /// ## Fix safety
        ///
        /// Everybody whom the new policy does not name is locked out at once; sessions that already
        /// run go on until they expire. CloudTrail's `AssumeRole` events of the role's account say
        /// who assumed the role, and from which account. Putting the old document back undoes it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "deploy", "RoleId": "AROAEXAMPLEDEPLOY", "Arn": "arn:aws:iam::111122223333:role/deploy",
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}}]}
        /// ```
        ///
        /// ## Weak: only an external id
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "deploy", "RoleId": "AROAEXAMPLEDEPLOY", "Arn": "arn:aws:iam::111122223333:role/deploy",
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole",
        ///       "Condition": {"StringEquals": {"sts:ExternalId": "tenant-4711"}}}]}}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "deploy", "RoleId": "AROAEXAMPLEDEPLOY", "Arn": "arn:aws:iam::111122223333:role/deploy",
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole",
        ///       "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}}]}}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    },
    severity: Severity::Critical,
    needs: &[Call::GetAccountAuthorizationDetails],
    refines: &[
        Call::DescribeOrganization,
        Call::ListAccounts,
        Call::ListRoots,
        Call::ListChildren,
        Call::ListPolicies,
        Call::DescribePolicy,
        Call::ListTargetsForPolicy,
    ],
    watch: &["iam:CreateRole", "iam:UpdateAssumeRolePolicy"],
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.roles, |role| (!role.is_service_linked()).then(|| answer(view, role)))
}

fn answer(view: &View<'_>, role: &Role) -> Answer {
    let subject = Subject::new(role.arn.as_str());
    let name = &role.name;
    let policy = role.trust.policy();
    let safe = || {
        let title = format!("`{name}` may not be assumed by just anybody");
        let answer =
            Answer::sound(subject.clone(), title).evidence("trusts", trusted_in_words(policy));
        let keys = Vec::from_iter(keys_of(policy));
        if keys.is_empty() { answer } else { answer.evidence("conditions on", keys.join(", ")) }
    };
    if !names_strangers(policy) {
        return safe();
    }
    let visitors = outsiders::visitors(view, role, &outside_account(view, role));
    let attempt =
        |choices: &[Vec<Choice>]| assume(role, "sts:AssumeRole", &visitors, &choices.concat());
    let weak = |title: String, allowed: &Allowed| {
        allowed.proves(Answer::weak(subject.clone(), title), role)
    };

    let free = outsiders::free_choices(policy);
    let anywhere = outsiders::anywhere(policy);
    let made_up = outsiders::made_up_external_id(policy);
    if let Outcome::Allowed(allowed) = attempt(&[free.clone(), anywhere.clone(), made_up]) {
        let answer = weak(format!("`{name}` may be assumed by anybody on AWS"), &allowed);
        return allowed.under_control_policies(answer, view);
    }
    let external_id = outsiders::external_id(policy);
    if let Outcome::Allowed(allowed) = attempt(&[free.clone(), anywhere, external_id.clone()]) {
        let title = format!("`{name}` may be assumed by anybody on AWS who knows an external id");
        let answer = weak(title, &allowed)
            .severity(Severity::High, "a caller has to know an external id, which is no secret");
        return allowed.under_control_policies(answer, view);
    }
    match attempt(&[free, external_id, outsiders::network(policy)]) {
        Outcome::Allowed(allowed) => {
            let title = format!("`{name}` may be assumed by anybody on AWS from certain networks");
            let because = "a caller has to come from a network that the trust policy names";
            let answer = weak(title, &allowed).severity(Severity::Medium, because);
            allowed.under_control_policies(answer, view)
        }
        Outcome::Denied => safe(),
        Outcome::Open(keys) => {
            let keys = Vec::from_iter(keys).join(", ");
            let title = format!("Whether anybody on AWS may assume `{name}` depends on {keys}");
            Answer::undecided(subject.clone(), title).evidence("trusts", trusted_in_words(policy))
        }
    }
}
