//! AWS Organizations, by the examples of AWS's CLI reference.

use keyward_snapshot::{
    Call, ControlPolicy, FeatureSet, Gap, Known, Listing, MemberAccount, Membership, Root,
};

use super::{answers, id, import, organization};

pub(super) const ORGANIZATION: &str = r#"{"Organization": {
    "MasterAccountArn": "arn:aws:organizations::111111111111:account/o-exampleorgid/111111111111",
    "MasterAccountEmail": "bill@example.com", "MasterAccountId": "111111111111",
    "Id": "o-exampleorgid", "FeatureSet": "ALL",
    "Arn": "arn:aws:organizations::111111111111:organization/o-exampleorgid",
    "AvailablePolicyTypes": [{"Status": "ENABLED", "Type": "SERVICE_CONTROL_POLICY"}]}}"#;

pub(super) const ACCOUNTS: &str = r#"{"Accounts": [
    {"Arn": "arn:aws:organizations::111111111111:account/o-exampleorgid/111111111111",
     "JoinedMethod": "INVITED", "JoinedTimestamp": 1481830215.45, "Id": "111111111111",
     "Name": "Master Account", "Email": "bill@example.com", "Status": "ACTIVE"},
    {"Arn": "arn:aws:organizations::111111111111:account/o-exampleorgid/444444444444",
     "Id": "444444444444", "Name": "Test Account", "Email": "test@example.com",
     "State": "PENDING_CLOSURE", "Status": "ACTIVE"}]}"#;

const ROOTS: &str = r#"{"Roots": [{"Name": "Root", "Id": "r-examplerootid111",
    "Arn": "arn:aws:organizations::111111111111:root/o-exampleorgid/r-examplerootid111",
    "PolicyTypes": [{"Status": "ENABLED", "Type": "SERVICE_CONTROL_POLICY"},
                    {"Status": "PENDING_ENABLE", "Type": "TAG_POLICY"}]}]}"#;

const UNIT: &str = "ou-examplerootid111-exampleouid111";

fn parent(id: &str) -> String {
    format!(r#"{{"Parents": [{{"Id": "{id}", "Type": "ORGANIZATIONAL_UNIT"}}]}}"#)
}

#[test]
fn the_organization_goes_to_the_head_wherever_it_lies() {
    answers("o.json", ORGANIZATION, &[Call::DescribeOrganization]);
    answers("a.json", ACCOUNTS, &[Call::ListAccounts]);
    answers("r.json", ROOTS, &[Call::ListRoots]);
    let files = [("x/o.json", ORGANIZATION), ("y/z/a.json", ACCOUNTS), ("r.json", ROOTS)];
    let organization = organization(&files);
    assert_eq!(organization.id, "o-exampleorgid");
    assert_eq!(organization.management_account, id("111111111111"));
    assert_eq!(organization.features, FeatureSet::All);
    let account = |number: &str, name: &str, email: &str, active| MemberAccount {
        id: id(number),
        name: name.to_owned(),
        email: email.to_owned(),
        active,
    };
    assert_eq!(
        organization.accounts,
        Listing::complete(vec![
            account("111111111111", "Master Account", "bill@example.com", true),
            account("444444444444", "Test Account", "test@example.com", false),
        ])
    );
    assert_eq!(
        organization.roots,
        Listing::complete(vec![Root {
            id: "r-examplerootid111".to_owned(),
            enabled_policy_types: vec!["SERVICE_CONTROL_POLICY".to_owned()],
        }])
    );
    assert_eq!(organization.parents.gaps, [Gap::not_collected(Call::ListChildren)]);
    assert_eq!(organization.policies.gaps, [Gap::not_collected(Call::ListPolicies)]);
    assert!(import(&files).accounts.is_empty(), "no answer is about one account");
}

#[test]
fn without_the_organization_itself_its_lists_are_not_used() {
    assert_eq!(
        import(&[("a.json", ACCOUNTS)]).head.organization,
        Known::Gap(Gap::not_collected(Call::DescribeOrganization))
    );
}

#[test]
fn two_organizations_are_an_error() {
    let other = ORGANIZATION.replace("o-exampleorgid", "o-otherorgid1");
    let mut import = super::new();
    import.read("a.json", ORGANIZATION.as_bytes()).unwrap();
    let error = import.read("b.json", other.as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "b.json: a second organization, `o-otherorgid1`, beside `o-exampleorgid`: import one at a \
         time (at `/Organization/Id`)"
    );
}

#[test]
fn parents_are_complete_once_every_account_and_unit_has_one() {
    let unit = parent(UNIT);
    let root = parent("r-examplerootid111");
    answers("list-parents-444444444444.json", &unit, &[Call::ListParents]);
    let mut files = vec![
        ("o.json", ORGANIZATION),
        ("a.json", ACCOUNTS),
        ("r.json", ROOTS),
        ("list-parents-444444444444.json", unit.as_str()),
        ("111111111111/parents.json", root.as_str()),
    ];
    let parents = organization(&files).parents;
    let gap = Gap::not_collected(Call::ListParents).about(UNIT);
    assert_eq!(parents.gaps, [gap], "whose child is the unit?");
    files.push(("parents/ou-examplerootid111-exampleouid111.json", &root));
    let pair = |child: &str, parent: &str| (child.to_owned(), parent.to_owned());
    assert_eq!(
        organization(&files).parents,
        Listing::complete(vec![
            pair("111111111111", "r-examplerootid111"),
            pair("444444444444", UNIT),
            pair(UNIT, "r-examplerootid111"),
        ])
    );
}

#[test]
fn parents_are_also_taken_from_paths_and_from_lists_of_children() {
    let accounts = ACCOUNTS.replace(
        r#""Name": "Test Account","#,
        r#""Paths": ["o-exampleorgid/r-examplerootid111/ou-examplerootid111-exampleouid111/444444444444/"],
           "Name": "Test Account","#,
    );
    let of_root = r#"{"Accounts": [{"Id": "111111111111", "Name": "m", "Email": "bill@example.com",
        "Status": "ACTIVE"}]}"#;
    let units = r#"{"OrganizationalUnits": [{"Name": "Empty", "Id": "ou-examplerootid111-exampleouid222",
        "Arn": "arn:aws:organizations::o-exampleorgid:ou/r/ou"}]}"#;
    let path = "list-accounts-for-parent-r-examplerootid111.json";
    answers(path, of_root, &[]);
    let organization = organization(&[
        ("o.json", ORGANIZATION),
        ("a.json", &accounts),
        (path, of_root),
        ("units-r-examplerootid111.json", units),
        ("r.json", ROOTS),
    ]);
    assert_eq!(organization.accounts.items.len(), 2, "children are no list of all accounts");
    assert_eq!(organization.parents.gaps, []);
    assert_eq!(organization.parents.items.len(), 4);
}

const CHILDREN: &str = r#"{"Children": [{"Id": "111111111111", "Type": "ACCOUNT"}]}"#;
const UNITS: &str = r#"{"Children": [
    {"Id": "ou-examplerootid111-exampleouid111", "Type": "ORGANIZATIONAL_UNIT"}]}"#;

#[test]
fn parents_are_complete_once_every_account_is_somebodys_child() {
    let of_root = "list-children-r-examplerootid111.json";
    answers(of_root, CHILDREN, &[Call::ListChildren]);
    let mut files = vec![
        ("o.json", ORGANIZATION),
        ("a.json", ACCOUNTS),
        ("r.json", ROOTS),
        (of_root, CHILDREN),
        ("r-examplerootid111/units.json", UNITS),
    ];
    let gaps = |files: &[(&str, &str)]| organization(files).parents.gaps;
    let missed = |unit: &str| Gap::not_collected(Call::ListChildren).about(unit);
    assert_eq!(gaps(&files), [missed(UNIT)], "one account is nobody's child");
    let refused = "An error occurred (AccessDeniedException) when calling the ListChildren \
                   operation: no";
    files.push(("list-children-ou-examplerootid111-exampleouid111.txt", refused));
    let refusal = Gap::refused(Call::ListChildren, "AccessDeniedException").about(UNIT);
    assert_eq!(gaps(&files), [refusal]);
    let of_unit = CHILDREN.replace("111111111111", "444444444444");
    files.push(("list-children-ou-examplerootid111-exampleouid111.json", &of_unit));
    let pair = |child: &str, parent: &str| (child.to_owned(), parent.to_owned());
    assert_eq!(
        organization(&files).parents,
        Listing::complete(vec![
            pair("111111111111", "r-examplerootid111"),
            pair("444444444444", UNIT),
            pair(UNIT, "r-examplerootid111"),
        ])
    );
}

#[test]
fn without_a_root_nobody_asks_for_children() {
    let refused = "An error occurred (AccessDeniedException) when calling the ListRoots \
                   operation: no";
    let files = [("o.json", ORGANIZATION), ("a.json", ACCOUNTS), ("r.txt", refused)];
    let gap = Gap::refused(Call::ListRoots, "AccessDeniedException");
    assert_eq!(organization(&files).parents, Listing::missing(gap));
}

#[test]
fn a_path_of_another_account_is_not_followed() {
    let accounts = ACCOUNTS.replace(
        r#""Name": "Test Account","#,
        r#""Paths": ["o-exampleorgid/r-examplerootid111/111111111111/"], "Name": "Test Account","#,
    );
    let organization = organization(&[("o.json", ORGANIZATION), ("a.json", &accounts)]);
    assert_eq!(organization.parents.items, []);
}

const POLICIES: &str = r#"{"Policies": [
    {"Type": "SERVICE_CONTROL_POLICY", "Name": "AllowAllS3Actions", "AwsManaged": false,
     "Id": "p-examplepolicyid111",
     "Arn": "arn:aws:organizations::111111111111:policy/service_control_policy/p-examplepolicyid111"},
    {"Type": "SERVICE_CONTROL_POLICY", "Name": "FullAWSAccess", "AwsManaged": true,
     "Id": "p-FullAWSAccess",
     "Arn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"}]}"#;

const POLICY: &str = r#"{"Policy": {
    "Content": "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}]\n}",
    "PolicySummary": {"Type": "SERVICE_CONTROL_POLICY", "Id": "p-examplepolicyid111",
        "AwsManaged": false, "Name": "AllowAllS3Actions"}}}"#;

const TARGETS: &str = r#"{"Targets": [
    {"Arn": "arn:aws:organizations::111111111111:root/o-exampleorgid/r-examplerootid111",
     "Name": "Root", "TargetId": "r-examplerootid111", "Type": "ROOT"},
    {"Arn": "arn:aws:organizations::111111111111:account/o-exampleorgid/333333333333",
     "Name": "Test", "TargetId": "333333333333", "Type": "ACCOUNT"}]}"#;

#[test]
fn control_policies_get_documents_and_targets() {
    answers("p.json", POLICIES, &[Call::ListPolicies]);
    answers("d.json", POLICY, &[Call::DescribePolicy]);
    let path = "targets-p-examplepolicyid111.json";
    answers(path, TARGETS, &[Call::ListTargetsForPolicy]);
    let organization = organization(&[
        ("o.json", ORGANIZATION),
        ("r.json", ROOTS),
        (path, TARGETS),
        ("d.json", POLICY),
        ("p.json", POLICIES),
    ]);
    let [own, full] = organization.policies.whole().unwrap() else { panic!("two policies") };
    assert!(own.document.value().unwrap().text().contains("s3:*"));
    let targets = vec!["333333333333".to_owned(), "r-examplerootid111".to_owned()];
    assert_eq!(own.targets, Known::Value(targets));
    let statements = full.document.value().unwrap().policy().statements.len();
    assert_eq!(statements, 1, "everybody knows what AWS's own policy says");
    let gap = Gap::not_collected(Call::ListTargetsForPolicy).about("p-FullAWSAccess");
    assert_eq!(full.targets, Known::Gap(gap));
}

#[test]
fn what_is_not_known_of_a_control_policy_is_a_gap() {
    let organization = organization(&[("o.json", ORGANIZATION), ("p.json", POLICIES)]);
    let about = |call| Gap::not_collected(call).about("p-examplepolicyid111");
    let ControlPolicy { document, targets, .. } = &organization.policies.items[0];
    assert_eq!(*document, Known::Gap(about(Call::DescribePolicy)));
    assert_eq!(*targets, Known::Gap(about(Call::ListTargetsForPolicy)));
    assert_eq!(
        organization.policies.gaps,
        [Gap::not_collected(Call::ListPolicies).about("RESOURCE_CONTROL_POLICY")],
        "the other kind was not listed, and no root says that it is off"
    );
}

#[test]
fn a_described_policy_alone_leaves_the_list_open() {
    let organization = organization(&[("o.json", ORGANIZATION), ("d.json", POLICY)]);
    assert_eq!(organization.policies.items.len(), 1);
    assert_eq!(organization.policies.gaps, [Gap::not_collected(Call::ListPolicies)]);
}

#[test]
fn targets_can_be_put_together_from_what_is_on_every_target() {
    let root = parent("r-examplerootid111");
    let of_account = POLICIES.replace("p-examplepolicyid111", "p-examplepolicyid222");
    let mut files = vec![
        ("o.json", ORGANIZATION),
        ("a.json", ACCOUNTS),
        ("r.json", ROOTS),
        ("p.json", POLICIES),
        ("parents-111111111111.json", root.as_str()),
        ("parents-444444444444.json", root.as_str()),
        ("policies-for-r-examplerootid111.json", POLICIES),
        ("policies-for-111111111111.json", of_account.as_str()),
    ];
    let targets = |organization: &keyward_snapshot::Organization, policy: &str| {
        let policy = organization.policies.iter().find(|item| item.id == policy).unwrap();
        policy.targets.value().ok().cloned()
    };
    assert_eq!(targets(&organization(&files), "p-examplepolicyid111"), None, "one is not asked");
    files.push(("policies-for-444444444444.json", &of_account));
    let organization = organization(&files);
    assert_eq!(
        targets(&organization, "p-examplepolicyid111").unwrap(),
        ["r-examplerootid111".to_owned()]
    );
    assert_eq!(
        targets(&organization, "p-examplepolicyid222").unwrap(),
        ["111111111111".to_owned(), "444444444444".to_owned()]
    );
}

#[test]
fn no_organization_is_an_answer() {
    let text = "\nAn error occurred (AWSOrganizationsNotInUseException) when calling the \
                DescribeOrganization operation: Your account is not a member of an organization.\n";
    answers("o.txt", text, &[Call::DescribeOrganization]);
    assert_eq!(import(&[("o.txt", text)]).head.organization, Known::Value(Membership::None));
}
