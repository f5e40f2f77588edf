"""Delivering what waits in the outbox: in parallel across patients, in order for each, again later where it failed."""

import threading
import traceback
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from adapter.fhir.client import Client
from adapter.fhir.errors import (
    FhirError,
    Forbidden,
    ForeignHost,
    Gone,
    Invalid,
    NotFound,
    Throttled,
    Unauthorised,
    Unprocessable,
    Unreachable,
)
from adapter.sending import Item, Respect, Sender, is_settled
from adapter.store.engine import StoreError
from adapter.store.outbox import LeaseLost, Message, Outbox

#: Errors that say that the server refuses what the message says: asking again changes nothing.
REFUSALS: Final = (Forbidden, NotFound, Gone, Invalid, Unprocessable)
#: Errors that say nothing about the message: any other would fare alike.
NOT_ITS_FAULT: Final = (Unreachable, Throttled, Unauthorised, ForeignHost)

Clock = Callable[[], datetime]


class Manner(msgspec.Struct, frozen=True):
    """How messages are delivered."""

    tag_system: str  # of the tag that finds a resource again that has no identifier to search by
    workers: int = 4
    lease_seconds: float = 120  # after which a killed process's message is taken up again; renewed while it lives
    backoff_seconds: float = 30  # doubled with each attempt
    longest_backoff_seconds: float = 3600
    most_attempts: int = 10  # before a message that the server fails at is laid before a person
    failures: int = 3  # in a row, none of which is a message's fault, after which no more is tried in this run


class Delivery(msgspec.Struct):
    """What a run came to: messages by what became of them, entries by what was done, and why it stopped early."""

    messages: Counter[str] = msgspec.field(default_factory=Counter)
    entries: Counter[str] = msgspec.field(default_factory=Counter)
    reasons: Counter[str] = msgspec.field(default_factory=Counter)
    stopped: str | None = None


def utc_now() -> datetime:
    """Return the time of this machine's clock."""
    return datetime.now(UTC)


def deliver(outbox: Outbox, client: Client, respect: Respect, manner: Manner, now: Clock = utc_now) -> Delivery:
    """Deliver every message that is due, and return what became of each.

    ``respect`` merges what people set on the server into what is written. What the server refuses is parked with its
    OperationOutcome; what fails otherwise waits, longer with each attempt. Resources that others refer to (the study,
    the device) are a message of ``EVERYBODY``, which is put in before. Raises ``FhirError`` where the server does not say what it can do, and
    ``StoreError``.
    """
    run = _Run(outbox, client, respect, manner, now)
    with run.heart, ThreadPoolExecutor(manner.workers, "deliver") as pool:
        try:
            for worker in [pool.submit(run.work) for _ in range(manner.workers)]:
                worker.result()
        finally:
            run.stop.set()
    return run.told


def diff(outbox: Outbox, client: Client, respect: Respect, manner: Manner, entries: Sequence[bytes]) -> Iterator[str]:
    """Yield, for each of ``entries``, what delivering it would do: created, updated, unchanged, or left as it is.

    Elements that change are named by their paths; no value is told, and nothing is written. Raises ``FhirError``.
    """
    sender = Sender(outbox, client, respect, manner.tag_system, utc_now, lambda _: None)
    for item in sender.items(entries):
        yield " ".join(_line(sender, item))


def _line(sender: Sender, item: Item) -> Iterator[str]:
    name = f"{item.name.kind}/{item.name.id}"
    if is_settled(item):
        yield from ("unchanged", name)
        return
    step = sender.step(item)
    yield from (step.action, name)
    if step.action == "updated":
        yield ", ".join(step.paths)


def _where(error: Exception) -> str:
    """Return where in the program ``error`` arose, without a word of what it was about."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"


class _Heart:
    """Keeps the leases of what is under way for as long as this process lives."""

    def __init__(self, outbox: Outbox, manner: Manner, now: Clock) -> None:
        self._outbox = outbox
        self._seconds = manner.lease_seconds
        self._now = now
        self._held: dict[int, Message] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heart", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def until(self) -> datetime:
        """Return until when a message is taken now."""
        return self._now() + timedelta(seconds=self._seconds)

    @contextmanager
    def holding(self, message: Message) -> Iterator[None]:
        """Hold ``message`` until the context ends."""
        self._held[message.id] = message
        try:
            yield
        finally:
            del self._held[message.id]

    def renew(self, message: Message) -> None:
        """Keep ``message``. Raises ``LeaseLost``."""
        self._outbox.renew(message, self.until())

    def _beat(self) -> None:
        while not self._stop.wait(self._seconds / 4):
            for message in list(self._held.values()):
                with suppress(LeaseLost, StoreError):  # whoever sends it finds out before it writes
                    self.renew(message)


class _Run:
    """One run of several workers."""

    def __init__(self, outbox: Outbox, client: Client, respect: Respect, manner: Manner, now: Clock) -> None:
        self.told = Delivery()
        self.stop = threading.Event()
        self.heart = _Heart(outbox, manner, now)
        self._outbox = outbox
        self._manner = manner
        self._now = now
        self._sender = Sender(outbox, client, respect, manner.tag_system, now, self.heart.renew)
        self._failures = 0
        self._lock = threading.Lock()

    def work(self) -> None:
        """Deliver message after message until nothing is due."""
        owner = uuid.uuid4().hex
        while not self.stop.is_set():
            message = self._outbox.lease(owner, self._now(), self.heart.until())
            if message is None:
                return
            with self.heart.holding(message), suppress(LeaseLost):
                self._deliver(message)

    def _deliver(self, message: Message) -> None:
        try:
            done = self._sender.send(message)
            self._outbox.delivered(message, self._now())
        except (LeaseLost, StoreError):
            raise
        except FhirError as error:
            self._failed(message, error)
        except Exception as error:  # one message must never stop the others; told as a failure of ours
            self._wait(message, f"{type(error).__name__} at {_where(error)}", 0, its_fault=True)
        else:
            with self._lock:
                self.told.messages["delivered"] += 1
                self.told.entries.update(done)
                self._failures = 0

    def _failed(self, message: Message, error: FhirError) -> None:
        """Park ``message`` or let it wait, by what the server said."""
        reason = f"{error.place}: {error.reason}"
        if isinstance(error, REFUSALS):
            issues = error.outcome.issues if error.outcome else ()
            self._outbox.park(message, self._now(), reason, issues)
            self._tell("parked", reason)
        else:
            after = error.retry_after if isinstance(error, Throttled) else None
            self._wait(message, reason, after or 0, its_fault=not isinstance(error, NOT_ITS_FAULT))

    def _wait(self, message: Message, reason: str, after: float, *, its_fault: bool) -> None:
        """Let ``message`` wait, at least ``after`` seconds; one that the server fails at again and again is parked."""
        manner, now = self._manner, self._now()
        if its_fault and message.attempts >= manner.most_attempts:
            self._outbox.park(message, now, reason)
            self._tell("parked", reason)
            return
        doubled = manner.backoff_seconds * 2.0 ** min(message.attempts - 1, 30)
        seconds = max(after, min(doubled, manner.longest_backoff_seconds))
        self._outbox.postpone(message, now, now + timedelta(seconds=seconds), reason)
        self._tell("postponed", reason)
        with self._lock:
            self._failures = 0 if its_fault else self._failures + 1
            if self._failures >= manner.failures:
                self.told.stopped = reason
                self.stop.set()

    def _tell(self, what: str, reason: str) -> None:
        with self._lock:
            self.told.messages[what] += 1
            self.told.reasons[reason] += 1
