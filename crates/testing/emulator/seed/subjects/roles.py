"""Whom roles trust, and who uses them."""

from seed.estate import allow, policy, trust
from seed.subjects.principals import role, service_role

GITHUB = "token.actions.githubusercontent.com"
# Accounts that belong to nobody here.
STRANGER = "999988887777"
READ_BUCKET = allow("s3:GetObject", "arn:aws:s3:::example-data/*")


def trusting(estate, account, weak):
    """Roles whose trust is too wide, or was."""
    audit = f"arn:aws:iam::{estate.made['accounts']['audit']}:root"
    # roles-trusting-everyone
    trusted = trust({"AWS": "*"}) if weak else trust({"AWS": audit})
    role(estate, account, "data-reader", trusted, READ_BUCKET)
    # roles-trusting-everyone: with an external id, which is no secret (high)
    named = {"StringEquals": {"sts:ExternalId": "example-external-id"}}
    trusted = trust({"AWS": "*"}, **named) if weak else trust({"AWS": audit}, **named)
    role(estate, account, "support-tool", trusted, READ_BUCKET)
    # roles-trusting-unknown-accounts, roles-trusting-vendors-without-external-id
    stranger = f"arn:aws:iam::{STRANGER}:root"
    role(estate, account, "partner", trust({"AWS": stranger if weak else audit}), READ_BUCKET)
    # roles-trusting-services-without-source
    service_role(
        estate, account, "log-shipping", "logs", allow("firehose:PutRecord", _stream(account)),
        weak=weak,
    )  # fmt: skip


def _stream(account):
    return f"arn:aws:firehose:us-east-1:{account}:deliverystream/logs"


def pipelines(estate, account, weak):
    """Roles for pipelines elsewhere, by a token instead of a key."""
    iam = estate.client("iam", account)
    provider = iam.create_open_id_connect_provider(
        Url=f"https://{GITHUB}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )["OpenIDConnectProviderArn"]
    # roles-trusting-any-repository
    condition = {f"{GITHUB}:aud": "sts.amazonaws.com"}
    if not weak:
        condition[f"{GITHUB}:sub"] = "repo:example-org/example-site:ref:refs/heads/main"
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": condition},
    }
    writing = allow("s3:PutObject", "arn:aws:s3:::example-site/*")
    role(estate, account, "site-pipeline", policy(statement), writing)


def unused(estate, account, weak):
    """Roles that nobody uses any more. Sound: those were deleted."""
    if weak:
        trusted = trust({"Service": "ec2.amazonaws.com"})
        # roles-unused: long ago
        role(estate, account, "migration", trusted, READ_BUCKET, used=200)
        # roles-unused: never
        role(estate, account, "migration-test", trusted, READ_BUCKET, used=None)


def of_aws(estate, account):
    """What AWS makes and keeps itself: no control complains of these, whatever they may do."""
    iam = estate.client("iam", account)
    for service in ("config", "guardduty"):
        iam.create_service_linked_role(AWSServiceName=f"{service}.amazonaws.com")
    center = f"arn:aws:iam::{account}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
    audience = {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": center},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": audience,
    }
    role(
        estate, account, "AWSReservedSSO_Administrator_0123456789abcdef", policy(statement),
        managed=["AdministratorAccess"], path="/aws-reserved/sso.amazonaws.com/",
    )  # fmt: skip
