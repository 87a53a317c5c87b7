use keyward_snapshot::{Call, Gap, InstanceState};

use super::machines::{label, subject};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "instances-metadata-v1",
    docs: crate::docs! {
        /// # Instance metadata without session tokens
        ///
        /// An instance answers requests to its metadata service that carry no session token
        /// (IMDSv1).
        ///
        /// ## Why it matters
        ///
        /// The metadata service hands out the credentials of the instance's role to whoever on the
        /// instance asks for `http://169.254.169.254/`. Version 1 is a plain `GET`, so that a web
        /// application that can be made to fetch a URL fetches the credentials too, and shows them.
        /// Version 2 wants a token first, by a `PUT` with a header that such requests can't be made
        /// to send.
        ///
        /// ## What is checked
        ///
        /// The metadata options of each instance that runs or is stopped: weak if the endpoint is
        /// enabled (`HttpEndpoint`) and tokens are optional (`HttpTokens`). An instance without a
        /// role counts too, since a role can be added at any time. Where the input does not carry
        /// the options, the answer is cannot-tell.
        ///
        /// ## Fix
        ///
        /// See whether something still uses version 1: CloudWatch's metric `MetadataNoToken` of the
        /// instance counts it. Update old SDKs and agents, then:
        ///
        /// ```sh
        /// aws ec2 modify-instance-metadata-options --instance-id i-1234567890abcdef0 \
        ///   --http-tokens required --http-put-response-hop-limit 2
        /// ```
        ///
        /// The hop limit of 2 lets containers on the instance reach the service. The account's
        /// default for new instances is `aws ec2 modify-instance-metadata-defaults --http-tokens
        /// required`, in each region.
        ///
        /// ## Fix safety
        ///
        /// Safe where `MetadataNoToken` has been 0 for two weeks; otherwise disruptive: software that
        /// uses version 1 loses the role's credentials and its knowledge of the instance. The same
        /// command with `--http-tokens optional` undoes it, without a restart.
        ///
        /// ## Weak
        ///
        /// ```json us-east-1/describe-instances.json
        /// {"Reservations": [{"Instances": [{"InstanceId": "i-1234567890abcdef0", "State": {"Code": 16, "Name": "running"}, "Placement": {"AvailabilityZone": "us-east-1a"},
        ///   "MetadataOptions": {"State": "applied", "HttpTokens": "optional", "HttpPutResponseHopLimit": 1, "HttpEndpoint": "enabled"}}]}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json us-east-1/describe-instances.json
        /// {"Reservations": [{"Instances": [
        ///   {"InstanceId": "i-1234567890abcdef0", "State": {"Code": 16, "Name": "running"}, "Placement": {"AvailabilityZone": "us-east-1a"},
        ///    "MetadataOptions": {"State": "applied", "HttpTokens": "required", "HttpPutResponseHopLimit": 2, "HttpEndpoint": "enabled"}},
        ///   {"InstanceId": "i-1234567890abcdef1", "State": {"Code": 80, "Name": "stopped"}, "Placement": {"AvailabilityZone": "us-east-1a"},
        ///    "MetadataOptions": {"State": "applied", "HttpTokens": "optional", "HttpPutResponseHopLimit": 1, "HttpEndpoint": "disabled"}}]}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html>
        /// - <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-transition-to-version-2.html>
    },
    severity: Severity::High,
    needs: &[Call::DescribeInstances],
    refines: &[],
    watch: &[
        "ec2:ModifyInstanceMetadataDefaults",
        "ec2:ModifyInstanceMetadataOptions",
        "ec2:RunInstances",
    ],
    preventable: &["ec2:ModifyInstanceMetadataOptions", "ec2:RunInstances"],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.instances, |instance| {
        if instance.state == InstanceState::Terminated {
            return None;
        }
        let subject = subject(view, instance);
        let label = label(instance);
        let Some(metadata) = instance.metadata else {
            let gap = Gap::not_collected(Call::DescribeInstances).about(&instance.id);
            return Some(Answer::cannot_tell(subject, &gap.in_region(&instance.region)));
        };
        let answer = match (metadata.enabled, metadata.tokens_required) {
            (true, false) => {
                Answer::weak(subject, format!("{label} hands out metadata without a token"))
                    .evidence(
                        "instance profile",
                        instance.instance_profile.as_deref().unwrap_or("none"),
                    )
            }
            (true, true) => {
                Answer::sound(subject, format!("{label} hands out metadata against a token only"))
            }
            (false, _) => Answer::sound(subject, format!("{label} hands out no metadata")),
        };
        Some(
            answer
                .evidence("HttpEndpoint", if metadata.enabled { "enabled" } else { "disabled" })
                .evidence(
                    "HttpTokens",
                    if metadata.tokens_required { "required" } else { "optional" },
                ),
        )
    })
}
