"""HTTP requests to one FHIR server."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """How long to wait, how often to repeat, and how much to take."""

    connect_seconds: float = 10
    read_seconds: float = 60
    answer_seconds: float = 600
    retries: int = 5
    backoff_seconds: float = 0.5
    longest_wait_seconds: float = 120
    answer_bytes: int = 256 * 1024 * 1024
    bundle_entries: int = 8
    pages: int = 10_000


class Authoriser(Protocol):
    """Where the Authorization header comes from."""

    def header(self) -> str | None:
        """The value of the Authorization header, ``Bearer ...``."""

    def renew(self) -> None:
        """Gets new credentials, after a 401."""


class Reply(msgspec.Struct, frozen=True):
    """An answer below 400. ``headers`` are found by lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Streamed(msgspec.Struct, frozen=True):
    """An answer whose body is still to come."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]


class Transport:
    """Sends requests to one server and to no other. Threads may share it."""

    def __init__(
        self, base: str, *, authoriser: Authoriser | None = None, limits: Limits = Limits(), verify: bool | str = True
    ) -> None:
        self.limits = limits
        raise NotImplementedError

    def send(
        self,
        method: str,
        url_or_path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        params: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        repeatable: bool | None = None,
        passes: Collection[int] = (),
    ) -> Reply:
        """The answer, where its status is below 400 or one of ``passes``. Raises ``FhirError`` for any other."""
        raise NotImplementedError

    @contextmanager
    def stream(
        self, url_or_path: str, *, headers: Mapping[str, str] | None = None, authorised: bool = True
    ) -> Iterator[Streamed]:
        """GET, the body in chunks (decompressed where Content-Encoding says so). Raises ``FhirError``, also on the way.

        Not repeated once the body has begun: who reads it resumes it.
        """
        raise NotImplementedError
        yield
