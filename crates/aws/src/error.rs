//! Why nothing can be collected.

use keyward_snapshot::import::ImportError;

/// Why nothing can be collected, and what to do about it.
///
/// What goes wrong after the connection stands is a gap of the snapshot, not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages say it")]
pub enum AwsError {
    #[error(
        "no AWS credentials were found: name a profile (`--profile`), set `AWS_PROFILE`, or sign in \
         with `aws configure` or `aws sso login`"
    )]
    NoCredentials,
    #[error("the profile `{0}` is in none of AWS's configuration files")]
    NoProfile(String),
    #[error("the single sign-on session is over: run `{command}`")]
    SessionOver { command: String },
    #[error("the credentials can't be used: {0}")]
    Credentials(String),
    #[error(
        "AWS refused `sts:GetCallerIdentity` with `{code}`: check the credentials, and the region \
         they are for (`AWS_REGION`)"
    )]
    Refused { code: String },
    #[error(
        "AWS can't be reached: {why}; check the network, the proxy (`HTTPS_PROXY`) and the region"
    )]
    Unreachable { why: String },
    #[error("`{0}` is no ARN that names an account")]
    Caller(String),
    #[error("an answer of AWS's can't be put together: {0}")]
    Import(#[from] ImportError),
    #[error("stopped")]
    Cancelled,
    #[error("the system has no room for another thread: {0}")]
    Runtime(#[from] std::io::Error),
    #[error("a task ended before its time: {0}")]
    Task(String),
}
