"""Several copies of one resource: which of them is the newest, where that can be told."""

from collections.abc import Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo

from mappings.reading.datatypes import Meta
from mappings.reading.dates import when
from mappings.reading.views import Resource

R = TypeVar("R", bound=Resource)


def newest(copies: Sequence[R], zone: ZoneInfo) -> R | None:
    """Return the one of ``copies``, which all differ, that is newer than every other; ``None`` where none is."""
    found = [one for one in copies if all(one is other or _is_newer(one, other, zone) for other in copies)]
    return found[0] if found else None


def _is_newer(one: Resource, other: Resource, zone: ZoneInfo) -> bool:
    """Whether the server's numbers and times, as far as both copies have them, say so and neither denies it.

    Two copies under one versionId are two claims about one version: then neither is newer (FHIR R4 Resource.meta).
    """
    a, b = one.meta or Meta(), other.meta or Meta()
    if a.version_id and a.version_id == b.version_id:
        return False
    number = _order(_number(a.version_id), _number(b.version_id))
    time = _order(_written(a.last_updated, zone), _written(b.last_updated, zone))
    return max(number, time) > 0 and min(number, time) >= 0


def _order(a: float | None, b: float | None) -> int:
    """Return 1 where ``a`` comes later, -1 where ``b`` does, and 0 where neither can be said."""
    return 0 if a is None or b is None else (a > b) - (a < b)


def _number(version: str) -> int | None:
    """Return a version that is a number; what other servers give has no order."""
    return int(version) if version.isascii() and version.isdigit() and len(version) < 20 else None


def _written(text: str, zone: ZoneInfo) -> float | None:
    try:
        return when(text, zone).earliest.timestamp() if text else None
    except ValueError:
        return None
