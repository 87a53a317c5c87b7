//! Answers of calls that were made just now, in the form in which AWS's CLI prints them.

use serde_json::Value;

use super::error::ImportError;
use super::origin::Origin;
use super::recognise::{self, Part};
use super::source::Source;
use super::{Import, answer, content_of};
use crate::{Call, Reason};

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The call.
    pub call: Call,
    /// The region that it was made in, if the call is regional.
    pub region: Option<&'a str>,
    /// What it was about, where the call is about one thing at a time: the ARN, id or name that
    /// its argument is. For `sso:ListAccountAssignments`, which has two arguments that matter, the
    /// account's id, a slash, and the permission set's ARN.
    pub about: Option<&'a str>,
}

impl Import {
    /// Takes one page of an answer, in the form in which AWS's CLI prints it. A `NextToken`, or
    /// `IsTruncated`, says that another page follows.
    ///
    /// # Errors
    /// The answer is not what AWS documents; what it would have answered stays a gap.
    pub fn answered(&mut self, asked: &Asked<'_>, page: &Value) -> Result<(), ImportError> {
        let origin = asked.origin();
        let text = page.to_string();
        let mut source = Source::new(text.as_bytes());
        source.set_mode(super::Mode::Json);
        let answer = answer::read(&origin.path, &mut source, &mut self.documents)?;
        let recognition = recognise::recognise(&origin, answer, &mut self.documents)?;
        recognition.parts.into_iter().try_for_each(|part| self.keep(part))
    }

    /// Notes that AWS refused the call with this error code. Codes that mean that there is nothing
    /// to read, such as `NoSuchEntity` of a password policy, are answers.
    pub fn refused(&mut self, asked: &Asked<'_>, code: &str) -> Result<(), ImportError> {
        self.unanswered(asked, Reason::Refused(code.to_owned()))
    }

    /// Notes that the call has no answer that could be used, and why in a few words.
    pub fn failed(&mut self, asked: &Asked<'_>, why: &str) -> Result<(), ImportError> {
        self.unanswered(asked, Reason::Failed(why.to_owned()))
    }

    fn unanswered(&mut self, asked: &Asked<'_>, reason: Reason) -> Result<(), ImportError> {
        let origin = asked.origin();
        let region = asked.region.map(str::to_owned);
        let resource = asked.about.filter(|about| about.starts_with("arn:")).map(str::to_owned);
        let content = content_of(asked.call, reason, resource);
        self.keep(Part { origin, account: None, region, more: false, content })
    }
}

impl Asked<'_> {
    fn origin(&self) -> Origin {
        Origin::live(self.call, self.region, self.about)
    }
}
