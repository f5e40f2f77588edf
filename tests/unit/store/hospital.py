"""A small FHIR server on a real socket, right in what it does, and with the habits of real ones as options."""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Json = dict[str, Any]
Answer = tuple[int, Json, dict[str, str]]
KINDS = ["Basic", "ResearchSubject", "AdverseEvent", "Provenance", "Observation"]


class RefusedError(Exception):
    """An interaction that fails with a status and the code of an OperationOutcome."""

    def __init__(self, status: int, code: str = "invalid") -> None:
        super().__init__(status)
        self.status = status
        self.code = code


def outcome(code: str) -> Json:
    """Return an OperationOutcome with a patient's value in its text."""
    issue = {"severity": "error", "code": code, "diagnostics": "WANG Wei", "expression": ["Basic.note"]}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


class Hospital:
    """What the server holds: every version of every resource, and how often anything was created."""

    def __init__(self) -> None:
        self.takes_ids = True
        self.says_takes_ids: bool | None = None
        self.transacts = True
        self.atomic = True
        self.conditional = True
        self.searched: dict[str, list[str]] = {"ResearchSubject": ["identifier"], "Basic": ["identifier"]}
        self.knows_tags = True
        self.most = 8
        self.before: list[Callable[[str, str], None]] = []  # called, once each, before a request is done
        self.after: list[Callable[[str, str], None]] = []  # called, once each, before it is answered
        self.poison: dict[str, int] = {}  # text that makes an entry fail -> with this status
        self.held: dict[str, list[Json]] = {}
        self.deleted: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.log: list[str] = []
        self.url = ""
        self._lock = threading.RLock()

    def now(self, name: str) -> Json:
        """Return the newest version of ``Type/id``."""
        return self.held[name][-1]

    def all(self, kind: str) -> list[Json]:
        """Return the newest versions of all resources of a type."""
        return [versions[-1] for name, versions in self.held.items() if name.startswith(f"{kind}/")]

    def edit(self, name: str, **values: Any) -> None:
        """Somebody else changes a resource."""
        with self._lock:
            self._put(name, {**self.now(name), **values})

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Do what a request asks for."""
        with self._lock:
            self.asked[f"{method} {path.split('?')[0].split('/')[0]}"] += 1
            try:
                if method == "POST" and path == "":
                    return self._bundle(json.loads(body))
                return self._one(method, path, headers, body)
            except RefusedError as error:
                return error.status, outcome(error.code), {}

    def _one(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        where, _, query = path.partition("?")
        kind, _, rest = where.partition("/")
        if path == "metadata":
            return 200, self._capabilities(), {}
        if method == "GET" and not rest:
            return self._search(kind, parse_qsl(query))
        if rest == "_search":
            return self._search(kind, parse_qsl(body.decode()))
        if method == "GET":
            return self._read(where)
        return self._write(method, where, headers, json.loads(body), None)

    def _capabilities(self) -> Json:
        says = self.takes_ids if self.says_takes_ids is None else self.says_takes_ids
        resources = [
            {
                "type": kind,
                "updateCreate": says,
                "conditionalCreate": self.conditional,
                "searchParam": [{"name": name, "type": "token"} for name in self.searched.get(kind, [])],
            }
            for kind in KINDS
        ]
        interactions = [{"code": "transaction"}] if self.transacts else []
        rest = {"mode": "server", "resource": resources, "interaction": interactions}
        return {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "format": ["json"], "rest": [rest]}

    def _read(self, name: str) -> Answer:
        if name in self.deleted:
            raise RefusedError(410, "deleted")
        if name not in self.held:
            raise RefusedError(404, "not-found")
        return 200, self.now(name), {"ETag": self._etag(name)}

    def _search(self, kind: str, params: list[tuple[str, str]]) -> Answer:
        found = self._matches(kind, params)
        entries = [{"resource": one, "search": {"mode": "match"}} for one in found]
        return 200, {"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": entries}, {}

    def _matches(self, kind: str, params: list[tuple[str, str]]) -> list[Json]:
        [(name, value)] = params
        system, _, code = value.partition("|")
        if name == "_tag":
            if not self.knows_tags:  # and answers as if nothing had been asked
                return self.all(kind)
            tag = {"system": system, "code": code}
            return [one for one in self.all(kind) if tag in one.get("meta", {}).get("tag", [])]
        if name not in self.searched.get(kind, []):
            raise RefusedError(400, "not-supported")
        if name == "identifier":
            return [one for one in self.all(kind) if {"system": system, "value": code} in one.get("identifier", [])]
        return [one for one in self.all(kind) if one.get("subject", {}).get("reference") == value]

    def _write(self, method: str, where: str, headers: dict[str, str], body: Json, new: str | None) -> Answer:
        kind = where.partition("/")[0]
        text = json.dumps(body)
        for word, status in self.poison.items():
            if word in text:
                raise RefusedError(status, "throttled" if status == 429 else "required")
        self._refer(body)
        if method == "POST":
            condition = headers.get("If-None-Exist")
            if condition and (found := self._matches(kind, parse_qsl(condition))):
                if len(found) > 1:
                    raise RefusedError(412, "multiple-matches")
                return 200, {}, {"Location": f"{self.url}/{kind}/{found[0]['id']}/_history/1"}
            return self._put(f"{kind}/{new or self.new_id()}", body, 201)
        if where not in self.held and not self.takes_ids:
            raise RefusedError(405, "not-supported")
        if (wanted := headers.get("If-Match")) and wanted != self._etag(where):
            raise RefusedError(412, "conflict")
        return self._put(where, body, 200 if where in self.held else 201)

    def _refer(self, body: Json) -> None:
        """Refuse references to what is not there; patients are taken as known."""
        for reference in re.findall(r'"reference": "([^"]+)"', json.dumps(body)):
            if not reference.startswith("Patient/") and reference not in self.held:
                raise RefusedError(400, "not-found")

    def _put(self, name: str, body: Json, status: int = 200) -> Answer:
        versions = self.held.setdefault(name, [])
        version = str(len(versions) + 1)
        meta = {**body.get("meta", {}), "versionId": version, "lastUpdated": f"2025-06-01T00:00:{len(self.log):09}Z"}
        versions.append({**body, "id": name.partition("/")[2], "meta": meta})
        self.log.append(name)
        return status, versions[-1], {"Location": f"{self.url}/{name}/_history/{version}", "ETag": self._etag(name)}

    def _etag(self, name: str) -> str:
        return f'W/"{self.now(name)["meta"]["versionId"]}"' if name in self.held else ""

    def new_id(self) -> str:
        """Return the next id that the server gives."""
        return f"s{sum(map(len, self.held.values())) + 1}"

    def _bundle(self, bundle: Json) -> Answer:
        entries = bundle["entry"]
        if len(entries) > self.most:
            raise RefusedError(400, "too-costly")
        before, names = deepcopy((self.held, self.log)), self._new_names(entries)
        answers = []
        for entry in entries:
            try:
                answers.append(self._entry(entry, names))
            except RefusedError as error:
                if self.atomic:
                    self.held, self.log = before
                    raise
                answers.append({"response": {"status": str(error.status), "outcome": outcome(error.code)}})
        return 200, {"resourceType": "Bundle", "type": "transaction-response", "entry": answers}, {}

    def _new_names(self, entries: list[Json]) -> dict[str, str]:
        """Return what each urn will stand for: what is found already, or what is to be made."""
        start, names = sum(map(len, self.held.values())) + 1, {}
        for index, entry in enumerate(entries):
            request = entry["request"]
            if request["method"] == "POST":
                condition = request.get("ifNoneExist")
                found = self._matches(request["url"], parse_qsl(condition)) if condition else []
                names[entry["fullUrl"]] = f"{request['url']}/{found[0]['id'] if found else f's{start + index}n'}"
        return names

    def _entry(self, entry: Json, names: dict[str, str]) -> Json:
        request, text = entry["request"], json.dumps(entry["resource"])
        for urn, name in names.items():
            text = text.replace(f'"{urn}"', f'"{name}"')
        headers = {"If-Match": request.get("ifMatch"), "If-None-Exist": request.get("ifNoneExist")}
        new = names.get(entry.get("fullUrl", ""), "/").partition("/")[2]
        done = self._write(request["method"], request["url"], headers, json.loads(text), new)
        status, _, told = done
        return {"response": {"status": str(status), "location": told.get("Location"), "etag": told.get("ETag")}}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: Any

    def act(self) -> None:
        hospital: Hospital = self.server.hospital
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urlsplit(self.path)
        where = path.path.removeprefix("/fhir").strip("/") + (f"?{path.query}" if path.query else "")
        try:
            if hospital.before:
                hospital.before.pop(0)(self.command, where)
            status, answer, headers = hospital.answer(self.command, where, dict(self.headers), body)
            if hospital.after:
                hospital.after.pop(0)(self.command, where)
        except ConnectionError:
            self.close_connection = True
            self.connection.close()
            return
        told = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/fhir+json",
            "Content-Length": str(len(told)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_POST = do_PUT = act  # noqa: N815  # http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    hospital: Hospital

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is no news."""


@contextmanager
def serving() -> Iterator[Hospital]:
    """Run a server until the context ends."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.hospital = Hospital()
    server.hospital.url = f"http://127.0.0.1:{server.server_address[1]}/fhir"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.hospital
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
