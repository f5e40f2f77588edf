"""A bulk data server on a real socket: jobs, manifests in pages, files with ranges and gzip, and faults on demand."""

import gzip
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.unit.fhir.faulty import Act, Exchange, Faulty, json_, outcome, serving, status

AT = "2026-03-01T08:00:00.123+08:00"


def ndjson(kind: str, count: int, start: int = 0) -> bytes:
    """So many resources of a type, one a line."""
    return b"".join(b'{"resourceType":"%s","id":"%d"}\n' % (kind.encode(), start + at) for at in range(count))


@dataclass
class Stored:
    """A file at the server."""

    kind: str | None
    body: bytes
    count: Any = None
    list_as: str = "output"
    gzip: bool = False
    ranges: bool = True
    etag: str | None = '"one"'
    acts: deque[Act] = field(default_factory=deque)  # what is done instead, one after the other


class Bulk:
    """The server's only export, and what it does to those who want it."""

    def __init__(self, server: Faulty) -> None:
        self.server = server
        self.files: dict[str, Stored] = {}
        self.looks: deque[Act] = deque()  # answers to looks at the state, before the manifest
        self.kick_offs: deque[Act] = deque()
        self.files_at = f"{server.base}/files/"
        self.signature = ""
        self.page_size = 1000
        self.manifest: dict[str, Any] = {"transactionTime": AT, "requiresAccessToken": True}
        self.started: list[tuple[str, list[tuple[str, str]], bytes]] = []
        self.methods = {"GET", "POST"}
        self.ended = 0
        self.gone = False
        self.token: str | None = None

    def holds(self, name: str, kind: str | None, body: bytes, **more: Any) -> Stored:
        self.files[name] = Stored(kind, body, **more)
        return self.files[name]

    def __call__(self, exchange: Exchange) -> None:
        path = urlsplit(exchange.path).path.removeprefix("/fhir/")
        if self.token and exchange.headers.get("Authorization") != f"Bearer {self.token}" and "signed" not in path:
            status(401)(exchange)
        elif path.endswith("$export"):
            self.kick_off(exchange, path)
        elif path.startswith("status/"):
            self.state(exchange, path)
        else:
            self.file(exchange, path)

    def kick_off(self, exchange: Exchange, path: str) -> None:
        if exchange.command not in self.methods:
            return status(405)(exchange)
        if self.kick_offs:
            return self.kick_offs.popleft()(exchange)
        asked = exchange.asked()
        assert asked.headers["prefer"] == "respond-async"
        assert asked.headers["accept"] == "application/fhir+json"
        self.started.append((path, parse_qsl(urlsplit(exchange.path).query), asked.body))
        self.gone = False
        return exchange.answer(202, b"", {"Content-Location": f"{self.server.base}/status/{len(self.started)}?page=0"})

    def state(self, exchange: Exchange, path: str) -> None:
        if exchange.command == "DELETE":
            self.ended += 1
            return status(404 if self.gone else 202)(exchange)
        if self.gone or path != f"status/{len(self.started)}":
            return json_(outcome("not-found"), 404)(exchange)
        if self.looks:
            return self.looks.popleft()(exchange)
        page = int(dict(parse_qsl(urlsplit(exchange.path).query))["page"])
        return json_(self.page(page))(exchange)

    def page(self, number: int) -> dict[str, Any]:
        made: dict[str, Any] = {"output": [], "error": [], **self.manifest}
        start = number * self.page_size
        for name, file in [*self.files.items()][start : start + self.page_size]:
            listed = {"url": f"{self.files_at}{name}{self.signature}"}
            listed |= {"type": file.kind} if file.kind else {}
            listed |= {"count": file.count} if file.count is not None else {}
            made.setdefault(file.list_as, []).append(listed)
        if start + self.page_size < len(self.files):
            made["link"] = [{"relation": "next", "url": f"{self.server.base}/status/1?page={number + 1}"}]
        return made

    def file(self, exchange: Exchange, path: str) -> None:
        file = self.files.get(path.rpartition("/")[2])
        if file is None:
            return status(404)(exchange)
        if file.acts:
            return file.acts.popleft()(exchange)
        asked = exchange.asked()
        body = gzip.compress(file.body) if file.gzip else file.body
        headers = {"ETag": file.etag} if file.etag else {}
        headers |= {"Content-Encoding": "gzip"} if file.gzip else {}
        start = int(asked.headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        if not start or not file.ranges or asked.headers.get("if-range") != file.etag:
            return exchange.answer(200, body, headers)
        if start >= len(body):
            return exchange.answer(416, b"", headers)
        headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        return exchange.answer(206, body[start:], headers)

    def asked(self, name: str) -> list[dict[str, str]]:
        """The headers of the requests for a file."""
        return [each.headers for each in self.server.asked if urlsplit(each.path).path.endswith(f"/{name}")]


def broken_off(stored: Stored, at: int, *, etag: str | None = None, told: bool = True) -> Act:
    """Sends the first bytes of a file, as they are stored, and then nothing."""

    def act(exchange: Exchange) -> None:
        exchange.asked()
        body = gzip.compress(stored.body) if stored.gzip else stored.body
        exchange.close_connection = True
        exchange.send_response(200)
        if told:
            exchange.send_header("Content-Length", str(len(body)))
        if etag or stored.etag:
            exchange.send_header("ETag", etag or stored.etag or "")
        if stored.gzip:
            exchange.send_header("Content-Encoding", "gzip")
        exchange.send_header("Connection", "close")
        exchange.end_headers()
        exchange.wfile.write(body[:at])

    return act


@contextmanager
def bulk_serving() -> Iterator[Bulk]:
    """A running server without files."""
    with serving() as server:
        bulk = Bulk(server)
        server.otherwise = bulk
        yield bulk
