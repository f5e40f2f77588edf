"""Servers on real sockets, and clients that lose no time."""

from collections.abc import Iterator

import pytest

from adapter.fhir.client import Client
from adapter.fhir.transport import Limits, Transport
from tests.unit.fhir.faulty import Faulty, serving

#: Repeats as often as the real one, and hardly waits.
QUICK = Limits(
    connect_seconds=2, read_seconds=0.4, answer_seconds=2, backoff_seconds=0.002, longest_wait_seconds=2, pages=20
)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the machine has no part in these tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def faulty() -> Iterator[Faulty]:
    """A server that does what the test tells it."""
    with serving() as server:
        yield server


@pytest.fixture
def transport(faulty: Faulty) -> Transport:
    return Transport(faulty.base, limits=QUICK)


@pytest.fixture
def client(transport: Transport) -> Client:
    return Client(transport)
