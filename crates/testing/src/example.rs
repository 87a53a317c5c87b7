//! Example blocks: small estates, written in documentation as what AWS's CLI prints.

use jiff::Timestamp;
use keyward_snapshot::Snapshot;
use keyward_snapshot::import::Import;

/// When all examples were collected.
pub const TAKEN_AT: &str = "2026-11-24T00:00:00Z";

/// [`TAKEN_AT`] as a timestamp.
pub fn taken_at() -> Timestamp {
    #[expect(clippy::expect_used, reason = "the constant is a valid time")]
    TAKEN_AT.parse().expect("a valid time")
}

/// What an example's section promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `## Weak`: the control finds something.
    Weak,
    /// `## Sound`: the control answers, and finds nothing.
    Sound,
}

/// One section of examples: all its blocks together are one estate.
#[derive(Clone, Debug)]
pub struct Example {
    /// What the section promises.
    pub kind: Kind,
    /// The blocks: a path (what follows the language on the opening fence, or a number) and text.
    pub files: Vec<(String, String)>,
}

/// The examples in a control's documentation: each `## Weak` and `## Sound` section that has code
/// blocks. Headings may continue after the word: `## Weak: a range of ports`.
pub fn examples(documentation: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut inside = false;
    let mut block: Option<(String, String)> = None;
    for line in documentation.lines() {
        if let Some((path, mut text)) = block.take() {
            if line.starts_with("```") {
                if let (true, Some(example)) = (inside, found.last_mut()) {
                    example.files.push((path, text));
                }
            } else {
                text.push_str(line);
                text.push('\n');
                block = Some((path, text));
            }
        } else if let Some(fence) = line.strip_prefix("```") {
            let number = found.last().map_or(0, |example| example.files.len());
            let path = fence.split_whitespace().nth(1).map_or(format!("{number}"), str::to_owned);
            block = Some((path, String::new()));
        } else if let Some(heading) = line.strip_prefix("## ") {
            let kind = match heading.split([' ', ':']).next() {
                Some("Weak") => Some(Kind::Weak),
                Some("Sound") => Some(Kind::Sound),
                _ => None,
            };
            inside = kind.is_some();
            found.extend(kind.map(|kind| Example { kind, files: Vec::new() }));
        }
    }
    found
}

impl Example {
    /// The estate. What names no account belongs to 111122223333.
    pub fn snapshot(&self) -> Snapshot {
        let mut import = Import::new(taken_at());
        for (path, text) in &self.files {
            let path = format!("111122223333/{path}");
            if let Err(error) = import.read(&path, text.as_bytes()) {
                panic_with(&format!("{error}\n{text}"));
            }
        }
        import.finish().unwrap_or_else(|error| panic_with(&error.to_string()))
    }
}

#[expect(clippy::panic, reason = "an example that can't be read is a failed test")]
fn panic_with(message: &str) -> ! {
    panic!("{message}")
}
