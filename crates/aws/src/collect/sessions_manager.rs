//! Systems Manager: which instances it manages, and what is set for sessions.

use aws_sdk_ssm::types::DocumentFormat;
use keyward_snapshot::Call;

use super::account::Place;
use super::here;
use crate::ask::Page;
use crate::json::{list, object};
use crate::session::client;

/// The document that holds the preferences of Session Manager.
const PREFERENCES: &str = "SSM-SessionManagerRunShell";

/// Reads what Systems Manager says about a region.
pub(super) async fn collect(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_ssm, region);
    let send =
        |token| client.describe_instance_information().max_results(50).set_next_token(token).send();
    place
        .sink
        .ask_all(here(Call::DescribeInstanceInformation, region), send, |out| {
            let instances = list(out.instance_information_list(), |instance| {
                object! {
                    "InstanceId": instance.instance_id(),
                    "PingStatus": instance.ping_status().map(|status| status.as_str()),
                }
            });
            Page::new(object! { "InstanceInformationList": instances }, out.next_token)
        })
        .await;
    let answer =
        client.get_document().name(PREFERENCES).document_format(DocumentFormat::Json).send();
    place
        .sink
        .ask(here(Call::GetDocument, region), answer, |out| {
            object! { "Name": out.name(), "Content": out.content(), "DocumentFormat": "JSON" }
        })
        .await;
}
