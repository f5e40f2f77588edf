"""Whatever the order of enqueueing, sending, failing and dying: nothing is lost, nothing doubled, order is kept."""

import itertools
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine

from adapter.store.engine import transaction
from adapter.store.outbox import LeaseLost, Message, Outbox
from adapter.store.tables import METADATA
from tests.unit.store.times import SERVER, at, entry

PATIENTS = st.sampled_from("pqr")
LEASE = 10
MOMENTS = st.integers(1, 25)


class Deliveries(RuleBasedStateMachine):
    """Processes that send messages to a server and may stop at any time, and the outbox between them.

    The server keeps the numbers of the messages that reached it, patient by patient. A process holds a message until
    it settles it or dies, and does not know when its lease ran out.
    """

    engine: Engine
    held: Bundle[Message] = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        with transaction(self.engine) as connection:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(table.delete())
        self.outbox = Outbox(self.engine, SERVER)
        self.minute = 0
        self.said: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.reached: dict[str, list[int]] = defaultdict(list)
        self.settled: dict[int, str] = {}
        self.holders: dict[int, tuple[Message, int]] = {}
        self.owners = itertools.count()

    @rule(patient=PATIENTS, content=st.sampled_from("abc"))
    def say(self, patient: str, content: str) -> None:
        """Something is to be said of a patient: a message of its own, unless the newest says so already."""
        number = self.outbox.enqueue(patient, [entry(patient, content)], content, at(self.minute))
        if self.said[patient] and self.said[patient][-1][1] == content:
            assert number == self.said[patient][-1][0]
        else:
            assert all(number > other for other, _ in self.said[patient])
            self.said[patient].append((number, content))

    @rule(target=held)
    def take(self) -> Message:
        """A process takes a message: the patient's oldest that is not settled, and held by nobody who may hold it."""
        message = self.outbox.lease(f"process {next(self.owners)}", at(self.minute), at(self.minute + LEASE))
        if message is None:
            return Message(0, "", (), 0, "")
        open_ones = [one.id for one in self.outbox.messages("waiting", "sending") if one.patient == message.patient]
        assert message.id == min(open_ones)
        assert message.id not in self.settled
        for other, until in self.holders.values():
            assert other.patient != message.patient or until <= self.minute
        self.holders[message.id] = message, self.minute + LEASE
        return message

    @rule(message=held)
    def send(self, message: Message) -> None:
        """A process makes sure of its lease, and writes; the server keeps what it had not."""
        if not self.is_mine(message):
            return
        self.outbox.renew(message, at(self.minute + LEASE))
        self.holders[message.id] = message, self.minute + LEASE
        if message.id not in self.reached[message.patient]:
            assert all(message.id > other for other in self.reached[message.patient])
            self.reached[message.patient].append(message.id)

    @rule(message=consumes(held))
    def succeed(self, message: Message) -> None:
        """The server has it."""
        if message.id in self.reached[message.patient] and self.is_mine(message):
            self.outbox.delivered(message, at(self.minute))
            self.settle(message, "delivered")

    @rule(message=consumes(held), minutes=MOMENTS)
    def fail(self, message: Message, minutes: int) -> None:
        """Nobody knows whether it arrived; it is tried again."""
        if self.is_mine(message):
            self.outbox.postpone(message, at(self.minute), at(self.minute + minutes), "no answer")
            del self.holders[message.id]

    @rule(message=consumes(held))
    def refuse(self, message: Message) -> None:
        """The server refuses it, all of it."""
        if message.id not in self.reached[message.patient] and self.is_mine(message):
            self.outbox.park(message, at(self.minute), "refused")
            self.settle(message, "parked" if self.said[message.patient][-1][0] == message.id else "superseded")

    @rule(message=consumes(held))
    def die(self, message: Message) -> None:
        """The process is killed, and nobody is told."""

    @rule(minutes=MOMENTS)
    def wait(self, minutes: int) -> None:
        """Time goes by."""
        self.minute += minutes

    @rule()
    def insist(self) -> None:
        """A person has what was refused tried again."""
        for told in self.outbox.messages("parked"):
            assert self.outbox.retry(told.id, at(self.minute))
            del self.settled[told.id]

    @invariant()
    def nothing_is_lost(self) -> None:
        """The newest word about a patient is never dropped, and no other but for one that is certain not to be there."""
        now = {one.id: one.state for one in self.outbox.messages()}
        assert {*now} == {number for said in self.said.values() for number, _ in said}
        for patient, said in self.said.items():
            for number, _ in said:
                if now[number] == "superseded":
                    assert number != said[-1][0]
                    assert number not in self.reached[patient]
                elif number in self.settled:
                    assert now[number] == self.settled[number]

    @invariant()
    def one_at_a_time(self) -> None:
        """Of no patient are two messages on their way."""
        sending = [one.patient for one in self.outbox.messages("sending")]
        assert len(sending) == len({*sending})

    def teardown(self) -> None:
        """When everybody is patient in the end, the server has the newest word about each, each message once."""
        self.minute += 1000
        self.insist()
        while message := self.outbox.lease("last", at(self.minute), at(self.minute + LEASE)):
            self.holders[message.id] = message, self.minute + LEASE
            self.send(message)
            self.succeed(message)
        assert self.outbox.messages("waiting", "sending", "parked") == []
        for patient, said in self.said.items():
            assert self.reached[patient] == sorted({*self.reached[patient]})
            assert self.reached[patient][-1] == said[-1][0]

    def is_mine(self, message: Message) -> bool:
        """Whether a process still holds ``message``; if not, the outbox takes nothing from it."""
        if self.holders.get(message.id, (None, 0))[0] is message:
            return True
        with pytest.raises(LeaseLost):
            self.outbox.renew(message, at(self.minute + LEASE))
        return False

    def settle(self, message: Message, state: str) -> None:
        """Note what became of a message."""
        self.settled[message.id] = state
        del self.holders[message.id]


@pytest.fixture
def machine(engine: Engine) -> type[Deliveries]:
    """The machine on an empty store."""
    return type("Deliveries", (Deliveries,), {"engine": engine})


@pytest.fixture
def url(url: str, fast_path: Path) -> str:
    """The URL of a store, in memory where it is a file."""
    return url if "postgresql" in url else str(fast_path / "store.db")


def test_nothing_is_lost_or_doubled_in_any_order(machine: type[Deliveries]) -> None:
    """Random processes, failures and deaths, on both databases."""
    run_state_machine_as_test(
        machine, settings=settings(max_examples=60, stateful_step_count=40, deadline=None, derandomize=True)
    )
