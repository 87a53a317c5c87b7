//! What a collection shows while it runs: one line on a terminal; with `-v` a line for each account,
//! with `-vv` one for each request.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use keyward_aws::Progress;
use keyward_snapshot::AccountId;

use crate::talk::Talk;

/// How often the line is drawn.
const PACE: Duration = Duration::from_millis(100);

/// The line, and what it tells.
pub(super) struct Drawn {
    talk: Talk,
    on_terminal: bool,
    state: Mutex<State>,
}

struct State {
    done: usize,
    total: usize,
    /// Accounts that were done when this run began.
    before: usize,
    requests: u64,
    throttled: u64,
    began: Instant,
    drawn: Option<Instant>,
}

impl Drawn {
    pub(super) fn new(talk: Talk) -> Self {
        let on_terminal = !talk.quiet && std::io::stderr().is_terminal();
        let state = State {
            done: 0,
            total: 0,
            before: 0,
            requests: 0,
            throttled: 0,
            began: Instant::now(),
            drawn: None,
        };
        Self { talk, on_terminal, state: Mutex::new(state) }
    }

    /// The accounts are known; `done` of them were read before.
    pub(super) fn begin(&self, done: usize, total: usize) {
        self.change(|state| {
            (state.done, state.before, state.total) = (done, done, total);
            state.began = Instant::now();
        });
    }

    /// Takes the line off the screen.
    pub(super) fn clear(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.drawn.take().is_some() {
            let _ = write!(anstream::stderr(), "\r\x1b[K");
        }
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        if self.on_terminal && state.drawn.is_none_or(|drawn| drawn.elapsed() >= PACE) {
            state.drawn = Some(Instant::now());
            let _ = write!(anstream::stderr(), "\r\x1b[K{}", state.line());
        }
    }
}

impl State {
    fn line(&self) -> String {
        if self.total == 0 {
            return format!("reading the organization: {} requests", self.requests);
        }
        let mut line =
            format!("{} of {} accounts, {} requests", self.done, self.total, self.requests);
        if self.throttled > 0 {
            let _ = write!(line, ", {} throttled", self.throttled);
        }
        let (read, open) = (self.done - self.before, self.total - self.done);
        if let (Ok(read @ 1..), Ok(open)) = (u32::try_from(read), u32::try_from(open)) {
            let left = self.began.elapsed() * open / read;
            let _ = write!(line, ", about {} left", super::duration(left));
        }
        line
    }
}

impl Progress for Drawn {
    fn account_finished(&self, account: &AccountId) {
        self.change(|state| state.done += 1);
        if self.talk.verbose {
            self.clear();
            self.talk.detail(format_args!("read account {account}"));
        }
    }

    fn requested(&self, account: &AccountId, service: &str) {
        self.change(|state| state.requests += 1);
        if self.talk.is_chatty {
            self.clear();
            self.talk.detail(format_args!("request to {service} in account {account}"));
        }
    }

    fn throttled(&self, account: &AccountId, service: &str) {
        self.change(|state| state.throttled += 1);
        if self.talk.verbose {
            self.clear();
            self.talk.detail(format_args!("throttled by {service} in account {account}"));
        }
    }
}
