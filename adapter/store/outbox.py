"""Messages to a FHIR server: kept until they are delivered, in order for each patient, none lost and none sent twice.

A message is everything that is said of one patient at one instant, so that a newer one makes an older one needless.

    enqueue              -> waiting
    waiting   lease      -> sending      one message of a patient at a time, the oldest first
    sending   delivered  -> delivered
    sending   postpone   -> waiting      to be tried again when it is due
    sending   park       -> parked       refused for what it says; superseded, where a newer one waits
    sending   (the lease ran out) lease -> sending, by another process: the first one was killed
    parked    retry      -> waiting
    waiting, parked      enqueue of a newer one -> superseded

Only what is certain not to be under way is superseded: a message that was ever tried, and neither delivered nor refused,
may have reached the server, so that it is settled first. What was written is noted entry by entry (``record``) before
the message is; a process that is killed in between leaves a message of which the next one finds the entries in place.

Times are given by the caller, aware of their zone. Patients' keys and entries are about persons: never log them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal, get_args

import msgspec
from sqlalchemy import Connection, Engine, Row, and_, exists, func, insert, or_, select, update

from adapter.fhir.outcomes import Issue
from adapter.store import receipts
from adapter.store.engine import transaction
from adapter.store.ids import Ids, Known, Name, keep
from adapter.store.receipts import Receipt
from adapter.store.tables import MESSAGE

State = Literal["waiting", "sending", "delivered", "parked", "superseded"]
STATES: Final[tuple[State, ...]] = get_args(State)
_UNFINISHED: Final = ("waiting", "sending")
#: The key, in a patient's place, of what everybody's resources refer to: whatever was put in later waits for it.
EVERYBODY: Final = ""


class LeaseLost(Exception):  # noqa: N818  # it is no fault: another process goes on with the message
    """The message is no longer this process's to send: its lease ran out and another took it, or it is settled."""


class Message(msgspec.Struct, frozen=True):
    """A message that ``owner`` may send now, for the ``attempts``-th time that it is tried."""

    id: int
    patient: str
    entries: tuple[bytes, ...]  # one resource each, under our ids, in an order in which references resolve
    attempts: int
    owner: str


class Told(msgspec.Struct, frozen=True):
    """What there is to tell of a message. ``reason`` and ``issues`` hold no patient's value; ``patient`` names one."""

    id: int
    patient: str
    digest: str
    state: State
    attempts: int
    due: datetime
    made_at: datetime
    changed_at: datetime
    reason: str | None
    issues: tuple[Issue, ...]


class Written(msgspec.Struct, frozen=True):
    """An entry that is settled: what is known of the resource now, and the receipt."""

    known: Known
    receipt: Receipt


class _Entry(msgspec.Struct):
    resource_type: str = msgspec.field(name="resourceType")
    id: str


def digest_of(entries: Sequence[bytes]) -> str:
    """Return the SHA-256 of ``entries``: the same content in the same order, the same digest."""
    return sha256(b"\n".join(entries)).hexdigest()


def name_of(entry: bytes) -> Name:
    """Return the type and the id of a resource. Raises ``ValueError``, without a word of it, where it has none."""
    try:
        found = msgspec.json.decode(entry, type=_Entry)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ValueError("an entry of a message is a resource with a type and an id") from None
    return Name(found.resource_type, found.id)


class Outbox:
    """The messages to one server, named by its base URL as its client has it. Threads and processes may share the store."""

    def __init__(self, engine: Engine, server: str) -> None:
        self._engine = engine
        self.server = server.rstrip("/")
        self.ids = Ids(engine, self.server)

    def enqueue(self, patient: str, entries: Sequence[bytes], digest: str, now: datetime) -> int:
        """Put what is to be said of ``patient``, known by any key, and return the number of the message.

        The same ``digest`` as the newest message of this patient adds nothing and returns that one's number, whether it
        waits, was delivered or was refused. An older one of which nothing is under way is superseded.
        """
        body = _joined(entries)
        with transaction(self._engine) as connection:
            newest = connection.execute(
                select(MESSAGE.c.id, MESSAGE.c.digest).where(*self._of(patient)).order_by(MESSAGE.c.id.desc()).limit(1)
            ).first()
            if newest and newest.digest == digest:
                return int(newest.id)
            needless = or_(MESSAGE.c.state == "parked", and_(MESSAGE.c.state == "waiting", MESSAGE.c.untried))
            connection.execute(
                update(MESSAGE).where(*self._of(patient), needless).values(state="superseded", changed_at=now)
            )
            said = {"server": self.server, "patient": patient, "digest": digest, "entries": body}
            return _number(
                connection.execute(
                    insert(MESSAGE)
                    .values(**said, state="waiting", untried=True, attempts=0, due=now, made_at=now, changed_at=now)
                    .returning(MESSAGE.c.id)
                ).scalar_one()
            )

    def lease(self, owner: str, now: datetime, until: datetime) -> Message | None:
        """Take the oldest message that is due, to be sent by ``owner`` until ``until``; none where nothing is due.

        One whose lease ran out is taken up again. A patient's message waits for the older ones of the same patient, and
        of ``EVERYBODY``; one that was refused keeps nobody waiting.
        ``owner`` is kept for people who look who has it.
        """
        older = MESSAGE.alias()
        due = and_(MESSAGE.c.state == "waiting", MESSAGE.c.due <= now)
        left = and_(MESSAGE.c.state == "sending", MESSAGE.c.lease_until <= now)
        blocked = exists().where(
            older.c.server == self.server,
            older.c.patient.in_((MESSAGE.c.patient, EVERYBODY)),
            older.c.id < MESSAGE.c.id,
            older.c.state.in_(_UNFINISHED),
        )
        query = select(MESSAGE).where(MESSAGE.c.server == self.server, or_(due, left), ~blocked)
        with transaction(self._engine) as connection:
            row = connection.execute(query.order_by(MESSAGE.c.id).limit(1)).first()
            if row is None:
                return None
            held = {"state": "sending", "untried": False, "owner": owner, "lease_until": until}
            connection.execute(
                update(MESSAGE).where(MESSAGE.c.id == row.id).values(**held, attempts=row.attempts + 1, changed_at=now)
            )
        return Message(row.id, row.patient, tuple(row.entries.splitlines()), row.attempts + 1, owner)

    def renew(self, message: Message, until: datetime) -> None:
        """Keep a message until ``until``. Raises ``LeaseLost``; then not one more entry of it may be sent."""
        with transaction(self._engine) as connection:
            _settle(connection, message, {"lease_until": until})

    def record(self, message: Message, written: Sequence[Written], now: datetime) -> None:
        """Note entries of ``message`` that are settled. Raises ``LeaseLost``."""
        with transaction(self._engine) as connection:
            _settle(connection, message, {"changed_at": now})
            for one in written:
                keep(connection, self.server, one.known, now)
                receipts.add(connection, message.id, one.receipt)

    def delivered(self, message: Message, now: datetime) -> None:
        """Note that every entry of ``message`` is settled. Raises ``LeaseLost``."""
        with transaction(self._engine) as connection:
            _settle(connection, message, _left("delivered", now))

    def postpone(self, message: Message, now: datetime, due: datetime, reason: str) -> None:
        """Note that ``message`` is to be tried again at ``due``, and why, in words of ours. Raises ``LeaseLost``."""
        with transaction(self._engine) as connection:
            _settle(connection, message, {**_left("waiting", now), "due": due, "reason": reason})

    def park(self, message: Message, now: datetime, reason: str, issues: Sequence[Issue] = ()) -> None:
        """Note that ``message`` was refused for what it says: a person has to look at it. Raises ``LeaseLost``."""
        with transaction(self._engine) as connection:
            newer = select(MESSAGE.c.id).where(*self._of(message.patient), MESSAGE.c.id > message.id).limit(1)
            state: State = "superseded" if connection.execute(newer).first() else "parked"
            said = {"reason": reason, "issues": msgspec.json.encode(issues).decode()}
            _settle(connection, message, {**_left(state, now), **said})

    def retry(self, number: int, now: datetime) -> bool:
        """Let a parked message wait again, due at once; whether there was one."""
        again = {"state": "waiting", "untried": True, "due": now, "changed_at": now}
        with transaction(self._engine) as connection:
            parked = (MESSAGE.c.server == self.server, MESSAGE.c.id == number, MESSAGE.c.state == "parked")
            return connection.execute(update(MESSAGE).where(*parked).values(again)).rowcount == 1

    def hasten(self, now: datetime) -> None:
        """Let whatever waits be due at once: somebody asks for it, and may know that the server is back."""
        with transaction(self._engine) as connection:
            waiting = (MESSAGE.c.server == self.server, MESSAGE.c.state == "waiting", MESSAGE.c.due > now)
            connection.execute(update(MESSAGE).where(*waiting).values(due=now))

    def newest(self, patient: str) -> tuple[str, State] | None:
        """Return the digest and the state of the newest message of ``patient``."""
        query = select(MESSAGE.c.digest, MESSAGE.c.state).where(*self._of(patient)).order_by(MESSAGE.c.id.desc())
        with transaction(self._engine) as connection:
            row = connection.execute(query.limit(1)).first()
        return (row.digest, row.state) if row else None

    def messages(self, *states: State) -> list[Told]:
        """Return what there is to tell of the messages in ``states``, of all where none is named, oldest first."""
        wanted = (MESSAGE.c.server == self.server, MESSAGE.c.state.in_(states or STATES))
        with transaction(self._engine) as connection:
            return [_told(row) for row in connection.execute(select(MESSAGE).where(*wanted).order_by(MESSAGE.c.id))]

    def entries(self, number: int) -> tuple[bytes, ...]:
        """Return the resources of a message; none where there is no such message."""
        with transaction(self._engine) as connection:
            query = select(MESSAGE.c.entries).where(MESSAGE.c.server == self.server, MESSAGE.c.id == number)
            return tuple((connection.execute(query).scalar_one_or_none() or b"").splitlines())

    def receipts(self, number: int) -> list[Receipt]:
        """Return the receipts of a message, in the order in which they came."""
        with transaction(self._engine) as connection:
            return receipts.of(connection, number)

    def counts(self) -> dict[State, int]:
        """Return how many messages are in each state."""
        query = select(MESSAGE.c.state, func.count()).where(MESSAGE.c.server == self.server)
        with transaction(self._engine) as connection:
            found = {row[0]: row[1] for row in connection.execute(query.group_by(MESSAGE.c.state))}
        return {state: found.get(state, 0) for state in STATES}

    def _of(self, patient: str) -> tuple[Any, ...]:
        return MESSAGE.c.server == self.server, MESSAGE.c.patient == patient


def servers_in(engine: Engine) -> list[str]:
    """Return the servers that there are messages to."""
    with transaction(engine) as connection:
        return list(connection.execute(select(MESSAGE.c.server).distinct().order_by(MESSAGE.c.server)).scalars())


def _settle(connection: Connection, message: Message, values: Mapping[str, object]) -> None:
    """Change a message that this process holds, and nobody else does."""
    held = and_(
        MESSAGE.c.id == message.id,
        MESSAGE.c.state == "sending",
        MESSAGE.c.attempts == message.attempts,  # counts each taking, whoever took it
    )
    if connection.execute(update(MESSAGE).where(held).values(values)).rowcount != 1:
        raise LeaseLost(f"message {message.id}")


def _left(state: State, now: datetime) -> dict[str, object]:
    """Return what changes in a message that is no longer being sent."""
    return {"state": state, "owner": None, "lease_until": None, "changed_at": now, "reason": None, "issues": None}


def _joined(entries: Sequence[bytes]) -> bytes:
    """Return ``entries`` as lines. Raises ``ValueError`` for what could not be told apart again."""
    names = [name_of(entry) for entry in entries]
    if not names or len({*names}) != len(names) or any(len(entry.splitlines()) != 1 for entry in entries):
        raise ValueError("a message has at least one entry, each on one line, and each resource once")
    return b"\n".join(entry.strip() for entry in entries)


def _number(value: Any) -> int:
    return int(value)


def _told(row: Row[tuple[Any, ...]]) -> Told:
    issues = msgspec.json.decode(row.issues or "[]", type=tuple[Issue, ...])
    return Told(
        row.id,
        row.patient,
        row.digest,
        row.state,
        row.attempts,
        row.due,
        row.made_at,
        row.changed_at,
        row.reason,
        issues,
    )
