"""The outbox, move by move: what becomes of messages, whose turn it is, and what is kept."""

from datetime import timedelta, timezone

import pytest
from sqlalchemy import Engine, text

from adapter.fhir.outcomes import Issue
from adapter.store.engine import StoreError
from adapter.store.ids import Known, Name
from adapter.store.outbox import LeaseLost, Message, Outbox, Written, digest_of, name_of
from adapter.store.receipts import Receipt
from adapter.store.tables import STATES
from tests.unit.store.times import SERVER, at, entry

ISSUE = Issue("error", "required", ("AdverseEvent.subject",))


def put(outbox: Outbox, patient: str, content: str, minutes: float = 0) -> int:
    """Put a message of one resource into the outbox."""
    return outbox.enqueue(patient, [entry(f"of-{patient}", content)], content, at(minutes))


def take(outbox: Outbox, minutes: float = 0, owner: str = "me") -> Message:
    """Take a message for ten minutes."""
    message = outbox.lease(owner, at(minutes), at(minutes + 10))
    assert message is not None
    return message


def states(outbox: Outbox) -> list[str]:
    """Return the states of all messages, oldest first."""
    return [one.state for one in outbox.messages()]


def written(name: str = "a", patient: str = "p", etag: str = 'W/"1"') -> Written:
    """Return an entry that is settled."""
    known = Known(Name("Basic", name), f"server-{name}", etag, "0" * 64, patient)
    return Written(known, Receipt(known.name, "created", 201, etag, f"Basic/server-{name}/_history/1", at()))


def test_a_message_waits_is_sent_and_is_delivered(outbox: Outbox) -> None:
    """What was put in comes out as it was, and is told as delivered afterwards."""
    entries = [entry("a", "十"), entry("b")]
    number = outbox.enqueue("p", entries, "d", at())
    assert states(outbox) == ["waiting"]
    message = take(outbox, 1)
    assert message == Message(number, "p", tuple(entries), 1, "me")
    assert states(outbox) == ["sending"]
    outbox.delivered(message, at(2))
    [told] = outbox.messages("delivered")
    assert (told.id, told.patient, told.digest, told.made_at, told.changed_at) == (number, "p", "d", at(), at(2))
    assert outbox.entries(number) == tuple(entries)
    assert outbox.counts() == {**dict.fromkeys(STATES, 0), "delivered": 1}


@pytest.mark.parametrize("state", ["waiting", "sending", "delivered", "parked"])
def test_what_was_said_last_is_not_said_again(outbox: Outbox, state: str) -> None:
    """The same digest as the newest message of a patient adds nothing, whatever became of that."""
    number = put(outbox, "p", "one")
    if state != "waiting":
        message = take(outbox)
    if state == "delivered":
        outbox.delivered(message, at())
    if state == "parked":
        outbox.park(message, at(), "refused")
    assert put(outbox, "p", "one", 5) == number
    assert states(outbox) == [state]


def test_what_is_said_again_later_is_sent_again(outbox: Outbox) -> None:
    """A state that a patient comes back to is a new message: what was sent in between does not stand."""
    for content in ("one", "two", "one"):
        put(outbox, "p", content)
        outbox.delivered(take(outbox), at())
    assert states(outbox) == ["delivered"] * 3


def test_a_newer_message_replaces_one_that_waits(outbox: Outbox) -> None:
    """Of two messages of one patient of which none was tried the older is superseded, and kept."""
    put(outbox, "p", "one")
    put(outbox, "q", "other")
    put(outbox, "p", "two")
    assert states(outbox) == ["superseded", "waiting", "waiting"]
    assert [take(outbox).patient, take(outbox).patient] == ["q", "p"]


def test_a_newer_message_replaces_one_that_was_refused(outbox: Outbox) -> None:
    """A refused message is not sent after the newer one, and what was said against it is kept."""
    put(outbox, "p", "one")
    outbox.park(take(outbox), at(), "refused", [ISSUE])
    put(outbox, "p", "two")
    [old, new] = outbox.messages()
    assert (old.state, old.reason, old.issues, new.state) == ("superseded", "refused", (ISSUE,), "waiting")
    assert not outbox.retry(old.id, at())


def test_what_may_be_under_way_is_never_replaced(outbox: Outbox) -> None:
    """A message that was tried and is not settled is settled first; the newer one waits for it."""
    put(outbox, "p", "one")
    message = take(outbox)
    put(outbox, "p", "two")
    assert states(outbox) == ["sending", "waiting"]
    assert outbox.lease("other", at(1), at(11)) is None
    outbox.postpone(message, at(1), at(5), "no answer")
    put(outbox, "p", "three")
    assert states(outbox) == ["waiting", "superseded", "waiting"]
    assert outbox.lease("other", at(4), at(14)) is None
    again = take(outbox, 5)
    assert (again.id, again.attempts) == (message.id, 2)
    outbox.delivered(again, at(6))
    assert take(outbox, 6).entries == (entry("of-p", "three"),)


def test_refused_where_a_newer_one_waits_is_superseded(outbox: Outbox) -> None:
    """What the server refuses needs nobody's look where it is no longer what is to be said."""
    put(outbox, "p", "one")
    message = take(outbox)
    put(outbox, "p", "two")
    outbox.park(message, at(), "refused")
    assert states(outbox) == ["superseded", "waiting"]


def test_a_parked_message_is_told_and_can_be_tried_again(outbox: Outbox) -> None:
    """It waits for a person, with severity, code and element of what the server said; then it is due at once."""
    number = put(outbox, "p", "one")
    outbox.park(take(outbox), at(1), "PUT Basic: refused", [ISSUE])
    [told] = outbox.messages("parked")
    assert (told.reason, told.issues, told.attempts) == ("PUT Basic: refused", (ISSUE,), 1)
    assert outbox.lease("me", at(60), at(70)) is None
    assert outbox.retry(number, at(61))
    assert not outbox.retry(number, at(61))
    again = take(outbox, 61)
    assert (again.id, again.attempts) == (number, 2)


def test_a_killed_process_loses_its_message(outbox: Outbox) -> None:
    """When its lease runs out another takes the message up, and nothing more is taken from the first."""
    put(outbox, "p", "one")
    first = take(outbox)
    assert outbox.lease("other", at(10) - timedelta(microseconds=1), at(20)) is None
    second = take(outbox, 10, "other")
    assert (second.id, second.attempts) == (first.id, 2)
    for move in (
        lambda: outbox.renew(first, at(30)),
        lambda: outbox.record(first, [written()], at(11)),
        lambda: outbox.delivered(first, at(11)),
        lambda: outbox.postpone(first, at(11), at(12), "no answer"),
        lambda: outbox.park(first, at(11), "refused"),
    ):
        with pytest.raises(LeaseLost):
            move()
    assert outbox.receipts(first.id) == []
    outbox.delivered(second, at(12))


def test_the_same_owner_does_not_take_its_second_lease_for_its_first(outbox: Outbox) -> None:
    """Each taking has a number of its own."""
    put(outbox, "p", "one")
    first = take(outbox)
    take(outbox, 10)
    with pytest.raises(LeaseLost):
        outbox.delivered(first, at(11))


def test_a_lease_is_renewed(outbox: Outbox) -> None:
    """A process that lives keeps its message beyond the first lease."""
    put(outbox, "p", "one")
    message = take(outbox)
    outbox.renew(message, at(30))
    assert outbox.lease("other", at(29), at(39)) is None
    assert take(outbox, 30, "other").id == message.id


def test_patients_do_not_wait_for_one_another(outbox: Outbox) -> None:
    """Messages of several patients are under way at the same time, the oldest first."""
    for patient in "pqr":
        put(outbox, patient, "one")
    outbox.postpone(take(outbox), at(), at(60), "no answer")
    assert [take(outbox, 1).patient, take(outbox, 1).patient] == ["q", "r"]
    assert outbox.lease("me", at(1), at(11)) is None


def test_servers_are_kept_apart(engine: Engine, outbox: Outbox) -> None:
    """One store serves several servers, each with its own messages, ids and order; a slash at the end means nothing."""
    other = Outbox(engine, "https://other.example.org/fhir")
    number = put(outbox, "p", "one")
    assert put(other, "p", "one") != number
    message = take(outbox)
    outbox.record(message, [written()], at())
    assert take(other).id != number
    assert not other.ids.known([Name("Basic", "a")])
    assert not other.retry(number, at())
    assert other.entries(number) == ()
    assert [one.id for one in Outbox(engine, f"{SERVER}/").messages()] == [number]


def test_what_was_written_is_found_by_our_name_and_by_theirs(outbox: Outbox) -> None:
    """The id map gives the server's id, its version and what we wrote; receipts come in their order."""
    put(outbox, "p", "one")
    message = take(outbox)
    first, second = written("a"), written("b")
    outbox.record(message, [first, second], at(1))
    newer = written("a", etag='"opaque"')
    outbox.record(message, [newer], at(2))
    names = [first.known.name, second.known.name, Name("Basic", "never"), Name("Other", "a")]
    assert outbox.ids.known(names) == {names[0]: newer.known, names[1]: second.known}
    assert outbox.ids.ours([Name("Basic", "server-b"), Name("Basic", "b")]) == {Name("Basic", "server-b"): names[1]}
    assert outbox.ids.of_patient("p") == [newer.known, second.known]
    assert outbox.ids.of_patient("q") == []
    assert outbox.receipts(message.id) == [first.receipt, second.receipt, newer.receipt]


def test_many_names_are_looked_up(outbox: Outbox) -> None:
    """There is no number of names that a database cannot be asked for."""
    put(outbox, "p", "one")
    outbox.record(take(outbox), [written("a")], at())
    names = [Name("Basic", str(number)) for number in range(2_000)]
    assert list(outbox.ids.known([*names, Name("Basic", "a")])) == [Name("Basic", "a")]
    assert outbox.ids.known([]) == {}


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [b""],
        [b'{"resourceType":"Basic"}'],
        [b"\xff"],
        [b'{"id":"a"}'],
        [entry("a"), entry("a", "again")],
        [b'{"resourceType":"Basic",\n"id":"a"}'],
    ],
)
def test_what_is_no_message_is_refused_without_its_content(outbox: Outbox, entries: list[bytes]) -> None:
    """A message holds resources with a type and an id, each on a line and each once."""
    with pytest.raises(ValueError, match="message") as told:
        outbox.enqueue("p", entries, "d", at())
    assert "again" not in str(told.value)
    assert states(outbox) == []


def test_a_digest_is_of_the_content() -> None:
    """The same entries in the same order have the same digest; any other have another."""
    assert digest_of([entry("a"), entry("b")]) == digest_of((entry("a"), entry("b")))
    assert len({digest_of([entry(name) for name in names]) for names in ("ab", "ba", "a", "b")}) == 4
    assert name_of(entry("a")) == Name("Basic", "a")


def test_a_moment_without_a_zone_is_refused(outbox: Outbox) -> None:
    """A local time would mean another moment on another machine."""
    with pytest.raises(StoreError, match="StatementError"):
        outbox.enqueue("p", [entry("a")], "d", at().replace(tzinfo=None))


def test_moments_are_kept_to_the_microsecond_in_any_zone(engine: Engine, outbox: Outbox) -> None:
    """What is kept is the moment, as text that sorts as time does, in every database."""
    beijing = at().astimezone(timezone(timedelta(hours=8))) + timedelta(microseconds=1)
    outbox.enqueue("p", [entry("a")], "d", beijing)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT due FROM message")).scalar() == "2025-06-01T09:00:00.000001Z"
    assert outbox.messages()[0].due == beijing
    assert outbox.lease("me", at(), at(10)) is None
