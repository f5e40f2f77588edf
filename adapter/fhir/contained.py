"""Contained resources made resources of their own.

Spec: https://hl7.org/fhir/R4/references.html#contained.
"""

import re
import sys
from typing import Final

from adapter.fhir.bundles import (
    ID,
    Ambiguous,
    Json,
    RefusedError,
    at,
    decode,
    encode,
    hashed,
    identity_of,
    objects,
    rename,
)

_HAS_SUBJECT: Final = re.compile(
    "Condition|Consent|DiagnosticReport|Medication(Administration|Dispense|Request|Statement)|Observation|Procedure"
    "|QuestionnaireResponse"
)


def hoist(resource: Json) -> list[Json]:
    """The resource, then its contained resources as resources of their own, named ``<its id>.<their id>``.

    References ``#id`` follow, and contained clinical resources without a subject get the outer one's. The objects
    given are changed. Anything in ``contained`` that is no resource stays there. References are never followed, so
    circles of them do no harm. Spec: https://hl7.org/fhir/R4/references.html#contained.
    """
    hoisted = [resource]
    for each in hoisted:  # grows on the way
        hoisted += _lifted(each)
    return hoisted


def hoist_line(line: bytes, depth: int = 64) -> list[bytes]:
    """``hoist`` for one NDJSON line: lines with their newlines, or the very line where there is nothing to do.

    A line that cannot be read, or has a key twice, comes back as it is, since who asks has to report it anyway.
    """
    try:
        resource = decode(line, depth)
        twice = any(isinstance(each, Ambiguous) for each in objects(resource))
        if not twice and isinstance(at(resource, "contained"), list):
            return [encode(each, depth, sys.maxsize) for each in hoist(resource)]
    except RefusedError:
        pass
    return [line]


def _lifted(outer: Json) -> list[Json]:
    contained = outer.get("contained")
    if not isinstance(contained, list):
        return []
    inner = [each for each in contained if isinstance(at(each, "resourceType"), str)]
    names = _contained_names(outer, inner)
    rename(outer, "#", names)  # reaches the contained ones too, while they are still inside
    outer["contained"] = [each for each in contained if not isinstance(at(each, "resourceType"), str)]
    if not outer["contained"]:
        del outer["contained"]
    for each in inner:
        _give_subject(each, outer)
        _stand_for_another(each)
    return inner


def _stand_for_another(inner: Json) -> None:
    """Lets a contained Patient with an identifier stand for whoever carries it: it has no life of its own."""
    identifiers = inner.get("identifier") if inner["resourceType"] == "Patient" else None
    named = [one for one in identifiers if at(one, "value")] if isinstance(identifiers, list) else []
    if named and "link" not in inner:
        inner["link"] = [{"other": {"type": "Patient", "identifier": named[0]}, "type": "replaced-by"}]


def _contained_names(outer: Json, inner: list[Json]) -> dict[str, str]:
    """Gives the contained resources their ids, and tells what each ``#id`` stands for; ``#`` is the outer one."""
    identity = identity_of(outer)
    own = outer["id"] if identity else hashed(repr(outer))
    names = {"#": identity} if identity else {}
    for index, each in enumerate(inner):
        given = each.get("id")
        local = given.lstrip("#") if isinstance(given, str) else ""
        # The second of two with one id, or one without any, is told apart by its position.
        unique = f"#{local}" not in names and bool(local)
        name = f"{own}.{local}" if unique else f"{own}.{local}.{index}"
        each["id"] = name if ID.fullmatch(name) else hashed(name)
        if unique:
            names[f"#{local}"] = f"{each['resourceType']}/{each['id']}"
    return names


def _give_subject(inner: Json, outer: Json) -> None:
    if "subject" in inner or "patient" in inner:
        return
    subject = next((outer[name] for name in ("subject", "patient") if isinstance(outer.get(name), dict)), None)
    kind = inner["resourceType"]
    r4_consent = kind == "Consent" and "scope" in inner  # R5 has no scope, and says subject
    if subject and (kind == "AllergyIntolerance" or r4_consent):
        inner["patient"] = dict(subject)
    elif subject and _HAS_SUBJECT.fullmatch(kind):
        inner["subject"] = dict(subject)
