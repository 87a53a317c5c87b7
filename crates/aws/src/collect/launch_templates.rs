//! EC2: launch templates, whose user data the importer looks at and drops.

use keyward_snapshot::Call;

use super::account::Place;
use super::here;
use crate::ask::Page;
use crate::json::{list, object};
use crate::session::client;

/// Reads the default and the latest version of all launch templates of a region.
pub(super) async fn collect(place: &Place, region: &str) {
    let client = client!(place.session, aws_sdk_ec2, region);
    let send = |token| {
        client
            .describe_launch_template_versions()
            .versions("$Default")
            .versions("$Latest")
            .max_results(200)
            .set_next_token(token)
            .send()
    };
    place
        .sink
        .ask_all(here(Call::DescribeLaunchTemplateVersions, region), send, |out| {
            let versions = list(out.launch_template_versions(), |version| {
                let data = version.launch_template_data().and_then(|data| data.user_data());
                object! {
                    "LaunchTemplateId": version.launch_template_id(),
                    "LaunchTemplateName": version.launch_template_name(),
                    "VersionNumber": version.version_number(),
                    "DefaultVersion": version.default_version(),
                    "LaunchTemplateData": object! { "UserData": data },
                }
            });
            Page::new(object! { "LaunchTemplateVersions": versions }, out.next_token)
        })
        .await;
}
