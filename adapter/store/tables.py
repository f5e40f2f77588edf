"""The tables of the store: one schema for SQLite and for PostgreSQL. The migrations make them; a test holds both alike."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

#: What can become of a message. Only the first two are still to be worked on.
STATES: Final = ("waiting", "sending", "delivered", "parked", "superseded")
_FORMAT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


class Instant(TypeDecorator[datetime]):
    """A moment, to the microsecond in UTC, as text of one width: the same in every database, and in order of time."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's
        """Write a moment; one without a time zone means nothing here."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC).strftime(_FORMAT)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's
        """Read a moment."""
        return None if value is None else datetime.strptime(value, _FORMAT).replace(tzinfo=UTC)


METADATA: Final = MetaData()
#: SQLite numbers rows by itself only where the type is exactly INTEGER.
NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")

MESSAGE: Final = Table(
    "message",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),  # ascending: the order of what is said of a patient
    Column("server", Text, nullable=False),
    Column("patient", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("entries", LargeBinary, nullable=False),  # NDJSON, in an order in which references resolve
    Column("state", String(10), nullable=False),
    Column("untried", Boolean, nullable=False),  # certain that nothing of it is under way
    Column("attempts", Integer, nullable=False),
    Column("owner", Text),
    Column("lease_until", Instant),
    Column("due", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("reason", Text),
    Column("issues", Text),  # JSON: severity, code and expression of each issue, no word more
    CheckConstraint(f"state IN {STATES}", name="message_state"),
    CheckConstraint("(state = 'sending') = (owner IS NOT NULL AND lease_until IS NOT NULL)", name="message_lease"),
    sqlite_autoincrement=True,  # a number that was given out never comes back
)


def _only_one(name: str, condition: str) -> None:
    """Let the database itself refuse a second message of a patient that meets ``condition``."""
    where = text(condition)
    columns = (MESSAGE.c.server, MESSAGE.c.patient)
    Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


_only_one("message_one_under_way", "state = 'sending' OR (state = 'waiting' AND NOT untried)")
_only_one("message_one_untried", "state = 'waiting' AND untried")
_only_one("message_one_parked", "state = 'parked'")
Index("message_by_patient", MESSAGE.c.server, MESSAGE.c.patient, MESSAGE.c.id)
Index("message_by_state", MESSAGE.c.server, MESSAGE.c.state, MESSAGE.c.due)

#: What we wrote: our id -> the id that the server has for it, the version and the content that we wrote last.
RESOURCE: Final = Table(
    "resource",
    METADATA,
    Column("server", Text, primary_key=True),
    Column("kind", String(64), primary_key=True),
    Column("ours", String(64), primary_key=True),
    Column("theirs", Text, nullable=False),
    Column("etag", Text),
    Column("sha256", String(64), nullable=False),
    Column("patient", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
Index("resource_by_theirs", RESOURCE.c.server, RESOURCE.c.kind, RESOURCE.c.theirs)
Index("resource_by_patient", RESOURCE.c.server, RESOURCE.c.patient)

#: What the server answered, entry by entry; never changed, never removed.
RECEIPT: Final = Table(
    "receipt",
    METADATA,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("message", NUMBER, ForeignKey("message.id"), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("ours", String(64), nullable=False),
    Column("action", String(10), nullable=False),
    Column("status", Integer, nullable=False),
    Column("etag", Text),
    Column("location", Text),
    Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
Index("receipt_by_message", RECEIPT.c.message)
