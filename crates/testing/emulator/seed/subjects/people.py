"""IAM users, their groups and keys, and the password policy."""

from seed.estate import allow, policy
from seed.subjects.principals import user

MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
OWN_DEVICE = [
    "iam:CreateVirtualMFADevice",
    "iam:EnableMFADevice",
    "iam:ListMFADevices",
    "iam:ResyncMFADevice",
]
OWN = ["arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::*:mfa/*"]


def password_policy(estate, account, weak):
    """Weak: short passwords, or no policy at all (users-weak-password-policy)."""
    iam = estate.client("iam", account)
    if not weak:
        iam.update_account_password_policy(MinimumPasswordLength=16, PasswordReusePrevention=24)
    elif account == estate.made["accounts"].get("workloads"):
        iam.update_account_password_policy(MinimumPasswordLength=8, PasswordReusePrevention=5)


def groups(estate, account, weak):
    """Weak: the group's permissions need no second factor."""
    iam = estate.client("iam", account)
    iam.create_group(GroupName="operations")
    reading = allow(["ec2:Describe*", "logs:GetLogEvents"], **({} if weak else MFA))
    device = allow(OWN_DEVICE, OWN)
    document = policy(reading, device)
    iam.put_group_policy(GroupName="operations", PolicyName="work", PolicyDocument=document)


def users(estate, account, weak):
    """People and software with users of their own."""
    group = {"groups": ["operations"]}
    if weak:
        # users-without-mfa (critical), users-mfa-not-enforced, users-with-direct-policies,
        # privilege-administrator-user, keys-of-administrators
        user(
            estate, account, "platform-administrator", password_used=2, keys=[(30, 1)],
            managed=["AdministratorAccess"],
        )  # fmt: skip
        # users-without-mfa (high), users-mfa-not-enforced, users-with-unused-password
        user(estate, account, "helpdesk", password_used=60, **group)
        # users-with-unused-password, users-unused, users-mfa-not-enforced,
        # privilege-granted-unused (all that its group grants)
        user(estate, account, "finance", password=True, mfa=True, used=[], **group)
        # keys-two-active, users-mfa-not-enforced
        user(
            estate, account, "operator", password_used=1, mfa=True, keys=[(80, 1), (40, 2)], **group
        )  # fmt: skip
        # keys-older-than-90-days, users-for-services, users-mfa-not-enforced
        user(estate, account, "deploy", made=500, keys=[(412, 1)], **group)
        # keys-unused (long ago), keys-older-than-90-days, users-unused, users-mfa-not-enforced,
        # privilege-granted-unused (all that its group grants)
        user(estate, account, "reporting", made=500, keys=[(300, 200)], used=[], **group)
        # keys-unused (never), users-mfa-not-enforced; too young to be an unused user
        user(estate, account, "batch", made=30, keys=[(30, None)], used=[], **group)
        return
    user(estate, account, "platform-administrator", password_used=2, mfa=True, **group)
    user(estate, account, "helpdesk", password_used=5, mfa=True, **group)
    user(estate, account, "finance", password_used=20, mfa=True, **group)
    user(estate, account, "operator", password_used=1, mfa=True, keys=[(40, 2)], **group)
    # What the users `deploy`, `reporting` and `batch` did, roles do: none of them is left.


def billing_export(estate, account, weak):
    """Software of the management account. Weak: with a user (users-for-services, and more)."""
    if weak:
        # keys-older-than-90-days, users-for-services, users-with-direct-policies (info, because
        # people come through Identity Center), users-mfa-not-enforced
        user(
            estate, account, "billing-export", made=200, keys=[(150, 1)],
            statements=[allow("s3:PutObject", "arn:aws:s3:::example-billing/*")],
        )  # fmt: skip
