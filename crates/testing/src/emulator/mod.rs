//! AWS's APIs from memory, for tests that run the real binary over HTTP.
//!
//! The server is `emulator/serve.py`. Tests share one: the one that `KEYWARD_TEST_EMULATOR` names
//! by its port, or one for this process. Each test takes accounts of its own
//! ([`Emulator::organization`]), and whatever it sets holds for these alone.

mod http;
mod process;
mod proxy;
mod python;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::{Value, json};

use process::Process;
use python::Python;

pub use proxy::Proxy;

/// The variable that names a running server by its port.
pub const PORT_VARIABLE: &str = "KEYWARD_TEST_EMULATOR";

/// A server of AWS's APIs.
pub struct Emulator {
    port: u16,
    python: Python,
    /// Its end is the server's end.
    _process: Option<Process>,
}

/// Temporary credentials of a principal of the emulator.
#[derive(Clone)]
pub struct Credentials {
    /// The account.
    pub account: String,
    /// `AWS_ACCESS_KEY_ID`
    pub access_key: String,
    /// `AWS_SECRET_ACCESS_KEY`
    pub secret_key: String,
    /// `AWS_SESSION_TOKEN`; empty for a user's key.
    pub session_token: String,
}

/// An organization that is to be seeded: a management account that nobody else uses.
pub struct Organization {
    /// The management account's id.
    pub management: String,
    /// What its principals may do: everything, as long as the test refuses nothing.
    pub credentials: Credentials,
}

impl Emulator {
    /// The server of this test run, started when there is none yet.
    pub fn get() -> &'static Self {
        static SERVER: OnceLock<Emulator> = OnceLock::new();
        SERVER.get_or_init(|| {
            let running = std::env::var(PORT_VARIABLE).ok();
            match running.map(|port| port.parse()) {
                Some(Ok(port)) => Self { port, python: Python::ready(), _process: None },
                Some(Err(_)) => fail(&format!("{PORT_VARIABLE} is no port")),
                None => Self::start(),
            }
        })
    }

    /// A server of its own, that ends when the value is dropped.
    pub fn start() -> Self {
        let python = Python::ready();
        let process = Process::start(python.command().arg(folder().join("serve.py")));
        Self { port: process.port, python, _process: Some(process) }
    }

    /// The port, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What `AWS_ENDPOINT_URL` is to be.
    pub fn endpoint(&self) -> String {
        endpoint(self.port)
    }

    /// A management account with an id that nobody else uses; there is nothing in it yet.
    pub fn organization(&self) -> Organization {
        let management = self.account();
        let credentials = self.credentials(&management);
        Organization { management, credentials }
    }

    /// An account id that nobody else uses.
    pub fn account(&self) -> String {
        text(&self.control(&json!({"do": "account"})), "account")
    }

    /// Credentials of an administrator of an account. The role that they name is not in IAM.
    pub fn credentials(&self, account: &str) -> Credentials {
        self.ask_credentials(&json!({"do": "credentials", "account": account}), account)
    }

    /// Credentials of the principal with this ARN. It may do everything, and need not exist.
    pub fn credentials_of(&self, account: &str, arn: &str) -> Credentials {
        self.ask_credentials(&json!({"do": "credentials", "account": account, "arn": arn}), account)
    }

    /// Credentials that nothing is refused to: they prepare an account.
    pub fn seeding_credentials(&self, account: &str) -> Credentials {
        let asked = json!({"do": "credentials", "account": account, "exempt": true});
        self.ask_credentials(&asked, account)
    }

    fn ask_credentials(&self, asked: &Value, account: &str) -> Credentials {
        let answer = self.control(asked);
        Credentials {
            account: account.to_owned(),
            access_key: text(&answer, "access_key"),
            secret_key: text(&answer, "secret_key"),
            session_token: text(&answer, "session_token"),
        }
    }

    /// Runs `emulator/seed/NAME.py` with `--management ID` and these arguments, and returns what
    /// it prints: a JSON object with the ids of what it made.
    pub fn seed(&self, name: &str, organization: &Organization, arguments: &[&str]) -> Value {
        self.script(&format!("seed/{name}.py"), organization, arguments)
    }

    /// Runs a script below `emulator/` as [`Self::seed`] does.
    pub fn script(&self, path: &str, organization: &Organization, arguments: &[&str]) -> Value {
        let mut command = self.python.command();
        command.arg(folder().join(path)).args(["--management", &organization.management]);
        command.args(arguments);
        let credentials = self.seeding_credentials(&organization.management);
        command.envs(self.environment(&credentials));
        let output = match command.output() {
            Ok(output) => output,
            Err(error) => fail(&format!("{path} could not be started: {error}")),
        };
        if !output.status.success() {
            fail(&format!("{path} failed:\n{}", String::from_utf8_lossy(&output.stderr)));
        }
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| fail(&format!("{path} printed no JSON: {error}")))
    }

    /// The variables with which a child process reaches this server with these credentials, and
    /// nothing else. Take `HOME` to be a folder without AWS's configuration files.
    pub fn environment(&self, credentials: &Credentials) -> Vec<(String, String)> {
        environment(&self.endpoint(), credentials)
    }

    /// Refuses these IAM actions (`iam:List*`) in these accounts.
    pub fn deny(&self, accounts: &[&str], actions: &[&str]) {
        self.control(&json!({"do": "deny", "accounts": accounts, "names": actions}));
    }

    /// Refuses actions about one resource alone: an argument of the call (with `*`).
    pub fn deny_about(&self, accounts: &[&str], actions: &[&str], resource: &str) {
        self.control(&json!({
            "do": "deny", "accounts": accounts, "names": actions, "resource": resource,
        }));
    }

    /// Refuses all other IAM actions in these accounts.
    pub fn allow_only(&self, accounts: &[&str], actions: &[&str]) {
        self.control(&json!({"do": "allow_only", "accounts": accounts, "names": actions}));
    }

    /// Takes all refusals in these accounts back.
    pub fn allow_all(&self, accounts: &[&str]) {
        self.control(&json!({"do": "allow_all", "accounts": accounts}));
    }

    /// Forces pages of at most this many items in these accounts.
    pub fn page_cap(&self, accounts: &[&str], items: usize) {
        self.control(&json!({"do": "page_cap", "accounts": accounts, "items": items}));
    }

    /// The number of requests of an account's principals, by `service:Operation`.
    pub fn counts(&self, account: &str) -> BTreeMap<String, u64> {
        let answer = self.control(&json!({"do": "counts", "accounts": [account]}));
        let counts = answer.get(account).and_then(Value::as_object).cloned().unwrap_or_default();
        counts.into_iter().filter_map(|(call, number)| Some((call, number.as_u64()?))).collect()
    }

    /// Forgets the counters and the missing operations of these accounts.
    pub fn reset_counts(&self, accounts: &[&str]) {
        self.control(&json!({"do": "reset_counts", "accounts": accounts}));
    }

    /// The operations that the emulator lacks, or that failed inside it, and that these accounts'
    /// principals asked for. A test that meets one has shown nothing.
    pub fn missing_operations(&self, accounts: &[&str]) -> BTreeMap<String, String> {
        let answer = self.control(&json!({"do": "missing", "accounts": accounts}));
        let accounts = answer.as_object().into_iter().flatten().map(|(_, missing)| missing);
        let missing = accounts.filter_map(Value::as_object).flatten();
        missing.map(|(call, why)| (call.clone(), why.to_string())).collect()
    }

    /// Asks the private endpoint; `emulator/README.md` lists what it does.
    pub fn control(&self, asked: &Value) -> Value {
        match http::post(self.port, "/moto-api/keyward", &asked.to_string()) {
            Ok((200, body)) => serde_json::from_str(&body).unwrap_or(Value::Null),
            Ok((status, body)) => fail(&format!("{asked} was answered by {status}: {body}")),
            Err(error) => fail(&format!("the emulator can't be reached: {error}")),
        }
    }
}

/// The variables that lead a child process to an endpoint.
fn environment(endpoint: &str, credentials: &Credentials) -> Vec<(String, String)> {
    let mut variables = vec![
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", &credentials.access_key),
        ("AWS_SECRET_ACCESS_KEY", &credentials.secret_key),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_CONFIG_FILE", "/nonexistent"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent"),
        ("NO_PROXY", "127.0.0.1"),
    ];
    if !credentials.session_token.is_empty() {
        variables.push(("AWS_SESSION_TOKEN", &credentials.session_token));
    }
    variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn endpoint(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// The folder of the Python side.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("emulator")
}

fn text(answer: &Value, name: &str) -> String {
    answer
        .get(name)
        .and_then(Value::as_str)
        .map_or_else(|| fail(&format!("the emulator gave no `{name}`")), str::to_owned)
}

#[expect(clippy::panic, reason = "a test that can't be set up has failed")]
fn fail(message: &str) -> ! {
    panic!("{message}")
}
