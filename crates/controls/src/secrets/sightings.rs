//! Credentials that stand in plain sight: what they look like, and what is said of them.

use keyward_snapshot::{EnvironmentVariable, SecretKind};

use crate::{Answer, Severity, Subject};

/// A credential that was seen, without its value.
pub(super) struct Sighting {
    /// What holds it: `variable`, `line`.
    pub(super) what: &'static str,
    /// Which one, as a sentence says it.
    pub(super) place: String,
    /// What it looks like.
    pub(super) kind: SecretKind,
}

/// Those of `variables` that hold a credential; `place` is what stands behind their names.
pub(super) fn among<'a>(
    what: &'static str,
    variables: &'a [EnvironmentVariable],
    place: &'a str,
) -> impl Iterator<Item = Sighting> + 'a {
    variables.iter().filter_map(move |it| {
        Some(Sighting { what, place: format!("`{}`{place}", it.name), kind: it.secret? })
    })
}

/// The answer about what was seen in the place `whole`; `None` if nothing was.
pub(super) fn weak(subject: Subject, whole: &str, found: &[Sighting]) -> Option<Answer> {
    let title = match found {
        [] => return None,
        [one] => format!("{} in {whole} holds {}", one.capital(), in_words(one.kind)),
        [first, ..] => {
            let is_alike = found.iter().all(|it| it.what == first.what);
            let nouns = match first.what {
                "variable" if is_alike => "variables",
                "line" if is_alike => "lines",
                _ => "places",
            };
            format!("{} {nouns} in {whole} hold credentials", found.len())
        }
    };
    let answer = found.iter().fold(Answer::weak(subject, title), |answer, it| {
        answer.evidence(it.what, format!("{}: {}", it.place, in_words(it.kind)))
    });
    Some(if found.iter().all(|it| it.kind == SecretKind::AwsAccessKeyId) {
        answer.severity(Severity::Medium, "the id of an access key is not secret by itself")
    } else {
        answer
    })
}

impl Sighting {
    /// The place at the begin of a sentence.
    fn capital(&self) -> String {
        let mut place = self.place.chars();
        place.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(place.as_str().chars()).collect()
        })
    }
}

pub(super) fn in_words(kind: SecretKind) -> &'static str {
    match kind {
        SecretKind::AwsAccessKeyId => "the id of an access key of AWS",
        SecretKind::AwsSecretAccessKey => "what looks like a secret access key of AWS",
        SecretKind::PrivateKey => "a private key",
        SecretKind::IssuedToken => "a token that its issuer marks as such",
        SecretKind::UrlWithPassword => "a URL or connection string with a password",
        SecretKind::NamedLikeSecret => "a literal value under a name of a secret",
    }
}
