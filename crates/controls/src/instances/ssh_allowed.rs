use keyward_snapshot::Call;

use super::ports::{SSH, allowed};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "instances-ssh-allowed",
    docs: crate::docs! {
        /// # SSH allowed
        ///
        /// A security group has an inbound rule that lets TCP port 22 in, from wherever.
        ///
        /// ## Why it matters
        ///
        /// Session Manager needs no inbound rule at all: the agent on the instance opens the
        /// connection outwards, IAM says who may use it, and CloudTrail records who did. A rule for
        /// SSH keeps a second way in open, with credentials of its own that IAM can't revoke.
        ///
        /// ## What is checked
        ///
        /// All inbound rules of a security group. It is weak if one of them lets TCP port 22 in, by
        /// itself, in a range of ports, or with all ports or all protocols, from any source: a range
        /// of addresses, a prefix list or a security group. The default group of a VPC, which admits
        /// everything from its own members, is among them.
        ///
        /// This is for information: it counts what is left until no instance needs SSH. Who is let
        /// in from the whole Internet is the question of `instances-ssh-open`. Groups that were not
        /// read are cannot-tell.
        ///
        /// ## Fix
        ///
        /// Move people and tools to Session Manager: `aws ssm start-session`, and for `ssh`, `scp` and
        /// Ansible the proxy command with the document `AWS-StartSSHSession`, which needs no open port.
        /// Then take the rule away:
        ///
        /// ```sh
        /// aws ec2 describe-security-group-rules --filters Name=group-id,Values=sg-0123456789abcdef0
        /// aws ec2 revoke-security-group-ingress --group-id sg-0123456789abcdef0 --security-group-rule-ids sgr-0123456789abcdef0
        /// ```
        ///
        /// There is no guardrail for it: AWS has no condition key for the ports of a rule.
        ///
        /// ## Fix safety
        ///
        /// Disruptive: connections from these sources end, deployment tools that use SSH included.
        /// VPC flow logs show which sources still connect. `aws ec2
        /// authorize-security-group-ingress` with the old rule undoes it.
        ///
        /// ## Weak
        ///
        /// ```json us-east-1/describe-security-groups.json
        /// {"SecurityGroups": [{"GroupId": "sg-0123456789abcdef0", "GroupName": "web", "OwnerId": "111122223333",
        ///   "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [{"GroupId": "sg-0123456789abcdef1", "UserId": "111122223333"}]}]}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json us-east-1/describe-security-groups.json
        /// {"SecurityGroups": [{"GroupId": "sg-0123456789abcdef0", "GroupName": "web", "OwnerId": "111122223333",
        ///   "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}]}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html>
        /// - <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
    },
    severity: Severity::Info,
    needs: &[Call::DescribeSecurityGroups],
    refines: &[],
    watch: &["ec2:AuthorizeSecurityGroupIngress", "ec2:ModifySecurityGroupRules"],
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    allowed(view, SSH)
}
