use keyward_snapshot::{Call, CredentialReport, CredentialRow, Gap, KeySlot, LastUse};

use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "root-with-access-key",
    docs: crate::docs! {
        /// # Root user with an access key
        ///
        /// The account's root user has an access key, active or not.
        ///
        /// ## Why it matters
        ///
        /// An access key of the root user signs any request in the account: no IAM policy limits
        /// it, it never expires, and it works from anywhere without MFA. It ends up in files,
        /// scripts and environments, where the root user's password never would. An inactive key
        /// can be activated again with one call.
        ///
        /// ## What is checked
        ///
        /// The account summary counts the root user's access keys, inactive ones included. The
        /// credential report adds which key it is, whether it is active, when it was made, and what
        /// it was last used for. The report may be up to four hours old, so where the two differ
        /// the summary decides. Without the summary, a key in the report is weak all the same, and
        /// a report without a key proves nothing: the answer is cannot-tell.
        ///
        /// ## Fix
        ///
        /// Find out what uses the key: the credential report names the service and the region of
        /// its last use, CloudTrail (`userIdentity.type` is `Root`, with `accessKeyId`) names the
        /// calls and addresses. Give that software a role. Then deactivate the key, wait until
        /// nothing complains, and delete it:
        ///
        /// - Member account of an organization: delete the root user's credentials centrally. In
        ///   the management account's console that is IAM, *Root access management*, the account,
        ///   *Take privileged action*; `root-without-mfa` has the commands.
        /// - Management account or standalone account: sign in as the root user, open *Security
        ///   credentials*, and delete the key under *Access keys*.
        ///
        /// ## Fix safety
        ///
        /// Deactivating stops whatever still signs with the key, and activating it again undoes
        /// that at once. Deleting is irreversible: AWS keeps no copy, and a new key has another id.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"SummaryMap": {"AccountMFAEnabled": 1, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 1, "AccountSigningCertificatesPresent": 0}}
        /// ```
        ///
        /// ## Weak: an inactive key
        ///
        /// ```json
        /// {"SummaryMap": {"AccountMFAEnabled": 1, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 1, "AccountSigningCertificatesPresent": 0}}
        /// ```
        ///
        /// ```csv
        /// user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
        /// <root_account>,arn:aws:iam::111122223333:root,2021-03-01T08:00:00+00:00,not_supported,2026-02-01T08:00:00+00:00,not_supported,not_supported,true,false,2021-03-02T08:00:00+00:00,2022-04-01T12:00:00+00:00,us-east-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"SummaryMap": {"AccountMFAEnabled": 1, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user_manage_delete-key.html>
        /// - <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html>
    },
    severity: Severity::Critical,
    needs: &[Call::GetAccountSummary],
    refines: &[Call::GetCredentialReport],
    watch: &["iam:CreateAccessKey"],
    preventable: &["iam:CreateAccessKey"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    vec![Answer::settle(view.root(), answer(view))]
}

fn answer<'a>(view: &View<'a>) -> Result<Answer, &'a Gap> {
    let row = view.account.credential_report.value().ok().and_then(CredentialReport::root);
    match view.account.summary.value() {
        Ok(summary) if summary.root_access_keys => {
            Ok(weak(view, row).evidence("AccountAccessKeysPresent", 1))
        }
        Ok(_) => Ok(Answer::sound(view.root(), "Root user has no access key")
            .evidence("AccountAccessKeysPresent", 0)),
        Err(gap) => {
            let row = row.filter(|row| row.keys.iter().any(KeySlot::exists));
            row.map(|row| weak(view, Some(row))).ok_or(gap)
        }
    }
}

fn weak(view: &View<'_>, row: Option<&CredentialRow>) -> Answer {
    let keys: Vec<(usize, &KeySlot)> = row
        .into_iter()
        .flat_map(|row| (1..).zip(&row.keys))
        .filter(|(_, key)| key.exists())
        .collect();
    let title = match keys.as_slice() {
        [] => "Root user has an access key",
        keys if keys.iter().any(|(_, key)| key.active) => "Root user has an active access key",
        _ => "Root user has an access key, which is inactive at the moment",
    };
    keys.iter().fold(Answer::weak(view.root(), title), |answer, (number, key)| {
        answer.evidence(&format!("access key {number}"), description(key))
    })
}

fn description(key: &KeySlot) -> String {
    let state = if key.active { "active" } else { "inactive" };
    let made = key.last_rotated.map_or_else(String::new, |time| format!(", made {time}"));
    let used = match key.last_used {
        LastUse::At(time) => format!(", last used {time}"),
        LastUse::Never => ", never used".to_owned(),
        LastUse::Unrecorded => String::new(),
    };
    let service =
        key.last_used_service.as_ref().map_or_else(String::new, |it| format!(" for `{it}`"));
    format!("{state}{made}{used}{service}")
}
