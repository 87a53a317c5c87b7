//! IAM, by the examples of AWS's CLI reference.

use keyward_snapshot::{
    AccessKey, AccountSummary, AttachedPolicy, Call, CredentialReport, Gap, Known, LastUse,
    Listing, MfaDevice, OidcProvider, PasswordPolicy, RoleLastUsed, SamlProvider, VirtualMfaDevice,
};

use super::{ACCOUNT, account, answers, import, time};

pub(super) const DETAILS: &str = r#"{
    "UserDetailList": [
        {
            "Path": "/", "UserName": "deploy", "UserId": "AIDA1234567890EXAMPLE",
            "Arn": "arn:aws:iam::123456789012:user/deploy", "CreateDate": "2013-10-14T18:32:25Z",
            "UserPolicyList": [{"PolicyName": "DenyBilling", "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Deny", "Action": ["aws-portal:*", "iam:*"], "Resource": "*"}
            }}],
            "GroupList": ["Admins"],
            "AttachedManagedPolicies": [],
            "PermissionsBoundary": {
                "PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/limits"
            },
            "Tags": [{"Key": "team", "Value": "billing"}]
        }
    ],
    "GroupDetailList": [
        {
            "GroupName": "Admins", "GroupId": "AGPA1234567890EXAMPLE", "Path": "/",
            "Arn": "arn:aws:iam::123456789012:group/Admins", "CreateDate": "2013-10-14T18:32:24Z",
            "GroupPolicyList": [],
            "AttachedManagedPolicies": {
                "PolicyName": "limits", "PolicyArn": "arn:aws:iam::123456789012:policy/limits"
            }
        }
    ],
    "RoleDetailList": [
        {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{
                "Sid": "", "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole"
            }]},
            "RoleId": "AROA1234567890EXAMPLE", "CreateDate": "2014-07-30T17:09:20Z",
            "InstanceProfileList": [{
                "InstanceProfileId": "AIPA1234567890EXAMPLE",
                "Roles": [{"RoleName": "EC2role", "Path": "/"}],
                "InstanceProfileName": "EC2role", "Path": "/",
                "Arn": "arn:aws:iam::123456789012:instance-profile/EC2role"
            }],
            "RoleName": "EC2role", "Path": "/",
            "AttachedManagedPolicies": [{
                "PolicyName": "limits", "PolicyArn": "arn:aws:iam::123456789012:policy/limits"
            }],
            "RoleLastUsed": {"Region": "us-west-2", "LastUsedDate": "2019-11-13T17:30:00Z"},
            "RolePolicyList": [], "Arn": "arn:aws:iam::123456789012:role/EC2role"
        }
    ],
    "Policies": [
        {
            "PolicyName": "limits", "CreateDate": "2015-02-06T19:58:34Z", "AttachmentCount": 2,
            "PermissionsBoundaryUsageCount": 1, "IsAttachable": true,
            "PolicyId": "ANPA1234567890EXAMPLE", "DefaultVersionId": "v2",
            "PolicyVersionList": [
                {"VersionId": "v1", "IsDefaultVersion": false, "Document": "not even a policy"},
                {"VersionId": "v2", "IsDefaultVersion": true, "Document": {
                    "Version": "2012-10-17",
                    "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
                }}
            ],
            "Path": "/", "Arn": "arn:aws:iam::123456789012:policy/limits"
        }
    ]
}"#;

#[test]
fn authorization_details_become_users_groups_roles_and_policies() {
    answers("gaad.json", DETAILS, &[Call::GetAccountAuthorizationDetails]);
    let account = account(&[("gaad.json", DETAILS)]);
    assert_eq!(account.id.as_str(), ACCOUNT);

    let user = &account.users.whole().unwrap()[0];
    assert_eq!(
        (user.name.as_str(), user.groups.as_slice()),
        ("deploy", ["Admins".to_owned()].as_slice())
    );
    assert_eq!(user.created, Some(time("2013-10-14T18:32:25Z")));
    assert_eq!(user.boundary.as_deref(), Some("arn:aws:iam::123456789012:policy/limits"));
    assert_eq!(user.tags, [("team".to_owned(), "billing".to_owned())]);
    assert_eq!(user.inline[0].name, "DenyBilling");
    assert_eq!(user.inline[0].document.policy().statements.len(), 1);

    let limits = AttachedPolicy {
        arn: "arn:aws:iam::123456789012:policy/limits".to_owned(),
        name: "limits".to_owned(),
    };
    assert_eq!(account.groups.whole().unwrap()[0].attached, vec![limits.clone()]);

    let role = &account.roles.whole().unwrap()[0];
    assert_eq!(role.attached, [limits]);
    assert_eq!(role.instance_profiles, ["arn:aws:iam::123456789012:instance-profile/EC2role"]);
    let last_used = RoleLastUsed::At(time("2019-11-13T17:30:00Z"), Some("us-west-2".to_owned()));
    assert_eq!(role.last_used, last_used);
    assert_eq!(role.max_session_seconds, None);
    assert!(role.trust.text().contains("ec2.amazonaws.com"));

    let policy = &account.policies.whole().unwrap()[0];
    assert_eq!((policy.attachments, policy.boundary_uses), (2, 1));
    assert!(policy.document.text().contains("s3:*"), "the default version is kept");
}

#[test]
fn percent_encoded_documents_are_read_and_equal_ones_are_shared() {
    let details = r#"{"GroupDetailList": [
        {"GroupName": "a", "Arn": "arn:aws:iam::123456789012:group/a", "GroupPolicyList": [
            {"PolicyName": "p", "PolicyDocument": "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3A*%22%2C%22Resource%22%3A%22*%22%7D%7D"},
            {"PolicyName": "q", "PolicyDocument": {"Statement": {"Effect": "Allow",
                "Action": "s3:*", "Resource": "*"}}}
        ]}
    ]}"#;
    let account = account(&[("groups.json", details)]);
    let inline = &account.groups.items[0].inline;
    assert!(std::sync::Arc::ptr_eq(&inline[0].document, &inline[1].document));
}

#[test]
fn a_role_says_when_it_was_not_used_and_when_nobody_knows() {
    let role = |name: &str, last_used: &str| {
        format!(
            r#"{{"RoleName": "{name}", "RoleId": "AROA", "Arn": "arn:aws:iam::{ACCOUNT}:role/x/{name}",
            "AssumeRolePolicyDocument": {{"Statement": []}} {last_used}}}"#
        )
    };
    let text = format!(
        r#"{{"RoleDetailList": [{}, {}]}}"#,
        role("unused", r#", "RoleLastUsed": {}"#),
        role("unreported", "")
    );
    let account = account(&[("roles.json", &text)]);
    let last_used: Vec<&RoleLastUsed> = account.roles.iter().map(|role| &role.last_used).collect();
    assert_eq!(last_used, [&RoleLastUsed::NotTracked, &RoleLastUsed::NotReported]);
    assert_eq!(account.roles.items[0].path, "/x/", "the ARN has the path that is missing");
}

#[test]
fn a_section_that_a_filter_left_out_is_a_gap() {
    let account = account(&[(
        "users.json",
        r#"{"UserDetailList": [{"UserName": "ci",
        "UserId": "AIDA", "Arn": "arn:aws:iam::123456789012:user/ci"}], "GroupDetailList": []}"#,
    )]);
    let gap = Gap::not_collected(Call::GetAccountAuthorizationDetails);
    assert!(account.users.gaps.is_empty(), "what has items was let through");
    assert_eq!(account.groups, Listing::missing(gap.clone()), "empty because of the filter?");
    assert_eq!(account.roles, Listing::missing(gap.clone()));
    assert_eq!(account.policies, Listing::missing(gap));
}

#[test]
fn empty_sections_are_complete_where_all_four_are_there() {
    let account = account(&[(
        "gaad.json",
        r#"{"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}"#,
    )]);
    assert_eq!(account.users, Listing::complete(vec![]));
    assert_eq!(account.policies, Listing::complete(vec![]));
}

#[test]
fn an_attached_policy_that_is_not_in_the_list_is_a_gap() {
    let role = r#"{"RoleDetailList": [{"RoleName": "r", "RoleId": "AROA",
        "Arn": "arn:aws:iam::123456789012:role/r", "AssumeRolePolicyDocument": {"Statement": []},
        "AttachedManagedPolicies": [{"PolicyName": "ReadOnlyAccess",
            "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}],
        "UserDetailList": [], "GroupDetailList": [], "Policies": []}"#;
    let account = account(&[("gaad.json", role)]);
    let gap = Gap::not_collected(Call::GetAccountAuthorizationDetails)
        .about("arn:aws:iam::aws:policy/ReadOnlyAccess");
    assert_eq!(account.policies.gaps, [gap]);
}

pub(super) const REPORT: &str = "user,arn,user_creation_time,password_enabled,password_last_used,\
password_last_changed,password_next_rotation,mfa_active,access_key_1_active,\
access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,\
cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
ci,arn:aws:iam::123456789012:user/ci,2020-01-02T03:04:05+00:00,false,N/A,N/A,N/A,false,true,\
2020-01-02T03:04:06+00:00,2025-12-31T00:00:00+00:00,us-east-1,s3,false,N/A,N/A,N/A,N/A,false,N/A,\
false,N/A
<root_account>,arn:aws:iam::123456789012:root,2019-01-01T00:00:00+00:00,not_supported,\
no_information,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,\
true,2019-02-01T00:00:00+00:00,false,N/A
";

#[test]
fn a_credential_report_in_csv_becomes_rows() {
    answers("report.csv", REPORT, &[Call::GetCredentialReport]);
    let account = account(&[("report.csv", REPORT)]);
    assert_eq!(account.id.as_str(), ACCOUNT);
    let report = account.credential_report.value().unwrap();
    assert_eq!(report.generated_at, None);
    assert_eq!(report.rows[0].user, CredentialReport::ROOT, "the root user comes first");
    let root = report.root().unwrap();
    assert_eq!((root.password_enabled, root.password_last_used), (None, LastUse::Never));
    assert!(root.mfa_active && root.certificates[0].active);
    assert!(!root.keys[0].exists());
    let ci = report.users().next().unwrap();
    assert_eq!(ci.created, Some(time("2020-01-02T03:04:05Z")));
    assert_eq!(ci.password_enabled, Some(false));
    assert_eq!(ci.keys[0].last_used, LastUse::At(time("2025-12-31T00:00:00Z")));
    assert_eq!(ci.keys[0].last_used_service.as_deref(), Some("s3"));
    assert_eq!(ci.keys[1].last_used_region, None);
}

#[test]
fn a_credential_report_is_read_in_every_wrapping() {
    let base64 = base64(REPORT.as_bytes());
    let wrapped = format!(
        r#"{{"Content": "{base64}", "ReportFormat": "text/csv",
            "GeneratedTime": "2026-01-01T00:00:00+00:00"}}"#
    );
    answers("report.json", &wrapped, &[Call::GetCredentialReport]);
    let account = account(&[("report.json", &wrapped)]);
    let report = account.credential_report.value().unwrap();
    assert_eq!(report.generated_at, Some(time("2026-01-01T00:00:00Z")));
    assert_eq!(report.rows.len(), 2);

    let quoted = format!("\"{base64}\"\n");
    for text in [&base64, &quoted, &format!("\u{FEFF}{REPORT}"), &REPORT.replace('\n', "\r\n")] {
        let account = super::account(&[("report", text)]);
        assert_eq!(account.credential_report.value().unwrap().rows, report.rows);
    }
}

#[test]
fn of_two_reports_the_newer_one_counts() {
    let report = |time: &str, rows: &str| {
        let csv = format!("{}\n{rows}", REPORT.lines().next().unwrap());
        format!(r#"{{"Content": "{}", "GeneratedTime": "{time}"}}"#, base64(csv.as_bytes()))
    };
    let newer = report("2026-01-02T00:00:00Z", REPORT.lines().nth(1).unwrap());
    let older = report("2026-01-01T00:00:00Z", "");
    for files in [[&newer, &older], [&older, &newer]] {
        let account = account(&[("a", files[0]), ("b", files[1])]);
        assert_eq!(account.credential_report.value().unwrap().rows.len(), 1);
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte));
        let bits = bits << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            text.push(if place > chunk.len() { '=' } else { DIGITS[digit as usize].into() });
        }
    }
    text
}

#[test]
fn the_account_summary_tells_of_the_root_user() {
    let text = r#"{"SummaryMap": {"UsersQuota": 5000, "AccountAccessKeysPresent": 0,
        "AccountSigningCertificatesPresent": 1, "Users": 27, "AccountMFAEnabled": 1}}"#;
    answers("summary.json", text, &[Call::GetAccountSummary]);
    let account = account(&[("summary.json", text)]);
    assert_eq!(
        account.summary,
        Known::Value(AccountSummary {
            root_mfa: true,
            root_access_keys: false,
            root_certificates: Some(true),
            root_password: None,
        })
    );
}

#[test]
fn the_password_policy_is_read() {
    let text = r#"{"PasswordPolicy": {"AllowUsersToChangePassword": false,
        "RequireLowercaseCharacters": false, "RequireUppercaseCharacters": false,
        "MinimumPasswordLength": 8, "RequireNumbers": true, "RequireSymbols": true,
        "MaxPasswordAge": 90, "PasswordReusePrevention": 24}}"#;
    answers("policy.json", text, &[Call::GetAccountPasswordPolicy]);
    assert_eq!(
        account(&[("policy.json", text)]).password_policy,
        Known::Value(Some(PasswordPolicy {
            minimum_length: 8,
            require_symbols: true,
            require_numbers: true,
            require_uppercase: false,
            require_lowercase: false,
            max_age_days: Some(90),
            reuse_prevention: 24,
        }))
    );
}

const KEYS: &str = r#"{"AccessKeyMetadata": [
    {"UserName": "ci", "Status": "Active", "CreateDate": "2013-06-04T18:17:34Z",
     "AccessKeyId": "AKIAIOSFODNN7EXAMPLE"},
    {"UserName": "ci", "Status": "Inactive", "CreateDate": "2013-06-06T20:42:26Z",
     "AccessKeyId": "AKIAI44QH8DHBEXAMPLE"}]}"#;

#[test]
fn access_keys_are_listed() {
    answers("keys.json", KEYS, &[Call::ListAccessKeys]);
    let account = account(&[("keys.json", KEYS)]);
    assert_eq!(
        account.access_keys.items[0],
        AccessKey {
            id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            user: "ci".to_owned(),
            active: true,
            created: Some(time("2013-06-04T18:17:34Z")),
        }
    );
    assert!(!account.access_keys.items[1].active);
    assert_eq!(
        account.access_keys.gaps,
        [Gap::not_collected(Call::ListAccessKeys)],
        "nobody knows which other users there are"
    );
}

#[test]
fn keys_are_complete_once_every_user_is_covered() {
    let users = r#"{"UserDetailList": [
        {"UserName": "ci", "UserId": "A", "Arn": "arn:aws:iam::123456789012:user/ci"},
        {"UserName": "deploy", "UserId": "B", "Arn": "arn:aws:iam::123456789012:user/deploy"}]}"#;
    let none = r#"{"AccessKeyMetadata": []}"#;
    let gap = Gap::not_collected(Call::ListAccessKeys).about("deploy");
    let listing = |files: &[(&str, &str)]| account(files).access_keys.gaps;
    assert_eq!(listing(&[("u", users), ("k", KEYS)]), vec![gap.clone()]);
    assert_eq!(listing(&[("u", users), ("k", KEYS), ("other.json", none)]), [gap]);
    assert_eq!(listing(&[("u", users), ("k", KEYS), ("keys-deploy.json", none)]), []);
    assert_eq!(listing(&[("r", REPORT), ("k", KEYS)]), [], "by the report only `ci` has keys");
}

#[test]
fn devices_are_listed_and_the_report_says_who_has_none() {
    let text = r#"{"MFADevices": [{"UserName": "alerts", "EnableDate": "2019-10-28T20:37:09+00:00",
        "SerialNumber": "arn:aws:iam::123456789012:mfa/alerts"}]}"#;
    answers("mfa.json", text, &[Call::ListMfaDevices]);
    let account = account(&[("mfa.json", text), ("report.csv", REPORT)]);
    let device = MfaDevice {
        user: "alerts".to_owned(),
        serial_number: "arn:aws:iam::123456789012:mfa/alerts".to_owned(),
    };
    assert_eq!(account.mfa_devices, Listing::complete(vec![device]));
}

#[test]
fn virtual_devices_and_providers_are_listed() {
    let virtual_devices = r#"{"VirtualMFADevices": [
        {"SerialNumber": "arn:aws:iam::123456789012:mfa/spare"},
        {"SerialNumber": "arn:aws:iam::123456789012:mfa/root-account-mfa-device",
         "EnableDate": "2020-01-01T00:00:00Z",
         "User": {"UserId": "123456789012", "Arn": "arn:aws:iam::123456789012:root"}}]}"#;
    let saml = r#"{"SAMLProviderList": [{"Arn": "arn:aws:iam::123456789012:saml-provider/ADFS",
        "ValidUntil": "2015-06-05T22:45:14Z", "CreateDate": "2015-06-05T22:45:14Z"}]}"#;
    let oidc = r#"{"OpenIDConnectProviderList": [
        {"Arn": "arn:aws:iam::123456789012:oidc-provider/example.com"}]}"#;
    answers("v", virtual_devices, &[Call::ListVirtualMfaDevices]);
    answers("s", saml, &[Call::ListSamlProviders]);
    answers("o", oidc, &[Call::ListOpenIdConnectProviders]);
    let account = account(&[("v", virtual_devices), ("s", saml), ("o", oidc)]);
    assert_eq!(
        account.virtual_mfa_devices.whole().unwrap(),
        [
            VirtualMfaDevice {
                serial_number: "arn:aws:iam::123456789012:mfa/spare".to_owned(),
                user_arn: None,
            },
            VirtualMfaDevice {
                serial_number: "arn:aws:iam::123456789012:mfa/root-account-mfa-device".to_owned(),
                user_arn: Some("arn:aws:iam::123456789012:root".to_owned()),
            },
        ]
    );
    assert_eq!(
        account.saml_providers,
        Listing::complete(vec![SamlProvider {
            arn: "arn:aws:iam::123456789012:saml-provider/ADFS".to_owned(),
            valid_until: Some(time("2015-06-05T22:45:14Z")),
        }])
    );
    assert_eq!(
        account.oidc_providers,
        Listing::complete(vec![OidcProvider {
            arn: "arn:aws:iam::123456789012:oidc-provider/example.com".to_owned(),
        }])
    );
}

#[test]
fn what_nobody_asked_is_a_gap_everywhere() {
    let snapshot = import(&[(
        "summary.json",
        r#"{"SummaryMap": {"AccountMFAEnabled": 0,
        "AccountAccessKeysPresent": 1, "AccountSigningCertificatesPresent": 0}}"#,
    )]);
    let account = &snapshot.accounts[0];
    let mut expected = keyward_snapshot::Account::unread(account.id.clone());
    expected.summary = account.summary.clone();
    assert_eq!(*account, expected);
    let head = keyward_snapshot::Head {
        accounts: snapshot.head.accounts.clone(),
        ..keyward_snapshot::Head::new(snapshot.head.taken_at)
    };
    assert_eq!(snapshot.head, head);
}
