"""Serves AWS's APIs for the tests, from memory, on a free port of this machine.

    python serve.py

Prints the port on the first line of stdout, and ends when stdin closes, so that no server outlives
the test run that started it. Errors that are the emulator's own go to stderr.

`front/` reads and writes AWS's protocols, and holds what all services share: credentials, pages,
limits, refusals, counters. `services/` answers what moto lacks or answers wrongly. The rest is moto.
"""

import os
import sys
import threading

# Times without a zone are UTC in moto; botocore would take them for the machine's own zone.
os.environ["TZ"] = "UTC"
os.environ.pop("MOTO_ACCOUNT_ID", None)
# moto starts containers for functions unless told otherwise.
os.environ["MOTO_ACCEPTED_IMPORTS"] = ""

from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402

from front.gate import Gate  # noqa: E402
from front.moto_setup import prepare  # noqa: E402


class Handler(WSGIRequestHandler):
    """Keeps connections open, and does not write a line for each request."""

    protocol_version = "HTTP/1.1"
    # Headers and body are two writes: with Nagle's algorithm each answer would wait for the
    # other side's acknowledgement.
    disable_nagle_algorithm = True

    def log_request(self, code="-", size="-"):
        pass


def main():
    prepare()
    server = make_server("127.0.0.1", 0, Gate(), threaded=True, request_handler=Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    while sys.stdin.buffer.read(4096):
        pass
    # Threads that still answer somebody must not hold the process.
    os._exit(0)


if __name__ == "__main__":
    main()
