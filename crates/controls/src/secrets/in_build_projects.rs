use keyward_snapshot::{BuildProject, Call};

use super::sightings::{Sighting, among, weak};
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "secrets-in-build-projects",
    docs: crate::docs! {
        /// # Secret in a build project
        ///
        /// A build project of AWS CodeBuild holds a credential, in a plain environment variable or
        /// in the build specification that is written into the project.
        ///
        /// ## Why it matters
        ///
        /// CodeBuild shows plain variables to everybody who may call `codebuild:BatchGetProjects`,
        /// and read-only roles may. Each build repeats them in its own description, which stays
        /// when the project is changed. Every script of a build sees them, those of its
        /// dependencies too, and a build that prints its environment writes them into its log.
        ///
        /// ## What is checked
        ///
        /// The variables of type `PLAINTEXT` of each project by name and value, and the build
        /// specification line by line, where the project holds it. Values are looked at while they
        /// are read and are kept nowhere; the evidence names variable or line, and kind.
        ///
        /// - A variable that is named like a secret (`NPM_TOKEN`) counts as one, whatever its value
        ///   looks like, unless the value is a reference, a switch or a number.
        /// - Variables of type `PARAMETER_STORE` and `SECRETS_MANAGER`, and what stands below these
        ///   words in a build specification, are references, and fine.
        /// - The id of an access key alone makes it medium: it is no secret, but says that builds
        ///   use a long-lived key where their role would do.
        /// - A build specification in the repository, and what somebody adds when they start a
        ///   build, are not read.
        ///
        /// ## Fix
        ///
        /// 1. Rotate the credential: it has to count as known.
        /// 2. Put the new value into Secrets Manager, and give the project's service role
        ///    `secretsmanager:GetSecretValue` on that secret.
        /// 3. Change the variable to type `SECRETS_MANAGER` with the secret's name as its value
        ///    (`aws codebuild update-project`), or move it below `env: secrets-manager:` of the
        ///    build specification. For a key of AWS: use the service role, and no key at all.
        /// 4. Delete the builds that still show it (`aws codebuild batch-delete-builds`).
        ///
        /// ## Fix safety
        ///
        /// Builds go on unchanged: the variable keeps its name. Without the permission of the
        /// service role a build fails at its start; set the variable as it was to undo that.
        /// `update-project` replaces the whole environment, so begin with what
        /// `batch-get-projects` shows. Deleted builds can't be had back.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"projects": ["shop-web"]}
        /// {"projectsNotFound": [], "projects": [{
        ///   "name": "shop-web",
        ///   "arn": "arn:aws:codebuild:eu-west-1:111122223333:project/shop-web",
        ///   "source": {"type": "CODECOMMIT", "buildspec": "buildspec.yml"},
        ///   "environment": {"environmentVariables": [
        ///     {"name": "STAGE", "value": "production", "type": "PLAINTEXT"},
        ///     {"name": "REGISTRY_TOKEN", "value": "a1b2c3d4e5f6", "type": "PLAINTEXT"}
        ///   ]}
        /// }]}
        /// ```
        ///
        /// ## Weak: in the build specification
        ///
        /// ```json
        /// {"projects": ["shop-web"]}
        /// {"projectsNotFound": [], "projects": [{
        ///   "name": "shop-web",
        ///   "arn": "arn:aws:codebuild:eu-west-1:111122223333:project/shop-web",
        ///   "source": {"type": "NO_SOURCE", "buildspec":
        ///     "version: 0.2\nphases:\n  build:\n    commands:\n      - deploy --token a1b2c3d4e5f6\n"},
        ///   "environment": {"environmentVariables": []}
        /// }]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"projects": ["shop-web"]}
        /// {"projectsNotFound": [], "projects": [{
        ///   "name": "shop-web",
        ///   "arn": "arn:aws:codebuild:eu-west-1:111122223333:project/shop-web",
        ///   "source": {"type": "NO_SOURCE", "buildspec":
        ///     "version: 0.2\nphases:\n  build:\n    commands:\n      - deploy --token $REGISTRY_TOKEN\n"},
        ///   "environment": {"environmentVariables": [
        ///     {"name": "REGISTRY_TOKEN", "value": "shop/registry", "type": "SECRETS_MANAGER"}
        ///   ]}
        /// }]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html>
        /// - <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html>
        /// - <https://docs.aws.amazon.com/codebuild/latest/userguide/change-project.html>
    },
    severity: Severity::High,
    needs: &[Call::ListProjects, Call::BatchGetProjects],
    refines: &[],
    watch: &["codebuild:CreateProject", "codebuild:UpdateProject"],
    // No condition key sees what a variable holds.
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.build_projects, |project| Some(answer(project)))
}

fn answer(project: &BuildProject) -> Answer {
    let name = &project.name;
    let subject = Subject::new(&project.arn).in_region(&project.region);
    let lines = project.buildspec.iter().map(|it| Sighting {
        what: "build specification",
        place: format!("line {} of the build specification", it.line),
        kind: it.kind,
    });
    let found: Vec<Sighting> = among("variable", &project.environment, "").chain(lines).collect();
    weak(subject.clone(), &format!("the build project `{name}`"), &found).unwrap_or_else(|| {
        Answer::sound(subject, format!("No secret in the build project `{name}`"))
            .evidence("plain variables looked at", project.environment.len())
    })
}
