//! Answers of calls that were made just now.

use keyward_snapshot::import::{Asked, Import};
use keyward_snapshot::{Account, Call, Gap, Known, Listing, Membership, Reason, Snapshot};
use serde_json::{Value, json};

const ACCOUNT: &str = "111122223333";

fn import() -> Import {
    let taken_at = "2026-11-24T00:00:00Z".parse().expect("it is a time");
    Import::new(taken_at).with_account(ACCOUNT.into())
}

fn account(import: Import) -> Account {
    let Snapshot { mut accounts, .. } = import.finish().expect("the answers fit together");
    accounts.pop().expect("there is one account")
}

fn asked<'a>(call: Call, region: Option<&'a str>, about: Option<&'a str>) -> Asked<'a> {
    Asked { call, region, about }
}

fn secret(name: &str) -> Value {
    let arn = format!("arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:{name}-a1b2c3");
    json!({"ARN": arn, "Name": name})
}

#[test]
fn pages_make_one_list() {
    let mut import = import();
    let asked = asked(Call::ListSecrets, Some("us-east-1"), None);
    let first = json!({"SecretList": [secret("one")], "NextToken": "more"});
    import.answered(&asked, &first).unwrap();
    import.answered(&asked, &json!({"SecretList": [secret("two")]})).unwrap();
    let secrets = account(import).secrets;
    assert_eq!(secrets.whole().expect("the list is complete").len(), 2);
}

#[test]
fn a_list_that_fails_on_its_second_page_keeps_the_first_and_says_why() {
    let mut import = import();
    let asked = asked(Call::ListSecrets, Some("us-east-1"), None);
    let first = json!({"SecretList": [secret("one")], "NextToken": "more"});
    import.answered(&asked, &first).unwrap();
    import.failed(&asked, "no answer within 30 s").unwrap();
    let secrets = account(import).secrets;
    let reason = Reason::Failed("no answer within 30 s".to_owned());
    let gap = Gap::because(Call::ListSecrets, reason).in_region("us-east-1");
    assert_eq!((secrets.items.len(), secrets.gaps), (1, vec![gap]));
}

#[test]
fn a_user_whose_name_ends_in_anothers_is_told_from_it() {
    let mut import = import();
    let details = json!({"UserDetailList": [user("ci"), user("my-ci")], "GroupDetailList": [],
        "RoleDetailList": [], "Policies": []});
    import.answered(&asked(Call::GetAccountAuthorizationDetails, None, None), &details).unwrap();
    let none = json!({"AccessKeyMetadata": []});
    import.answered(&asked(Call::ListAccessKeys, None, Some("my-ci")), &none).unwrap();
    import.refused(&asked(Call::ListAccessKeys, None, Some("ci")), "AccessDenied").unwrap();
    let gap = Gap::refused(Call::ListAccessKeys, "AccessDenied").about("ci");
    assert_eq!(account(import).access_keys.gaps, [gap]);
}

#[test]
fn an_answer_of_another_call_is_not_taken() {
    let mut import = import();
    import.refused(&asked(Call::ListFunctions, Some("eu-west-1"), None), "no").unwrap();
    let page = json!({"SecretList": [secret("one")]});
    import.answered(&asked(Call::ListFunctions, Some("us-east-1"), None), &page).unwrap();
    assert_eq!(account(import).secrets.gaps, [Gap::not_collected(Call::ListSecrets)]);
}

fn user(name: &str) -> Value {
    let arn = format!("arn:aws:iam::{ACCOUNT}:user/{name}");
    json!({"Path": "/", "UserName": name, "UserId": "AIDAEXAMPLE", "Arn": arn,
        "CreateDate": "2026-01-01T00:00:00Z", "GroupList": [], "AttachedManagedPolicies": []})
}

const SET: &str = "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef";

#[test]
fn the_arguments_of_live_calls_are_known_without_a_path() {
    let mut import = import();
    let mut answer = |call, about, page: Value| {
        import.answered(&asked(call, None, about), &page).unwrap();
    };
    let organization =
        json!({"Id": "o-exampleorgid", "MasterAccountId": ACCOUNT, "FeatureSet": "ALL"});
    answer(Call::DescribeOrganization, None, json!({"Organization": organization}));
    let account = json!({"Id": ACCOUNT, "Name": "Management", "Email": "aws@example.com"});
    answer(Call::ListAccounts, None, json!({"Accounts": [account], "NextToken": "more"}));
    answer(Call::ListAccounts, None, json!({"Accounts": []}));
    let children = json!({"Children": [{"Id": ACCOUNT, "Type": "ACCOUNT"}]});
    answer(Call::ListChildren, Some("r-exam"), children);
    answer(Call::ListPermissionSets, None, json!({"PermissionSets": [SET]}));
    let set = json!({"PermissionSetArn": SET, "Name": "audit", "SessionDuration": "PT1H"});
    answer(Call::DescribePermissionSet, Some(SET), json!({"PermissionSet": set}));
    let accounts = json!({"AccountIds": [ACCOUNT]});
    answer(Call::ListAccountsForProvisionedPermissionSet, Some(SET), accounts);
    let pair = format!("{ACCOUNT}/{SET}");
    answer(Call::ListAccountAssignments, Some(&pair), json!({"AccountAssignments": []}));
    answer(Call::ListDirectoryUsers, None, json!({"Users": []}));
    let head = import.finish().expect("the answers fit together").head;
    let Known::Value(Membership::Member(organization)) = &head.organization else {
        panic!("there is an organization: {:?}", head.organization)
    };
    assert_eq!(organization.accounts.gaps, []);
    assert_eq!(organization.parents.gaps, []);
    assert_eq!(head.identity_center.permission_sets.gaps, []);
    assert_eq!(head.identity_center.assignments.gaps, []);
    assert_eq!(head.identity_center.users, Listing::complete(vec![]));
}

#[test]
fn a_refusal_about_one_account_says_why_its_assignments_are_missing() {
    let mut import = import();
    let mut answer = |call, about, page: Value| {
        import.answered(&asked(call, None, about), &page).unwrap();
    };
    answer(Call::ListPermissionSets, None, json!({"PermissionSets": [SET]}));
    let set = json!({"PermissionSetArn": SET, "Name": "audit", "SessionDuration": "PT1H"});
    answer(Call::DescribePermissionSet, Some(SET), json!({"PermissionSet": set}));
    let accounts = json!({"AccountIds": [ACCOUNT, "444455556666"]});
    answer(Call::ListAccountsForProvisionedPermissionSet, Some(SET), accounts);
    let pairs = [ACCOUNT, "444455556666"].map(|account| format!("{account}/{SET}"));
    let call = Call::ListAccountAssignments;
    answer(call, Some(&pairs[0]), json!({"AccountAssignments": []}));
    import.refused(&asked(call, None, Some(&pairs[1])), "AccessDeniedException").unwrap();
    let center = import.finish().expect("the answers fit together").head.identity_center;
    let gap = Gap::refused(call, "AccessDeniedException").about(SET);
    assert_eq!(center.assignments.gaps, [gap]);
}
