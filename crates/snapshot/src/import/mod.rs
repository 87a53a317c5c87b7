//! Import: from what AWS's CLI prints to a [`Snapshot`].
//!
//! A file is recognised by what is in it, never by its name. Its path matters for what an answer
//! does not repeat:
//! - the argument of a call, such as the policy of `list-targets-for-policy`: its id has to stand
//!   in the name of the file or of a folder (`list-targets-for-policy-p-examplepolicyid111.json`);
//! - the account: a folder named after the 12 digits, or a folder that holds the answer of
//!   `sts get-caller-identity` or another answer that names its account;
//! - the region: a folder or a file that has the region in its name.
//!
//! A file may hold several documents one after another, and the message of a call that failed in
//! place of a document. What was not read is a gap of the snapshot. Calls that ask about one thing
//! at a time are complete only if the things are known: users from the credential report or the
//! list of users, permission sets from `sso-admin list-permission-sets`, accounts from
//! `organizations list-accounts`. Without `organizations describe-organization` the other answers
//! of Organizations are not used.

mod account;
mod alarms;
mod answer;
mod argument;
mod by_name;
mod center;
mod credential_report;
mod detectors;
mod documents;
mod ec2;
mod error;
mod gathered;
mod held;
mod iam;
mod identity_center;
mod item;
mod last_accessed;
mod lists;
mod live;
mod locate;
mod monitoring;
mod organization;
mod organizations;
mod origin;
mod per_user;
mod place;
mod plain_sight;
mod policies;
mod recognise;
mod refusal;
mod root;
mod services;
mod source;
mod time;
mod tree;
mod user_data;
mod watching;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use jiff::Timestamp;

pub use error::{Fault, ImportError};
pub use live::Asked;

use self::documents::Documents;
use self::error::At;
use self::origin::Origin;
use self::place::Folders;
use self::recognise::{AccountContent, CenterContent, Content, OrganizationContent, Part};
use self::refusal::Refusal;
use self::source::{Mode, Source};
use crate::{Account, AccountId, Call, Head, Known, Membership, Reach, Reason, Snapshot};

/// How long a credential report in base 64 may be, in bytes: many times that of the largest account.
const BASE64_MAX: u64 = 64 << 20;

/// What a file turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// Answers of these calls, each named once. Empty for an answer that only helps to place
    /// others, such as that of `sts get-caller-identity`.
    Answers(Vec<Call>),
    /// The answer of a call that nothing uses; names its top-level members.
    Unused(String),
    /// An answer that does not repeat what was asked, in a file whose name does not tell. What it
    /// would have answered stays a gap.
    Unplaced {
        /// What the name of the file has to hold.
        why: String,
        /// The calls that the file's other documents answer.
        answers: Vec<Call>,
    },
}

/// Reads files one after another and puts a snapshot together.
pub struct Import {
    taken_at: Timestamp,
    account: Option<AccountId>,
    documents: Documents,
    folders: Folders,
    parts: Vec<(Placed, AccountContent)>,
    organization: organization::Parts,
    center: center::Parts,
}

impl Import {
    /// An import of what was collected at `taken_at`.
    pub fn new(taken_at: Timestamp) -> Self {
        Self {
            taken_at,
            account: None,
            documents: Documents::default(),
            folders: Folders::default(),
            parts: Vec::new(),
            organization: organization::Parts::default(),
            center: center::Parts::default(),
        }
    }

    /// Files every answer under the account `id`, whatever answers and paths say.
    #[must_use]
    pub fn with_account(mut self, id: AccountId) -> Self {
        self.account = Some(id);
        self
    }

    /// Reads one file. `path` is relative to what the user named, with `/` between its components.
    ///
    /// After an error the import holds a part of the file at most, and can't be finished usefully.
    pub fn read(&mut self, path: &str, content: impl Read) -> Result<Recognised, ImportError> {
        let mut source = Source::new(content);
        let start = source.look_ahead(2).map_err(|error| ImportError::new(path, error))?;
        if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
            return Err(ImportError::new(path, Fault::Utf16));
        }
        source.skip_mark().map_err(|error| ImportError::new(path, error))?;
        let mut found = Found::default();
        loop {
            match source.skip_space() {
                Err(error) => return Err(read_error(path, &source, error)),
                Ok(None) => break,
                Ok(Some(b'{' | b'[')) => self.read_json(path, &mut source, &mut found)?,
                Ok(Some(_)) => self.read_text(path, &mut source, &mut found)?,
            }
        }
        found.outcome().ok_or_else(|| ImportError::new(path, Fault::Empty))
    }

    /// The snapshot of everything that was read.
    pub fn finish(mut self) -> Result<Snapshot, ImportError> {
        let mut accounts: BTreeMap<AccountId, account::Parts> = BTreeMap::new();
        match &self.account {
            Some(id) if !self.parts.is_empty() => drop(accounts.entry(id.clone()).or_default()),
            Some(_) => {}
            None => accounts
                .extend(self.folders.callers().cloned().map(|id| (id, account::Parts::default()))),
        }
        for (part, content) in self.parts {
            let id = match (&self.account, part.account) {
                (Some(id), _) => id.clone(),
                (None, Some(id)) => id,
                (None, None) => self.folders.resolve(&part.origin.path),
            };
            let unknown = id.as_str() == AccountId::UNKNOWN;
            let parts = accounts.entry(id).or_default();
            if let Some(call) = parts.contradicted(&content).filter(|_| unknown) {
                return Err(ImportError::new(&part.origin.path, Fault::UnknownAccounts { call }));
            }
            parts.add(&part.origin, part.region.as_deref(), part.more, content);
        }
        let mut head = Head::new(self.taken_at);
        head.accounts = accounts.keys().cloned().collect();
        head.organization = self.organization.assemble(&mut self.documents);
        head.identity_center = self.center.assemble(members(&head.organization).as_deref());
        let accounts = accounts.into_iter().map(|(id, parts)| parts.assemble(id));
        let accounts: Vec<Account> = accounts.collect::<Result<_, _>>()?;
        head.note_analyzers(&accounts);
        Ok(Snapshot { head, accounts })
    }

    fn read_json<R: Read>(
        &mut self,
        path: &str,
        source: &mut Source<R>,
        found: &mut Found,
    ) -> Result<(), ImportError> {
        source.set_mode(Mode::Json);
        let answer = answer::read(path, source, &mut self.documents)?;
        source.set_mode(Mode::Lines);
        let names = if answer.names.is_empty() {
            "no members".to_owned()
        } else {
            let names: Vec<String> = answer.names.iter().map(|name| format!("`{name}`")).collect();
            names.join(", ")
        };
        let recognition =
            match recognise::recognise(&Origin::file(path), answer, &mut self.documents) {
                Err(ImportError { fault: fault @ Fault::Argument { .. }, .. }) => {
                    found.unplaced.get_or_insert(fault.to_string());
                    return Ok(());
                }
                recognition => recognition?,
            };
        if recognition.parts.is_empty() {
            found.unused.get_or_insert(names);
        } else {
            found.calls.extend(recognition.calls);
            found.is_used = true;
        }
        recognition.parts.into_iter().try_for_each(|part| self.keep(part))
    }

    /// What is not JSON: the message of a call that failed, or a credential report.
    fn read_text<R: Read>(
        &mut self,
        path: &str,
        source: &mut Source<R>,
        found: &mut Found,
    ) -> Result<(), ImportError> {
        let whereabouts = source.whereabouts();
        let at = whereabouts.at();
        let start = source.look_ahead(4096).map_err(|error| ImportError::new(path, error))?;
        let report = if credential_report::is_report(start) {
            let report = credential_report::read(path, &mut *source, None);
            report.map_err(|error| match whereabouts.fault() {
                Some(limit) => ImportError::new(path, limit).at(whereabouts.at()),
                None => located(error, at),
            })?
        } else if credential_report::is_base64(start) {
            let mut text = String::new();
            let read = source.by_ref().take(BASE64_MAX + 1).read_to_string(&mut text);
            if read.map_err(|error| read_error(path, source, error))? as u64 > BASE64_MAX {
                return Err(ImportError::new(path, Fault::LongReport { limit: BASE64_MAX }).at(at));
            }
            let base64 = text.trim().trim_matches('"');
            credential_report::decode(path, base64, None).map_err(|error| error.at(at))?
        } else {
            let line = source.line().map_err(|error| read_error(path, source, error))?;
            let line = String::from_utf8_lossy(&line);
            let refusal = refusal::parse(&line)
                .ok_or_else(|| ImportError::new(path, text_fault(&line)).at(at))?;
            found.refusal(&refusal);
            // What follows on other lines belongs to the message.
            while source
                .skip_space()
                .map_err(|error| read_error(path, source, error))?
                .is_some_and(|byte| !matches!(byte, b'{' | b'['))
                && !is_message(source, path)?
            {
                source.line().map_err(|error| read_error(path, source, error))?;
            }
            return self.refuse(path, refusal);
        };
        found.calls.push(Call::GetCredentialReport);
        found.is_used = true;
        self.keep(Part {
            origin: Origin::file(path),
            account: credential_report::account_of(&report),
            region: None,
            more: false,
            content: Content::Account(AccountContent::CredentialReport(report)),
        })
    }

    fn refuse(&mut self, path: &str, refusal: Refusal) -> Result<(), ImportError> {
        let Refusal { call: Some(call), code, resource, account, .. } = refusal else {
            return Ok(());
        };
        let content = content_of(call, Reason::Refused(code), resource);
        let origin = Origin::file(path);
        let region = origin.region().map(str::to_owned);
        self.keep(Part { origin, account, region, more: false, content })
    }

    fn keep(&mut self, part: Part) -> Result<(), ImportError> {
        let Part { origin, account, region, more, content } = part;
        match content {
            Content::Caller(id) => self.folders.caller(&origin.path, id),
            Content::Organization(content) => self.organization.add(&origin, more, content)?,
            Content::Center(content) => self.center.add(&origin, more, content),
            Content::Account(content) => {
                if let Some(id) = &account {
                    self.folders.seen(&origin.path, id.clone());
                }
                let content = (Placed { origin, account, region, more }, content);
                self.parts.push(content);
            }
        }
        Ok(())
    }
}

/// What a call without an answer leaves open.
fn content_of(call: Call, reason: Reason, resource: Option<String>) -> Content {
    let is_refused_as = |code: &str| reason == Reason::Refused(code.to_owned());
    if call.reach() != Reach::Organization {
        Content::Account(AccountContent::Refused(call, reason, resource))
    } else if !call.action().starts_with("organizations:") {
        Content::Center(CenterContent::Refused(call, reason))
    } else if is_refused_as("AWSOrganizationsNotInUseException") {
        Content::Organization(OrganizationContent::None)
    } else {
        Content::Organization(OrganizationContent::Refused(call, reason, resource))
    }
}

/// Where an answer about an account came from.
struct Placed {
    origin: Origin,
    account: Option<AccountId>,
    region: Option<String>,
    more: bool,
}

/// What was found in a file so far.
#[derive(Default)]
struct Found {
    calls: Vec<Call>,
    is_used: bool,
    /// The names of the members of the first document that nothing uses.
    unused: Option<String>,
    /// What is missing in the file's name.
    unplaced: Option<String>,
}

impl Found {
    fn refusal(&mut self, refusal: &Refusal) {
        if let Some(call) = refusal.call {
            self.calls.push(call);
            self.is_used = true;
        } else {
            let Refusal { operation, code, .. } = refusal;
            self.unused.get_or_insert(format!("the error `{code}` of `{operation}`"));
        }
    }

    /// `None` if nothing was in the file.
    fn outcome(self) -> Option<Recognised> {
        let mut seen = BTreeSet::new();
        let calls = self.calls.into_iter().filter(|call| seen.insert(*call)).collect();
        match self.unplaced {
            Some(why) => Some(Recognised::Unplaced { why, answers: calls }),
            None if self.is_used => Some(Recognised::Answers(calls)),
            None => self.unused.map(Recognised::Unused),
        }
    }
}

/// The accounts of the organization, if all are known.
fn members(organization: &Known<Membership>) -> Option<Vec<AccountId>> {
    match organization {
        Known::Value(Membership::Member(organization)) => {
            let accounts = organization.accounts.whole().ok()?;
            Some(accounts.iter().filter(|a| a.active).map(|a| a.id.clone()).collect())
        }
        _ => None,
    }
}

/// Whether the next line is the message of another call.
fn is_message<R: Read>(source: &mut Source<R>, path: &str) -> Result<bool, ImportError> {
    let start = source.look_ahead(4096).map_err(|error| ImportError::new(path, error))?;
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    Ok(refusal::parse(&String::from_utf8_lossy(line)).is_some())
}

/// Text that is nothing that AWS's CLI prints for a call.
fn text_fault(line: &str) -> Fault {
    let is_broken = line.contains('\u{FFFD}') || line.contains('\0');
    if is_broken { Fault::NotUtf8 } else { Fault::Unrecognised }
}

fn read_error<R: Read>(path: &str, source: &Source<R>, error: std::io::Error) -> ImportError {
    let whereabouts = source.whereabouts();
    let fault = whereabouts.fault().unwrap_or_else(|| match error.kind() {
        std::io::ErrorKind::InvalidData => Fault::NotUtf8,
        _ => Fault::Read(error),
    });
    ImportError::new(path, fault).at(whereabouts.at())
}

/// The place in the file of an error in a report that begins at `start`.
fn located(mut error: ImportError, start: At) -> ImportError {
    error.line = error.line.map(|line| line + start.line - 1);
    error
}
