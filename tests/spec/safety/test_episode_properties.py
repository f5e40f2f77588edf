"""What holds of the adverse events of every record, whatever is in it and in whatever order."""

from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mappings.facts import Measurement
from mappings.followed import Episode
from mappings.intervals import exactly
from mappings.record import Record
from mappings.safety.episodes import unmatched
from tests.spec.safety.events import ON, episodes_of
from tests.spec.tables import INFUSED, treated

HEAD = (
    "patient | day | lab.alt | lab.neutrophil_abs | vital.temperature | low | high | dx | ended | report | grade | stay "
    "| end | assess | died"
)
DAYS = st.one_of(
    st.integers(-9, 89).map(str),
    st.tuples(st.integers(-9, 89), st.integers(1, 40)).map(lambda span: f"{span[0]}..{min(span[0] + span[1], 89)}"),
)
#: The end of a row from the day on, by what the row tells.
TELLS = {
    "alt": (["20", "50", "150", "250", "900", "<60", "none"], "{} | | | | 40 | | | | | | | |"),
    "neutrophils": (["0.3", "0.7", "1.2", "1.8", "3", "<1.5"], "| {} | | 2.0 | | | | | | | | |"),
    "temperature": (["36.5", "38.4", "39.5", "40.5"], "| | {} | | | | | | | | | |"),
    "diagnosis": (["dx.aki", "ae.neutropenia", "ae.crs", "dx.sle", "?"], "| | | | | {} | | | | | | |"),
    "report": (["Headache", "Neutrophil count decreased"], "| | | | | | | {} | 2 | | | |"),
    "stay": (["inpatient", "outpatient", "?"], "| | | | | | | | | {} | | |"),
    "answer": (["report/r1-0", "yts109-0"], "| | | | | | | | | | | {} |"),
    "death": (["60", "60..89"], "| | | | | | | | | | | | {}"),
}


@st.composite
def records(draw: st.DrawFn, *kinds: str) -> Record:
    """A treated patient with some rows of ``kinds``, or of every kind."""
    rows = [HEAD]
    for kind in draw(st.lists(st.sampled_from(kinds or sorted(TELLS)), max_size=12)):
        values, ending = TELLS[kind]
        rows.append(f"1 | {draw(DAYS)} | {ending.format(draw(st.sampled_from(values)))}")
    return treated("\n".join((*rows, "1 | -9 |" + " |" * 12)))[1]


def by_term(events: tuple[Episode, ...]) -> dict[str, list[Episode]]:
    """The events by their terms."""
    return {one.term.name: [each for each in events if each.term == one.term] for one in events}


@given(records(), st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(record: Record, chance: object) -> None:
    """The same facts in any order give the same events."""
    assert episodes_of(_shuffled(record, chance)) == episodes_of(record)


def _shuffled(record: Record, chance: object) -> Record:
    def mixed(facts: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(chance.sample(facts, len(facts)))  # type: ignore[attr-defined]  # hypothesis gives a Random

    names = ("diagnoses", "exposures", "procedures", "infusions", "stays", "reports", "assessments")
    return msgspec.structs.replace(
        record,
        results={concept: mixed(found) for concept, found in reversed(record.results.items())},
        **{name: mixed(getattr(record, name)) for name in names},
    )


def test_nothing_known_is_no_event() -> None:
    """A treated patient of whom nothing else is known has no adverse event."""
    assert episodes_of(treated(HEAD + "\n1 | 0 |" + " |" * 12)[1]) == ()


@given(records())
def test_an_event_does_not_contradict_itself(record: Record) -> None:
    """The worst grade is no lower than the last or than what is sure, ends lie after onsets, and ids are unique."""
    events = episodes_of(record)
    for one in events:
        known = [each for each in (one.worst_grade, one.at_least) if each is not None]
        assert one.worst_grade is None or one.worst_grade == max(known)
        assert one.grade is None or one.grade <= max(known)
        assert one.end is None or one.source == "reported" or one.end.latest >= one.onset.earliest
        assert (one.source == "reported") is bool(one.reports)
        assert one.evidence
        assert (one.outcome == "resolved") >= (one.end is not None and one.source == "derived" and one.worst_grade != 5)
    assert len({one.id for one in events}) == len(events)


@given(records())
def test_nothing_that_persons_said_is_lost(record: Record) -> None:
    """Every report is in exactly one event, and every answer is about one event or named as about none."""
    events = episodes_of(record)
    told = [reference for one in events for reference in one.reports]
    assert sorted(told) == sorted(one.source.reference for one in record.reports)
    names = {name for one in events for name in (one.id, *one.reports)}
    lost = {one.source.reference for one in record.assessments if one.event not in names}
    assert set(unmatched(record, events)) == lost


@given(records("alt"))
def test_no_result_that_is_worse_than_before_is_missed(record: Record) -> None:
    """A result above normal and twenty times as high as every one before the infusion is evidence of an event."""
    results = [one for one in record.results.get("lab.alt", ()) if isinstance(one, Measurement)]
    numbers = [(one, one.when, one.value) for one in results if one.value and one.when]
    before = [value.high for _, when, value in numbers if value.high and when.earliest <= INFUSED]
    after = [(one, value.low) for one, when, value in numbers if value.low and when.earliest > INFUSED]
    worse = {one.source.reference for one, number in after if number > 40 and number > 20 * max(before, default=1)}
    assert worse <= {
        each.reference for one in episodes_of(record) if one.emergent is not False for each in one.evidence
    }


@given(records(), st.sampled_from([None, Decimal(45), Decimal(700)]))
def test_a_result_bears_on_its_own_term_alone(record: Record, corrected: Decimal | None) -> None:
    """Removing or correcting one result changes nothing but the events of its term."""
    found = record.results.get("lab.alt", ())
    others = tuple(msgspec.structs.replace(one, value=exactly(corrected)) for one in found[:1] if corrected)
    changed = msgspec.structs.replace(record, results={**record.results, "lab.alt": (*others, *found[1:])})
    before, after = by_term(episodes_of(record)), by_term(episodes_of(changed))
    name = "Alanine aminotransferase increased"
    assert {**before, name: []} == {**after, name: []}


@given(records())
def test_the_id_of_an_event_is_the_same_in_every_run(record: Record) -> None:
    """What comes to be known later of other events does not change the id of one."""
    alone = msgspec.structs.replace(record, stays=(), assessments=())
    assert [one.id for one in episodes_of(alone)] == [one.id for one in episodes_of(record)]
    assert all(one.onset.earliest <= ON.at for one in episodes_of(record))
