use keyward_snapshot::{Call, Container, TaskDefinition};

use super::sightings::{Sighting, among, weak};
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "secrets-in-task-definitions",
    docs: crate::docs! {
        /// # Secret in a task definition
        ///
        /// A task definition of Amazon ECS holds a credential: in a container's environment, in its
        /// command, in a label or in the options of its log driver.
        ///
        /// ## Why it matters
        ///
        /// Whoever may call `ecs:DescribeTaskDefinition` reads a task definition in plain text, and
        /// read-only roles may. Revisions never change: the credential stays in every old revision,
        /// and AWS goes on describing them after they were deregistered. Docker shows environment,
        /// command and labels to everybody with access to the container instance.
        ///
        /// ## What is checked
        ///
        /// The latest revision of each active family: environment variables, Docker labels and
        /// options of the log driver by name and value, command, entry point and health check as
        /// text. Values are looked at while they are read and are kept nowhere; the evidence names
        /// container, variable and kind.
        ///
        /// - A variable that is named like a secret (`DB_PASSWORD`) counts as one, whatever its
        ///   value looks like, unless the value is a reference, a switch or a number.
        /// - What comes by `secrets` or `secretOptions` is a reference, and fine.
        /// - The id of an access key alone makes it medium: it is no secret, but says that the task
        ///   uses a long-lived key where its role would do.
        /// - Files of variables in Amazon S3 (`environmentFiles`) and older revisions are not read.
        ///
        /// ## Fix
        ///
        /// 1. Rotate the credential: it has to count as known.
        /// 2. Put the new value into Secrets Manager, give the task execution role
        ///    `secretsmanager:GetSecretValue` on that secret, and register a revision that names it:
        ///    `"secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:secretsmanager:…"}]`. A
        ///    log driver takes it by `secretOptions`. For a key of AWS: use the task role, and no
        ///    key at all.
        /// 3. Let the service use the new revision (`aws ecs update-service --task-definition …`),
        ///    then deregister the old revisions and delete them
        ///    (`aws ecs deregister-task-definition`, `aws ecs delete-task-definitions`).
        ///
        /// ## Fix safety
        ///
        /// The new revision replaces running tasks as every deployment does. Without the permission
        /// of the execution role the tasks do not start, and the service keeps the old ones. A
        /// deleted revision can't be had back, and nothing can roll back to it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"families": ["shop"]}
        /// {"taskDefinition": {
        ///   "taskDefinitionArn": "arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:7",
        ///   "family": "shop",
        ///   "containerDefinitions": [{
        ///     "name": "web",
        ///     "environment": [
        ///       {"name": "STAGE", "value": "production"},
        ///       {"name": "DB_PASSWORD", "value": "correct-horse"}
        ///     ]
        ///   }]
        /// }}
        /// ```
        ///
        /// ## Weak: in the command
        ///
        /// ```json
        /// {"families": ["shop-report"]}
        /// {"taskDefinition": {
        ///   "taskDefinitionArn": "arn:aws:ecs:eu-west-1:111122223333:task-definition/shop-report:2",
        ///   "family": "shop-report",
        ///   "containerDefinitions": [{
        ///     "name": "report",
        ///     "command": ["report", "--db", "postgres://report:correct-horse@db.example.com/shop"]
        ///   }]
        /// }}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"families": ["shop"]}
        /// {"taskDefinition": {
        ///   "taskDefinitionArn": "arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:8",
        ///   "family": "shop",
        ///   "containerDefinitions": [{
        ///     "name": "web",
        ///     "environment": [{"name": "STAGE", "value": "production"}],
        ///     "secrets": [{
        ///       "name": "DB_PASSWORD",
        ///       "valueFrom": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/db-a1B2c3"
        ///     }]
        ///   }]
        /// }}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html>
        /// - <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/taskdef-envfiles.html>
        /// - <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/delete-task-definition-v2.html>
    },
    severity: Severity::Critical,
    needs: &[Call::ListTaskDefinitionFamilies, Call::DescribeTaskDefinition],
    refines: &[],
    watch: &["ecs:RegisterTaskDefinition"],
    // No condition key sees what a container is given.
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.task_definitions, |definition| Some(answer(definition)))
}

fn answer(definition: &TaskDefinition) -> Answer {
    let revision = definition.arn.rsplit_once('/').map_or(definition.family.as_str(), |(_, it)| it);
    let subject = Subject::new(&definition.arn).in_region(&definition.region);
    let found: Vec<Sighting> = definition.containers.iter().flat_map(sightings).collect();
    weak(subject.clone(), &format!("the task definition `{revision}`"), &found).unwrap_or_else(
        || {
            let variables = definition.containers.iter().map(|it| it.environment.len());
            Answer::sound(subject, format!("No secret in the task definition `{revision}`"))
                .evidence("containers looked at", definition.containers.len())
                .evidence("variables looked at", variables.sum::<usize>())
        },
    )
}

fn sightings(container: &Container) -> Vec<Sighting> {
    let of = format!(" of container `{}`", container.name);
    let variables = among("variable", &container.environment, &of);
    let labels = among("label", &container.labels, &of);
    let options = among("log option", &container.log_options, &of);
    let command = container.command.map(|kind| Sighting {
        what: "command",
        place: format!("the command of container `{}`", container.name),
        kind,
    });
    variables.chain(labels).chain(options).chain(command).collect()
}
