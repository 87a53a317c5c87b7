//! The seeds that others build on.

use keyward_testing::emulator::Emulator;

#[test]
fn the_organization_has_a_weak_and_a_sound_variant() {
    let emulator = Emulator::get();
    for arguments in [&["--members", "1"][..], &["--members", "1", "--weak"]] {
        let organization = emulator.organization();
        let made = emulator.seed("organization", &organization, arguments);
        let members = made["members"].as_array().unwrap();
        assert_eq!(members.len(), 1);
        let accounts = [organization.management.as_str(), members[0].as_str().unwrap()];
        assert_eq!(emulator.missing_operations(&accounts).len(), 0);
    }
}

#[test]
fn an_account_of_any_size_can_be_made() {
    let emulator = Emulator::get();
    let organization = emulator.organization();
    let numbers = ["--users", "120", "--roles", "130", "--policies", "10", "--secrets", "5"];
    let made = emulator.seed("sized", &organization, &numbers);
    assert_eq!(made["roles"], 130);
}

#[test]
fn an_organization_of_many_accounts_can_be_made() {
    let emulator = Emulator::get();
    let organization = emulator.organization();
    let made = emulator.seed("many_accounts", &organization, &["--accounts", "50"]);
    assert_eq!(made["members"].as_array().unwrap().len(), 49);
}

/// Runs a seed, and returns how many accounts it made.
fn accounts_of(seed: &str) -> usize {
    let emulator = Emulator::get();
    let organization = emulator.organization();
    let made = emulator.seed(seed, &organization, &[]);
    let accounts = made["accounts"].as_object().unwrap();
    let ids: Vec<&str> = accounts.values().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(emulator.missing_operations(&ids).len(), 0, "{seed}");
    ids.len()
}

#[test]
fn a_weak_organization_and_its_sound_twin_have_five_accounts() {
    assert_eq!(accounts_of("weak"), 5);
    assert_eq!(accounts_of("sound"), 5);
}

#[test]
fn what_excludes_the_rest_has_organizations_of_its_own() {
    assert_eq!(accounts_of("without_single_sign_on"), 2);
    assert_eq!(accounts_of("consolidated_billing"), 2);
    assert_eq!(accounts_of("standalone"), 1);
}
