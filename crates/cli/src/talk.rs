//! What is said on stderr beside the data: notes, and progress on a terminal.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use crate::output::style;

/// How often progress is drawn.
const PACE: Duration = Duration::from_millis(100);

/// How much is said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Talk {
    /// Errors only.
    pub(crate) quiet: bool,
    /// Details too.
    pub(crate) verbose: bool,
    /// Every request too.
    pub(crate) is_chatty: bool,
}

impl Talk {
    /// A line of plain news.
    pub(crate) fn say(self, text: impl Display) {
        self.line("", text);
    }

    /// Something worth knowing that is no error.
    pub(crate) fn note(self, text: impl Display) {
        self.line(&style::paint(style::HEADING, "note: "), text);
    }

    /// Something that is probably not as the user means it.
    pub(crate) fn warn(self, text: impl Display) {
        self.line(&style::paint(style::WARNING, "warning: "), text);
    }

    /// Something that only somebody who asks for it wants to know.
    pub(crate) fn detail(self, text: impl Display) {
        if self.verbose {
            self.say(text);
        }
    }

    /// The text names files, and those who named them may not mean well.
    fn line(self, label: &str, text: impl Display) {
        if !self.quiet {
            let text = style::clean(&text.to_string());
            let _ = writeln!(anstream::stderr(), "{label}{text}");
        }
    }

    /// Progress over `total` things; silent unless stderr is a terminal.
    pub(crate) fn progress(self, what: &'static str, total: usize) -> Progress {
        let drawn = !self.quiet && std::io::stderr().is_terminal();
        Progress { what, total, done: 0, drawn, last: Instant::now(), on_screen: false }
    }
}

/// One line that is drawn over and over.
pub(crate) struct Progress {
    what: &'static str,
    total: usize,
    done: usize,
    drawn: bool,
    last: Instant,
    on_screen: bool,
}

impl Progress {
    /// One more is done.
    pub(crate) fn advance(&mut self) {
        self.done += 1;
        if self.drawn && self.last.elapsed() >= PACE {
            self.last = Instant::now();
            self.on_screen = true;
            let line = format!("{} of {} {}", self.done, self.total, self.what);
            let _ = write!(anstream::stderr(), "\r\x1b[K{line}");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.on_screen {
            let _ = write!(anstream::stderr(), "\r\x1b[K");
        }
    }
}
