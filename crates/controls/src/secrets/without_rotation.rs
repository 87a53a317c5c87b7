use keyward_snapshot::{Call, Secret};

use super::listed;
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "secrets-without-rotation",
    docs: crate::docs! {
        /// # Secret without automatic rotation
        ///
        /// A secret in Secrets Manager is renewed only when somebody remembers to do it.
        ///
        /// ## Why it matters
        ///
        /// A secret leaks quietly: into a log, a laptop's shell history, the head of somebody who
        /// leaves. What leaked stays useful until the value changes. Without a schedule that is
        /// usually never, and the day on which it has to change is the first time that anybody
        /// tries to change it.
        ///
        /// ## What is checked
        ///
        /// `list-secrets` says for each secret whether rotation is on. Whether it also works is
        /// `secrets-rotation-overdue`.
        ///
        /// Services such as RDS and Redshift keep secrets of their own (`OwningService`) and rotate
        /// them themselves: such a secret has rotation on, and no function. A secret that a service
        /// keeps and does not rotate is medium, because only that service can renew it. Secrets
        /// that wait for their deletion are left out.
        ///
        /// ## Fix
        ///
        /// - Master passwords of RDS, Aurora, DocumentDB and Redshift: let the service keep them
        ///   (`aws rds modify-db-instance --db-instance-identifier … --manage-master-user-password`).
        /// - Other database users: deploy AWS's rotation function for the engine, then
        ///   `aws secretsmanager rotate-secret --secret-id … --rotation-lambda-arn …
        ///   --rotation-rules '{"ScheduleExpression": "rate(30 days)"}'`.
        /// - Everything else: write the four steps of a rotation function for it, or use a managed
        ///   external secret where the vendor takes part.
        ///
        /// ## Fix safety
        ///
        /// Turning rotation on rotates at once unless `--no-rotate-immediately` is given. Readers
        /// that keep a copy of the old value fail until they read again; for databases, alternating
        /// users keep the old value alive until the next rotation. `cancel-rotate-secret` turns the
        /// schedule off, but does not bring back the old value by itself: the version labelled
        /// `AWSPREVIOUS` has it.
        ///
        /// ## Weak
        ///
        /// ```json
        /// {"SecretList": [{
        ///   "ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments-db-a1B2c3",
        ///   "Name": "prod/payments-db",
        ///   "CreatedDate": "2024-03-01T09:00:00+00:00",
        ///   "LastChangedDate": "2024-03-01T09:00:00+00:00"
        /// }]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json
        /// {"SecretList": [{
        ///   "ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments-db-a1B2c3",
        ///   "Name": "prod/payments-db",
        ///   "RotationEnabled": true,
        ///   "RotationLambdaARN": "arn:aws:lambda:eu-west-1:111122223333:function:rotate-postgres",
        ///   "RotationRules": {"AutomaticallyAfterDays": 30}
        /// }]}
        /// ```
        ///
        /// ## Sound: kept by RDS
        ///
        /// ```json
        /// {"SecretList": [{
        ///   "ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-5f3d9c1e-a1B2c3",
        ///   "Name": "rds!db-5f3d9c1e",
        ///   "RotationEnabled": true,
        ///   "RotationRules": {"AutomaticallyAfterDays": 7},
        ///   "OwningService": "rds"
        /// }]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html>
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html>
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/userguide/service-linked-secrets.html>
        /// - <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html>
    },
    severity: Severity::High,
    needs: &[Call::ListSecrets],
    refines: &[],
    watch: &["secretsmanager:CreateSecret", "secretsmanager:CancelRotateSecret"],
    preventable: &["secretsmanager:CancelRotateSecret"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    listed::each(view, answer)
}

fn answer(secret: &Secret) -> Answer {
    let subject = listed::subject(secret);
    if secret.rotation_enabled {
        return Answer::sound(subject, format!("`{}` is rotated automatically", secret.name))
            .evidence("RotationEnabled", true)
            .evidence("rotated by", rotated_by(secret));
    }
    let answer = Answer::weak(subject, format!("`{}` is not rotated automatically", secret.name))
        .evidence("RotationEnabled", false);
    match &secret.owning_service {
        Some(service) => answer
            .evidence("OwningService", service)
            .severity(Severity::Medium, "only the service that keeps the secret can renew it"),
        None => answer,
    }
}

fn rotated_by(secret: &Secret) -> String {
    match (&secret.rotation_function, &secret.owning_service) {
        (Some(function), _) => function.clone(),
        (None, Some(service)) => format!("the service `{service}`, which keeps the secret"),
        (None, None) => "Secrets Manager, without a function".to_owned(),
    }
}
