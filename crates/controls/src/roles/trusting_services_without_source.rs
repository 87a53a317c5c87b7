use std::collections::BTreeSet;

use keyward_policy::{Caller, Fact, Policy, PrincipalPattern};
use keyward_snapshot::{Call, Role};

use super::outsiders::{
    all_pinned, of_request, outside_account, partition, without_our_organization,
};
use super::services::says_for_whom;
use super::trust::{Outcome, Visitor, assume, filled, trusted, values_of};
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "roles-trusting-services-without-source",
    docs: crate::docs! {
        /// # Role that trusts a service on anybody's behalf
        ///
        /// A role trusts a service that works for all customers, and does not ask for whom it
        /// comes.
        ///
        /// ## Why it matters
        ///
        /// Services such as CloudWatch Logs, EventBridge Scheduler or Systems Manager assume roles
        /// to act for whoever configured them. A role that trusts the service alone leaves it to
        /// the service to check that the customer who names the role may do so. The conditions
        /// `aws:SourceAccount`, `aws:SourceArn` and `aws:SourceOrgID` make the role check it
        /// itself.
        ///
        /// ## What is checked
        ///
        /// Whether a service that the trust policy allows could come on behalf of a stranger. The
        /// stranger is an account that is nowhere in the organization, the settings or the policy,
        /// once in no organization and once in a foreign one. The policy is asked about
        /// `sts:AssumeRole` by the service, with that account in `aws:SourceAccount` and a resource
        /// of it in `aws:SourceArn`.
        ///
        /// - Let in for any of the role's services: weak.
        /// - Denied for all of them: sound.
        /// - Dependent on something else: cannot-tell, and the answer names the condition keys.
        ///   Cannot-tell too, if the roles were not read.
        ///
        /// Only services for which AWS documents a trust policy with these conditions are looked
        /// at, since only of them is it known that they send the keys. `ec2.amazonaws.com`,
        /// `lambda.amazonaws.com` and others are left out: the condition could lock them out, and
        /// those two use only roles of the account that they work in. Roles that trust none of the
        /// known services get no answer, nor do service-linked roles.
        ///
        /// ## Fix
        ///
        /// Add the account, and if you know it the resource, to the statement: `aws iam
        /// update-assume-role-policy --role-name flow-logs --policy-document file://trust.json`.
        ///
        /// ```json
        /// {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        ///   "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
        ///   "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"},
        ///                 "ArnLike": {"aws:SourceArn": "arn:aws:ec2:*:111122223333:vpc-flow-log/*"}}}]}
        /// ```
        ///
        /// A role that several services share needs a statement for each, unless all of them are
        /// known to send the keys.
        ///
        /// ## Fix safety
        ///
        /// `aws:SourceAccount` alone disrupts nothing where the service works for your account. A
        /// wrong `aws:SourceArn` locks the service out, often without an error that anybody sees,
        /// so look at the service's page for the ARN it sends, and watch for missing deliveries.
        /// Putting the old document back undoes it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "flow-logs", "RoleId": "AROAEXAMPLEFLOW", "Arn": "arn:aws:iam::111122223333:role/flow-logs",
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Principal": {"Service": "vpc-flow-logs.amazonaws.com"}, "Action": "sts:AssumeRole"}]}}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "flow-logs", "RoleId": "AROAEXAMPLEFLOW", "Arn": "arn:aws:iam::111122223333:role/flow-logs",
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Principal": {"Service": "vpc-flow-logs.amazonaws.com"}, "Action": "sts:AssumeRole",
        ///       "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}]}}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
        /// - <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-cwl.html>
    },
    severity: Severity::Medium,
    needs: &[Call::GetAccountAuthorizationDetails],
    refines: &[Call::DescribeOrganization, Call::ListAccounts],
    watch: &["iam:CreateRole", "iam:UpdateAssumeRolePolicy"],
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.roles, |role| {
        let services: BTreeSet<&str> = trusted(role.trust.policy())
            .filter_map(|pattern| match pattern {
                PrincipalPattern::Service(name) if says_for_whom(name) => Some(&**name),
                _ => None,
            })
            .collect();
        let concerned = !services.is_empty() && !role.is_service_linked();
        concerned.then(|| answer(view, role, &services))
    })
}

fn answer(view: &View<'_>, role: &Role, services: &BTreeSet<&str>) -> Answer {
    let subject = Subject::new(role.arn.as_str());
    let name = &role.name;
    let mut free = Vec::new();
    let mut open = BTreeSet::new();
    for service in services {
        let visitors = on_behalf_of_an_outsider(view, role, service);
        match assume(role, "sts:AssumeRole", &visitors, &[]) {
            Outcome::Allowed(allowed) => free.push((*service, allowed)),
            Outcome::Denied => {}
            Outcome::Open(keys) => open.extend(keys),
        }
    }
    let all = services.iter().copied().collect::<Vec<_>>().join(", ");
    if !free.is_empty() {
        let names: Vec<&str> = free.iter().map(|(service, _)| *service).collect();
        let title = format!("`{name}` trusts {} on behalf of any account", names.join(", "));
        let answer = Answer::weak(subject, title);
        return free.iter().fold(answer, |answer, (_, allowed)| allowed.proves(answer, role));
    }
    if !open.is_empty() {
        let keys = Vec::from_iter(open).join(", ");
        let title = format!("On whose behalf `{name}` trusts {all} depends on {keys}");
        return Answer::undecided(subject, title);
    }
    let title = format!("`{name}` trusts {all} on behalf of known accounts only");
    Answer::sound(subject, title).evidence("denied", "on behalf of any other account")
}

/// The service, as it comes for an account that nobody knows.
fn on_behalf_of_an_outsider(view: &View<'_>, role: &Role, service: &str) -> Vec<Visitor> {
    let account = outside_account(view, role);
    let policy = role.trust.policy();
    let mut sources: Vec<Fact> =
        sources(role, service, &account).into_iter().map(|arn| Fact::Known(vec![arn])).collect();
    if !all_pinned(policy, "aws:SourceArn") {
        sources.push(Fact::Unknown);
    }
    let mut visitors = Vec::new();
    for (context, _) in without_our_organization(&of_request(view, role)) {
        for source in &sources {
            let organization = context.fact("aws:PrincipalOrgID").clone();
            let paths = context.fact("aws:PrincipalOrgPaths").clone();
            let context = context
                .clone()
                .with("aws:SourceAccount", &account)
                .with_fact("aws:SourceArn", source.clone())
                .with_fact("aws:SourceOrgID", organization)
                .with_fact("aws:SourceOrgPaths", paths)
                .without("aws:PrincipalOrgID")
                .without("aws:PrincipalOrgPaths");
            visitors.push(Visitor {
                caller: Caller::Service(service.to_owned()),
                context,
                says: format!("aws:SourceAccount `{account}`"),
            });
        }
    }
    visitors
}

/// ARNs of resources that an outsider could have the service work for: any, and those whose names
/// the policy's patterns ask for.
fn sources(role: &Role, service: &str, account: &str) -> Vec<String> {
    let partition = partition(&role.arn);
    let prefix = service.split('.').next().unwrap_or(service);
    let policy: &Policy = role.trust.policy();
    let mut arns = vec![format!("arn:{partition}:{prefix}:us-east-1:{account}:anything/anything")];
    for pattern in values_of(policy, "aws:SourceArn").filter(|value| value.contains(['*', '?'])) {
        let mut parts: Vec<&str> = pattern.splitn(6, ':').collect();
        let defaults = ["arn", partition, prefix, "us-east-1", account, "anything/anything"];
        parts.extend(defaults.get(parts.len()..).unwrap_or_default());
        let filled: Vec<String> = parts
            .iter()
            .zip(defaults)
            .map(|(part, default)| if *part == "*" { default.to_owned() } else { filled(part) })
            .collect();
        arns.push(filled.join(":"));
    }
    arns.retain(|arn| {
        arn.split(':').nth(4).is_some_and(|owner| owner.is_empty() || owner == account)
    });
    arns
}
