"""The WSGI application: takes each request apart, and answers it itself or asks moto."""

import sys
import threading
import traceback
import uuid

from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from services import root_user

from . import actions, control, limits, pages, registry, state, wire
from .call import Call
from .credentials import authenticate
from .errors import Refused

CONTROL_PATH = "/moto-api/keyward"


class Gate:
    def __init__(self):
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._locks = {}
        self._locks_lock = threading.Lock()

    def __call__(self, environ, start_response):
        request = wire.request_of(environ)
        if request.path == CONTROL_PATH:
            status, headers, body = control.answer(request, self)
        else:
            status, headers, body = self._aws(request, environ)
        headers = {name: value for name, value in headers.items() if name.lower() != "status"}
        headers["Content-Length"] = str(len(body))
        headers.setdefault("x-amzn-RequestId", str(uuid.uuid4()))
        start_response(f"{status} -", [(name, str(value)) for name, value in headers.items()])
        return [] if request.method == "HEAD" else [body]

    def _aws(self, request, environ):
        """Finds out what a request is; errors are written in the client's protocol."""
        region, signing_name = _scope(request)
        service = wire.SIGNING_NAMES.get(signing_name, signing_name)
        try:
            get_service_model(service)
        except UnknownServiceError:
            return 404, {"Content-Type": "text/plain"}, b"unknown service"
        protocol = wire.protocol_of(service, environ)
        model = None
        try:
            caller = authenticate(request, service, region, protocol)
            operation, in_path = wire.operation_of(service, protocol, request)
            state.count(caller.account, service, operation)
            environ["keyward.operation"] = f"{service}:{operation}"
            try:
                model = get_service_model(service).operation_model(operation)
            except OperationNotFoundError:
                raise Refused("UnknownOperationException", f"no {operation}", 404) from None
            if service == "s3":
                arguments = {}
            else:
                arguments = wire.read_input(model, protocol, request, in_path)
                arguments = arguments if isinstance(arguments, dict) else {}
            self._check(caller, service, protocol, model, arguments)
            call = Call(service, operation, region, caller, arguments, environ, self.ask_moto)
            return self._answer(call, model, protocol)
        except Refused as error:
            return wire.write_error(service, model, protocol, error)
        except Exception as error:  # A mistake of ours or of moto: the test has to see it.
            traceback.print_exc(file=sys.stderr)
            account = caller.account if "caller" in locals() else "unknown"
            name = f"{service}:{model.name if model else '?'}"
            state.MISSING[account][name] = f"failed: {error!r}"
            failure = Refused("InternalFailure", repr(error), 500)
            return wire.write_error(service, model, protocol, failure)

    def _check(self, caller, service, protocol, model, arguments):
        action = actions.action_of(service, model.name)
        if action not in actions.ALWAYS:
            rules = [] if caller.exempt else list(state.RULES.get(caller.account, []))
            refused = any(rule.refuses(action, caller, arguments) for rule in rules)
            if refused or root_user.refuses(caller, action, arguments):
                raise actions.refusal(service, protocol, action, caller, arguments)
        if service != "s3":
            limits.check(service, protocol, model, arguments)

    def _answer(self, call, model, protocol):
        table = pages.table_of(call.service, call.operation)
        handler = registry.HANDLERS.get((call.service, call.operation))
        token = pages.token_in(table, call.arguments) if table else None
        if token:
            output = pages.further(call, table, token)
            return wire.write_output(model, protocol, output)
        plain = protocol == wire.inner_protocol(call.service)
        if handler is None and table is None and plain or call.service == "s3":
            return self._pass_on(call, model, protocol)
        output = self._whole(call, table, handler)
        if table:
            output = pages.cut(call, table, output)
        return wire.write_output(model, protocol, output)

    def _whole(self, call, table, handler):
        """The answer with all its pages."""
        asked = call.arguments
        if table:
            call.arguments = pages.without_page(table, asked)
        with self.lock(call.account):
            output = handler(call) if handler else call.moto()
        call.arguments = asked
        return output or {}

    def perform(self, caller, service, operation, region, arguments, environ):
        """Answers a call that did not come over HTTP."""
        scope = f"ASIA/20260101/{region}/{service}/aws4_request"
        environ = dict(environ, HTTP_AUTHORIZATION=f"AWS4-HMAC-SHA256 Credential={scope}, x")
        environ["keyward.operation"] = f"{service}:{operation}"
        call = Call(service, operation, region, caller, arguments, environ, self.ask_moto)
        table = pages.table_of(service, operation)
        return self._whole(call, table, registry.HANDLERS.get((service, operation)))

    def _pass_on(self, call, model, protocol):
        """moto's own bytes, if they are no error."""
        with self.lock(call.account):
            status, headers, body = self.ask_moto(dict(call.environ), call.account)
        if status >= 400 and call.service != "s3":
            error = wire.read_error(wire.inner_protocol(call.service), status, headers, body)
            return wire.write_error(call.service, model, protocol, error)
        return status, headers, body

    def ask_moto(self, environ, account):
        """Status, headers and body of moto's answer."""
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = account
        environ.pop("HTTP_USER_AGENT", None)
        answer = {}

        def start_response(status, headers, exc_info=None):
            answer["status"], answer["headers"] = int(status.split()[0]), dict(headers)

        try:
            body = b"".join(self._moto(environ, start_response))
        except NotImplementedError as error:
            state.MISSING[account][environ["keyward.operation"]] = "not implemented"
            raise Refused("UnknownOperationException", str(error), 400) from None
        return answer["status"], answer["headers"], body

    def lock(self, account):
        """moto's state is made of plain dicts: one request of an account at a time."""
        with self._locks_lock:
            return self._locks.setdefault(account, threading.RLock())


def _scope(request):
    """Region and signing name, or what an unsigned request most likely is."""
    header = request.headers.get("Authorization", "")
    if "Credential=" in header:
        scope = header.split("Credential=")[1].split(",")[0].split("/")
        if len(scope) == 5:
            return scope[2], scope[3]
    return "us-east-1", "sts"
