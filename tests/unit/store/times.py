"""A clock for the tests, and messages about nobody."""

from datetime import UTC, datetime, timedelta

SERVER = "https://fhir.example.org/r4"
START = datetime(2025, 6, 1, 9, tzinfo=UTC)


def at(minutes: float = 0) -> datetime:
    """Return a moment some minutes after the start."""
    return START + timedelta(minutes=minutes)


def entry(name: str, content: str = "", kind: str = "Basic") -> bytes:
    """Return a resource as it is put in the outbox."""
    return f'{{"resourceType":"{kind}","id":"{name}","note":"{content}"}}'.encode()
