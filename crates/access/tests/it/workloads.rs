//! Which role an instance or a function acts as.

use keyward_access::{function_role, instance_role};
use keyward_snapshot::{
    Account, Call, Function, Gap, Instance, InstanceState, Known, Listing, Role,
};

use crate::estate::*;

const PROFILE: &str = "arn:aws:iam::444455556666:instance-profile/build";

fn instance(profile: Option<&str>) -> Instance {
    Instance {
        id: "i-1234567890abcdef0".to_owned(),
        region: "eu-central-1".to_owned(),
        name: None,
        state: InstanceState::Running,
        instance_profile: profile.map(str::to_owned),
        metadata: None,
        security_groups: Vec::new(),
        public_address: None,
        platform: None,
        launched: None,
        user_data: Known::Gap(Gap::not_collected(Call::DescribeInstanceAttribute)),
    }
}

fn function(role: &str) -> Function {
    Function {
        arn: "arn:aws:lambda:eu-central-1:444455556666:function:build".to_owned(),
        name: "build".to_owned(),
        region: "eu-central-1".to_owned(),
        role: role.to_owned(),
        environment: Vec::new(),
        environment_withheld: false,
    }
}

/// An account with the roles `deploy`, and `build` in an instance profile.
fn estate() -> Account {
    let mut estate = account();
    let build = Role { instance_profiles: vec![PROFILE.to_owned()], ..role("build") };
    estate.roles.items = vec![role("deploy"), build];
    estate
}

fn names(role: Result<Option<&Role>, Gap>) -> Result<Option<&str>, Gap> {
    role.map(|role| role.map(|role| role.name.as_str()))
}

#[test]
fn the_role_of_an_instance_is_the_one_in_its_profile() {
    let estate = estate();
    assert_eq!(names(instance_role(&estate, &instance(Some(PROFILE)))), Ok(Some("build")));
    assert_eq!(names(instance_role(&estate, &instance(None))), Ok(None));
    let empty = format!("{PROFILE}-empty");
    assert_eq!(names(instance_role(&estate, &instance(Some(&empty)))), Ok(None));
}

#[test]
fn the_role_of_a_function_is_found_by_its_arn() {
    let estate = estate();
    assert_eq!(names(function_role(&estate, &function(&arn("role/deploy")))), Ok(Some("deploy")));
    assert_eq!(names(function_role(&estate, &function(&arn("role/deleted")))), Ok(None));
}

#[test]
fn a_role_that_may_be_among_the_unread_ones_is_a_gap() {
    let mut estate = estate();
    estate.roles = Listing {
        gaps: vec![Gap::truncated(Call::GetAccountAuthorizationDetails)],
        ..estate.roles
    };
    assert_eq!(names(instance_role(&estate, &instance(Some(PROFILE)))), Ok(Some("build")));
    assert_eq!(names(instance_role(&estate, &instance(None))), Ok(None));
    let gap = Gap::truncated(Call::GetAccountAuthorizationDetails);
    let other = format!("{PROFILE}-other");
    assert_eq!(
        names(instance_role(&estate, &instance(Some(&other)))),
        Err(gap.clone().about(&other))
    );
    let other = arn("role/other");
    assert_eq!(names(function_role(&estate, &function(&other))), Err(gap.about(&other)));
}
