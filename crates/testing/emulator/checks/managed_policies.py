"""Prints AWS's managed policies, which moto carries, as one JSON object of documents by name.

    python checks/managed_policies.py --management ID
"""

import json

from moto.iam.aws_managed_policies import aws_managed_policies_data

policies = json.loads(aws_managed_policies_data)
print(json.dumps({name: policy["Document"] for name, policy in policies.items()}))
