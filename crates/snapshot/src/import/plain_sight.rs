//! Places where credentials may stand in plain sight: user data, task definitions, parameters and
//! build projects. Values are looked at here and dropped.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::error::ImportError;
use super::item::Item;
use super::place::{Evidence, region_of_arn};
use super::user_data::look_at;
use crate::scan::{secret_kind, secrets_in};
use crate::{
    BuildProject, Call, Container, EnvironmentVariable, Gap, Known, LaunchTemplateVersion,
    Parameter, ParameterValue, SecretKind, TaskDefinition, UserData,
};

/// The member `UserData` of what `describe-instance-attribute` answers; without a value there is
/// no user data.
pub(super) fn user_data(item: &Item<'_>) -> Result<UserData, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw<'a> {
        #[serde(borrow)]
        value: Option<Cow<'a, str>>,
    }
    let raw: Raw<'_> = item.parse()?;
    Ok(read_user_data(raw.value.as_deref()))
}

fn read_user_data(base64: Option<&str>) -> UserData {
    match base64 {
        None | Some("") => UserData::default(),
        Some(base64) => look_at(base64),
    }
}

/// An item of `LaunchTemplateVersions`; its region is empty, for the item does not tell.
pub(super) fn launch_template_version(
    item: &Item<'_>,
    _: &mut Evidence,
) -> Result<LaunchTemplateVersion, ImportError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct RawData<'a> {
        #[serde(borrow)]
        user_data: Option<Cow<'a, str>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw<'a> {
        launch_template_id: String,
        launch_template_name: String,
        version_number: u64,
        #[serde(default)]
        default_version: bool,
        #[serde(borrow)]
        launch_template_data: RawData<'a>,
    }
    let raw: Raw<'_> = item.parse()?;
    Ok(LaunchTemplateVersion {
        template: raw.launch_template_id,
        name: raw.launch_template_name,
        region: String::new(),
        version: raw.version_number,
        is_default: raw.default_version,
        user_data: read_user_data(raw.launch_template_data.user_data.as_deref()),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPair<'a> {
    name: String,
    #[serde(borrow, default)]
    value: Cow<'a, str>,
    #[serde(borrow)]
    r#type: Option<Cow<'a, str>>,
}

fn variable(name: String, value: &str) -> EnvironmentVariable {
    EnvironmentVariable { secret: secret_kind(&name, value), name }
}

/// The member `taskDefinition` of what `describe-task-definition` answers.
pub(super) fn task_definition(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<TaskDefinition, ImportError> {
    #[derive(Deserialize)]
    struct RawCheck<'a> {
        #[serde(borrow, default)]
        command: Vec<Cow<'a, str>>,
    }
    #[derive(Deserialize)]
    struct RawLog<'a> {
        #[serde(borrow, default)]
        options: BTreeMap<String, Cow<'a, str>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct RawContainer<'a> {
        name: String,
        #[serde(borrow, default)]
        environment: Vec<RawPair<'a>>,
        #[serde(borrow, default)]
        docker_labels: BTreeMap<String, Cow<'a, str>>,
        #[serde(borrow, default)]
        command: Vec<Cow<'a, str>>,
        #[serde(borrow, default)]
        entry_point: Vec<Cow<'a, str>>,
        #[serde(borrow)]
        health_check: Option<RawCheck<'a>>,
        #[serde(borrow)]
        log_configuration: Option<RawLog<'a>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Raw<'a> {
        task_definition_arn: String,
        family: String,
        #[serde(borrow, default)]
        container_definitions: Vec<RawContainer<'a>>,
    }
    fn pairs(map: BTreeMap<String, Cow<'_, str>>) -> Vec<EnvironmentVariable> {
        map.into_iter().map(|(name, value)| variable(name, &value)).collect()
    }
    let container = |raw: RawContainer<'_>| {
        let check = raw.health_check.map(|check| check.command).unwrap_or_default();
        Container {
            name: raw.name,
            environment: raw
                .environment
                .into_iter()
                .map(|pair| variable(pair.name, &pair.value))
                .collect(),
            labels: pairs(raw.docker_labels),
            log_options: raw.log_configuration.map(|log| pairs(log.options)).unwrap_or_default(),
            command: command(&[raw.entry_point, raw.command, check]),
        }
    };
    let raw: Raw<'_> = item.parse()?;
    evidence.arn(&raw.task_definition_arn);
    Ok(TaskDefinition {
        region: region_of_arn(&raw.task_definition_arn).unwrap_or_default().to_owned(),
        arn: raw.task_definition_arn,
        family: raw.family,
        containers: raw.container_definitions.into_iter().map(container).collect(),
    })
}

/// The kind that tells most of what the commands hold. The parts of one are looked at together: an
/// option and its value may be two of them.
fn command(commands: &[Vec<Cow<'_, str>>]) -> Option<SecretKind> {
    let found: Vec<_> = commands.iter().flat_map(|parts| secrets_in(&parts.join(" "))).collect();
    crate::scan::most_telling(&found)
}

/// An item of `Parameters`, in either of two answers. Its region is empty where no ARN tells.
pub(super) enum FoundParameter {
    /// One that `describe-parameters` lists: what it is, and not what it holds.
    Described(Parameter),
    /// One whose value was asked for.
    Read(Parameter),
}

/// An item of `Parameters`, if it is one of Systems Manager's.
pub(super) fn parameter(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<Option<FoundParameter>, ImportError> {
    // Other services have parameters with other members, and of other types.
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Shape<'a> {
        #[serde(borrow)]
        name: Option<&'a RawValue>,
        #[serde(borrow)]
        r#type: Option<&'a RawValue>,
        #[serde(borrow)]
        value: Option<&'a RawValue>,
        #[serde(borrow, rename = "ARN")]
        arn: Option<&'a RawValue>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Raw<'a> {
        name: String,
        #[serde(rename = "ARN")]
        arn: Option<String>,
        #[serde(borrow)]
        value: Option<Cow<'a, str>>,
    }
    let shape: Shape<'_> = item.parse()?;
    let is_encrypted = match shape.r#type.map(RawValue::get) {
        Some(r#""String""# | r#""StringList""#) => false,
        Some(r#""SecureString""#) => true,
        _ => return Ok(None),
    };
    // Old values of `get-parameter-history` have no ARN.
    if shape.name.is_none() || (shape.value.is_some() && shape.arn.is_none()) {
        return Ok(None);
    }
    let Raw { name, arn, value } = item.parse()?;
    if let Some(arn) = &arn {
        evidence.arn(arn);
    }
    let region = arn.as_deref().and_then(region_of_arn).unwrap_or_default().to_owned();
    let kind =
        value.filter(|_| !is_encrypted).map(|value| secret_kind(last_of_path(&name), &value));
    let unread = || Known::Gap(Gap::not_collected(Call::GetParameters));
    let parameter = Parameter {
        value: if is_encrypted {
            ParameterValue::Encrypted
        } else {
            ParameterValue::Plain(kind.map_or_else(unread, Known::Value))
        },
        arn,
        name,
        region,
    };
    Ok(Some(match shape.value {
        Some(_) => FoundParameter::Read(parameter),
        None => FoundParameter::Described(parameter),
    }))
}

/// What a parameter is called: its path tells which service it is for, such as `token-service`.
fn last_of_path(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// An item of `projects`, which has the same name in two answers.
pub(super) enum FoundProject {
    /// A name that `list-projects` lists.
    Named(String),
    /// A project that `batch-get-projects` describes.
    Described(BuildProject),
}

/// An item of `projects`, if it is one of CodeBuild's.
pub(super) fn project(
    item: &Item<'_>,
    evidence: &mut Evidence,
) -> Result<Option<FoundProject>, ImportError> {
    #[derive(Deserialize)]
    struct Shape<'a> {
        #[serde(borrow)]
        arn: Option<&'a RawValue>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct RawEnvironment<'a> {
        #[serde(borrow, default)]
        environment_variables: Vec<RawPair<'a>>,
    }
    #[derive(Deserialize)]
    struct RawSource<'a> {
        #[serde(borrow)]
        buildspec: Option<Cow<'a, str>>,
    }
    #[derive(Deserialize)]
    struct Raw<'a> {
        name: String,
        arn: String,
        #[serde(borrow)]
        environment: Option<RawEnvironment<'a>>,
        #[serde(borrow)]
        source: Option<RawSource<'a>>,
    }
    if item.text.starts_with('"') {
        let name: String = item.parse()?;
        // Shared projects are listed by ARN.
        return Ok((!name.starts_with("arn:")).then_some(FoundProject::Named(name)));
    }
    let shape: Shape<'_> = item.parse()?;
    if !shape.arn.is_some_and(|arn| arn.get().contains(":codebuild:")) {
        return Ok(None);
    }
    let raw: Raw<'_> = item.parse()?;
    evidence.arn(&raw.arn);
    let variables = raw.environment.map(|it| it.environment_variables).unwrap_or_default();
    let plain =
        variables.into_iter().filter(|it| it.r#type.as_deref().is_none_or(|t| t == "PLAINTEXT"));
    let buildspec = raw.source.and_then(|source| source.buildspec).unwrap_or_default();
    Ok(Some(FoundProject::Described(BuildProject {
        region: region_of_arn(&raw.arn).unwrap_or_default().to_owned(),
        arn: raw.arn,
        name: raw.name,
        environment: plain.map(|pair| variable(pair.name, &pair.value)).collect(),
        buildspec: secrets_in(&buildspec),
    })))
}
