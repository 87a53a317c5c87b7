//! The server, through its private endpoint and boto3.

use keyward_testing::emulator::Emulator;

#[test]
fn organizations_have_accounts_of_their_own() {
    let emulator = Emulator::get();
    let (one, other) = (emulator.organization(), emulator.organization());
    assert_ne!(one.management, other.management);
    assert_eq!(one.management.len(), 12);
}
