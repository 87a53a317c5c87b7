"""One request for an operation of AWS, as its handlers see it."""

import importlib

from . import state, wire
from .errors import Refused

# moto's module and the name of its table of backends, where they differ from the service.
MOTO_MODULES = {
    "lambda": ("awslambda", "lambda_backends"),
    "sso-admin": ("ssoadmin", "ssoadmin_backends"),
}
# Services without regions.
GLOBAL = {"iam", "sts", "organizations"}


def backend(service, account, region):
    """moto's state of a service in an account and region."""
    module, name = MOTO_MODULES.get(service, (service, f"{service}_backends"))
    backends = getattr(importlib.import_module(f"moto.{module}.models"), name)
    return backends[account]["aws" if service in GLOBAL else region]


class Call:
    def __init__(self, service, operation, region, caller, arguments, environ, ask_moto):
        self.service = service
        self.operation = operation
        self.region = region
        self.caller = caller
        self.account = caller.account
        self.arguments = arguments
        self.environ = environ
        self._ask_moto = ask_moto

    def get(self, name, default=None):
        return self.arguments.get(name, default)

    def extra(self, name, default):
        """What our part of the service keeps for this account and region."""
        region = "aws" if self.service in GLOBAL else self.region
        return state.extra(self.service, self.account, region, name, default)

    def backend(self, service=None, account=None, region=None):
        service = service or self.service
        return backend(service, account or self.account, region or self.region)

    def moto(self, arguments=None, account=None):
        """moto's whole answer, all its pages joined, for these arguments (of another account)."""
        model = wire.get_service_model(self.service).operation_model(self.operation)
        arguments = dict(self.arguments if arguments is None else arguments)
        table = wire.paginators(self.service).get(self.operation)
        whole = None
        while True:
            environ = wire.inner_request(model, arguments, self.environ)
            output = wire.read_output(model, *self._ask_moto(environ, account or self.account))
            if table is None:
                return output
            keys = table["result_key"]
            keys = keys if isinstance(keys, list) else [keys]
            if whole is None:
                whole = output
            else:
                for key in keys:
                    whole[key] = (whole.get(key) or []) + (output.get(key) or [])
            tokens = table["output_token"]
            token = output.get(tokens if isinstance(tokens, str) else tokens[0])
            if not token:
                return whole
            inputs = table["input_token"]
            arguments[inputs if isinstance(inputs, str) else inputs[0]] = token

    def refuse(self, code, message, status=400, **members):
        raise Refused(code, message, status, **members)
