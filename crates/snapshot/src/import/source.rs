//! The reader under every parser: it knows where it is, and refuses what would fill the memory.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::error::{At, Fault};

/// How long one string, one number or one line of the credential report may be, in bytes.
const TOKEN_BYTES_MAX: u64 = 16 << 20;
/// How long one item of a list may be: items are held in memory, one at a time.
const ITEM_BYTES_MAX: u64 = 64 << 20;
/// How deep JSON may be nested; as deep as `serde_json` follows.
const DEPTH_MAX: usize = 127;
const BUFFER_BYTES: usize = 64 << 10;

/// Where a [`Source`] stands. Shared, since a parser owns the source while it runs.
#[derive(Debug)]
pub(super) struct Whereabouts {
    offset: Cell<u64>,
    line: Cell<usize>,
    column: Cell<usize>,
    item_start: Cell<Option<u64>>,
    tripped: Cell<Option<Limit>>,
}

#[derive(Clone, Copy, Debug)]
enum Limit {
    Token,
    Line,
    Item,
    Depth,
}

impl Whereabouts {
    /// How many bytes were taken.
    pub(super) fn offset(&self) -> u64 {
        self.offset.get()
    }

    /// The place of the next byte.
    pub(super) fn at(&self) -> At {
        At { line: self.line.get(), column: self.column.get() }
    }

    /// From here on, one item is read into memory.
    pub(super) fn begin_item(&self) {
        self.item_start.set(Some(self.offset.get()));
    }

    /// The item is over.
    pub(super) fn end_item(&self) {
        self.item_start.set(None);
    }

    /// The limit that made the source stop, if one did.
    pub(super) fn fault(&self) -> Option<Fault> {
        Some(match self.tripped.get()? {
            Limit::Token => Fault::LongToken { limit: TOKEN_BYTES_MAX },
            Limit::Line => Fault::LongLine { limit: TOKEN_BYTES_MAX },
            Limit::Item => Fault::LongItem { limit: ITEM_BYTES_MAX },
            Limit::Depth => Fault::Deep { limit: DEPTH_MAX },
        })
    }

    fn trip(&self, limit: Limit) -> io::Error {
        self.tripped.set(Some(limit));
        io::Error::other("a limit was reached")
    }
}

/// What the text is at the moment: it decides what must not grow without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// JSON: tokens and depth.
    Json,
    /// Lines, in which a quoted field may hold line breaks.
    Lines,
}

/// A buffered reader with a place, a look ahead of one byte, and limits.
pub(super) struct Source<R> {
    inner: R,
    buffer: Box<[u8]>,
    next: usize,
    end: usize,
    whereabouts: Rc<Whereabouts>,
    mode: Mode,
    token_start: u64,
    quoted: bool,
    escaped: bool,
    depth: usize,
}

impl<R: Read> Source<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            buffer: vec![0; BUFFER_BYTES].into_boxed_slice(),
            next: 0,
            end: 0,
            whereabouts: Rc::new(Whereabouts {
                offset: Cell::new(0),
                line: Cell::new(1),
                column: Cell::new(1),
                item_start: Cell::new(None),
                tripped: Cell::new(None),
            }),
            mode: Mode::Lines,
            token_start: 0,
            quoted: false,
            escaped: false,
            depth: 0,
        }
    }

    pub(super) fn whereabouts(&self) -> Rc<Whereabouts> {
        Rc::clone(&self.whereabouts)
    }

    /// Says what comes next.
    pub(super) fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
        self.token_start = self.whereabouts.offset.get();
        self.quoted = false;
        self.escaped = false;
        self.depth = 0;
    }

    /// The next byte, which stays where it is.
    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        self.refill()?;
        Ok(self.buffer.get(self.next..self.end).and_then(<[u8]>::first).copied())
    }

    /// The bytes that are in the buffer, at least `wanted` unless the file is shorter.
    pub(super) fn look_ahead(&mut self, wanted: usize) -> io::Result<&[u8]> {
        while self.end - self.next < wanted.min(BUFFER_BYTES / 2) {
            self.buffer.copy_within(self.next..self.end, 0);
            self.end -= self.next;
            self.next = 0;
            let free = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.inner.read(free) {
                Ok(0) => break,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.buffer.get(self.next..self.end).unwrap_or_default())
    }

    /// Takes white space, and says which byte comes then.
    pub(super) fn skip_space(&mut self) -> io::Result<Option<u8>> {
        while let Some(byte) = self.peek()? {
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
            self.take_byte(byte)?;
        }
        Ok(None)
    }

    /// Takes a byte order mark of UTF-8, which is no part of the text.
    pub(super) fn skip_mark(&mut self) -> io::Result<()> {
        if self.look_ahead(3)?.starts_with(b"\xEF\xBB\xBF") {
            self.next += 3;
        }
        Ok(())
    }

    /// Takes the rest of the line, without its end.
    pub(super) fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        while let Some(byte) = self.peek()? {
            self.take_byte(byte)?;
            if byte == b'\n' {
                break;
            }
            line.push(byte);
        }
        Ok(line)
    }

    fn refill(&mut self) -> io::Result<()> {
        if self.next < self.end {
            return Ok(());
        }
        if let Some(start) = self.whereabouts.item_start.get()
            && self.whereabouts.offset.get() - start > ITEM_BYTES_MAX
        {
            return Err(self.whereabouts.trip(Limit::Item));
        }
        self.next = 0;
        self.end = loop {
            match self.inner.read(&mut self.buffer) {
                Ok(count) => break count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        };
        Ok(())
    }

    /// Takes the next byte, which is `byte`.
    #[inline]
    fn take_byte(&mut self, byte: u8) -> io::Result<()> {
        self.next += 1;
        let place = &*self.whereabouts;
        let offset = place.offset.get() + 1;
        place.offset.set(offset);
        if byte == b'\n' {
            place.line.set(place.line.get() + 1);
            place.column.set(1);
        } else if byte & 0xC0 != 0x80 {
            // The other bytes of UTF-8 go on with a character that was counted.
            place.column.set(place.column.get() + 1);
        }
        if self.mode == Mode::Json {
            self.watch_json(byte, offset)
        } else {
            self.watch_line(byte, offset)
        }
    }

    #[inline]
    fn watch_json(&mut self, byte: u8, offset: u64) -> io::Result<()> {
        if self.quoted {
            if self.escaped {
                self.escaped = false;
            } else if byte == b'\\' {
                self.escaped = true;
            } else if byte == b'"' {
                self.quoted = false;
                self.token_start = offset;
            }
        } else {
            match byte {
                b'"' => {
                    self.quoted = true;
                    self.token_start = offset;
                }
                b'{' | b'[' => {
                    self.depth += 1;
                    self.token_start = offset;
                    if self.depth > DEPTH_MAX {
                        return Err(self.whereabouts.trip(Limit::Depth));
                    }
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.token_start = offset;
                }
                b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' => self.token_start = offset,
                _ => {}
            }
        }
        if offset - self.token_start > TOKEN_BYTES_MAX {
            return Err(self.whereabouts.trip(Limit::Token));
        }
        Ok(())
    }

    #[inline]
    fn watch_line(&mut self, byte: u8, offset: u64) -> io::Result<()> {
        match byte {
            b'"' => self.quoted = !self.quoted,
            b'\n' if !self.quoted => self.token_start = offset,
            _ => {}
        }
        if offset - self.token_start > TOKEN_BYTES_MAX {
            return Err(self.whereabouts.trip(Limit::Line));
        }
        Ok(())
    }
}

impl<R: Read> Read for Source<R> {
    #[inline]
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.next == self.end {
            self.refill()?;
        }
        let mut count = 0;
        for slot in out {
            let Some(&byte) = self.buffer.get(self.next..self.end).and_then(<[u8]>::first) else {
                break;
            };
            // A limit that is reached after other bytes is reported for the next call.
            self.take_byte(byte)?;
            *slot = byte;
            count += 1;
        }
        Ok(count)
    }
}
