//! Reading a snapshot file.

use std::io::{self, BufRead, BufReader, Read};

use zstd::stream::read::Decoder;

use super::intern::Interner;
use super::{
    End, FileError, MAGIC, RECORD_BYTES_MAX, Record, VERSION, WINDOW_LOG_MAX, check_order,
};
use crate::{Account, Head};

/// Reads a snapshot account by account: an iterator over its accounts.
///
/// Only when the iterator has returned `None` was the file whole; it ends after the first error.
pub struct Reader<R: Read> {
    records: Records<R>,
    head: Head,
    accounts: usize,
    done: bool,
}

impl<R: Read> Reader<R> {
    /// Reads the preamble and the head. The input needs no buffer of its own.
    pub fn open(input: R) -> Result<Self, FileError> {
        Self::open_with_limit(input, RECORD_BYTES_MAX)
    }

    /// The same with another limit than [`RECORD_BYTES_MAX`] for the length of a record.
    pub fn open_with_limit(input: R, record_bytes_max: usize) -> Result<Self, FileError> {
        let mut records = Records::open(input, record_bytes_max)?;
        let Record::Head(head) = records.next()? else {
            return Err(records.misplaced("the head belongs here"));
        };
        check_order(&head.accounts)?;
        Ok(Self { records, head, accounts: 0, done: false })
    }

    /// What is about the organization as a whole.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The head by itself.
    pub fn into_head(self) -> Head {
        self.head
    }

    /// The next account, or `None` after a proper end.
    fn account(&mut self) -> Result<Option<Account>, FileError> {
        let expected = self.head.accounts.get(self.accounts);
        match self.records.next()? {
            Record::Head(_) => Err(self.records.misplaced("the head belongs to the beginning")),
            Record::Account(account) if Some(&account.id) == expected => {
                self.accounts += 1;
                Ok(Some(account))
            }
            Record::Account(account) => Err(FileError::UnexpectedAccount { found: account.id }),
            Record::End(End { accounts }) if accounts != self.accounts => {
                Err(self.records.misplaced(&format!(
                    "it ends {accounts} accounts, and {} came before it",
                    self.accounts
                )))
            }
            Record::End(_) => match expected {
                Some(next) => Err(FileError::MissingAccount { next: next.clone() }),
                None => self.records.end().map(|()| None),
            },
        }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Account, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let mut item = self.account().transpose();
        self.done = !matches!(item, Some(Ok(_)));
        if let Some(Ok(account)) = &mut item {
            Interner::default().account(account);
        }
        item
    }
}

/// The content, line by line.
struct Records<R: Read> {
    content: BufReader<Decoder<'static, BufReader<Source<R>>>>,
    count: usize,
    bytes_max: usize,
}

impl<R: Read> Records<R> {
    fn open(input: R, bytes_max: usize) -> Result<Self, FileError> {
        let mut input = BufReader::with_capacity(1 << 17, Source { input, failed: false });
        preamble(&mut input)?;
        let mut decoder = Decoder::with_buffer(input).map_err(FileError::Read)?.single_frame();
        decoder.window_log_max(WINDOW_LOG_MAX).map_err(FileError::Read)?;
        let content = BufReader::with_capacity(1 << 17, decoder);
        Ok(Self { content, count: 0, bytes_max })
    }

    fn next(&mut self) -> Result<Record<Head, Account>, FileError> {
        self.count += 1;
        let mut line = Vec::new();
        // One more than the limit leaves room for the line feed.
        let most = u64::try_from(self.bytes_max).unwrap_or(u64::MAX).saturating_add(1);
        let read = self.content.by_ref().take(most).read_until(b'\n', &mut line);
        read.map_err(|error| self.failure(error))?;
        if line.pop_if(|last| *last == b'\n').is_none() {
            return Err(if line.len() > self.bytes_max {
                FileError::TooLong { record: self.count, limit: self.bytes_max }
            } else {
                FileError::Cut
            });
        }
        serde_json::from_slice(&line).map_err(|error| self.misplaced(&error.to_string()))
    }

    /// That nothing comes any more, neither in the frame nor after it. The decoder compares the
    /// checksum when it arrives at the end of the frame.
    fn end(&mut self) -> Result<(), FileError> {
        let mut byte = [0];
        match self.content.read(&mut byte) {
            Ok(0) => {}
            Ok(_) => return Err(FileError::Trailing),
            Err(error) => return Err(self.failure(error)),
        }
        match self.content.get_mut().get_mut().fill_buf() {
            Ok([]) => Ok(()),
            Ok(_) => Err(FileError::Trailing),
            Err(error) => Err(FileError::Read(error)),
        }
    }

    /// Whose fault a failure to read is: the input's, or the data's.
    fn failure(&self, error: io::Error) -> FileError {
        if self.content.get_ref().get_ref().get_ref().failed {
            FileError::Read(error)
        } else if error.kind() == io::ErrorKind::UnexpectedEof {
            FileError::Cut
        } else {
            FileError::Damaged { reason: error.to_string() }
        }
    }

    fn misplaced(&self, reason: &str) -> FileError {
        FileError::Record { record: self.count, reason: reason.to_owned() }
    }
}

/// Reads the preamble and checks the version.
fn preamble(input: &mut impl BufRead) -> Result<(), FileError> {
    // Long enough for every version, and for a look at what stands there instead.
    const LONGEST: u64 = MAGIC.len() as u64 + 16;
    let mut line = Vec::new();
    input.take(LONGEST).read_until(b'\n', &mut line).map_err(FileError::Read)?;
    let Some(version) = line.strip_prefix(MAGIC.as_bytes()) else {
        // Nothing, or less than the first words: those of a file that was cut.
        let cut = MAGIC.as_bytes().starts_with(&line);
        return Err(if cut { FileError::Cut } else { FileError::NotSnapshot });
    };
    let Some(version) = version.strip_suffix(b"\n") else {
        let digits = version.iter().all(u8::is_ascii_digit);
        return Err(if digits { FileError::Cut } else { no_version(version) });
    };
    match str::from_utf8(version).ok().and_then(|text| text.parse::<u32>().ok()) {
        // The text is compared to turn away `+1` and `01`.
        Some(found) if found == 0 || found.to_string().as_bytes() != version => {
            Err(no_version(version))
        }
        Some(found) if found > VERSION => Err(FileError::Newer { found, supported: VERSION }),
        Some(_) => Ok(()),
        None => Err(no_version(version)),
    }
}

fn no_version(found: &[u8]) -> FileError {
    FileError::Version { found: found.escape_ascii().to_string() }
}

/// The input, and whether it was the input that failed.
struct Source<R> {
    input: R,
    failed: bool,
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.input.read(buffer) {
                // The decoder has no way to take up again where it was interrupted.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failed = true;
                    return Err(error);
                }
                read => return read,
            }
        }
    }
}
