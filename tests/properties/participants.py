"""Treated participants for the properties: those of the sample ward, as resources that a property may change, and followed."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from adapter.settings import load_site
from mappings.followed import Episode, Followed
from mappings.following import follow
from mappings.reading.chart import Clock, chart
from mappings.reading.context import Context, context_with
from mappings.site import Occasion
from tests.properties.patients import AT, SAMPLES, Resource, line_of, patient_of, site


@cache
def _exported() -> dict[str, list[str]]:
    """Return the lines of the sample ward by the participant that they are of, under "" those of nobody."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((SAMPLES / "treated").glob("*.ndjson")):
        for line in path.read_text("utf-8").splitlines():
            found[patient_of(json.loads(line))].append(line)
    return found


@cache
def names() -> tuple[str, ...]:
    """Return the participants of the sample ward."""
    return tuple(sorted(_exported().keys() - {""}))


def resources_of(name: str) -> list[Resource]:
    """Return the resources of a participant, free to be changed; numbers keep their digits."""
    return [json.loads(line, parse_float=Decimal) for line in _exported()[name]]


def reference_of(resource: Resource) -> str:
    """Return what a resource is referred to by."""
    return f"{resource['resourceType']}/{resource['id']}"


def known(resource: Resource) -> datetime:
    """Return when the server wrote a resource."""
    return datetime.fromisoformat(resource["meta"]["lastUpdated"])


@cache
def _context(covered: bool) -> Context:
    local = load_site(SAMPLES / "site.toml").local_codes
    shared = [line.encode() for line in _exported()[""] if '"Practitioner"' not in line[:40]]
    declared = site() if covered else msgspec.structs.replace(site(), coverage={})
    return context_with(declared, local, shared, follows=True)


def followed_if(
    resources: Iterable[Resource], at: datetime = AT, known_at: datetime | None = None, *, covered: bool = True
) -> Followed | None:
    """Return what a participant comes to; ``covered``: under the coverage that the sample hospital declares."""
    context, clock = _context(covered), Clock(at, known_at)
    record = chart(map(line_of, resources), (), context, clock, strictly=True)
    assert record is not None
    return follow(record, Occasion(at, context.site), clock)


def followed(
    resources: Iterable[Resource], at: datetime = AT, known_at: datetime | None = None, *, covered: bool = True
) -> Followed:
    """Return what somebody who was treated for sure comes to."""
    found = followed_if(resources, at, known_at, covered=covered)
    assert found is not None
    return found


@cache
def as_exported(name: str) -> Followed:
    """Return what a participant comes to as the ward tells it."""
    return followed(resources_of(name))


def told(found: Any, *without: str) -> Any:
    """Return a result as plain JSON in which 1.0 is 1, without the members that are named, at any depth."""
    return _plain(msgspec.to_builtins(found, builtin_types=(Decimal, date, datetime)), frozenset(without))


def _plain(tree: Any, without: frozenset[str]) -> Any:
    match tree:
        case dict():
            return {name: _plain(value, without) for name, value in tree.items() if name not in without}
        case list() | tuple():
            return [_plain(one, without) for one in tree]
        case Decimal():
            return f"{tree.normalize():f}"
        case date():
            return tree.isoformat()
    return tree


def in_any_order(tree: Any) -> Any:
    """Return plain JSON with every list in the order of its text."""
    if isinstance(tree, dict):
        return {name: in_any_order(value) for name, value in tree.items()}
    return sorted(map(in_any_order, tree), key=json.dumps) if isinstance(tree, list) else tree


def reached(one: Episode) -> int:
    """Return the grade that an event reaches for sure, by a person's word or by numbers."""
    return max(one.worst_grade or 0, one.at_least, one.proposed_grade or 0)


def grades(found: Followed) -> dict[str, int]:
    """Return the grade that is reached for sure by the name of each term."""
    worst: dict[str, int] = {}
    for one in found.events:
        worst[one.term.name] = max(worst.get(one.term.name, 0), reached(one))
    return worst


def cited(*results: Any) -> set[str]:
    """Return every record that results, or any part of them, rest on."""
    return {one["reference"] for one in _objects(told(results)) if "reference" in one}


def versions(reference: str, *results: Any) -> set[str]:
    """Return the versions of a record that results, or any part of them, rest on."""
    return {one["version"] for one in _objects(told(results)) if one.get("reference") == reference and "version" in one}


def _objects(tree: Any) -> Iterator[dict[str, Any]]:
    for one in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _objects(one)
    if isinstance(tree, dict):
        yield tree
