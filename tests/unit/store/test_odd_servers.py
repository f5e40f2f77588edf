"""Delivering to servers as they are: own ids, no transactions, no tags, answers that say one thing and mean another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from adapter.doubles import Double, doubles
from adapter.fhir.errors import FhirError
from adapter.store.engine import open_store
from adapter.store.ids import Name
from adapter.store.outbox import Outbox
from tests.unit.store.hospital import Hospital
from tests.unit.store.said import MANNER, TAGS, client_of, decision, run, say


def gives_ids(hospital: Hospital) -> None:
    hospital.takes_ids = False


def says_it_takes_ids(hospital: Hospital) -> None:
    hospital.takes_ids, hospital.says_takes_ids, hospital.transacts = False, True, False


def one_by_one(hospital: Hospital) -> None:
    hospital.transacts = False


def one_by_one_with_own_ids(hospital: Hospital) -> None:
    hospital.transacts = hospital.takes_ids = False


def no_conditions(hospital: Hospital) -> None:
    hospital.takes_ids = hospital.conditional = False


def ignores_tags(hospital: Hospital) -> None:
    hospital.takes_ids = hospital.knows_tags = hospital.conditional = False


def lies_in_part(hospital: Hospital) -> None:
    hospital.takes_ids, hospital.says_takes_ids, hospital.atomic = False, True, False


ODD = [
    gives_ids,
    says_it_takes_ids,
    one_by_one,
    one_by_one_with_own_ids,
    no_conditions,
    ignores_tags,
    lies_in_part,
]


def linked(hospital: Hospital) -> None:
    """Check that there is one resource of each type and that they refer to one another."""
    [event], [basic], [provenance] = (hospital.all(kind) for kind in ("AdverseEvent", "Basic", "Provenance"))
    [subject] = hospital.all("ResearchSubject")
    assert basic["about"]["reference"] == f"AdverseEvent/{event['id']}"
    targets = [f"{one['resourceType']}/{one['id']}" for one in (subject, event, basic)]
    assert [one["reference"] for one in provenance["target"]] == targets


@pytest.mark.parametrize("habit", ODD)
def test_every_kind_of_server_ends_up_the_same(
    there: Outbox, hospital: Hospital, habit: Callable[[Hospital], None]
) -> None:
    """Each resource is there once and refers to the others; a second run writes nothing; a change is the next version."""
    habit(hospital)
    say(there, decision())
    told = run(there, hospital)
    assert (told.messages, told.entries) == ({"delivered": 1}, {"created": 4})
    linked(hospital)
    run(there, hospital, 1)
    assert len(hospital.log) == 4
    say(there, decision(word="second"), minutes=2)
    assert run(there, hospital, 2).entries == {"updated": 3}
    linked(hospital)
    assert len(hospital.held) == 4
    assert len(hospital.log) == 7


@pytest.mark.parametrize("habit", ODD)
def test_an_answer_that_is_lost_doubles_nothing(
    there: Outbox, hospital: Hospital, habit: Callable[[Hospital], None]
) -> None:
    """Whichever answer is lost after the server has done what was asked: the next run finds it, and adds what lacks."""
    for lost in range(14):
        for table in (hospital.held, hospital.log):
            table.clear()
        with fresh(there, lost) as outbox:
            habit(hospital)
            say(outbox, decision())
            hospital.after = [*[lambda *_: None] * lost, dropped, dropped, dropped]
            run_through(outbox, hospital)
            assert {one.state for one in outbox.messages()} == {"delivered"}
        if habit is not ignores_tags:  # what has no identifier, and no tag that is searched, cannot be found again
            linked(hospital)
            assert len(hospital.held) == 4


def test_what_a_conditional_create_finds_is_looked_at(there: Outbox, hospital: Hospital) -> None:
    """A server that ignores the condition answers with somebody else's event: ours is made, and what refers to it does."""
    hospital.takes_ids = hospital.knows_tags = False
    stranger = {"resourceType": "AdverseEvent", "id": "stranger", "meta": {"versionId": "1"}, "note": "of another"}
    hospital.held["AdverseEvent/stranger"] = [stranger]
    say(there, decision())
    assert run(there, hospital).messages == {"delivered": 1}
    assert hospital.held.pop("AdverseEvent/stranger") == [stranger]
    linked(hospital)
    run(there, hospital, 1)
    assert len(hospital.held) == 4


@pytest.mark.parametrize("habit", [gives_ids, one_by_one])
def test_a_store_that_is_lost_is_made_good(
    there: Outbox, hospital: Hospital, habit: Callable[[Hospital], None]
) -> None:
    """A new store finds what an older one wrote, references under whatever ids, and writes nothing of it again."""
    habit(hospital)
    say(there, decision())
    run(there, hospital)
    with fresh(there, 0) as outbox:
        say(outbox, decision())
        assert run(outbox, hospital).entries == {"unchanged": 4}
        assert len(outbox.ids.all()) == 4
    assert len(hospital.log) == 4


def test_of_doubles_the_same_one_is_gone_on_with(there: Outbox, hospital: Hospital) -> None:
    """Where others made the same resource twice, every store brings the same one of them up to date."""
    hospital.takes_ids = False
    say(there, decision())
    run(there, hospital)
    [event] = hospital.all("AdverseEvent")
    hospital.held["AdverseEvent/a-double"] = [{**event, "id": "a-double"}]
    with fresh(there, 0) as outbox:
        say(outbox, decision())
        run(outbox, hospital)
        [known] = outbox.ids.known([Name("AdverseEvent", "p-event")]).values()
    assert known.theirs == "a-double"


def test_doubles_are_told(there: Outbox, hospital: Hospital) -> None:
    """A sweep names what the server has twice, by our name and its ids; where all is well it names nothing."""
    hospital.takes_ids = False
    say(there, decision())
    run(there, hospital)
    assert list(doubles(there, client_of(hospital), TAGS)) == []
    [event] = hospital.all("AdverseEvent")
    hospital.held["AdverseEvent/a-double"] = [{**event, "id": "a-double"}]
    told = [Double(Name("AdverseEvent", "p-event"), event["id"], ("a-double",))]
    assert list(doubles(there, client_of(hospital), TAGS)) == told
    assert list(doubles(there, client_of(hospital), TAGS, ["q"])) == []
    del hospital.held[f"AdverseEvent/{event['id']}"]
    assert list(doubles(there, client_of(hospital), TAGS, ["p"])) == []


def dropped(*_: str) -> None:
    raise ConnectionError


def run_through(outbox: Outbox, hospital: Hospital) -> None:
    """Run again and again, later each time, until nothing waits."""
    for number in range(10):
        with suppress(FhirError):  # not even what the server can do was told
            run(outbox, hospital, 120 * number, MANNER)
        if not outbox.messages("waiting"):
            return


@contextmanager
def fresh(there: Outbox, number: int) -> Iterator[Outbox]:
    """Yield the outbox of another store beside that of ``there``, for the same server."""
    engine = open_store(str(Path(str(there._engine.url.database)).with_name(f"other-{number}.db")))
    yield Outbox(engine, there.server)
    engine.dispose()
