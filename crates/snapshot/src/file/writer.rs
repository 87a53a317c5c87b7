//! Writing a snapshot file.

use std::io::Write;
use std::vec::IntoIter;

use serde::Serialize;
use zstd::stream::write::Encoder;

use super::{End, FileError, MAGIC, RECORD_BYTES_MAX, Record, VERSION, check_order};
use crate::{Account, AccountId, Head};

/// How hard zstd tries. 100,000 roles (150 MB of JSON) take 6 MB at every level up to 9, and more
/// time at every level above this.
const LEVEL: i32 = 1;

/// How far back zstd looks, as a power of two of bytes: 8 MiB, so that most accounts find their
/// policies in the one before. A longer window made the same roles no smaller. Reading takes as
/// much memory.
const WINDOW_LOG: u32 = 23;

/// Writes a snapshot account by account.
///
/// INVARIANT: what was written so far is a snapshot file that lacks its end, so a file whose
/// writer was dropped is an error to every reader.
pub struct Writer<W: Write> {
    encoder: Encoder<'static, W>,
    records: usize,
    accounts: usize,
    /// The accounts of the head that are still to come.
    expected: IntoIter<AccountId>,
}

impl<W: Write> Writer<W> {
    /// Begins a snapshot. The head has to list every account that will be written, sorted.
    pub fn create(head: &Head, mut out: W) -> Result<Self, FileError> {
        check_order(&head.accounts)?;
        out.write_all(format!("{MAGIC}{VERSION}\n").as_bytes()).map_err(FileError::Write)?;
        let mut encoder = Encoder::new(out, LEVEL).map_err(FileError::Write)?;
        encoder.include_checksum(true).map_err(FileError::Write)?;
        encoder.window_log(WINDOW_LOG).map_err(FileError::Write)?;
        let expected = head.accounts.clone().into_iter();
        let mut writer = Self { encoder, records: 0, accounts: 0, expected };
        writer.record(&Record::Head(head))?;
        Ok(writer)
    }

    /// Writes the next account. It has to be the one that the head lists next.
    pub fn write(&mut self, account: &Account) -> Result<(), FileError> {
        if self.expected.as_slice().first() != Some(&account.id) {
            return Err(FileError::UnexpectedAccount { found: account.id.clone() });
        }
        self.record(&Record::Account(account))?;
        self.accounts += 1;
        self.expected.next();
        Ok(())
    }

    /// Ends the snapshot, flushes, and returns what it was written to.
    pub fn finish(mut self) -> Result<W, FileError> {
        if let Some(next) = self.expected.next() {
            return Err(FileError::MissingAccount { next });
        }
        self.record(&Record::End(End { accounts: self.accounts }))?;
        let mut out = self.encoder.finish().map_err(FileError::Write)?;
        out.flush().map_err(FileError::Write)?;
        Ok(out)
    }

    fn record(&mut self, record: &Record<&Head, &Account>) -> Result<(), FileError> {
        self.records += 1;
        let line = self.line(record)?;
        self.encoder.write_all(&line).map_err(FileError::Write)
    }

    fn line(&self, record: &impl Serialize) -> Result<Vec<u8>, FileError> {
        let mut line = serde_json::to_vec(record).map_err(|error| FileError::Record {
            record: self.records,
            reason: error.to_string(),
        })?;
        if line.len() > RECORD_BYTES_MAX {
            return Err(FileError::TooLong { record: self.records, limit: RECORD_BYTES_MAX });
        }
        line.push(b'\n');
        Ok(line)
    }
}
