"""IAM Identity Center: permission sets, people, groups, assignments."""

from seed.estate import allow, policy


def identity_center(estate, accounts, weak):
    """A permission set that a group (weak: a person, as administrator) has in accounts."""
    sso = estate.client("sso-admin")
    instance = sso.list_instances()["Instances"][0]
    arn, store = instance["InstanceArn"], instance["IdentityStoreId"]
    directory = estate.client("identitystore")
    user = directory.create_user(
        IdentityStoreId=store,
        UserName="operator",
        DisplayName="Operator",
        Name={"GivenName": "Operator", "FamilyName": "Example"},
        Emails=[{"Value": "operator@example.com", "Type": "work", "Primary": True}],
    )["UserId"]
    group = directory.create_group(IdentityStoreId=store, DisplayName="platform")["GroupId"]
    directory.create_group_membership(
        IdentityStoreId=store, GroupId=group, MemberId={"UserId": user}
    )
    made = sso.create_permission_set(
        InstanceArn=arn,
        Name="Administrator" if weak else "Viewer",
        SessionDuration="PT12H" if weak else "PT4H",
    )["PermissionSet"]["PermissionSetArn"]
    managed = "AdministratorAccess" if weak else "job-function/ViewOnlyAccess"
    sso.attach_managed_policy_to_permission_set(
        InstanceArn=arn,
        PermissionSetArn=made,
        ManagedPolicyArn=f"arn:aws:iam::aws:policy/{managed}",
    )
    inline = policy(allow("logs:GetLogEvents"))
    sso.put_inline_policy_to_permission_set(
        InstanceArn=arn, PermissionSetArn=made, InlinePolicy=inline
    )
    for account in accounts:
        sso.create_account_assignment(
            InstanceArn=arn,
            TargetId=account,
            TargetType="AWS_ACCOUNT",
            PermissionSetArn=made,
            PrincipalType="USER" if weak else "GROUP",
            PrincipalId=user if weak else group,
        )
    estate.made["identity_center"] = {
        "instance": arn, "store": store, "permission_set": made, "user": user, "group": group,
    }  # fmt: skip
