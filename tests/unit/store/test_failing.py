"""What becomes of messages that a server refuses, has no time for, or fails at."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from adapter.delivery import deliver
from adapter.fhir.errors import FhirError
from adapter.fhir.outcomes import Issue
from adapter.store.outbox import Outbox
from tests.unit.store.hospital import Hospital
from tests.unit.store.said import MANNER, client_of, decision, respect, run, say
from tests.unit.store.times import at

REQUIRED = (Issue("error", "required", ("Basic.note",)),)


@pytest.mark.parametrize("status", [400, 403, 422])
def test_what_is_refused_waits_for_a_person(there: Outbox, hospital: Hospital, status: int) -> None:
    """It is parked with severity, code and element of what the server said; the others are delivered."""
    hospital.poison["poison"] = status
    say(there, decision(word="poison"))
    say(there, decision("q"), "q")
    assert run(there, hospital).messages == {"parked": 1, "delivered": 1}
    [told] = there.messages("parked")
    assert told.issues == REQUIRED
    assert "WANG" not in repr(told)
    assert "ResearchSubject/p-subject" not in hospital.held
    assert run(there, hospital, 600).messages == {}


def test_what_was_mended_is_delivered(there: Outbox, hospital: Hospital) -> None:
    """After a person mended the server and had the message tried again it is delivered."""
    hospital.poison["poison"] = 422
    number = say(there, decision(word="poison"))
    run(there, hospital)
    hospital.poison.clear()
    assert there.retry(number, at(5))
    assert run(there, hospital, 5).messages == {"delivered": 1}


def test_a_newer_word_takes_the_place_of_a_refused_one(there: Outbox, hospital: Hospital) -> None:
    """What can be delivered is, and nobody need look at what was refused before."""
    hospital.poison["poison"] = 422
    say(there, decision(word="poison"))
    run(there, hospital)
    say(there, decision(word="good"), minutes=5)
    assert run(there, hospital, 5).messages == {"delivered": 1}
    assert there.messages("parked") == []


def test_some_entries_of_an_answer_of_200_may_have_failed(there: Outbox, hospital: Hospital) -> None:
    """Where the server is not all or nothing, what it did is noted, and only the rest is tried again."""
    hospital.atomic = False
    hospital.poison["Provenance"] = 422
    number = say(there, decision())
    assert run(there, hospital).messages == {"parked": 1}
    assert [one.name.kind for one in there.receipts(number)] == ["ResearchSubject", "AdverseEvent", "Basic"]
    hospital.poison.clear()
    there.retry(number, at(5))
    assert run(there, hospital, 5).entries == {"created": 1}
    assert len(hospital.log) == 4


def test_a_refusal_counts_last(there: Outbox, hospital: Hospital) -> None:
    """Beside an entry that there was no time for a refused one may be refused for want of that: it is tried again first."""
    hospital.atomic = False
    hospital.poison = {"ineligible": 422, "poison": 429}
    say(there, decision(status="ineligible", word="poison"))
    assert run(there, hospital).messages == {"postponed": 1}
    del hospital.poison["poison"]
    assert run(there, hospital, 5).messages == {"parked": 1}
    assert len(hospital.held) == 2


@pytest.mark.parametrize("transacts", [True, False])
@pytest.mark.parametrize("status", [429, 503, 500])
def test_what_the_server_has_no_time_for_is_tried_later(
    there: Outbox, hospital: Hospital, status: int, transacts: bool
) -> None:
    """An entry that is answered with 429 or a fault of the server is no refusal: the message waits, and then goes on."""
    hospital.atomic, hospital.transacts = False, transacts
    hospital.poison["poison"] = status
    say(there, decision(word="poison"))
    told = run(there, hospital)
    assert told.messages == {"postponed": 1}
    hospital.poison.clear()
    [waits] = there.messages("waiting")
    assert waits.due == at(0.5)
    assert run(there, hospital, 0.4).messages == {}
    assert run(there, hospital, 0.5).messages == {"delivered": 1}
    assert len(hospital.held) == 4


def test_it_waits_longer_each_time_and_not_for_ever(there: Outbox, hospital: Hospital) -> None:
    """Half a minute at first, then twice as long each time, an hour at most; after ten attempts a person has to look."""
    hospital.poison["poison"] = 500
    say(there, decision(word="poison"))
    waited, minutes = [], 0.0
    while not there.messages("parked"):
        run(there, hospital, minutes)
        for told in there.messages("waiting"):
            waited.append((told.due - at(minutes)) / timedelta(minutes=1))
            minutes += waited[-1]
    assert waited == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]
    assert there.messages("parked")[0].attempts == 10


def test_a_server_that_cannot_be_reached_is_not_asked_on_and_on(there: Outbox, hospital: Hospital) -> None:
    """After some failures that are no message's fault the run ends; however often, nothing is parked."""
    for number in range(9):
        say(there, decision(f"p{number}"), f"p{number}")
    client = client_of(hospital)
    client.capabilities()
    manner = msgspec.structs.replace(MANNER, workers=1, failures=3, most_attempts=1)
    hospital.before = [lost] * 99
    told = deliver(there, client, respect, manner, lambda: at())
    assert told.messages == {"postponed": 3}
    assert told.stopped == "GET ResearchSubject: the connection broke off"
    hospital.before.clear()
    assert run(there, hospital, 5).messages == {"delivered": 9}


def test_a_run_against_no_server_touches_nothing(there: Outbox, hospital: Hospital) -> None:
    """Where not even the abilities of the server are told no message is taken."""
    say(there, decision())
    hospital.before = [lost] * 99
    with pytest.raises(FhirError):
        run(there, hospital)
    assert there.messages("waiting")[0].attempts == 0


def test_a_mistake_of_ours_stops_nobody_else(there: Outbox, hospital: Hospital) -> None:
    """A message at which the program itself fails waits; its neighbours are delivered; no value is told."""
    for word in ("first", "second"):
        for patient in ("p", "q"):
            say(there, decision(patient, word=word), patient)
        if word == "first":
            run(there, hospital)

    def broken(ours: dict[str, Any], there: dict[str, Any]) -> dict[str, Any]:
        if ours["id"] == "p-basic":
            raise KeyError("WANG Wei")
        return ours

    told = deliver(there, client_of(hospital), broken, MANNER, lambda: at())
    assert told.messages == {"postponed": 1, "delivered": 1}
    [reason] = told.reasons
    assert reason.startswith("KeyError at test_failing.py")
    assert there.messages("waiting")[0].reason == reason


def test_others_who_write_all_the_time_are_given_way(there: Outbox, hospital: Hospital) -> None:
    """Where the resource changes each time before we write, it is looked at a few times, and then later."""
    say(there, decision())
    run(there, hospital)

    def meddle(method: str, path: str) -> None:
        hospital.before.append(meddle)
        if method == "PUT":
            hospital.edit("ResearchSubject/p-subject", word=str(len(hospital.log)))

    hospital.before.append(meddle)
    say(there, decision(status="ineligible"))
    told = run(there, hospital)
    assert told.messages == {"postponed": 1}
    assert told.reasons.keys() == {"PUT ResearchSubject: status 412"}
    hospital.before.clear()
    assert run(there, hospital, 5).messages == {"delivered": 1}
    assert hospital.now("ResearchSubject/p-subject")["status"] == "ineligible"


def test_whose_lease_is_lost_writes_nothing_more(there: Outbox, hospital: Hospital) -> None:
    """A process that slept while another took its message finds out before it writes."""
    say(there, decision())

    def steal(method: str, path: str) -> None:
        if method == "GET" and path.startswith("Basic"):
            assert there.lease("another", at(60), at(70))
        else:
            hospital.before.append(steal)

    hospital.before.append(steal)
    told = run(there, hospital)
    assert told.messages == Counter()
    assert hospital.log == []
    assert there.counts()["sending"] == 1


def test_a_lease_is_kept_while_the_process_lives(there: Outbox, hospital: Hospital) -> None:
    """A request that takes longer than a lease does not lose the message."""

    def slow(*_: str) -> None:
        time.sleep(1.2)
        assert there.lease("another", datetime.now(UTC), datetime.now(UTC) + timedelta(minutes=1)) is None

    say(there, decision())
    hospital.before = [lambda *_: None, slow]
    manner = msgspec.structs.replace(MANNER, lease_seconds=0.4, workers=1)
    told = deliver(there, client_of(hospital, read_seconds=5), respect, manner)
    assert told.messages == {"delivered": 1}


def lost(*_: str) -> None:
    raise ConnectionError
