//! The snapshot file, `*.kwd`: one preamble line in plain text, then one zstd frame.
//!
//! - The preamble is `keyward snapshot 1` and a line feed; the number is the format's [`VERSION`].
//! - The frame carries a checksum of its content, and nothing follows it.
//! - The content is JSON Lines: `{"head":…}`, one `{"account":…}` for each account that the head
//!   lists, in that order, and `{"end":{"accounts":N}}`, by which a whole file is told from a cut
//!   one.
//! - A policy document stands in its record as JSON, in the text that it was written as; it has no
//!   line breaks, nor has anything else.
//!
//! Invariants:
//! - One account at a time is in memory, and no record of more than [`RECORD_BYTES_MAX`] bytes.
//! - What [`Writer::finish`] returned from reads back equal. What is cut, altered, extended or out
//!   of order is an error, and no input makes the reader panic.
//! - A file of an older version is read; a change that an older reader would misread raises
//!   [`VERSION`].

mod error;
mod intern;
mod reader;
mod writer;

use serde::{Deserialize, Serialize};

use crate::{AccountId, Snapshot};

pub use error::FileError;
pub use reader::Reader;
pub use writer::Writer;

/// The version of the format that is written, and the newest that is read.
pub const VERSION: u32 = 1;

/// The longest record, in bytes of JSON. An account with 100,000 roles takes a tenth of it.
pub const RECORD_BYTES_MAX: usize = 1 << 30;

/// What stands before the version in the preamble.
const MAGIC: &str = "keyward snapshot ";

/// The largest zstd window that is read, as a power of two: 128 MiB, which is also as far as the
/// `zstd` command goes unasked.
const WINDOW_LOG_MAX: u32 = 27;

/// Whether a file that begins with these bytes is a snapshot, of whatever version.
pub fn is_snapshot(first_bytes: &[u8]) -> bool {
    first_bytes.starts_with(MAGIC.as_bytes())
}

/// One line of the content.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Record<H, A> {
    Head(H),
    Account(A),
    End(End),
}

/// The last line.
#[derive(Serialize, Deserialize)]
struct End {
    /// How many accounts stand before it.
    accounts: usize,
}

impl Snapshot {
    /// Reads a whole snapshot file into memory. [`Reader`] takes it account by account.
    pub fn read(input: impl std::io::Read) -> Result<Self, FileError> {
        let mut reader = Reader::open(input)?;
        let accounts = reader.by_ref().collect::<Result<_, _>>()?;
        Ok(Self { head: reader.into_head(), accounts })
    }

    /// Writes a whole snapshot file, and returns what it was written to.
    pub fn write<W: std::io::Write>(&self, out: W) -> Result<W, FileError> {
        let mut writer = Writer::create(&self.head, out)?;
        for account in &self.accounts {
            writer.write(account)?;
        }
        writer.finish()
    }
}

/// The head's list of accounts, which has to be sorted and free of repetitions.
fn check_order(accounts: &[AccountId]) -> Result<(), FileError> {
    match accounts.windows(2).find_map(|pair| match pair {
        [first, second] if first >= second => Some(second),
        _ => None,
    }) {
        None => Ok(()),
        Some(account) => Err(FileError::HeadOutOfOrder { account: account.clone() }),
    }
}
