//! Systems Manager's Parameter Store: the parameters, and the values of those that are not encrypted,
//! which the importer looks at and drops.

use aws_sdk_ssm::types::ParameterType;
use keyward_snapshot::Call;
use keyward_snapshot::import::Asked;

use super::account::Place;
use super::here;
use crate::ask::Page;
use crate::json::{list, object};
use crate::session::client;

/// How many values one call gives.
const VALUES_MAX: usize = 10;

/// Reads the parameters of a region.
pub(super) async fn collect(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_ssm, region);
    let mut plain: Vec<String> = Vec::new();
    let send = |token| client.describe_parameters().max_results(50).set_next_token(token).send();
    place
        .sink
        .ask_all(here(Call::DescribeParameters, region), send, |out| {
            let is_plain = |kind: &ParameterType| {
                matches!(kind, ParameterType::String | ParameterType::StringList)
            };
            let found = out.parameters().iter().filter(|it| it.r#type().is_some_and(is_plain));
            plain.extend(found.filter_map(|it| it.name.clone()));
            let parameters = list(out.parameters(), |parameter| {
                object! {
                    "Name": parameter.name(),
                    "ARN": parameter.arn(),
                    "Type": parameter.r#type().map(|kind| kind.as_str()),
                }
            });
            Page::new(object! { "Parameters": parameters }, out.next_token)
        })
        .await;
    for names in plain.chunks(VALUES_MAX) {
        let about = names.join(",");
        let asked = Asked { call: Call::GetParameters, region: Some(region), about: Some(&about) };
        let answer = client.get_parameters().set_names(Some(names.to_vec())).send();
        place
            .sink
            .ask(asked, answer, |out| {
                let parameters = list(out.parameters(), |parameter| {
                    object! {
                        "Name": parameter.name(),
                        "ARN": parameter.arn(),
                        "Type": parameter.r#type().map(|kind| kind.as_str()),
                        "Value": parameter.value(),
                    }
                });
                object! { "Parameters": parameters }
            })
            .await;
    }
}
