//! The reader under every parser: it knows where it is, and refuses what would fill the memory.

use std::cell::{Cell, RefCell};
use std::io::{self, Read};
use std::rc::Rc;

use memchr::{memchr_iter, memchr2};

use super::error::{At, Fault};

/// How long one string, one number or one line of the credential report may be, in bytes; give or
/// take one buffer.
const TOKEN_BYTES_MAX: u64 = 16 << 20;
/// How long one item of a list may be: items are held in memory, one at a time.
const ITEM_BYTES_MAX: u64 = 32 << 20;
/// How deep JSON may be nested; as deep as `serde_json` follows.
const DEPTH_MAX: usize = 127;
const BUFFER_BYTES: usize = 64 << 10;

/// Where a [`Source`] stands. Shared, since a parser owns the source while it runs.
pub(super) struct Whereabouts {
    /// Index of the next byte in the buffer.
    next: Cell<usize>,
    /// The offset of the buffer's first byte, and its place.
    base: Cell<u64>,
    first: Cell<At>,
    /// Indices of line breaks in the buffer.
    breaks: RefCell<Vec<usize>>,
    /// Indices of bytes that go on with a character of UTF-8.
    continuations: RefCell<Vec<usize>>,
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
        self.base.get() + as_u64(self.next.get())
    }

    /// The place of the next byte.
    pub(super) fn at(&self) -> At {
        let next = self.next.get();
        let breaks = self.breaks.borrow();
        let lines = breaks.partition_point(|&index| index < next);
        let last_break = lines.checked_sub(1).and_then(|last| breaks.get(last)).copied();
        let (start, column) = last_break.map_or((0, self.first.get().column), |at| (at + 1, 1));
        let continuations = self.continuations.borrow();
        let inside = continuations.partition_point(|&index| index < next)
            - continuations.partition_point(|&index| index < start);
        At { line: self.first.get().line + lines, column: column + next - start - inside }
    }

    /// The place of the byte that was taken last.
    pub(super) fn last(&self) -> At {
        let At { line, column } = self.at();
        At { line, column: column.saturating_sub(1).max(1) }
    }

    /// From here on, one item is read into memory.
    pub(super) fn begin_item(&self) {
        self.item_start.set(Some(self.offset()));
    }

    /// The item is over.
    pub(super) fn end_item(&self) {
        self.item_start.set(None);
    }

    /// Whether a limit made the source stop.
    pub(super) fn is_limited(&self) -> bool {
        self.tripped.get().is_some()
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

    /// The buffer holds `bytes` now, of which the first stands at `first`.
    fn set_buffer(&self, base: u64, first: At, bytes: &[u8]) {
        self.next.set(0);
        self.base.set(base);
        self.first.set(first);
        let mut breaks = self.breaks.borrow_mut();
        breaks.clear();
        breaks.extend(memchr_iter(b'\n', bytes));
        let mut continuations = self.continuations.borrow_mut();
        continuations.clear();
        if !bytes.is_ascii() {
            let indices = bytes.iter().enumerate().filter(|(_, byte)| **byte & 0xC0 == 0x80);
            continuations.extend(indices.map(|(index, _)| index));
        }
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

/// A buffered reader with a place, a look ahead, and limits.
pub(super) struct Source<R> {
    inner: R,
    buffer: Box<[u8]>,
    end: usize,
    /// Up to which index the buffer was checked; no byte behind it is handed out.
    checked: usize,
    /// The limit that the byte at `checked` breaks.
    pending: Option<Limit>,
    whereabouts: Rc<Whereabouts>,
    mode: Mode,
    token_start: u64,
    is_quoted: bool,
    is_escaped: bool,
    depth: usize,
}

impl<R: Read> Source<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            buffer: vec![0; BUFFER_BYTES].into_boxed_slice(),
            end: 0,
            checked: 0,
            pending: None,
            whereabouts: Rc::new(Whereabouts {
                next: Cell::new(0),
                base: Cell::new(0),
                first: Cell::new(At { line: 1, column: 1 }),
                breaks: RefCell::default(),
                continuations: RefCell::default(),
                item_start: Cell::new(None),
                tripped: Cell::new(None),
            }),
            mode: Mode::Lines,
            token_start: 0,
            is_quoted: false,
            is_escaped: false,
            depth: 0,
        }
    }

    pub(super) fn whereabouts(&self) -> Rc<Whereabouts> {
        Rc::clone(&self.whereabouts)
    }

    /// Says what comes next.
    pub(super) fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
        self.token_start = self.whereabouts.offset();
        self.is_quoted = false;
        self.is_escaped = false;
        self.depth = 0;
        self.checked = self.whereabouts.next.get();
        self.pending = None;
    }

    /// The bytes that are in the buffer, at least `wanted` unless the file is shorter.
    pub(super) fn look_ahead(&mut self, wanted: usize) -> io::Result<&[u8]> {
        while self.end - self.whereabouts.next.get() < wanted.min(BUFFER_BYTES / 2) {
            if self.load()? == 0 {
                break;
            }
        }
        Ok(self.buffer.get(self.whereabouts.next.get()..self.end).unwrap_or_default())
    }

    /// Takes white space, and says which byte comes then.
    pub(super) fn skip_space(&mut self) -> io::Result<Option<u8>> {
        loop {
            let Some(&first) = self.available()?.first() else { return Ok(None) };
            if !first.is_ascii_whitespace() {
                return Ok(Some(first));
            }
            let space = self.available()?.iter().take_while(|byte| byte.is_ascii_whitespace());
            let count = space.count();
            self.advance(count);
        }
    }

    /// Takes a byte order mark of UTF-8, which is no part of the text.
    pub(super) fn skip_mark(&mut self) -> io::Result<()> {
        if self.look_ahead(3)?.starts_with(b"\xEF\xBB\xBF") {
            self.advance(3);
            self.checked = self.checked.max(3);
            // The mark has no width.
            self.whereabouts.first.set(At { line: 1, column: 0 });
        }
        Ok(())
    }

    /// Takes the rest of the line, without its end.
    pub(super) fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        loop {
            let available = self.available()?;
            let Some(end) = memchr::memchr(b'\n', available) else {
                if available.is_empty() {
                    return Ok(line);
                }
                line.extend_from_slice(available);
                let count = available.len();
                self.advance(count);
                continue;
            };
            line.extend_from_slice(available.get(..end).unwrap_or_default());
            self.advance(end + 1);
            return Ok(line);
        }
    }

    fn advance(&self, count: usize) {
        self.whereabouts.next.set(self.whereabouts.next.get() + count);
    }

    /// The bytes that may be handed out; none at the end of the file.
    fn available(&mut self) -> io::Result<&[u8]> {
        let place = Rc::clone(&self.whereabouts);
        if place.next.get() >= self.checked {
            if let Some(limit) = self.pending {
                return Err(place.trip(limit));
            }
            if place.next.get() == self.end {
                let start = place.item_start.get();
                if start.is_some_and(|start| place.offset() - start > ITEM_BYTES_MAX) {
                    return Err(place.trip(Limit::Item));
                }
                self.load()?;
            }
            match self.mode {
                Mode::Json => self.check_json(),
                Mode::Lines => self.check_lines(),
            }
        }
        Ok(self.buffer.get(place.next.get()..self.checked).unwrap_or_default())
    }

    /// Reads more into the buffer, behind what was not taken yet.
    fn load(&mut self) -> io::Result<usize> {
        let place = &*self.whereabouts;
        let (next, first, base) = (place.next.get(), place.at(), place.offset());
        self.buffer.copy_within(next..self.end, 0);
        self.end -= next;
        self.checked = self.checked.saturating_sub(next);
        let free = self.buffer.get_mut(self.end..).unwrap_or_default();
        let count = loop {
            match self.inner.read(free) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.end += count.as_ref().copied().unwrap_or_default();
        place.set_buffer(base, first, self.buffer.get(..self.end).unwrap_or_default());
        count
    }

    /// Checks up to the end of the document, or of the buffer.
    fn check_json(&mut self) {
        let base = self.whereabouts.base.get();
        while let Some(&byte) = self.buffer.get(self.checked..self.end).and_then(<[u8]>::first) {
            if self.is_escaped {
                self.is_escaped = false;
                self.checked += 1;
                continue;
            }
            if self.is_quoted {
                let rest = self.buffer.get(self.checked..self.end).unwrap_or_default();
                let found = memchr2(b'"', b'\\', rest);
                self.is_escaped = found.is_some_and(|index| rest.get(index) == Some(&b'\\'));
                self.is_quoted = found.is_none() || self.is_escaped;
                self.checked += found.map_or(rest.len(), |index| index + 1);
                if !self.is_quoted {
                    self.token_start = base + as_u64(self.checked);
                }
                continue;
            }
            match byte {
                b'{' | b'[' if self.depth == DEPTH_MAX => {
                    self.pending = Some(Limit::Depth);
                    return;
                }
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b'"' => self.is_quoted = true,
                b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' => {}
                _ => {
                    self.checked += 1;
                    continue;
                }
            }
            self.checked += 1;
            self.token_start = base + as_u64(self.checked);
            if self.depth == 0 && matches!(byte, b'}' | b']') {
                // What follows the document may be text.
                return;
            }
        }
        if (base + as_u64(self.checked)).saturating_sub(self.token_start) > TOKEN_BYTES_MAX {
            self.pending = Some(Limit::Token);
        }
    }

    #[cold]
    fn read_available(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.available()?;
        let count = available.len().min(out.len());
        for (slot, byte) in out.iter_mut().zip(available) {
            *slot = *byte;
        }
        self.advance(count);
        Ok(count)
    }

    fn check_lines(&mut self) {
        let base = self.whereabouts.base.get();
        let rest = self.buffer.get(self.checked..self.end).unwrap_or_default();
        let marks = memchr::memchr2_iter(b'"', b'\n', rest);
        for index in marks {
            if rest.get(index) == Some(&b'"') {
                self.is_quoted = !self.is_quoted;
            } else if !self.is_quoted {
                self.token_start = base + as_u64(self.checked + index + 1);
            }
        }
        self.checked = self.end;
        if (base + as_u64(self.end)).saturating_sub(self.token_start) > TOKEN_BYTES_MAX {
            self.pending = Some(Limit::Line);
        }
    }
}

impl<R: Read> Read for Source<R> {
    /// `serde_json` reads one byte at a time, so that has to be cheap.
    #[inline]
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let next = self.whereabouts.next.get();
        if let ([slot], true, Some(&byte)) = (&mut *out, next < self.checked, self.buffer.get(next))
        {
            *slot = byte;
            self.whereabouts.next.set(next + 1);
            return Ok(1);
        }
        self.read_available(out)
    }
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
