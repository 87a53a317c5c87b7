//! CodeBuild: projects, whose environments and build specifications the importer looks at and drops.

use aws_sdk_codebuild::types::Project;
use keyward_snapshot::Call;
use keyward_snapshot::import::Asked;
use serde_json::Value;

use super::account::Place;
use super::here;
use crate::ask::Page;
use crate::json::{list, object, strings};
use crate::session::client;

/// How many projects one call describes.
const PROJECTS_MAX: usize = 100;

/// Reads the projects of a region.
pub(super) async fn collect(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_codebuild, region);
    let mut names: Vec<String> = Vec::new();
    let send = |token| client.list_projects().set_next_token(token).send();
    place
        .sink
        .ask_all(here(Call::ListProjects, region), send, |out| {
            names.extend_from_slice(out.projects());
            Page::new(object! { "projects": strings(out.projects()) }, out.next_token)
        })
        .await;
    for names in names.chunks(PROJECTS_MAX) {
        let about = names.join(",");
        let asked =
            Asked { call: Call::BatchGetProjects, region: Some(region), about: Some(&about) };
        let answer = client.batch_get_projects().set_names(Some(names.to_vec())).send();
        place
            .sink
            .ask(asked, answer, |out| object! { "projects": list(out.projects(), project) })
            .await;
    }
}

fn project(project: &Project) -> Value {
    let environment = project.environment().map(|environment| {
        let variables = list(environment.environment_variables(), |pair| {
            object! {
                "name": pair.name(),
                "value": pair.value(),
                "type": pair.r#type().map(|kind| kind.as_str()),
            }
        });
        object! { "environmentVariables": variables }
    });
    let source = project.source().map(|source| object! { "buildspec": source.buildspec() });
    object! {
        "name": project.name(),
        "arn": project.arn(),
        "environment": environment,
        "source": source,
    }
}
