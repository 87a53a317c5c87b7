use std::collections::BTreeSet;

use keyward_access::{Answer as Access, control_policies};
use keyward_snapshot::{ControlPolicy, Gap, PolicyKind};

use super::policies::{Alone, WRITING_ACTIONS, Written, each_written};
use super::principals::{GRANTS, GUARDRAILS, abridged, listed, own_session};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "privilege-whole-services",
    docs: crate::docs! {
        /// # Policy that allows a whole service
        ///
        /// A customer-managed policy that is attached, or an inline policy, allows every action of a
        /// service that holds data, keys or identities, on every resource.
        ///
        /// ## Why it matters
        ///
        /// `s3:*` on `*` is not "read and write our files": it is also deleting every bucket's
        /// history, opening buckets to the world, and whatever AWS adds to S3 next year. Few holders
        /// use more than a handful of a service's actions; the rest serves only whoever gets hold of
        /// their credentials.
        ///
        /// ## What is checked
        ///
        /// Each policy is evaluated by itself, for somebody who holds nothing else, for an action
        /// and a resource of the service that nobody knows: what allows those allows the whole
        /// service. Spelling does not matter (`s3:*`, `NotAction`, several statements), and a
        /// `Deny` for named actions or resources does not save it, since the rest of the service
        /// remains. A policy for one region, or for one type of resource (`key/*`), is not weak
        /// here. Nor is a service that a service control policy over the account certainly denies.
        ///
        /// - Identities: `iam`, `sts`, `organizations`, `sso`, `identitystore`, `cognito-idp`.
        /// - Keys and secrets: `kms`, `secretsmanager`, `ssm` (parameters, and commands on
        ///   instances), `acm-pca`.
        /// - Data and what computes on it: `s3`, `dynamodb`, `rds`, `redshift`,
        ///   `elasticfilesystem`, `backup`, `ec2` (disks and snapshots), `lambda` (code and
        ///   environments).
        ///
        /// `iam:*` raises the severity to high: its holder can grant itself everything. A policy
        /// that allows everything is left out, because `privilege-administrator-policy` tells of it.
        /// So are AWS-managed policies, which you can't change, and the policies of service-linked
        /// and Identity Center's roles. A policy is one finding however many hold it; the holders are
        /// evidence.
        ///
        /// The holder is taken to have signed in with MFA. Where another condition leaves it open
        /// whether a service is allowed, and no other service is, the answer is cannot-tell. Service
        /// control policies that were not read are taken to deny nothing, and the evidence says so.
        ///
        /// ## Fix
        ///
        /// List the actions and the resources. What the holders used in the last months is in IAM's
        /// *Last Accessed* tab, or:
        ///
        /// ```sh
        /// aws iam generate-service-last-accessed-details --granularity ACTION_LEVEL \
        ///   --arn arn:aws:iam::111122223333:role/app
        /// aws iam get-service-last-accessed-details --job-id JOB_ID
        /// ```
        ///
        /// IAM Access Analyzer can write the policy from CloudTrail's events
        /// (`aws accessanalyzer start-policy-generation`). There is no guardrail for it: no
        /// condition key tells what a policy that is being written allows.
        ///
        /// ## Fix safety
        ///
        /// Disruptive: actions that you did not list fail for all holders. Those used once a year
        /// are the ones that get forgotten. `aws iam set-default-policy-version` brings the old
        /// version of a managed policy back.
        ///
        /// ## Weak
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"Path": "/", "RoleName": "app", "RoleId": "AROAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:role/app", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        ///   "InstanceProfileList": [], "AttachedManagedPolicies": [],
        ///   "RolePolicyList": [{"PolicyName": "data", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*", "dynamodb:*"], "Resource": "*"}]}}]}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"Path": "/", "RoleName": "app", "RoleId": "AROAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:role/app", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        ///   "InstanceProfileList": [], "AttachedManagedPolicies": [],
        ///   "RolePolicyList": [{"PolicyName": "data", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
        ///    {"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::example-app", "arn:aws:s3:::example-app/*"]},
        ///    {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem"], "Resource": "*"}]}}]}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-generation.html>
    },
    severity: Severity::Medium,
    needs: GRANTS,
    refines: GUARDRAILS,
    watch: WRITING_ACTIONS,
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

/// The services that hold data, keys or identities, by the prefix of their actions, each with a
/// resource of it that nobody knows; `ACCOUNT` stands for the account's id.
const SERVICES: &[(&str, &str)] = &[
    ("iam", "arn:aws:iam::ACCOUNT:keyward-nonexistent/x"),
    ("sts", "arn:aws:iam::ACCOUNT:keyward-nonexistent/x"),
    ("organizations", "arn:aws:organizations::ACCOUNT:keyward-nonexistent/x"),
    ("sso", "arn:aws:sso:::keyward-nonexistent/x"),
    ("identitystore", "arn:aws:identitystore::ACCOUNT:keyward-nonexistent/x"),
    ("cognito-idp", "arn:aws:cognito-idp:nowhere-1:ACCOUNT:keyward-nonexistent/x"),
    ("kms", "arn:aws:kms:nowhere-1:ACCOUNT:keyward-nonexistent/x"),
    ("secretsmanager", "arn:aws:secretsmanager:nowhere-1:ACCOUNT:keyward-nonexistent:x"),
    ("ssm", "arn:aws:ssm:nowhere-1:ACCOUNT:keyward-nonexistent/x"),
    ("acm-pca", "arn:aws:acm-pca:nowhere-1:ACCOUNT:keyward-nonexistent/x"),
    ("s3", "arn:aws:s3:::keyward-nonexistent"),
    ("dynamodb", "arn:aws:dynamodb:nowhere-1:ACCOUNT:keyward-nonexistent/x"),
    ("rds", "arn:aws:rds:nowhere-1:ACCOUNT:keyward-nonexistent:x"),
    ("redshift", "arn:aws:redshift:nowhere-1:ACCOUNT:keyward-nonexistent:x"),
    ("elasticfilesystem", "arn:aws:elasticfilesystem:nowhere-1:ACCOUNT:keyward-nonexistent/x"),
    ("backup", "arn:aws:backup:nowhere-1:ACCOUNT:keyward-nonexistent:x"),
    ("ec2", "arn:aws:ec2:nowhere-1:ACCOUNT:keyward-nonexistent/x"),
    ("lambda", "arn:aws:lambda:nowhere-1:ACCOUNT:keyward-nonexistent:x"),
];

/// What one policy says of all services of the table.
#[derive(Debug, Default)]
struct Tally {
    /// Services that it allows, with the statements.
    whole: Vec<(&'static str, Vec<String>)>,
    /// Services that it allows and a service control policy certainly denies.
    denied: Vec<&'static str>,
    /// Keys on which other services hang.
    keys: Vec<String>,
    /// What stands in the way of more services.
    gap: Option<Gap>,
}

fn find(view: &View<'_>) -> Vec<Answer> {
    let scps = control_policies(view.head, &view.account.id, PolicyKind::ServiceControl);
    let context = own_session(view);
    each_written(view, |policy| {
        let alone = Alone::new(view, policy, &context);
        match alone.administrator() {
            Access::Yes(_) => None,
            _ => Some(answer(policy, tally(view, &alone, &scps))),
        }
    })
}

fn tally<'a>(
    view: &View<'a>,
    alone: &Alone<'a>,
    scps: &Result<Vec<Vec<&'a ControlPolicy>>, Gap>,
) -> Tally {
    let mut tally = Tally::default();
    for &(service, resource) in SERVICES {
        let action = format!("{service}:KeywardNonexistent");
        let resource = resource.replace("ACCOUNT", view.account.id.as_str()).replacen(
            "arn:aws:",
            &format!("arn:{}:", alone.partition()),
            1,
        );
        let because = match alone.may(&action, &resource) {
            Access::Yes(because) => because,
            Access::No(_) => continue,
            Access::Depends(keys) => {
                tally.keys.extend(keys);
                continue;
            }
            Access::CannotTell(gap) => {
                tally.gap = Some(gap);
                continue;
            }
        };
        match alone.may_under(scps, &action, &resource) {
            Access::No(_) => tally.denied.push(service),
            Access::CannotTell(gap) => tally.gap = Some(gap),
            // Control policies that deny it in some requests leave it to be had in others.
            Access::Yes(_) | Access::Depends(_) => tally.whole.push((service, because)),
        }
    }
    tally.keys.sort();
    tally.keys.dedup();
    tally
}

fn answer(policy: &Written<'_>, tally: Tally) -> Answer {
    let Tally { whole, denied, keys, gap } = tally;
    if !whole.is_empty() {
        let patterns: Vec<String> =
            whole.iter().map(|(service, _)| format!("`{service}:*`")).collect();
        let claim = format!("allows {} on every resource", abridged(&patterns));
        let is_iam = whole.iter().any(|(service, _)| *service == "iam");
        let because: BTreeSet<String> =
            whole.into_iter().flat_map(|(_, because)| because).collect();
        let because: Vec<String> = because.into_iter().collect();
        return policy.weak(&claim).allowed_by(&because).severity_if(
            is_iam,
            Severity::High,
            "with `iam:*` its holders can grant themselves everything",
        );
    }
    match gap {
        Some(gap) => policy.cannot_tell(&gap),
        None if !keys.is_empty() => policy.undecided("allows a whole service", &keys),
        None => {
            let answer = policy
                .sound("allows no whole service")
                .evidence("services asked about", SERVICES.len());
            match denied.as_slice() {
                [] => answer,
                denied => answer.evidence("denied by service control policies", listed(denied)),
            }
        }
    }
}
