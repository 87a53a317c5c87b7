//! One copy of each policy document: accounts repeat the same few texts over and over.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use keyward_policy::Document;

use crate::{Account, InlinePolicy, Known};

/// The documents seen so far.
#[derive(Default)]
pub(super) struct Interner {
    documents: HashSet<ByText>,
}

/// A document that is compared by its text, since the text decides the rest.
struct ByText(Arc<Document>);

impl PartialEq for ByText {
    fn eq(&self, other: &Self) -> bool {
        self.0.text() == other.0.text()
    }
}

impl Eq for ByText {}

impl Hash for ByText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text().hash(state);
    }
}

impl Interner {
    /// Lets equal documents of the account share one allocation.
    pub(super) fn account(&mut self, account: &mut Account) {
        for policy in &mut account.policies.items {
            self.document(&mut policy.document);
        }
        for user in &mut account.users.items {
            self.inline(&mut user.inline);
        }
        for group in &mut account.groups.items {
            self.inline(&mut group.inline);
        }
        for role in &mut account.roles.items {
            self.document(&mut role.trust);
            self.inline(&mut role.inline);
        }
        for secret in &mut account.secrets.items {
            if let Known::Value(Some(document)) = &mut secret.resource_policy {
                self.document(document);
            }
        }
    }

    fn inline(&mut self, policies: &mut [InlinePolicy]) {
        for policy in policies {
            self.document(&mut policy.document);
        }
    }

    fn document(&mut self, document: &mut Arc<Document>) {
        let entry = ByText(Arc::clone(document));
        match self.documents.get(&entry) {
            Some(ByText(shared)) => *document = Arc::clone(shared),
            None => {
                self.documents.insert(entry);
            }
        }
    }
}
