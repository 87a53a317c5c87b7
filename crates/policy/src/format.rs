//! The layout of a policy's text.

use std::fmt::Write as _;

use crate::json::minified;

/// The text with one element or value a line and two spaces for each level, and without any other
/// change: order, spelling and repeated names stay as they were written. What is no JSON comes out in
/// some layout, and nothing of it is lost but white space.
pub fn format(text: &str) -> String {
    let text = minified(text);
    let mut out = String::with_capacity(text.len() * 2);
    let mut level = 0_usize;
    let (mut in_string, mut escaped) = (false, false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if in_string || character == '"' {
            in_string = in_string == (character != '"' || escaped);
            escaped = in_string && character == '\\' && !escaped;
            out.push(character);
            continue;
        }
        match character {
            '{' | '[' => {
                out.push(character);
                if characters.peek().is_some_and(|next| matches!(next, '}' | ']')) {
                    out.extend(characters.next());
                } else {
                    level += 1;
                    line(&mut out, level);
                }
            }
            '}' | ']' => {
                level = level.saturating_sub(1);
                line(&mut out, level);
                out.push(character);
            }
            ',' => {
                out.push(',');
                line(&mut out, level);
            }
            ':' => out.push_str(": "),
            other => out.push(other),
        }
    }
    out.push('\n');
    out
}

fn line(out: &mut String, level: usize) {
    let _ = write!(out, "\n{:width$}", "", width = 2 * level);
}
