use std::collections::BTreeSet;

use keyward_policy::{Caller, PrincipalPattern};
use keyward_snapshot::{Call, Role};

use super::issuers::{self, Issuer, Owner, Shared};
use super::outsiders::{of_request, values};
use super::trust::{Choice, Outcome, Visitor, assume, trusted, values_of};
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "roles-trusting-any-repository",
    docs: crate::docs! {
        /// # Role that any repository may assume
        ///
        /// A role trusts a pipeline service such as GitHub Actions, and not only the pipelines of
        /// its own organization there.
        ///
        /// ## Why it matters
        ///
        /// All customers of GitHub share one issuer of tokens. A trust policy that accepts the
        /// issuer, but does not look at whose repository asks, accepts a workflow that a stranger
        /// wrote this morning. The audience does not help: whoever writes the workflow chooses it.
        ///
        /// ## What is checked
        ///
        /// Whether the trust policy accepts a token that the issuer gave to somebody else, in
        /// `sts:AssumeRoleWithWebIdentity`. The token's subject is another owner's, such as
        /// `repo:someone-else/anything:ref:refs/heads/main`. Where the policy has a pattern, it is
        /// also another owner's that fits it: `repo:example*` lets in whoever registers
        /// `example-too`. Other claims that name the owner are somebody else's too. What the author
        /// of a pipeline chooses is tried: audience, branch, environment.
        ///
        /// | issuer | subject | pinned by |
        /// |---|---|---|
        /// | GitHub Actions, `token.actions.githubusercontent.com` | `repo:OWNER/…` | subject |
        /// | GitLab, `gitlab.com` | `project_path:GROUP/…` | subject |
        /// | HCP Terraform, `app.terraform.io` | `organization:NAME:…` | subject |
        /// | Buildkite, `agent.buildkite.com` | `organization:SLUG:…` | subject |
        /// | Codefresh, `oidc.codefresh.io` | `account:ID:…` | subject |
        /// | Scalr, `scalr.io` | `account:NAME:…` | subject |
        /// | Pulumi Cloud, `api.pulumi.com/oidc` | `pulumi:deploy:org:NAME:…` | audience or subject |
        /// | Vercel, `oidc.vercel.com` | `owner:TEAM:…` | audience or subject |
        /// | CircleCI, `oidc.circleci.com/org/ID` | `org/ID/project/…` | address |
        /// | Bitbucket, `api.bitbucket.org/2.0/workspaces/NAME/…` | `{REPOSITORY}:…` | address |
        /// | GitHub enterprise, Vercel team, Azure Pipelines, Semaphore, Spacelift | | address |
        ///
        /// - A foreign token is let in: weak.
        /// - All are denied, or the address belongs to one customer: sound. Whether that customer
        ///   is you, nobody but you can tell; the evidence says who it is.
        /// - It depends on other claims: cannot-tell, and the answer names them. Cannot-tell too, if
        ///   the roles were not read.
        ///
        /// Where a resource control policy of the organization was read and denies the same
        /// request, the severity is lowered to medium, and the role stays weak. Roles that trust
        /// none of these issuers get no answer.
        ///
        /// ## Fix
        ///
        /// Name the owner, the repository, and the branch or environment: `aws iam
        /// update-assume-role-policy --role-name deploy --policy-document file://trust.json`.
        ///
        /// ```json
        /// {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
        ///   "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
        ///   "Condition": {"StringEquals": {
        ///     "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        ///     "token.actions.githubusercontent.com:sub": "repo:example-org/shop:environment:production"}}}]}
        /// ```
        ///
        /// Use `StringEquals` where you can. In a pattern, end the owner with the separator:
        /// `repo:example-org/*`, not `repo:example-org*`.
        ///
        /// ## Fix safety
        ///
        /// Pipelines whose subject the new condition does not meet can no longer assume the role.
        /// Collect the subjects first: CloudTrail's `AssumeRoleWithWebIdentity` events carry them
        /// as `userIdentity.userName`. Putting the old document back undoes it, except that AWS
        /// refuses a policy for its listed shared issuers that does not look at the subject at all.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "deploy", "RoleId": "AROAEXAMPLEDEPLOY", "Arn": "arn:aws:iam::111122223333:role/deploy",
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
        ///       "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
        ///       "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}}]}}]}
        /// ```
        ///
        /// ## Weak: the pattern leaves room for other owners
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "deploy", "RoleId": "AROAEXAMPLEDEPLOY", "Arn": "arn:aws:iam::111122223333:role/deploy",
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
        ///       "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
        ///       "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:example-org*"}}}]}}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"RoleName": "deploy", "RoleId": "AROAEXAMPLEDEPLOY", "Arn": "arn:aws:iam::111122223333:role/deploy",
        ///    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///      {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
        ///       "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
        ///       "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
        ///                     "StringLike": {"token.actions.githubusercontent.com:sub": "repo:example-org/*"}}}]}}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>
        /// - <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>
        /// - <https://docs.github.com/en/actions/reference/security/oidc>
    },
    severity: Severity::Critical,
    needs: &[Call::GetAccountAuthorizationDetails],
    refines: &[
        Call::DescribeOrganization,
        Call::ListRoots,
        Call::ListChildren,
        Call::ListPolicies,
        Call::DescribePolicy,
        Call::ListTargetsForPolicy,
    ],
    watch: &["iam:CreateRole", "iam:UpdateAssumeRolePolicy", "iam:CreateOpenIDConnectProvider"],
    preventable: &["iam:CreateOpenIDConnectProvider"],
    find: Find::Account(find),
    prevent: None,
};

const ACTION: &str = "sts:AssumeRoleWithWebIdentity";

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.roles, |role| {
        let providers = providers(role);
        (!providers.is_empty()).then(|| answer(view, role, &providers))
    })
}

/// An identity provider of the account that stands for a known issuer.
struct Provider<'a> {
    /// As the trust policy names it.
    arn: &'a str,
    /// Its address, with which AWS's condition keys for its claims begin.
    address: &'a str,
    issuer: &'static Issuer,
}

fn providers(role: &Role) -> Vec<Provider<'_>> {
    let mut providers: Vec<Provider<'_>> = trusted(role.trust.policy())
        .filter_map(|pattern| {
            let PrincipalPattern::Federated(arn) = pattern else { return None };
            let address = arn.split_once(":oidc-provider/")?.1;
            Some(Provider { arn, address, issuer: issuers::at(address)? })
        })
        .collect();
    providers.sort_by_key(|provider| provider.arn);
    providers.dedup_by_key(|provider| provider.arn);
    providers
}

fn answer(view: &View<'_>, role: &Role, providers: &[Provider<'_>]) -> Answer {
    let subject = Subject::new(role.arn.as_str());
    let name = &role.name;
    let mut open = BTreeSet::new();
    let mut pinned: Vec<(&str, String)> = Vec::new();
    for provider in providers {
        let shared = match provider.issuer.owner {
            Owner::Claims(shared) => shared,
            Owner::Address { .. } => {
                pinned.push((provider.issuer.name, format!("issuer {}", provider.address)));
                continue;
            }
        };
        match foreign(view, role, provider, shared) {
            Outcome::Allowed(allowed) => {
                let issuer = provider.issuer.name;
                let title = format!("`{name}` may be assumed by anybody who uses {issuer}");
                let answer = allowed.proves(Answer::weak(subject, title), role);
                return allowed.under_control_policies(answer, view);
            }
            Outcome::Denied => pinned.push((provider.issuer.name, expected(role, provider))),
            Outcome::Open(keys) => open.extend(keys),
        }
    }
    let issuers: BTreeSet<&str> = providers.iter().map(|provider| provider.issuer.name).collect();
    let issuers = Vec::from_iter(issuers).join(", ");
    let answer = if open.is_empty() {
        let title = format!("`{name}` may not be assumed by just anybody who uses {issuers}");
        Answer::sound(subject, title)
    } else {
        let keys = Vec::from_iter(open).join(", ");
        let title =
            format!("Whether anybody who uses {issuers} may assume `{name}` depends on {keys}");
        Answer::undecided(subject, title)
    };
    pinned.iter().fold(answer, |answer, (issuer, by)| answer.evidence(issuer, by))
}

/// What comes of asking for the role with somebody else's token.
fn foreign(view: &View<'_>, role: &Role, provider: &Provider<'_>, shared: &Shared) -> Outcome {
    let policy = role.trust.policy();
    let address = provider.address;
    let sub = format!("{address}:sub");
    let context = shared.foreign.iter().fold(of_request(view, role), |context, (claim, value)| {
        context.with(&key(address, claim), value)
    });
    let context = context.with("aws:FederatedProvider", provider.arn);
    let mut subjects = BTreeSet::from([shared.foreign_subject()]);
    subjects.extend(values_of(policy, &sub).flat_map(|pattern| shared.foreign_subjects(pattern)));
    let visitors: Vec<Visitor> = subjects
        .iter()
        .map(|subject| Visitor {
            caller: Caller::Federated(provider.arn.to_owned()),
            context: context.clone().with(&sub, subject),
            says: format!("{sub} `{subject}`"),
        })
        .collect();
    let choices: Vec<Choice> = shared
        .chosen
        .iter()
        .map(|claim| key(address, claim).to_ascii_lowercase())
        .chain(["sts:rolesessionname".to_owned()])
        .map(|key| Choice { values: values(policy, &key), key })
        .collect();
    assume(role, ACTION, &visitors, &choices)
}

/// The context key of a claim; keys of AWS's own stay as they are.
fn key(address: &str, claim: &str) -> String {
    if claim.starts_with("aws:") { claim.to_owned() } else { format!("{address}:{claim}") }
}

/// What the policy asks of the claims that pin the owner, for evidence.
fn expected(role: &Role, provider: &Provider<'_>) -> String {
    let policy = role.trust.policy();
    let of = |claim: &str| -> Vec<&str> {
        values_of(policy, &format!("{}:{claim}", provider.address)).collect()
    };
    let subjects = of("sub");
    let (claim, values) = if subjects.is_empty() { ("aud", of("aud")) } else { ("sub", subjects) };
    if values.is_empty() { "denied".to_owned() } else { format!("{claim} {}", values.join(", ")) }
}
