"""A proxy in front of the emulator that misbehaves as networks and AWS do.

    python proxy.py --to PORT FAULT [FAULT ...] [--operation iam:ListUsers] [--first 2 | --every 3]

Prints its port on the first line of stdout, and ends when stdin closes. Faults:

    throttle       the throttling error of the request's protocol
    error500       an HTTP 500 without a body that any protocol knows
    reset          the connection is reset before anything is answered
    cut            half of the body, although Content-Length promises all of it
    slow=SECONDS   the answer comes that much later
    deny=ACTION    AWS's refusal of that IAM action (`*` is allowed)
    repeat-page    the next token of an answer is the one that was sent, or that came before

`--first K` strikes the first K times of each operation, `--every N` each N-th request of each, and
without either a fault is permanent. `--operation service:Operation` spares all others. `--log FILE`
appends a JSON line for each request, `--dump FILE` all bytes of all requests.
"""

import argparse
import asyncio
import collections
import fnmatch
import json
import os
import re
import socket
import struct
import sys
import time
from urllib.parse import parse_qs

SERVICES = {"monitoring": "cloudwatch", "sso": "sso-admin", "access-analyzer": "accessanalyzer"}
PREFIXES = {"accessanalyzer": "access-analyzer", "sso-admin": "sso"}
# Paths of services that name their operation by path alone.
PATHS = [
    ("GET", r"/2015-03-31/functions/?$", "ListFunctions"),
    ("GET", r"/accounts$", "DescribeHub"),
    ("GET", r"/hubv2$", "DescribeSecurityHubV2"),
    ("GET", r"/detector$", "ListDetectors"),
    ("GET", r"/detector/[^/]+$", "GetDetector"),
    ("GET", r"/analyzer$", "ListAnalyzers"),
]
TOKENS = ("Marker", "NextToken", "nextToken", "NextMarker")


class Request:
    """One request: its head, its body, and what it asks for."""

    def __init__(self, head, body):
        self.raw = head + body
        self.body = body
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.path, _ = lines[0].split(" ", 2)
        pairs = [line.split(":", 1) for line in lines[1:] if ":" in line]
        self.headers = {name.strip().lower(): value.strip() for name, value in pairs}
        scope = re.search(r"Credential=([^,\s]+)", self.headers.get("authorization", ""))
        name = scope[1].split("/")[3] if scope and scope[1].count("/") == 4 else "unknown"
        self.service = SERVICES.get(name, name)
        self.region = scope[1].split("/")[2] if scope and scope[1].count("/") == 4 else ""
        self.protocol, self.operation = self._operation()

    def _operation(self):
        if self.headers.get("smithy-protocol") == "rpc-v2-cbor":
            return "cbor", self.path.rsplit("/", 1)[-1]
        if "x-amz-target" in self.headers:
            return "json", self.headers["x-amz-target"].split(".")[-1]
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            action = parse_qs(self.body.decode("latin-1")).get("Action", ["?"])[0]
            return ("ec2" if self.service == "ec2" else "query"), action
        path = self.path.split("?")[0]
        for method, pattern, operation in PATHS:
            if method == self.method and re.match(pattern, path):
                return "rest-json", operation
        return "rest-json", f"{self.method} {path}"

    @property
    def name(self):
        return f"{self.service}:{self.operation}"

    @property
    def action(self):
        return f"{PREFIXES.get(self.service, self.service)}:{self.operation}"


class Proxy:
    def __init__(self, arguments):
        self.to = arguments.to
        self.faults = [fault.partition("=")[::2] for fault in arguments.faults]
        self.arguments = arguments
        self.asked = collections.Counter()
        self.last_token = {}
        self.log = open(arguments.log, "a") if arguments.log else None
        self.dump = open(arguments.dump, "ab") if arguments.dump else None

    async def serve(self, reader, writer):
        try:
            while True:
                request = await read_message(reader)
                if request is None or not await self.answer(Request(*request), writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def answer(self, request, writer):
        """Whether the connection may go on."""
        started = time.time()
        faults = self._faults_for(request)
        if self.dump:
            self.dump.write(request.raw + b"\n")
            self.dump.flush()
        if "slow" in faults:
            await asyncio.sleep(float(faults["slow"]))
        if "reset" in faults:
            self._note(request, started, "reset", 0)
            reset(writer)
            return False
        answer = self._refusal(request, faults)
        if answer is None:
            answer = await self._forward(request, "repeat-page" in faults)
        head, body = answer
        if "cut" in faults:
            body = body[: len(body) // 2]
        self._note(request, started, next(iter(faults), None), len(body))
        writer.write(head + body)
        await writer.drain()
        return False

    def _faults_for(self, request):
        only = self.arguments.operation
        if only and not fnmatch.fnmatchcase(request.name, only):
            return {}
        self.asked[request.name] += 1
        number = self.asked[request.name]
        if self.arguments.first and number > self.arguments.first:
            return {}
        if self.arguments.every and number % self.arguments.every:
            return {}
        return dict(self.faults)

    def _refusal(self, request, faults):
        if "error500" in faults:
            return message(500, "text/plain", b"internal error")
        if "throttle" in faults:
            return throttled(request)
        denied = faults.get("deny")
        if denied and fnmatch.fnmatchcase(request.action.lower(), denied.lower()):
            return refused(request)
        return None

    async def _forward(self, request, repeat_page):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.to)
        writer.write(request.raw)
        await writer.drain()
        answer = await read_message(reader)
        writer.close()
        if answer is None:
            return message(502, "text/plain", b"no answer")
        head, body = answer
        return self._repeated(request, head, body) if repeat_page else (head, body)

    def _repeated(self, request, head, body):
        """Puts the first token that this operation ever gave in place of each further one."""
        text = body.decode("utf-8", "surrogateescape")
        for token in TOKENS:
            found = re.search(rf'<{token}>([^<]+)</|"{token}": ?"([^"]+)"', text, re.I)
            if found:
                value = found[1] or found[2]
                first = self.last_token.setdefault(request.name, value)
                text = text.replace(value, first)
        body = text.encode("utf-8", "surrogateescape")
        length = f"Content-Length: {len(body)}".encode()
        return re.sub(rb"(?i)content-length: \d+", length, head), body

    def _note(self, request, started, fault, size):
        if self.log is None:
            return
        line = {
            "service": request.service,
            "operation": request.operation,
            "region": request.region,
            "time": started,
            "seconds": time.time() - started,
            "request_bytes": len(request.raw),
            "answer_bytes": size,
            "fault": fault,
        }
        self.log.write(json.dumps(line) + "\n")
        self.log.flush()


async def read_message(reader):
    """Head and body of a request or an answer, or None at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    if length:
        return head, await reader.readexactly(int(length[1]))
    if re.search(rb"(?i)\r\ntransfer-encoding: *chunked", head):
        return await read_chunks(reader, head)
    if head.startswith(b"HTTP/"):
        return head, await reader.read()
    return head, b""


async def read_chunks(reader, head):
    body = b""
    while True:
        size = int((await reader.readline()).split(b";")[0], 16)
        body += await reader.readexactly(size)
        await reader.readline()
        if size == 0:
            break
    length = f"Content-Length: {len(body)}".encode()
    return re.sub(rb"(?i)transfer-encoding: *chunked", length, head), body


def reset(writer):
    """Closes with RST: the socket forgets what it has not sent."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def message(status, content_type, body, **headers):
    lines = [f"HTTP/1.1 {status} -", f"Content-Type: {content_type}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode(), body


def throttled(request):
    if request.protocol == "ec2":
        return error(request, 503, "RequestLimitExceeded", "Request limit exceeded.")
    if request.protocol == "query":
        return error(request, 400, "Throttling", "Rate exceeded")
    if request.service in ("lambda", "organizations"):
        return error(request, 429 if request.service == "lambda" else 400, "TooManyRequestsException", "Rate exceeded")
    status = 429 if request.protocol == "rest-json" else 400
    return error(request, status, "ThrottlingException", "Rate exceeded")


def refused(request):
    text = f"User: arn:aws:iam::111122223333:user/test is not authorized to perform: {request.action}"
    code = {"query": "AccessDenied", "ec2": "UnauthorizedOperation"}.get(request.protocol)
    if request.service == "sns":
        code = "AuthorizationError"
    status = 400 if request.protocol in ("json", "cbor") else 403
    return error(request, status, code or "AccessDeniedException", text)


def error(request, status, code, text):
    """An error in the request's protocol."""
    if request.protocol == "query":
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
            f"<Message>{text}</Message></Error><RequestId>0</RequestId></ErrorResponse>"
        )
        return message(status, "text/xml", body.encode())
    if request.protocol == "ec2":
        body = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>{text}</Message></Error>"
            "</Errors><RequestID>0</RequestID></Response>"
        )
        return message(status, "text/xml", body.encode())
    if request.protocol == "cbor":
        pairs = {"__type": f"com.amazonaws#{code}", "message": text}
        body = bytes([0xA0 + len(pairs)])
        for word in (word for pair in pairs.items() for word in pair):
            body += b"\x79" + len(word).to_bytes(2, "big") + word.encode()
        return message(
            status, "application/cbor", body,
            smithy_protocol="rpc-v2-cbor", x_amzn_query_error=f"{code};Sender",
        )  # fmt: skip
    body = json.dumps({"__type": code, "message": text}).encode()
    kind = "application/json" if request.protocol == "rest-json" else "application/x-amz-json-1.1"
    return message(status, kind, body, x_amzn_errortype=code)


async def main():
    parser = argparse.ArgumentParser(description="A proxy that misbehaves.")
    parser.add_argument("--to", type=int, required=True)
    parser.add_argument("faults", nargs="*", default=[])
    parser.add_argument("--operation")
    parser.add_argument("--first", type=int)
    parser.add_argument("--every", type=int)
    parser.add_argument("--log")
    parser.add_argument("--dump")
    proxy = Proxy(parser.parse_intermixed_args())
    known = {"throttle", "error500", "reset", "cut", "slow", "deny", "repeat-page"}
    unknown = {name for name, _ in proxy.faults} - known
    if unknown:
        parser.error(f"no such fault: {', '.join(unknown)}")
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, limit=2**20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main())
