use keyward_snapshot::{Call, CenterInstance, Gap};

use crate::{Answer, Control, Find, Overview, Severity, Subject};

pub(crate) static CONTROL: Control = Control {
    id: "sso-not-enabled",
    docs: crate::docs! {
        /// # IAM Identity Center is not enabled
        ///
        /// The organization has no instance of IAM Identity Center.
        ///
        /// ## Why it matters
        ///
        /// Without single sign-on people reach AWS as IAM users: passwords and access keys in every
        /// account, each to be protected, rotated and removed on its own, and usually forgotten
        /// when somebody leaves. With Identity Center there is one place where people come in, one
        /// second factor, and sessions that end by themselves.
        ///
        /// ## What is checked
        ///
        /// The list of Identity Center's instances. Empty is weak, and so is a list in which no
        /// instance works (its status is another than `ACTIVE`). An account instance, which another
        /// account than the management account owns, lets people into that account's applications
        /// and into no AWS account; where nothing else is listed, the answer is cannot-tell,
        /// because a member's list may not show the organization's instance. Read the list in the
        /// management account or the delegated administrator's, in Identity Center's home region.
        ///
        /// ## Fix
        ///
        /// In the management account, in the region that shall be home to it: console, *IAM
        /// Identity Center*, *Enable*. Then connect your identity provider, make permission sets,
        /// and assign them to groups. Delegate the administration to another account with `aws
        /// organizations register-delegated-administrator --service-principal sso.amazonaws.com`.
        ///
        /// ## Fix safety
        ///
        /// Enabling disrupts nothing: IAM users and roles go on working beside it. The home region
        /// can't be changed later without deleting the instance and all that was set up in it.
        ///
        /// ## Weak
        ///
        /// ```json list-instances.json
        /// {"Instances": []}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1234567890",
        ///   "OwnerAccountId": "111122223333", "Status": "ACTIVE"}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/singlesignon/latest/userguide/enable-identity-center.html>
        /// - <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListInstances.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html>
    },
    severity: Severity::High,
    needs: &[Call::ListInstances],
    refines: &[],
    watch: &["sso:DeleteInstance"],
    preventable: &["sso:DeleteInstance"],
    find: Find::Organization(find),
    prevent: None,
};

fn find(overview: &Overview<'_>) -> Vec<Answer> {
    vec![Answer::settle(overview.subject(), answer(overview))]
}

fn answer<'a>(overview: &Overview<'a>) -> Result<Answer, &'a Gap> {
    let instances = overview.head.identity_center.instances.whole()?;
    let works = |status: &Option<String>| status.as_deref().is_none_or(|it| it == "ACTIVE");
    let organization = overview.organization();
    let of_organization = |instance: &CenterInstance| match (organization, &instance.owner) {
        (Some(organization), Some(owner)) => organization.management_account == *owner,
        _ => true,
    };
    let working: Vec<_> = instances.iter().filter(|it| works(&it.status)).collect();
    let shared = working.iter().find(|instance| of_organization(instance));
    Ok(match shared.or(working.first()) {
        Some(instance) if shared.is_none() => {
            let title = "Only account instances of IAM Identity Center are listed";
            let answer = Answer::undecided(overview.subject(), title)
                .evidence("account instance", &instance.arn);
            instance.owner.iter().fold(answer, |answer, owner| answer.evidence("owner", owner))
        }
        Some(instance) => {
            let title = "IAM Identity Center is enabled";
            Answer::sound(Subject::new(instance.arn.as_str()), title)
                .evidence("instance", &instance.arn)
        }
        None if instances.is_empty() => {
            Answer::weak(overview.subject(), "IAM Identity Center is not enabled")
                .evidence("instances", 0)
        }
        None => {
            let answer = Answer::weak(overview.subject(), "IAM Identity Center does not work");
            instances.iter().fold(answer, |answer, instance| {
                answer.evidence(&instance.arn, instance.status.as_deref().unwrap_or_default())
            })
        }
    })
}
