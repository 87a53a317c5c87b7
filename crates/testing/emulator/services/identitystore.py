"""The directory of IAM Identity Center: people whom an identity provider provisioned.

https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_User.html
"""

from front.registry import answers


@answers("identitystore", "ListUsers")
def list_users(call):
    """`external_ids` are set by user id: who is in it came from an identity provider."""
    answer, external = call.moto(), call.extra("external_ids", dict)
    for user in answer.get("Users") or []:
        user.pop("ExternalIds", None)
        if user["UserId"] in external:
            user["ExternalIds"] = external[user["UserId"]]
    return answer
