//! Small tables of text.

use std::io::{self, Write};

use anstyle::Style;
use textwrap::core::display_width;

use super::style::paint;

/// One cell.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    style: Style,
    right: bool,
}

impl Cell {
    /// Words, aligned to the left.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::new(), right: false }
    }

    /// A number, aligned to the right; nothing where it is zero.
    pub(crate) fn count(count: usize) -> Self {
        let text = if count == 0 { "·".to_owned() } else { grouped(count) };
        let style = if count == 0 { super::style::FAINT } else { Style::new() };
        Self { text, style, right: true }
    }

    /// The same to the right.
    pub(crate) fn right(mut self) -> Self {
        self.right = true;
        self
    }

    /// The same in a style; a number of zero stays faint.
    pub(crate) fn styled(mut self, style: Style) -> Self {
        if self.text != "·" {
            self.style = style;
        }
        self
    }
}

/// Writes the rows, each column as wide as its widest cell, with `indent` before and two spaces
/// between.
pub(crate) fn write(out: &mut dyn Write, indent: &str, rows: &[Vec<Cell>]) -> io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width_of = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| display_width(&cell.text)).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width_of).collect();
    for row in rows {
        let mut line = String::from(indent);
        let used = row.iter().rposition(|cell| !cell.text.is_empty()).map_or(0, |last| last + 1);
        for (index, (cell, &width)) in row.iter().zip(&widths).take(used).enumerate() {
            let padding = " ".repeat(width - display_width(&cell.text));
            if index > 0 {
                line.push_str("  ");
            }
            let text = paint(cell.style, &cell.text);
            if cell.right {
                line.push_str(&padding);
                line.push_str(&text);
            } else {
                line.push_str(&text);
                if index + 1 < used {
                    line.push_str(&padding);
                }
            }
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// A number with commas between its thousands.
pub(crate) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and its noun: `1 finding`, `2 findings`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", grouped(count))
}
