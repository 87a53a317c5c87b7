//! What can go wrong with a snapshot file.

use std::io;

use super::MAGIC;
use crate::AccountId;

/// Why a snapshot file can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The input failed; the file may be sound.
    #[error("can't read the snapshot")]
    Read(#[source] io::Error),
    /// The output failed.
    #[error("can't write the snapshot")]
    Write(#[source] io::Error),
    /// The file is something else.
    #[error("this is no snapshot file: it does not begin with `{}`", MAGIC.trim_end())]
    NotSnapshot,
    /// What stands where the version belongs is no version.
    #[error("the snapshot file is damaged: `{found}` is no version of its format")]
    Version {
        /// What stands there.
        found: String,
    },
    /// A later release wrote the file.
    #[error(
        "the snapshot file has version {found} of the format, and this release reads versions up \
         to {supported}; use a newer release of keyward, or take the snapshot again with this one"
    )]
    Newer {
        /// The file's version.
        found: u32,
        /// The newest version that this release reads.
        supported: u32,
    },
    /// The file ends before the snapshot does.
    #[error("the snapshot file is cut off; copy it again, or take the snapshot again")]
    Cut,
    /// The compressed data is not what was written.
    #[error("the snapshot file is damaged: {reason}")]
    Damaged {
        /// What the decompressor says.
        reason: String,
    },
    /// The file goes on after the snapshot.
    #[error("the snapshot file is damaged: something follows the end of the snapshot")]
    Trailing,
    /// A record is longer than the limit.
    #[error("record {record} of the snapshot is longer than {limit} bytes")]
    TooLong {
        /// The record's number, from 1.
        record: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// A record can't be made out, or is not of the kind that belongs there.
    #[error("record {record} of the snapshot can't be read: {reason}")]
    Record {
        /// The record's number, from 1.
        record: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The head does not list its accounts sorted, each once.
    #[error("the snapshot's list of accounts is not sorted, or repeats one: account `{account}`")]
    HeadOutOfOrder {
        /// The account that stands too late, or again.
        account: AccountId,
    },
    /// An account that the head does not list, or not at this place.
    #[error("account `{found}` does not come next in the snapshot's list of accounts")]
    UnexpectedAccount {
        /// The account.
        found: AccountId,
    },
    /// The end comes although the head lists more accounts.
    #[error("the snapshot lacks account `{next}`, which its list of accounts names")]
    MissingAccount {
        /// The first account that is missing.
        next: AccountId,
    },
}
