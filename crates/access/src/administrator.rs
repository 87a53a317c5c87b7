//! Who may do anything at all.

use keyward_policy::{Caller, Context, Request};

use crate::{Answer, Permissions};

/// What somebody who may do everything may do.
const BATTERY: &[(&str, &str)] = &[("keyward-nonexistent:DoAnything", "*")];

impl Permissions<'_> {
    /// Whether the principal may do anything at all to anything, by what its policies say.
    pub fn administrator(&self, arn: &str) -> Answer {
        let policies = self.policies();
        let mut request = Request {
            caller: Caller::Arn(arn.to_owned()),
            action: String::new(),
            resource: String::new(),
            resource_account: None,
            context: self.with_facts(Context::open()),
        };
        let mut answer = Answer::No(Vec::new());
        for (action, resource) in BATTERY {
            (*action).clone_into(&mut request.action);
            (*resource).clone_into(&mut request.resource);
            answer = self.answer(&policies, &request);
        }
        answer
    }
}
