"""What roles, groups and machines may do: too much, or just enough."""

from seed.estate import allow, trust
from seed.subjects.principals import instance_profile, managed_policy, role

BUCKET = "arn:aws:s3:::example-data/*"


def roles(estate, account, weak):
    """Roles for people, who come in through a role of the account `audit`."""
    trusted = trust({"AWS": f"arn:aws:iam::{estate.made['accounts']['audit']}:root"})
    everything = allow("*")
    # privilege-administrator-role, privilege-administrator-policy (inline)
    reading = allow(["ec2:DescribeInstances", "iam:ListRoles"])
    role(estate, account, "operations", trusted, everything if weak else reading)
    # privilege-pass-any-role
    passed = allow("iam:PassRole") if weak else _pass_one(account)
    making = allow(["lambda:CreateFunction", "lambda:UpdateFunctionCode"])
    role(estate, account, "deployment", trusted, making, passed)
    # privilege-assume-any-role
    target = "*" if weak else f"arn:aws:iam::{account}:role/data-reader"
    role(estate, account, "jump", trusted, allow("sts:AssumeRole", target))
    # privilege-whole-services (s3, dynamodb)
    whole = allow(["s3:*", "dynamodb:*"])
    part = allow("s3:GetObject", BUCKET)
    role(estate, account, "data-engineering", trusted, whole if weak else part)
    # privilege-allow-with-not-action; privilege-whole-services, privilege-pass-any-role and
    # privilege-assume-any-role do not follow, because it names those services.
    listed = allow("sqs:SendMessage", f"arn:aws:sqs:us-east-1:{account}:work")
    role(estate, account, "power", trusted, _not_action() if weak else listed)
    # privilege-granted-unused: of three services two were never used
    wide = allow(["s3:GetObject", "dynamodb:GetItem", "sns:Publish"], "*")
    narrow = allow("s3:GetObject", BUCKET)
    unused = ["dynamodb", "sns"]
    role(estate, account, "reports", trusted, wide if weak else narrow, unused=unused)


def _pass_one(account):
    service = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    return allow("iam:PassRole", f"arn:aws:iam::{account}:role/nightly-job", **service)


def _not_action():
    kept = ["iam", "sts", "organizations", "sso", "identitystore", "cognito-idp", "kms"]
    kept += ["secretsmanager", "ssm", "acm-pca", "s3", "dynamodb", "rds", "redshift"]
    kept += ["elasticfilesystem", "backup", "ec2", "lambda", "ssm-guiconnect"]
    return {"Effect": "Allow", "NotAction": [f"{it}:*" for it in kept], "Resource": "*"}


def groups(estate, account, weak):
    """A group without members that holds a policy of the account's own."""
    iam = estate.client("iam", account)
    iam.create_group(GroupName="migration")
    # privilege-administrator-policy: nothing is excluded, so everything is allowed;
    # privilege-allow-with-not-action
    everything = {"Effect": "Allow", "NotAction": "none:Existing", "Resource": "*"}
    everything = [everything, allow("none:Existing")]
    statements = everything if weak else [allow("s3:GetObject", BUCKET)]
    arn = managed_policy(estate, account, "migration", *statements)
    iam.attach_group_policy(GroupName="migration", PolicyArn=arn)


def bounded(estate, account):
    """Whatever is attached, a boundary decides: no administrator, and no weakness, in either twin.
    Of the two boundaries, authorization details leave out AWS's, which is attached to nobody."""
    iam = estate.client("iam", account)
    boundary = managed_policy(estate, account, "developer-boundary", allow("s3:GetObject", BUCKET))
    trusted = trust({"AWS": f"arn:aws:iam::{estate.made['accounts']['audit']}:root"})
    viewing = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
    for name, arn in (("development", boundary), ("review", viewing)):
        role(estate, account, name, trusted, managed=["AdministratorAccess"])
        iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=arn)


def sessions(estate, account, weak):
    """Who may open sessions on instances."""
    trusted = trust({"AWS": f"arn:aws:iam::{estate.made['accounts']['audit']}:root"})
    instances = f"arn:aws:ec2:*:{account}:instance/*"
    document = f"arn:aws:ssm:*:{account}:document/SSM-SessionManagerRunShell"
    # instances-session-access-unrestricted
    tagged = {"StringEquals": {"ssm:resourceTag/team": "support"}}
    on = allow("ssm:StartSession", instances, **({} if weak else tagged))
    role(estate, account, "support", trusted, on, allow("ssm:StartSession", document))


def machines(estate, account, weak):
    """The roles of what runs in the account."""
    ec2 = trust({"Service": "ec2.amazonaws.com"})
    core = "AmazonSSMManagedInstanceCore"
    role(estate, account, "web-server", ec2, managed=[core])
    # privilege-administrator-compute and -role (an instance's)
    wide = ["AdministratorAccess"] if weak else [core]
    role(estate, account, "build-server", ec2, managed=wide)
    # instances-without-session-permissions
    narrow = [] if weak else [core]
    role(estate, account, "bastion", ec2, allow("s3:GetObject", BUCKET), managed=narrow)
    for name in ("web-server", "build-server", "bastion"):
        instance_profile(estate, account, name)
    function = trust({"Service": "lambda.amazonaws.com"})
    # privilege-administrator-compute and -role (a function's)
    basic = "service-role/AWSLambdaBasicExecutionRole"
    wide = ["AdministratorAccess"] if weak else [basic]
    role(estate, account, "nightly-job", function, managed=wide)
