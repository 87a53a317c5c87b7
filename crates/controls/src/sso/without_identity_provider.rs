use keyward_snapshot::{Call, CenterInstance, DirectoryUser};

use super::center::with_instance;
use crate::{Answer, Control, Find, Overview, Severity, Subject};

pub(crate) static CONTROL: Control = Control {
    id: "sso-without-identity-provider",
    docs: crate::docs! {
        /// # People managed by hand in Identity Center
        ///
        /// People stand in Identity Center's directory who do not come from an identity provider.
        ///
        /// ## Why it matters
        ///
        /// Whoever leaves the company is removed from its identity provider the same day, since mail
        /// and everything else hang on it. A directory that is kept by hand beside it is forgotten:
        /// the account, its password and its second factor stay. It also has its own rules for
        /// passwords and devices, which nobody else looks after.
        ///
        /// ## What is checked
        ///
        /// Each person in the identity store: somebody whom an identity provider provisioned carries
        /// an external id. All people by hand is weak; some of them is weak too, with low severity
        /// and the counts as evidence, since a few entries for emergencies are common. Nobody by
        /// hand is sound.
        ///
        /// The external id is what provisioning (SCIM) leaves behind. Where an identity provider
        /// signs people in whom somebody entered by hand, the answer is weak as well: nothing
        /// removes them when they leave. Cannot-tell, if the list of people was not read to its
        /// end. Without an instance of Identity Center there is no answer.
        ///
        /// ## Fix
        ///
        /// Console: *IAM Identity Center*, *Settings*, *Identity source*, *Change identity source*,
        /// *External identity provider*; exchange the metadata, then switch on automatic
        /// provisioning and give the provider the SCIM endpoint and token. Delete the people entered
        /// by hand, except for those kept for emergencies: `aws identitystore delete-user
        /// --identity-store-id d-… --user-id …`, with the ids that `aws identitystore list-users
        /// --identity-store-id d-…` shows.
        ///
        /// ## Fix safety
        ///
        /// Changing the identity source is disruptive: passwords and MFA devices of the built-in
        /// directory stop counting, and people can't sign in until the provider knows them. Keep a
        /// way in that does not need Identity Center while you do it. Names that match keep their
        /// assignments. It can be changed back; deleted people can't be brought back under their
        /// ids.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1234567890", "Status": "ACTIVE"}]}
        /// {"Users": [{"UserName": "alerts", "UserId": "11111111-2222-3333-4444-555555555555", "IdentityStoreId": "d-1234567890"}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"Instances": [{"InstanceArn": "arn:aws:sso:::instance/ssoins-1111222233334444", "IdentityStoreId": "d-1234567890", "Status": "ACTIVE"}]}
        /// {"Users": [{"UserName": "operator@example.com", "UserId": "11111111-2222-3333-4444-555555555555", "IdentityStoreId": "d-1234567890",
        ///   "ExternalIds": [{"Issuer": "https://scim.aws.com/example", "Id": "00u1abcd"}]}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source-idp.html>
        /// - <https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source-change.html>
        /// - <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_User.html>
    },
    severity: Severity::Medium,
    needs: &[Call::ListInstances, Call::ListDirectoryUsers],
    refines: &[],
    watch: &["identitystore:CreateUser", "sso-directory:CreateUser"],
    // Provisioning from an identity provider uses a token of its own, and goes on.
    preventable: &["identitystore:CreateUser", "sso-directory:CreateUser"],
    find: Find::Organization(find),
    prevent: None,
};

fn find(overview: &Overview<'_>) -> Vec<Answer> {
    with_instance(overview, |instance| {
        let subject = Subject::new(instance.arn.as_str());
        match overview.head.identity_center.users.whole() {
            Ok(users) => vec![answer(instance, users)],
            Err(gap) => vec![Answer::cannot_tell(subject, gap)],
        }
    })
}

/// How many names the evidence lists.
const NAMES_MAX: usize = 10;

fn answer(instance: &CenterInstance, users: &[DirectoryUser]) -> Answer {
    let subject = Subject::new(instance.arn.as_str());
    let by_hand: Vec<&DirectoryUser> =
        users.iter().filter(|user| user.external_ids.is_empty()).collect();
    let provided = users.len() - by_hand.len();
    let counted = |answer: Answer| {
        answer.evidence("from an identity provider", provided).evidence("by hand", by_hand.len())
    };
    if by_hand.is_empty() {
        let title = "Nobody in Identity Center is managed by hand";
        return counted(Answer::sound(subject, title));
    }
    let names: Vec<&str> = by_hand.iter().take(NAMES_MAX).map(|user| user.name.as_str()).collect();
    let more = if by_hand.len() > NAMES_MAX { ", …" } else { "" };
    let names = format!("{}{more}", names.join(", "));
    let title = format!(
        "{} of {} people in Identity Center are managed by hand",
        by_hand.len(),
        users.len()
    );
    let answer = counted(Answer::weak(subject, title)).evidence("names", names);
    if provided == 0 {
        return answer;
    }
    answer.severity(Severity::Low, "the others come from an identity provider")
}
