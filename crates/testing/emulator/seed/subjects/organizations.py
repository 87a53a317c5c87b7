"""The organization itself: accounts, units, control policies, trusted access."""

from seed.estate import deny, policy


def organization(estate, members, units=("workloads",)):
    """An organization with all features; the accounts are spread over the units."""
    client = estate.client("organizations")
    client.create_organization(FeatureSet="ALL")
    root = client.list_roots()["Roots"][0]["Id"]
    made = []
    for name in units:
        unit = client.create_organizational_unit(ParentId=root, Name=name)
        made.append(unit["OrganizationalUnit"]["Id"])
    accounts = []
    for number in range(members):
        name = f"member-{number + 1}"
        status = client.create_account(Email=f"{name}@example.com", AccountName=name)
        account = status["CreateAccountStatus"]["AccountId"]
        unit = made[number % len(made)] if made else root
        if made:
            client.move_account(AccountId=account, SourceParentId=root, DestinationParentId=unit)
        accounts.append(account)
    estate.made.update(members=accounts, root=root, units=made)
    return accounts


def control_policies(estate, weak):
    """Weak: none. Sound: root users and new users are denied, and a perimeter around roles."""
    client = estate.client("organizations")
    if weak:
        return
    root = estate.made["root"]
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        enabled = client.list_roots()["Roots"][0]["PolicyTypes"]
        if kind not in {it["Type"] for it in enabled}:
            client.enable_policy_type(RootId=root, PolicyType=kind)
    root_users = deny("*", ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:root"})
    users = deny(["iam:CreateUser", "iam:CreateAccessKey"])
    perimeter = deny(
        "sts:AssumeRole",
        StringNotEqualsIfExists={"aws:PrincipalOrgID": "${aws:ResourceOrgID}"},
        BoolIfExists={"aws:PrincipalIsAWSService": "false"},
    ) | {"Principal": "*"}
    for name, kind, document in (
        ("no-root", "SERVICE_CONTROL_POLICY", policy(root_users)),
        ("no-users", "SERVICE_CONTROL_POLICY", policy(users)),
        ("perimeter", "RESOURCE_CONTROL_POLICY", policy(perimeter)),
    ):
        made = client.create_policy(Content=document, Description="", Name=name, Type=kind)
        target = made["Policy"]["PolicySummary"]["Id"]
        client.attach_policy(PolicyId=target, TargetId=root)
        estate.made.setdefault("policies", {})[name] = target


def root_access(estate, weak):
    """Sound: centralized root access, with root sessions."""
    if weak:
        return
    client = estate.client("organizations")
    client.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    iam = estate.client("iam")
    iam.enable_organizations_root_credentials_management()
    iam.enable_organizations_root_sessions()


def root_user(estate, account, weak):
    """Weak: a key and a password without MFA. Sound: nothing, or a hardware key."""
    key = {
        "AccessKeyId": "AKIAROOTUSEROFWEAKLY",
        "Status": "Active",
        "CreateDate": "2020-05-01T10:00:00+00:00",
        "LastUsed": ["2026-10-01T08:00:00+00:00", "us-east-1", "iam"],
    }
    if weak:
        used = "2026-10-01T08:00:00+00:00"
        estate.control(
            "set_root", account=account, password=True, mfa=False, keys=[key],
            password_last_used=used,
        )  # fmt: skip
    elif account == estate.management:
        estate.control("set_root", account=account, password=True, mfa=True, keys=[])
    else:
        estate.control("set_root", account=account, password=False, mfa=False, keys=[])
