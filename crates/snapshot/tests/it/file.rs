//! The snapshot file: what was written is read, and what is broken is refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

mod generated;
mod version_1;

use std::io::{self, Read, Write};
use std::sync::Arc;

use keyward_policy::Document;
use keyward_snapshot::file::{FileError, Reader, VERSION, Writer, is_snapshot};
use keyward_snapshot::{
    Account, AccountId, Gap, Head, InlinePolicy, Known, Listing, Reason, Snapshot, User,
};
use proptest::prelude::*;
use serde_json::Value;

const FIRST: &str = "111122223333";
const SECOND: &str = "444455556666";

fn small() -> Snapshot {
    let mut head = Head::new("2026-01-02T03:04:05Z".parse().unwrap());
    head.accounts = vec![FIRST.into(), SECOND.into()];
    let accounts = head.accounts.iter().cloned().map(Account::unread).collect();
    Snapshot { head, accounts }
}

fn written(snapshot: &Snapshot) -> Vec<u8> {
    snapshot.write(Vec::new()).unwrap()
}

fn read(bytes: &[u8]) -> Result<Snapshot, FileError> {
    Snapshot::read(bytes)
}

/// A file with these lines of content.
fn file_of(lines: &[&str]) -> Vec<u8> {
    let mut content = lines.join("\n").into_bytes();
    content.push(b'\n');
    let mut bytes = format!("keyward snapshot {VERSION}\n").into_bytes();
    bytes.extend(zstd::encode_all(&*content, 1).unwrap());
    bytes
}

/// The lines of the content of a file.
fn lines_of(bytes: &[u8]) -> Vec<String> {
    let frame = &bytes[bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1..];
    let content = zstd::decode_all(frame).unwrap();
    String::from_utf8(content).unwrap().lines().map(str::to_owned).collect()
}

#[track_caller]
fn refused(bytes: &[u8], message: &str) {
    assert_eq!(read(bytes).unwrap_err().to_string(), message);
}

/// Every object of the JSON that has the shape of a gap, sorted.
fn gaps_in(json: &Value) -> Vec<String> {
    fn walk(json: &Value, found: &mut Vec<String>) {
        match json {
            Value::Object(members)
                if members.contains_key("call") && members.contains_key("reason") =>
            {
                found.push(json.to_string());
            }
            Value::Object(members) => members.values().for_each(|value| walk(value, found)),
            Value::Array(items) => items.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(json, &mut found);
    found.sort();
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..<_>::default() })]

    #[test]
    fn what_was_written_is_read_back_equal(snapshot in generated::snapshot()) {
        prop_assert_eq!(read(&written(&snapshot)).unwrap(), snapshot);
    }

    #[test]
    fn every_gap_is_told(snapshot in generated::snapshot()) {
        let told = |gaps: Vec<&Gap>| {
            let mut gaps: Vec<String> =
                gaps.into_iter().map(|gap| serde_json::to_value(gap).unwrap().to_string()).collect();
            gaps.sort();
            gaps
        };
        for account in &snapshot.accounts {
            let mut json = serde_json::to_value(account).unwrap();
            // Nobody opens root sessions unasked.
            if matches!(&account.root, Known::Gap(gap) if gap.reason == Reason::NotCollected) {
                json.as_object_mut().unwrap().remove("root");
            }
            prop_assert_eq!(told(account.gaps()), gaps_in(&json));
        }
        let mut json = serde_json::to_value(&snapshot.head).unwrap();
        // They are those of the accounts.
        json.as_object_mut().unwrap().remove("organization_analyzers");
        prop_assert_eq!(told(snapshot.head.gaps()), gaps_in(&json));
    }

    #[test]
    fn bytes_that_mean_nothing_are_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(read(&bytes).is_err());
        let mut frame = b"keyward snapshot 1\n\x28\xB5\x2F\xFD".to_vec();
        frame.extend(bytes);
        prop_assert!(read(&frame).is_err());
    }
}

#[test]
fn a_record_is_a_line_of_json_and_the_last_one_counts_the_accounts() {
    let lines = lines_of(&written(&small()));
    let kinds: Vec<&str> = lines.iter().map(|line| line.split('"').nth(1).unwrap()).collect();
    assert_eq!(kinds, ["head", "account", "account", "end"]);
    assert_eq!(lines[3], r#"{"end":{"accounts":2}}"#);
}

#[test]
fn a_file_that_is_cut_anywhere_is_an_error() {
    let bytes = written(&small());
    for end in 0..bytes.len() {
        match read(&bytes[..end]) {
            Err(FileError::Cut) => {}
            other => panic!("{end} of {} bytes: {other:?}", bytes.len()),
        }
    }
}

#[test]
fn a_flipped_bit_is_an_error_or_changes_nothing() {
    let bytes = written(&small());
    let mut errors = 0;
    for at in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[at / 8] ^= 1 << (at % 8);
        match read(&flipped) {
            Ok(snapshot) => assert_eq!(snapshot, small(), "bit {at}"),
            Err(_) => errors += 1,
        }
    }
    assert!(errors > bytes.len() * 7, "{errors} errors in {} bytes", bytes.len());
}

#[test]
fn whatever_follows_the_end_is_an_error() {
    let message = "the snapshot file is damaged: something follows the end of the snapshot";
    let bytes = written(&small());
    refused(&[&*bytes, b"\n"].concat(), message);
    refused(&[&*bytes, &*zstd::encode_all(&b""[..], 1).unwrap()].concat(), message);
    refused(&[&*bytes, &*bytes].concat(), message);
    let mut lines = lines_of(&bytes);
    lines.push(String::new());
    refused(&file_of(&lines.iter().map(String::as_str).collect::<Vec<_>>()), message);
}

#[test]
fn a_newer_version_says_what_to_do() {
    refused(
        b"keyward snapshot 7\nwhatever",
        "the snapshot file has version 7 of the format, and this release reads versions up to 1; \
         use a newer release of keyward, or take the snapshot again with this one",
    );
    assert!(matches!(
        read(b"keyward snapshot 4294967295\n"),
        Err(FileError::Newer { found: u32::MAX, supported: VERSION })
    ));
}

#[test]
fn a_version_that_is_no_number_is_an_error() {
    let case = |version: &[u8], shown: &str| {
        let bytes = [b"keyward snapshot ", version, b"\n"].concat();
        let text = format!("the snapshot file is damaged: `{shown}` is no version of its format");
        refused(&bytes, &text);
    };
    case(b"", "");
    case(b"0", "0");
    case(b"01", "01");
    case(b"+1", "+1");
    case(b"1 ", "1 ");
    case(b"1\r", "1\\r");
    case(b"one", "one");
    case(b"\xff\x00", "\\xff\\x00");
    case(b"4294967296", "4294967296");
    refused(
        b"keyward snapshot of the estate in the first account",
        "the snapshot file is damaged: `of the estate in` is no version of its format",
    );
}

#[test]
fn another_file_is_told_from_a_snapshot() {
    let message = "this is no snapshot file: it does not begin with `keyward snapshot`";
    for other in [&b"{\"Users\": []}\n"[..], b"PK\x03\x04", b"\n", b"Keyward snapshot 1\n", b"key"]
    {
        assert!(!is_snapshot(other), "{other:?}");
        if other != b"key" {
            refused(other, message);
        }
    }
    refused(b"key", "the snapshot file is cut off; copy it again, or take the snapshot again");
    assert!(is_snapshot(&written(&small())));
    assert!(is_snapshot(b"keyward snapshot 7\n"));
}

#[test]
fn a_record_above_the_limit_is_refused_before_it_is_in_memory() {
    let bytes = written(&small());
    let open = |limit| Reader::open_with_limit(&*bytes, limit);
    let lines = lines_of(&bytes);
    let longest = lines.iter().map(String::len).max().unwrap();
    assert_eq!(open(longest).unwrap().map(Result::unwrap).count(), 2);
    let error = open(longest - 1).unwrap().find_map(Result::err).unwrap();
    assert!(matches!(error, FileError::TooLong { record: 2, limit } if limit == longest - 1));

    let bomb = file_of(&[&"0".repeat(1 << 26)]);
    let error = Reader::open_with_limit(&*bomb, 1000).err().unwrap();
    assert_eq!(error.to_string(), "record 1 of the snapshot is longer than 1000 bytes");
}

#[test]
fn a_window_that_takes_too_much_memory_is_refused() {
    let mut encoder = zstd::Encoder::new(b"keyward snapshot 1\n".to_vec(), 1).unwrap();
    encoder.window_log(28).unwrap();
    encoder.write_all(b"{}\n").unwrap();
    let bytes = encoder.finish().unwrap();
    assert!(matches!(read(&bytes), Err(FileError::Damaged { .. })));
}

#[test]
fn records_that_are_no_records_are_errors() {
    let lines = lines_of(&written(&small()));
    let [head, first, second, end] = &lines.iter().map(String::as_str).collect::<Vec<_>>()[..]
    else {
        panic!("{lines:?}")
    };
    let case = |lines: &[&str], message: &str| refused(&file_of(lines), message);

    case(&[first], "record 1 of the snapshot can't be read: the head belongs here");
    case(
        &[head, head],
        "record 2 of the snapshot can't be read: the head belongs to the beginning",
    );
    case(
        &[head, first, second, r#"{"end":{"accounts":3}}"#],
        "record 4 of the snapshot can't be read: it ends 3 accounts, and 2 came before it",
    );
    case(
        &[head, first, r#"{"end":{"accounts":1}}"#],
        "the snapshot lacks account `444455556666`, which its list of accounts names",
    );
    let order = "does not come next in the snapshot's list of accounts";
    case(&[head, second, first, end], &format!("account `{SECOND}` {order}"));
    case(&[head, first, first, end], &format!("account `{FIRST}` {order}"));
    case(&[head, first, second, second, end], &format!("account `{SECOND}` {order}"));
    let unsorted = head.replace(FIRST, "999999999999");
    case(
        &[&unsorted],
        "the snapshot's list of accounts is not sorted, or repeats one: account `444455556666`",
    );
    for record in ["", "{}", "[]", "null", "{\"head\":{}}", "{\"tail\":{}}", "\u{0}", "{\"head\""] {
        match read(&file_of(&[record])) {
            Err(FileError::Record { record: 1, .. }) => {}
            other => panic!("{record:?}: {other:?}"),
        }
    }
}

#[test]
fn the_writer_takes_the_accounts_of_the_head_in_order_and_all_of_them() {
    let Snapshot { head, accounts } = small();
    let [first, second] = &accounts[..] else { panic!("two accounts") };
    let unexpected = |result: Result<(), FileError>| match result {
        Err(FileError::UnexpectedAccount { found }) => found,
        other => panic!("{other:?}"),
    };

    let mut writer = Writer::create(&head, Vec::new()).unwrap();
    assert_eq!(unexpected(writer.write(second)), second.id);
    writer.write(first).unwrap();
    assert_eq!(unexpected(writer.write(first)), first.id);
    let stranger = Account::unread(AccountId::from("123456789012"));
    assert_eq!(unexpected(writer.write(&stranger)), stranger.id);
    writer.write(second).unwrap();
    assert_eq!(unexpected(writer.write(second)), second.id);
    // What was refused left no trace.
    assert_eq!(read(&writer.finish().unwrap()).unwrap(), small());

    let mut writer = Writer::create(&head, Vec::new()).unwrap();
    writer.write(first).unwrap();
    match writer.finish() {
        Err(FileError::MissingAccount { next }) => assert_eq!(next, second.id),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_writer_wants_the_list_of_accounts_sorted_and_without_repetitions() {
    let mut head = small().head;
    for accounts in [[SECOND, FIRST], [FIRST, FIRST]] {
        head.accounts = accounts.map(AccountId::from).to_vec();
        match Writer::create(&head, Vec::new()) {
            Err(FileError::HeadOutOfOrder { account }) => assert_eq!(account.as_str(), FIRST),
            other => panic!("{:?}", other.err()),
        }
    }
}

/// Gives one byte at a time, is interrupted before each, and fails after `left` bytes.
struct Trickle<'a> {
    bytes: &'a [u8],
    left: usize,
    interrupted: bool,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        self.left = self.left.checked_sub(1).ok_or(io::ErrorKind::ConnectionReset)?;
        self.bytes.read(&mut buffer[..1])
    }
}

#[test]
fn an_input_that_trickles_is_read_and_one_that_fails_is_not_called_damaged() {
    let bytes = written(&small());
    let trickle = |left| Trickle { bytes: &bytes, left, interrupted: false };
    assert_eq!(Snapshot::read(trickle(usize::MAX)).unwrap(), small());
    for left in 0..=bytes.len() {
        match Snapshot::read(trickle(left)) {
            Err(FileError::Read(error)) => {
                assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "after {left} bytes");
            }
            other => panic!("after {left} bytes: {other:?}"),
        }
    }
}

/// Takes `room` bytes.
struct Full {
    room: usize,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.room);
        self.room -= taken;
        if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_output_that_is_full_is_an_error_of_the_writer() {
    let whole = written(&small()).len();
    assert!(small().write(Full { room: whole }).is_ok());
    for room in 0..whole {
        match small().write(Full { room }) {
            Err(FileError::Write(error)) => assert_eq!(error.kind(), io::ErrorKind::StorageFull),
            other => panic!("room for {room} bytes: {:?}", other.err()),
        }
    }
}

#[test]
fn accounts_come_one_by_one_and_none_after_an_error() {
    let mut bytes = written(&small());
    bytes.push(0);
    let mut reader = Reader::open(&*bytes).unwrap();
    assert_eq!(*reader.head(), small().head);
    assert_eq!(reader.next().unwrap().unwrap().id.as_str(), FIRST);
    assert_eq!(reader.next().unwrap().unwrap().id.as_str(), SECOND);
    assert!(matches!(reader.next(), Some(Err(FileError::Trailing))));
    assert!(reader.next().is_none());
}

#[test]
fn equal_policies_of_an_account_share_their_memory() {
    let text = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let user = |name: &str| User {
        name: name.to_owned(),
        arn: format!("arn:aws:iam::{FIRST}:user/{name}"),
        id: "AIDAEXAMPLE".to_owned(),
        created: None,
        groups: Vec::new(),
        inline: vec![InlinePolicy {
            name: name.to_owned(),
            document: Arc::new(Document::parse(text).unwrap()),
        }],
        attached: Vec::new(),
        boundary: None,
        tags: Vec::new(),
    };
    let mut snapshot = small();
    snapshot.accounts[0].users = Listing::complete(vec![user("ci"), user("deploy")]);
    let read = read(&written(&snapshot)).unwrap();
    assert_eq!(read, snapshot);
    let [ci, deploy] = &read.accounts[0].users.items[..] else { panic!("two users") };
    assert!(Arc::ptr_eq(&ci.inline[0].document, &deploy.inline[0].document));
}
