//! The budget of requests for each account and service, which every attempt passes.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::{AggregatedBytes, ByteStream};
use keyward_snapshot::AccountId;
use tokio::time::Instant;

use crate::ask;
use crate::options::{Limits, Rate};
use crate::progress::{Counters, Progress};

/// How long it takes, in seconds, until the rate is full again after it was as low as it gets.
const RECOVERY: f64 = 30.0;

/// The part of the rate that is left however often AWS throttles.
const RATE_MIN: f64 = 1.0 / 16.0;

/// How often the rate is cut: what was under way together is throttled together.
const CUT_PACE: Duration = Duration::from_secs(1);

/// A token bucket. Whoever takes a token that is not there yet waits until it is; waiting ones are
/// served in the order in which they came.
///
/// Where AWS throttles, others in the account are throttled too. So the rate is halved, and comes
/// back little by little: additive increase, multiplicative decrease, as in TCP (RFC 5681).
pub(crate) struct Bucket {
    rate: Rate,
    state: Mutex<State>,
}

struct State {
    /// Negative while somebody waits.
    tokens: f64,
    at: Instant,
    /// The part of the rate that there is now.
    part: f64,
    cut: Option<Instant>,
}

impl Bucket {
    /// A full bucket. A rate below one request in a minute counts as that.
    pub(crate) fn new(rate: Rate) -> Self {
        let rate = Rate { per_second: rate.per_second.max(1.0 / 60.0), burst: rate.burst.max(1.0) };
        let state = State { tokens: rate.burst, at: Instant::now(), part: 1.0, cut: None };
        Self { state: Mutex::new(state), rate }
    }

    /// Waits for a token and takes it.
    pub(crate) async fn take(&self) {
        let wait = self.reserve(Instant::now());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// Takes a token, and says how long it takes until it is there.
    fn reserve(&self, now: Instant) -> Duration {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.refill(&mut state, now);
        state.tokens -= 1.0;
        if state.tokens >= 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(-state.tokens / (self.rate.per_second * state.part))
        }
    }

    /// AWS asked for fewer requests.
    fn slow_down(&self, now: Instant) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.refill(&mut state, now);
        state.tokens = state.tokens.min(0.0);
        if state.cut.is_none_or(|cut| now.saturating_duration_since(cut) >= CUT_PACE) {
            state.cut = Some(now);
            state.part = (state.part / 2.0).max(RATE_MIN);
        }
    }

    fn refill(&self, state: &mut State, now: Instant) {
        let passed = now.saturating_duration_since(state.at).as_secs_f64();
        let rate = self.rate.per_second * state.part;
        state.tokens = (state.tokens + passed * rate).min(self.rate.burst);
        state.part = (state.part + passed / RECOVERY).min(1.0);
        state.at = now;
    }
}

/// The budgets of one collection.
pub(crate) struct Budgets {
    limits: Limits,
    http: SharedHttpClient,
    counters: Arc<Counters>,
    progress: Arc<dyn Progress>,
    shares: Mutex<HashMap<(AccountId, &'static str), Share>>,
}

/// What all clients of one service in one account share.
#[derive(Clone)]
pub(crate) struct Share {
    /// Makes requests within the budget.
    pub(crate) http: SharedHttpClient,
    /// Ends retries where most requests fail.
    pub(crate) retries: RetryPartition,
}

impl Budgets {
    pub(crate) fn new(
        limits: Limits,
        http: SharedHttpClient,
        counters: Arc<Counters>,
        progress: Arc<dyn Progress>,
    ) -> Self {
        Self { limits, http, counters, progress, shares: Mutex::default() }
    }

    /// The share of a service in an account.
    pub(crate) fn share(&self, account: &AccountId, service: &'static str) -> Share {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        shares
            .entry((account.clone(), service))
            .or_insert_with(|| self.open(account, service))
            .clone()
    }

    /// Forgets the shares of an account that was read.
    pub(crate) fn close(&self, account: &AccountId) {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        shares.retain(|(of, _), _| of != account);
    }

    fn open(&self, account: &AccountId, service: &'static str) -> Share {
        let meter = Arc::new(Meter {
            bucket: Bucket::new(self.limits.rate_of(service)),
            counters: Arc::clone(&self.counters),
            progress: Arc::clone(&self.progress),
            account: account.clone(),
            service,
        });
        let metered = Metered { inner: self.http.clone(), meter };
        Share {
            http: SharedHttpClient::new(metered),
            retries: RetryPartition::custom(format!("{service} of {}", account.as_str()))
                .token_bucket(TokenBucket::default())
                .build(),
        }
    }
}

struct Meter {
    bucket: Bucket,
    counters: Arc<Counters>,
    progress: Arc<dyn Progress>,
    account: AccountId,
    service: &'static str,
}

/// An HTTP client whose requests pass the budget.
struct Metered {
    inner: SharedHttpClient,
    meter: Arc<Meter>,
}

struct MeteredConnector {
    inner: SharedHttpConnector,
    meter: Arc<Meter>,
}

impl fmt::Debug for Metered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Metered({})", self.meter.service)
    }
}

impl fmt::Debug for MeteredConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MeteredConnector({})", self.meter.service)
    }
}

impl HttpClient for Metered {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(MeteredConnector {
            inner: self.inner.http_connector(settings, components),
            meter: Arc::clone(&self.meter),
        })
    }
}

impl HttpConnector for MeteredConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (inner, meter) = (self.inner.clone(), Arc::clone(&self.meter));
        HttpConnectorFuture::new(async move {
            meter.bucket.take().await;
            meter.counters.attempt();
            meter.progress.requested(&meter.account, meter.service);
            let mut response = inner.call(request).await?;
            if is_throttled(&mut response).await {
                meter.bucket.slow_down(Instant::now());
                meter.counters.throttle();
                meter.progress.throttled(&meter.account, meter.service);
            }
            Ok(response)
        })
    }
}

/// Many services throttle with status 400 and say so in the body alone.
async fn is_throttled(response: &mut HttpResponse) -> bool {
    match response.status().as_u16() {
        429 => true,
        400 | 503 => {
            let body = ByteStream::new(response.take_body());
            // An error that breaks off is one that can't be read, which the SDK finds out too.
            let bytes = body.collect().await.map(AggregatedBytes::into_bytes).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            let is_throttled = ask::THROTTLED.iter().any(|code| text.contains(code));
            *response.body_mut() = SdkBody::from(bytes);
            is_throttled
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::Bucket;
    use crate::options::Rate;

    /// How long the requests wait that come so many seconds after the start.
    fn waits(rate: Rate, comings: &[f64]) -> Vec<f64> {
        let bucket = Bucket::new(rate);
        let start = Instant::now();
        let wait = |&seconds: &f64| bucket.reserve(start + Duration::from_secs_f64(seconds));
        comings.iter().map(wait).map(|wait| (wait.as_secs_f64() * 100.0).round() / 100.0).collect()
    }

    const RATE: Rate = Rate { per_second: 5.0, burst: 10.0 };

    #[test]
    fn after_the_burst_requests_leave_at_the_steady_rate() {
        let waits = waits(RATE, &[0.0; 13]);
        assert_eq!(waits[..10], [0.0; 10]);
        assert_eq!(waits[10..], [0.2, 0.4, 0.6]);
    }

    #[test]
    fn a_pause_fills_the_bucket_and_no_more() {
        let mut comings = vec![0.0; 10];
        comings.extend([3600.0; 11]);
        let waits = waits(RATE, &comings);
        assert_eq!(waits[..20], [0.0; 20]);
        assert_eq!(waits[20..], [0.2]);
    }

    #[test]
    fn those_that_wait_do_not_share_a_token() {
        let slow = Rate { per_second: 1.0, burst: 1.0 };
        assert_eq!(waits(slow, &[0.0, 0.0, 0.5, 2.0]), [0.0, 1.0, 1.5, 1.0]);
    }

    #[test]
    fn throttling_halves_the_rate_and_a_quiet_half_minute_restores_it() {
        let bucket = Bucket::new(RATE);
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs_f64(seconds);
        bucket.slow_down(at(0.0));
        bucket.slow_down(at(0.1));
        assert_eq!(bucket.reserve(at(0.1)).as_millis() / 10, 39, "a token at half the rate");
        let waits: Vec<_> = (0..11).map(|_| bucket.reserve(at(60.0)).as_millis()).collect();
        assert_eq!(waits[..10], [0; 10]);
        assert_eq!(waits[10], 200);
    }

    #[test]
    fn however_often_aws_throttles_a_part_of_the_rate_is_left() {
        let bucket = Bucket::new(RATE);
        let start = Instant::now();
        for seconds in 0..100 {
            bucket.slow_down(start + Duration::from_secs(seconds));
        }
        let wait = bucket.reserve(start + Duration::from_secs(99));
        assert!(wait < Duration::from_secs(4), "{wait:?}");
    }

    #[test]
    fn a_rate_of_nothing_still_lets_requests_pass() {
        let nothing = Rate { per_second: 0.0, burst: 0.0 };
        assert_eq!(waits(nothing, &[0.0, 0.0]), [0.0, 60.0]);
    }
}
