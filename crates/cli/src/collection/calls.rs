//! Which calls are made, as the flags say it.

use std::collections::BTreeSet;

use clap::Args;
use keyward_snapshot::{Call, Reach};

use super::reading::HEADING;
use crate::nearest::{nearest, question};

/// Which calls are made.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = HEADING)]
pub(crate) struct Calls {
    /// Leaves out calls: those with which AWS answers about one thing at a time (`one-by-one`), of
    /// them those about the services that each principal used (`last-accessed`), or single ones by
    /// their IAM action; what they would tell can't be told then
    #[arg(long, value_name = "one-by-one|last-accessed|ACTION,…", value_delimiter = ',')]
    #[arg(value_parser = left)]
    without: Vec<Left>,
    /// Looks at the root users of member accounts, each in a session of its own, which may ring
    /// alarms on root users
    #[arg(long)]
    root_sessions: bool,
}

/// Calls that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    LastAccessed,
    OneByOne,
    Call(Call),
}

const LAST_ACCESSED: [Call; 2] =
    [Call::GenerateServiceLastAccessedDetails, Call::GetServiceLastAccessedDetails];

impl Calls {
    /// Whether root sessions are opened.
    pub(crate) fn root_sessions(&self) -> bool {
        self.root_sessions
    }

    /// The calls that are left out.
    pub(crate) fn left_out(&self) -> BTreeSet<Call> {
        let all = Call::ALL.iter().copied();
        all.filter(|call| self.without.iter().any(|left| left.covers(*call))).collect()
    }

    /// The calls that are made, in the order of the table.
    pub(crate) fn made(&self) -> impl Iterator<Item = Call> {
        let left_out = self.left_out();
        let is_made = move |call: &Call| {
            let is_of_root = *call == Call::AssumeRoot || call.reach() == Reach::RootSession;
            call.instead().is_none()
                && !left_out.contains(call)
                && (self.root_sessions || !is_of_root)
        };
        Call::ALL.iter().copied().filter(is_made)
    }

    /// The flags, as text.
    pub(super) fn flags(&self) -> Vec<String> {
        let names: Vec<&str> = self.without.iter().map(|left| left.name()).collect();
        let without = (!names.is_empty()).then(|| format!("--without {}", names.join(",")));
        let root_sessions = self.root_sessions.then(|| "--root-sessions".to_owned());
        without.into_iter().chain(root_sessions).collect()
    }
}

impl Left {
    fn covers(self, call: Call) -> bool {
        match self {
            Self::LastAccessed => LAST_ACCESSED.contains(&call),
            // The organization's and the caller's are few, and nothing can be read without them.
            Self::OneByOne => {
                call.each().is_some()
                    && !matches!(call.reach(), Reach::Organization | Reach::Caller)
            }
            Self::Call(left) => left == call,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::LastAccessed => "last-accessed",
            Self::OneByOne => "one-by-one",
            Self::Call(call) => call.action(),
        }
    }
}

fn left(text: &str) -> Result<Left, String> {
    // Without these two nobody would know where to ask.
    let is_needed = |call: &Call| matches!(call, Call::AssumeRole | Call::DescribeRegions);
    let can_be_left = |call: &&Call| call.instead().is_none() && !is_needed(call);
    let calls = Call::ALL.iter().filter(can_be_left).map(|call| Left::Call(*call));
    let mut all = [Left::LastAccessed, Left::OneByOne].into_iter().chain(calls.clone());
    all.find(|left| left.name().eq_ignore_ascii_case(text)).ok_or_else(|| {
        let near = nearest(text, calls.map(Left::name));
        question(&near).unwrap_or_else(|| {
            "`one-by-one`, `last-accessed`, or actions that `keyward permissions collect` lists"
                .to_owned()
        })
    })
}
