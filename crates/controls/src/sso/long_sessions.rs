use keyward_snapshot::{Call, Gap, PermissionSet};

use super::administrators::{Power, policies_read, power};
use super::center::with_instance;
use crate::{Answer, Control, Find, Overview, Severity, Subject};

pub(crate) static CONTROL: Control = Control {
    id: "sso-long-sessions",
    docs: crate::docs! {
        /// # Long sessions of a permission set
        ///
        /// Sessions that a permission set opens last longer than a working day, or longer than an
        /// hour for administrators.
        ///
        /// ## Why it matters
        ///
        /// The credentials of a session lie in files and browsers, and they work until the session
        /// ends, even after the person signed out or lost access. How long it lasts is how long a
        /// stolen session is worth something.
        ///
        /// ## What is checked
        ///
        /// The session duration of each permission set. More than 8 hours are weak (setting
        /// `sso_session_hours_max`), and more than 1 hour for a set that makes administrators
        /// (setting `sso_administrator_session_hours_max`): one with AWS's `AdministratorAccess`, or
        /// with an inline policy that allows everything. Other sets are sound.
        ///
        /// Cannot-tell, if the duration is not too long for everybody and the set's policies were
        /// not read, or if it is too long for administrators and the inline policy allows
        /// everything under conditions only. The session of the access portal, from which sessions are opened, is a setting
        /// of its own and not looked at.
        ///
        /// ## Fix
        ///
        /// `aws sso-admin update-permission-set --instance-arn … --permission-set-arn …
        /// --session-duration PT1H`, then `aws sso-admin provision-permission-set --instance-arn …
        /// --permission-set-arn … --target-type ALL_PROVISIONED_ACCOUNTS`, without which the
        /// accounts keep the old duration. `aws sso-admin list-instances` shows the instance's ARN;
        /// the permission set's is the finding's resource.
        ///
        /// ## Fix safety
        ///
        /// Running sessions keep their end. Scripts that run for hours under a person's session
        /// break off sooner; they should have a role of their own. The old duration undoes it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1234567890", "Status": "ACTIVE"}]}
        /// {"PermissionSet": {"Name": "analysis", "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444", "SessionDuration": "PT12H"}}
        /// ```
        ///
        /// ## Weak: an administrator's
        ///
        /// ```json
        /// {"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1234567890", "Status": "ACTIVE"}]}
        /// {"PermissionSet": {"Name": "operations", "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444", "SessionDuration": "PT4H"}}
        /// ```
        ///
        /// ```json get-inline-policy-for-permission-set/ps-1111222233334444.json
        /// {"InlinePolicy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1234567890", "Status": "ACTIVE"}]}
        /// {"PermissionSet": {"Name": "analysis", "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444", "SessionDuration": "PT8H"}}
        /// ```
        ///
        /// ```json list-managed-policies-in-permission-set/ps-1111222233334444.json
        /// {"AttachedManagedPolicies": [{"Name": "ReadOnlyAccess", "Arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}
        /// ```
        ///
        /// ```json get-inline-policy-for-permission-set/ps-1111222233334444.json
        /// {"InlinePolicy": ""}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html>
        /// - <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdatePermissionSet.html>
    },
    severity: Severity::Medium,
    needs: &[
        Call::ListInstances,
        Call::ListPermissionSets,
        Call::DescribePermissionSet,
        Call::ListManagedPoliciesInPermissionSet,
        Call::GetInlinePolicyForPermissionSet,
    ],
    refines: &[],
    watch: &[
        "sso:CreatePermissionSet",
        "sso:UpdatePermissionSet",
        "sso:AttachManagedPolicyToPermissionSet",
        "sso:PutInlinePolicyToPermissionSet",
    ],
    preventable: &[],
    find: Find::Organization(find),
    prevent: None,
};

fn find(overview: &Overview<'_>) -> Vec<Answer> {
    with_instance(overview, |_| {
        overview.each(&overview.head.identity_center.permission_sets, |set| {
            let subject = Subject::new(set.arn.as_str());
            Some(Answer::settle(subject, answer(overview, set)))
        })
    })
}

fn answer<'a>(overview: &Overview<'_>, set: &'a PermissionSet) -> Result<Answer, &'a Gap> {
    let subject = Subject::new(set.arn.as_str());
    let settings = overview.settings;
    let seconds = set.session_seconds;
    let length = length(seconds);
    let described = |answer: Answer| answer.evidence("session duration", &length);
    let name = &set.name;
    if seconds > settings.sso_session_hours_max.saturating_mul(3600) {
        let title = format!("Sessions of `{name}` last {length}");
        return Ok(described(Answer::weak(subject, title)));
    }
    let is_short = seconds <= settings.sso_administrator_session_hours_max.saturating_mul(3600);
    match power(set) {
        Power::Administrator(policy) if !is_short => {
            let title = format!("Administrators' sessions of `{name}` last {length}");
            Ok(described(Answer::weak(subject, title)).evidence("administrator by", policy))
        }
        Power::Depends(keys) if !is_short => {
            let keys = keys.join(", ");
            let title = format!("Whether `{name}` makes administrators depends on {keys}");
            Ok(described(Answer::undecided(subject, title)))
        }
        Power::Unknown(gap) => Err(gap),
        _ => {
            policies_read(set)?;
            let title = format!("Sessions of `{name}` last {length}");
            Ok(described(Answer::sound(subject, title)))
        }
    }
}

/// A session duration as people write it.
fn length(seconds: u32) -> String {
    let (hours, minutes) = (seconds / 3600, seconds % 3600 / 60);
    match (hours, minutes) {
        (1, 0) => "1 hour".to_owned(),
        (_, 0) => format!("{hours} hours"),
        (0, _) => format!("{minutes} minutes"),
        _ => format!("{hours} h {minutes} min"),
    }
}
