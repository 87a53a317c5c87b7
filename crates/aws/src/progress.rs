//! What a collection says while it runs, and how it is stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use keyward_snapshot::AccountId;
use tokio::sync::watch;

/// Hears what a collection does. Called from several threads, and expected to return at once.
pub trait Progress: Send + Sync {
    /// The account is being read.
    fn account_started(&self, _account: &AccountId) {}

    /// The account was read, as far as it could be.
    fn account_finished(&self, _account: &AccountId) {}

    /// A request left: the first one of a call, or a retry.
    fn requested(&self, _account: &AccountId, _service: &str) {}

    /// AWS asked for fewer requests.
    fn throttled(&self, _account: &AccountId, _service: &str) {}
}

/// Nobody listens.
impl Progress for () {}

/// How many requests were made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// All of them, retries included.
    pub attempts: u64,
    /// Those that AWS throttled.
    pub throttled: u64,
    /// Calls, without retries, that are about one thing at a time ([`keyward_snapshot::Call::each`]).
    pub one_at_a_time: u64,
}

/// Counts requests.
#[derive(Default)]
pub(crate) struct Counters {
    attempts: AtomicU64,
    throttled: AtomicU64,
    one_at_a_time: AtomicU64,
}

impl Counters {
    pub(crate) fn attempt(&self) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn throttle(&self) {
        self.throttled.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn one_at_a_time(&self) {
        self.one_at_a_time.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn requests(&self) -> Requests {
        Requests {
            attempts: self.attempts.load(Ordering::Relaxed),
            throttled: self.throttled.load(Ordering::Relaxed),
            one_at_a_time: self.one_at_a_time.load(Ordering::Relaxed),
        }
    }
}

/// Stops a collection, from any thread: what runs ends with [`crate::AwsError::Cancelled`].
#[derive(Clone, Debug)]
pub struct Cancel(Arc<watch::Sender<bool>>);

impl Default for Cancel {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Cancel {
    /// Stops it.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was stopped.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Comes back once it is stopped.
    pub(crate) async fn cancelled(&self) {
        // The sender lives as long as `self`, so that the wait can't fail.
        let _ = self.0.subscribe().wait_for(|stopped| *stopped).await;
    }
}
