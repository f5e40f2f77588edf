"""What stands on the server already of a resource that we are about to write, and how it is found again there."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

import msgspec

from adapter.abilities import Abilities
from adapter.fhir.client import Client
from adapter.fhir.errors import Gone, Invalid, NotFound, Unprocessable
from adapter.naming import Naming, Resource
from adapter.store.ids import Known, Name

#: Decimals as written: 7.30 stays 7.30.
DECODER: Final = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
_PATIENT: Final = ("subject", "individual", "patient")


class Standing(msgspec.Struct, frozen=True):
    """A resource on the server: its id and version there, and its body in our ids; no body where somebody deleted it."""

    id: str
    etag: str | None
    body: Resource | None


class Finder:
    """Finds what we wrote, by its id where the server takes ours or told us its own, and else by its identifier."""

    def __init__(self, client: Client, able: Abilities, naming: Naming, tag_system: str) -> None:
        self._client = client
        self._able = able
        self._naming = naming
        self._tag_system = tag_system

    def find(self, ours: Resource, name: Name, known: Known | None) -> Standing | None:
        """Return what the server has of ``ours``; None where it has nothing. Raises ``FhirError``."""
        theirs = known.theirs if known else name.id
        if known or self._able.takes_ids(name.kind):
            try:
                return self._read(name, theirs)
            except Gone:
                return Standing(theirs, None, None)
            except NotFound:
                pass
        found = [] if self._able.takes_ids(name.kind) else self.all(ours, name)
        return found[0] if found else None

    def tagged(self, ours: Resource, name: Name) -> Resource:
        """Return ``ours`` with a tag that says which of ours it is, for servers that give an id of their own to it."""
        meta = ours.get("meta", {})
        mark = {"system": self._tag_system, "code": name.id}
        tags = [one for one in meta.get("tag", ()) if one != mark]
        return {**ours, "meta": {**meta, "tag": [*tags, mark]}}

    def condition(self, ours: Resource, name: Name) -> str | None:
        """Return the search under which ``ours`` is created only where nothing is found; None where there is none."""
        if not self._able.creates_conditionally(name.kind):
            return None
        param, value = next(self._queries(ours, name))
        return f"{param}={quote(value, safe='')}"

    def _read(self, name: Name, theirs: str) -> Standing | None:
        answer = self._client.read(name.kind, theirs)
        body = DECODER.decode(answer.resource or b"{}")
        return Standing(theirs, answer.etag or version_of(body), self._naming.inward(body, name))

    def all(self, ours: Resource, name: Name) -> list[Standing]:
        """Return, by their ids, what the first search finds that finds anything: a server may not know the others.

        One is what there should be. Of doubles that others made the first is always the same one. Raises ``FhirError``.
        """
        for query in self._queries(ours, name):
            try:
                found = sorted(self._found(query, ours, name), key=lambda one: one.id)
            except (Invalid, Unprocessable, NotFound):
                continue
            if found:
                return found
        return []

    def _found(self, query: tuple[str, str], ours: Resource, name: Name) -> Iterator[Standing]:
        """Yield what is ours of the matches: a server that does not know a parameter may answer with everything."""
        for page in self._client.search(name.kind, [query]):
            for body in map(DECODER.decode, page.resources):
                if self._is_it(body, ours, name) and isinstance(body.get("id"), str):
                    yield Standing(body["id"], version_of(body), self._naming.inward(body, name))

    def _is_it(self, there: Resource, ours: Resource, name: Name) -> bool:
        named = [(one.get("system"), one.get("value")) for one in _identifiers(there)]
        tags = [(one.get("system"), one.get("code")) for one in there.get("meta", {}).get("tag", ())]
        wanted = [(one["system"], one["value"]) for one in _identifiers(ours) if one.keys() >= {"system", "value"}]
        return any(one in named for one in wanted) or (self._tag_system, name.id) in tags

    def _queries(self, ours: Resource, name: Name) -> Iterator[tuple[str, str]]:
        """Yield the searches that find ``ours``, best first. R4 has none by an AdverseEvent's identifier, R5 has."""
        for one in _identifiers(ours):
            if one.keys() >= {"system", "value"} and self._able.searches_by(name.kind, "identifier"):
                yield "identifier", f"{one['system']}|{one['value']}"
        yield "_tag", f"{self._tag_system}|{name.id}"
        for element in _PATIENT:
            reference = ours.get(element, {}).get("reference", "") if isinstance(ours.get(element), dict) else ""
            for param in ("patient", "subject"):
                if reference.startswith("Patient/") and self._able.searches_by(name.kind, param):
                    yield param, reference


def version_of(body: Resource) -> str | None:
    """Return the ETag of a resource by the version in its ``meta``."""
    version = body.get("meta", {}).get("versionId")
    return f'W/"{version}"' if version else None


def _identifiers(resource: Resource) -> list[dict[str, str]]:
    """Return the identifiers of a resource: some types have several, some one."""
    found = resource.get("identifier", [])
    return found if isinstance(found, list) else [found]
