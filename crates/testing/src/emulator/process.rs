//! A server that prints its port, and ends when its stdin closes.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::fail;

pub(super) struct Process {
    child: Child,
    pub(super) port: u16,
}

impl Process {
    pub(super) fn start(command: &mut Command) -> Self {
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child =
            started.unwrap_or_else(|error| fail(&format!("{command:?} did not start: {error}")));
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            // No line is an empty one, which is no port either.
            let _ = BufReader::new(stdout).read_line(&mut line);
        }
        match line.trim().parse() {
            Ok(port) => Self { child, port },
            Err(_) => fail(&format!("{command:?} printed no port: `{}`", line.trim())),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It ends by itself; waiting takes it off the list of processes.
        let _ = self.child.wait();
    }
}
