//! `keyward.toml`.

use std::path::Path;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::key::Key;
use super::{Found, Origin, place};
use crate::nearest::nearest;
use crate::problem::{Place, Problem};

/// The table in which the settings of the controls stand.
const CONTROLS: &str = "controls";

/// Reads the file.
pub(super) fn read(path: &Path, keys: &[Key]) -> Result<Found, Problem> {
    let bytes = std::fs::read(path)
        .map_err(|error| Problem::io("read the configuration", path.display(), &error))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Problem::new("the configuration is not UTF-8").at(Place::file(path.display()))
    })?;
    let file = File { path, text: &text, keys };
    let (table, mistakes) = DeTable::parse_recoverable(&text);
    if let Some(mistake) = mistakes.first() {
        let offset = mistake.span().map_or(0, |span| span.start);
        return Err(Problem::new(mistake.message().replace('\n', ", "))
            .at(place(path, &text, offset, None))
            .help("the file is TOML: a line is `key = value`, a table begins with `[controls]`"));
    }
    let mut found = file.table(table.get_ref(), false)?;
    if let Some((name, value)) = table.get_ref().iter().find(|(name, _)| name.get_ref() == CONTROLS)
    {
        let DeValue::Table(settings) = value.get_ref() else {
            return Err(file
                .mistake(name.span().start, CONTROLS, "`controls` is not a table")
                .help("begin the table with a line `[controls]`"));
        };
        found.extend(file.table(settings, true)?);
    }
    Ok(found)
}

struct File<'a> {
    path: &'a Path,
    text: &'a str,
    keys: &'a [Key],
}

impl File<'_> {
    fn table(&self, table: &DeTable<'_>, is_of_controls: bool) -> Result<Found, Problem> {
        let mut found = Found::new();
        for (name, value) in table {
            if !is_of_controls && name.get_ref() == CONTROLS {
                continue;
            }
            let key = self.key(name, is_of_controls)?;
            let plain = json(value.get_ref());
            key.check(&plain).map_err(|wanted| {
                let kind = value.get_ref().type_str();
                self.mistake(
                    value.span().start,
                    &key.full_name(),
                    &format!("expected {wanted}, found {}", described(kind, &plain)),
                )
                .help(format!("for example: {}", key.example()))
            })?;
            let line = 1 + self.text.get(..name.span().start).unwrap_or("").matches('\n').count();
            found.insert(key.name, (plain, Origin::File(line)));
        }
        Ok(found)
    }

    fn key(
        &self,
        name: &Spanned<toml::de::DeString<'_>>,
        is_of_controls: bool,
    ) -> Result<&Key, Problem> {
        let text: &str = name.get_ref();
        if let Some(key) =
            self.keys.iter().find(|key| key.name == text && key.is_of_controls == is_of_controls)
        {
            return Ok(key);
        }
        let field = if is_of_controls { format!("{CONTROLS}.{text}") } else { text.to_owned() };
        let problem =
            self.mistake(name.span().start, &field, &format!("`{text}` is no key of the file"));
        if self.keys.iter().any(|key| key.name == text) {
            let right = if is_of_controls { "above `[controls]`" } else { "under `[controls]`" };
            return Err(problem.help(format!("it belongs {right}")));
        }
        let names = self.keys.iter().filter(|key| key.is_of_controls == is_of_controls);
        let names: Vec<&str> = names.map(|key| key.name).chain([CONTROLS]).collect();
        Err(match nearest(text, names).first() {
            Some(near) => problem.help(format!("is it `{near}`?")),
            None => problem.help("`keyward config` lists all keys"),
        })
    }

    fn mistake(&self, offset: usize, field: &str, message: &str) -> Problem {
        Problem::new(message).at(place(self.path, self.text, offset, Some(field.to_owned())))
    }
}

/// The value as JSON, which has all the types that a setting can have; others become `null`.
fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(&**text),
        DeValue::Boolean(is) => Value::from(*is),
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            i64::from_str_radix(&digits, number.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => Value::Null,
    }
}

fn described(kind: &str, value: &Value) -> String {
    match value {
        Value::Null => format!("a value of type {kind}"),
        value => format!("`{value}`"),
    }
}
