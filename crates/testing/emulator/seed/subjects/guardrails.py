"""The organization: accounts, units, control policies, root users."""

import functools

from seed.estate import ago, deny, each, policy, trust
from seed.subjects.principals import AWS, SERVICES, note_services, role

SERVICE = "SERVICE_CONTROL_POLICY"
RESOURCE = "RESOURCE_CONTROL_POLICY"
ROOT_USERS = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}
# What AWS makes in each account that is created in an organization.
USUAL = "OrganizationAccountAccessRole"
UNITS = {
    "log-archive": "security",
    "audit": "security",
    "workloads": "workloads",
    "sandbox": "sandbox",
}


def organization(estate, members=UNITS, features="ALL", policies=(SERVICE, RESOURCE)):
    """Accounts, each in the unit that is given for it, or below the root (None). Returns all
    accounts by name."""
    client = estate.client("organizations")
    client.create_organization(FeatureSet=features)
    root = client.list_roots()["Roots"][0]["Id"]
    estate.made.update(root=root, units={})
    for name in dict.fromkeys(filter(None, members.values())):
        made = client.create_organizational_unit(ParentId=root, Name=name)
        estate.made["units"][name] = made["OrganizationalUnit"]["Id"]
    accounts = estate.made["accounts"] = {"management": estate.management}
    for name, unit in members.items():
        status = client.create_account(Email=f"{name}@example.com", AccountName=name)
        account = accounts[name] = status["CreateAccountStatus"]["AccountId"]
        if unit:
            there = estate.made["units"][unit]
            client.move_account(
                AccountId=account, SourceParentId=root, DestinationParentId=there
            )
    _enable(client, root, policies)
    return accounts


def _enable(client, root, policies):
    """The kinds of control policies that can be attached."""
    enabled = {it["Type"] for it in client.list_roots()["Roots"][0]["PolicyTypes"]}
    for kind in (SERVICE, RESOURCE):
        if kind in policies and kind not in enabled:
            client.enable_policy_type(RootId=root, PolicyType=kind)
        if kind not in policies and kind in enabled:
            client.disable_policy_type(RootId=root, PolicyType=kind)


def regions(estate, accounts, names):
    """The regions that are on in the accounts."""
    place = {"service": "ec2", "name": "regions", "region": "aws", "value": list(names)}
    set_in = functools.partial(estate.control, "set_extra", **place)
    each(lambda account: set_in(account=account), accounts.values())


def control_policies(estate, weak):
    """Weak: root users and new users are denied in the unit `security` alone. Sound: everywhere."""
    root, units = estate.made["root"], estate.made["units"]
    # root-keys-not-blocked, users-creation-not-denied: in the accounts `workloads` and `sandbox`.
    where = units["security"] if weak else root
    rooted = ROOT_USERS | {"Null": {"aws:AssumedRoot": "true"}}
    attach(estate, "no-root-users", SERVICE, where, deny("*", **rooted))
    made = ["iam:CreateUser", "iam:CreateLoginProfile", "iam:CreateAccessKey"]
    attach(estate, "no-users", SERVICE, where, deny(made))
    kept = ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "organizations:LeaveOrganization"]
    attach(estate, "keep-the-record", SERVICE, root, deny(kept))
    perimeter = deny(
        "sts:AssumeRole",
        StringNotEqualsIfExists={"aws:PrincipalOrgID": "${aws:ResourceOrgID}"},
        BoolIfExists={"aws:PrincipalIsAWSService": "false"},
    )
    # Weak: in a unit in which nobody has roles that outsiders could assume.
    where = units["security"] if weak else root
    attach(estate, "perimeter-of-roles", RESOURCE, where, perimeter | {"Principal": "*"})


def attach(estate, name, kind, target, *statements):
    """Makes a control policy and attaches it."""
    client = estate.client("organizations")
    made = client.create_policy(
        Content=policy(*statements), Description=name, Name=name, Type=kind
    )["Policy"]["PolicySummary"]["Id"]
    client.attach_policy(PolicyId=made, TargetId=target)
    estate.made.setdefault("policies", {})[name] = made


def readers(estate, accounts, weak):
    """The role through which member accounts are read. Weak: the administrators' role that comes
    with each account. Sound: a role that reads, in its place."""
    members = {name: it for name, it in accounts.items() if it != estate.management}

    def of(account):
        if weak:
            # privilege-administrator-role
            note_services(estate, account, f"arn:aws:iam::{account}:role/{USUAL}", SERVICES)
            return
        iam = estate.client("iam", account)
        iam.detach_role_policy(RoleName=USUAL, PolicyArn=AWS + "AdministratorAccess")
        iam.delete_role(RoleName=USUAL)
        trusted = trust({"AWS": f"arn:aws:iam::{estate.management}:root"})
        role(estate, account, "audit", trusted, managed=["SecurityAudit"])

    each(of, members.values())
    estate.made["reader"] = USUAL if weak else "audit"


def root_users(estate, accounts, weak):
    """Weak: used lately, a key, no MFA. Sound: two devices, and no credentials in members."""
    for name, account in accounts.items():
        fields = {"password": False, "mfa": False, "keys": [], "password_last_used": None}
        if name == "management":
            fields |= {"password": True, "mfa": True, "virtual_mfa": 2}
            # root-used-recently, if weak
            fields["password_last_used"] = ago(3 if weak else 400)
        if weak and name == "workloads":
            # root-with-access-key; root-used-recently by the key
            key = {"AccessKeyId": "AKIAROOTUSEREXAMPLE1", "Status": "Active"}
            key |= {"CreateDate": ago(700), "LastUsed": [ago(12), "us-east-1", "s3"]}
            fields |= {"password": True, "mfa": True, "virtual_mfa": 2, "keys": [key]}
        if weak and name == "sandbox":
            # root-without-mfa, root-with-one-mfa-device
            fields |= {"password": True}
        estate.control("set_root", account=account, **fields)


def root_access(estate, weak):
    """Sound: root credentials are managed centrally."""
    if weak:
        return
    client = estate.client("organizations")
    client.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    iam = estate.client("iam")
    iam.enable_organizations_root_credentials_management()
    iam.enable_organizations_root_sessions()
