"""What moto lacks or answers wrongly, one module a service."""

from . import sts  # noqa: F401
