"""AWS's protocols, read and written by botocore's models: query, ec2, json, rest-json and
rpc-v2-cbor. moto has the server's half of all but the last."""

import functools
import io
import re
from urllib.parse import urlencode

import botocore.parsers
import botocore.serialize
from moto.core.errors import get_error_model
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_pagination_model, get_service_model
from werkzeug.exceptions import HTTPException

from .errors import Refused

CBOR = "smithy-rpc-v2-cbor"
# The names in signatures, where they differ from botocore's names of the services.
SIGNING_NAMES = {"monitoring": "cloudwatch", "sso": "sso-admin", "access-analyzer": "accessanalyzer"}
# The protocol in which moto is asked, where it lacks the one that the model prefers.
INNER_PROTOCOLS = {"cloudwatch": "query", "codebuild": "json"}

JSON_TYPES = {"application/x-amz-json-1.0": "json", "application/x-amz-json-1.1": "json"}


def inner_protocol(service):
    return INNER_PROTOCOLS.get(service) or get_service_model(service).protocol


@functools.cache
def paginators(service):
    try:
        return get_pagination_model(service)
    except Exception:
        return {}


def protocol_of(service, environ):
    """The protocol in which a client speaks."""
    if environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor":
        return CBOR
    content_type = environ.get("CONTENT_TYPE", "").split(";")[0]
    model = get_service_model(service)
    if content_type in JSON_TYPES and environ.get("HTTP_X_AMZ_TARGET"):
        return "json"
    if content_type == "application/x-www-form-urlencoded":
        return "ec2" if model.protocol == "ec2" else "query"
    return model.protocol


def operation_of(service, protocol, request):
    """The operation that a request names, and what stands in its path."""
    if protocol == CBOR:
        return request.path.rsplit("/operation/", 1)[-1], {}
    if protocol == "json":
        return request.headers.get("X-Amz-Target", "").split(".")[-1], {}
    if protocol in ("query", "ec2"):
        return request.values.get("Action", ""), {}
    try:
        operation, in_path = get_service_router(service).match(request)
    except HTTPException:
        raise Refused("UnknownOperationException", "no such path", 404) from None
    return operation.name, in_path


def read_input(operation_model, protocol, request, in_path):
    """The arguments of a request."""
    if operation_model.input_shape is None:
        return {}
    if protocol == CBOR:
        parser = botocore.parsers.RpcV2CBORParser()
        stream = parser.get_peekable_stream_from_bytes(request.data or b"\xa0")
        return parser.parse_data_item(stream)
    parser = PROTOCOL_PARSERS[protocol](operation_model)
    return parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": in_path,
        }
    )


def write_output(operation_model, protocol, output):
    """Status, headers and body of an answer."""
    if protocol == CBOR:
        return 200, _cbor_headers(), _cbor(output, operation_model.output_shape)
    serializer_class = get_serializer_class(operation_model.service_model.service_name, protocol)
    answer = serializer_class(operation_model).serialize(output)
    return answer["status_code"], _headers(answer, protocol), _bytes(answer["body"])


def write_error(service, operation_model, protocol, error):
    """Status, headers and body of an error."""
    model = get_service_model(service)
    shape = get_error_model(error, model)
    status = shape.metadata.get("error", {}).get("httpStatusCode", getattr(error, "status", 400))
    if protocol == CBOR:
        headers = _cbor_headers()
        headers["x-amzn-query-error"] = f"{error.code};Sender"
        name = shape.name if shape.name else error.code
        map_of = {"__type": f"com.amazonaws.{service}#{name}", "message": error.message}
        return status, headers, _cbor_strings(map_of)
    if operation_model is None:
        operation_model = model.operation_model(model.operation_names[0])
    serializer_class = get_serializer_class(service, protocol)
    answer = serializer_class(operation_model).serialize(error)
    return status, _headers(answer, protocol), _bytes(answer["body"])


def inner_request(operation_model, arguments, environ):
    """The environment of a request for moto with these arguments."""
    service = operation_model.service_model.service_name
    protocol = inner_protocol(service)
    serializer = botocore.serialize.create_serializer(protocol, include_validation=False)
    request = serializer.serialize_to_request(arguments, operation_model)
    prepared = Request.from_primitives(
        request["method"], _url(request), request["headers"], _body(request["body"])
    ).environ
    inner = {key: value for key, value in environ.items() if not key.startswith("HTTP_")}
    inner.update(prepared)
    inner["HTTP_AUTHORIZATION"] = environ.get("HTTP_AUTHORIZATION", "")
    inner["HTTP_HOST"] = environ.get("HTTP_HOST", "localhost")
    inner["RAW_URI"] = inner["REQUEST_URI"] = _url(request).removeprefix("http://localhost")
    return inner


def read_output(operation_model, status, headers, body):
    """moto's answer as a dict, or the error in it."""
    protocol = inner_protocol(operation_model.service_model.service_name)
    if status >= 400:
        raise read_error(protocol, status, headers, body)
    parser = botocore.parsers.create_parser(protocol)
    answer = {"headers": _lower(headers), "status_code": status, "body": body}
    output = parser.parse(answer, operation_model.output_shape)
    output.pop("ResponseMetadata", None)
    return output


def read_error(protocol, status, headers, body):
    """The error in moto's answer; moto writes some in another protocol than the client's."""
    text = body.decode("utf-8", "replace")
    if text.lstrip().startswith("<"):
        code = re.search(r"<Code>(.*?)</Code>", text, re.S)
        message = re.search(r"<Message>(.*?)</Message>", text, re.S)
        if code:
            return Refused(code[1], message[1] if message else "", status)
    parser = botocore.parsers.create_parser("json" if protocol == CBOR else protocol)
    answer = {"headers": _lower(headers), "status_code": status, "body": body}
    error = parser.parse(answer, None).get("Error", {})
    return Refused(error.get("Code") or "InternalFailure", error.get("Message") or "", status)


def request_of(environ):
    """The request with its body read, so that it can be read again."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    environ["keyward.body"] = body
    request = Request(dict(environ, **{"wsgi.input": io.BytesIO(body)}))
    request.get_data(cache=True, parse_form_data=False)
    return request


def _url(request):
    query = request.get("query_string")
    url = "http://localhost" + request["url_path"]
    if query:
        items = query.items() if isinstance(query, dict) else query
        url += ("&" if "?" in url else "?") + urlencode(list(items), doseq=True)
    return url


def _body(body):
    if isinstance(body, dict):
        return urlencode(body).encode()
    return body if isinstance(body, bytes) else (body or "").encode()


def _bytes(body):
    return body if isinstance(body, bytes) else body.encode("utf-8")


def _headers(answer, protocol):
    headers = dict(answer["headers"])
    if protocol == "json":
        headers["Content-Type"] = "application/x-amz-json-1.1"
    elif protocol == "rest-json":
        headers["Content-Type"] = "application/json"
    return headers


def _lower(headers):
    return {name.lower(): value for name, value in dict(headers).items()}


def _cbor_headers():
    return {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}


def _cbor(value, shape):
    if shape is None:
        return b"\xa0"
    serialized = bytearray()
    value = _modelled(value, shape)
    botocore.serialize.RpcV2CBORSerializer()._serialize_data_item(serialized, value, shape)
    return bytes(serialized)


def _modelled(value, shape):
    """The members that the model knows; botocore's writer of CBOR stumbles over others."""
    if shape.type_name == "structure":
        members = {name: value.get(name) for name in shape.members}
        return {
            name: _modelled(member, shape.members[name])
            for name, member in members.items()
            if member is not None
        }
    if shape.type_name == "list":
        return [_modelled(item, shape.member) for item in value]
    if shape.type_name in ("float", "double"):
        return float(value)
    return value


def _cbor_strings(strings):
    """A map of short strings."""

    def text(value):
        raw = value.encode()
        return b"\x79" + len(raw).to_bytes(2, "big") + raw

    pairs = b"".join(text(key) + text(value) for key, value in strings.items())
    return bytes([0xA0 + len(strings)]) + pairs
