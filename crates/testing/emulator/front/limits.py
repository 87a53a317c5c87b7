"""What AWS refuses before it looks: missing arguments, too long lists, numbers out of range.

The bounds are those of botocore's models. Lengths and patterns of strings are left out: the models
are stricter there than the services.
"""

from .errors import Refused

# The code of a refused argument, where it is another than the rule below says.
CODES = {
    "organizations": "InvalidInputException",
    "codebuild": "InvalidInputException",
    "secretsmanager": "InvalidParameterException",
    "logs": "InvalidParameterException",
    "lambda": "InvalidParameterValueException",
    "guardduty": "BadRequestException",
    "securityhub": "InvalidInputException",
    "ec2": "InvalidParameterValue",
    "sns": "InvalidParameter",
    "ecs": "InvalidParameterException",
}


def code_of(service, protocol):
    return CODES.get(service) or (
        "ValidationError" if protocol == "query" else "ValidationException"
    )


def check(service, protocol, operation_model, arguments):
    shape = operation_model.input_shape
    if shape is None:
        return
    problem = _problem(shape, arguments, "")
    if problem:
        message = f"1 validation error detected: {problem}"
        raise Refused(code_of(service, protocol), message)


def _problem(shape, value, path):
    if shape.type_name == "structure" and isinstance(value, dict):
        for name in shape.required_members:
            if value.get(name) is None and "idempotencyToken" not in shape.members[name].metadata:
                return f"Value null at '{path}{name}' failed to satisfy constraint: Member must not be null"
        for name, member in value.items():
            if name in shape.members and member is not None:
                problem = _problem(shape.members[name], member, f"{path}{name}.")
                if problem:
                    return problem
    elif shape.type_name == "list" and isinstance(value, (list, tuple)):
        return _out_of_range(shape, len(value), value, path, "length ")
    elif shape.type_name in ("integer", "long") and isinstance(value, int):
        return _out_of_range(shape, value, value, path, "value ")
    return None


def _out_of_range(shape, size, value, path, what):
    for bound, word, wrong in (
        ("max", "less", lambda limit: size > limit),
        ("min", "greater", lambda limit: size < limit),
    ):
        limit = shape.metadata.get(bound)
        if limit is not None and wrong(limit):
            return (
                f"Value '{value}' at '{path.rstrip('.')}' failed to satisfy constraint: "
                f"Member must have {what}{word} than or equal to {limit}"
            )
    return None
