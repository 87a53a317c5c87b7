use keyward_access::{Answer as Access, Identities, function_role, instance_role};
use keyward_snapshot::{Call, Function, Gap, Instance, InstanceState, Role};

use super::principals::{GUARDRAILS, listed, of_role};
use crate::instances::machines;
use crate::{Answer, Control, Find, Severity, Subject, View};

pub(crate) static CONTROL: Control = Control {
    id: "privilege-administrator-compute",
    docs: crate::docs! {
        /// # Instance or function that runs as administrator
        ///
        /// A running instance or a Lambda function has a role that may do everything in the
        /// account.
        ///
        /// ## Why it matters
        ///
        /// The role's credentials lie within reach of every process on the instance, and in the
        /// environment of the function. One hole in the software that runs there, such as a request
        /// that the server can be made to send, or a poisoned dependency, hands over the account
        /// instead of one application.
        ///
        /// ## What is checked
        ///
        /// For each running instance the role of its instance profile, and for each Lambda function
        /// its execution role: the role's policies, its permissions boundary and the service
        /// control policies over the account are evaluated together. Weak if they allow everything,
        /// however that is spelled. An instance without a role, or a function whose role does not
        /// exist, is sound.
        ///
        /// "Everything" means: an action of a service that does not exist, which only a wildcard
        /// over all services can allow, and one of the actions that grant permissions (attaching a
        /// policy, writing an inline policy or a policy's new version). Whoever has both can have
        /// the rest, so a deny of other actions does not make an administrator sound.
        ///
        /// Service control policies that were not read are taken to deny nothing, and the evidence
        /// says so. Where the answer hangs on the context of a request, or the role or one of its
        /// policies was not read, it is cannot-tell. Instances that do not run are left out. The setting
        /// `break_glass` excuses nothing here: no emergency needs a machine that is administrator
        /// all the time.
        ///
        /// ## Fix
        ///
        /// Give the application a role with the permissions that it uses:
        ///
        /// ```sh
        /// aws ec2 describe-iam-instance-profile-associations --filters Name=instance-id,Values=i-1234567890abcdef0
        /// aws ec2 replace-iam-instance-profile-association --association-id iip-assoc-EXAMPLE --iam-instance-profile Name=web
        /// aws lambda update-function-configuration --function-name web --role arn:aws:iam::111122223333:role/web
        /// ```
        ///
        /// There is no guardrail for it: no condition key tells what the role that is being passed
        /// may do.
        ///
        /// ## Fix safety
        ///
        /// Disruptive: whatever the software does that the new role does not allow begins to fail,
        /// on an instance within minutes, when the credentials are renewed. Giving the old role back
        /// undoes it.
        ///
        /// ## Weak: an instance
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
        ///   "RolePolicyList": [{"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]}]}
        /// ```
        ///
        /// ```json us-east-1/describe-instances.json
        /// {"Reservations": [{"Instances": [{"InstanceId": "i-1234567890abcdef0", "State": {"Code": 16, "Name": "running"}, "Placement": {"AvailabilityZone": "us-east-1a"},
        ///   "IamInstanceProfile": {"Arn": "arn:aws:iam::111122223333:instance-profile/web", "Id": "AIPAEXAMPLE000000001"}}]}]}
        /// ```
        ///
        /// ## Weak: a function
        ///
        /// ```text
        /// An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your account is not a member of an organization.
        /// ```
        ///
        /// ```json
        /// {"UserDetailList": [], "GroupDetailList": [], "Policies": [],
        ///  "RoleDetailList": [{"Path": "/", "RoleName": "web", "RoleId": "AROAEXAMPLE000000001", "Arn": "arn:aws:iam::111122223333:role/web", "CreateDate": "2026-01-01T00:00:00Z",
        ///   "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        ///   "InstanceProfileList": [], "AttachedManagedPolicies": [],
        ///   "RolePolicyList": [{"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]}]}
        /// ```
        ///
        /// ```json
        /// {"Functions": [{"FunctionName": "web", "FunctionArn": "arn:aws:lambda:us-east-1:111122223333:function:web", "Role": "arn:aws:iam::111122223333:role/web"}]}
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
        ///   "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        ///   "InstanceProfileList": [], "AttachedManagedPolicies": [],
        ///   "RolePolicyList": [{"PolicyName": "read", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::example-pages/*"}]}}]}]}
        /// ```
        ///
        /// ```json
        /// {"Functions": [{"FunctionName": "web", "FunctionArn": "arn:aws:lambda:us-east-1:111122223333:function:web", "Role": "arn:aws:iam::111122223333:role/web"}]}
        /// ```
        ///
        /// ```json us-east-1/describe-instances.json
        /// {"Reservations": [{"Instances": [{"InstanceId": "i-1234567890abcdef0", "State": {"Code": 16, "Name": "running"}, "Placement": {"AvailabilityZone": "us-east-1a"}}]}]}
        /// ```
        ///
        /// ## References
        ///
        /// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2.html>
        /// - <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>
    },
    severity: Severity::Critical,
    needs: &[Call::DescribeInstances, Call::ListFunctions, Call::GetAccountAuthorizationDetails],
    refines: GUARDRAILS,
    watch: &[
        "ec2:AssociateIamInstanceProfile",
        "ec2:ReplaceIamInstanceProfileAssociation",
        "ec2:RunInstances",
        "ec2:StartInstances",
        "iam:AddRoleToInstanceProfile",
        "iam:AttachRolePolicy",
        "iam:CreatePolicyVersion",
        "iam:DeleteRolePermissionsBoundary",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:SetDefaultPolicyVersion",
        "lambda:CreateFunction",
        "lambda:UpdateFunctionConfiguration",
        "organizations:DetachPolicy",
        "organizations:UpdatePolicy",
    ],
    preventable: &[],
    find: Find::Account(find),
    prevent: None,
};

fn find(view: &View<'_>) -> Vec<Answer> {
    let identities = Identities::new(view.head, view.account);
    let mut answers = view.each(&view.account.instances, |instance| {
        (instance.state == InstanceState::Running).then(|| of_instance(view, &identities, instance))
    });
    let functions = view
        .each(&view.account.functions, |function| Some(of_function(view, &identities, function)));
    answers.extend(functions);
    answers
}

fn of_instance(view: &View<'_>, identities: &Identities<'_>, instance: &Instance) -> Answer {
    let (subject, label) = (machines::subject(view, instance), machines::label(instance));
    judge(identities, subject, &label, instance_role(view.account, instance))
}

fn of_function(view: &View<'_>, identities: &Identities<'_>, function: &Function) -> Answer {
    let subject = Subject::new(&function.arn).in_region(&function.region);
    let label = format!("Function `{}`", function.name);
    judge(identities, subject, &label, function_role(view.account, function))
}

fn judge<'a>(
    identities: &Identities<'a>,
    subject: Subject,
    label: &str,
    role: Result<Option<&'a Role>, Gap>,
) -> Answer {
    let role = match role {
        Err(gap) => return Answer::cannot_tell(subject, &gap),
        Ok(None) => {
            return Answer::sound(subject, format!("{label} has no role"))
                .evidence("role", "none in the account");
        }
        Ok(Some(role)) => role,
    };
    let name = &role.name;
    match of_role(identities, role).permissions.administrator(&role.arn) {
        Access::Yes(because) => {
            Answer::weak(subject, format!("{label} runs as the administrator role `{name}`"))
                .evidence("role", &role.arn)
                .allowed_by(&because)
        }
        Access::No(because) => {
            Answer::sound(subject, format!("{label} runs as `{name}`, which is no administrator"))
                .evidence("role", &role.arn)
                .denied_since(&because)
        }
        Access::Depends(keys) => {
            let keys = listed(&keys);
            let title =
                format!("{label}: whether its role `{name}` is administrator depends on {keys}");
            Answer::undecided(subject, title).evidence("role", &role.arn)
        }
        Access::CannotTell(gap) => Answer::cannot_tell(subject, &gap),
    }
}
