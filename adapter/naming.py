"""References in our ids and in the server's: every rule of ours sees our ids only, whatever the server made of them."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from adapter.fhir.bundles import objects
from adapter.store.ids import Ids, Name

Resource = dict[str, Any]
_RELATIVE: Final = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]+)")


class Naming:
    """Both ways between our ids and those of the server at ``base``."""

    def __init__(self, ids: Ids, base: str) -> None:
        self._ids = ids
        self._start = f"{base.rstrip('/')}/"

    def inward(self, resource: Resource, name: Name) -> Resource:
        """Return a copy of a resource of the server's, which we call ``name``, with our ids and relative references."""
        made: Resource = {**deepcopy(resource), "id": name.id}
        for each, reference in _references(made):
            each["reference"] = reference.removeprefix(self._start)
        ours = self._ids.ours({*_names(made)})
        _rename(made, {theirs: _literal(name) for theirs, name in ours.items()})
        return made

    def outward(self, resource: Mapping[str, Any], new: Mapping[Name, str]) -> Resource:
        """Return a copy of ``resource`` with the server's ids; ``new`` says how what it does not have yet is named."""
        made = deepcopy(dict(resource))
        known = self._ids.known({*_names(made)})
        written = {name: _literal(Name(name.kind, one.theirs)) for name, one in known.items()}
        _rename(made, {**written, **new})
        return made


def _literal(name: Name) -> str:
    return f"{name.kind}/{name.id}"


def _references(resource: Resource) -> Iterator[tuple[Resource, str]]:
    """Yield every reference of ``resource`` with the object that holds it."""
    for each in objects(resource):
        if isinstance(reference := each.get("reference"), str):
            yield each, reference


def _names(resource: Resource) -> Iterator[Name]:
    return (Name(*found.groups()) for _, one in _references(resource) if (found := _RELATIVE.fullmatch(one)))


def _rename(resource: Resource, names: Mapping[Name, str]) -> None:
    for each, reference in _references(resource):
        if found := _RELATIVE.fullmatch(reference):
            each["reference"] = names.get(Name(*found.groups()), reference)
