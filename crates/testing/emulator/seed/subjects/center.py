"""IAM Identity Center: people, groups, permission sets, assignments."""

from seed.estate import allow, policy

ADMINISTRATORS = [
    "platform-lead", "platform-engineer", "network-engineer", "database-engineer",
    "release-engineer", "on-call",
]  # fmt: skip
OTHERS = ["analyst", "auditor"]


class Center:
    """The instance, and what the calls about it repeat."""

    def __init__(self, estate):
        self.sso, self.directory = estate.client("sso-admin"), estate.client("identitystore")
        instance = self.sso.list_instances()["Instances"][0]
        self.arn, self.store = instance["InstanceArn"], instance["IdentityStoreId"]
        # What was made, by name.
        self.made = {"instance": self.arn, "store": self.store}
        estate.made["identity_center"] = self.made

    def person(self, name):
        made = self.directory.create_user(
            IdentityStoreId=self.store,
            UserName=name,
            DisplayName=name,
            Name={"GivenName": name, "FamilyName": "example"},
            Emails=[{"Value": f"{name}@example.com", "Type": "work", "Primary": True}],
        )["UserId"]
        self.made.setdefault("people", {})[name] = made
        return made

    def group(self, name, members):
        made = self.directory.create_group(IdentityStoreId=self.store, DisplayName=name)["GroupId"]
        for member in members:
            self.directory.create_group_membership(
                IdentityStoreId=self.store, GroupId=made, MemberId={"UserId": member}
            )
        self.made.setdefault("groups", {})[name] = made
        return made

    def permission_set(self, name, hours, managed=None, inline=None):
        made = self.sso.create_permission_set(
            InstanceArn=self.arn, Name=name, SessionDuration=f"PT{hours}H"
        )["PermissionSet"]["PermissionSetArn"]
        which = {"InstanceArn": self.arn, "PermissionSetArn": made}
        if managed:
            arn = f"arn:aws:iam::aws:policy/{managed}"
            self.sso.attach_managed_policy_to_permission_set(ManagedPolicyArn=arn, **which)
        if inline:
            self.sso.put_inline_policy_to_permission_set(InlinePolicy=inline, **which)
        self.made.setdefault("permission_sets", {})[name] = made
        return made

    def assign(self, permission_set, kind, principal, *accounts):
        for account in accounts:
            self.sso.create_account_assignment(
                InstanceArn=self.arn, PermissionSetArn=permission_set, TargetId=account,
                TargetType="AWS_ACCOUNT", PrincipalType=kind, PrincipalId=principal,
            )  # fmt: skip


def identity_center(estate, accounts, weak):
    center = Center(estate)
    people = {name: center.person(name) for name in ADMINISTRATORS + OTHERS}
    # sso-without-identity-provider: all of them were entered by hand
    if not weak:
        issuer = "https://scim.aws.com/0123456789a-01234567-89ab-cdef-0123-456789abcdef"
        external = {it: [{"Issuer": issuer, "Id": name}] for name, it in people.items()}
        place = {"service": "identitystore", "account": estate.management}
        estate.control("set_extra", name="external_ids", value=external, **place)
    # sso-administrator-assigned-widely: six people, and a group in all accounts
    members = ADMINISTRATORS if weak else ADMINISTRATORS[:3]
    administrators = center.group("administrators", [people[name] for name in members])
    engineers = center.group("engineers", [people[name] for name in ADMINISTRATORS])
    auditors = center.group("auditors", [people["auditor"]])
    # sso-long-sessions: four hours for administrators, twelve for anybody
    administrator = center.permission_set("Administrator", 4 if weak else 1, "AdministratorAccess")
    billing = center.permission_set("Billing", 12 if weak else 8, "job-function/Billing")
    # sso-long-sessions, sso-administrator-assigned-widely: administrators by another name
    everything = policy(allow("*"))
    some = policy(allow(["ec2:Describe*", "logs:Get*"]))
    repair = center.permission_set("Repair", 2, inline=everything if weak else some)
    viewer = center.permission_set("Viewer", 8, "job-function/ViewOnlyAccess")
    reach = accounts if weak else {name: accounts[name] for name in ("workloads", "sandbox")}
    center.assign(administrator, "GROUP", administrators, *reach.values())
    center.assign(viewer, "GROUP", auditors, *accounts.values())
    center.assign(repair, "GROUP", engineers, accounts["sandbox"])
    # sso-assigned-to-people
    analysts = center.group("analysts", [people["analyst"]])
    if weak:
        center.assign(billing, "USER", people["analyst"], accounts["management"])
    else:
        center.assign(billing, "GROUP", analysts, accounts["management"])
    # sso-orphaned-assignments
    former = center.group("contractors", [])
    if weak:
        center.assign(viewer, "GROUP", former, accounts["sandbox"])
    center.directory.delete_group(IdentityStoreId=center.store, GroupId=former)
