"""What a server says it can do, so that what it cannot do is known before it is tried.

Spec: https://hl7.org/fhir/R4/capabilitystatement.html.
"""

from typing import Final

import msgspec

from adapter.fhir.wire import decoded, head_of, unexpected


class _Coded(msgspec.Struct):
    code: str = ""


class _Named(msgspec.Struct):
    name: str = ""


class _Resource(msgspec.Struct, rename="camel"):
    type: str = ""
    interaction: list[_Coded] = []
    versioning: str | None = None
    read_history: bool = False
    update_create: bool = False
    conditional_create: bool = False
    conditional_update: bool = False
    search_include: list[str] = []
    search_param: list[_Named] = []
    operation: list[_Named] = []


class _Security(msgspec.Struct):
    service: list[dict[str, msgspec.Raw]] = []


class _Rest(msgspec.Struct, rename="camel"):
    mode: str = ""
    security: _Security | None = None
    resource: list[_Resource] = []
    interaction: list[_Coded] = []
    search_param: list[_Named] = []
    operation: list[_Named] = []


class _Software(msgspec.Struct):
    name: str | None = None
    version: str | None = None


class _Statement(msgspec.Struct, rename="camel"):
    fhir_version: str = ""
    format: list[str] = []
    patch_format: list[str] = []
    software: _Software | None = None
    rest: list[_Rest] = []


_NONE: Final = _Resource()
_JSON: Final = ("json", "application/fhir+json", "application/json", "application/json+fhir")


class Capabilities:
    """A server's CapabilityStatement. What it does not mention it is taken not to do."""

    def __init__(self, statement: _Statement) -> None:
        self.fhir_version = statement.fhir_version
        self.formats = tuple(statement.format)
        self.patch_formats = tuple(statement.patch_format)
        self.software = statement.software.name if statement.software else None
        self.software_version = statement.software.version if statement.software else None
        rest = next((each for each in statement.rest if each.mode == "server"), _Rest())
        self.kinds = tuple(each.type for each in rest.resource)
        self.interactions = frozenset(each.code for each in rest.interaction)
        self.secured = bool(rest.security and rest.security.service)
        self._kinds = {each.type: each for each in rest.resource}
        self._everywhere = frozenset(each.name for each in rest.search_param)
        self._operations = frozenset(each.name.removeprefix("$") for each in rest.operation)

    @property
    def release(self) -> str:
        """``R4``, ``R4B`` or ``R5``; empty for any other version."""
        return {"4.0": "R4", "4.3": "R4B", "5.0": "R5"}.get(".".join(self.fhir_version.split(".")[:2]), "")

    @property
    def json(self) -> bool:
        """Whether it speaks JSON, by itself or because it names no format at all."""
        return not self.formats or any(each.partition(";")[0].strip() in _JSON for each in self.formats)

    def supports(self, kind: str, interaction: str) -> bool:
        """Whether it has ``interaction`` ("read", "vread", "update", "create", "search-type", "history-instance"...)."""
        return interaction in {each.code for each in self._kind(kind).interaction}

    def system(self, interaction: str) -> bool:
        """Whether it has an interaction of the whole system: "transaction", "batch", "search-system", "history-system"."""
        return interaction in self.interactions

    def versioning(self, kind: str) -> str | None:
        """``no-version``, ``versioned`` or ``versioned-update`` (updates need ``If-Match``); None where it is silent."""
        return self._kind(kind).versioning

    def update_create(self, kind: str) -> bool:
        """Whether PUT to a new id creates."""
        return self._kind(kind).update_create

    def read_history(self, kind: str) -> bool:
        """Whether former versions can be read."""
        return self._kind(kind).read_history

    def conditional_create(self, kind: str) -> bool:
        """Whether ``If-None-Exist`` is understood."""
        return self._kind(kind).conditional_create

    def conditional_update(self, kind: str) -> bool:
        """Whether PUT with a search is understood."""
        return self._kind(kind).conditional_update

    def search_params(self, kind: str) -> frozenset[str]:
        """The names of the search parameters of a type, with those of all types."""
        return self._everywhere | {each.name for each in self._kind(kind).search_param}

    def includes(self, kind: str) -> frozenset[str]:
        """What ``_include`` may name."""
        return frozenset(self._kind(kind).search_include)

    def operations(self, kind: str | None = None) -> frozenset[str]:
        """The names of the operations of a type, or of the system, without their ``$``."""
        if kind is None:
            return self._operations
        return frozenset(each.name.removeprefix("$") for each in self._kind(kind).operation)

    def _kind(self, kind: str) -> _Resource:
        return self._kinds.get(kind, _NONE)


def capabilities_of(body: bytes, place: str = "GET metadata") -> Capabilities:
    """The capabilities in an answer's body. Raises ``NotFhir`` for anything else."""
    if head_of(body, place).resource_type not in {"CapabilityStatement", "Conformance"}:
        raise unexpected(body, place)
    return Capabilities(decoded(body, _Statement, place))
