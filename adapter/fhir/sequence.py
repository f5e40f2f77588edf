"""Resources that refer to each other by ``urn:uuid:``, put into parts that can be written one after the other.

Spec: https://hl7.org/fhir/R4/bundle.html#references.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from adapter.fhir.errors import FhirError
from adapter.fhir.wire import head_of, located

_REFERENCE: Final = re.compile(rb'("reference"\s*:\s*")(urn:(?:uuid|oid):[^"\\]+)(?=")')


def referred(resource: bytes | None) -> set[str]:
    """The urns that a resource refers to."""
    return {found[2].decode() for found in _REFERENCE.finditer(resource)} if resource else set()


def renamed(resource: bytes, names: Mapping[str, str]) -> bytes:
    """The resource with its references to urns replaced where they have become ``Type/id``; no other byte changes."""

    def name(found: re.Match[bytes]) -> bytes:
        return found[1] + names.get(found[2].decode(), found[2].decode()).encode()

    return _REFERENCE.sub(name, resource) if names else resource


def named(location: str | None, resource: bytes | None, url: str) -> str | None:
    """The ``Type/id`` of what was written, by its Location, by itself, or by the address it was put to."""
    if found := located(location):
        return "/".join(found[:2])
    try:
        head = head_of(resource, "") if resource else None
    except FhirError:
        head = None
    if head and head.id:
        return f"{head.resource_type}/{head.id}"
    return "/".join(found[:2]) if "?" not in url and (found := located(url)) else None


def in_parts(resources: Sequence[bytes | None], urls: Sequence[str | None], most: int) -> list[list[int]]:
    """The positions of the resources in parts of at most ``most``: what is referred to comes with or before what refers."""
    if len(resources) <= most:
        return [[*range(len(resources))]] if resources else []
    at = {url: index for index, url in enumerate(urls) if url}
    order: dict[int, None] = {}
    seen: set[int] = set()
    waiting = [*reversed(range(len(resources)))]
    while waiting:  # a stack, so that a long chain does no harm
        index = waiting[-1]
        targets = [at[url] for url in referred(resources[index]) & at.keys()] if index not in seen else []
        seen.add(index)
        if following := sorted({*targets} - seen, reverse=True):
            waiting += following
        else:
            order[waiting.pop()] = None
    found = [*order]
    return [found[start : start + most] for start in range(0, len(found), most)]
