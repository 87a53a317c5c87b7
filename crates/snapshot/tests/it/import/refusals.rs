//! Files that hold the message of a call that failed.

use keyward_snapshot::import::Recognised;
use keyward_snapshot::{Account, Call, Gap, Known, Listing, Reason};

use super::{account, answers, import, recognised};

fn denied(operation: &str) -> String {
    format!("\nAn error occurred (AccessDenied) when calling the {operation} operation: no\n")
}

#[test]
fn every_call_can_be_refused() {
    for &call in Call::ALL {
        let (service, operation) = call.action().split_once(':').unwrap();
        let text = format!(
            "\naws: [ERROR]: An error occurred (AccessDeniedException) when calling the {operation} \
             operation: User: arn:aws:iam::111122223333:user/ci is not authorized to perform: \
             {service}:{operation}\n\nAdditional error details:\nType: User\n"
        );
        answers("e.txt", &text, &[call]);
    }
}

#[test]
fn every_refused_list_says_so() {
    type Gaps = fn(&Account) -> &[Gap];
    let lists: &[(Call, &str, Gaps)] = &[
        (Call::GetAccountAuthorizationDetails, "GetAccountAuthorizationDetails", |a| &a.users.gaps),
        (Call::GetAccountAuthorizationDetails, "GetAccountAuthorizationDetails", |a| {
            &a.policies.gaps
        }),
        (Call::ListAccessKeys, "ListAccessKeys", |a| &a.access_keys.gaps),
        (Call::ListMfaDevices, "ListMFADevices", |a| &a.mfa_devices.gaps),
        (Call::ListVirtualMfaDevices, "ListVirtualMFADevices", |a| &a.virtual_mfa_devices.gaps),
        (Call::ListSamlProviders, "ListSAMLProviders", |a| &a.saml_providers.gaps),
        (Call::ListOpenIdConnectProviders, "ListOpenIDConnectProviders", |a| {
            &a.oidc_providers.gaps
        }),
        (Call::DescribeInstances, "DescribeInstances", |a| &a.instances.gaps),
        (Call::DescribeSecurityGroups, "DescribeSecurityGroups", |a| &a.security_groups.gaps),
        (Call::DescribeNetworkInterfaces, "DescribeNetworkInterfaces", |a| {
            &a.network_interfaces.gaps
        }),
        (Call::GetManagedPrefixListEntries, "GetManagedPrefixListEntries", |a| {
            &a.prefix_lists.gaps
        }),
        (Call::DescribeInstanceInformation, "DescribeInstanceInformation", |a| {
            &a.managed_instances.gaps
        }),
        (Call::GetDocument, "GetDocument", |a| &a.session_preferences.gaps),
        (Call::ListSecrets, "ListSecrets", |a| &a.secrets.gaps),
        (Call::ListFunctions, "ListFunctions", |a| &a.functions.gaps),
        (Call::DescribeTrails, "DescribeTrails", |a| &a.trails.gaps),
    ];
    for (call, operation, gaps) in lists {
        let account = account(&[("e.txt", &denied(operation))]);
        assert_eq!(gaps(&account), [Gap::refused(*call, "AccessDenied")], "{operation}");
    }
}

#[test]
fn refused_single_answers_say_so() {
    let gap = |call| Gap::refused(call, "AccessDenied");
    let account = account(&[
        ("1.txt", &denied("GetAccountSummary")),
        ("2.txt", &denied("GetCredentialReport")),
        ("3.txt", &denied("GetAccountPasswordPolicy")),
    ]);
    assert_eq!(account.summary, Known::Gap(gap(Call::GetAccountSummary)));
    assert_eq!(account.credential_report, Known::Gap(gap(Call::GetCredentialReport)));
    assert_eq!(account.password_policy, Known::Gap(gap(Call::GetAccountPasswordPolicy)));
}

#[test]
fn some_codes_are_answers() {
    let text = "An error occurred (NoSuchEntity) when calling the GetAccountPasswordPolicy \
                operation: The Password Policy with domain name 111122223333 cannot be found.";
    assert_eq!(account(&[("e.txt", text)]).password_policy, Known::Value(None));

    let text = "An error occurred (InvalidDocument) when calling the GetDocument operation: no";
    let account = account(&[("us-east-1/e.txt", text)]);
    let [preferences] = account.session_preferences.whole().unwrap() else { panic!("one") };
    assert!(!preferences.exists);
    assert_eq!(preferences.region.as_deref(), Some("us-east-1"));
}

#[test]
fn a_region_that_refuses_is_a_gap_beside_the_others() {
    let instances = super::compute::INSTANCES;
    let account = account(&[
        ("us-east-2/i.json", instances),
        ("eu-south-1/i.json", &denied("DescribeInstances")),
        ("us-east-2/i.txt", &denied("DescribeInstances")),
    ]);
    assert_eq!(account.instances.items.len(), 2);
    assert_eq!(
        account.instances.gaps,
        [Gap::refused(Call::DescribeInstances, "AccessDenied").in_region("eu-south-1")],
        "the region that answered in the end is no gap"
    );
}

const SECRETS: &str = r#"{"SecretList": [
    {"ARN": "arn:aws:secretsmanager:us-east-1:111122223333:secret:a-AbCdEf", "Name": "a"},
    {"ARN": "arn:aws:secretsmanager:us-east-1:111122223333:secret:b-AbCdEf", "Name": "b"}]}"#;

#[test]
fn a_refusal_about_one_thing_goes_to_it() {
    let refused = |files: &[(&str, &str)]| {
        let account = account(files);
        let reasons = account.secrets.iter().map(|secret| {
            secret.resource_policy.value().unwrap_err().reason == Reason::NotCollected
        });
        reasons.map(|unread| !unread).collect::<Vec<_>>()
    };
    let text = "An error occurred (AccessDeniedException) when calling the GetResourcePolicy \
        operation: User: arn:aws:iam::111122223333:user/ci is not authorized to perform: \
        secretsmanager:GetResourcePolicy on resource: \
        arn:aws:secretsmanager:us-east-1:111122223333:secret:b-AbCdEf because no policy allows it";
    assert_eq!(refused(&[("s.json", SECRETS), ("e.txt", text)]), [false, true]);
    let silent = denied("GetResourcePolicy");
    assert_eq!(refused(&[("s.json", SECRETS), ("policy-a.json", &silent)]), [true, false]);
    assert_eq!(refused(&[("s.json", SECRETS), ("policies.txt", &silent)]), [true, true]);
}

#[test]
fn a_refused_user_is_named() {
    let users = r#"{"UserDetailList": [
        {"UserName": "ci", "UserId": "A", "Arn": "arn:aws:iam::123456789012:user/ci"}]}"#;
    let files = [("u.json", users), ("keys-ci.json", &*denied("ListAccessKeys"))];
    let gap = Gap::refused(Call::ListAccessKeys, "AccessDenied").about("ci");
    assert_eq!(account(&files).access_keys, Listing::missing(gap));
}

#[test]
fn the_message_behind_the_code_is_forgotten() {
    let text = "An error occurred (AccessDenied) when calling the GetAccountSummary operation: \
                hunter2hunter2";
    assert!(!format!("{:?}", import(&[("e.txt", text)])).contains("hunter2"));
}

#[test]
fn errors_of_calls_that_nothing_uses_are_unused() {
    assert_eq!(
        recognised("e.txt", &denied("ListBuckets")),
        Recognised::Unused("the error `AccessDenied` of `ListBuckets`".to_owned())
    );
}

#[test]
fn the_callers_account_is_that_of_the_refused_call() {
    let text = "An error occurred (AccessDenied) when calling the GetAccountSummary operation: \
                User: arn:aws:sts::444455556666:assumed-role/audit/s is not authorized";
    assert_eq!(account(&[("111122223333/e.txt", text)]).id.as_str(), "444455556666");
}

#[test]
fn the_head_keeps_refusals_too() {
    let refused = |operation: &str| {
        format!(
            "An error occurred (AccessDeniedException) when calling the {operation} operation: no"
        )
    };
    let head = import(&[
        ("1.txt", &refused("DescribeOrganization")),
        ("2.txt", &refused("ListInstances")),
        ("3.txt", &refused("ListUsers")),
        ("4.txt", &refused("ListAccountAssignments")),
        ("5.txt", &refused("DescribePermissionSet")),
    ])
    .head;
    let gap = |call| Gap::refused(call, "AccessDeniedException");
    assert_eq!(head.organization, Known::Gap(gap(Call::DescribeOrganization)));
    let center = head.identity_center;
    assert_eq!(center.instances, Listing::missing(gap(Call::ListInstances)));
    assert_eq!(center.users, Listing::missing(gap(Call::ListDirectoryUsers)));
    assert_eq!(center.assignments, Listing::missing(gap(Call::ListAccountAssignments)));
    assert_eq!(center.permission_sets, Listing::missing(gap(Call::DescribePermissionSet)));
}

#[test]
fn a_role_that_cannot_be_assumed_explains_what_is_missing_and_hides_nothing() {
    let summary = r#"{"SummaryMap": {"AccountMFAEnabled": 1, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 0}}"#;
    let account = account(&[("1.txt", &denied("AssumeRole")), ("2.json", summary)]);
    assert!(account.summary.value().is_ok());
    let gaps = account.gaps();
    assert!(gaps.iter().all(|gap| gap.call == Call::AssumeRole), "{gaps:?}");
    assert!(gaps.len() > 30);
}
