use keyward_snapshot::{Call, Gap, Membership, Organization};

use crate::{Answer, Control, Find, Overview, Severity, Subject};

pub(crate) static CONTROL: Control = Control {
    id: "organization-control-policies-off",
    docs: crate::docs! {
        /// # Control policies switched off
        ///
        /// Service control policies or resource control policies are not enabled in the
        /// organization, so that none of them can be attached.
        ///
        /// ## Why it matters
        ///
        /// Service control policies are the only limit on administrators and root users of member
        /// accounts. Resource control policies limit who may use the resources of the accounts,
        /// principals outside the organization included, whatever the resources' own policies say.
        /// While a type is off, its policies may be written and listed, and bind nobody.
        ///
        /// ## What is checked
        ///
        /// `PolicyTypes` of the organization's root in `list-roots`, where the status has to be
        /// `ENABLED`: one answer for each of the two types. Resource control policies off is
        /// medium. `AvailablePolicyTypes` of `describe-organization` is not used, because AWS does
        /// not keep it current. What the policies say is the business of other controls.
        ///
        /// Where there is no organization there is no answer (`organization-missing` has it). Where
        /// the organization or its root was not read, the answer is cannot-tell.
        ///
        /// ## Fix
        ///
        /// In the management account, with the root's id that `list-roots` prints:
        ///
        /// ```text
        /// aws organizations list-roots
        /// aws organizations enable-policy-type --root-id r-… --policy-type SERVICE_CONTROL_POLICY
        /// aws organizations enable-policy-type --root-id r-… --policy-type RESOURCE_CONTROL_POLICY
        /// ```
        ///
        /// An organization for billing only needs all features first.
        ///
        /// ## Fix safety
        ///
        /// Enabling a type attaches AWS's policy that allows everything to every root, unit and
        /// account, so that nothing changes until you attach policies of your own.
        /// `disable-policy-type` undoes it, and detaches every policy of the type for good.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"Roots": [{"Id": "r-exmp", "Arn": "arn:aws:organizations::111122223333:root/o-exampleorgid/r-exmp", "Name": "Root", "PolicyTypes": []}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}}
        /// {"Roots": [{
        ///   "Id": "r-exmp",
        ///   "Arn": "arn:aws:organizations::111122223333:root/o-exampleorgid/r-exmp",
        ///   "Name": "Root",
        ///   "PolicyTypes": [
        ///     {"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"},
        ///     {"Type": "RESOURCE_CONTROL_POLICY", "Status": "ENABLED"}
        ///   ]
        /// }]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/organizations/latest/userguide/enable-policy-type.html>
        /// - <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
        /// - <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
    },
    severity: Severity::High,
    needs: &[Call::DescribeOrganization, Call::ListRoots],
    refines: &[],
    watch: &["organizations:DisablePolicyType"],
    // A call of the management account, which control policies do not bind.
    preventable: &[],
    find: Find::Organization(find),
    prevent: None,
};

/// The two types: AWS's name, the name in words, and how bad it is when it is off.
const TYPES: [(&str, &str, Severity); 2] = [
    ("SERVICE_CONTROL_POLICY", "service control policies", Severity::High),
    ("RESOURCE_CONTROL_POLICY", "resource control policies", Severity::Medium),
];

fn find(overview: &Overview<'_>) -> Vec<Answer> {
    let organization = match overview.head.organization.value() {
        Ok(Membership::None) => return Vec::new(),
        Ok(Membership::Member(organization)) => Ok(&**organization),
        Err(gap) => Err(gap),
    };
    let answers = TYPES.iter().map(|(name, words, severity)| {
        let subject = overview.subject().part(*words);
        let answer = organization.and_then(|it| answer(it, name, words, *severity, &subject));
        Answer::settle(subject, answer)
    });
    answers.collect()
}

fn answer<'a>(
    organization: &'a Organization,
    name: &str,
    words: &str,
    severity: Severity,
    subject: &Subject,
) -> Result<Answer, &'a Gap> {
    let roots = organization.roots.whole()?;
    let Some(root) = roots.first() else {
        let title = format!("AWS lists no root on which {words} could be enabled");
        return Ok(Answer::undecided(subject.clone(), title));
    };
    let enabled = root.enabled_policy_types.join(", ");
    let enabled = if enabled.is_empty() { "none".to_owned() } else { enabled };
    let answer = if root.enabled_policy_types.iter().any(|it| it == name) {
        Answer::sound(subject.clone(), format!("The organization has {words} switched on"))
    } else {
        let answer =
            Answer::weak(subject.clone(), format!("The organization has {words} switched off"));
        match severity {
            Severity::High => answer,
            lower => answer.severity(
                lower,
                "what they keep out, the policies of each resource can keep out too",
            ),
        }
    };
    Ok(answer.evidence("root", &root.id).evidence("enabled policy types", enabled))
}
