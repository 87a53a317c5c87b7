//! A proxy that misbehaves, in front of the emulator.

use super::process::Process;
use super::{Credentials, Emulator, endpoint, environment, folder};

/// A running `emulator/proxy.py`; it ends when this is dropped.
pub struct Proxy {
    process: Process,
}

impl Proxy {
    /// Starts a proxy with these faults: `["throttle", "--first", "2"]`. `emulator/README.md` has
    /// the list.
    pub fn start(emulator: &Emulator, arguments: &[&str]) -> Self {
        let mut command = emulator.python.command();
        command.arg(folder().join("proxy.py")).args(["--to", &emulator.port.to_string()]);
        Self { process: Process::start(command.args(arguments)) }
    }

    /// What `AWS_ENDPOINT_URL` is to be.
    pub fn endpoint(&self) -> String {
        endpoint(self.process.port)
    }

    /// As [`Emulator::environment`], through the proxy.
    pub fn environment(&self, credentials: &Credentials) -> Vec<(String, String)> {
        environment(&self.endpoint(), credentials)
    }
}
