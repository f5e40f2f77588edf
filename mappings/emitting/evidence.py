"""The resources behind a result, wherever in it they are named, as references to the very versions that were used."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from mappings.emitting.checklist import cited
from mappings.emitting.datatypes import Resource
from mappings.findings import Evidence


def references(*results: Any) -> list[Resource]:
    """Return each resource behind ``results`` once, in the order of their names."""
    found = {min(what.values()): what for what in map(cited, evidence_in(results))}
    return [found[name] for name in sorted(found)]


def evidence_in(value: Any) -> Iterator[Evidence]:
    """Yield every piece of evidence that a result names, however deep it stands: none can be forgotten."""
    if isinstance(value, Evidence):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from evidence_in(getattr(value, name))
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from evidence_in(inner)


def of_kinds(found: Iterable[Resource], kinds: Iterable[str]) -> list[Resource]:
    """Return the references among ``found`` that name a resource of one of ``kinds``."""
    wanted = frozenset(kinds)
    return [one for one in found if kind_of(one) in wanted]


def named(found: Iterable[Resource]) -> str:
    """Return references in words, for where FHIR has no place for their type."""
    return ", ".join(min(one.values()) for one in found)


def kind_of(one: Resource) -> str:
    """Return the type that a reference names; "" where it only has words."""
    return str(one.get("reference", "")).partition("/")[0]
