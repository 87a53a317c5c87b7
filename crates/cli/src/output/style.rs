//! Colours, which mean the same everywhere. Writers take them out where they are not wanted.

use std::fmt::Display;

use anstyle::{AnsiColor, Effects, Style};
use keyward_controls::{Severity, State};

/// Headings.
pub(crate) const HEADING: Style = Style::new().effects(Effects::BOLD);
/// Names to type, such as ids and commands.
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default();
/// What is there for the second look.
pub(crate) const FAINT: Style = Style::new().effects(Effects::DIMMED);
/// Addresses.
pub(crate) const LINK: Style = AnsiColor::Blue.on_default().effects(Effects::UNDERLINE);
/// Emphasis in running text.
pub(crate) const EMPHASIS: Style = Style::new().effects(Effects::ITALIC);
/// Warnings.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
/// Good news.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What nobody knows.
pub(crate) const OPEN: Style = AnsiColor::Magenta.on_default();

/// The colour of a severity.
pub(crate) fn of_severity(severity: Severity) -> Style {
    match severity {
        Severity::Critical => AnsiColor::Red.on_default().effects(Effects::BOLD),
        Severity::High => AnsiColor::Red.on_default(),
        Severity::Medium => AnsiColor::Yellow.on_default(),
        Severity::Low => AnsiColor::Blue.on_default(),
        Severity::Info => FAINT,
    }
}

/// The colour of a state other than weak.
pub(crate) fn of_state(state: State) -> Style {
    match state {
        State::Weak => HEADING,
        State::CannotTell => OPEN,
        State::Excepted => FAINT,
        State::Sound => GOOD,
    }
}

/// The text in this style.
pub(crate) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// The text without characters that would move the cursor, change colours or turn the direction
/// of writing: names come from whoever could write them in the account.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|it| if is_command(it) { '\u{FFFD}' } else { it }).collect()
}

fn is_command(it: char) -> bool {
    let turns =
        matches!(it, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    it.is_control() || turns
}
