"""Every laboratory term at, just under and just over each limit."""

from decimal import Decimal

import pytest

from mappings.safety.grading import TABLES as PRODUCT
from tests.spec.safety.grades import Row, found, rows, written
from tests.spec.safety.tables import TABLES, TERMS, TOGETHER

ROWS = [row for table in TABLES for row in rows(table)]
#: Units that are a power of ten apart, in which every limit is the same: sent in the first, it is so many of the second.
SAME = {
    "10*9/L": ("10*6/L", 1000),
    "g/L": ("mg/L", 1000),
    "mmol/L": ("umol/L", 1000),
    "umol/L": ("nmol/L", 1000),
    "g/d": ("mg/d", 1000),
    "g/g": ("mg/g", 1000),
    "U/L": ("U/dL", "0.1"),
    "mg/dL": ("mg/L", 10),
    "ms": ("s", "0.001"),
    "s": ("ms", 1000),
}


def _named(row: Row) -> str:
    return f"{row.ctcae}-{row.term}-{row.unit}-{row.base or 'before'}".replace(" ", "_")


@pytest.mark.parametrize("row", ROWS, ids=_named)
def test_every_value_has_the_grade_of_the_printed_criteria(row: Row) -> None:
    """At a limit, just under it and just over it, with a normal, an abnormal and no baseline."""
    assert {value: written(found(row, value)) for value in row.grades} == row.grades


@pytest.mark.parametrize("row", [row for row in ROWS if row.unit in SAME], ids=_named)
def test_the_same_amount_in_another_unit_has_the_same_grade(row: Row) -> None:
    """Whatever power of ten a laboratory writes, the grade stays."""
    unit, times = SAME[row.unit]
    assert {value: written(found(row, value, unit, Decimal(times))) for value in row.grades} == row.grades


@pytest.mark.parametrize("version", ["5.0", "6.0"])
def test_no_term_is_forgotten(version: str) -> None:
    """Every term that numbers speak of is graded under its name and code, and nothing else; each has cases above."""
    listed = [line.split("|") for line in TERMS.strip().splitlines()]
    named = {(new or name if version == "6.0" else name, code) for name, code, new in listed}
    expected = {(name, code) for name, code in named if name != "-"}
    product = PRODUCT[version]  # type: ignore[index]
    assert {(term.name, term.ncit) for term in product} == expected
    assert TOGETHER not in expected
    tested = {(row.term, row.concept) for row in ROWS if row.ctcae == version}
    graded = {(f"{term.name} {term.direction}", term.concepts) for term in product}
    untested = [name for name, concepts in graded if not any((name, concept) in tested for concept in concepts)]
    assert untested == []


#: Grades that no number alone decides: (version, term, concept) -> which.
UNDECIDED = {
    ("5.0", "Fever high", "vital.temperature"): {"3", "4"},
    ("6.0", "Fever high", "vital.temperature"): {"3", "4"},
    ("5.0", "Hyperglycemia high", "lab.glucose"): {"1"},
    ("6.0", "Hyperglycemia high", "lab.glucose"): {"1", "2"},
}
#: A strip, and a ratio of times, have no second unit.
ONE_UNIT = {"{plus}"}


@pytest.mark.parametrize("version", ["5.0", "6.0"])
def test_every_grade_of_every_term_has_a_case(version: str) -> None:
    """Each grade that a term has by its number appears in its cases, in two units, before and after the baseline."""
    for term in PRODUCT[version]:  # type: ignore[index]
        name = f"{term.name} {term.direction}"
        cases = [row for row in ROWS if (row.ctcae, row.term) == (version, name) and row.concept in term.concepts]
        seen = {grade.rstrip("s") for row in cases for grade in row.grades.values()}
        decided = {str(grade) for grade in term.written} - UNDECIDED.get((version, name, term.concepts[0]), set())
        assert {"0", *decided} <= seen, name
        assert len({row.unit for row in cases}) > 1 or term.unit in ONE_UNIT, name
        assert {bool(row.base) for row in cases} == {True, False}, name
