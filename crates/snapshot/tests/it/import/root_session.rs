//! What a root session answers about an account's root user.

use keyward_snapshot::import::{Asked, Recognised};
use keyward_snapshot::{Call, Gap, Known, RootUser};
use serde_json::json;

use super::{ACCOUNT, account, answers, new, recognised};

const DEVICES: &str = r#"{"MFADevices": [{"SerialNumber": "arn:aws:iam::123456789012:mfa/root-account-mfa-device",
    "EnableDate": "2026-01-01T00:00:00Z"}]}"#;
const KEYS: &str = r#"{"AccessKeyMetadata": [{"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "Status": "Inactive",
    "CreateDate": "2026-01-01T00:00:00Z"}]}"#;
const PROFILE: &str =
    r#"{"LoginProfile": {"CreateDate": "2026-01-01T00:00:00Z", "PasswordResetRequired": false}}"#;
const CERTIFICATES: &str = r#"{"Certificates": [{"UserName": "", "CertificateId": "TA7SMP42TDN5Z26OBPJE7EXAMPLE",
    "CertificateBody": "x", "Status": "Active", "UploadDate": "2026-01-01T00:00:00Z"}]}"#;

#[test]
fn answers_in_the_folder_of_a_root_session_are_about_the_root_user() {
    answers("root-session/d.json", DEVICES, &[Call::ListMfaDevices]);
    answers("root-session/p.json", PROFILE, &[Call::GetLoginProfile]);
    let own = account(&[
        ("root-session/d.json", DEVICES),
        ("root-session/k.json", KEYS),
        ("root-session/p.json", PROFILE),
        ("root-session/c.json", CERTIFICATES),
    ]);
    assert_eq!(
        own.root,
        Known::Value(RootUser {
            mfa_devices: Known::Value(vec![
                "arn:aws:iam::123456789012:mfa/root-account-mfa-device".to_owned()
            ]),
            access_keys: Known::Value(1),
            has_password: Known::Value(true),
            active_certificates: Known::Value(1),
        })
    );
    assert_eq!(own.mfa_devices.items, []);
}

#[test]
fn elsewhere_an_answer_without_a_user_is_nobodys() {
    for text in [DEVICES, KEYS] {
        let recognised = recognised("d.json", text);
        assert!(matches!(recognised, Recognised::Unplaced { .. }), "{recognised:?}");
    }
    assert!(matches!(recognised("p.json", PROFILE), Recognised::Unused(_)));
}

#[test]
fn without_a_session_nobody_asked() {
    let session = Gap::not_collected(Call::AssumeRoot);
    assert_eq!(account(&[("d.json", r#"{"MFADevices": []}"#)]).root, Known::Gap(session));
    let refused = "An error occurred (AccessDenied) when calling the AssumeRoot operation: no";
    let gap = Gap::refused(Call::AssumeRoot, "AccessDenied");
    assert_eq!(account(&[("e.txt", refused)]).root, Known::Gap(gap));
}

#[test]
fn live_answers_are_about_the_root_users_arn() {
    let arn = format!("arn:aws:iam::{ACCOUNT}:root");
    let asked = |call| Asked { call, region: None, about: Some(&arn) };
    let mut import = new().with_account(ACCOUNT.into());
    import.answered(&asked(Call::ListMfaDevices), &json!({"MFADevices": []})).unwrap();
    import.refused(&asked(Call::GetLoginProfile), "NoSuchEntity").unwrap();
    import.refused(&asked(Call::ListAccessKeys), "AccessDenied").unwrap();
    let account = import.finish().unwrap().accounts.remove(0);
    let root = account.root.value().unwrap();
    assert_eq!(root.mfa_devices, Known::Value(vec![]));
    assert_eq!(root.has_password, Known::Value(false));
    assert_eq!(root.access_keys, Known::Gap(Gap::refused(Call::ListAccessKeys, "AccessDenied")));
    let unasked = Gap::not_collected(Call::ListSigningCertificates);
    assert_eq!(root.active_certificates, Known::Gap(unasked));
    assert_eq!(account.root_has_password(), Some(false));
}
