use keyward_access::{Answer as Access, Identities, Permissions, instance_role};
use keyward_policy::Context;
use keyward_snapshot::{Call, Gap, Instance, InstanceState, ManagedInstance, Role};

use super::machines::{label, managed, subject};
use crate::privilege::principals::listed;
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "instances-without-session-permissions",
    docs: crate::docs! {
        /// # Instance without permissions for sessions
        ///
        /// The role of a running instance does not allow what the agent of Systems Manager needs for
        /// sessions, or the instance has no role.
        ///
        /// ## Why it matters
        ///
        /// Without these permissions Session Manager can't reach the instance, however healthy its
        /// agent is, and people keep their SSH keys and open ports.
        ///
        /// ## What is checked
        ///
        /// For each running instance, the role of its instance profile: its policies, its
        /// permissions boundary and the service control policies over the account are asked for
        /// `ssm:UpdateInstanceInformation`, and for `CreateControlChannel`, `CreateDataChannel`,
        /// `OpenControlChannel` and `OpenDataChannel` of `ssmmessages`. Weak if one of them is
        /// denied, or there is no role.
        ///
        /// Default Host Management Configuration gives permissions to instances whose own role has
        /// none: an instance without a role, or whose role does not allow
        /// `ssm:UpdateInstanceInformation`, is sound all the same if Systems Manager lists it and its
        /// agent is online, since it got its permissions there.
        ///
        /// Where the role, one of its policies or the service control policies were not read, where
        /// the answer hangs on the context of a request, or where the list of managed nodes of the
        /// region was not read and would decide, it is cannot-tell. Stopped instances are left out.
        ///
        /// ## Fix
        ///
        /// Add the AWS-managed policy to the role, or a role with it to the instance:
        ///
        /// ```sh
        /// aws iam attach-role-policy --role-name web --policy-arn arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore
        /// aws ec2 associate-iam-instance-profile --instance-id i-1234567890abcdef0 --iam-instance-profile Name=web
        /// ```
        ///
        /// Or turn on Default Host Management Configuration for the region, which serves all
        /// instances with version 2 of the metadata service and a recent agent. There is no
        /// guardrail for it: a missing permission can't be denied.
        ///
        /// ## Fix safety
        ///
        /// Safe: permissions are added, and none is taken away. `AmazonSSMManagedInstanceCore` also
        /// lets the instance read the account's plain parameters (`ssm:GetParameter`); where these
        /// hold secrets, write a policy with the five actions alone. `aws iam detach-role-policy`
        /// undoes it.
        ///
        /// ## Weak
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"Path": "/", "RoleName": "web", "RoleId": "AROAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:role/web", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        ///   "InstanceProfileList": [{"Path": "/", "InstanceProfileName": "web", "InstanceProfileId": "AIPAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:instance-profile/web", "CreateDate": "2026-01-01T00:00:00Z", "Roles": []}],
        ///   "AttachedManagedPolicies": [],
        ///   "RolePolicyList": [{"PolicyName": "read", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "ssm:UpdateInstanceInformation"], "Resource": "*"}]}}]}]}
        /// ```
        ///
        /// ```json us-east-1/describe-instances.json
        /// {"Reservations": [{"Instances": [{"InstanceId": "i-1234567890abcdef0", "State": {"Code": 16, "Name": "running"}, "Placement": {"AvailabilityZone": "us-east-1a"},
        ///   "IamInstanceProfile": {"Arn": "arn:aws:iam::111122223333:instance-profile/web", "Id": "AIPAEXAMPLE000000001"}}]}]}
        /// ```
        ///
        /// ## Weak: no role, and not managed either
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
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
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"Path": "/", "RoleName": "web", "RoleId": "AROAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:role/web", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        ///   "InstanceProfileList": [{"Path": "/", "InstanceProfileName": "web", "InstanceProfileId": "AIPAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:instance-profile/web", "CreateDate": "2026-01-01T00:00:00Z", "Roles": []}],
        ///   "AttachedManagedPolicies": [],
        ///   "RolePolicyList": [{"PolicyName": "sessions", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["ssm:UpdateInstanceInformation", "ssmmessages:*"], "Resource": "*"}]}}]}]}
        /// ```
        ///
        /// ```json us-east-1/describe-instances.json
        /// {"Reservations": [{"Instances": [{"InstanceId": "i-1234567890abcdef0", "State": {"Code": 16, "Name": "running"}, "Placement": {"AvailabilityZone": "us-east-1a"},
        ///   "IamInstanceProfile": {"Arn": "arn:aws:iam::111122223333:instance-profile/web", "Id": "AIPAEXAMPLE000000001"}}]}]}
        /// ```
        ///
        /// ## Sound: managed by Default Host Management Configuration
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
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
        /// - <https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-getting-started-instance-profile.html>
        /// - <https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html>
    },
    severity: Severity::Medium,
    needs: &[
        Call::DescribeInstances,
        Call::DescribeInstanceInformation,
        Call::GetAccountAuthorizationDetails,
        Call::DescribeOrganization,
        Call::ListRoots,
        Call::ListChildren,
        Call::ListPolicies,
        Call::DescribePolicy,
        Call::ListTargetsForPolicy,
    ],
    refines: &[],
    watch: &[
        "ec2:DisassociateIamInstanceProfile",
        "ec2:ReplaceIamInstanceProfileAssociation",
        "ec2:RunInstances",
        "ec2:StartInstances",
        "iam:CreatePolicyVersion",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:SetDefaultPolicyVersion",
        "organizations:AttachPolicy",
        "organizations:UpdatePolicy",
    ],
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

/// Registers the instance with Systems Manager. The agent takes the permissions of Default Host
/// Management Configuration where the instance's own role does not allow it.
const REGISTER: &str = "ssm:UpdateInstanceInformation";

/// What a session needs besides; these actions know no resources.
const CHANNELS: &[&str] = &[
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
];

fn find(view: &View<'_>) -> Vec<Answer> {
    let identities = Identities::new(view.head, view.account);
    view.each(&view.account.instances, |instance| {
        (instance.state == InstanceState::Running).then(|| {
            let subject = subject(view, instance);
            let answer = answer(view, &identities, instance, &subject);
            answer.unwrap_or_else(|gap| Answer::cannot_tell(subject, &gap))
        })
    })
}

fn answer(
    view: &View<'_>,
    identities: &Identities<'_>,
    instance: &Instance,
    subject: &Subject,
) -> Result<Answer, Gap> {
    let label = label(instance);
    let Some(role) = instance_role(view.account, instance)? else {
        let managed = managed(view, instance)?;
        return Ok(match managed {
            Some(managed) if managed.online => by_default(subject, &label, managed),
            _ => Answer::weak(subject.clone(), format!("{label} has no role"))
                .evidence("role", "none")
                .evidence("in Systems Manager", "not online"),
        });
    };
    let permissions = identities.role(role);
    let asked = Asked::new(&permissions, role, &subject.resource, &instance.region)?;
    if asked.denied.is_empty() && !asked.keys.is_empty() {
        let keys = listed(&asked.keys);
        let title = format!("{label}: whether its role allows sessions depends on {keys}");
        return Ok(Answer::undecided(subject.clone(), title));
    }
    if asked.denied.is_empty() {
        let title = format!("{label} has the permissions for sessions");
        return Ok(Answer::sound(subject.clone(), title)
            .evidence("role", &role.arn)
            .allowed_by(&asked.because));
    }
    if asked.denied.contains(&REGISTER)
        && let Some(managed) = managed(view, instance)?.filter(|managed| managed.online)
    {
        return Ok(by_default(subject, &label, managed).evidence("role", &role.arn));
    }
    let title = format!("{label} lacks permissions for sessions");
    Ok(Answer::weak(subject.clone(), title)
        .evidence("role", &role.arn)
        .evidence("denied", listed(&asked.denied)))
}

fn by_default(subject: &Subject, label: &str, managed: &ManagedInstance) -> Answer {
    let title = format!("{label} is managed without permissions of its own");
    Answer::sound(subject.clone(), title)
        .evidence("in Systems Manager", if managed.online { "online" } else { "not online" })
        .evidence("permissions from", "Default Host Management Configuration")
}

/// What a role answers to the five actions.
#[derive(Debug, Default)]
struct Asked {
    denied: Vec<&'static str>,
    keys: Vec<String>,
    because: Vec<String>,
}

impl Asked {
    fn new(
        permissions: &Permissions<'_>,
        role: &Role,
        instance: &str,
        region: &str,
    ) -> Result<Self, Gap> {
        let context = Context::open()
            .with("aws:RequestedRegion", region)
            .with("ec2:SourceInstanceARN", instance);
        let questions = CHANNELS.iter().map(|action| (*action, "*"));
        let mut asked = Self::default();
        for (action, resource) in questions.chain([(REGISTER, instance)]) {
            match permissions.may(&role.arn, action, resource, context.clone()) {
                Access::Yes(because) => asked.because.extend(because),
                Access::No(_) => asked.denied.push(action),
                Access::Depends(keys) => asked.keys.extend(keys),
                Access::CannotTell(gap) => return Err(gap),
            }
        }
        for list in [&mut asked.keys, &mut asked.because] {
            list.sort();
            list.dedup();
        }
        Ok(asked)
    }
}
