use keyward_snapshot::Call;

use super::ports::{SSH, open};
use crate::{Answer, Control, Find, Severity, View};

pub(crate) static CONTROL: Control = Control {
    id: "instances-ssh-open",
    docs: crate::docs! {
        /// # SSH open to the Internet
        ///
        /// A security group lets everybody on the Internet connect to TCP port 22.
        ///
        /// ## Why it matters
        ///
        /// Every address on the Internet is tried on this port within minutes. What then stands between
        /// a stranger and the machine is the quality of its keys and passwords, and the next flaw of
        /// its SSH server. Such a login leaves its traces on the machine only, where an intruder can
        /// wipe them.
        ///
        /// ## What is checked
        ///
        /// All inbound rules of a security group that let TCP port 22 in, be it by itself, in a
        /// range of ports, or with all ports or all protocols. The sources of all these rules
        /// together, managed prefix lists resolved, are compared with the public addresses of IPv4
        /// and with those of IPv6 (`2000::/3`). Private and other unrouted blocks do not count, so
        /// that a list of ranges that leaves out only these is the whole Internet all the same.
        ///
        /// - All public addresses of a family: weak, critical.
        /// - At least half of them, such as `0.0.0.0/1`: weak, lowered to high.
        /// - No network interface uses the group: high, since nothing is reachable yet. Where the
        ///   network interfaces of its region were not read, the group is taken to be in use.
        ///
        /// Where a rule names a prefix list that was not read, or a source that is no range of
        /// addresses, and the other sources do not decide, the answer is cannot-tell. Network ACLs,
        /// routes and public addresses are not weighed: they change without anybody thinking of
        /// this group.
        ///
        /// ## Fix
        ///
        /// Reach the instances through Session Manager, which needs no inbound rule, `ssh` and
        /// `scp` included. Then find the rule and take it away, whether it is for IPv4, IPv6 or a
        /// prefix list:
        ///
        /// ```sh
        /// aws ec2 describe-security-group-rules --filters Name=group-id,Values=sg-0123456789abcdef0
        /// aws ec2 revoke-security-group-ingress --group-id sg-0123456789abcdef0 \
        ///   --security-group-rule-ids sgr-0123456789abcdef0
        /// ```
        ///
        /// A rule for more ports is taken away whole; allow the other ports again where they are
        /// needed. There is no guardrail for it: AWS has no condition key for the ports of a rule.
        ///
        /// ## Fix safety
        ///
        /// Disruptive: people who connect over the Internet can't connect any more. Check first
        /// that Session Manager reaches the instances, and keep what
        /// `describe-security-group-rules` printed: `aws ec2 authorize-security-group-ingress` with
        /// the old rule undoes it.
        ///
        /// ## Weak
        ///
        /// ```json us-east-1/describe-security-groups.json
        /// {"SecurityGroups": [{"GroupId": "sg-0123456789abcdef0", "GroupName": "bastion", "OwnerId": "111122223333", "VpcId": "vpc-0123456789abcdef0",
        ///   "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}]}]}
        /// ```
        ///
        /// ```json us-east-1/describe-network-interfaces.json
        /// {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-0123456789abcdef0", "AvailabilityZone": "us-east-1a", "OwnerId": "111122223333",
        ///   "Attachment": {"InstanceId": "i-1234567890abcdef0"}, "Groups": [{"GroupId": "sg-0123456789abcdef0", "GroupName": "bastion"}]}]}
        /// ```
        ///
        /// ## Weak: two halves, through a prefix list and all protocols over IPv6
        ///
        /// ```json us-east-1/describe-security-groups.json
        /// {"SecurityGroups": [{"GroupId": "sg-0123456789abcdef0", "GroupName": "halves", "OwnerId": "111122223333",
        ///   "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 0, "ToPort": 4000, "IpRanges": [{"CidrIp": "0.0.0.0/1"}], "Ipv6Ranges": [], "PrefixListIds": [{"PrefixListId": "pl-0123456789abcdef0"}], "UserIdGroupPairs": []}]},
        ///  {"GroupId": "sg-0123456789abcdef1", "GroupName": "all", "OwnerId": "111122223333",
        ///   "IpPermissions": [{"IpProtocol": "-1", "IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/0"}], "PrefixListIds": [], "UserIdGroupPairs": []}]}]}
        /// ```
        ///
        /// ```json us-east-1/get-managed-prefix-list-entries/pl-0123456789abcdef0.json
        /// {"Entries": [{"Cidr": "128.0.0.0/1", "Description": "the other half"}]}
        /// ```
        ///
        /// ## Sound
        ///
        /// ```json us-east-1/describe-security-groups.json
        /// {"SecurityGroups": [{"GroupId": "sg-0123456789abcdef0", "GroupName": "web", "OwnerId": "111122223333",
        ///   "IpPermissions": [
        ///    {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []},
        ///    {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}]}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
        /// - <https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html>
        /// - <https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html>
    },
    severity: Severity::Critical,
    needs: &[Call::DescribeSecurityGroups, Call::GetManagedPrefixListEntries],
    refines: &[Call::DescribeNetworkInterfaces],
    watch: &[
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:ModifyManagedPrefixList",
        "ec2:ModifySecurityGroupRules",
        "ec2:RestoreManagedPrefixListVersion",
    ],
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    open(view, SSH)
}
