//! A file that can't be imported, as it is told.

use std::path::Path;

use keyward_snapshot::import::{Fault, ImportError};

use crate::excerpt;
use crate::output::width_of_stderr;
use crate::problem::{GUTTER, Place, Problem, with_causes};

/// The error with the line that it is about, and with what would be right.
pub(super) fn problem(error: ImportError) -> Problem {
    let excerpt = error.line.zip(error.column).and_then(|(line, column)| {
        let width = width_of_stderr().saturating_sub(GUTTER);
        excerpt::of_answer(Path::new(&error.path), line, column, error.field.as_deref(), width)
    });
    let problem = Problem::new(with_causes(&error.fault)).at(Place {
        path: error.path,
        line: error.line,
        column: error.column,
        field: error.field,
        excerpt,
    });
    match right(&error.fault) {
        Some(help) => problem.help(help),
        None => problem,
    }
}

fn right(fault: &Fault) -> Option<&'static str> {
    Some(match fault {
        Fault::Empty | Fault::BreaksOff => {
            "run the command again and let it finish, or move the file out of the folder"
        }
        Fault::Unrecognised
        | Fault::NotUtf8
        | Fault::LongToken { .. }
        | Fault::LongLine { .. }
        | Fault::LongItem { .. }
        | Fault::Deep { .. } => {
            "move it out of the folder, or name the files that AWS's CLI wrote instead"
        }
        Fault::Syntax(_)
        | Fault::WrongType { .. }
        | Fault::MissingField(_)
        | Fault::InvalidValue(_) => {
            "keyward reads what AWS's CLI prints with `--output json`, unchanged"
        }
        Fault::MissingColumns(_) | Fault::UnequalLine { .. } => {
            "the whole report comes from `aws iam get-credential-report`"
        }
        Fault::Policy { .. } => "AWS accepts no such policy: the file was changed, or is not whole",
        _ => return None,
    })
}
