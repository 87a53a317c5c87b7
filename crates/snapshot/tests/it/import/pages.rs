//! Lists that come in pages, and lists of several regions.

use keyward_snapshot::{Call, Gap, Known, Listing};

use super::{account, organization};

fn user(name: &str) -> String {
    format!(
        r#"{{"UserName": "{name}", "UserId": "A", "Arn": "arn:aws:iam::123456789012:user/{name}"}}"#
    )
}

fn page(users: &[&str], end: &str) -> String {
    let users: Vec<String> = users.iter().map(|name| user(name)).collect();
    format!(
        r#"{{"UserDetailList": [{}], "GroupDetailList": [], "RoleDetailList": [], "Policies": [] {end}}}"#,
        users.join(",")
    )
}

fn names(account: &keyward_snapshot::Account) -> Vec<&str> {
    account.users.iter().map(|user| user.name.as_str()).collect()
}

#[test]
fn pages_are_joined_and_what_occurs_twice_is_kept_once() {
    let first = page(&["a", "b"], r#", "IsTruncated": true, "Marker": "m""#);
    let last = page(&["b", "c"], r#", "IsTruncated": false"#);
    let account = account(&[("2.json", &last), ("1.json", &first)]);
    assert_eq!(names(&account), ["b", "c", "a"]);
    assert_eq!(account.users.gaps, []);
    assert_eq!(account.roles, Listing::complete(vec![]));
}

#[test]
fn a_list_without_its_last_page_is_truncated() {
    for end in [r#", "IsTruncated": true, "Marker": "m""#, r#", "NextToken": "t""#] {
        let account = account(&[("1.json", &page(&["a"], end)), ("2.json", &page(&["b"], end))]);
        let gap = Gap::truncated(Call::GetAccountAuthorizationDetails);
        assert_eq!(account.users.gaps, vec![gap.clone()]);
        assert_eq!(account.roles.gaps, [gap]);
        assert_eq!(names(&account), ["a", "b"]);
    }
}

#[test]
fn a_token_that_is_empty_or_null_is_the_end() {
    for end in [
        r#", "NextToken": null"#,
        r#", "NextToken": """#,
        r#", "IsTruncated": false, "Marker": "m""#,
    ] {
        assert_eq!(account(&[("1.json", &page(&["a"], end))]).users.gaps, [], "{end}");
    }
}

fn secrets(region: &str, name: &str, end: &str) -> String {
    format!(
        r#"{{"SecretList": [{{"ARN": "arn:aws:secretsmanager:{region}:123456789012:secret:{name}",
        "Name": "{name}"}}] {end}}}"#
    )
}

#[test]
fn every_region_has_a_list_of_its_own() {
    let token = r#", "NextToken": "t""#;
    let account = account(&[
        ("1.json", &secrets("us-east-1", "a", "")),
        ("2.json", &secrets("eu-west-1", "a", token)),
        ("3.json", &secrets("eu-west-1", "b", token)),
    ]);
    assert_eq!(account.secrets.items.len(), 3);
    assert_eq!(account.secrets.gaps, [Gap::truncated(Call::ListSecrets).in_region("eu-west-1")]);
}

#[test]
fn a_region_that_a_list_was_not_asked_of_is_a_gap() {
    let east = ("s.json", secrets("us-east-1", "a", ""));
    let west = ("t.json", secrets("eu-west-1", "a", ""));
    let gaps = |more: &[(&str, &str)]| {
        let mut files = vec![(east.0, east.1.as_str()), (west.0, west.1.as_str())];
        files.extend(more);
        account(&files).managed_instances.gaps
    };
    let call = Call::DescribeInstanceInformation;
    let empty = r#"{"InstanceInformationList": []}"#;
    let refused = "An error occurred (AccessDenied) when calling the DescribeInstanceInformation \
                   operation: no";
    assert_eq!(gaps(&[]), [Gap::not_collected(call)]);
    let missed = Gap::not_collected(call).in_region("eu-west-1");
    assert_eq!(gaps(&[("us-east-1/m.json", empty)]), [missed]);
    assert_eq!(gaps(&[("us-east-1/m.json", empty), ("eu-west-1/m.json", empty)]), []);
    let denied = Gap::refused(call, "AccessDenied").in_region("eu-west-1");
    assert_eq!(gaps(&[("us-east-1/m.json", empty), ("eu-west-1/m.txt", refused)]), [denied]);
    // Nobody knows from where this one is.
    assert_eq!(gaps(&[("us-east-1/m.json", empty), ("m.json", empty)]), []);
}

#[test]
fn every_region_that_is_on_has_to_be_asked() {
    use super::compute::REGIONS;
    let call = Call::DescribeSecurityGroups;
    let empty = r#"{"SecurityGroups": []}"#;
    let gaps = |files: &[(&str, &str)]| account(files).security_groups.gaps;
    let regions = ("regions.json", REGIONS);
    assert_eq!(gaps(&[regions]), [Gap::not_collected(call)]);
    let missed = Gap::not_collected(call).in_region("ap-east-1");
    assert_eq!(gaps(&[regions, ("us-east-1/g.json", empty)]), [missed]);
    assert_eq!(gaps(&[regions, ("us-east-1/g", empty), ("ap-east-1/g", empty)]), []);
    // One list whose region nobody knows can't be that of two regions.
    assert_eq!(gaps(&[regions, ("g.json", empty)]), [Gap::not_collected(call)]);
    assert_eq!(gaps(&[regions, ("a/g", empty), ("b/g", empty)]), []);
}

#[test]
fn trails_and_preferences_are_asked_for_in_every_region_that_is_on() {
    let regions = ("regions.json", super::compute::REGIONS);
    let trails = ("us-east-1/t.json", r#"{"trailList": []}"#);
    let preferences = (
        "us-east-1/p.txt",
        "An error occurred (InvalidDocument) when calling the GetDocument operation: no",
    );
    let account = account(&[regions, trails, preferences]);
    let missed = |call| [Gap::not_collected(call).in_region("ap-east-1")];
    assert_eq!(account.trails.gaps, missed(Call::DescribeTrails));
    assert_eq!(account.session_preferences.gaps, missed(Call::GetDocument));
}

#[test]
fn without_an_answer_about_regions_no_regional_list_is_complete() {
    let refused = "An error occurred (UnauthorizedOperation) when calling the DescribeRegions \
                   operation: no";
    let files = [("r.txt", refused), ("us-east-1/g.json", r#"{"SecurityGroups": []}"#)];
    let account = account(&files);
    let gap = Gap::refused(Call::DescribeRegions, "UnauthorizedOperation");
    assert_eq!(account.regions, Known::Gap(gap.clone()));
    assert_eq!(account.security_groups.gaps, [gap]);
    assert_eq!(account.instances.gaps, [Gap::not_collected(Call::DescribeInstances)]);
}

#[test]
fn lists_of_unknown_regions_are_told_apart_by_folder() {
    let text = r#"{"SecurityGroups": []}"#;
    let more = r#"{"SecurityGroups": [], "NextToken": "t"}"#;
    let gaps = |files: &[(&str, &str)]| account(files).security_groups.gaps;
    assert_eq!(gaps(&[("a/1.json", more), ("a/2.json", text)]), []);
    let truncated = [Gap::truncated(Call::DescribeSecurityGroups)];
    assert_eq!(gaps(&[("a/1.json", more), ("b/1.json", text)]), truncated);
}

#[test]
fn an_organizations_lists_have_pages_too() {
    use super::organizations::{ACCOUNTS, ORGANIZATION};
    let first = ACCOUNTS.replacen("{\"Accounts\"", "{\"NextToken\": \"t\", \"Accounts\"", 1);
    let truncated = organization(&[("o.json", ORGANIZATION), ("a.json", &first)]);
    assert_eq!(truncated.accounts.gaps, [Gap::truncated(Call::ListAccounts)]);
    let whole = organization(&[("o.json", ORGANIZATION), ("a.json", &first), ("b.json", ACCOUNTS)]);
    assert_eq!((whole.accounts.items.len(), whole.accounts.gaps.len()), (2, 0));
}
