use keyward_snapshot::Call;

use super::ports::{RDP, allowed};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "instances-rdp-allowed",
    docs: crate::docs! {
        /// # Remote Desktop allowed
        ///
        /// A security group has an inbound rule that lets TCP port 3389 in, from wherever.
        ///
        /// ## Why it matters
        ///
        /// Session Manager needs no inbound rule at all: the agent on the instance opens the
        /// connection outwards, IAM says who may use it, and CloudTrail records who did. A rule for
        /// Remote Desktop keeps a second way in open, with credentials of its own that IAM can't
        /// revoke.
        ///
        /// ## What is checked
        ///
        /// All inbound rules of a security group. It is weak if one of them lets TCP port 3389 in, by
        /// itself, in a range of ports, or with all ports or all protocols, from any source: a range
        /// of addresses, a prefix list or a security group. The default group of a VPC, which admits
        /// everything from its own members, is among them.
        ///
        /// This is for information: it counts what is left until no instance needs Remote Desktop.
        /// Who is let in from the whole Internet is the question of `instances-rdp-open`. Groups
        /// that were not read are cannot-tell.
        ///
        /// ## Fix
        ///
        /// Move people to Fleet Manager's Remote Desktop, or to Session Manager's port forwarding with the
        /// document `AWS-StartPortForwardingSession` to port 3389, which needs no open port. Then take
        /// the rule away:
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
        /// Disruptive: connections from these sources end, those of deployment tools included.
        /// VPC flow logs show which sources still connect. `aws ec2
        /// authorize-security-group-ingress` with the old rule undoes it.
        ///
        /// ## Weak
        ///
        /// ```json us-east-1/describe-security-groups.json
        /// {"SecurityGroups": [{"GroupId": "sg-0123456789abcdef0", "GroupName": "web", "OwnerId": "111122223333",
        ///   "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 3389, "ToPort": 3389, "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [{"GroupId": "sg-0123456789abcdef1", "UserId": "111122223333"}]}]}]}
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
    allowed(view, RDP)
}
