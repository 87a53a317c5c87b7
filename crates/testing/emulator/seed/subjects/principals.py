"""Users, groups and roles as they look after some time: with dates, and with what they used."""

from seed.estate import ago, policy, trust

AWS = "arn:aws:iam::aws:policy/"
# What an administrator's services look like; AWS lists hundreds.
SERVICES = {
    "ec2": "Amazon EC2",
    "iam": "AWS Identity and Access Management",
    "lambda": "AWS Lambda",
    "logs": "Amazon CloudWatch Logs",
    "s3": "Amazon S3",
    "secretsmanager": "AWS Secrets Manager",
}
# AWS keeps last uses for 400 days.
NEVER = 400
# What the groups of this seed grant.
GROUPS = ["ec2", "iam", "logs"]
MANAGED = {
    "AdministratorAccess": list(SERVICES),
    "AmazonSSMManagedInstanceCore": ["ec2messages", "ssm", "ssmmessages"],
    "SecurityAudit": ["cloudtrail", "config", "ec2", "iam", "lambda", "s3", "secretsmanager"],
    "job-function/ViewOnlyAccess": ["ec2", "iam", "s3"],
    "service-role/AWSLambdaBasicExecutionRole": ["logs"],
}


def role(
    estate, account, name, trusted, *statements, managed=(), own=(), used=3, unused=(), path="/"
):
    """A role that was made long ago and used `used` days ago (None: never); of the services that it
    grants all were used lately but the `unused` ones. Returns its ARN."""
    iam = estate.client("iam", account)
    made = iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=trusted)["Role"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(*statements))
    for one in managed:
        iam.attach_role_policy(RoleName=name, PolicyArn=AWS + one)
    for arn in own:
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    place = ["roles", made["RoleId"]]
    estate.set_time("iam", account, [*place, "create_date"], ago(420))
    if used is not None:
        estate.set_time("iam", account, [*place, "last_used"], ago(used))
        estate.set("iam", account, [*place, "last_used_region"], "us-east-1")
    granted = _services(statements, managed)
    _note(estate, account, made["Arn"], granted, NEVER if used is None else used, unused)
    return made["Arn"]


def service_role(estate, account, name, service, *statements, weak=False, **more):
    """A role of an AWS service; sound: only on behalf of this account."""
    source = {} if weak else {"StringEquals": {"aws:SourceAccount": account}}
    trusted = trust({"Service": f"{service}.amazonaws.com"}, **source)
    return role(estate, account, name, trusted, *statements, **more)


def instance_profile(estate, account, name):
    """Puts a role into an instance profile of the same name."""
    iam = estate.client("iam", account)
    arn = iam.create_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Arn"]
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    return arn


def user(
    estate, account, name, made=300, password_used=None, password=False, mfa=False, keys=(),
    groups=(), managed=(), statements=(), used=None,
):  # fmt: skip
    """An IAM user. `password_used`: days ago, with `password` alone: never. `keys`: pairs of an age
    in days and of how many days ago it was used (None: never). `used`: which of the services that
    it is granted it used (None: all)."""
    iam = estate.client("iam", account)
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    estate.set_time("iam", account, ["users", name, "create_date"], ago(made))
    if password or password_used is not None:
        iam.create_login_profile(UserName=name, Password="Example-password-1!")
    if password_used is not None:
        estate.set_time("iam", account, ["users", name, "password_last_used"], ago(password_used))
    if mfa:
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
        codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
        iam.enable_mfa_device(UserName=name, SerialNumber=device["SerialNumber"], **codes)
    for number, (age, key_used) in enumerate(keys):
        key = iam.create_access_key(UserName=name)["AccessKey"]
        place = ["users", name, "access_keys", str(number)]
        estate.set_time("iam", account, [*place, "create_date"], ago(age))
        if key_used is not None:
            estate.set_time("iam", account, [*place, "last_used"], ago(key_used))
        made_keys = estate.made.setdefault("users", {}).setdefault(f"{account}/{name}", [])
        made_keys.append({"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]})
    for group in groups:
        iam.add_user_to_group(GroupName=group, UserName=name)
    for one in managed:
        iam.attach_user_policy(UserName=name, PolicyArn=AWS + one)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy(*statements))
    granted = _services(statements, managed) | (set(GROUPS) if groups else set())
    uses = [days for days in (password_used, *dict(keys).values()) if days is not None]
    unused = granted - set(granted if used is None else used)
    _note(estate, account, arn, granted, min(uses, default=NEVER), unused)
    return arn


def managed_policy(estate, account, name, *statements):
    """A customer-managed policy; returns its ARN."""
    iam = estate.client("iam", account)
    document = policy(*statements)
    return iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]


def last_accessed(estate, account):
    """Tells the emulator what everybody in the account used."""
    value = estate.noted.get(account, {})
    estate.control("set_extra", service="iam", account=account, name="last_accessed", value=value)


def note_services(estate, account, arn, services, used=1):
    """More services that a principal is granted, by policies that were attached elsewhere."""
    _note(estate, account, arn, set(services), used, ())


def _services(statements, managed):
    granted = {service for one in managed for service in MANAGED.get(one, ())}
    for statement in statements:
        if statement["Effect"] == "Allow":
            actions = statement.get("Action", "*")
            for action in [actions] if isinstance(actions, str) else actions:
                service = action.split(":")[0].lower()
                granted |= set(SERVICES) if service == "*" else {service}
    return granted


def _note(estate, account, arn, granted, used, unused):
    listed = estate.noted.setdefault(account, {}).setdefault(arn, [])
    for service in sorted(granted):
        one = {"ServiceName": SERVICES.get(service, service), "ServiceNamespace": service}
        if service not in unused and used < NEVER:
            one["LastAuthenticated"] = ago(used)
            one["LastAuthenticatedEntity"] = arn
            one["LastAuthenticatedRegion"] = "us-east-1"
        listed.append(one)
