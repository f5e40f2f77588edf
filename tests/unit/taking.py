"""The small FHIR server of the outbox's tests, taking every type that is written, whatever it refers to."""

from collections.abc import Iterator
from contextlib import contextmanager

from adapter.to_server import KINDS
from adapter.writing import DEFINITIONS
from tests.unit.store.hospital import Hospital, Json, serving

INTERACTIONS = [{"code": code} for code in ("read", "create", "update", "search-type")]


@contextmanager
def taking(version: str = "4.0.1", definitions: tuple[str, ...] = ("Measure",)) -> Iterator[Hospital]:
    """Run a server that takes our types, and of definitions those named, until the context ends."""
    with serving() as server:
        kinds = [*KINDS, *(kind for kind in DEFINITIONS if kind in definitions)]

        def capabilities() -> Json:
            resources = [{"type": kind, "updateCreate": True, "interaction": INTERACTIONS} for kind in kinds]
            rest = {"mode": "server", "resource": resources, "interaction": [{"code": "transaction"}]}
            return {"resourceType": "CapabilityStatement", "fhirVersion": version, "format": ["json"], "rest": [rest]}

        server._capabilities = capabilities  # type: ignore[method-assign]
        server._refer = lambda body: None  # type: ignore[method-assign]
        yield server
