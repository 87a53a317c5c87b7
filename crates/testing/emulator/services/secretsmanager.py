"""AWS Secrets Manager: when a secret was last read, which moto does not keep.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html
"""

from front.registry import answers


@answers("secretsmanager", "ListSecrets")
def list_secrets(call):
    """A secret that was never read has no `LastAccessedDate`; the others have `last_accessed`,
    seconds since 1970 that `set_extra` sets by ARN, cut to the day."""
    answer, read = call.moto(), call.extra("last_accessed", dict)
    for secret in answer.get("SecretList") or []:
        _add(secret, read)
    return answer


@answers("secretsmanager", "DescribeSecret")
def describe_secret(call):
    answer = call.moto()
    _add(answer, call.extra("last_accessed", dict))
    return answer


def _add(secret, read):
    secret.pop("LastAccessedDate", None)
    seconds = read.get(secret["ARN"])
    if seconds is not None:
        secret["LastAccessedDate"] = seconds - seconds % 86400
