//! ECS: task definitions, whose environments and commands the importer looks at and drops.

use std::collections::HashMap;

use aws_sdk_ecs::types::{ContainerDefinition, TaskDefinition, TaskDefinitionFamilyStatus};
use keyward_snapshot::Call;
use keyward_snapshot::import::Asked;
use serde_json::Value;

use super::account::Place;
use super::here;
use crate::ask::Page;
use crate::json::{list, object, strings};
use crate::session::client;

/// Reads the latest revision of each family of a region.
pub(super) async fn collect(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_ecs, region);
    let mut families: Vec<String> = Vec::new();
    let send = |token| {
        client
            .list_task_definition_families()
            .status(TaskDefinitionFamilyStatus::Active)
            .max_results(100)
            .set_next_token(token)
            .send()
    };
    place
        .sink
        .ask_all(here(Call::ListTaskDefinitionFamilies, region), send, |out| {
            families.extend_from_slice(out.families());
            Page::new(object! { "families": strings(out.families()) }, out.next_token)
        })
        .await;
    for family in families {
        let asked = Asked {
            call: Call::DescribeTaskDefinition,
            region: Some(region),
            about: Some(&family),
        };
        let answer = client.describe_task_definition().task_definition(&family).send();
        place
            .sink
            .ask(asked, answer, |out| object! { "taskDefinition": out.task_definition().map(task) })
            .await;
    }
}

fn task(task: &TaskDefinition) -> Value {
    object! {
        "taskDefinitionArn": task.task_definition_arn(),
        "family": task.family(),
        "containerDefinitions": list(task.container_definitions(), container),
    }
}

fn container(container: &ContainerDefinition) -> Value {
    let check =
        container.health_check().map(|check| object! { "command": strings(check.command()) });
    let log =
        container.log_configuration().map(|log| object! { "options": log.options().map(map) });
    object! {
        "name": container.name(),
        "environment": list(container.environment(), |pair| {
            object! { "name": pair.name(), "value": pair.value() }
        }),
        "dockerLabels": container.docker_labels().map(map),
        "command": strings(container.command()),
        "entryPoint": strings(container.entry_point()),
        "healthCheck": check,
        "logConfiguration": log,
    }
}

fn map(pairs: &HashMap<String, String>) -> Value {
    Value::Object(pairs.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect())
}
