//! A set of IAM permissions, as JSON, Terraform and CloudFormation.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::json;

/// What somebody may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// The name of the statement.
    pub(crate) sid: &'static str,
    /// IAM actions.
    pub(crate) actions: Vec<&'static str>,
    /// ARNs, or `*`.
    pub(crate) resources: Vec<String>,
}

/// A role that somebody else assumes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Role<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// What whoever assumes it has to send along.
    pub(crate) external_id: Option<&'a str>,
}

const DESCRIPTION: &str = "Lets keyward read this account";

/// The policy document, in the order in which people write one.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document<'a> {
    version: &'static str,
    statement: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<'a> {
    sid: &'static str,
    effect: &'static str,
    action: &'a [&'static str],
    resource: &'a [String],
}

fn document(statements: &[Statement]) -> Document<'_> {
    let statement = statements.iter().map(|statement| Entry {
        sid: statement.sid,
        effect: "Allow",
        action: &statement.actions,
        resource: &statement.resources,
    });
    Document { version: "2012-10-17", statement: statement.collect() }
}

/// The policy as JSON.
pub(crate) fn json(statements: &[Statement]) -> String {
    pretty(&document(statements))
}

fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// A Terraform configuration: the policy document, and the role that has it, or a policy to attach.
pub(crate) fn terraform(statements: &[Statement], role: Option<&Role<'_>>) -> String {
    let mut text = String::from("data \"aws_iam_policy_document\" \"keyward_collect\" {\n");
    for (index, statement) in statements.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        let lines = |items: &mut dyn Iterator<Item = &str>| -> String {
            items.map(|item| format!("      \"{item}\",\n")).collect()
        };
        let _ = write!(
            text,
            "  statement {{\n    sid = \"{}\"\n    actions = [\n{}    ]\n    resources = [\n{}    ]\n  }}\n",
            statement.sid,
            lines(&mut statement.actions.iter().copied()),
            lines(&mut statement.resources.iter().map(String::as_str)),
        );
    }
    text.push_str("}\n\n");
    let Some(role) = role else {
        text.push_str(
            "resource \"aws_iam_policy\" \"keyward_collect\" {\n  name   = \"keyward-collect\"\n  \
             policy = data.aws_iam_policy_document.keyward_collect.json\n}\n",
        );
        return text;
    };
    let condition = role.external_id.map_or_else(String::new, |id| {
        format!(
            "    condition {{\n      test     = \"StringEquals\"\n      variable = \"sts:ExternalId\"\n      \
             values   = [\"{id}\"]\n    }}\n"
        )
    });
    let _ = write!(
        text,
        "variable \"keyward_caller\" {{\n  type        = string\n  description = \"ARN of the principal \
         that runs keyward\"\n}}\n\ndata \"aws_iam_policy_document\" \"keyward_trust\" {{\n  statement \
         {{\n    actions = [\"sts:AssumeRole\"]\n    principals {{\n      type        = \"AWS\"\n      \
         identifiers = [var.keyward_caller]\n    }}\n{condition}  }}\n}}\n\nresource \"aws_iam_role\" \
         \"keyward\" {{\n  name               = \"{name}\"\n  description        = \"{DESCRIPTION}\"\n  \
         assume_role_policy = data.aws_iam_policy_document.keyward_trust.json\n}}\n\nresource \
         \"aws_iam_role_policy\" \"keyward_collect\" {{\n  name   = \"keyward-collect\"\n  role   = \
         aws_iam_role.keyward.name\n  policy = \
         data.aws_iam_policy_document.keyward_collect.json\n}}\n",
        name = role.name,
    );
    text
}

/// A CloudFormation template with the role, ready for a StackSet over all member accounts.
pub(crate) fn cloudformation(statements: &[Statement], role: &Role<'_>) -> String {
    let mut trust = json!({
        "Effect": "Allow",
        "Principal": {"AWS": {"Ref": "KeywardCaller"}},
        "Action": "sts:AssumeRole",
    });
    if let (Some(id), Some(trust)) = (role.external_id, trust.as_object_mut()) {
        let condition = json!({"StringEquals": {"sts:ExternalId": id}});
        trust.insert("Condition".to_owned(), condition);
    }
    let template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": DESCRIPTION,
        "Parameters": {
            "KeywardCaller": {
                "Type": "String",
                "Description": "ARN of the principal that runs keyward",
            },
        },
        "Resources": {
            "KeywardRole": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": role.name,
                    "Description": DESCRIPTION,
                    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
                    "Policies": [{
                        "PolicyName": "keyward-collect",
                        "PolicyDocument": document(statements),
                    }],
                },
            },
        },
    });
    pretty(&template)
}
