"""What is known about one patient at one instant."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from mappings.facts import CodedResult, Measurement, Person, Result, Source
from mappings.intervals import When, exactly
from mappings.reading.dates import when
from mappings.record import ANY_TYPE, Record, newest_first
from mappings.site import EVER, Occasion, Site
from tests.spec.tables import AT, ZONE, records

title = "Records"
PERSON = Person(reference="Patient/1", source=Source("Patient/1"))
Given = tuple[str, str, str]


def count(name: str, day: str, issued: str = "", concepts: tuple[str, ...] = ("lab.platelet",)) -> Measurement:
    known = datetime.fromisoformat(issued) if issued else None
    source = Source(name, issued=known)
    time: When | None = when(day, ZONE) if day else None
    return Measurement(
        source=source, concepts=frozenset(concepts), when=time, unit="10*9/L", value=exactly(Decimal(40))
    )


def of(*results: Result) -> Record:
    return Record(person=PERSON, results={"lab.platelet": tuple(newest_first(results))})


NINE, TEN = "2025-05-20T09:00:00+08:00", "2025-05-20T10:00:00+08:00"


@pytest.mark.parametrize(
    ("given", "latest"),
    [
        ([], ""),
        ([("a", NINE, "")], "a"),
        ([("a", "", "")], "a"),
        ([("a", NINE, ""), ("b", TEN, "")], "b"),
        ([("a", "2025-05-20", ""), ("b", TEN, "")], "ab"),
        ([("a", "2025-05", ""), ("b", TEN, ""), ("c", "2025-04", "")], "ab"),
        ([("a", "2025-05-19", ""), ("b", "2025-05-20", "")], "b"),
        ([("a", TEN, TEN), ("b", TEN, NINE)], "a"),
        ([("a", TEN, TEN), ("b", "2025-05-20T02:00:00Z", "2025-05-20T03:00:00Z")], "b"),
        ([("a", TEN, TEN), ("b", TEN, "2025-05-20T02:00:00Z")], "ab"),
        ([("a", TEN, TEN), ("b", TEN, "")], "ab"),
        ([("a", TEN, ""), ("b", TEN, "")], "ab"),
        ([("a", "2025-05-20", TEN), ("b", "2025-05-20", NINE)], "a"),
        ([("a", "2025-05-20", TEN), ("b", TEN, NINE)], "ab"),
        ([("a", NINE, ""), ("b", "", "")], "ab"),
        ([("a", "", ""), ("b", "", "")], "ab"),
        ([("a", "", NINE), ("b", "", TEN)], "b"),
    ],
)
def test_the_latest_result_is_one_or_those_that_cannot_be_told_apart(given: list[Given], latest: str) -> None:
    """By time; of one time by issue, where all say it; a vague time, and none at all, may be the latest."""
    results = [count(*one) for one in given]
    for order in (results, results[::-1]):
        found = of(*order).latest(("lab.platelet", "lab.other"))
        assert "".join(sorted(one.source.reference for one in found)) == latest


def test_a_result_of_several_concepts_comes_once() -> None:
    """Two names of one result are one result; the latest comes first, the undated last."""
    both = count("a", NINE, concepts=("x", "y"))
    later, undated = count("b", TEN, concepts=("y",)), count("c", "", concepts=("x",))
    found = Record(person=PERSON, results={"x": (both, undated), "y": (later, both)})
    assert [one.source.reference for one in found.series(("x", "y"))] == ["b", "a", "c"]
    assert found.series(("x",)) == [both, undated]
    assert found.series(()) == []


def test_the_latest_comes_first_whatever_the_order() -> None:
    """Ties go to the latest issued, then to the reference."""
    given = [count("a", NINE), count("b", TEN, NINE), count("c", TEN, TEN), count("d", TEN), count("e", "")]
    for order in (given, given[::-1]):
        assert "".join(one.source.reference for one in newest_first(order)) == "cbdae"


def test_facts_are_found_by_any_of_their_concepts() -> None:
    """Diagnoses, exposures and procedures alike."""
    record = records(
        """
        patient | dx      | rx                | proc
        --------+---------+-------------------+--------------
        1       | dx.sle  |                   |
        1       |         | rx.prednisone     |
        1       |         |                   | proc.dialysis
        """
    )[1]
    assert [len(record.diagnosed(names)) for names in (["dx.sle", "dx.x"], ["dx.x"], [])] == [1, 0, 0]
    assert [len(record.exposed(names)) for names in (["rx.prednisone"], ["rx.x"])] == [1, 0]
    assert [len(record.underwent(names)) for names in (["proc.dialysis"], ["proc.x"])] == [1, 0]


@pytest.mark.parametrize(
    ("coverage", "lost", "since", "expected"),
    [
        ({}, "", EVER, "not-covered"),
        ({"Condition": EVER}, "", EVER, "not-covered"),
        ({"Condition": EVER, "Procedure": EVER}, "", EVER, None),
        ({"Condition": date(2020, 1, 1), "Procedure": EVER}, "", EVER, "not-covered"),
        ({"Condition": date(2020, 1, 1), "Procedure": EVER}, "", date(2020, 1, 1), None),
        ({"Condition": date(2020, 1, 1), "Procedure": EVER}, "", date(2019, 12, 31), "not-covered"),
        ({"Condition": EVER, "Procedure": EVER}, "Condition", EVER, "not-understood"),
        ({"Condition": EVER, "Procedure": EVER}, ANY_TYPE, EVER, "not-understood"),
        ({"Condition": EVER, "Procedure": EVER}, "Observation", EVER, None),
        ({}, "Condition", EVER, "not-covered"),
    ],
)
def test_absence_counts_only_where_all_is_there_and_understood(
    coverage: dict[str, date], lost: str, since: date, expected: str | None
) -> None:
    """Every type must be declared complete since the day in question, and none may hold anything unread."""
    record = Record(person=PERSON, not_understood=frozenset(filter(None, [lost])))
    occasion = Occasion(AT, Site(coverage=coverage))
    assert record.no_absence(occasion, ("Condition", "Procedure"), since) == expected


def test_full_coverage_covers_every_type() -> None:
    """It is declared for all time."""
    assert Record(person=PERSON).no_absence(Occasion(AT, full_coverage=True), ("Condition",)) is None


def test_a_word_has_a_place_among_results() -> None:
    """Results in words and in numbers stand in one series."""
    word = CodedResult(source=Source("w"), concepts=frozenset({"x"}), when=When(AT, AT + timedelta(hours=1)))
    assert of(word, count("a", TEN)).latest(("lab.platelet",)) == [word]
