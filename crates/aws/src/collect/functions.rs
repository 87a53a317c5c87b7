//! Lambda: functions, with environments that the importer looks through and drops.

use aws_sdk_lambda::types::FunctionConfiguration;
use keyward_snapshot::Call;
use serde_json::Value;

use super::account::Place;
use super::here;
use crate::ask::Page;
use crate::json::{list, object};
use crate::session::client;

/// Reads the functions of a region.
pub(super) async fn collect(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_lambda, region);
    let send = |token| client.list_functions().max_items(10_000).set_marker(token).send();
    place
        .sink
        .ask_all(here(Call::ListFunctions, region), send, |out| {
            let functions = list(out.functions(), function);
            Page::new(object! { "Functions": functions }, out.next_marker)
        })
        .await;
}

fn function(function: &FunctionConfiguration) -> Value {
    let environment = function.environment().map(|environment| {
        let variables = environment.variables().map(|variables| {
            let pairs = variables.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
            Value::Object(pairs.collect())
        });
        let error = environment.error().map(|error| object! { "ErrorCode": error.error_code() });
        object! { "Variables": variables, "Error": error }
    });
    object! {
        "FunctionName": function.function_name(),
        "FunctionArn": function.function_arn(),
        "Role": function.role(),
        "Version": function.version(),
        "Environment": environment,
    }
}
