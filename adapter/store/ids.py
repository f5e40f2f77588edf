"""Our ids and the server's: not every server takes the ids that we give, and none says which resources are ours."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, Row, Tuple, delete, insert, select, true, tuple_

from adapter.store.engine import transaction
from adapter.store.tables import RESOURCE

#: How many ids are asked for at once.
_AT_ONCE: Final = 400


class Name(NamedTuple):
    """A resource by its type and an id: ours or the server's."""

    kind: str
    id: str


class Known(msgspec.Struct, frozen=True):
    """What is known of a resource that we wrote: the server's id and version of it, and the content that we meant.

    ``sha256`` is of the resource as it was handed to the outbox, before a person's words were merged into it: as long as
    that does not change there is nothing to write, whatever anybody made of the resource on the server since.
    """

    name: Name
    theirs: str
    etag: str | None
    sha256: str
    patient: str


class Ids:
    """The id map for one server."""

    def __init__(self, engine: Engine, server: str) -> None:
        self._engine = engine
        self._server = server

    def known(self, names: Collection[Name]) -> dict[Name, Known]:
        """Return what is known of the resources that we name ``names``; what was never written is left out."""
        return {one.name: one for one in self._where(tuple_(RESOURCE.c.kind, RESOURCE.c.ours), names)}

    def ours(self, theirs: Collection[Name]) -> dict[Name, Name]:
        """Return, by the server's name for it, our name for each resource that we wrote."""
        found = self._where(tuple_(RESOURCE.c.kind, RESOURCE.c.theirs), theirs)
        return {Name(one.name.kind, one.theirs): one.name for one in found}

    def of_patient(self, patient: str) -> list[Known]:
        """Return everything that was written about ``patient``, by type and id."""
        return self._select(RESOURCE.c.patient == patient)

    def all(self) -> list[Known]:
        """Return everything that was written, by type and id."""
        return self._select(true())

    def _where(self, column: Tuple, names: Collection[Name]) -> list[Known]:
        listed, found = sorted(names), list[Known]()
        for start in range(0, len(listed), _AT_ONCE):
            found += self._select(column.in_(listed[start : start + _AT_ONCE]))
        return found

    def _select(self, condition: ColumnElement[bool]) -> list[Known]:
        query = select(RESOURCE).where(RESOURCE.c.server == self._server, condition)
        with transaction(self._engine) as connection:
            rows = connection.execute(query.order_by(RESOURCE.c.kind, RESOURCE.c.ours)).all()
        return [_known(row) for row in rows]


def keep(connection: Connection, server: str, known: Known, now: datetime) -> None:
    """Write down what is known of one resource, in the place of what was known before."""
    key: Mapping[str, str] = {"server": server, "kind": known.name.kind, "ours": known.name.id}
    connection.execute(delete(RESOURCE).where(*(RESOURCE.c[name] == value for name, value in key.items())))
    said = {"theirs": known.theirs, "etag": known.etag, "sha256": known.sha256, "patient": known.patient}
    connection.execute(insert(RESOURCE).values(**key, **said, changed_at=now))


def _known(row: Row[tuple[object, ...]]) -> Known:
    return Known(Name(row.kind, row.ours), row.theirs, row.etag, row.sha256, row.patient)
