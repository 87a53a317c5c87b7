//! User data: what an instance is given at its first start, and whoever may describe it can read.

use serde::{Deserialize, Serialize};

use super::SecretKind;

/// User data of an instance or of a launch template. It was looked at on the way in and dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserData {
    /// How many lines it has; none where there is no user data.
    pub lines: u32,
    /// The lines that hold credentials.
    pub secrets: Vec<SecretInText>,
    /// Why it, or a part of it, could not be looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<Unreadable>,
}

/// A credential in a text: where it stands, and of what kind it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SecretInText {
    /// The line, counted from 1. In a part of user data that is base64, the line where it begins.
    pub line: u32,
    /// What kind of credential it looks like.
    pub kind: SecretKind,
}

/// Why user data could not be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// It, or a part of it, is not the base64 that it should be.
    NotBase64,
    /// It is not text, nor text that gzip compressed.
    NotText,
    /// Decompressed it is longer than any user data that makes sense.
    TooLong,
}

/// A version of a launch template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchTemplateVersion {
    /// The template's id, such as `lt-068f72b72934aff71`.
    pub template: String,
    /// The template's name.
    pub name: String,
    /// The template's region.
    pub region: String,
    /// The number of the version.
    pub version: u64,
    /// Whether it is the version that is used where none is named.
    pub is_default: bool,
    /// The user data that instances get.
    pub user_data: UserData,
}
