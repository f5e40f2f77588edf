"""What holds of every grade of fever, pressure, oxygen, CRS and ICANS, whatever the record."""

import random
from collections.abc import Callable

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mappings.facts import Result
from mappings.followed import Sighting, Timeline
from mappings.record import Record, newest_first
from mappings.safety.clinical import clinical
from mappings.safety.crs import crs
from mappings.safety.icans import icans
from mappings.site import Occasion
from tests.spec.safety.sightings import COVERED, ON, sightings
from tests.spec.tables import treated

RULES: tuple[Callable[[Record, Timeline, Occasion], list[Sighting]], ...] = (clinical, crs, icans)
HEAD = (
    "patient", "day", "vital.temperature", "vital.sbp", "vital.spo2", "vital.o2_flow", "obs.oxygen_device",
    "obs.ice_score", "obs.consciousness", "obs.crs_grade", "lab.neutrophil_abs", "rx", "end", "dx", "route",
)  # fmt: skip
ANYTHING = {
    "vital.temperature": "36.5 37.9 38.0 38.4 39.5 40.5 <38.5 >39",
    "vital.sbp": "120 90 89 <95",
    "vital.spo2": "97 90 89 87 <95",
    "vital.o2_flow": "0 2 8",
    "obs.oxygen_device": "#cannula #mask #CPAP #air #tent",
    "obs.ice_score": "10 8 5 1 0",
    "obs.consciousness": "#alert #voice #unarousable",
    "obs.crs_grade": "0 1 3",
    "lab.neutrophil_abs": "0.4 1.0 3.0",
    "rx": "rx.vasopressor rx.biologic.tocilizumab rx.anti_infective",
    "dx": "dx.infection dx.epilepsy_seizure",
}
NORMAL = {
    "vital.temperature": "36.0 37.0 37.9 <38.0",
    "vital.sbp": "90 120 160 >95",
    "vital.spo2": "90 97 100 >92",
    "vital.o2_flow": "0",
    "obs.oxygen_device": "#air",
    "obs.ice_score": "10",
    "obs.consciousness": "#alert",
    "obs.crs_grade": "0",
    "lab.neutrophil_abs": "1.0 3.0",
}
SEEDS = st.integers(0, 1_000)


#: When something may be recorded, in study days.
DAYS = st.sampled_from([-2.0, 0.0, 3.0, 3.1, 3.2, 4.0, 4.2, 6.0, 13.0, 16.0])
#: What is read in one round.
ROUND = ("vital.temperature", "vital.sbp", "vital.spo2")


@st.composite
def records(draw: st.DrawFn, cells: dict[str, str]) -> Record:
    """A treated patient with rounds of readings, of which any may be missing, and with some of the other ``cells``."""
    rows = [" | ".join(HEAD), "1 | -20" + " |" * (len(HEAD) - 2)]
    for _ in range(draw(st.integers(0, 4))):
        read = {name: draw(st.sampled_from(["", *cells[name].split()])) for name in ROUND}
        rows.append(_row({"day": f"{draw(DAYS)}", **read}))
    for _ in range(draw(st.integers(0, 4))):
        name, start = draw(st.sampled_from(sorted(cells))), draw(DAYS)
        row = {"day": f"{start}", name: draw(st.sampled_from(cells[name].split()))}
        if name == "rx":
            row |= {"end": draw(st.sampled_from(["", f"{start + 1}"])), "route": draw(st.sampled_from(["", "IV"]))}
        rows.append(_row(row))
    return treated("\n".join(rows))[1]


def _row(cells: dict[str, str]) -> str:
    return " | ".join({"patient": "1", **cells}.get(column, "") for column in HEAD)


def everything(record: Record, on: Occasion = ON) -> list[Sighting]:
    """What all rules see of ``record``."""
    return [one for rule in RULES for one in sightings(rule, record, on)]


@given(records(NORMAL))
def test_a_normal_record_shows_no_event(record: Record) -> None:
    """Neither does an empty one, nor one of which nothing is covered."""
    assert all(one.at_least == 0 and one.grade in (0, None) for one in everything(record))


@given(records(ANYTHING), SEEDS)
def test_the_order_of_facts_changes_nothing(record: Record, seed: int) -> None:
    """Readers see resources in any order."""
    shuffle = random.Random(seed).shuffle
    results: dict[str, tuple[Result, ...]] = {}
    for concept in sorted(record.results, reverse=True):
        found = list(record.results[concept])
        shuffle(found)
        results[concept] = tuple(newest_first(found))
    exposures, diagnoses = list(record.exposures), list(record.diagnoses)
    shuffle(exposures)
    shuffle(diagnoses)
    other = msgspec.structs.replace(record, results=results, exposures=tuple(exposures), diagnoses=tuple(diagnoses))
    assert list(map(_plain, everything(other))) == list(map(_plain, everything(record)))


def _plain(one: Sighting) -> tuple[object, ...]:
    references = frozenset(fact.source.reference for fact in one.facts)
    return one.term.name, one.when, one.grade, one.at_least, one.reason, one.origin, references


@given(records(ANYTHING))
def test_a_grade_is_what_is_reached_for_sure(record: Record) -> None:
    """One that is decided is what it reaches at least, and rests on facts; one that is not says why."""
    for one in everything(record):
        assert one.facts
        assert one.grade is None or one.grade == one.at_least
        assert one.reason not in ("", "graded", "not-reached", "attribution") if one.grade is None else one.reason


@given(records(ANYTHING))
def test_coverage_decides_and_never_contradicts(record: Record) -> None:
    """To know that everything is on record settles what was open, and changes no grade that was not."""
    bare, covered = everything(record), everything(record, COVERED)
    for less, more in zip(bare, covered, strict=True):
        assert less.at_least <= more.at_least
        assert less.grade in (None, more.grade)


@given(records(ANYTHING), st.sampled_from(["vital.sbp", "vital.spo2", "vital.o2_flow", "obs.oxygen_device"]))
def test_less_that_is_known_of_pressure_or_oxygen_never_settles_a_syndrome_for_worse(
    record: Record, concept: str
) -> None:
    """Without these readings no moment of a syndrome is worse, but for what its end, now unknown, leaves going on."""
    results = {name: found for name, found in record.results.items() if name != concept}
    less = sightings(crs, msgspec.structs.replace(record, results=results), COVERED)
    before = {one.when: one for one in sightings(crs, record, COVERED)}
    for one in less:
        known = before.get(one.when)
        if known is not None and known.grade is not None and known.grade > 0:
            assert one.at_least <= known.grade
