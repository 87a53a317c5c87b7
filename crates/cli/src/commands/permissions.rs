//! `keyward permissions`

use clap::{Args, Subcommand, ValueEnum};
use keyward_snapshot::{Call, Reach};

use crate::collection::{Calls, ROLE};
use crate::output::iam_policy::{self, Condition, Policy, Role, Statement};
use crate::output::{self, Format};
use crate::problem::Problem;
use crate::session::{Ending, Session};

const EXAMPLES: &str = "\
Examples:
  keyward permissions collect
  keyward permissions collect --for member --role keyward --format cloudformation";

/// The name of a role that is made for keyward alone.
const OWN_ROLE: &str = "keyward";

/// Prints the smallest IAM policy with which a command can do its work
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Permissions {
    #[command(subcommand)]
    of: Of,
}

#[derive(Debug, Subcommand)]
enum Of {
    Collect(Collect),
}

const COLLECT_EXAMPLES: &str = "\
Examples:
  keyward permissions collect
  keyward permissions collect --without last-accessed --format terraform
  keyward permissions collect --for member --role keyward --format cloudformation";

/// Prints what `keyward collect` and `keyward audit --live` may have to do
///
/// There are two policies: that of the caller, who reads the organization, assumes a role in each
/// member account, and reads the account that it is in itself; and that of the role. The template
/// for CloudFormation is made for a StackSet over all member accounts. Give the same flags as to
/// `keyward collect`: calls that are not made need no permission.
#[derive(Debug, Args)]
#[command(after_help = COLLECT_EXAMPLES)]
struct Collect {
    /// Whose policy [default: `member` as a template of CloudFormation, else `caller`]
    #[arg(long = "for", value_name = "WHO")]
    whose: Option<Whose>,
    /// The role in each member account [default: for the role's own policy `keyward`, else
    /// `OrganizationAccountAccessRole`]
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// The external id that the role asks for
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// AWS's partition, the second part of its ARNs
    #[arg(long, value_name = "NAME", default_value = "aws")]
    #[arg(value_parser = ["aws", "aws-cn", "aws-us-gov"])]
    partition: String,
    #[command(flatten)]
    calls: Calls,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Whose {
    /// Whoever runs keyward in the management account or a delegated administrator's
    Caller,
    /// The role in each member account; also enough to read one account alone
    Member,
}

impl Permissions {
    /// Runs it.
    pub(super) fn run(self, session: &Session) -> Result<Ending, Problem> {
        let Of::Collect(collect) = self.of;
        let text = |key| session.configuration.text(key).map(str::to_owned);
        Collect {
            role: collect.role.or_else(|| text("role")),
            external_id: collect.external_id.or_else(|| text("external_id")),
            ..collect
        }
        .run(session)
    }
}

impl Collect {
    fn run(self, session: &Session) -> Result<Ending, Problem> {
        let formats = [Format::Text, Format::Json, Format::Terraform, Format::Cloudformation];
        let format = session.format(&formats)?;
        let whose = self.whose.unwrap_or(match format {
            Format::Cloudformation => Whose::Member,
            _ => Whose::Caller,
        });
        let statements = match whose {
            Whose::Caller => self.of_caller(),
            Whose::Member => vec![self.of_accounts()],
        };
        // What is no role's name would be no ARN in the caller's policy either.
        let role = Some(self.role()?).filter(|_| whose == Whose::Member);
        if let (Some(role), None) = (&role, &self.role) {
            let name = role.name;
            session.talk.say(format_args!("the role is named `{name}`"));
            session.talk.say(format_args!("next: keyward collect --role {name}"));
        }
        let policy = Policy { name: "keyward-collect", statements, role };
        match format {
            Format::Terraform => {
                output::print(|out| out.write_all(iam_policy::terraform(&policy).as_bytes()))?;
            }
            Format::Cloudformation => output::print_json(&iam_policy::cloudformation(&policy))?,
            _ => output::print_json(&iam_policy::document(&policy.statements))?,
        }
        Ok(Ending::Done)
    }

    fn role(&self) -> Result<Role<'_>, Problem> {
        let valid = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        let external = self.external_id.as_deref();
        let role = self.role.as_deref().unwrap_or(OWN_ROLE).trim_start_matches('/');
        let (path, name) = role.rsplit_once('/').unwrap_or(("", role));
        let is_path = path.split('/').all(|part| part.chars().all(valid));
        if name.is_empty() || !name.chars().all(valid) || !is_path {
            return Err(Problem::new(format!("`{role}` is not the name of a role"))
                .help("letters, digits and `_+=,.@-`, with its path if it has one"));
        }
        let is_external = |c: char| valid(c) || matches!(c, ':' | '/');
        if let Some(id) = external.filter(|id| id.is_empty() || !id.chars().all(is_external)) {
            return Err(Problem::new(format!("`{id}` is not an external id"))
                .help("letters, digits and `_+=,.@:/-`"));
        }
        let path = if path.is_empty() { "/".to_owned() } else { format!("/{path}/") };
        Ok(Role { path, name, external_id: external })
    }

    fn of_caller(&self) -> Vec<Statement> {
        let role = self.role.as_deref().unwrap_or(ROLE).trim_start_matches('/');
        let enter = |call| match call {
            Call::AssumeRoot => Statement {
                sid: "EnterRootUsers",
                actions: vec![Call::AssumeRoot.action()],
                resources: vec![format!("arn:{}:iam::*:root", self.partition)],
                condition: Some(Condition {
                    operator: "StringEquals",
                    key: "sts:TaskPolicyArn",
                    value: format!(
                        "arn:{}:iam::aws:policy/root-task/IAMAuditRootUserCredentials",
                        self.partition
                    ),
                }),
            },
            _ => Statement {
                sid: "EnterAccounts",
                actions: vec![call.action()],
                resources: vec![format!("arn:{}:iam::*:role/{role}", self.partition)],
                condition: None,
            },
        };
        let entering = self.calls.made().filter(|call| call.reach() == Reach::Caller).map(enter);
        let organization = self.statement("ReadOrganization", &[Reach::Organization]);
        entering.chain([organization, self.of_accounts()]).collect()
    }

    fn of_accounts(&self) -> Statement {
        self.statement("ReadAccount", &[Reach::Account, Reach::Region])
    }

    /// What the calls need; most of them can't be limited to resources.
    fn statement(&self, sid: &'static str, reaches: &[Reach]) -> Statement {
        let calls = self.calls.made().filter(|call| reaches.contains(&call.reach()));
        let mut actions: Vec<&str> = calls.map(Call::action).collect();
        actions.sort_unstable();
        Statement { sid, actions, resources: vec!["*".to_owned()], condition: None }
    }
}
