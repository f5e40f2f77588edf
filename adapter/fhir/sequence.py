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
    order: list[int] = []
    seen: set[int] = set()

    def visit(index: int) -> None:
        if index not in seen:
            seen.add(index)
            for url in sorted(referred(resources[index]) & at.keys(), key=at.__getitem__):
                visit(at[url])
            order.append(index)

    for index in range(len(resources)):
        visit(index)
    return [order[start : start + most] for start in range(0, len(order), most)]
