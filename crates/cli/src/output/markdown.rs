//! Markdown on a terminal: the part of it that the documentation of controls uses.

use std::fmt::Write as _;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::style::{self, paint};

/// The text with colours, its lines no longer than `width`, code blocks apart.
pub(crate) fn render(markdown: &str, width: usize) -> String {
    let mut page = Page { width, ..Page::default() };
    for event in Parser::new(markdown) {
        page.event(event);
    }
    page.out
}

#[derive(Default)]
struct Page {
    out: String,
    width: usize,
    /// The words of the block that is open; each carries its own style.
    line: String,
    styles: Vec<anstyle::Style>,
    /// For each open list, the number of the next item; none in a list with bullets.
    lists: Vec<Option<u64>>,
    /// What stands before the first line of the block, until that is written.
    marker: Option<String>,
    link: Option<(String, usize)>,
    is_code: bool,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.is_code => self.line.push_str(&text),
            Event::Text(text) => self.words(&text),
            Event::Code(text) => {
                let code = paint(style::NAME, format_args!("`{text}`"));
                self.line.push_str(&code);
            }
            Event::SoftBreak => self.line.push(' '),
            Event::HardBreak => self.line.push('\n'),
            Event::Rule => self.paragraph(""),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Emphasis => self.styles.push(style::EMPHASIS),
            Tag::Heading { .. } | Tag::Strong => self.styles.push(style::HEADING),
            Tag::Link { dest_url, .. } => {
                self.link = Some((dest_url.into_string(), self.line.len()));
            }
            Tag::CodeBlock(_) => self.is_code = true,
            Tag::List(first) => {
                self.flush();
                if self.lists.is_empty() {
                    self.gap();
                }
                self.lists.push(first);
            }
            Tag::Item => {
                self.marker = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                });
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.styles.pop();
                self.gap();
                self.flush();
            }
            TagEnd::Paragraph => {
                if self.lists.is_empty() {
                    self.gap();
                }
                self.flush();
            }
            TagEnd::Emphasis | TagEnd::Strong => {
                self.styles.pop();
            }
            TagEnd::Link => self.end_of_link(),
            TagEnd::CodeBlock => {
                self.is_code = false;
                self.gap();
                let indent = " ".repeat(4 + 2 * self.lists.len());
                for line in std::mem::take(&mut self.line).lines() {
                    let text = format!("{indent}{}", paint(style::FAINT, line));
                    self.out.push_str(text.trim_end());
                    self.out.push('\n');
                }
            }
            TagEnd::Item => self.flush(),
            TagEnd::List(_) => {
                self.lists.pop();
            }
            _ => {}
        }
    }

    /// A link whose text is not its address is followed by the address.
    fn end_of_link(&mut self) {
        let Some((address, start)) = self.link.take() else { return };
        let text = self.line.split_off(start);
        if text == address {
            self.line.push_str(&paint(style::LINK, address));
        } else {
            let _ = write!(self.line, "{text} ({})", paint(style::LINK, address));
        }
    }

    /// Each word has a style of its own, so that lines can be broken between any two.
    fn words(&mut self, text: &str) {
        let Some(style) = self.styles.last().copied() else {
            self.line.push_str(text);
            return;
        };
        for (index, word) in text.split(' ').enumerate() {
            if index > 0 {
                self.line.push(' ');
            }
            if !word.is_empty() {
                self.line.push_str(&paint(style, word));
            }
        }
    }

    /// An empty line between blocks.
    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.line);
        if !text.is_empty() {
            self.paragraph(&text);
        }
    }

    fn paragraph(&mut self, text: &str) {
        let depth = self.lists.len();
        let (first, rest) = if depth == 0 {
            (String::new(), String::new())
        } else {
            let outer = " ".repeat(2 * depth);
            let width = self.lists.last().and_then(|it| *it).map_or(2, |_| 3);
            let rest = format!("{outer}{}", " ".repeat(width));
            (self.marker.take().map_or(rest.clone(), |marker| format!("{outer}{marker}")), rest)
        };
        let options = textwrap::Options::new(self.width)
            .initial_indent(&first)
            .subsequent_indent(&rest)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        self.out.push_str(&textwrap::fill(text, options));
        self.out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::render;

    #[track_caller]
    fn check(markdown: &str, width: usize, expected: &str) {
        let plain = anstream::adapter::strip_str(&render(markdown, width)).to_string();
        assert_eq!(plain, expected);
    }

    #[test]
    fn paragraphs_are_wrapped_and_parted_by_empty_lines() {
        check(
            "# A title\n\nSome words that\nfollow.\n\nMore.\n",
            12,
            "A title\n\nSome words\nthat follow.\n\nMore.\n",
        );
    }

    #[test]
    fn lists_hang() {
        check(
            "- one item of *two* lines\n- `code`\n\n1. first\n2. second\n",
            16,
            "  - one item of\n    two lines\n  - `code`\n\n  1. first\n  2. second\n",
        );
    }

    #[test]
    fn code_blocks_are_indented_and_not_wrapped() {
        check(
            "Before:\n\n```json\n{\"a\": 1,\n  \"b\": 2}\n```\n",
            8,
            "Before:\n\n    {\"a\": 1,\n      \"b\": 2}\n",
        );
    }

    #[test]
    fn links_show_their_address_once() {
        check("<https://example.com/a>\n", 80, "https://example.com/a\n");
        check("[a page](https://example.com/a)\n", 80, "a page (https://example.com/a)\n");
    }
}
