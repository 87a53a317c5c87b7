//! What watches the accounts: AWS Config, Security Hub, GuardDuty, IAM Access Analyzer, and alarms.
//!
//! `analyzers` is shared by the controls about IAM Access Analyzer.
//! `regions` is shared by the controls about what has to be on in every region.

mod analyzers;
mod changes_without_alarm;
mod config_off;
mod config_rules_missing;
mod external_access_unanalyzed;
mod guardduty_off;
mod regions;
mod security_hub_off;
mod unused_access_unanalyzed;

use crate::Control;

pub(crate) static CONTROLS: &[&Control] = &[
    &config_off::CONTROL,
    &config_rules_missing::CONTROL,
    &security_hub_off::CONTROL,
    &guardduty_off::CONTROL,
    &external_access_unanalyzed::CONTROL,
    &unused_access_unanalyzed::CONTROL,
    &changes_without_alarm::CONTROL,
];
