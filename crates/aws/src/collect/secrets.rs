//! Secrets Manager: the secrets, never their values.

use keyward_snapshot::Call;
use keyward_snapshot::import::Asked;
use serde_json::Value;

use super::account::Place;
use super::here;
use crate::ask::Page;
use crate::json::{list, object};
use crate::session::client;

/// Reads the secrets of a region and their policies.
pub(super) async fn collect(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_secretsmanager, region);
    let mut arns = Vec::new();
    let send = |token| {
        client
            .list_secrets()
            .include_planned_deletion(true)
            .max_results(100)
            .set_next_token(token)
            .send()
    };
    place
        .sink
        .ask_all(here(Call::ListSecrets, region), send, |out| {
            arns.extend(out.secret_list().iter().filter_map(|secret| secret.arn.clone()));
            let secrets = list(out.secret_list(), secret);
            Page::new(object! { "SecretList": secrets }, out.next_token)
        })
        .await;
    for arn in arns {
        let answer = client.get_resource_policy().secret_id(&arn).send();
        let asked =
            Asked { call: Call::GetResourcePolicy, region: Some(region), about: Some(&arn) };
        place
            .sink
            .ask(asked, answer, |out| {
                object! {
                    "ARN": out.arn(),
                    "Name": out.name(),
                    "ResourcePolicy": out.resource_policy(),
                }
            })
            .await;
    }
}

fn secret(secret: &aws_sdk_secretsmanager::types::SecretListEntry) -> Value {
    let rules = secret.rotation_rules().map(|rules| {
        object! {
            "AutomaticallyAfterDays": rules.automatically_after_days(),
            "ScheduleExpression": rules.schedule_expression(),
        }
    });
    object! {
        "ARN": secret.arn(),
        "Name": secret.name(),
        "CreatedDate": secret.created_date(),
        "LastChangedDate": secret.last_changed_date(),
        "LastRotatedDate": secret.last_rotated_date(),
        "LastAccessedDate": secret.last_accessed_date(),
        "NextRotationDate": secret.next_rotation_date(),
        "DeletedDate": secret.deleted_date(),
        "RotationEnabled": secret.rotation_enabled(),
        "RotationLambdaARN": secret.rotation_lambda_arn(),
        "RotationRules": rules,
        "OwningService": secret.owning_service(),
        "KmsKeyId": secret.kms_key_id(),
    }
}
