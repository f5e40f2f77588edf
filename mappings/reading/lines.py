"""Lines as they were sorted to a patient, decoded for reading: JSON that says one thing only, of a type we read."""

import json
from typing import Any, Final

import msgspec

from mappings.findings import SetAsideReason
from mappings.reading import views

_DECODER: Final = msgspec.json.Decoder(views.READ)


def decoded(line: bytes, *, strictly: bool = False) -> views.Resource | SetAsideReason:
    """Return the resource in ``line``, or why it cannot be read.

    ``strictly`` also refuses what parsers may understand differently, which costs more than all the rest.
    """
    reason = said_twice(line) if strictly else None
    if reason:
        return reason
    try:
        view: views.Resource = _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "malformed"
    return view


def said_twice(line: bytes) -> SetAsideReason | None:
    """Return "duplicate-key" where an object in ``line`` names a member twice: parsers disagree on what that says
    (RFC 8259, section 4). What cannot be looked through to its end is "malformed"."""
    try:
        json.loads(line, object_pairs_hook=_once)
    except _DuplicateKeyError:
        return "duplicate-key"
    except (ValueError, RecursionError):
        return "malformed"
    return None


class _DuplicateKeyError(Exception):
    """An object names a member twice."""


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        raise _DuplicateKeyError
    return found
