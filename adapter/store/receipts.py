"""What the server answered about each entry of a message."""

from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import Connection, insert, select

from adapter.store.ids import Name
from adapter.store.tables import RECEIPT

#: ``unchanged``: it stood there already. ``left``: a person's word stood against it, or somebody deleted it.
Action = Literal["created", "updated", "unchanged", "left"]


class Receipt(msgspec.Struct, frozen=True):
    """One entry that is settled: what was done, the status, version and place that the server told, and when."""

    name: Name
    action: Action
    status: int
    etag: str | None
    location: str | None
    at: datetime


def add(connection: Connection, message: int, receipt: Receipt) -> None:
    """Write down a receipt for an entry of ``message``."""
    said = {name: getattr(receipt, name) for name in ("action", "status", "etag", "location", "at")}
    connection.execute(insert(RECEIPT).values(message=message, kind=receipt.name.kind, ours=receipt.name.id, **said))


def of(connection: Connection, message: int) -> list[Receipt]:
    """Return the receipts for ``message`` in the order in which they came."""
    rows = connection.execute(select(RECEIPT).where(RECEIPT.c.message == message).order_by(RECEIPT.c.id)).all()
    return [Receipt(Name(row.kind, row.ours), row.action, row.status, row.etag, row.location, row.at) for row in rows]
