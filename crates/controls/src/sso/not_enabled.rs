use keyward_snapshot::{AccountId, Call, CenterInstance, Gap, Membership};

use crate::{Answer, Control, Find, Overview, Severity, Subject};

pub(crate) static CONTROL: Control = Control {
    id: "sso-not-enabled",
    docs: crate::docs! {
        /// # IAM Identity Center not enabled
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
        /// The list of Identity Center's instances has to show one that works (its status is
        /// `ACTIVE`, or not given) and that the organization's management account owns. Only that
        /// one opens AWS accounts; instances that member accounts or standalone accounts start for
        /// themselves serve single applications and do not count.
        ///
        /// - No such instance: weak. So is an account that is in no organization: the fix begins
        ///   with one.
        /// - The list of instances or the organization was not read, or the list does not say who
        ///   owns the instance: cannot-tell.
        ///
        /// Read the list in the management account or the delegated administrator's, and in
        /// Identity Center's home region. Elsewhere it may lack the organization's instance, and
        /// the answer is weak by mistake.
        ///
        /// ## Fix
        ///
        /// In the management account, in the region that shall be home to it: console, *IAM
        /// Identity Center*, *Enable*. Then connect your identity provider, make permission sets,
        /// and assign them to groups. Delegate the administration to another account with `aws
        /// organizations register-delegated-administrator --account-id 444455556666
        /// --service-principal sso.amazonaws.com`.
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
        /// ## Weak: only a member account's own instance
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1234567890",
        ///   "OwnerAccountId": "444455556666", "Status": "ACTIVE"}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1234567890",
        ///   "OwnerAccountId": "111122223333", "Status": "ACTIVE"}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/singlesignon/latest/userguide/enable-identity-center.html>
        /// - <https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html>
        /// - <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListInstances.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html>
    },
    severity: Severity::High,
    needs: &[Call::ListInstances, Call::DescribeOrganization],
    refines: &[],
    watch: &["sso:DeleteInstance"],
    // Only the management account can delete it, and service control policies do not bind that.
    preventable: &[],
    find: Find::Organization(find),
    prevent: None,
};

fn find(overview: &Overview<'_>) -> Vec<Answer> {
    vec![Answer::settle(overview.subject(), answer(overview))]
}

fn answer<'a>(overview: &Overview<'a>) -> Result<Answer, &'a Gap> {
    let instances = overview.head.identity_center.instances.whole()?;
    let works = |status: &Option<String>| status.as_deref().is_none_or(|it| it == "ACTIVE");
    let working: Vec<_> = instances.iter().filter(|instance| works(&instance.status)).collect();
    if working.is_empty() {
        return Ok(no_instance(overview, instances));
    }
    let management = match overview.head.organization.value()? {
        Membership::None => None,
        Membership::Member(organization) => Some(&organization.management_account),
    };
    // https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html:
    // the management account owns the organization's instance, and can have no other.
    let is_owned = |instance: &&&CenterInstance| {
        instance.owner.as_ref().is_some_and(|owner| Some(owner) == management)
    };
    if let Some(instance) = working.iter().find(is_owned) {
        return Ok(Answer::sound(
            Subject::new(instance.arn.as_str()),
            "IAM Identity Center is enabled",
        )
        .evidence("instance", &instance.arn));
    }
    let unowned = working.iter().find(|instance| instance.owner.is_none());
    if let (Some(instance), Some(_)) = (unowned, management) {
        let title = "The list of instances does not say whether one is the organization's";
        return Ok(Answer::undecided(overview.subject(), title).evidence("instance", &instance.arn));
    }
    let title = "IAM Identity Center is enabled for a single account only";
    let answer = Answer::weak(overview.subject(), title);
    Ok(working.iter().fold(answer, |answer, instance| {
        let owner = instance.owner.as_ref().map_or("not known", AccountId::as_str);
        answer.evidence(&instance.arn, format!("owned by account {owner}"))
    }))
}

fn no_instance(overview: &Overview<'_>, instances: &[CenterInstance]) -> Answer {
    if instances.is_empty() {
        return Answer::weak(overview.subject(), "IAM Identity Center is not enabled")
            .evidence("instances", 0);
    }
    let answer = Answer::weak(overview.subject(), "IAM Identity Center does not work");
    instances.iter().fold(answer, |answer, instance| {
        answer.evidence(&instance.arn, instance.status.as_deref().unwrap_or_default())
    })
}
