//! Where an answer came from: a file, whose path tells what AWS's output does not repeat, or a
//! call that was made just now, of which all is known.

use super::argument;
use super::place::{folder, region_in_path, stem};
use crate::Call;

/// The name of a folder that holds answers of a root session.
const ROOT_SESSION: &str = "root-session";

/// Where an answer came from.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// The path of the file; for a live answer, what stands in its place in an error.
    pub(super) path: String,
    live: Option<Live>,
}

#[derive(Clone, Debug)]
struct Live {
    call: Call,
    region: Option<String>,
    about: Option<String>,
}

impl Origin {
    /// The file at `path`.
    pub(super) fn file(path: &str) -> Self {
        Self { path: path.to_owned(), live: None }
    }

    /// A call that was made just now.
    pub(super) fn live(call: Call, region: Option<&str>, about: Option<&str>) -> Self {
        let place = [region, about].into_iter().flatten();
        let path = place.fold(call.to_string(), |path, part| path + " " + part);
        let live =
            Live { call, region: region.map(str::to_owned), about: about.map(str::to_owned) };
        Self { path, live: Some(live) }
    }

    /// The region that was asked, where it is known.
    pub(super) fn region(&self) -> Option<&str> {
        match &self.live {
            Some(live) => live.region.as_deref(),
            None => region_in_path(&self.path),
        }
    }

    /// The folder, which tells answers apart that no region tells apart.
    pub(super) fn folder(&self) -> &str {
        if self.live.is_some() { "" } else { folder(&self.path) }
    }

    /// Whether `call` may be what was asked, as far as anybody knows.
    pub(super) fn may_answer(&self, call: Call) -> bool {
        self.live.as_ref().is_none_or(|live| live.call == call)
    }

    /// Whether `call` was asked for certain: the answer was made just now, or the name of the file
    /// or of its folder begins with the name of the command.
    pub(super) fn names_call(&self, call: Call) -> bool {
        let is_named = |text: &str| text.starts_with(operation(call));
        self.live.as_ref().map_or_else(
            || is_named(stem(&self.path)) || self.path.split('/').any(is_named),
            |live| live.call == call,
        )
    }

    /// Whether the answer was made just now, and `call` was asked.
    pub(super) fn is_live(&self, call: Call) -> bool {
        self.live.as_ref().is_some_and(|live| live.call == call)
    }

    /// Whether the answer is one of a root session: a live call was about the root user's ARN, or
    /// the file lies in a folder that says so.
    pub(super) fn is_root_session(&self) -> bool {
        match &self.live {
            Some(live) => live.about.as_deref().is_some_and(|about| about.ends_with(":root")),
            None => folder(&self.path).split('/').any(|folder| folder == ROOT_SESSION),
        }
    }

    /// What the call asked about, found by `find` in the path or in the argument.
    pub(super) fn argument<'o>(
        &'o self,
        find: impl Fn(&'o str) -> Option<&'o str>,
    ) -> Option<&'o str> {
        find(match &self.live {
            Some(live) => live.about.as_deref()?,
            None => &self.path,
        })
    }

    /// The argument of `call`, whatever it looks like: for a file `list-x-ARGUMENT.json` or
    /// `list-x/ARGUMENT.json`.
    pub(super) fn argument_of(&self, call: Call) -> Option<&str> {
        if let Some(live) = &self.live {
            return live.about.as_deref();
        }
        let (stem, command) = (stem(&self.path), operation(call));
        let behind = stem.strip_prefix(command).and_then(|rest| rest.strip_prefix('-'));
        let is_in_folder = folder(&self.path).rsplit('/').next() == Some(command);
        behind.or(is_in_folder.then_some(stem)).filter(|argument| !argument.is_empty())
    }

    /// Whether it is known that the call asked about something.
    pub(super) fn is_about_something(&self, call: Call) -> bool {
        self.argument_of(call).is_some()
    }

    /// Whether the call asked about `name`.
    pub(super) fn names(&self, name: &str) -> bool {
        match &self.live {
            Some(live) => live.about.as_deref() == Some(name),
            None => argument::names(&self.path, name),
        }
    }

    /// What a refusal is about, as text that the names of things are looked for in.
    pub(super) fn about(&self) -> &str {
        match &self.live {
            Some(live) => live.about.as_deref().unwrap_or_default(),
            None => &self.path,
        }
    }
}

/// The command without its service and options, such as `list-targets-by-rule`.
fn operation(call: Call) -> &'static str {
    call.command().split(' ').nth(2).unwrap_or_default()
}
