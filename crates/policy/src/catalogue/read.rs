//! The form of `actions.zst`: a zstd frame over lines of fields that a tab parts.
//!
//! - `catalogue 1`, then `source …`
//! - `k KIND NAME`: a condition key. They are numbered from 0 in their order. KIND is `s`, `a`, `b`,
//!   `n`, `d` or `i`, with `*` if it is multivalued, or `?` if nothing describes the key.
//! - `s PREFIX [rcp]`: a service, to which the lines up to the next one belong
//! - `r NAME ARN,…`: a type of resource; numbered from 0 in each service
//! - `a NAME ACCESS RESOURCES KEYS DEPENDENTS`: an action. ACCESS is letters of `LRWTP`. RESOURCES are
//!   numbers, with `!` if required and the numbers of keys in brackets: `0!(3.7),2`. `-` is nothing.

use super::{Access, Action, Catalogue, Key, KeyKind, ResourceType, ResourceUse, Service, order};

static COMPRESSED: &[u8] = include_bytes!("actions.zst");

/// The text of the bundled data. It is a part of the program, and a test reads all of it: there is
/// nobody to whom an error could be told.
pub(super) fn bundled_text() -> String {
    let bytes = zstd::decode_all(COMPRESSED).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// Reads a text; lines that are none of the above are left out.
pub(super) fn catalogue(text: &'static str) -> Catalogue {
    let mut catalogue = Catalogue { source: "", keys: Vec::new(), services: Vec::new() };
    for line in text.lines() {
        let (kind, rest) = line.split_once('\t').unwrap_or((line, ""));
        match kind {
            "source" => catalogue.source = rest,
            "k" => catalogue.keys.extend(key(rest)),
            "s" => catalogue.services.push(service(rest)),
            _ => {
                if let Some(service) = catalogue.services.last_mut() {
                    match kind {
                        "r" => service.resource_types.extend(resource_type(rest)),
                        "a" => service.actions.extend(action(service.prefix, rest)),
                        _ => {}
                    }
                }
            }
        }
    }
    catalogue.services.sort_by(|one, other| order(one.prefix, other.prefix));
    for service in &mut catalogue.services {
        service.actions.sort_by(|one, other| order(one.name, other.name));
    }
    catalogue
}

fn key(fields: &'static str) -> Option<Key> {
    let (kind, name) = fields.split_once('\t')?;
    let (letter, many) = kind.split_at_checked(1)?;
    let kind = match letter {
        "s" => Some(KeyKind::String),
        "a" => Some(KeyKind::Arn),
        "b" => Some(KeyKind::Bool),
        "n" => Some(KeyKind::Numeric),
        "d" => Some(KeyKind::Date),
        "i" => Some(KeyKind::IpAddress),
        _ => None,
    };
    Some(Key { name, kind, is_multivalued: many == "*" })
}

fn service(fields: &'static str) -> Service {
    let (prefix, mark) = fields.split_once('\t').unwrap_or((fields, ""));
    Service {
        prefix,
        has_resource_control_policies: mark == "rcp",
        resource_types: Vec::new(),
        actions: Vec::new(),
    }
}

fn resource_type(fields: &'static str) -> Option<ResourceType> {
    let (name, arns) = fields.split_once('\t')?;
    Some(ResourceType { name, arns: items(arns).collect() })
}

fn action(service: &'static str, fields: &'static str) -> Option<Action> {
    let mut fields = fields.split('\t');
    let (name, letters) = (fields.next()?, fields.next()?);
    let (resources, keys, dependents) = (fields.next()?, fields.next()?, fields.next()?);
    let access = Access {
        list: letters.contains('L'),
        read: letters.contains('R'),
        write: letters.contains('W'),
        tagging: letters.contains('T'),
        permissions_management: letters.contains('P'),
    };
    Some(Action {
        service,
        name,
        access,
        resources: items(resources).filter_map(resource_use).collect(),
        dependents: items(dependents).collect(),
        keys: items(keys).filter_map(|number| number.parse().ok()).collect(),
    })
}

fn resource_use(text: &str) -> Option<ResourceUse> {
    let (text, keys) =
        text.strip_suffix(')').and_then(|it| it.split_once('(')).unwrap_or((text, ""));
    let number = text.trim_end_matches('!');
    Some(ResourceUse {
        resource_type: number.parse().ok()?,
        is_required: number.len() < text.len(),
        keys: keys.split('.').filter_map(|number| number.parse().ok()).collect(),
    })
}

/// The items of a list; `-` has none.
fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').filter(|item| *item != "-")
}
