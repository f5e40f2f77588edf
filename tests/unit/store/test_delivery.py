"""Delivering to a server that does what it should: once, in order, and never over a person's word."""

import json

import msgspec
import pytest

from adapter.delivery import diff
from adapter.store.ids import Name
from adapter.store.outbox import Outbox
from tests.unit.store.hospital import Hospital, serving
from tests.unit.store.said import MANNER, client_of, decision, respect, run, say


def test_everything_is_written_once(there: Outbox, hospital: Hospital) -> None:
    """A message is one transaction; a second run asks the server for nothing and writes nothing."""
    number = say(there, decision())
    told = run(there, hospital)
    assert (told.messages, told.entries) == ({"delivered": 1}, {"created": 4})
    assert sorted(hospital.held) == [
        "AdverseEvent/p-event",
        "Basic/p-basic",
        "Provenance/p-provenance",
        "ResearchSubject/p-subject",
    ]
    assert hospital.asked["POST "] == 1
    assert [(one.action, one.status, one.etag) for one in there.receipts(number)] == [("created", 201, 'W/"1"')] * 4
    asked = hospital.asked.copy()
    assert say(there, decision()) == number
    assert run(there, hospital).messages == {}
    assert hospital.asked - asked == {"GET metadata": 1}


def test_digits_arrive_as_they_were(there: Outbox, hospital: Hospital) -> None:
    """A decimal keeps its trailing zero on the way."""
    bodies: list[bytes] = []
    answer = hospital.answer
    hospital.answer = lambda *request: (bodies.append(request[3]), answer(*request))[1]  # type: ignore[method-assign]
    say(there, decision())
    run(there, hospital)
    assert b'"value":7.30' in b"".join(bodies)


def test_only_what_differs_is_written_again(there: Outbox, hospital: Hospital) -> None:
    """Of a newer message only the resources that say something else are written, over the version that was read."""
    say(there, decision())
    run(there, hospital)
    number = say(there, decision(status="ineligible"))
    told = run(there, hospital)
    assert told.entries == {"updated": 1}
    assert hospital.now("ResearchSubject/p-subject")["status"] == "ineligible"
    assert len(hospital.log) == 5
    assert [(one.name.kind, one.status, one.etag) for one in there.receipts(number)] == [
        ("ResearchSubject", 200, 'W/"2"')
    ]


def test_a_person_s_status_survives_a_hundred_runs(there: Outbox, hospital: Hospital) -> None:
    """What a coordinator set stays, whatever the screenings say after that, and the other words go on changing."""
    say(there, decision())
    run(there, hospital)
    hospital.edit("ResearchSubject/p-subject", status="on-study", by="coordinator")
    for number in range(100):
        say(there, decision(status=("eligible", "ineligible")[number % 2], word=str(number)))
        run(there, hospital)
    subject = hospital.now("ResearchSubject/p-subject")
    assert (subject["status"], subject["by"], subject["meta"]["versionId"]) == ("on-study", "coordinator", "2")
    assert hospital.now("Basic/p-basic")["note"] == "99"


def test_what_a_person_took_over_is_left(there: Outbox, hospital: Hospital) -> None:
    """Where nothing may be written nothing is, the receipt says so, and it is not asked for again."""
    say(there, decision())
    run(there, hospital)
    hospital.edit("AdverseEvent/p-event", recorder="a physician")
    number = say(there, decision(word="second"))
    assert run(there, hospital).entries == {"left": 1, "updated": 2}
    [left] = [one for one in there.receipts(number) if one.action == "left"]
    assert (left.name, left.status, left.etag) == (Name("AdverseEvent", "p-event"), 200, 'W/"2"')
    assert hospital.now("AdverseEvent/p-event")["note"] == "first"


def test_what_somebody_deleted_is_not_made_again(there: Outbox, hospital: Hospital) -> None:
    """A resource that is gone stays gone."""
    say(there, decision())
    run(there, hospital)
    hospital.deleted.add("Basic/p-basic")
    number = say(there, decision(word="second"))
    assert run(there, hospital).entries == {"left": 1, "updated": 2}
    assert ("left", 410) in [(one.action, one.status) for one in there.receipts(number)]
    assert hospital.now("Basic/p-basic")["note"] == "first"


def test_labels_of_others_are_kept(there: Outbox, hospital: Hospital) -> None:
    """Tags and security labels that others gave a resource are written back with it, and are no difference."""
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    say(there, decision())
    run(there, hospital)
    hospital.edit("Basic/p-basic", meta={"security": [label], "profile": ["theirs"]})
    say(there, decision(word="second"))
    run(there, hospital)
    assert hospital.now("Basic/p-basic")["meta"]["security"] == [label]
    assert hospital.now("Basic/p-basic")["note"] == "second"


def test_another_writer_in_between_is_not_overwritten(there: Outbox, hospital: Hospital) -> None:
    """Between reading and writing somebody sets a status: the server refuses the old version, and it is read again."""
    say(there, decision())
    run(there, hospital)

    def meddle(method: str, path: str) -> None:
        if method in ("POST", "PUT"):
            hospital.edit("ResearchSubject/p-subject", status="withdrawn", by="coordinator")
        else:
            hospital.before.insert(0, meddle)

    hospital.before.append(meddle)
    say(there, decision(status="ineligible", word="second"))
    assert run(there, hospital).messages == {"delivered": 1}
    subject = hospital.now("ResearchSubject/p-subject")
    assert (subject["status"], subject["by"]) == ("withdrawn", "coordinator")
    assert hospital.now("Basic/p-basic")["note"] == "second"


def test_long_messages_are_sent_in_parts(there: Outbox, hospital: Hospital) -> None:
    """A server that takes few entries at once gets them in several transactions, in the order of their references."""
    entries = [one for name in "abcde" for one in decision(name)]
    say(there, entries)
    assert run(there, hospital, bundle_entries=3).messages == {"delivered": 1}
    assert hospital.asked["POST "] == 7
    assert [name.partition("/")[2] for name in hospital.log] == [json.loads(one)["id"] for one in entries]


def test_patients_are_served_in_parallel_each_in_order(there: Outbox, hospital: Hospital) -> None:
    """Thirty-two workers on twelve patients leave each resource once, with the newest word, and no word out of order."""
    manner = msgspec.structs.replace(MANNER, workers=32)
    for word in "abc":
        for patient in range(12):
            say(there, decision(f"p{patient}", word=word), f"p{patient}")
        run(there, hospital, manner=manner)
    assert len(hospital.held) == 48
    for patient in range(12):
        versions = hospital.held[f"Basic/p{patient}-basic"]
        assert [one["note"] for one in versions] == ["a", "b", "c"]


def test_a_dry_run_tells_paths_and_no_value(there: Outbox, hospital: Hospital) -> None:
    """Before anything is written it can be seen what would be: by element, never by value; nothing is changed by it."""

    def told(**said: str) -> list[str]:
        return list(diff(there, client_of(hospital), respect, MANNER, decision(**said)))

    names = [f"{json.loads(one)['resourceType']}/{json.loads(one)['id']}" for one in decision()]
    assert told() == [f"created {name}" for name in names]
    assert hospital.log == []
    say(there, decision())
    run(there, hospital)
    assert told() == [f"unchanged {name}" for name in names]
    hospital.edit("AdverseEvent/p-event", recorder="a physician")
    changed = told(status="ineligible", word="second")
    assert changed == [
        "updated ResearchSubject/p-subject status",
        "left AdverseEvent/p-event",
        "updated Basic/p-basic note",
        "updated Provenance/p-provenance word",
    ]
    assert len(hospital.log) == 5


def test_an_outbox_is_for_one_server(there: Outbox, hospital: Hospital) -> None:
    """What was written to one server is not taken for written to another."""
    with serving() as other, pytest.raises(ValueError, match="another server"):
        run(there, other)
