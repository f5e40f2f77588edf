"""A FHIR server on a real socket that does what it is told, badly: for each request the next act of its script."""

import gzip
import json
import socket
import ssl
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple

FHIR = "application/fhir+json"


class Asked(NamedTuple):
    """A request as it arrived; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    port: int  # the client's end of the connection


class Exchange(BaseHTTPRequestHandler):
    """One request and its answer, by the next act of the script."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer is sent in one piece
    server: Any

    def act(self) -> None:
        faulty: Faulty = self.server.faulty
        act = faulty.script.popleft() if faulty.script else faulty.otherwise
        act(self)

    do_GET = do_POST = do_PUT = do_DELETE = act  # noqa: N815 -- names that http.server asks for

    def asked(self) -> Asked:
        """Reads the request, and keeps it in ``Faulty.asked``."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, body, self.client_address[1])
        self.server.faulty.asked.append(asked)
        return asked

    def answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": FHIR, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def reset(self) -> None:
        """Ends the connection in the rudest way."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, *args: object) -> None:
        """Nothing is logged."""

    def finish(self) -> None:
        with suppress(OSError):  # the connection was reset, as the script asked
            super().finish()


Act = Callable[[Exchange], None]


class Faulty:
    """The server: ``script`` is what it does next, ``otherwise`` what it does then, ``asked`` what it was asked."""

    def __init__(self, otherwise: Act) -> None:
        self.script: deque[Act] = deque()
        self.otherwise = otherwise
        self.asked: list[Asked] = []
        self.root = ""

    @property
    def base(self) -> str:
        return f"{self.root}/fhir"

    def then(self, *acts: Act) -> "Faulty":
        """Adds to the script."""
        self.script += acts
        return self


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    faulty: Faulty

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news."""


class _Server6(_Server):
    address_family = socket.AF_INET6


@contextmanager
def serving(
    otherwise: Act | None = None, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Faulty]:
    """A running server; after its script it answers 404."""
    faulty = Faulty(otherwise or json_(outcome("not-found"), 404))
    server = (_Server6 if ":" in host else _Server)((host, 0), Exchange)
    server.faulty = faulty
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    name = f"[{host}]" if ":" in host else host
    faulty.root = f"{'https' if tls else 'http'}://{name}:{server.server_port}"
    thread = Thread(target=partial(server.serve_forever, poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield faulty
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def outcome(code: str = "processing", severity: str = "error", text: str = "") -> dict[str, Any]:
    """An OperationOutcome."""
    issue = {"severity": severity, "code": code} | ({"diagnostics": text} if text else {})
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def raw(body: bytes, status: int = 200, **headers: str) -> Act:
    """Answers with ``body``; ``Retry_After="1"`` is the header Retry-After."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def act(exchange: Exchange) -> None:
        exchange.asked()
        exchange.answer(status, body, named)

    return act


def json_(value: object, status: int = 200, **headers: str) -> Act:
    """Answers with JSON."""
    return raw(json.dumps(value).encode(), status, **headers)


def status(code: int, **headers: str) -> Act:
    """Answers with a status and nothing else."""
    return raw(b"", code, **headers)


def gzipped(body: bytes, *, missing: int = 0) -> Act:
    """Answers compressed; the last ``missing`` bytes do not come, and nothing says that they should have."""
    packed = gzip.compress(body)
    return raw(packed[: len(packed) - missing], Content_Encoding="gzip")


def html(code: int = 200) -> Act:
    """What a proxy says."""
    return raw(b"<!DOCTYPE html><html><body>Please log in</body></html>", code, Content_Type="text/html")


def drop_before_reading(exchange: Exchange) -> None:
    """Ends the connection before the request was read."""
    exchange.reset()


def drop_after_reading(exchange: Exchange) -> None:
    """Ends the connection when the request was read, and perhaps done."""
    exchange.asked()
    exchange.reset()


def cut(body: bytes, at: int, *, told: bool = True) -> Act:
    """Sends the first ``at`` bytes of an answer; without ``told`` its length is not announced."""

    def act(exchange: Exchange) -> None:
        exchange.asked()
        exchange.close_connection = True
        exchange.send_response(200)
        exchange.send_header("Content-Type", FHIR)
        if told:
            exchange.send_header("Content-Length", str(len(body)))
        else:
            exchange.send_header("Connection", "close")
        exchange.end_headers()
        exchange.wfile.write(body[:at])

    return act


def chunked(*pieces: bytes, ends: bool = True, pause: float = 0.0) -> Act:
    """Sends an answer in chunks; without ``ends`` the last one, which says that it is the last, does not come."""

    def act(exchange: Exchange) -> None:
        exchange.asked()
        exchange.close_connection = True
        exchange.send_response(200)
        exchange.send_header("Content-Type", FHIR)
        exchange.send_header("Transfer-Encoding", "chunked")
        exchange.end_headers()
        for piece in pieces:
            exchange.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            exchange.wfile.flush()
            time.sleep(pause)
        if ends:
            exchange.wfile.write(b"0\r\n\r\n")

    return act


def slow(seconds: float, act: Act) -> Act:
    """Waits before it answers."""

    def waiting(exchange: Exchange) -> None:
        time.sleep(seconds)
        act(exchange)

    return waiting


def searchset(
    *resources: Mapping[str, Any], next_: str | None = None, total: int | None = None, self_: str | None = None
) -> dict[str, Any]:
    """A page of a search."""
    links = [{"relation": name, "url": url} for name, url in (("self", self_), ("next", next_)) if url is not None]
    made: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": links}
    if total is not None:
        made["total"] = total
    made["entry"] = [{"resource": each, "search": {"mode": "match"}} for each in resources]
    return made
