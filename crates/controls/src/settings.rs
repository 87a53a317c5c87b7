//! Thresholds and lists that an organization sets for itself.

use keyward_policy::glob_matches;
use keyward_snapshot::AccountId;
use serde::{Deserialize, Serialize};

/// One setting, for documentation and for `keyward config`.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its key.
    pub key: &'static str,
    /// What it means, as Markdown whose lines each keep one leading space.
    pub docs: &'static str,
}

macro_rules! settings {
    ($($(#[doc = $line:literal])+ $key:ident: $type:ty = $default:expr;)+) => {
        /// Thresholds and lists. Each field's default is the catalogue's.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Settings {
            $($(#[doc = $line])+ pub $key: $type,)+
        }

        impl Default for Settings {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }

        impl Settings {
            /// All settings, in the order in which they are documented.
            pub const ALL: &'static [Setting] = &[
                $(Setting { key: stringify!($key), docs: concat!($($line, "\n"),+) },)+
            ];
        }
    };
}

settings! {
    /// Within how many days a use of the root user counts as recent.
    root_used_days: u32 = 30;
    /// How many MFA devices a root user should have, of the 8 that AWS allows.
    root_mfa_devices_min: u32 = 2;
    /// After how many days without use a console password is unused.
    password_unused_days: u32 = 45;
    /// After how many days without any use a user is unused.
    user_unused_days: u32 = 90;
    /// The shortest password that the password policy should allow.
    password_length_min: u32 = 14;
    /// How many former passwords the password policy should refuse.
    password_reuse_min: u32 = 24;
    /// After how many days an access key is too old.
    key_age_days_max: u32 = 90;
    /// After how many days without use an access key is unused.
    key_unused_days: u32 = 45;
    /// After how many days an access key that was never used is unused.
    key_never_used_days: u32 = 7;
    /// For how many days after a second access key was made its user is taken to be replacing the
    /// first.
    key_rotation_days: u32 = 7;
    /// After how many days without use a role is unused.
    role_unused_days: u32 = 90;
    /// After how many days without use a service that policies grant is unused.
    service_unused_days: u32 = 90;
    /// After how many days the value of a secret is too old.
    secret_age_days_max: u32 = 90;
    /// After how many days without a read a secret is unused.
    secret_unused_days: u32 = 90;
    /// To how many people administrator access may be assigned.
    sso_administrators_max: u32 = 5;
    /// The longest session of a permission set, in hours.
    sso_session_hours_max: u32 = 8;
    /// The longest session of a permission set for administrators, in hours.
    sso_administrator_session_hours_max: u32 = 1;
    /// Accounts outside the organization that are your own, or that you trust as such.
    trusted_accounts: Vec<AccountId> = Vec::new();
    /// Accounts of vendors that have access by agreement. They still need an external id.
    vendor_accounts: Vec<AccountId> = Vec::new();
    /// Roles and users kept for emergencies, by name or ARN, as patterns with `*` and `?`. They may
    /// be administrators, and they may be unused.
    break_glass: Vec<String> = Vec::new();
    /// Principals that may create users and keys although a control policy denies it to all
    /// others, as ARN patterns with `*` and `?`.
    user_creators: Vec<String> = Vec::new();
}

impl Settings {
    /// Whether the principal with this ARN is kept for emergencies.
    pub fn is_break_glass(&self, arn: &str) -> bool {
        self.break_glass_pattern(arn).is_some()
    }

    /// The pattern of `break_glass` that fits the principal with this ARN.
    pub fn break_glass_pattern(&self, arn: &str) -> Option<&str> {
        let name = arn.rsplit('/').next().unwrap_or(arn);
        let fits = |pattern: &&str| glob_matches(pattern, arn) || glob_matches(pattern, name);
        self.break_glass.iter().map(String::as_str).find(fits)
    }
}
