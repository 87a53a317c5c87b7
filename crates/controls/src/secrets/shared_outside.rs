mod outsiders;

use keyward_policy::{Document, Verdict};
use keyward_snapshot::{AccountId, Call, Gap, Known, Membership, Secret};

use self::outsiders::{Outsider, Who};
use super::listed;
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "secrets-shared-outside",
    docs: crate::docs! {
        /// # Secret shared outside the organization
        ///
        /// The resource policy of a secret lets somebody outside the organization read its value.
        ///
        /// ## Why it matters
        ///
        /// Whoever reads the value is, for the system behind it, whoever the value belongs to. A
        /// principal of another account is outside your control policies, your single sign-on and
        /// your logs, and it keeps its access when the person or the contract behind it is gone.
        ///
        /// ## What is checked
        ///
        /// The resource policy is evaluated for `secretsmanager:GetSecretValue`, asked by
        /// principals outside who may do everything on their own side:
        ///
        /// - a role in an account that nobody has heard of, in no organization and in a strange one;
        /// - a role of each organization that a condition names and that is not yours;
        /// - a role of each account, or the user or role itself, that the policy or a condition
        ///   names, unless the account is in the organization, in the snapshot, or in the setting
        ///   `trusted_accounts`.
        ///
        /// If one of them may read the value whatever else the request carries, the answer is weak.
        /// If it depends on keys that nobody can know (a VPC endpoint, a range of addresses, a
        /// tag), the answer is cannot-tell and names them. A secret without a resource policy is
        /// sound. Where membership of an account or organization decides and was not read, the
        /// answer is cannot-tell.
        ///
        /// The severity is high where only accounts of `vendor_accounts` can read the value, and
        /// where the secret is encrypted with `aws/secretsmanager`, which no other account can use.
        /// Resource control policies are not weighed: they would be the second line. Other actions,
        /// such as changing the policy, and access for AWS services are not looked at. Secrets that
        /// wait for their deletion are left out.
        ///
        /// ## Fix
        ///
        /// Read the policy (`aws secretsmanager get-resource-policy --secret-id …`). Take the
        /// statement out (`aws secretsmanager put-resource-policy --secret-id … --resource-policy
        /// file://policy.json --block-public-policy`), or the whole policy (`aws secretsmanager
        /// delete-resource-policy --secret-id …`), and rotate the secret: what was readable counts
        /// as read. If the sharing is meant, name the one role of the other account instead of the
        /// account or `*`, and put your own accounts into `trusted_accounts`.
        ///
        /// ## Fix safety
        ///
        /// Disruptive for whoever reads the secret from outside: CloudTrail's `GetSecretValue`
        /// events with a foreign account in `userIdentity` say who does. The former policy can be
        /// put back.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"SecretList": [{
        ///   "ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shared/api-token-a1B2c3",
        ///   "Name": "shared/api-token",
        ///   "KmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        /// }]}
        /// {"ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shared/api-token-a1B2c3",
        ///  "Name": "shared/api-token",
        ///  "ResourcePolicy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"secretsmanager:GetSecretValue\",\"Resource\":\"*\"}]}"}
        /// ```
        ///
        /// ## Weak: an account outside the organization
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"Accounts": [{"Id": "111122223333", "Name": "management", "Email": "aws@example.com", "Status": "ACTIVE"}]}
        /// {"SecretList": [{
        ///   "ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shared/api-token-a1B2c3",
        ///   "Name": "shared/api-token"
        /// }]}
        /// {"ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shared/api-token-a1B2c3",
        ///  "Name": "shared/api-token",
        ///  "ResourcePolicy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::999999999999:root\"},\"Action\":\"secretsmanager:*\",\"Resource\":\"*\"}]}"}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"Accounts": [{"Id": "111122223333", "Name": "management", "Email": "aws@example.com", "Status": "ACTIVE"}]}
        /// {"SecretList": [{
        ///   "ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shared/api-token-a1B2c3",
        ///   "Name": "shared/api-token"
        /// }]}
        /// {"ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shared/api-token-a1B2c3",
        ///  "Name": "shared/api-token",
        ///  "ResourcePolicy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"secretsmanager:GetSecretValue\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:PrincipalOrgID\":\"o-exampleorgid\"}}}]}"}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html>
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    },
    severity: Severity::Critical,
    needs: &[
        Call::ListSecrets,
        Call::GetResourcePolicy,
        Call::DescribeOrganization,
        Call::ListAccounts,
    ],
    refines: &[],
    watch: &["secretsmanager:PutResourcePolicy"],
    preventable: &["secretsmanager:PutResourcePolicy"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    listed::each(view, |secret| {
        answer(view, secret)
            .unwrap_or_else(|gap| Answer::cannot_tell(listed::subject(secret), &gap))
    })
}

fn answer(view: &View<'_>, secret: &Secret) -> Result<Answer, Gap> {
    let name = &secret.name;
    let subject = listed::subject(secret);
    let policy = secret.resource_policy.value().map_err(Clone::clone)?;
    let Some(policy) = policy else {
        return Ok(Answer::sound(subject, format!("`{name}` has no resource policy"))
            .evidence("resource policy", "none"));
    };
    let reached = Reached::by(view, secret, policy);
    if let Some(first) = reached.readers.first() {
        return Ok(weak(view, secret, &reached.readers, &first.who));
    }
    if let Some(gap) = reached.gap {
        return Err(gap);
    }
    if !reached.depends_on.is_empty() {
        let title = format!("Whether `{name}` can be read from outside depends on the request");
        return Ok(
            Answer::undecided(subject, title).evidence("depends on", reached.depends_on.join(", "))
        );
    }
    Ok(Answer::sound(subject, format!("Nobody outside the organization can read `{name}`"))
        .evidence("principals outside that were tried", reached.tried))
}

fn weak(view: &View<'_>, secret: &Secret, readers: &[Reader], first: &Who) -> Answer {
    let vendors = &view.settings.vendor_accounts;
    let is_vendor = |who: &Who| matches!(who, Who::Account(id) if vendors.contains(id));
    let title = match readers {
        [_] => format!("`{}` can be read by {first}", secret.name),
        _ => format!("`{}` can be read by {first} and {} more", secret.name, readers.len() - 1),
    };
    let answer = readers.iter().fold(
        Answer::weak(listed::subject(secret), title),
        |answer, Reader { who, statement }| {
            let agreed = if is_vendor(who) { ", a vendor by agreement" } else { "" };
            answer.evidence("reader", format!("{who}{agreed}, by {statement}"))
        },
    );
    if secret.kms_key.is_none() {
        let because = "no other account can use the key `aws/secretsmanager` that encrypts it";
        answer.severity(Severity::High, because)
    } else if readers.iter().all(|reader| is_vendor(&reader.who)) {
        answer.severity(Severity::High, "only vendors by agreement can read it")
    } else {
        answer
    }
}

/// Somebody outside who can read the value, and what lets them.
struct Reader {
    who: Who,
    statement: String,
}

/// What came out when principals outside tried to read the value.
#[derive(Default)]
struct Reached {
    readers: Vec<Reader>,
    /// What was not read and would tell whether somebody who can read the value is outside.
    gap: Option<Gap>,
    depends_on: Vec<String>,
    tried: usize,
}

impl Reached {
    fn by(view: &View<'_>, secret: &Secret, policy: &Document) -> Self {
        let mut reached = Self::default();
        for outsider in outsiders::of(view, secret, policy) {
            let is_outside = match is_outside(view, &outsider.who) {
                Ok(false) => continue,
                Ok(true) => Ok(()),
                Err(gap) => Err(gap.clone()),
            };
            reached.tried += 1;
            reached.note(&outsider, is_outside, policy);
        }
        reached.depends_on.sort();
        reached.depends_on.dedup();
        reached
    }

    fn note(&mut self, outsider: &Outsider, is_outside: Result<(), Gap>, policy: &Document) {
        let decision = outsider.reads(policy);
        match (decision.verdict, is_outside) {
            (Verdict::Deny { .. }, _) => {}
            (_, Err(gap)) => self.gap = self.gap.take().or(Some(gap)),
            (Verdict::Depends, Ok(())) => self.depends_on.extend(decision.depends_on),
            (Verdict::Allow, Ok(())) => {
                if self.readers.iter().all(|reader| reader.who != outsider.who) {
                    let statement = outsiders::deciding_statement(policy, &decision);
                    self.readers.push(Reader { who: outsider.who.clone(), statement });
                }
            }
        }
    }
}

/// Whether somebody is outside, or what was not read to tell.
fn is_outside<'a>(view: &View<'a>, who: &Who) -> Result<bool, &'a Gap> {
    match who {
        Who::Anyone => Ok(true),
        Who::Organization(id) => match view.head.organization.value()? {
            Membership::None => Ok(true),
            Membership::Member(organization) => Ok(organization.id != *id),
        },
        Who::Account(id) => is_account_outside(view, id),
    }
}

fn is_account_outside<'a>(view: &View<'a>, id: &AccountId) -> Result<bool, &'a Gap> {
    let is_own = view.is_in_organization(id) || view.head.accounts.contains(id);
    if is_own || view.settings.trusted_accounts.contains(id) {
        return Ok(false);
    }
    match &view.head.organization {
        Known::Gap(gap) => Err(gap),
        Known::Value(Membership::None) => Ok(true),
        Known::Value(Membership::Member(organization)) => {
            organization.accounts.whole()?;
            Ok(true)
        }
    }
}
