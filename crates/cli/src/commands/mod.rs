//! The commands: one file each.

mod audit;
mod collect;
mod completions;
mod config;
mod controls;
mod demo;
mod explain;
mod help;
mod import;
mod man;
mod permissions;
mod policy;

use clap::Subcommand;
use keyward_controls::{Control, SUBJECTS, SubjectFolder, all, by_id};

use crate::nearest::{nearest, question};
use crate::problem::Problem;
use crate::session::{Ending, Session};

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::Demo),
    Collect(collect::Collect),
    Audit(audit::Audit),
    Import(import::Import),
    Explain(explain::Explain),
    Controls(controls::Controls),
    Policy(policy::Policy),
    Permissions(permissions::Permissions),
    Config(config::Config),
    Completions(completions::Completions),
    Man(man::Man),
    Help(help::Help),
}

impl Command {
    /// Runs it. A broken configuration does not stand in the way of commands that need none.
    pub(crate) fn run(
        self,
        session: impl FnOnce() -> Result<Session, Problem>,
    ) -> Result<Ending, Problem> {
        match self {
            Self::Demo(command) => command.run(&session()?),
            Self::Collect(command) => command.run(&session()?),
            Self::Audit(command) => command.run(&session()?),
            Self::Import(command) => command.run(&session()?),
            Self::Explain(command) => command.run(&session()?),
            Self::Controls(command) => command.run(&session()?),
            Self::Policy(command) => command.run(&session()?),
            Self::Permissions(command) => command.run(&session()?),
            Self::Config(config::Config {}) => config::run(&session()?),
            Self::Completions(command) => command.run(),
            Self::Man(command) => command.run(),
            Self::Help(command) => command.run(),
        }
    }
}

/// The control that the user names.
fn control(id: &str) -> Result<&'static Control, Problem> {
    by_id(id).ok_or_else(|| {
        let near = nearest(id, all().map(|control| control.id));
        Problem::new(format!("there is no control `{id}`"))
            .help(question(&near).unwrap_or_else(|| "`keyward controls` lists them".to_owned()))
    })
}

/// The subject that the user names.
fn subject(name: &str) -> Result<&'static SubjectFolder, Problem> {
    SUBJECTS.iter().find(|subject| subject.name == name).ok_or_else(|| {
        let names: Vec<&str> = SUBJECTS.iter().map(|subject| subject.name).collect();
        let near = nearest(name, names.iter().copied());
        Problem::new(format!("there is no subject `{name}`"))
            .help(question(&near).unwrap_or_else(|| format!("there are {}", names.join(", "))))
    })
}
