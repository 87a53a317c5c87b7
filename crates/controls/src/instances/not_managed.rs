use keyward_snapshot::{Call, InstanceState};

use super::machines::{label, managed, subject};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "instances-not-managed",
    docs: crate::docs! {
        /// # Instance that Systems Manager does not manage
        ///
        /// An instance runs, and Systems Manager does not list it among its managed nodes.
        ///
        /// ## Why it matters
        ///
        /// People reach such an instance only over the network, with SSH keys or passwords that IAM
        /// knows nothing of, and nobody's session is logged. Nor do patches and inventory reach it.
        ///
        /// ## What is checked
        ///
        /// Each instance that EC2 lists as running, against the list of managed nodes of Systems
        /// Manager. It is weak if it is not there. An instance that is listed is sound even while its
        /// agent does not answer; the evidence says so. Stopped instances are left out.
        ///
        /// Where the list of the instance's region was not read, the answer is cannot-tell. A list
        /// that lies among the input without its region may be of any region: then an instance that
        /// is in no list is weak.
        ///
        /// ## Fix
        ///
        /// Systems Manager needs three things: a running agent (`amazon-ssm-agent`, part of Amazon's
        /// images), permissions, and a way to its endpoints (`ssm`, `ssmmessages` and, for old
        /// agents, `ec2messages`) through the Internet or VPC endpoints.
        ///
        /// The permissions for a whole region come from Default Host Management Configuration, for
        /// instances with version 2 of the metadata service and agent 3.2.582.0 or later. It needs
        /// a role, once for the account, and the setting in each region:
        ///
        /// ```sh
        /// aws iam create-role --path /service-role/ \
        ///   --role-name AWSSystemsManagerDefaultEC2InstanceManagementRole \
        ///   --assume-role-policy-document '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
        /// aws iam attach-role-policy --role-name AWSSystemsManagerDefaultEC2InstanceManagementRole \
        ///   --policy-arn arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy
        /// aws ssm update-service-setting \
        ///   --setting-id arn:aws:ssm:us-east-1:111122223333:servicesetting/ssm/managed-instance/default-ec2-instance-management-role \
        ///   --setting-value service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole
        /// ```
        ///
        /// Those for one instance come from the AWS-managed policy `AmazonSSMManagedInstanceCore` on
        /// its role. There is no guardrail for it: an instance registers itself after it was started.
        ///
        /// ## Fix safety
        ///
        /// Safe: the agent opens connections outwards, and nothing that works today stops. Whoever
        /// may start sessions or run commands in the account can then reach the instance, so look
        /// at `instances-session-access-unrestricted` first. `aws ssm reset-service-setting` with
        /// the same `--setting-id` undoes it.
        ///
        /// ## Weak
        ///
        /// ```json us-east-1/describe-instances.json
        /// {"Reservations": [{"Instances": [{"InstanceId": "i-1234567890abcdef0", "State": {"Code": 16, "Name": "running"}, "Placement": {"AvailabilityZone": "us-east-1a"}}]}]}
        /// ```
        ///
        /// ```json us-east-1/describe-instance-information.json
        /// {"InstanceInformationList": []}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json us-east-1/describe-instances.json
        /// {"Reservations": [{"Instances": [{"InstanceId": "i-1234567890abcdef0", "State": {"Code": 16, "Name": "running"}, "Placement": {"AvailabilityZone": "us-east-1a"}}]}]}
        /// ```
        ///
        /// ```json us-east-1/describe-instance-information.json
        /// {"InstanceInformationList": [{"InstanceId": "i-1234567890abcdef0", "PingStatus": "Online", "ResourceType": "EC2Instance"}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html>
        /// - <https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html>
    },
    severity: Severity::Medium,
    needs: &[Call::DescribeInstances, Call::DescribeInstanceInformation],
    refines: &[],
    watch: &[
        "ec2:DisassociateIamInstanceProfile",
        "ec2:ReplaceIamInstanceProfileAssociation",
        "ec2:RunInstances",
        "ec2:StartInstances",
        "ssm:ResetServiceSetting",
        "ssm:UpdateServiceSetting",
    ],
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    view.each(&view.account.instances, |instance| {
        if instance.state != InstanceState::Running {
            return None;
        }
        let subject = subject(view, instance);
        let label = label(instance);
        let profile = instance.instance_profile.as_deref().unwrap_or("none");
        Some(match managed(view, instance) {
            Err(gap) => Answer::cannot_tell(subject, &gap),
            Ok(None) => Answer::weak(subject, format!("{label} is not managed by Systems Manager"))
                .evidence("in Systems Manager", "not listed")
                .evidence("instance profile", profile),
            Ok(Some(managed)) => {
                Answer::sound(subject, format!("{label} is managed by Systems Manager"))
                    .evidence("agent", if managed.online { "online" } else { "does not answer" })
            }
        })
    })
}
