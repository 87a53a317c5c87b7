//! The keys of the configuration.

use keyward_controls::Settings;
use serde_json::Value;

use super::{Entry, Origin};
use crate::collection::ROLE;

/// One key.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// Its name, without the table that it stands in.
    pub(super) name: &'static str,
    /// Whether it stands in the table `controls`.
    pub(super) is_of_controls: bool,
    kind: Kind,
    default: Value,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Choice(&'static [&'static str]),
    /// A text; its example.
    Text(&'static str),
    Number,
    Texts,
    Regions,
    Accounts,
}

/// All keys, in the order in which they are documented.
pub(super) fn all() -> Vec<Key> {
    let defaults = serde_json::to_value(Settings::default()).unwrap_or_default();
    let choice = |name, choices: &'static [&'static str], default: &str| Key {
        name,
        is_of_controls: false,
        kind: Kind::Choice(choices),
        default: default.into(),
    };
    let text = |name, example, default: &str| Key {
        name,
        is_of_controls: false,
        kind: Kind::Text(example),
        default: default.into(),
    };
    let of_program = [
        choice("format", &["text", "json", "jsonl"], "text"),
        choice("color", &["auto", "always", "never"], "auto"),
        text("role", "keyward", ROLE),
        text("external_id", "audit-1", ""),
        text("session_name", "keyward", "keyward"),
        Key {
            name: "regions",
            is_of_controls: false,
            kind: Kind::Regions,
            default: Value::Array(Vec::new()),
        },
    ];
    let of_controls = Settings::ALL.iter().map(|setting| {
        let default = defaults.get(setting.key).cloned().unwrap_or_default();
        let kind = match &default {
            Value::Array(_) if setting.key.ends_with("_accounts") => Kind::Accounts,
            Value::Array(_) => Kind::Texts,
            _ => Kind::Number,
        };
        Key { name: setting.key, is_of_controls: true, kind, default }
    });
    of_program.into_iter().chain(of_controls).collect()
}

impl Key {
    /// The name with the table that it stands in.
    pub(super) fn full_name(&self) -> String {
        if self.is_of_controls { format!("controls.{}", self.name) } else { self.name.to_owned() }
    }

    /// The environment variable.
    pub(super) fn variable(&self) -> String {
        format!("KEYWARD_{}", self.name.to_uppercase())
    }

    /// The value that holds until another is given.
    pub(super) fn default_entry(&self) -> Entry {
        Entry { key: self.full_name(), value: self.default.clone(), origin: Origin::Default }
    }

    /// Checks a value of the file; otherwise says what is wanted.
    pub(super) fn check(&self, value: &Value) -> Result<(), String> {
        let fits = match self.kind {
            Kind::Choice(choices) => value.as_str().is_some_and(|text| choices.contains(&text)),
            Kind::Number => value.as_u64().is_some_and(|number| u32::try_from(number).is_ok()),
            Kind::Text(_) => value.is_string(),
            Kind::Texts | Kind::Regions => texts(value).is_some(),
            Kind::Accounts => texts(value).is_some_and(|ids| ids.into_iter().all(is_account_id)),
        };
        if fits { Ok(()) } else { Err(self.wanted()) }
    }

    /// Reads the text of a variable; otherwise says what is wanted.
    pub(super) fn parse(&self, text: &str) -> Result<Value, String> {
        let value = match self.kind {
            Kind::Choice(_) | Kind::Text(_) => Value::from(text),
            Kind::Number => text.trim().parse::<u32>().map_or(Value::Null, Value::from),
            Kind::Texts | Kind::Regions | Kind::Accounts => {
                text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect()
            }
        };
        self.check(&value).map(|()| value)
    }

    /// A line of the file that is right.
    pub(super) fn example(&self) -> String {
        let value = match self.kind {
            Kind::Choice(_) | Kind::Number => self.default.to_string(),
            Kind::Text(example) => format!("{example:?}"),
            Kind::Regions => r#"["us-east-1", "eu-west-1"]"#.to_owned(),
            Kind::Texts => r#"["arn:aws:iam::*:role/break-glass"]"#.to_owned(),
            Kind::Accounts => r#"["111122223333"]"#.to_owned(),
        };
        format!("{} = {value}", self.name)
    }

    /// A setting of the variable that is right.
    pub(super) fn example_variable(&self) -> String {
        let value = match self.kind {
            Kind::Choice(_) => self.default.as_str().unwrap_or_default().to_owned(),
            Kind::Number => self.default.to_string(),
            Kind::Text(example) => example.to_owned(),
            Kind::Regions => "us-east-1,eu-west-1".to_owned(),
            Kind::Texts => "'arn:aws:iam::*:role/break-glass'".to_owned(),
            Kind::Accounts => "111122223333,444455556666".to_owned(),
        };
        format!("{}={value}", self.variable())
    }

    fn wanted(&self) -> String {
        match self.kind {
            Kind::Choice(choices) => {
                let choices: Vec<String> = choices.iter().map(|it| format!("`{it}`")).collect();
                format!("one of {}", choices.join(", "))
            }
            Kind::Number => "a whole number from 0 to 4294967295".to_owned(),
            Kind::Text(_) => "a text".to_owned(),
            Kind::Texts | Kind::Regions => "a list of texts".to_owned(),
            Kind::Accounts => "a list of account ids, each a text of 12 digits".to_owned(),
        }
    }
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

/// Whether it is an account's id: 12 digits.
pub(crate) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
