//! Makes calls, and hands their answers, pages and errors to the importer.

use std::collections::{BTreeSet, HashSet};
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use keyward_snapshot::import::{Asked, Import, ImportError};
use keyward_snapshot::{Call, Snapshot};
use serde_json::Value;

use crate::progress::Counters;

/// How many pages a list may have.
const PAGES_MAX: usize = 100_000;

/// Codes with which AWS asks for fewer requests. None is a part of another code that says something
/// else.
pub(crate) const THROTTLED: [&str; 8] = [
    "Throttling",
    "Throttled",
    "TooManyRequests",
    "RequestLimitExceeded",
    "ThroughputExceeded",
    "PriorRequestNotComplete",
    "BandwidthLimitExceeded",
    "SlowDown",
];

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// AWS refused it, with this code.
    Refused(String),
    /// Anything else, in a few words that hold nothing of the request or the answer.
    Failed(String),
}

impl Failure {
    /// What an error of the SDK means.
    pub(crate) fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match error {
            SdkError::ServiceError(context) => {
                let code = context.err().meta().code();
                Self::answered(context.raw().status().as_u16(), code)
            }
            SdkError::TimeoutError(_) => Self::Failed("timed out".to_owned()),
            SdkError::ResponseError(context) => {
                let status = context.raw().status().as_u16();
                Self::Failed(format!("the answer can't be read (HTTP {status})"))
            }
            other => Self::unsent(other),
        }
    }

    /// What a status and a code mean.
    fn answered(status: u16, code: Option<&str>) -> Self {
        let Some(code) = code.map(clean).filter(|code| !code.is_empty()) else {
            return Self::Failed(format!("HTTP {status} without an error code"));
        };
        if status == 429 || THROTTLED.iter().any(|throttled| code.contains(throttled)) {
            return Self::Failed(format!("throttled until the last attempt ({code})"));
        }
        if (400..500).contains(&status) {
            return Self::Refused(code);
        }
        Self::Failed(format!("HTTP {status} until the last attempt ({code})"))
    }

    /// The request did not leave, or nothing came back.
    fn unsent<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: Error + 'static,
    {
        if let Some(refused) = found::<RoleRefused>(error) {
            return refused.0.clone().by("sts:AssumeRole");
        }
        if found::<CredentialsError>(error).is_some() {
            return Self::Failed("no credentials for the call".to_owned());
        }
        let why = match error {
            SdkError::DispatchFailure(failure) if failure.is_timeout() => "timed out",
            SdkError::DispatchFailure(failure) if failure.is_user() => "the request was not sent",
            SdkError::ConstructionFailure(_) => "the request could not be made",
            _ => "the connection failed",
        };
        Self::Failed(why.to_owned())
    }

    /// The same, where it was another call that had no answer.
    pub(crate) fn by(self, action: &str) -> Self {
        match self {
            Self::Refused(code) => Self::Refused(format!("{action} {code}")),
            Self::Failed(why) => Self::Failed(format!("{action}: {why}")),
        }
    }
}

/// Why the role of an account can't be assumed, on the way through the SDK.
#[derive(Debug, thiserror::Error)]
#[error("the role can't be assumed")]
pub(crate) struct RoleRefused(pub(crate) Failure);

/// The first error of a type in a chain of causes.
pub(crate) fn found<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(wanted) = error.downcast_ref() {
            return Some(wanted);
        }
        next = error.source();
    }
    None
}

/// A code as AWS writes it, without anything that could not belong to one.
fn clean(code: &str) -> String {
    code.chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':'))
        .take(100)
        .collect()
}

/// One page of a list.
pub(crate) struct Page {
    /// What the CLI prints of it.
    pub(crate) answer: Value,
    /// The token of the next page.
    pub(crate) next: Option<String>,
}

impl Page {
    /// A page; an empty token is none.
    pub(crate) fn new(answer: Value, next: Option<String>) -> Self {
        Self { answer, next: next.filter(|token| !token.is_empty()) }
    }
}

/// Which calls are made, and how many were.
#[derive(Clone, Default)]
pub(crate) struct Calls {
    /// Those that are left out.
    pub(crate) left_out: Arc<BTreeSet<Call>>,
    pub(crate) counters: Arc<Counters>,
}

/// Where answers go.
pub(crate) struct Sink {
    import: Mutex<Import>,
    calls: Calls,
}

impl Sink {
    pub(crate) fn new(import: Import, calls: Calls) -> Self {
        Self { import: Mutex::new(import), calls }
    }

    /// Whether a call is not to be made.
    pub(crate) fn leaves_out(&self, call: Call) -> bool {
        self.calls.left_out.contains(&call)
    }

    /// Whether a call is made, which is then counted. One that is left out stays not collected.
    pub(crate) fn makes(&self, call: Call) -> bool {
        let is_made = !self.leaves_out(call);
        if is_made {
            self.count(call);
        }
        is_made
    }

    /// Counts a call that is made.
    pub(crate) fn count(&self, call: Call) {
        if call.each().is_some() {
            self.calls.counters.one_at_a_time();
        }
    }

    fn import(&self) -> MutexGuard<'_, Import> {
        self.import.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that was answered.
    pub(crate) fn finish(self) -> Result<Snapshot, ImportError> {
        self.import.into_inner().unwrap_or_else(PoisonError::into_inner).finish()
    }

    /// Takes an answer. One that is not what AWS documents is a gap.
    pub(crate) fn answered(&self, asked: &Asked<'_>, answer: &Value) {
        let mut import = self.import();
        if import.answered(asked, answer).is_err() {
            // The error may hold a name; where it stands says enough.
            let _ = import.failed(asked, "the answer is not what AWS documents");
        }
    }

    /// Takes note of a call without an answer.
    pub(crate) fn unanswered(&self, asked: &Asked<'_>, failure: &Failure) {
        let mut import = self.import();
        // The importer refuses no gap; if it did, the answer would stay not collected.
        let _ = match failure {
            Failure::Refused(code) => import.refused(asked, code),
            Failure::Failed(why) => import.failed(asked, why),
        };
    }

    /// Makes one call, and gives its answer back for what follows from it.
    pub(crate) async fn ask<O, E>(
        &self,
        asked: Asked<'_>,
        answer: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        convert: impl FnOnce(&O) -> Value,
    ) -> Option<O>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        if !self.makes(asked.call) {
            return None;
        }
        match answer.await {
            Ok(answer) => {
                let json = convert(&answer);
                self.answered(&asked, &json);
                Some(answer)
            }
            Err(error) => {
                self.unanswered(&asked, &Failure::of(&error));
                None
            }
        }
    }

    /// Makes the calls that read a list to its end; false if it was not reached.
    pub(crate) async fn ask_all<O, E, F>(
        &self,
        asked: Asked<'_>,
        send: impl Fn(Option<String>) -> F,
        convert: impl FnMut(O) -> Page,
    ) -> bool
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        if self.leaves_out(asked.call) {
            return false;
        }
        let send = |token| {
            self.count(asked.call);
            let answer = send(token);
            async { answer.await.map_err(|error| Failure::of(&error)) }
        };
        let pages = each_page(send, convert, |page, is_followed| {
            let mut answer = page;
            if let (true, Value::Object(members)) = (is_followed, &mut answer) {
                members.insert("NextToken".to_owned(), "another page follows".into());
            }
            self.answered(&asked, &answer);
        });
        match pages.await {
            Ok(()) => true,
            Err(failure) => {
                self.unanswered(&asked, &failure);
                false
            }
        }
    }
}

/// Reads pages until there is no next one. A token that comes a second time ends the list, which
/// would not end otherwise.
pub(crate) async fn each_page<O, F>(
    send: impl Fn(Option<String>) -> F,
    mut convert: impl FnMut(O) -> Page,
    mut take: impl FnMut(Value, bool),
) -> Result<(), Failure>
where
    F: Future<Output = Result<O, Failure>>,
{
    let mut seen = HashSet::new();
    let mut token = None;
    for _ in 0..PAGES_MAX {
        let page = convert(send(token).await?);
        take(page.answer, page.next.is_some());
        match page.next {
            None => return Ok(()),
            Some(next) => {
                if !seen.insert(next.clone()) {
                    return Err(Failure::Failed("a page token came twice".to_owned()));
                }
                token = Some(next);
            }
        }
    }
    Err(Failure::Failed(format!("the list has more than {PAGES_MAX} pages")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Failure, Page, each_page};

    #[track_caller]
    fn case(status: u16, code: Option<&str>, expected: &Failure) {
        assert_eq!(&Failure::answered(status, code), expected);
    }

    fn refused(code: &str) -> Failure {
        Failure::Refused(code.to_owned())
    }

    fn failed(why: &str) -> Failure {
        Failure::Failed(why.to_owned())
    }

    #[test]
    fn what_aws_refuses_keeps_its_code() {
        case(403, Some("AccessDenied"), &refused("AccessDenied"));
        case(400, Some("AccessDeniedException"), &refused("AccessDeniedException"));
        case(403, Some("UnauthorizedOperation"), &refused("UnauthorizedOperation"));
        case(401, Some("OptInRequired"), &refused("OptInRequired"));
        case(404, Some("NoSuchEntity"), &refused("NoSuchEntity"));
        case(400, Some("InvalidPrefixListID.NotFound"), &refused("InvalidPrefixListID.NotFound"));
    }

    #[test]
    fn throttles_and_faults_of_aws_are_failures() {
        let why = "throttled until the last attempt (ThrottlingException)";
        case(400, Some("ThrottlingException"), &failed(why));
        let why = "throttled until the last attempt (RequestLimitExceeded)";
        case(503, Some("RequestLimitExceeded"), &failed(why));
        case(
            500,
            Some("InternalFailure"),
            &failed("HTTP 500 until the last attempt (InternalFailure)"),
        );
        case(403, None, &failed("HTTP 403 without an error code"));
        case(403, Some(" \n"), &failed("HTTP 403 without an error code"));
    }

    #[test]
    fn the_call_that_stood_in_the_way_is_named() {
        assert_eq!(
            refused("AccessDenied").by("sts:AssumeRole"),
            refused("sts:AssumeRole AccessDenied")
        );
    }

    /// The pages that were read of a list whose tokens are these, and how it ended.
    async fn pages(tokens: &[&str]) -> (Vec<(Value, bool)>, Result<(), Failure>) {
        let mut read = Vec::new();
        let mut next = tokens.iter();
        let end = each_page(
            async |token: Option<String>| Ok(token),
            |token| Page::new(json!(token), next.next().map(ToString::to_string)),
            |page, is_followed| read.push((page, is_followed)),
        );
        let end = end.await;
        (read, end)
    }

    #[tokio::test]
    async fn pages_are_read_to_the_end() {
        let (read, end) = pages(&["b", "c", ""]).await;
        assert_eq!(read, [(Value::Null, true), (json!("b"), true), (json!("c"), false)]);
        assert_eq!(end, Ok(()));
    }

    #[tokio::test]
    async fn a_token_that_repeats_ends_the_list_and_keeps_what_came_before() {
        let (read, end) = pages(&["b", "c", "b", "c"]).await;
        assert_eq!(read.len(), 3);
        assert_eq!(end, Err(failed("a page token came twice")));
    }
}
