//! What a control is made of.

use keyward_snapshot::Call;

use crate::{Answer, Overview, Severity, View};

/// One weakness that keyward knows: its documentation, how it is found, prevented and watched.
#[derive(Debug)]
pub struct Control {
    /// The name by which people and scripts refer to it: the subject's folder and the file.
    pub id: &'static str,
    /// The product documentation, as Markdown whose lines each keep one leading space; read it
    /// through [`Control::documentation`].
    pub docs: &'static str,
    /// How bad the weakness is unless the evidence raises or lowers it.
    pub severity: Severity,
    /// The calls without whose answers it can't say `sound`.
    pub needs: &'static [Call],
    /// The calls whose answers sharpen severity or evidence, or show that something else holds the
    /// weakness back. Without them nothing turns `sound`.
    pub refines: &'static [Call],
    /// The API calls that can bring the weakness back, as IAM actions.
    pub watch: &'static [&'static str],
    /// The part of `watch` that a policy can deny.
    pub preventable: &'static [&'static str],
    /// How it is found.
    pub find: Find,
    /// The policy that prevents it for everyone, where one is written.
    pub prevent: Option<fn() -> Guardrail>,
}

/// How a weakness is found: account by account, or once for the whole organization.
#[derive(Clone, Copy, Debug)]
pub enum Find {
    /// Answers about the resources of one account.
    Account(fn(&View<'_>) -> Vec<Answer>),
    /// Answers about the organization, or about Identity Center.
    Organization(fn(&Overview<'_>) -> Vec<Answer>),
}

/// A policy that prevents a weakness.
#[derive(Clone, Copy, Debug)]
pub enum Guardrail {
    /// A service control policy, as JSON.
    ServiceControlPolicy(&'static str),
}

impl Control {
    /// The documentation as plain Markdown.
    pub fn documentation(&self) -> String {
        self.docs
            .lines()
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The title: the documentation's first heading.
    pub fn title(&self) -> &'static str {
        self.docs.lines().next().unwrap_or_default().trim_start_matches([' ', '#'])
    }

    /// The subject: the part of the id that names the folder.
    pub fn subject(&self) -> &'static str {
        self.id.split('-').next().unwrap_or_default()
    }
}
