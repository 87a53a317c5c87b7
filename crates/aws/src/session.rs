//! Who we are in each account.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_sts::types::PolicyDescriptorType;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use keyward_snapshot::AccountId;

use crate::ask::{Failure, RoleRefused, found};
use crate::budget::{Budgets, Share};
use crate::error::AwsError;
use crate::options::{Limits, Options};

/// Where requests go that no region was chosen for.
const REGION_DEFAULT: &str = "us-east-1";

/// The policy of AWS with which a root session may only look.
const ROOT_TASK: &str = "IAMAuditRootUserCredentials";

/// Credentials in one account.
#[derive(Clone)]
pub(crate) struct Session {
    /// The account.
    pub(crate) account: AccountId,
    /// `aws`, `aws-cn`, `aws-us-gov`: the second part of every ARN.
    pub(crate) partition: String,
    /// The region in which questions are asked that are about the whole account.
    pub(crate) home: String,
    config: SdkConfig,
    budgets: Arc<Budgets>,
}

/// A client of a service in a region, within the budget of the session's account.
macro_rules! client {
    ($session:expr, $sdk:ident, $region:expr) => {{
        let service = stringify!($sdk).trim_start_matches("aws_sdk_");
        let (config, retries) = $session.client_config(service, $region);
        let config = $sdk::config::Builder::from(&config).retry_partition(retries).build();
        $sdk::Client::from_conf(config)
    }};
}

pub(crate) use client;

impl Session {
    /// The caller, whom AWS's default chain of credentials finds.
    pub(crate) async fn caller(
        options: &Options,
        http: SharedHttpClient,
        budgets: Arc<Budgets>,
    ) -> Result<Self, AwsError> {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .sleep_impl(TokioSleep::new())
            .retry_config(RetryConfig::standard().with_max_attempts(options.limits.attempts_max))
            .timeout_config(timeouts(&options.limits));
        if let Some(profile) = &options.profile {
            loader = loader.profile_name(profile);
        }
        let mut config = loader.load().await;
        if config.region().is_none() {
            config = config.into_builder().region(Region::new(REGION_DEFAULT)).build();
        }
        let home = config.region().map_or(REGION_DEFAULT, Region::as_ref).to_owned();
        let unknown = AccountId::from(AccountId::UNKNOWN);
        let mut session =
            Self { account: unknown, partition: "aws".to_owned(), home, config, budgets };
        let sts = client!(session, aws_sdk_sts, &session.home);
        let identity = sts.get_caller_identity().send().await;
        let identity = identity.map_err(|error| refusal(&error, options.profile.as_deref()))?;
        let arn = identity.arn().unwrap_or_default();
        let partition = arn.split(':').nth(1).filter(|part| part.starts_with("aws"));
        match (identity.account(), partition) {
            (Some(account), Some(partition)) => {
                session.account = AccountId::from(account);
                partition.clone_into(&mut session.partition);
                Ok(session)
            }
            _ => Err(AwsError::Caller(arn.to_owned())),
        }
    }

    /// A session in another account, in the role that the options name.
    pub(crate) async fn assume(
        &self,
        account: &AccountId,
        options: &Options,
    ) -> Result<Self, Failure> {
        let role = options.role.trim_start_matches('/');
        let role = AssumedRole {
            sts: client!(self, aws_sdk_sts, &self.home),
            arn: format!("arn:{}:iam::{}:role/{role}", self.partition, account.as_str()),
            session_name: options.session_name.clone(),
            external_id: options.external_id.clone(),
            first: Mutex::new(None),
        };
        let first = role.assume().await?;
        *role.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(first);
        let config = self.config.to_builder();
        let config = config
            .credentials_provider(SharedCredentialsProvider::new(role))
            .identity_cache(IdentityCache::lazy().build());
        Ok(Self { account: account.clone(), config: config.build(), ..self.clone() })
    }

    /// A session of the root user of a member account, which may do nothing but look at that user's
    /// credentials.
    ///
    /// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html>.
    pub(crate) async fn assume_root(&self, account: &AccountId) -> Result<Self, Failure> {
        let policy = format!("arn:{}:iam::aws:policy/root-task/{ROOT_TASK}", self.partition);
        let assumed = client!(self, aws_sdk_sts, &self.home)
            .assume_root()
            .target_principal(account.as_str())
            .task_policy_arn(PolicyDescriptorType::builder().arn(policy).build())
            .send()
            .await
            .map_err(|error| Failure::of(&error))?;
        let given = assumed.credentials.ok_or_else(no_credentials)?;
        // A session lasts longer than the four questions.
        let provider = SharedCredentialsProvider::new(credentials_of(given));
        let config = self.config.to_builder().credentials_provider(provider);
        let config = config.identity_cache(IdentityCache::lazy().build());
        Ok(Self { account: account.clone(), config: config.build(), ..self.clone() })
    }

    /// What a client is made of; see [`client`].
    pub(crate) fn client_config(
        &self,
        service: &'static str,
        region: &str,
    ) -> (SdkConfig, aws_smithy_runtime::client::retries::RetryPartition) {
        let Share { http, retries } = self.budgets.share(&self.account, service);
        let config = self.config.to_builder();
        (config.region(Region::new(region.to_owned())).http_client(http).build(), retries)
    }
}

/// An HTTP client with one TLS stack, which heeds the variables that name a proxy.
pub(crate) fn http_client() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, _| {
        let mut connector = Connector::builder()
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
    })
}

/// Waiting for the budget is no part of a request, so that attempts are timed by the connector.
fn timeouts(limits: &Limits) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(limits.connect_timeout)
        .read_timeout(limits.read_timeout)
        .operation_timeout(limits.call_timeout)
        .build()
}

/// Credentials of a role, made anew when they end.
struct AssumedRole {
    sts: aws_sdk_sts::Client,
    arn: String,
    session_name: String,
    external_id: Option<String>,
    /// The first credentials, until the SDK asks for them.
    first: Mutex<Option<Credentials>>,
}

impl fmt::Debug for AssumedRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AssumedRole({})", self.arn)
    }
}

impl AssumedRole {
    async fn assume(&self) -> Result<Credentials, Failure> {
        let assumed = self
            .sts
            .assume_role()
            .role_arn(&self.arn)
            .role_session_name(&self.session_name)
            .set_external_id(self.external_id.clone())
            .send()
            .await
            .map_err(|error| Failure::of(&error))?;
        assumed.credentials.map(credentials_of).ok_or_else(no_credentials)
    }
}

fn no_credentials() -> Failure {
    Failure::Failed("the answer holds no credentials".to_owned())
}

fn credentials_of(given: aws_sdk_sts::types::Credentials) -> Credentials {
    let expires = SystemTime::try_from(given.expiration).ok();
    let token = Some(given.session_token);
    Credentials::new(given.access_key_id, given.secret_access_key, token, expires, "role")
}

impl ProvideCredentials for AssumedRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
            match first {
                Some(first) => Ok(first),
                None => self
                    .assume()
                    .await
                    .map_err(|failure| CredentialsError::provider_error(RoleRefused(failure))),
            }
        })
    }
}

/// Why the caller is nobody.
fn refusal<E>(
    error: &SdkError<E, aws_smithy_runtime_api::client::orchestrator::HttpResponse>,
    profile: Option<&str>,
) -> AwsError
where
    E: aws_smithy_types::error::metadata::ProvideErrorMetadata + std::error::Error + 'static,
{
    if let Some(problem) = found::<CredentialsError>(error) {
        return credentials(problem, profile);
    }
    match Failure::of(error) {
        Failure::Refused(code) => AwsError::Refused { code },
        Failure::Failed(why) => AwsError::Unreachable { why },
    }
}

fn credentials(problem: &CredentialsError, profile: Option<&str>) -> AwsError {
    let text = DisplayErrorContext(problem).to_string();
    let lower = text.to_lowercase();
    if let (Some(profile), true) = (profile, lower.contains("was not defined")) {
        return AwsError::NoProfile(profile.to_owned());
    }
    // The metadata of an instance is the last place of the chain.
    let is_nowhere = matches!(problem, CredentialsError::CredentialsNotLoaded(_));
    if is_nowhere || lower.contains("imds session token") {
        return AwsError::NoCredentials;
    }
    let is_over = ["expired", "not found", "no such file", "failed to load"];
    if lower.contains("sso") && is_over.iter().any(|word| lower.contains(word)) {
        let profile = profile.map_or_else(String::new, |name| format!(" --profile {name}"));
        return AwsError::SessionOver { command: format!("aws sso login{profile}") };
    }
    // Behind the chain of causes stands its debug form, and behind `Stderr` what a program wrote,
    // which may be secret.
    let end = [" (", " Stderr:"].into_iter().filter_map(|mark| text.find(mark)).min();
    let text = end.and_then(|end| text.get(..end)).unwrap_or(&text);
    AwsError::Credentials(text.chars().take(300).collect())
}

#[cfg(test)]
mod tests {
    use aws_credential_types::provider::error::CredentialsError;

    use super::credentials;

    #[track_caller]
    fn case(problem: &CredentialsError, expected: &str) {
        let message = credentials(problem, Some("audit")).to_string();
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn the_error_says_what_to_do_next() {
        case(&CredentialsError::not_loaded_no_source(), "name a profile");
        let problem = CredentialsError::provider_error("the SSO token has expired");
        case(&problem, "run `aws sso login --profile audit`");
        let problem = CredentialsError::invalid_configuration("profile `audit` was not defined");
        case(&problem, "the profile `audit` is in none");
        let problem = CredentialsError::provider_error("failed to load IMDS session token");
        case(&problem, "no AWS credentials were found");
    }

    #[test]
    fn what_a_program_wrote_is_not_repeated() {
        let problem = CredentialsError::provider_error("it ended. Stderr: hunter2hunter2");
        let message = credentials(&problem, None).to_string();
        assert!(!message.contains("hunter2"), "{message}");
        assert!(message.contains("it ended"), "{message}");
    }
}
