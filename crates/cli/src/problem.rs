//! What went wrong, as it is told to the person at the terminal.

use std::fmt::{self, Write as _};
use std::io;
use std::ops::Range;

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet,
};

use crate::excerpt::Excerpt;
use crate::output::style::{self, clean, paint};
use crate::output::width_of_stderr;

/// How wide the numbers beside a drawn line are at most.
pub(crate) const GUTTER: usize = 10;

/// An error: what is wrong, where, and what would be right. Most are of the user's input or usage.
#[derive(Debug)]
pub(crate) struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    message: String,
    place: Option<Place>,
    helps: Vec<String>,
    is_from_outside: bool,
}

/// How bad something is that is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Error,
    Warning,
}

/// Where something is wrong.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The file, as the user named it.
    pub(crate) path: String,
    /// The line, counted from 1.
    pub(crate) line: Option<usize>,
    /// The character in the line, counted from 1.
    pub(crate) column: Option<usize>,
    /// The field, in the notation of its format.
    pub(crate) field: Option<String>,
    /// The line itself, as far as it may be shown.
    pub(crate) excerpt: Option<Excerpt>,
}

impl Place {
    /// A whole file.
    pub(crate) fn file(path: impl fmt::Display) -> Self {
        Self { path: path.to_string(), line: None, column: None, field: None, excerpt: None }
    }
}

impl Problem {
    /// Says what is wrong: lower case, no full stop.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        let message = clean(&message.into());
        Self(Box::new(Parts { message, place: None, helps: Vec::new(), is_from_outside: false }))
    }

    /// A failed system call about `path`.
    pub(crate) fn io(action: &str, path: impl fmt::Display, error: &io::Error) -> Self {
        Self::new(format!("can't {action} `{path}`: {}", reason(error)))
    }

    /// Says where.
    #[must_use]
    pub(crate) fn at(mut self, place: Place) -> Self {
        let Place { path, field, .. } = &place;
        let (path, field) = (clean(path), field.as_deref().map(clean));
        self.0.place = Some(Place { path, field, ..place });
        self
    }

    /// Says what would be right.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.helps.push(clean(&help.into()));
        self
    }

    /// Says that it is AWS or another system that refused, or can't be reached.
    #[must_use]
    pub(crate) fn of_another_system(mut self) -> Self {
        self.0.is_from_outside = true;
        self
    }

    /// The exit code that it ends the process with.
    pub(crate) fn code(&self) -> u8 {
        if self.0.is_from_outside { 3 } else { 2 }
    }

    /// The whole text, with the line drawn where there is one, and with colours.
    pub(crate) fn draw(&self) -> String {
        self.draw_as(Kind::Error)
    }

    /// The same, for what may be no error.
    pub(crate) fn draw_as(&self, kind: Kind) -> String {
        let Parts { message, place, helps, .. } = &*self.0;
        let level = match kind {
            Kind::Error => Level::ERROR,
            Kind::Warning => Level::WARNING,
        };
        let mut group = Group::with_title(level.primary_title(message));
        let field =
            place.as_ref().and_then(|place| Some(format!("field `{}`", place.field.as_ref()?)));
        if let Some(place) = place {
            group = group.elements(place.elements(field.as_deref()));
        }
        // Beside a drawn line the help stands in its frame, else on lines of its own.
        if place.is_some() {
            group = group.elements(helps.iter().map(|help| Level::HELP.message(help)));
        }
        let mut text = Renderer::styled().render(&[group]);
        if let Some((drawn, right)) = place.as_ref().and_then(Place::headers) {
            text = text.replacen(&drawn, &right, 1);
        }
        text.push('\n');
        if place.is_none() {
            for help in helps {
                let _ = writeln!(text, "{} {}", paint(style::HEADING, "help:"), help);
            }
        }
        text
    }
}

impl Place {
    fn elements<'a>(&'a self, field: Option<&'a str>) -> Vec<Element<'a>> {
        let mut origin = Origin::path(&self.path);
        if let Some(line) = self.line {
            origin = origin.line(line);
            if let Some(column) = self.column {
                origin = origin.char_column(column);
            }
        }
        let note = |field| Element::from(Level::NOTE.message(field));
        match &self.excerpt {
            None => [origin.into()].into_iter().chain(field.map(note)).collect(),
            Some(excerpt) => {
                // Beside the mark the field is named where there is room for it.
                let beside = excerpt.mark.end + field.unwrap_or_default().len() + GUTTER;
                let (beside, below) =
                    if beside <= width_of_stderr() { (field, None) } else { (None, field) };
                let snippet = Snippet::source(excerpt.text.as_str())
                    .path(&self.path)
                    .line_start(self.line.unwrap_or(1))
                    .fold(false)
                    .annotation(mark(excerpt.mark.clone(), beside));
                [snippet.into()].into_iter().chain(below.map(note)).collect()
            }
        }
    }

    /// The place as it is drawn above an excerpt, which counts columns in the excerpt, and as it
    /// is in the file.
    fn headers(&self) -> Option<(String, String)> {
        let Self { path, line, column, excerpt, .. } = self;
        let (line, column, excerpt) = ((*line)?, (*column)?, excerpt.as_ref()?);
        let drawn = 1 + excerpt.text.get(..excerpt.mark.start)?.chars().count();
        Some((format!("{path}:{line}:{drawn}"), format!("{path}:{line}:{column}")))
    }
}

fn mark(span: Range<usize>, label: Option<&str>) -> Annotation<'_> {
    let annotation = AnnotationKind::Primary.span(span);
    match label {
        Some(label) => annotation.label(label),
        None => annotation,
    }
}

/// The system's words without Rust's number of the error.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_lowercase(),
        None => text,
    }
}

/// An error with all its causes, in one line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let words = cause.to_string();
        if !text.contains(&words) {
            let _ = write!(text, ": {words}");
        }
        next = cause.source();
    }
    text
}
