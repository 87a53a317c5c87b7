//! An IAM policy, as JSON, Terraform and CloudFormation.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value, json};

/// A policy, and the role that has it, if it is not to be attached to something that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policy<'a> {
    pub(crate) name: &'static str,
    pub(crate) statements: Vec<Statement>,
    pub(crate) role: Option<Role<'a>>,
}

/// What somebody may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) sid: &'static str,
    /// IAM actions.
    pub(crate) actions: Vec<&'static str>,
    /// ARNs, or `*`.
    pub(crate) resources: Vec<String>,
    pub(crate) condition: Option<Condition>,
}

/// What must hold besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) operator: &'static str,
    pub(crate) key: &'static str,
    pub(crate) value: String,
}

/// A role that a principal of another account assumes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Role<'a> {
    /// `/`, or more between two of them.
    pub(crate) path: String,
    pub(crate) name: &'a str,
    /// What whoever assumes it has to send along.
    pub(crate) external_id: Option<&'a str>,
}

const DESCRIPTION: &str = "Lets keyward read this account";
const CALLER: &str = "ARN of the principal that runs keyward";

/// A policy's document, with its members in the order in which people write them.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Document<'a> {
    version: &'static str,
    statement: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<'a> {
    sid: &'a str,
    effect: &'static str,
    action: &'a [&'static str],
    resource: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Value>,
}

/// The policy's document.
pub(crate) fn document(statements: &[Statement]) -> Document<'_> {
    let statement = statements.iter().map(|statement| Entry {
        sid: statement.sid,
        effect: "Allow",
        action: &statement.actions,
        resource: &statement.resources,
        condition: statement.condition.as_ref().map(conditions),
    });
    Document { version: "2012-10-17", statement: statement.collect() }
}

fn conditions(condition: &Condition) -> Value {
    let Condition { operator, key, value } = condition;
    json!({ *operator: { *key: value } })
}

/// The condition of a role's trust.
fn external_id(role: &Role<'_>) -> Option<Condition> {
    let value = role.external_id?.to_owned();
    Some(Condition { operator: "StringEquals", key: "sts:ExternalId", value })
}

/// A configuration for Terraform: the policy's document, and the role, or a policy to attach.
pub(crate) fn terraform(policy: &Policy<'_>) -> String {
    let mut text = String::from("data \"aws_iam_policy_document\" \"keyward_collect\" {\n");
    let statements: Vec<String> = policy.statements.iter().map(block).collect();
    text.push_str(&statements.join("\n"));
    text.push_str("}\n\n");
    let name = policy.name;
    match &policy.role {
        None => {
            let _ = write!(
                text,
                r#"resource "aws_iam_policy" "keyward_collect" {{
  name   = "{name}"
  policy = data.aws_iam_policy_document.keyward_collect.json
}}
"#
            );
        }
        Some(role) => {
            let condition = external_id(role).map_or_else(String::new, |it| condition_block(&it));
            let Role { path, name: role, .. } = role;
            let _ = write!(
                text,
                r#"variable "keyward_caller" {{
  type        = string
  description = "{CALLER}"
}}

data "aws_iam_policy_document" "keyward_trust" {{
  statement {{
    actions = ["sts:AssumeRole"]
    principals {{
      type        = "AWS"
      identifiers = [var.keyward_caller]
    }}
{condition}  }}
}}

resource "aws_iam_role" "keyward" {{
  name               = "{role}"
  path               = "{path}"
  description        = "{DESCRIPTION}"
  assume_role_policy = data.aws_iam_policy_document.keyward_trust.json
}}

resource "aws_iam_role_policy" "keyward_collect" {{
  name   = "{name}"
  role   = aws_iam_role.keyward.name
  policy = data.aws_iam_policy_document.keyward_collect.json
}}
"#
            );
        }
    }
    text
}

fn block(statement: &Statement) -> String {
    let Statement { sid, actions, resources, condition } = statement;
    let actions = list(actions);
    let resources = list(resources);
    let condition = condition.as_ref().map_or_else(String::new, condition_block);
    format!(
        "  statement {{\n    sid = \"{sid}\"\n    actions = [\n{actions}    ]\n    resources = \
         [\n{resources}    ]\n{condition}  }}\n"
    )
}

/// Strings, one a line.
fn list<T: AsRef<str>>(items: &[T]) -> String {
    items.iter().fold(String::new(), |mut text, item| {
        let _ = writeln!(text, "      \"{}\",", item.as_ref());
        text
    })
}

fn condition_block(condition: &Condition) -> String {
    let Condition { operator, key, value } = condition;
    format!(
        "    condition {{\n      test     = \"{operator}\"\n      variable = \"{key}\"\n      values   \
         = [\"{value}\"]\n    }}\n"
    )
}

/// A template for CloudFormation: the role, ready for a StackSet over accounts, or a policy to
/// attach.
pub(crate) fn cloudformation(policy: &Policy<'_>) -> Value {
    let Policy { name, statements, role } = policy;
    let mut template = Map::new();
    template.insert("AWSTemplateFormatVersion".to_owned(), json!("2010-09-09"));
    template.insert("Description".to_owned(), json!(DESCRIPTION));
    let resources = match role {
        None => json!({
            "KeywardCollect": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": { "ManagedPolicyName": name, "PolicyDocument": document(statements) },
            },
        }),
        Some(role) => {
            let parameter = json!({ "Type": "String", "Description": CALLER });
            template.insert("Parameters".to_owned(), json!({ "KeywardCaller": parameter }));
            json!({ "KeywardRole": role_resource(name, statements, role) })
        }
    };
    template.insert("Resources".to_owned(), resources);
    Value::Object(template)
}

fn role_resource(policy: &str, statements: &[Statement], role: &Role<'_>) -> Value {
    let mut trust = json!({
        "Effect": "Allow",
        "Principal": { "AWS": { "Ref": "KeywardCaller" } },
        "Action": "sts:AssumeRole",
    });
    if let (Some(condition), Some(trust)) = (external_id(role), trust.as_object_mut()) {
        trust.insert("Condition".to_owned(), conditions(&condition));
    }
    json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": role.name,
            "Path": role.path,
            "Description": DESCRIPTION,
            "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [trust] },
            "Policies": [{ "PolicyName": policy, "PolicyDocument": document(statements) }],
        },
    })
}
