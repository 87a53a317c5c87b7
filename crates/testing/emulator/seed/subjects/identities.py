"""IAM: users, groups, roles, policies, passwords."""

from seed.estate import allow, policy, trust

LONG_AGO = "2024-01-15T09:00:00Z"


def password_policy(estate, account, weak):
    iam = estate.client("iam", account)
    if weak:
        iam.update_account_password_policy(MinimumPasswordLength=8)
    else:
        iam.update_account_password_policy(
            MinimumPasswordLength=16,
            RequireSymbols=True,
            RequireNumbers=True,
            RequireUppercaseCharacters=True,
            RequireLowercaseCharacters=True,
            PasswordReusePrevention=24,
        )


def group(estate, account, weak):
    """A group; weak: of administrators."""
    iam = estate.client("iam", account)
    iam.create_group(GroupName="developers")
    name = "AdministratorAccess" if weak else "ViewOnlyAccess"
    folder = "" if weak else "job-function/"
    arn = f"arn:aws:iam::aws:policy/{folder}{name}"
    iam.attach_group_policy(GroupName="developers", PolicyArn=arn)


def user(estate, account, weak, name="ci"):
    """A user with a key. Weak: an old one, a password without MFA, and a policy of its own. Sound:
    a new one, MFA, a boundary, and a group."""
    iam = estate.client("iam", account)
    iam.create_user(UserName=name, Tags=[{"Key": "team", "Value": "platform"}])
    key = iam.create_access_key(UserName=name)["AccessKey"]
    estate.made.setdefault("users", {})[f"{account}/{name}"] = {
        "access_key": key["AccessKeyId"],
        "secret_key": key["SecretAccessKey"],
    }
    iam.create_login_profile(UserName=name, Password="Example-password-1!")
    iam.add_user_to_group(GroupName="developers", UserName=name)
    if weak:
        estate.set_time("iam", account, ["users", name, "create_date"], LONG_AGO)
        estate.set_time("iam", account, ["users", name, "access_keys", "0", "create_date"], LONG_AGO)
        iam.put_user_policy(
            UserName=name, PolicyName="everything", PolicyDocument=policy(allow("*"))
        )
        return
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    iam.enable_mfa_device(
        UserName=name,
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1="123456",
        AuthenticationCode2="654321",
    )
    boundary = managed_policy(estate, account, "boundary", allow(["s3:*", "ec2:*", "iam:Get*"]))
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=boundary)


def managed_policy(estate, account, name, *statements):
    """A policy of the account; returns its ARN."""
    iam = estate.client("iam", account)
    arn = f"arn:aws:iam::{account}:policy/{name}"
    if any(it["Arn"] == arn for it in iam.list_policies(Scope="Local")["Policies"]):
        return arn
    return iam.create_policy(PolicyName=name, PolicyDocument=policy(*statements))["Policy"]["Arn"]


def role(estate, account, weak, name="deploy"):
    """A role. Weak: everybody may assume it, and it may do everything."""
    iam = estate.client("iam", account)
    condition = {"StringEquals": {"sts:ExternalId": "example-external-id"}}
    document = (
        trust({"AWS": "*"}) if weak else trust({"AWS": f"arn:aws:iam::{account}:root"}, **condition)
    )
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    statement = allow("*") if weak else allow("s3:GetObject", "arn:aws:s3:::example-bucket/*")
    arn = managed_policy(estate, account, f"{name}-policy", statement)
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)


def service_role(estate, account, service, name, *statements):
    """A role for a service; returns its ARN."""
    iam = estate.client("iam", account)
    document = trust({"Service": service})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(*statements))
    return arn


def guarded_user(estate, account, name="alerts"):
    """A user with an MFA device, and a boundary of AWS that is attached to nobody."""
    iam = estate.client("iam", account)
    iam.create_user(UserName=name)
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    iam.enable_mfa_device(
        UserName=name,
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1="123456",
        AuthenticationCode2="654321",
    )
    boundary = "arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess"
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=boundary)


def last_accessed(estate, account, name="deploy"):
    """What a role used: some, and some never."""
    arn = f"arn:aws:iam::{account}:role/{name}"
    services = [
        {
            "ServiceName": "Amazon S3",
            "ServiceNamespace": "s3",
            "LastAuthenticated": "2026-11-20T08:00:00Z",
            "LastAuthenticatedEntity": arn,
            "LastAuthenticatedRegion": "us-east-1",
        },
        {"ServiceName": "Amazon EC2", "ServiceNamespace": "ec2"},
    ]
    estate.control("set_extra", service="iam", account=account, name="last_accessed", value={arn: services})


def identity_providers(estate, account, weak):
    """Sound: single sign-on for a pipeline, without keys."""
    if weak:
        return
    iam = estate.client("iam", account)
    url = "https://token.actions.githubusercontent.com"
    iam.create_open_id_connect_provider(
        Url=url, ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )
    iam.create_saml_provider(SAMLMetadataDocument="<x>" + "a" * 1000 + "</x>", Name="company")
