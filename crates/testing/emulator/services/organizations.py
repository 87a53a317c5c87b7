"""AWS Organizations: newer kinds of policies and trusted services than moto knows."""

from moto.organizations.models import FakePolicy, FakeRoot, FakeServiceAccess

# https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html
NEWER = ["DECLARATIVE_POLICY_EC2", "BACKUP_POLICY", "CHATBOT_POLICY", "SECURITYHUB_POLICY"]

for kind in (FakePolicy, FakeRoot):
    missing = [name for name in NEWER if name not in kind.SUPPORTED_POLICY_TYPES]
    kind.SUPPORTED_POLICY_TYPES = [*kind.SUPPORTED_POLICY_TYPES, *missing]

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html
_known = FakeServiceAccess.trusted_service
FakeServiceAccess.trusted_service = staticmethod(
    lambda name: name == "iam.amazonaws.com" or _known(name)
)
