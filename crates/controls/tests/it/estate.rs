//! Small estates for tests, from what AWS's CLI prints, and the answers about them.

use keyward_controls::{Finding, Settings, State, about_account, by_id};
use keyward_snapshot::Snapshot;
use keyward_testing::{Example, Kind};

/// The estate that these files make; a name that is a number says nothing about its content.
#[track_caller]
pub(crate) fn estate(files: &[(&str, &str)]) -> Snapshot {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    Example { kind: Kind::Weak, files }.snapshot()
}

/// What the control says about the accounts.
#[track_caller]
pub(crate) fn findings(id: &str, snapshot: &Snapshot, settings: &Settings) -> Vec<Finding> {
    let control = by_id(id).unwrap_or_else(|| panic!("no control `{id}`"));
    let accounts = snapshot.accounts.iter();
    accounts
        .flat_map(|account| about_account(&snapshot.head, account, settings, [&control]))
        .collect()
}

/// The only finding.
#[track_caller]
pub(crate) fn finding(id: &str, snapshot: &Snapshot, settings: &Settings) -> Finding {
    let mut found = findings(id, snapshot, settings);
    assert_eq!(found.len(), 1, "{id}: {:?}", titles(&found));
    found.remove(0)
}

/// States and titles, for messages.
pub(crate) fn titles(found: &[Finding]) -> Vec<String> {
    found.iter().map(|it| format!("{} {}: {}", it.severity, it.state, it.title)).collect()
}

/// The value of the first fact of this name.
pub(crate) fn fact<'f>(finding: &'f Finding, what: &str) -> Option<&'f str> {
    finding.evidence.iter().find(|it| it.what == what).map(|it| it.value.as_str())
}

/// A credential report: the header, and rows that are filled up with empty slots.
pub(crate) fn report(rows: &[&str]) -> String {
    let header = "user,arn,user_creation_time,password_enabled,password_last_used,\
                  password_last_changed,password_next_rotation,mfa_active,access_key_1_active,\
                  access_key_1_last_rotated,access_key_1_last_used_date,\
                  access_key_1_last_used_region,access_key_1_last_used_service,\
                  access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
                  access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
                  cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
    let empty = "false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";
    let empty: Vec<&str> = empty.split(',').collect();
    let mut lines = vec![header.to_owned()];
    lines.extend(rows.iter().map(|row| {
        let given: Vec<&str> = row.split(',').collect();
        let rest = empty.iter().skip(given.len() - 8);
        given.iter().chain(rest).copied().collect::<Vec<_>>().join(",")
    }));
    lines.join("\n") + "\n"
}

/// What AWS's CLI prints where the account is in no organization.
pub(crate) const NO_ORGANIZATION: &str = "An error occurred (AWSOrganizationsNotInUseException) \
    when calling the DescribeOrganization operation: Your account is not a member of an \
    organization.";

/// An organization whose management account is `management`, with `FullAWSAccess` and the policy
/// `statements` attached to its root.
#[track_caller]
pub(crate) fn organization(management: &str, statements: &str) -> Vec<(String, String)> {
    let everything = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let policy = |id: &str, statements: &str| {
        let content = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let content = content.replace('"', "\\\"");
        format!(
            r#"{{"Policy": {{"PolicySummary": {{"Id": "{id}", "Name": "{id}", "Type": "SERVICE_CONTROL_POLICY"}}, "Content": "{content}"}}}}"#
        )
    };
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    vec![
        file(
            "describe-organization.json",
            &format!(
                r#"{{"Organization": {{"Id": "o-exampleorgid", "MasterAccountId": "{management}", "FeatureSet": "ALL"}}}}"#
            ),
        ),
        file(
            "list-roots.json",
            r#"{"Roots": [{"Id": "r-exam", "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]}]}"#,
        ),
        file(
            "list-policies.json",
            r#"{"Policies": [{"Id": "p-FullAWSAccess", "Name": "p-FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY"},
                {"Id": "p-examplelimits", "Name": "p-examplelimits", "Type": "SERVICE_CONTROL_POLICY"}]}"#,
        ),
        file(
            "list-parents/111122223333.json",
            r#"{"Parents": [{"Id": "r-exam", "Type": "ROOT"}]}"#,
        ),
        file("describe-policy-1.json", &policy("p-FullAWSAccess", everything)),
        file("describe-policy-2.json", &policy("p-examplelimits", statements)),
        file(
            "list-targets-for-policy/p-FullAWSAccess.json",
            r#"{"Targets": [{"TargetId": "r-exam", "Type": "ROOT"}, {"TargetId": "111122223333", "Type": "ACCOUNT"}]}"#,
        ),
        file(
            "list-targets-for-policy/p-examplelimits.json",
            r#"{"Targets": [{"TargetId": "r-exam", "Type": "ROOT"}]}"#,
        ),
    ]
}

/// The same, with further files.
#[track_caller]
pub(crate) fn estate_in(organization: &[(String, String)], files: &[(&str, &str)]) -> Snapshot {
    let own = organization.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    estate(&own.chain(files.iter().copied()).collect::<Vec<_>>())
}

/// Fails unless the finding is in this state.
#[track_caller]
pub(crate) fn expect(finding: &Finding, state: State) {
    assert_eq!(finding.state, state, "{:?} {:?}", finding.title, finding.evidence);
}
