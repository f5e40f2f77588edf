"""From lines to messages: whose they are, what they come to, and what is taken back."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from adapter.fhir.client import Client
from adapter.fhir.transport import Limits, Transport
from adapter.respecting import respect
from adapter.store.engine import open_store
from adapter.store.outbox import EVERYBODY, Outbox, name_of
from adapter.writing import DEFINITIONS, Patients, Withdrawing, is_news, put, said, trial_said
from mappings.emitting.trial import trial
from tests.unit.store.hospital import Hospital
from tests.unit.store.said import MANNER
from tests.unit.store.times import at
from tests.unit.taking import taking
from tests.unit.written import BASE, LATER, SOON, written

QUICK = Limits(connect_seconds=2, read_seconds=2, retries=0, backoff_seconds=0.001, longest_wait_seconds=0.01)


@pytest.fixture
def server() -> Iterator[Hospital]:
    with taking() as server:
        yield server


@pytest.fixture
def outbox(tmp_path: Path, server: Hospital) -> Iterator[Outbox]:
    engine = open_store(str(tmp_path / "outbox.db"))
    yield Outbox(engine, server.url)
    engine.dispose()


def delivered(outbox: Outbox, server: Hospital) -> dict[str, int]:
    from adapter.delivery import deliver

    return dict(deliver(outbox, client_of(server), respect, MANNER, lambda: at(9)).entries)


def client_of(server: Hospital) -> Client:
    return Client(Transport(server.url, limits=QUICK))


def told_apart(lines: list[bytes]) -> dict[str, list[bytes]]:
    with Patients(lines) as patients:
        return dict(patients)


def event_of(patient: str) -> bytes:
    return next(one for one in told_apart(written(SOON))[patient] if b'"resourceType":"AdverseEvent"' in one)


def test_each_patient_s_lines_are_theirs() -> None:
    """Every line is of the patient whose subject stands before it, in its order, and none is lost."""
    found = told_apart(written(SOON))
    assert list(found) == [
        "Patient/i02-ln-1", "Patient/ln-01", "Patient/open-alt", "Patient/t-crs-3", "Patient/t-prr-1",
    ]  # fmt: skip
    assert [line for lines in found.values() for line in lines] == written(SOON)
    kinds = [name_of(line).kind for line in found["Patient/ln-01"]]
    assert kinds == ["ResearchSubject", "QuestionnaireResponse", "GuidanceResponse", "Provenance"]
    assert told_apart(written(SOON, "R5")).keys() == found.keys()


def test_references_resolve_in_their_order() -> None:
    """No resource of a message names one of the same message that comes after it."""
    for lines in told_apart(written(SOON)).values():
        names = ["/".join(name_of(line)) for line in lines]
        for number, line in enumerate(lines):
            assert not [name for name in names[number + 1 :] if f'"{name}"'.encode() in line]


def test_patients_under_one_identifier_are_left() -> None:
    """Neither of two has a message: each would replace what is said of the other."""
    lines = written(SOON)
    first = told_apart(lines)["Patient/ln-01"]
    other = [line.replace(b"Patient/ln-01", b"Patient/zz") for line in first]
    with Patients([*lines, *other]) as patients:
        assert patients.left == 2
        assert [name for name, _ in patients] == [
            "Patient/i02-ln-1", "Patient/open-alt", "Patient/t-crs-3", "Patient/t-prr-1",
        ]  # fmt: skip


@pytest.mark.parametrize("release", ["R4", "R5"])
def test_the_same_findings_are_the_same_message(release: str, outbox: Outbox) -> None:
    """A later run with the same findings is no news; a changed answer is."""
    before, after = told_apart(written(SOON, release)), told_apart(written(LATER, release))
    for name, lines in before.items():
        assert put(outbox, said(name, lines), at(0))
        assert not put(outbox, said(name, after[name]), at(1))
    changed = [line.replace(b'"status":"completed"', b'"status":"amended"') for line in before["Patient/ln-01"]]
    assert put(outbox, said("Patient/ln-01", changed), at(2))
    assert put(outbox, said("Patient/ln-01", before["Patient/ln-01"]), at(3))  # and back again
    assert outbox.counts()["waiting"] == len(before)


def test_the_trial_is_before_everybody() -> None:
    """What is referred to is one message; definitions are one a type, of the types that the server takes."""
    made = list(trial_said("R4", BASE, lambda kind: kind != "ValueSet"))
    assert [one.key for one in made] == [
        EVERYBODY, "definitions/CodeSystem", "definitions/StructureDefinition", "definitions/Measure",
    ]  # fmt: skip
    entries = [name_of(entry) for one in made for entry in one.entries]
    assert len(entries) == len({*entries})
    everything = {(one["resourceType"], one["id"]) for one in trial("R4", BASE)}
    assert everything - {*entries} == {one for one in everything if one[0] == "ValueSet"}
    assert {name_of(entry).kind for entry in made[0].entries}.isdisjoint(DEFINITIONS)


def test_patients_wait_for_the_trial(outbox: Outbox) -> None:
    """Nobody's message is sent before what it refers to was delivered or refused; an earlier one is not held up."""
    patient = told_apart(written(SOON))["Patient/ln-01"]
    early = outbox.enqueue("Patient/early", patient, "early", at(0))
    trial_ = outbox.enqueue(EVERYBODY, next(trial_said("R4", BASE, bool)).entries, "trial", at(0))
    late = outbox.enqueue("Patient/late", patient, "late", at(0))
    taken = [outbox.lease("me", at(1), at(9)) for _ in range(3)]
    assert [one and one.id for one in taken] == [early, trial_, None]
    assert taken[1] is not None
    outbox.postpone(taken[1], at(2), at(5), "later")
    assert outbox.lease("me", at(3), at(9)) is None
    again = outbox.lease("me", at(6), at(9))
    assert again is not None
    outbox.park(again, at(6), "refused")
    following = outbox.lease("me", at(7), at(9))
    assert following is not None
    assert following.id == late


def run_over(
    outbox: Outbox, server: Hospital, lines: list[bytes], shown: set[str] | None = None, moment: str = SOON
) -> Any:
    """One patient's message as a run makes it, put into the outbox and delivered."""
    events = {name_of(line).id for line in lines} if shown is None else shown
    made = Withdrawing(outbox, client_of(server), MANNER.tag_system, datetime.fromisoformat(moment)).said(
        "Patient/t-crs-3", lines, events
    )
    put(outbox, made, at(0))
    delivered(outbox, server)
    return made


def test_an_event_that_is_no_more_is_withdrawn_once(outbox: Outbox, server: Hospital) -> None:
    """It is marked, not deleted; a later run has nothing to say about it, and one that shows it again takes it back."""
    lines, event = told_apart(written(SOON))["Patient/t-crs-3"], event_of("Patient/t-crs-3")
    name = "/".join(name_of(event))
    run_over(outbox, server, lines)
    without = [line for line in lines if line != event]
    assert run_over(outbox, server, without).withdrawn == 1
    assert status_of(server.now(name)) == "entered-in-error"
    log = list(server.log)
    assert run_over(outbox, server, without).withdrawn == 0
    assert server.log == log
    run_over(outbox, server, lines)
    assert status_of(server.now(name)) == status_of(json.loads(event))


def test_an_event_that_is_withdrawn_already_is_not_written_again(outbox: Outbox, server: Hospital) -> None:
    """Where something else changed, what was withdrawn before stays as it is."""
    lines, event = told_apart(written(SOON))["Patient/t-crs-3"], event_of("Patient/t-crs-3")
    run_over(outbox, server, lines)
    without = [line for line in lines if line != event]
    run_over(outbox, server, without)
    version = server.now("/".join(name_of(event)))["meta"]["versionId"]
    changed = [line.replace(b'"status":"completed"', b'"status":"amended"') for line in without]
    assert run_over(outbox, server, changed).withdrawn == 0
    assert server.now("/".join(name_of(event)))["meta"]["versionId"] == version


def test_an_event_that_was_taken_over_is_not_withdrawn(outbox: Outbox, server: Hospital) -> None:
    """Whoever recorded it says what becomes of it; and one that somebody deleted is gone."""
    lines = told_apart(written(SOON))["Patient/t-crs-3"]
    events = [line for line in lines if name_of(line).kind == "AdverseEvent"]
    run_over(outbox, server, lines)
    taken, deleted = ("/".join(name_of(one)) for one in events[:2])
    server.edit(taken, recorder={"reference": "Practitioner/a"})
    server.deleted.add(deleted)
    without = [line for line in lines if line not in events[:2]]
    assert run_over(outbox, server, without).withdrawn == 0
    assert status_of(server.now(taken)) == status_of(json.loads(events[0]))


def test_an_event_that_was_told_later_is_not_withdrawn(outbox: Outbox, server: Hospital) -> None:
    """A run as of an earlier instant cannot show it yet; the next one as of now can take it back all the same."""
    lines, event = told_apart(written(SOON))["Patient/t-crs-3"], event_of("Patient/t-crs-3")
    run_over(outbox, server, lines)
    without = [line for line in lines if line != event]
    assert run_over(outbox, server, without, moment="2025-05-01T00:00:00+08:00").withdrawn == 0
    assert run_over(outbox, server, without).withdrawn == 1


def test_an_event_that_is_another_patient_s_now_is_not_withdrawn(outbox: Outbox, server: Hospital) -> None:
    """What the same run shows of anybody holds."""
    lines, event = told_apart(written(SOON))["Patient/t-crs-3"], event_of("Patient/t-crs-3")
    run_over(outbox, server, lines)
    without = [line for line in lines if line != event]
    assert run_over(outbox, server, without, shown={name_of(line).id for line in lines}).withdrawn == 0


def test_what_cannot_be_looked_at_is_withdrawn_by_the_next_run(outbox: Outbox, server: Hospital) -> None:
    """The rest of the message is put into the outbox meanwhile."""
    lines, event = told_apart(written(SOON))["Patient/t-crs-3"], event_of("Patient/t-crs-3")
    run_over(outbox, server, lines)
    without = [line for line in lines if line != event]
    finder = Withdrawing(outbox, client_of(server), MANNER.tag_system, datetime.fromisoformat(SOON))
    server.before += [lambda *_: (_ for _ in ()).throw(ConnectionError)]  # type: ignore[list-item]
    made = finder.said("Patient/t-crs-3", without, {name_of(line).id for line in without})
    assert finder.failed
    assert (made.withdrawn, len(made.entries)) == (0, len(without))
    assert put(outbox, made, at(0))
    assert run_over(outbox, server, without).withdrawn == 1
    assert not is_news(outbox, run_over(outbox, server, without))


def status_of(event: dict[str, Any]) -> str:
    return str(event["modifierExtension"][0]["valueCode"])
